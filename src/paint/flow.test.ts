import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOP, MARK, OUTCOME } from './codes.ts';
import { isSample, niceAbove, widthFor } from './flow.ts';
import { addChunk, createHistory, type PaintHistory } from './history.ts';
import { ROLE } from './marks.ts';
import { sceneAt } from './scene.ts';
import { chunkOf, viewOf, type HopRow } from './testing.ts';

/** So many requests a second, evenly, up to 2.1 s, 500 ms each way; of ten answers one is an error. */
function traffic(perSecond: number, link = 0): Partial<HopRow>[] {
  return Array.from({ length: perSecond * 2.1 }, (_, i): Partial<HopRow>[] => {
    const sentMs = (i * 1000) / perSecond;
    const call = i + 1;
    return [
      { call, link, sentMs, arriveMs: sentMs + 500 },
      { call, link, sentMs: sentMs + 500, arriveMs: sentMs + 1000, kind: HOP.reply, outcome: i % 10 === 0 ? OUTCOME.transientError : OUTCOME.ok },
    ];
  }).flat();
}
function historyOf(hops: readonly Partial<HopRow>[]): PaintHistory {
  const history = createHistory();
  addChunk(history, chunkOf(0, 5000, hops));
  return history;
}

describe('levels', () => {
  test('a lane becomes a band where more than one dot per 4 px would be on it', () => {
    const scenes = [90, 110].map((perSecond) => sceneAt(historyOf(traffic(perSecond)), viewOf(), 2000));
    expect(scenes.map(({ density }) => [density.aggregated, ...density.heavy])).toEqual([[false, 0, 0], [true, 1, 1]]);
  });
  test('a sparse lane stays as it is beside a heavy one', () => {
    const links = [{ points: [{ x: 10, y: 50 }, { x: 390, y: 50 }] }, { points: [{ x: 10, y: 150 }, { x: 390, y: 150 }] }];
    const sparse = traffic(10, 1).map((hop) => ({ ...hop, call: hop.call! + 100_000 }));
    const { density, marks, bands } = sceneAt(historyOf([...traffic(4000), ...sparse]), viewOf({ links }), 2000);
    expect([...density.heavy]).toEqual([1, 1, 0, 0]);
    expect(bands.map(({ lane }) => lane)).toEqual([0, 1]);
    expect(marks.y.slice(0, marks.length).filter((y) => y > 100)).toHaveLength(10);
  });
  test('what is outside of the canvas counts for nothing', () => {
    expect(sceneAt(historyOf(traffic(4000)), viewOf({ zoom: { k: 1, x: 900, y: 0 } }), 2000).density.aggregated).toBe(false);
  });
  test('the choice holds for half a second of wall time', () => {
    const history = historyOf(traffic(110).filter(({ sentMs }) => sentMs! < 2000));
    const heavy = Array.from({ length: 10 }, (_, i) => sceneAt(history, viewOf(), 2000 + i * 49).density.heavy[0]);
    expect(heavy).toEqual(Array(10).fill(1));
    expect(sceneAt(history, viewOf(), 2501).density.heavy[0]).toBe(0);
  });
  test('too many squares at the plates are thinned out', () => {
    const history = createHistory();
    addChunk(history, chunkOf(0, 1000, [], Array.from({ length: 900 }, (_, i) => ({ call: i + 1, atMs: 500, kind: MARK.refused, outcome: OUTCOME.rejected }))));
    const { marks, density } = sceneAt(history, viewOf(), 510);
    expect(density).toMatchObject({ aggregated: false, manySpots: true, perDot: 5 });
    expect(marks.length).toBeGreaterThan(120);
    expect(marks.length).toBeLessThan(240);
  });
});

describe('samples', () => {
  test('a dot stands for 1, 2, 5, 10, 20, 50 … requests', () => {
    expect([0, 1, 1.1, 2, 2.5, 5, 6, 10, 11, 99, 100, 101, 4000].map(niceAbove)).toEqual([1, 1, 2, 2, 5, 5, 10, 10, 20, 100, 100, 200, 5000]);
  });
  test('about so many are drawn, and as many dots as fit', () => {
    for (const perSecond of [500, 3000, 9000]) {
      const { marks, density } = sceneAt(historyOf(traffic(perSecond)), viewOf(), 2000);
      expect(marks.length / (perSecond / density.perDot)).toBeGreaterThan(0.6);
      expect(marks.length / (perSecond / density.perDot)).toBeLessThan(1.5);
      expect(marks.length).toBeLessThan(80);
    }
  });
  test('a request is drawn with all its hops, and with fewer dots a part of the same ones', () => {
    fc.assert(fc.property(fc.nat(1e9), fc.nat(1e9), (root, call) => {
      expect(isSample(root + 1, call, 20)).toBe(isSample(root + 1, call + 1, 20));
      if (isSample(root, call, 50)) expect(isSample(root, call, 20)).toBe(true);
      expect(isSample(root, call, 1)).toBe(true);
    }));
  });
  test('the followed request is always there', () => {
    const history = historyOf(traffic(3000));
    for (const root of [5200, 5201, 5202, 5203]) {
      const { marks } = sceneAt(history, viewOf({ root }), 2000);
      expect(Array.from(marks.row.slice(0, marks.length)).filter((row) => history.segments[0]!.hops.root[row] === root)).toHaveLength(1);
    }
  });
});

describe('bands', () => {
  test('are as wide as the rate of the last moments is high, and made of the outcomes', () => {
    const { bands } = sceneAt(historyOf(traffic(1000)), viewOf(), 2000);
    expect(bands.map(({ width }) => width)).toEqual([expect.closeTo(widthFor(1000), 1), expect.closeTo(widthFor(1000), 1)]);
    const [requests, answers] = bands;
    expect(requests!.shares[ROLE.ink]).toBe(1);
    expect(answers!.shares[ROLE.ok]).toBeCloseTo(0.9, 2);
    expect(answers!.shares[ROLE.error]).toBeCloseTo(0.1, 2);
  });
  test('grow with the rate, up to a limit', () => {
    expect([100, 600, 8100, 1e6].map((rate) => Math.round(widthFor(rate)))).toEqual([3, 5, 12, 12]);
  });
});
