import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addToWindow, advanceWindow, bucketsAt, createRing, createTimeWindow, flagged, percentOf, recordInRing, reshapeWindow, resizeRing, ringCells, spanMs, totalsAt,
  type Rotation, type TimeWindow,
} from './rollingWindow.ts';

const results = fc.array(fc.record({ flags: fc.nat(15), tag: fc.nat(15) }), { maxLength: 60, size: 'max' });

describe('a ring of results', () => {
  test('holds the newest and counts their flags', () => {
    const ring = createRing(3);
    for (const [at, flags] of [3, 1, 0, 2].entries()) recordInRing(ring, flags, at, at);
    expect(ringCells(ring)).toEqual([{ flags: 1, tag: 1, atMs: 1 }, { flags: 0, tag: 2, atMs: 2 }, { flags: 2, tag: 3, atMs: 3 }]);
    expect([flagged(ring, 1), flagged(ring, 2), flagged(ring, 4), flagged(ring, 8)]).toEqual([1, 1, 0, 0]);
  });

  test('always equals the last N of a list', () => {
    fc.assert(fc.property(results, fc.integer({ min: 1, max: 12 }), (list, size) => {
      const ring = createRing(size);
      list.forEach(({ flags, tag }, at) => recordInRing(ring, flags, at, tag));
      const kept = list.map((result, atMs) => ({ ...result, atMs })).slice(-size);
      expect(ringCells(ring)).toEqual(kept);
      for (const flag of [1, 2, 4, 8] as const) expect(flagged(ring, flag)).toBe(kept.filter(({ flags }) => (flags & flag) > 0).length);
    }));
  });

  test('resized keeps the newest results that fit, and goes on as if it had always had that size', () => {
    fc.assert(fc.property(results, results, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (before, after, oldSize, newSize) => {
      let ring = createRing(oldSize);
      before.forEach(({ flags, tag }, at) => recordInRing(ring, flags, at, tag));
      ring = resizeRing(ring, newSize);
      after.forEach(({ flags, tag }, at) => recordInRing(ring, flags, 100 + at, tag));
      const old = before.map((result, atMs) => ({ ...result, atMs })).slice(-Math.min(oldSize, newSize));
      expect(ringCells(ring)).toEqual([...old, ...after.map((result, at) => ({ ...result, atMs: 100 + at }))].slice(-newSize));
    }));
  });
});

/** Every addition, remembered one by one: what the buckets must add up to. */
interface Added { readonly atMs: number; readonly column: number; readonly amount: number }
const visits = fc.array(fc.record({ stepMs: fc.oneof(fc.nat(30), fc.nat(400)), column: fc.nat(1), amount: fc.integer({ min: 1, max: 5 }) }), { maxLength: 80, size: 'max' });

function totalsOf(kept: readonly Added[]): number[] {
  return [0, 1].map((column) => kept.reduce((sum, added) => sum + (added.column === column ? added.amount : 0), 0));
}

/** Naive models: which additions each rotation still counts. */
const models: Record<Rotation, (bucketMs: number, buckets: number) => { add(added: Added): void; read(nowMs: number): number[] }> = {
  aligned: (bucketMs, buckets) => {
    const all: Added[] = [];
    return {
      add: (added) => all.push(added),
      read: (nowMs) => totalsOf(all.filter(({ atMs }) => Math.floor(atMs / bucketMs) > Math.floor(nowMs / bucketMs) - buckets)),
    };
  },
  sinceFirst: (bucketMs, buckets) => {
    const begun: { fromMs: number; added: Added[] }[] = [];
    return {
      add: (added) => {
        const newest = begun.at(-1);
        if (newest === undefined || added.atMs - newest.fromMs >= bucketMs || added.atMs - newest.fromMs >= bucketMs * buckets) begun.push({ fromMs: added.atMs, added: [added] });
        else newest.added.push(added);
      },
      read: (nowMs) => totalsOf(begun.filter(({ fromMs }) => nowMs - fromMs < bucketMs * buckets).flatMap(({ added }) => added)),
    };
  },
  onTraffic: (bucketMs, buckets) => {
    const begun: { fromMs: number; added: Added[] }[] = [];
    return {
      add: (added) => {
        const newest = begun.at(-1);
        if (newest === undefined || added.atMs - newest.fromMs >= bucketMs) begun.push({ fromMs: added.atMs, added: [added] });
        else newest.added.push(added);
      },
      read: () => totalsOf(begun.slice(-buckets).flatMap(({ added }) => added)),
    };
  },
};

