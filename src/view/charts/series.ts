/** Sampled series as lines: smoothed where samples are counts, thinned to what a width can show. */
import type { Samples } from '../../session/types.ts';
import { SAMPLE_MS } from '../common/samples.ts';

/** The mean of the last `rows` values; NaN counts as nothing. Rates by 100 ms are mostly noise, by a second they can be read. */
export function smoothed(values: Float64Array, rows: number, window: number): Float64Array {
  if (window <= 1) return values.subarray(0, rows);
  const out = new Float64Array(rows);
  let sum = 0, count = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value)) { sum += value; count++; }
    if (i >= window) {
      const gone = values[i - window]!;
      if (!Number.isNaN(gone)) { sum -= gone; count--; }
    }
    out[i] = count === 0 ? NaN : Math.max(0, sum) / count;
  }
  return out;
}

export interface Sample {
  readonly row: number;
  readonly value: number;
}
/** At most two points for each column, the least and the greatest in their order; gaps stay gaps. */
export function thinned(values: Float64Array, columns: number): readonly (readonly Sample[])[] {
  const lines: Sample[][] = [];
  let line: Sample[] | null = null;
  const width = Math.max(1, Math.ceil(values.length / Math.max(1, columns)));
  for (let from = 0; from < values.length; from += width) {
    let low = -1, high = -1;
    for (let i = from; i < Math.min(values.length, from + width); i++) {
      if (Number.isNaN(values[i]!)) continue;
      if (low < 0 || values[i]! < values[low]!) low = i;
      if (high < 0 || values[i]! > values[high]!) high = i;
    }
    if (low < 0) { line = null; continue; }
    if (line === null) { line = []; lines.push(line); }
    for (const row of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) line.push({ row, value: values[row]! });
  }
  return lines;
}
export const timeOf = (row: number): number => (row + 1) * SAMPLE_MS;

/** The greatest value of all, for the axis; 0 where there is none. */
export function greatest(list: readonly Float64Array[]): number {
  let most = 0;
  for (const values of list) for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** All samples as comma-separated values. */
export function csv(samples: Samples): string {
  const { names, rows, values } = samples;
  const lines = [['seconds', ...names].join(',')];
  for (let row = 0; row < rows; row++) {
    lines.push([timeOf(row) / 1000, ...names.map((name) => { const value = values[name]?.[row]; return value === undefined || Number.isNaN(value) ? '' : Number(value.toPrecision(6)); })].join(','));
  }
  return `${lines.join('\n')}\n`;
}
