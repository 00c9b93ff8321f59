/** The stretch of time that the lanes show. It stands still while the shown moment is well inside it, and turns like a page when it isn't. */

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}
export const LENGTHS_MS = [200, 1000, 5000, 20_000] as const;
/** Where the moment stands in a window that was just turned to, as a share of its length. */
const ENTRY = 0.3;
const EDGES = [0.06, 0.82] as const;

export function windowFor(before: Span | null, atMs: number, lengthMs: number, durationMs: number): Span {
  if (before !== null && Math.abs(before.untilMs - before.fromMs - lengthMs) < 1e-6) {
    const first = before.fromMs === 0 ? 0 : before.fromMs + lengthMs * EDGES[0];
    const last = before.untilMs >= durationMs ? before.untilMs : before.fromMs + lengthMs * EDGES[1];
    if (atMs >= first && atMs <= last) return before;
  }
  const fromMs = Math.max(0, Math.min(atMs - lengthMs * ENTRY, durationMs - lengthMs));
  return { fromMs, untilMs: fromMs + lengthMs };
}

const STEPS_MS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
/** Round moments of a window, about six. */
export function rulerTicks({ fromMs, untilMs }: Span): readonly number[] {
  const step = STEPS_MS.find((it) => (untilMs - fromMs) / it <= 7) ?? 10_000;
  const ticks: number[] = [];
  for (let k = Math.max(0, Math.ceil(fromMs / step - 1e-9)); k * step <= untilMs + 1e-9; k++) ticks.push(k * step);
  return ticks;
}
