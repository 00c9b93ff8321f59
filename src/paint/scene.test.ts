import { describe, expect, test } from 'vitest';
import type { PaintView } from '../protocol/paint.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK, OUTCOME, OUTCOMES } from './codes.ts';
import { LANE_GAP } from './geometry.ts';
import { addChunk, createHistory, type PaintNames } from './history.ts';
import { DOUBLED, FAINT, FOLLOWED, ROLE_NAMES, SHAPE_NAMES } from './marks.ts';
import { sceneAt } from './scene.ts';
import { chunkOf, viewOf, type HopRow, type MarkRow } from './testing.ts';

const FORTH = 100 + LANE_GAP / 2, BACK = 100 - LANE_GAP / 2;
const NAMES: PaintNames = { ops: [], layers: [], nodeOf: [0] };

/** The marks of a moment, readable. */
function marksAt(atMs: number, hops: readonly Partial<HopRow>[], marks: readonly Partial<MarkRow>[] = [], changes: Partial<PaintView> = {}) {
  const history = createHistory(NAMES);
  addChunk(history, chunkOf(0, 10_000, hops, marks));
  const { marks: m } = sceneAt(history, viewOf(changes), atMs);
  return Array.from({ length: m.length }, (_, i) => ({
    look: `${SHAPE_NAMES[m.shape[i]!]} ${ROLE_NAMES[m.role[i]!]}`, x: m.x[i]!, y: m.y[i]!, alpha: m.alpha[i]!,
    attempt: m.attempt[i]!, flags: m.flags[i]!, streak: m.lane[i]! < 0 ? null : [m.tail[i]!, m.head[i]!],
  }));
}
const lookOf = (hop: Partial<HopRow>) => marksAt(25, [hop])[0]!.look;

describe('where', () => {
  test('a request is at the part of its way that its time has come to, right of the line', () => {
    const hop = { sentMs: 1000, arriveMs: 1200 };
    const places = [999, 1000, 1050, 1150, 1199.5, 1200].map((ms) => marksAt(ms, [hop]).map(({ x, y }) => [x, y]));
    expect(places).toEqual([[], [[100, FORTH]], [[150, FORTH]], [[250, FORTH]], [[299.5, FORTH]], []]);
  });
  test('an answer comes back on the other side', () => {
    const hop = { sentMs: 1000, arriveMs: 1200, kind: HOP.reply };
    expect(marksAt(1050, [hop])).toMatchObject([{ x: 250, y: BACK }]);
  });
  test('playback speed changes no position', () => {
    const hop = { sentMs: 1000, arriveMs: 1200 };
    for (const speed of [0.01, 1, 100]) expect(marksAt(1050, [hop], [], { speed })).toMatchObject([{ x: 150, y: FORTH }]);
  });
  test('outside of the canvas nothing is drawn', () => {
    expect(marksAt(50, [{}], [], { zoom: { k: 1, x: -230, y: 0 } })).toEqual([]);
    expect(marksAt(90, [{}], [], { zoom: { k: 1, x: -230, y: 0 } })).toHaveLength(1);
  });
  test('a hop over a link that the view does not have is left out', () => {
    expect(marksAt(50, [{ link: 3 }])).toEqual([]);
  });
});

