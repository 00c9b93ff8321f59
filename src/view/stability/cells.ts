/** Reading the values of a map that is still growing. */
import type { MapState } from './mapJob.ts';

type Values = MapState['values'];

/** What stands in a cell: its own value, or until that is there the one of the coarser cell that covers it. */
export function shownAt(values: Values, columns: number, i: number, j: number): { readonly value: number | null | undefined; readonly own: boolean } {
  for (const step of [1, 2, 4]) {
    const value = values[(j - (j % step)) * columns + (i - (i % step))];
    if (value !== undefined) return { value, own: step === 1 };
  }
  return { value: undefined, own: false };
}
export function extent(values: Values): { readonly low: number; readonly high: number } | null {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? null : { low, high };
}
/** Edges between cells on either side of a level, in cells: the brink, drawn as a line. Row 0 is at the bottom. */
export function brink(values: Values, columns: number, rows: number, level: number): string {
  const over = (i: number, j: number): boolean | null => {
    const { value } = shownAt(values, columns, i, j);
    return typeof value === 'number' && Number.isFinite(value) ? value >= level : null;
  };
  let path = '';
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const here = over(i, j), right = i + 1 < columns ? over(i + 1, j) : null, above = j + 1 < rows ? over(i, j + 1) : null;
      if (here === null) continue;
      if (right !== null && right !== here) path += `M${i + 1},${rows - j}v-1`;
      if (above !== null && above !== here) path += `M${i},${rows - j - 1}h1`;
    }
  }
  return path;
}
