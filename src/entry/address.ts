/** The page's address: what it asks for on opening, and that it always names what is shown. */
import { shelf } from '../runs/shelf.ts';
import { readPlain } from '../runs/link-plain.ts';
import type { Problem } from '../runs/document-problem.ts';
import type { Moment } from '../runs/link.ts';
import type { Session } from '../session/session.ts';
import { keepBoot, readBoot } from './boot.ts';
import { loadSource } from './source.ts';

const WRITE_AFTER_MS = 400;

/** Opens what the address asks for: a moment, a document by address, or the gallery. */
export async function openAddress(session: Session): Promise<void> {
  const { search, hash, href } = location;
  // Nothing is asked for: no story need be loaded to find that out.
  if (search === '' && hash === '') { session.actions.openGallery(); return; }
  const show = (moment: Moment): Promise<void> => session.openMoment(readBoot(search).paused ? { ...moment, playing: false } : moment);
  const plain = await readPlain(search, hash, shelf);
  if (plain !== undefined) { await show(plain); return; }
  const { decodeMoment } = await import('../runs/link-read.ts');
  let decoded = await decodeMoment(search, hash, shelf, { base: href });
  if (decoded.src !== undefined) {
    const loaded = await loadSource(decoded.src);
    if ('problem' in loaded) session.notify({ tone: 'error', text: `The document at ${decoded.src} can't be opened.`, detail: loaded.problem });
    else decoded = await decodeMoment(search, hash, shelf, { base: href, loaded: loaded.json });
  }
  if (decoded.problems.length > 0) session.notify({ tone: 'warn', text: 'The link could not be followed in full, so what it asked for was left at its defaults.', detail: messages(decoded.problems) });
  if (decoded.warnings.length > 0) session.notify({ tone: 'info', text: messages(decoded.warnings) });
  if (!decoded.asked || decoded.moment === undefined) { session.actions.openGallery(); return; }
  await show(decoded.moment);
}
const messages = (problems: readonly Problem[]): string => problems.slice(0, 10).map(({ message }) => message).join('\n');

/** Keeps the address naming what is shown, once it has come to rest; a step to another pattern is a step of the browser's history. */
export function followAddress(session: Session): void {
  let pattern = session.store.getState().card?.id ?? null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = async (): Promise<void> => {
    const { card, clock } = session.store.getState();
    if (clock.playing) return;
    const { link, tooLong } = card === null ? { link: '', tooLong: false } : await session.actions.momentLink();
    const address = `${location.pathname}${keepBoot(tooLong ? `?p=${card!.id}` : link, location.search)}`;
    if (address === `${location.pathname}${location.search}${location.hash}`) return;
    if ((card?.id ?? null) === pattern) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    pattern = card?.id ?? null;
  };
  session.store.subscribe((state, before) => {
    if (state.clock.playing || (state.card === before.card && state.run?.document === before.run?.document && state.clock === before.clock && state.selection === before.selection && state.panels === before.panels && state.theme === before.theme)) return;
    clearTimeout(timer);
    timer = setTimeout(() => { write().catch(() => undefined); }, WRITE_AFTER_MS); // what writes links may not be loadable: the address stays as it is
  });
  addEventListener('popstate', () => { pattern = new URLSearchParams(location.search).get('p'); void openAddress(session); });
}
