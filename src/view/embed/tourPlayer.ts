/** Walks the guided tour of an embed: on, back, once more, and by itself where its address says so. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { readingMs } from '../../film/plan.ts';
import { beatAt, computed, goToBeat, neighbour, tourState } from '../../session/tour.ts';
import type { PageSession } from '../common/session.tsx';
import { still } from '../common/theme.ts';
import { said } from '../lesson/BeatWords.tsx';

export interface TourWay {
  /** The step that it left, and the one that it is on its way to (from 0; -1 for none, null at rest). */
  readonly from: number;
  readonly to: number | null;
  /** It goes on by itself when a step has been read. */
  readonly automatic: boolean;
}
export interface TourPlayer {
  readonly way: Pick<StoreApi<TourWay>, 'getState' | 'getInitialState' | 'subscribe'>;
  /** At once to a step, or to the last before it that happens in the run; then on by itself, if that is wanted. Resolves with where it is. */
  begin(step: number, automatic: boolean): Promise<number>;
  /** To the next step, or the one before; asked on again while on its way, it is there at once. */
  move(direction: 1 | -1): Promise<void>;
  /** Somebody else walks to a step; resolves and rejects as that walk does. */
  along<T>(step: number, walk: () => Promise<T>): Promise<T>;
  again(): void;
  /** Somebody else has taken over: it goes on by itself no more. */
  stop(): void;
  /** It is seen again, after it was stopped because it was not. */
  resume(): void;
}
interface Deps {
  readonly session: Pick<PageSession, 'store' | 'actions'>;
  /** Where it will begin, from 0. */
  readonly first: number;
  readonly visibility: { isSeen(): boolean; onChange(callback: (isSeen: boolean) => void): void };
  /** After the last step, by itself, the first again. */
  readonly loop: () => boolean;
}

export function createTourPlayer({ session, first, visibility, loop }: Deps): TourPlayer {
  const { store, actions } = session;
  const way = createStore<TourWay>()(() => ({ from: -1, to: first, automatic: false }));
  const tour = () => tourState(store.getState());
  const here = (): number => beatAt(tour(), store.getState().clock.atMs);
  let asked = 0;
  /** It has been at a step: until then the one at the clock's first moment was never shown. */
  let begun = false;
  /** The way was left because nobody looked. */
  let interrupted: number | null = null;
  /** Ends the pause in which a step is read. */
  let reading: (() => void) | null = null;
  /** It was read while nobody looked. */
  let due = false;

  const stop = (): void => {
    reading?.();
    due = false;
    if (way.getState().automatic) way.setState({ automatic: false });
  };
  const go = async (step: number, how: 'play' | 'jump'): Promise<boolean> => {
    const mine = ++asked;
    reading?.();
    interrupted = null;
    due = false;
    way.setState({ from: begun ? here() : -1, to: step });
    const there = await goToBeat(session, step, how);
    begun = true;
    if (mine !== asked) return false;
    way.setState({ to: null });
    if (!there && !visibility.isSeen()) interrupted = step;
    else if (!there) stop();
    else if (way.getState().automatic) read(step);
    return there;
  };
  /** Stands still as long as the step takes to read; whoever moves the clock meanwhile has taken over. */
  const read = (step: number): void => {
    const { chapter, placed } = tour();
    const shown = placed[step - (chapter?.from ?? 0)];
    if (shown === undefined) return;
    const { atMs } = store.getState().clock;
    const leave = store.subscribe(({ clock }) => { if (clock.playing || clock.atMs !== atMs) stop(); });
    const timer = setTimeout(() => { reading?.(); if (visibility.isSeen()) on(); else due = true; }, readingMs({ title: shown.beat.title, text: said(shown) }));
    reading = () => { clearTimeout(timer); leave(); reading = null; };
  };
  const on = (): void => {
    const next = neighbour(tour(), here(), 1);
    if (next !== null) void go(next, 'play');
    else if (loop()) void go(0, 'jump');
    else stop();
  };
  visibility.onChange((isSeen) => { if (isSeen && due) on(); });

  return {
    way,
    async begin(step, automatic) {
      way.setState({ automatic: false });
      let shown = step;
      const absent = (): boolean => { const { chapter, placed } = tour(); return placed[shown - (chapter?.from ?? 0)]?.atMs === null; };
      while (!(await go(shown, 'jump')) && shown > 0 && absent()) shown--;
      way.setState({ automatic });
      if (automatic) read(shown);
      return shown;
    },
    async move(direction) {
      stop();
      const { to } = way.getState();
      if (direction === 1 && to !== null) { await go(to, 'jump'); return; }
      const mine = ++asked;
      way.setState({ to: null });
      await computed(session);
      if (mine !== asked) return;
      const step = neighbour(tour(), here(), direction);
      if (step !== null) await go(step, direction === 1 && !still() ? 'play' : 'jump');
    },
    async along(step, walk) {
      stop();
      const mine = ++asked;
      interrupted = null;
      way.setState({ from: here(), to: step });
      try { return await walk(); } finally { if (mine === asked) way.setState({ to: null }); }
    },
    again() { stop(); void go(0, 'jump'); },
    stop,
    resume() {
      if (interrupted !== null) void go(interrupted, 'play');
      else actions.play();
    },
  };
}
