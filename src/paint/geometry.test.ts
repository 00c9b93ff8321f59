import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { geometryOf, LANE_GAP, placeOn, type Lane, type Place } from './geometry.ts';
import { viewOf } from './testing.ts';

const SIDE = LANE_GAP / 2;
const at = (lane: Lane, distance: number): Place => {
  const place = { x: 0, y: 0, ux: 0, uy: 0 };
  placeOn(lane, distance, place);
  return place;
};

describe('lanes', () => {
  test('keep right of their direction, so that requests and answers of a link are apart all the way', () => {
    const [forth, back] = geometryOf(viewOf()).lanes as [Lane, Lane];
    expect(at(forth, 50)).toEqual({ x: 150, y: 100 + SIDE, ux: 1, uy: 0 });
    expect(at(back, 50)).toEqual({ x: 250, y: 100 - SIDE, ux: -1, uy: 0 });
  });

  test('two opposite links on one line have four lanes', () => {
    const points = [{ x: 100, y: 100 }, { x: 300, y: 100 }];
    const { lanes } = geometryOf(viewOf({ links: [{ points }, { points: points.toReversed() }] }));
    const heights = lanes.map((lane) => at(lane, 20).y);
    expect(heights.toSorted((a, b) => a - b)).toEqual([100 - 3 * SIDE, 100 - SIDE, 100 + SIDE, 100 + 3 * SIDE]);
    // Those that run the same way are neighbours.
    expect(lanes.filter((lane) => at(lane, 20).y < 100).map((lane) => at(lane, 0).ux)).toEqual([-1, -1]);
  });

  test('opposite links that bend apart keep two lanes each', () => {
    const bent = (y: number) => [{ x: 100, y: 100 }, { x: 200, y }, { x: 300, y: 100 }];
    const { lanes } = geometryOf(viewOf({ links: [{ points: bent(60) }, { points: bent(140).toReversed() }] }));
    expect(lanes.map(({ offset }) => offset)).toEqual([SIDE, SIDE, SIDE, SIDE]);
  });

  test('stay as far from the line when the stage is zoomed', () => {
    const [forth] = geometryOf(viewOf({ zoom: { k: 0.5, x: 10, y: 20 } })).lanes as [Lane];
    expect(at(forth, 0)).toMatchObject({ x: 60, y: 70 + SIDE });
    expect(forth.length).toBe(100);
  });

  test('turn a corner without a gap', () => {
    const points = [{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 100, y: 100 }];
    const [forth, back] = geometryOf(viewOf({ links: [{ points }] })).lanes as [Lane, Lane];
    expect(forth.length).toBeCloseTo(200 - 2 * SIDE);
    expect(back.length).toBeCloseTo(200 + 2 * SIDE);
    expect(at(forth, 100 - SIDE)).toMatchObject({ x: 100 - SIDE, y: expect.closeTo(SIDE) });
    expect(at(forth, forth.length)).toMatchObject({ x: 100 - SIDE, y: expect.closeTo(100) });
  });

  test('are measured once per view, and know whether they are on the canvas', () => {
    const view = viewOf();
    expect(geometryOf(view)).toBe(geometryOf(view));
    expect(geometryOf(view).lanes[0]!.visible).toBe(true);
    expect(geometryOf(viewOf({ zoom: { k: 1, x: 900, y: 0 } })).lanes[0]!.visible).toBe(false);
  });

  test('a link without an extent does no harm', () => {
    for (const points of [[], [{ x: 5, y: 5 }], [{ x: 5, y: 5 }, { x: 5, y: 5 }]]) {
      const [lane] = geometryOf(viewOf({ links: [{ points }] })).lanes as [Lane];
      expect(lane.length).toBe(0);
      expect(() => at(lane, 0)).not.toThrow();
    }
  });

  test('equal distances are equally far apart along the lane', () => {
    const coordinate = fc.integer({ min: 0, max: 400 });
    fc.assert(fc.property(fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 2, maxLength: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), (points, part) => {
      const [lane] = geometryOf(viewOf({ links: [{ points }] })).lanes as [Lane];
      const place = at(lane, part * lane.length);
      // Found by walking.
      let rest = part * lane.length, i = 0;
      while (i < lane.points - 2 && rest > lane.at[i + 1]! - lane.at[i]!) { rest -= lane.at[i + 1]! - lane.at[i]!; i++; }
      if (lane.length === 0) return;
      const span = lane.at[i + 1]! - lane.at[i]!;
      const share = span === 0 ? 0 : rest / span;
      expect(place.x).toBeCloseTo(lane.x[i]! + (lane.x[i + 1]! - lane.x[i]!) * share, 6);
      expect(place.y).toBeCloseTo(lane.y[i]! + (lane.y[i + 1]! - lane.y[i]!) * share, 6);
    }));
  });
});
