import { describe, expect, test } from 'vitest';
import { csv, greatest, smoothed, thinned } from './series.ts';

const values = Float64Array.from([0, 10, NaN, 20, 30]);

describe('series', () => {
  test('smoothing is the mean of the last values, and skips what is not known', () => expect([...smoothed(values, 5, 2)]).toEqual([0, 5, 10, 20, 25]));
  test('no window, no change', () => expect([...smoothed(values, 3, 1)]).toEqual([0, 10, NaN]));
  test('thinning keeps the extremes of each column in their order', () => {
    const noisy = Float64Array.from({ length: 1000 }, (_, i) => (i === 777 ? 99 : i % 10));
    const [line] = thinned(noisy, 50);
    expect(line!.length).toBeLessThanOrEqual(100);
    expect(Math.max(...line!.map(({ value }) => value))).toBe(99);
    for (let i = 1; i < line!.length; i++) expect(line![i]!.row).toBeGreaterThan(line![i - 1]!.row);
  });
  test('a gap parts the line', () => expect(thinned(values, 5).map((line) => line.map(({ row }) => row))).toEqual([[0, 1], [3, 4]]));
  test('the greatest ignores gaps', () => expect(greatest([values, Float64Array.from([NaN])])).toBe(30));
  test('as CSV', () => expect(csv({ names: ['a'], rows: 3, values: { a: values } })).toBe('seconds,a\n0.1,0\n0.2,10\n0.3,\n'));
});
