import { describe, expect, test } from 'vitest';
import { change, verdict } from '../page/headlineFigures.ts';
import { ringData } from './ring.ts';

describe('the window ring', () => {
  test('a ring of results: oldest first, empty cells last', () => {
    const data = ringData({ shape: 'ring', size: 4, cells: [{ failed: false, slow: false }, { failed: true, slow: true }], base: 2, failed: 1, minimum: 3, thresholdPercent: 50, failureRatePercent: null, over: '4 calls' })!;
    expect(data.cells.map(({ failed }) => failed)).toEqual([0, 1, null, null]);
    expect(data.cells[1]!.slow).toBe(true);
    expect(data).toMatchObject({ calls: 2, failed: 1, minimum: 3, thresholdPercent: 50, ratePercent: null });
  });
  test('a ring of buckets: by the share that failed', () => {
    expect(ringData({ shape: 'buckets', size: 3, buckets: [{ calls: 4, failed: 1 }, { calls: 0, failed: 0 }] })!.cells.map(({ failed }) => failed)).toEqual([0.25, null, null]);
  });
  test('nothing is no ring', () => expect([ringData(null), ringData(undefined), ringData([]), ringData({ size: 0 })]).toEqual([null, null, null, null]));
});

describe('headline numbers', () => {
  test('are better or worse by what is wanted, the same within 2 %', () => {
    expect([verdict(59, 27, 'higher'), verdict(0.13, 3.3, 'lower'), verdict(27, 59, 'higher'), verdict(100, 101, 'higher'), verdict(0, 0, 'lower'), verdict(1, null, 'lower')]).toEqual(['better', 'better', 'worse', 'same', 'same', 'same']);
  });
  test('say by how much they change', () => expect([change(50, 27), change(2, 3), change(0, 5), change(1, null), change(10, 10)]).toEqual(['−46 %', '+50 %', '', '', '±0 %']));
});
