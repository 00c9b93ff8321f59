/** Walks a guided tour: plays on to the next beat and stops there, and turns to another run where a new chapter begins. */
import type { Ms } from '../kernel/contract.ts';
import { chapterOf, chaptersOf, currentBeat, placeBeats, type Chapter, type PlacedBeat } from '../runs/tour.ts';
import type { Session } from './session.ts';
import type { RunState, SessionState } from './types.ts';

export { chapterOf, chaptersOf, placeBeats };

/** A stretch of the tour takes at most so much wall time. */
const LONGEST_WALL_MS = 6000;
type Playable = Pick<Session, 'actions'> & { readonly store: { getState(): SessionState; subscribe(listener: (state: SessionState) => void): () => void } };

/** The tour as it stands: its chapters, and the one that the shown run belongs to, with its beats placed. */
export interface TourState {
  readonly chapters: readonly Chapter[];
  readonly chapter: Chapter | undefined;
  readonly placed: readonly PlacedBeat[];
}
export type Walked = Pick<RunState, 'notes' | 'durationMs' | 'computedMs' | 'resolved' | 'document'>;
export const NO_TOUR: TourState = { chapters: [], chapter: undefined, placed: [] };
export function tourState({ story, run }: { readonly story: SessionState['story']; readonly run: Walked | null }): TourState {
  if (story === null || run === null) return NO_TOUR;
  const chapters = chaptersOf(story);
  const chapter = chapterOf(chapters, run.document);
  return { chapters, chapter, placed: chapter === undefined ? [] : placeBeats(chapter.beats, toured(run)) };
}
const toured = ({ notes, durationMs, computedMs, resolved }: Walked) => ({ notes, durationMs, computedMs, faults: resolved.faults });

/** Number of the current beat in the whole tour, -1 before the first. */
export function beatAt({ chapter, placed }: TourState, atMs: Ms): number {
  const i = currentBeat(placed, atMs);
  return chapter === undefined || i < 0 ? -1 : chapter.from + i;
}

let walking = 0;

/**
 * Goes to a beat of the tour: by playing up to it, or at once. Asked again while on the way, the older way ends. False where the beat doesn't
 * happen in its run, or the way was left.
 */
export async function goToBeat(session: Playable, beat: number, how: 'play' | 'jump'): Promise<boolean> {
  const { store, actions } = session;
  const mine = ++walking;
  const chapter = tourState(store.getState()).chapters.findLast(({ from }) => from <= beat);
  if (chapter === undefined || beat >= chapter.from + chapter.beats.length) return false;
  const shown = store.getState().run!.document;
  const turns = shown.scenario !== chapter.scenario || shown.variant !== chapter.variant;
  if (turns) actions.pause();
  if (shown.scenario !== chapter.scenario) await actions.setScenario(chapter.scenario);
  if (mine !== walking) return false;
  if (store.getState().run!.document.variant !== chapter.variant) actions.setVariant(chapter.variant);
  if (turns) actions.seek(0);
  const placed = await when(session, (state) => {
    if (state.run === null || mine !== walking) return null;
    // Until the other run is there, what is known is the old one.
    if (state.run.status === 'loading') return undefined;
    const found = placeBeats(chapter.beats, toured(state.run))[beat - chapter.from]!;
    return found.atMs !== null ? found : state.run.status === 'finished' || state.run.status === 'failed' ? null : undefined;
  });
  if (placed === null || mine !== walking) return false;
  const { atMs, beat: { focus } } = placed;
  const arrived = how === 'play' ? await playTo(session, atMs!, () => mine === walking) : (actions.pause(), actions.seek(atMs!), true);
  if (arrived && focus !== undefined) actions.select({ kind: 'node', id: focus });
  return arrived;
}

/** The next beat that happens in the shown run or opens another chapter, or the one before; null at the ends. */
export function neighbour(state: TourState, from: number, direction: 1 | -1): number | null {
  const { chapters, chapter, placed } = state;
  const last = chapters.at(-1);
  if (last === undefined || chapter === undefined) return null;
  // Before the first beat of its chapter it stands between two chapters.
  const start = from >= 0 ? from : chapter.from - (direction === 1 ? 1 : 0);
  for (let i = start + direction; i >= 0 && i < last.from + last.beats.length; i += direction) {
    const own = placed[i - chapter.from];
    if (own === undefined || own.atMs !== null) return i;
  }
  return null;
}

/** A step on (played, or at once where things shall not move) or back (at once) from the shown moment; nothing at the ends. */
export async function walk(session: Playable, direction: 1 | -1, moving: boolean): Promise<void> {
  await computed(session);
  const state = session.store.getState();
  const tour = tourState(state);
  const beat = neighbour(tour, beatAt(tour, state.clock.atMs), direction);
  if (beat !== null) await goToBeat(session, beat, direction === 1 && moving ? 'play' : 'jump');
}

/** Plays up to a moment and pauses exactly there; quicker than the chosen speed where the way is long. True when it got there. */
export async function playTo({ store, actions }: Playable, atMs: Ms, wanted: () => boolean = () => true): Promise<boolean> {
  const { clock } = store.getState();
  if (atMs <= clock.atMs) { actions.pause(); actions.seek(atMs); return true; }
  actions.setSpeed(Math.max(clock.speed, (atMs - clock.atMs) / LONGEST_WALL_MS));
  actions.play();
  const there = await when({ store }, ({ clock: now }) => (!wanted() || !now.playing ? false : now.atMs >= atMs ? true : undefined));
  if (there) { actions.pause(); actions.seek(atMs); }
  actions.setSpeed(clock.speed);
  return there;
}

/** Until the whole run is there it is not known which of its steps happen. */
export async function computed(session: Pick<Playable, 'store'>): Promise<void> {
  await when(session, ({ run }) => (run === null || run.status === 'finished' || run.status === 'failed' ? true : undefined));
}

/** Resolves with the first answer that is not undefined. */
function when<T>({ store }: Pick<Playable, 'store'>, ask: (state: SessionState) => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const first = ask(store.getState());
    if (first !== undefined) { resolve(first); return; }
    const stop = store.subscribe((state) => {
      const answer = ask(state);
      if (answer !== undefined) { stop(); resolve(answer); }
    });
  });
}