describe('what', () => {
  test('a request, a retry with its attempt, a message, a cancel', () => {
    expect(lookOf({})).toBe('dot ink');
    expect(marksAt(25, [{ attempt: 3 }])).toMatchObject([{ look: 'retry retry', attempt: 3 }]);
    expect(lookOf({ kind: HOP.message, root: 0 })).toBe('envelope ink');
    expect(lookOf({ kind: HOP.cancel })).toBe('tick ink');
  });
  test('an answer by its outcome', () => {
    const looks = Object.fromEntries(OUTCOMES.map((name, outcome) => [name, lookOf({ kind: HOP.reply, outcome })]));
    expect(looks).toEqual({
      ok: 'ring ok', transientError: 'cross error', permanentError: 'cross error', timeout: 'half late', overload: 'cross error',
      throttled: 'triangle throttled', rejected: 'square refused', cancelled: 'hollow faint', stale: 'stale ok',
    });
  });
  test('a copy is doubled', () => {
    expect(marksAt(25, [{ flags: DUPLICATE }])).toMatchObject([{ look: 'dot ink', flags: DOUBLED }]);
  });
  test('what nobody waits for is hollow and grey: from the moment of giving up, with all that was asked on its behalf', () => {
    const hops = [{ call: 1, arriveMs: 200 }, { call: 2, root: 1, parent: 1, sentMs: 20, arriveMs: 200 }, { call: 3, root: 1, parent: 2, sentMs: 30, arriveMs: 200 }, { call: 4, arriveMs: 200 }];
    const gaveUp = [{ call: 1, atMs: 100, kind: MARK.gaveUp, outcome: OUTCOME.timeout }];
    expect(marksAt(99, hops, gaveUp).map(({ look }) => look)).toEqual(['dot ink', 'dot ink', 'dot ink', 'dot ink']);
    expect(marksAt(100, hops, gaveUp).slice(0, 4).map(({ look }) => look)).toEqual(['hollow faint', 'dot ink', 'hollow faint', 'hollow faint']);
    // The request itself may go on without the call that was given up.
    const below = [{ call: 2, atMs: 100, kind: MARK.gaveUp, outcome: OUTCOME.timeout }];
    expect(marksAt(100, hops, below).slice(0, 4).map(({ look }) => look)).toEqual(['dot ink', 'dot ink', 'hollow faint', 'hollow faint']);
    expect(lookOf({ kind: HOP.reply, flags: LATE })).toBe('hollow faint');
  });
  test('the lost one flies as any other to half its way and fades there', () => {
    const hop = { sentMs: 0, arriveMs: 200, flags: LOST };
    expect(marksAt(99, [hop])).toMatchObject([{ look: 'dot ink', x: 199, alpha: 1 }]);
    expect(marksAt(100, [hop])).toMatchObject([{ look: 'vanished ink', x: 200, alpha: 1 }]);
    expect(marksAt(325, [hop])).toMatchObject([{ look: 'vanished ink', x: 200, y: FORTH, alpha: 0.5 }]);
    expect(marksAt(551, [hop])).toEqual([]);
  });
});

describe('at a place', () => {
  /** Each is moved a little, so that neighbours in time do not hide each other. */
  const near = (place: { x: number; y: number }, x: number, y: number) => { expect(Math.abs(place.x - x)).toBeLessThanOrEqual(6); expect(Math.abs(place.y - y)).toBeLessThanOrEqual(6); };

  test('a refused call comes up to the plate from inside the card, turns round there, and fades on its way back', () => {
    const refused = [{ atMs: 1000, kind: MARK.refused, outcome: OUTCOME.rejected }];
    const along = [1000, 1056.25, 1112.5, 1281.25, 1449].map((ms) => marksAt(ms, [], refused)[0]!);
    expect(along.map(({ look }) => look)).toEqual(Array(5).fill('square refused'));
    const [start, , turn, , end] = along as [typeof along[0], unknown, typeof along[0], unknown, typeof along[0]];
    near(turn!, 90, 100);
    expect(along.map(({ x }) => Math.round(turn!.x - x))).toEqual([26, 13, 0, 13, 26]);
    expect(along.map(({ alpha }) => Math.round(alpha * 100) / 100)).toEqual([1, 1, 1, 0.75, 0]);
    expect([start!.y, end!.y]).toEqual([turn!.y, turn!.y]);
    expect(marksAt(1450, [], refused)).toEqual([]);
    expect(marksAt(999, [], refused)).toEqual([]);
  });
  test('its time is the wall clock\'s: 0.45 s at any speed', () => {
    const refused = [{ atMs: 1000, kind: MARK.refused, outcome: OUTCOME.rejected }];
    expect([1044, 1046].map((ms) => marksAt(ms, [], refused, { speed: 0.1 }).length)).toEqual([1, 0]);
  });
  test('throttled by the caller\'s own limiter: a triangle', () => {
    expect(marksAt(1000, [], [{ atMs: 1000, outcome: OUTCOME.throttled }])[0]!.look).toBe('triangle throttled');
  });
  test('a half circle stays where the caller gave up: at the start of the link, else at the plate, else at the node', () => {
    const gaveUp = { call: 5, atMs: 1000, kind: MARK.gaveUp, outcome: OUTCOME.timeout };
    const cancel = { call: 5, sentMs: 1000, kind: HOP.cancel };
    const [tick, onLink] = marksAt(1010, [cancel], [gaveUp]);
    expect([tick!.look, onLink!.look]).toEqual(['tick ink', 'half late']);
    near(onLink!, 100, FORTH);
    near(marksAt(1010, [], [gaveUp])[0]!, 90, 100);
    near(marksAt(1010, [], [gaveUp], { plates: [null] })[0]!, 50, 100);
    expect([1400, 1675, 1900].map((ms) => marksAt(ms, [], [gaveUp]).map(({ alpha }) => alpha))).toEqual([[1], [0.5], []]);
    expect(marksAt(1010, [], [{ ...gaveUp, outcome: OUTCOME.cancelled }])[0]!.look).toBe('half faint');
  });
  test('a late answer drops at the plate of the layer that no longer waits', () => {
    const late = { atMs: 1000, kind: MARK.late };
    expect(marksAt(1000, [], [late])[0]!.look).toBe('hollow faint');
    near(marksAt(1100, [], [late])[0]!, 90, 100);
    expect(marksAt(1000, [], [late], { plates: [null] })).toEqual([]);
  });
  test('without names a plate belongs to the nearest node', () => {
    const history = createHistory();
    addChunk(history, chunkOf(0, 10_000, [], [{ atMs: 1000 }]));
    const { marks } = sceneAt(history, viewOf(), 1000);
    near({ x: marks.x[0]!, y: marks.y[0]! }, 64, 100);
  });
});

