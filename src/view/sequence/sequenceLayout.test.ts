import { describe, expect, test } from 'vitest';
import { clip, lanesOf, sequenceLayout, timeToY, yToTime } from './sequenceLayout.ts';
import { input, leg, move, note } from './testing.ts';

const layoutOf = (change: Parameters<typeof input>[0]) => sequenceLayout(input(change));

describe('lanes', () => {
  test('share the width, and need more when they are many', () => {
    expect(lanesOf([{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }], 400)).toMatchObject({ width: 400, lanes: [{ x: 50 }, { x: 350 }] });
    const many = lanesOf(Array.from({ length: 10 }, (_, i) => ({ id: `n${i}`, title: 'Node' })), 300);
    expect(many.width).toBeGreaterThan(800);
    expect(many.lanes[9]!.x).toBe(many.width - 50);
  });
  test('a long title takes two lines at most, and is cut', () => {
    const { lanes } = lanesOf([{ id: 'a', title: 'The very long name of a service' }, { id: 'b', title: 'Bank' }], 200);
    expect(lanes[0]!.lines).toHaveLength(2);
    expect(lanes[0]!.lines[1]).toMatch(/…$/);
    expect(lanes[1]!.lines).toEqual(['Bank']);
  });
});

describe('arrows', () => {
  test('run from the sending on one lane to the arrival on the other', () => {
    const { arrows: [arrow], top, bottom } = layoutOf({ legs: [leg()] });
    expect(arrow).toMatchObject({ x1: 50, x2: 200, head: true, mark: 'dot', role: 'ink' });
    expect(arrow!.y1).toBeCloseTo(top + 0.1 * (bottom - top));
    expect(arrow!.y2).toBeCloseTo(top + 0.2 * (bottom - top));
  });
  test('time and height are each other’s inverse', () => {
    const area = { top: 40, bottom: 540 }, span = { fromMs: 300, untilMs: 500 };
    expect(yToTime(span, area, timeToY(span, area, 377))).toBeCloseTo(377);
  });
  test('end at the edge of the window, without a head', () => {
    const { arrows: [arrow], bottom } = layoutOf({ legs: [leg({ sentMs: 900, arriveMs: 1100 })] });
    expect(arrow).toMatchObject({ x1: 50, x2: 125, head: false });
    expect(arrow!.y2).toBeCloseTo(bottom);
  });
  test('begin at the edge of the window', () => {
    const { arrows: [arrow], top } = layoutOf({ legs: [leg({ sentMs: -100, arriveMs: 100 })] });
    expect(arrow).toMatchObject({ x1: 125, x2: 200, head: true });
    expect(arrow!.y1).toBeCloseTo(top);
  });
  test('a lost one ends half-way; not at all when that was before the window', () => {
    expect(layoutOf({ legs: [leg({ lost: true })] }).arrows[0]).toMatchObject({ x2: 125, head: true });
    expect(layoutOf({ legs: [leg({ lost: true, sentMs: -200, arriveMs: 100 })] }).arrows).toEqual([]);
  });
  test('one that takes no time is level', () => {
    const { arrows: [arrow] } = layoutOf({ legs: [leg({ arriveMs: 100 })] });
    expect(arrow!.y1).toBe(arrow!.y2);
    expect(arrow!.x2).toBe(200);
  });
  test('look as what they mean', () => {
    const looks = [leg({ kind: 'reply' }), leg({ kind: 'reply', outcome: 'rejected' }), leg({ kind: 'reply', outcome: 'transientError' }), leg({ attempt: 1 }), leg({ kind: 'message' }), leg({ kind: 'reply', late: true })];
    expect(layoutOf({ legs: looks }).arrows.map(({ role, mark }) => `${role} ${mark}`)).toEqual(['ok ring', 'refused square', 'error cross', 'retry retry', 'ink envelope', 'faint ring']);
  });
  test('of nodes that are not here are left out', () => expect(layoutOf({ legs: [leg({ to: 'nowhere' })] }).arrows).toEqual([]));
  test('labels never cover each other', () => {
    const { arrows } = layoutOf({ legs: Array.from({ length: 40 }, (_, i) => leg({ sentMs: 100 + i, arriveMs: 200 + i })) });
    const heights = arrows.flatMap(({ label }) => (label === null ? [] : [label.y])).sort((a, b) => a - b);
    expect(heights.length).toBeGreaterThan(1);
    for (let i = 1; i < heights.length; i++) expect(heights[i]! - heights[i - 1]!).toBeGreaterThanOrEqual(12);
  });
  test('too many: only those of the followed request are drawn', () => {
    const legs = Array.from({ length: 401 }, (_, i) => leg({ root: i, call: i, sentMs: i, arriveMs: i + 50 }));
    expect(layoutOf({ legs })).toMatchObject({ arrows: [], left: { arrows: 401 } });
    const followed = layoutOf({ legs, followed: [legs[7]!], followedRoot: 7 });
    expect(followed.arrows).toHaveLength(1);
    expect(followed.arrows[0]).toMatchObject({ followed: true });
    expect(layoutOf({ legs: legs.slice(1) }).arrows).toHaveLength(400);
  });
});