describe.each<Rotation>(['aligned', 'sinceFirst', 'onTraffic'])('a time window whose buckets rotate %s', (rotation) => {
  test('always equals the naive count', () => {
    fc.assert(fc.property(visits, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 6 }), fc.nat(500), (list, bucketMs, buckets, idleMs) => {
      const window = createTimeWindow({ bucketMs, buckets, rotation }, 2);
      const model = models[rotation](bucketMs, buckets);
      let atMs = 0;
      for (const { stepMs, column, amount } of list) {
        atMs += stepMs;
        expect(totalsAt(window, atMs)).toEqual(model.read(atMs));
        addToWindow(window, atMs, column, amount);
        model.add({ atMs, column, amount });
        expect(Array.from(window.totals)).toEqual(model.read(atMs));
      }
      const laterMs = atMs + idleMs;
      expect(totalsAt(window, laterMs)).toEqual(model.read(laterMs));
      advanceWindow(window, laterMs);
      expect(Array.from(window.totals)).toEqual(model.read(laterMs));
    }), { numRuns: 300 });
  });

  test('looking does not change it, and it survives being copied', () => {
    fc.assert(fc.property(visits, fc.nat(500), (list, idleMs) => {
      const window = createTimeWindow({ bucketMs: 20, buckets: 4, rotation }, 2);
      let atMs = 0;
      for (const { stepMs, column } of list) addToWindow(window, (atMs += stepMs), column);
      const before = structuredClone(window);
      totalsAt(window, atMs + idleMs);
      bucketsAt(window, atMs + idleMs);
      spanMs(window, atMs + idleMs);
      expect(window).toEqual(before);
    }));
  });

  test('a clock put back neither loses nor invents anything', () => {
    const window = createTimeWindow({ bucketMs: 10, buckets: 3, rotation }, 1);
    addToWindow(window, 25, 0);
    addToWindow(window, 3, 0);
    expect(totalsAt(window, 25)).toEqual([2]);
  });
});

const aligned = (bucketMs: number, buckets: number): TimeWindow => createTimeWindow({ bucketMs, buckets, rotation: 'aligned' }, 1);

test('ten one-second buckets span between nine and ten seconds', () => {
  const atStart = aligned(1000, 10);
  addToWindow(atStart, 1000, 0);
  expect(totalsAt(atStart, 10_999)).toEqual([1]); // 9 999 ms later
  expect(totalsAt(atStart, 11_000)).toEqual([0]);
  const atEnd = aligned(1000, 10);
  addToWindow(atEnd, 1999, 0);
  expect(totalsAt(atEnd, 10_999)).toEqual([1]);
  expect(totalsAt(atEnd, 11_000)).toEqual([0]); // 9 001 ms later
});

test('rotating on traffic, old results outlive a quiet time', () => {
  const window = createTimeWindow({ bucketMs: 1000, buckets: 2, rotation: 'onTraffic' }, 1);
  addToWindow(window, 0, 0);
  expect(totalsAt(window, 3_600_000)).toEqual([1]);
  addToWindow(window, 3_600_000, 0);
  expect(totalsAt(window, 3_600_000)).toEqual([2]);
  addToWindow(window, 3_601_000, 0);
  expect(totalsAt(window, 3_601_000)).toEqual([2]);
});

describe('another shape', () => {
  test('a longer window keeps all, a shorter one the newest buckets', () => {
    const window = aligned(10, 5);
    for (const atMs of [0, 10, 20, 30, 40]) addToWindow(window, atMs, 0);
    expect(totalsAt(reshapeWindow(window, { bucketMs: 10, buckets: 8, rotation: 'aligned' }, 40), 40)).toEqual([5]);
    expect(totalsAt(reshapeWindow(window, { bucketMs: 10, buckets: 2, rotation: 'aligned' }, 40), 40)).toEqual([2]);
    expect(totalsAt(reshapeWindow(window, { bucketMs: 20, buckets: 2, rotation: 'aligned' }, 40), 40)).toEqual([3]); // from 20 ms on
  });

  test('the same shape is the same window', () => {
    fc.assert(fc.property(visits, fc.nat(100), (list, idleMs) => {
      const shape = { bucketMs: 20, buckets: 4, rotation: 'aligned' } as const;
      const window = createTimeWindow(shape, 2);
      let atMs = 0;
      for (const { stepMs, column, amount } of list) addToWindow(window, (atMs += stepMs), column, amount);
      const nowMs = atMs + idleMs;
      const counted = (of: TimeWindow) => bucketsAt(of, nowMs).filter(({ counts }) => counts.some((count) => count > 0));
      expect(counted(reshapeWindow(window, shape, nowMs))).toEqual(counted(window));
    }));
  });
});

test('a share of nothing is not applicable', () => {
  expect(percentOf(0, 0)).toBeNull();
  expect(percentOf(1, 4)).toBe(25);
});

test('the span of a window grows until the buckets are all in use', () => {
  const window = aligned(1000, 3);
  expect(spanMs(window, 0)).toBe(0);
  addToWindow(window, 500, 0);
  expect(spanMs(window, 1500)).toBe(1500);
  addToWindow(window, 2500, 0);
  addToWindow(window, 3500, 0);
  expect(spanMs(window, 3999)).toBe(2999);
});
