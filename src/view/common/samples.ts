/** Reading sampled series: row i belongs to (i + 1) × 100 ms. */
import type { Samples } from '../../session/types.ts';

export const SAMPLE_MS = 100;

/** The index of the row that holds a moment: the 100 ms that end at or after it. -1 before there is one. */
export const rowAt = (samples: Samples, atMs: number): number => Math.min(samples.rows, Math.ceil(atMs / SAMPLE_MS)) - 1;

/** The mean over the time before a moment; null where nothing is known. */
export function meanBefore(samples: Samples, name: string, atMs: number, spanMs = 1000): number | null {
  const values = samples.values[name];
  const last = rowAt(samples, atMs);
  if (values === undefined || last < 0) return null;
  let sum = 0, count = 0;
  for (let i = Math.max(0, last - Math.round(spanMs / SAMPLE_MS) + 1); i <= last; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}
export function valueAt(samples: Samples, name: string, atMs: number): number | null {
  const value = samples.values[name]?.[rowAt(samples, atMs)];
  return value === undefined || Number.isNaN(value) ? null : value;
}