describe('on the lanes', () => {
  const stay = (state: string, fromMs: number, untilMs: number) => ({ layer: 'l', instance: 't1', state, fromMs, untilMs });
  test('holding states are bars that stand out; final ones are none', () => {
    const { bars } = layoutOf({ stays: [stay('prepared', 100, 300), stay('preparing', 300, 400), stay('done', 400, Infinity)], isFinal: (_, state) => state === 'done' });
    expect(bars.map(({ stay: { state }, holding }) => [state, holding])).toEqual([['prepared', true], ['preparing', false]]);
  });
  test('bars of the same time stand side by side, and those without room are counted', () => {
    const { bars, left } = layoutOf({ stays: Array.from({ length: 12 }, (_, i) => stay('prepared', 100 + i, 900)) });
    expect(new Set(bars.map(({ x }) => x)).size).toBe(bars.length);
    expect(bars.length + left.bars).toBe(12);
    expect(left.bars).toBeGreaterThan(0);
  });
  test('machines that stay where they are all the time are left out when they are many, unless they hold something', () => {
    const many = (state: string, count: number) => layoutOf({ stays: Array.from({ length: count }, () => stay(state, -100, Infinity)) });
    expect(many('running', 3).bars).toHaveLength(3);
    expect(many('running', 4)).toMatchObject({ bars: [], left: { bars: 0 } });
    expect(many('prepared', 4).bars).toHaveLength(4);
  });
  test('bars stay inside the window', () => {
    const { bars: [bar], top, bottom } = layoutOf({ stays: [stay('inDoubt', -500, Infinity)] });
    expect(bar).toMatchObject({ y: top, height: bottom - top });
  });
  test('steps are ticks with the state that was entered', () => {
    const { ticks } = layoutOf({
      steps: [{ atMs: 500, layer: 'l', moves: [move(500, 'working', 'inDoubt')], notes: [] }, { atMs: 600, layer: 'l', moves: [], notes: [note(600, 'logged')] }, { atMs: 700, layer: 'x', moves: [], notes: [note(700, 'logged')] }],
      isQuiet: (_, name) => name === 'logged',
    });
    expect(ticks.map(({ kind, label }) => [kind, label?.text])).toEqual([['move', 'in doubt'], ['quiet', undefined]]);
  });
  test('down times are cut to the window', () => {
    const { downs, top } = layoutOf({ downs: [{ node: 'b', fromMs: -50, untilMs: 100 }, { node: 'b', fromMs: 2000, untilMs: 3000 }] });
    expect(downs).toHaveLength(1);
    expect(downs[0]).toMatchObject({ node: 'b', y: top });
  });
});
test('the part of a way that is inside', () => {
  const span = { fromMs: 100, untilMs: 200 };
  expect(clip(50, 150, span)).toEqual([0.5, 1]);
  expect(clip(0, 400, span)).toEqual([0.25, 0.5]);
  expect(clip(0, 90, span)).toBeNull();
  expect(clip(210, 220, span)).toBeNull();
  expect(clip(150, 150, span)).toEqual([0, 1]);
});
