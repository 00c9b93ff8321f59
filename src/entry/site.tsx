/** The hosted site: gallery and pattern pages. */
import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { createSession } from '../session/session.ts';
import { App, GalleryLoader } from '../view/App.tsx';
import '../view/common/tokens.css';
import '../view/common/base.css';
import { followAddress, openAddress } from './address.ts';
import { applyBoot, readBoot } from './boot.ts';
import { createDriver, type Driver } from './driver.ts';
import { spawn } from './spawn.ts';

/** Access alone can throw where storage is forbidden. */
function storage(): Storage | undefined {
  try { return localStorage; } catch { return undefined; }
}
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');

applyBoot(readBoot(location.search), document.documentElement);
const kept = storage();
const sources = import.meta.glob<string>('../patterns/*/engine.ts', { query: '?raw', import: 'default' });
const parts = {
  spawn,
  frames: (callback: (wallMs: number) => void) => { const id = requestAnimationFrame(callback); return () => cancelAnimationFrame(id); },
  wall: () => performance.now(),
};
const session = createSession({
  ...parts,
  sourceOf: (pattern) => sources[`../patterns/${pattern}/engine.ts`],
  ...(kept !== undefined && { storage: kept }),
});
// Whoever asks for no pattern sees the gallery: it comes along while the address is read.
const gallery = new GalleryLoader(async () => {
  const [{ Gallery }, { stills }] = await Promise.all([import('../view/gallery/Gallery.tsx'), import('virtual:stills')]);
  return () => <Gallery stills={stills} />;
});
const galleryLoaded = new URLSearchParams(location.search).has('p') ? Promise.resolve() : gallery.load().catch(() => undefined);
/** Films are for few: their code comes when one is asked for. */
const film: Driver['film'] = async (asked = {}, range) => {
  const { filmOf } = await import('../view/film/scene.ts');
  return filmOf({ newSession: () => createSession(parts), shown: session.store.getState(), asked, ...(range !== undefined && { range }) });
};
// The page is drawn once it is known what the address asks for, so that a pattern's page never loads the gallery first.
const ready = Promise.all([openAddress(session), galleryLoaded]).finally(() => flushSync(() => createRoot(root).render(<StrictMode><App session={{ ...session, film }} gallery={gallery} /></StrictMode>))).then(() => followAddress(session));
window.patternscope = createDriver(session, ready, { film });