describe('motion', () => {
  test('a flight of less than five frames draws a streak over its last 50 ms and lingers where it arrived', () => {
    const hop = { sentMs: 1000, arriveMs: 1080 };
    expect(marksAt(1040, [hop])).toMatchObject([{ x: 200, streak: [0, 100], alpha: 1 }]);
    expect(marksAt(1060, [hop])).toMatchObject([{ x: 250, streak: [25, 150] }]);
    expect(marksAt(1105, [hop])).toMatchObject([{ x: 300, streak: [137.5, 200], alpha: 0.5 }]);
    expect(marksAt(1131, [hop])).toEqual([]);
    expect(marksAt(1040, [{ sentMs: 1000, arriveMs: 1100 }])).toMatchObject([{ streak: null }]);
    // Slowed down it takes its time.
    expect(marksAt(1040, [hop], [], { speed: 0.5 })).toMatchObject([{ x: 200, streak: null }]);
  });
  test('reduced: a mark jumps between the thirds of its lane, nothing fades, and piles are counted', () => {
    const view = { reducedMotion: true };
    const hop = { sentMs: 0, arriveMs: 300 };
    expect([0, 99, 100, 199, 200, 299].map((ms) => Math.round(marksAt(ms, [hop], [], view)[0]!.x))).toEqual([133, 133, 200, 200, 267, 267]);
    expect(marksAt(1400, [], [{ atMs: 1000, outcome: OUTCOME.rejected }], view)).toMatchObject([{ alpha: 1 }]);
    expect(marksAt(10, [{ sentMs: 0, arriveMs: 20 }], [], view)).toMatchObject([{ streak: null }]);
    const history = createHistory();
    addChunk(history, chunkOf(0, 1000, [{ call: 1 }, { call: 2 }, { call: 3, sentMs: 5, kind: HOP.reply }]));
    expect(Array.from(sceneAt(history, viewOf(view), 10).piles)).toEqual([2, 0, 0, 1, 0, 0]);
  });
  test('followed: the request itself stands out, the others are faint', () => {
    const hops = [{ call: 1 }, { call: 2, root: 1 }, { call: 3 }];
    expect(marksAt(10, hops, [], { root: 1 }).map(({ flags }) => flags)).toEqual([FOLLOWED, FOLLOWED, FAINT]);
  });
});
