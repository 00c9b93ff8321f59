import { describe, expect, test } from 'vitest';
import { nearest } from './nearest.ts';
import { rulerTicks, windowFor } from './sequenceWindow.ts';
import { Stays } from './stays.ts';
import { crashPoint, downTimes, notedAt, stepsWithin } from './steps.ts';
import { leg, move, note } from './testing.ts';

describe('the window', () => {
  const at = (before: Parameters<typeof windowFor>[0], ms: number) => windowFor(before, ms, 1000, 60_000);
  test('stands still while the moment is well inside, and turns when it is not', () => {
    const first = at(null, 10_000);
    expect(first).toEqual({ fromMs: 9700, untilMs: 10_700 });
    expect(at(first, 10_500)).toBe(first);
    expect(at(first, 10_650)).toEqual({ fromMs: 10_350, untilMs: 11_350 });
    expect(at(first, 9710).fromMs).toBeCloseTo(9410);
  });
  test('stays inside the run', () => {
    expect(at(null, 0)).toEqual({ fromMs: 0, untilMs: 1000 });
    expect(at(null, 60_000)).toEqual({ fromMs: 59_000, untilMs: 60_000 });
    const last = at(null, 60_000);
    expect(at(last, 59_990)).toBe(last);
  });
  test('another length is another window', () => expect(windowFor({ fromMs: 0, untilMs: 1000 }, 500, 200, 60_000)).toEqual({ fromMs: 440, untilMs: 640 }));
  test('has round moments on its ruler', () => {
    expect(rulerTicks({ fromMs: 9700, untilMs: 10_700 })).toEqual([9800, 10_000, 10_200, 10_400, 10_600]);
    expect(rulerTicks({ fromMs: 0, untilMs: 200 })).toEqual([0, 50, 100, 150, 200]);
  });
});

describe('stays', () => {
  test('begin and end with moves; back in the initial state there is none', () => {
    const stays = new Stays();
    stays.update([move(10, 'closed', 'open'), move(20, 'open', 'halfOpen'), move(30, 'halfOpen', 'closed'), move(40, 'closed', 'open')], 1);
    expect(stays.within(0, 100).map(({ state, fromMs, untilMs }) => [state, fromMs, untilMs])).toEqual([['open', 10, 20], ['halfOpen', 20, 30], ['open', 40, Infinity]]);
    expect(stays.within(25, 28).map(({ state }) => state)).toEqual(['halfOpen']);
  });
  test('grow with the run, and start anew with a revision', () => {
    const stays = new Stays();
    const moves = [move(10, 'a', 'b', 'x')];
    stays.update(moves, 1);
    moves.push(move(20, 'b', 'c', 'x'));
    stays.update(moves, 1);
    expect(stays.list.map(({ untilMs }) => untilMs)).toEqual([20, Infinity]);
    stays.update([], 2);
    expect(stays.list).toEqual([]);
  });
  test('where many come to rest is no stay; to be in doubt always is', () => {
    const stays = new Stays();
    stays.update(Array.from({ length: 10 }, (_, i) => [move(i, 'idle', 'working', `t${i}`), move(i + 0.5, 'working', i < 8 ? 'done' : 'inDoubt', `t${i}`)]).flat(), 1);
    expect([...new Set(stays.within(0, 100).map(({ state }) => state))].sort()).toEqual(['inDoubt', 'working']);
  });
});

describe('steps', () => {
  test('put what a layer did at one instant together, without the kernel’s notes', () => {
    const steps = stepsWithin([note(10, 'voted'), note(10, 'nodeCrashed'), note(20, 'nodeRestarted'), note(30, 'x', 'other')], [move(10, 'a', 'b')], 0, 25);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ atMs: 10, layer: 'l', moves: [{ to: 'b' }], notes: [{ name: 'voted' }] });
  });
  test('a crash point counts how often its layer had noted it', () => {
    const notes = [note(5, 'voted'), note(6, 'voted', 'other'), note(10, 'voted'), note(20, 'voted'), note(20, 'logged')];
    expect(notedAt(notes, 'l', 10)).toEqual([{ note: 'voted', occurrence: 2 }]);
    expect(notedAt(notes, 'l', 20)).toEqual([{ note: 'voted', occurrence: 3 }, { note: 'logged', occurrence: 1 }]);
    expect(notedAt(notes, 'l', 7)).toEqual([]);
    expect(crashPoint('bank', 'l', { note: 'voted', occurrence: 2 })).toEqual({ kind: 'crashAt', node: 'bank', note: 'voted', layer: 'l', occurrence: 2, downMs: 5000, fromMs: 0 });
  });
  test('with an instance, what speaks of it comes first', () => {
    const notes = [note(10, 'voted', 'l', { tx: 't1' }), note(10, 'logged', 'l', { tx: 't2' }), note(10, 'voted', 'l', { tx: 't2' })];
    expect(notedAt(notes, 'l', 10, 't2').toSorted((a, b) => (a.note < b.note ? -1 : 1))).toEqual([{ note: 'logged', occurrence: 1 }, { note: 'voted', occurrence: 2 }]);
    expect(notedAt(notes, 'l', 10, 't1')).toEqual([{ note: 'voted', occurrence: 1 }]);
    expect(notedAt(notes, 'l', 10, 'nobody')).toHaveLength(2);
  });
  test('a node is down from its crash to its restart', () => {
    expect(downTimes([note(10, 'nodeCrashed'), note(20, 'nodeRestarted'), note(30, 'nodeCrashed')], () => 'b')).toEqual([{ node: 'b', fromMs: 10, untilMs: 20 }, { node: 'b', fromMs: 30, untilMs: Infinity }]);
  });
});

test('the nearest packets, in order of sending', () => {
  const legs = [leg({ sentMs: 0, arriveMs: 10 }), leg({ sentMs: 50, arriveMs: 60 }), leg({ sentMs: 90, arriveMs: 110 }), leg({ sentMs: 200, arriveMs: 210 })];
  expect(nearest(legs, 100, 2).map(({ sentMs }) => sentMs)).toEqual([50, 90]);
});
