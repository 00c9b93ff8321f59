/** The shown moment: it moves by playing and by seeking, and whatever shows it is asked for here. */
import type { Ms } from '../kernel/contract.ts';
import { nextBreak } from './breakpoints.ts';
import { advance, Playback, type Frames } from './playback.ts';
import type { RunClient } from './runClient.ts';
import type { Notice, SessionState } from './types.ts';

/** Looks of a playing run come at most this often. */
const LOOK_EVERY_MS = 100;

interface Deps {
  get(): SessionState;
  set(change: Partial<SessionState>): void;
  notify(notice: Omit<Notice, 'id'>): void;
  readonly frames: Frames;
  readonly wall: () => number;
  readonly main: () => RunClient | null;
  readonly beside: () => RunClient | null;
  /** A moment was shown because somebody played or went there. */
  onSeen(atMs: Ms): void;
}

/** What has not been computed yet can't be shown; while an edited run is loading, what is known is the old one. */
export function whenThere(store: { getState(): SessionState; subscribe(listener: () => void): () => void }, atMs: Ms): Promise<void> {
  return new Promise((done) => {
    const there = () => { const { run } = store.getState(); return run === null || (run.status !== 'loading' && run.computedMs >= atMs) || run.status === 'finished' || run.status === 'failed'; };
    if (there()) { done(); return; }
    const stop = store.subscribe(() => { if (there()) { stop(); done(); } });
  });
}

export function createShowing({ get, set, notify, frames, wall, main, beside, onSeen }: Deps) {
  let looking = false;
  let lookedAtWall = -Infinity;

  const refreshLook = async (): Promise<void> => {
    if (looking || main() === null) return;
    looking = true;
    try {
      for (;;) {
        const { atMs, playing } = get().clock;
        if (playing && wall() - lookedAtWall < LOOK_EVERY_MS) return;
        lookedAtWall = wall();
        const client = main();
        await Promise.all([client?.look(atMs), beside()?.look(atMs)]);
        // Paused: the last moment asked for must be the one shown.
        if (get().clock.playing || get().clock.atMs === atMs || client !== main()) return;
      }
    } finally {
      looking = false;
    }
  };
  const showMoment = (atMs: Ms, seen = true): void => {
    set({ clock: { ...get().clock, atMs } });
    if (seen) onSeen(atMs);
    main()?.paint(atMs);
    beside()?.paint(atMs);
    void refreshLook();
  };
  const playback = new Playback(frames, (_wall, elapsed) => {
    const { clock, run, other } = get();
    if (run === null || !clock.playing) return false;
    const found = nextBreak(run, run.document.breakpoints, clock.atMs);
    const computedMs = Math.min(run.computedMs, other?.computedMs ?? Infinity);
    const next = advance(clock.atMs, elapsed, clock.speed, { computedMs, durationMs: run.durationMs, breakAtMs: found?.atMs ?? Infinity });
    const stop = next.stop !== null || (run.status === 'failed' && next.atMs >= run.computedMs);
    if (stop) {
      set({ clock: { ...clock, playing: false } });
      if (next.stop === 'breakpoint') notify({ tone: 'info', text: `Stopped at ${(next.atMs / 1000).toFixed(3)} s: ${found!.text}.` });
    }
    showMoment(next.atMs);
    return !stop;
  });
  return { showMoment, refreshLook, playback };
}
