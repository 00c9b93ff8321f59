/** The hosted site: gallery and pattern pages. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { catalogue } from '../patterns/catalogue.ts';
import { roleStories } from '../roles/stories.ts';
import { createSession } from '../session/session.ts';
import { App } from '../view/App.tsx';
import '../view/common/tokens.css';
import '../view/common/base.css';
import { followAddress, openAddress } from './address.ts';
import { createDriver, type Driver } from './driver.ts';
import { spawn } from './spawn.ts';

declare global {
  interface Window {
    patternscope: Driver;
  }
}

/** Access alone can throw where storage is forbidden. */
function storage(): Storage | undefined {
  try { return localStorage; } catch { return undefined; }
}
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');

const kept = storage();
const sources = import.meta.glob<string>('../patterns/*/engine.ts', { query: '?raw', import: 'default' });
const session = createSession({
  spawn,
  frames: (callback) => { const id = requestAnimationFrame(callback); return () => cancelAnimationFrame(id); },
  wall: () => performance.now(),
  sourceOf: (pattern) => sources[`../patterns/${pattern}/engine.ts`],
  ...(kept !== undefined && { storage: kept }),
});
createRoot(root).render(<StrictMode><App session={{ ...session, catalogue, roles: roleStories }} /></StrictMode>);
const ready = openAddress(session).then(() => followAddress(session));
window.patternscope = createDriver(session, ready);
