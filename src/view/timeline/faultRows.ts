/** Faults as bars: overlapping ones in rows below each other. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}
/** The row of each span: the first that is free when it begins. */
export function rowsOf(spans: readonly Span[]): readonly number[] {
  const ends: number[] = [];
  const rows = spans.map(() => 0);
  const order = spans.map((_, i) => i).sort((a, b) => spans[a]!.fromMs - spans[b]!.fromMs || a - b);
  for (const i of order) {
    const { fromMs, untilMs } = spans[i]!;
    let row = ends.findIndex((end) => end <= fromMs);
    if (row < 0) row = ends.length;
    ends[row] = untilMs;
    rows[i] = row;
  }
  return rows;
}

export const SNAP_MS = 100;
export const LEAST_MS = 100;
const snap = (ms: number): number => Math.round(ms / SNAP_MS) * SNAP_MS;

/** A span after a drag by so much: moved as a whole or at one end, inside the run. */
export function dragged({ fromMs, untilMs }: Span, part: 'move' | 'from' | 'until', byMs: number, durationMs: number): Span {
  if (part === 'move') {
    const length = untilMs - fromMs;
    const start = Math.max(0, Math.min(snap(fromMs + byMs), durationMs - length));
    return { fromMs: start, untilMs: start + length };
  }
  if (part === 'from') return { fromMs: Math.max(0, Math.min(snap(fromMs + byMs), untilMs - LEAST_MS)), untilMs };
  return { fromMs, untilMs: Math.min(durationMs, Math.max(snap(untilMs + byMs), fromMs + LEAST_MS)) };
}
