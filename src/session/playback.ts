/** The playback clock: turns wall time into simulated time. It never influences a run, only the moment that is shown. */
import type { Ms } from '../kernel/contract.ts';

export const MIN_SPEED = 0.1;
export const MAX_SPEED = 100;
/** A frame that took longer than this (a sleeping tab, a breakpoint in the debugger) counts as this long. */
const MAX_FRAME_WALL_MS = 100;

/** Asks for a callback at the next frame; returns how to take that back. */
export type Frames = (callback: (wallMs: number) => void) => () => void;

export class Playback {
  private readonly frames: Frames;
  private readonly tick: (wallMs: number, elapsedMs: number) => boolean;
  private cancel: (() => void) | null = null;
  private lastWallMs: number | null = null;

  /** `tick` gets the wall time that has passed and says whether to go on. */
  constructor(frames: Frames, tick: (wallMs: number, elapsedMs: number) => boolean) {
    this.frames = frames;
    this.tick = tick;
  }
  get running(): boolean { return this.cancel !== null; }
  start(): void {
    if (this.cancel !== null) return;
    this.lastWallMs = null;
    this.next();
  }
  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }
  private next(): void {
    this.cancel = this.frames((wallMs) => {
      const elapsed = this.lastWallMs === null ? 0 : Math.min(wallMs - this.lastWallMs, MAX_FRAME_WALL_MS);
      this.lastWallMs = wallMs;
      if (this.tick(wallMs, elapsed)) this.next();
      else this.cancel = null;
    });
  }
}

/** Where playing on from `fromMs` leads after `elapsedMs` of wall time, and why it stops there, if it does. */
export function advance(fromMs: Ms, elapsedMs: number, speed: number, limits: { readonly computedMs: Ms; readonly durationMs: Ms; readonly breakAtMs: Ms }): { readonly atMs: Ms; readonly stop: 'end' | 'breakpoint' | null } {
  const wanted = fromMs + elapsedMs * speed;
  const reached = Math.min(wanted, limits.computedMs, limits.durationMs);
  if (limits.breakAtMs > fromMs && limits.breakAtMs <= reached) return { atMs: limits.breakAtMs, stop: 'breakpoint' };
  return { atMs: reached, stop: reached >= limits.durationMs ? 'end' : null };
}
