/** What an embed tells its host as it plays. Notes that are too frequent to read are left out, as they are in the log. */
import type { Frame } from '../embed/frame.ts';
import { engineParts } from '../runs/document-stories.ts';
import type { Session } from '../session/session.ts';
import type { NoteRow } from '../session/types.ts';
import type { Driver } from './driver.ts';

interface Deps {
  readonly session: Session;
  readonly driver: Driver;
  readonly frame: Frame;
}
export function emitEvents({ session, driver, frame }: Deps): void {
  const { store, roles } = session;
  const isQuiet = ({ layer, name }: NoteRow): boolean => {
    const { run, story } = store.getState();
    const engine = run?.resolved.nodes.flatMap((node) => node.layers).find(({ id }) => id === layer)?.engine ?? '';
    const told = Object.hasOwn(roles, engine) ? roles[engine] : story?.engines[engineParts(engine).name];
    return told?.notes[name]?.quiet === true;
  };
  driver.on('note', (row) => { if (!isQuiet(row as NoteRow)) frame.emit('note', row); });
  driver.on('modechange', (row) => frame.emit('modechange', row));
  driver.on('ended', (detail) => frame.emit('ended', detail));
  let told: unknown = null;
  driver.on('error', (failure) => { if (failure !== told) { told = failure; frame.emit('error', failure); } });
  let fatal: unknown = null;
  store.subscribe(({ fatal: now }) => { if (now !== null && now !== fatal) frame.emit('error', { message: `${now.title} ${now.detail}` }); fatal = now; });
}
