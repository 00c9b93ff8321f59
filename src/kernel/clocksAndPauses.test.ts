import { describe, expect, test } from 'vitest';
import type { Engine } from './contract.ts';
import type { Fault } from './faults.ts';
import { notesOf, planOf, runSketch, watch, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, server, type Act } from '../../test/support/tinyEngines.ts';

const always = { inspect: () => ({}), invariants: [] } as const;
const acts = (...times: number[]): Act[] => times.map((atMs) => ({ atMs, to: 'shop', op: String(atMs) }));
/** Calls take 10 ms there, 50 ms of work and 10 ms back. */
const shop = (calls: readonly Act[], ...faults: Fault[]): Sketch => ({
  nodes: { user: calls, shop: [{ engine: server, params: { work: constant(50) } }] }, links: { 'user>shop': 10 }, faults, durationMs: 1000,
});

describe('a pause', () => {
  const pause = { kind: 'pause', node: 'shop', fromMs: 55, untilMs: 200 } as const;

  test('holds requests and timers back while the world goes on; at its end they happen in the order they came', () => {
    expect(notesOf(shop(acts(0, 40, 50, 60, 300), pause))).toEqual([
      '10 shop took 0', '50 shop took 40', // 50 ms of work each, begun before
      '200 shop did 0', '200 shop took 50', '200 shop took 60', '200 shop did 40', // due at 60, 60, 70 and 100
      '210 user heard 0 ok', '210 user heard 40 ok', '250 shop did 50', '250 shop did 60', '260 user heard 50 ok', '260 user heard 60 ok', '310 shop took 300', '360 shop did 300', '370 user heard 300 ok',
    ]);
  });
  test('comes before what happens at its very end', () => {
    expect(notesOf(shop(acts(0, 190), pause), 'heard')).toEqual(['10 shop took 0', '200 shop did 0', '200 shop took 190', '250 shop did 190']);
  });
  test('holds answers back from a paused caller, in their place among its timers', () => {
    const impatient: Act[] = [{ atMs: 0, to: 'shop', op: 'a', patienceMs: 100 }, { atMs: 50, to: 'shop', op: 'b', patienceMs: 60 }];
    // The answer to a comes at 70, so before the end of its patience at 100; the answer to b at 120, after it.
    expect(notesOf(shop(impatient, { ...pause, node: 'user' }), 'took', 'did')).toEqual(['200 user heard a ok', '200 user gaveUp b']);
  });
  test('keeps the order also when two pauses overlap', () => {
    const both: Fault[] = [{ ...pause, untilMs: 100 }, { ...pause, fromMs: 90, untilMs: 200 }];
    expect(notesOf(shop(acts(46, 50, 70, 85, 95), ...both), 'heard', 'did')).toEqual([46, 50, 70, 85, 95].map((op) => `200 shop took ${op}`));
  });
  test('holds messages and cancels back', () => {
    const quits: Act[] = [{ atMs: 0, to: 'shop', op: 'a', patienceMs: 50 }, { atMs: 70, to: 'shop', op: 'm', how: 'message' }];
    expect(notesOf(shop(quits, pause))).toEqual(['10 shop took a', '50 user gaveUp a', '200 shop did a', '200 shop got m']); // too late for the cancel: the work was due first
  });
  test('without an end freezes the node for good, and what it holds still counts as pending', () => {
    const { world, notes } = watch(planOf(shop(acts(0, 100), { kind: 'pause', node: 'shop', fromMs: 55 })));
    world.runUntil(1000);
    expect(notes('started')).toEqual(['10 shop took 0']);
    expect(world.pendingEvents).toBe(2);
    expect(world.conditions()['shop']).toMatchObject({ paused: true, open: 1 });
  });
  test('cut short by a crash: what waited is refused, and timers are forgotten', () => {
    expect(notesOf(shop(acts(0, 60), pause, { kind: 'crash', node: 'shop', fromMs: 100, untilMs: 300 }), 'nodeCrashed', 'nodeRestarted')).toEqual([
      '10 shop took 0', '110 user heard 0 transientError: connection reset', '110 user heard 60 transientError: connection refused',
    ]);
  });
  test('makes a person wait too: what was done to a frozen node takes effect when it goes on', () => {
    const { world, notes } = watch(planOf({ ...shop(acts(60), pause), interventions: [{ atMs: 100, kind: 'params', layer: 'shop', params: { work: constant(1) } }, { atMs: 110, kind: 'control', layer: 'shop', control: 'go' }] }));
    world.runUntil(150);
    expect(world.paramsOf('shop')).toEqual({ work: constant(50) });
    world.runUntil(1000);
    expect(notes('started', 'heard')).toEqual([
      '200 shop took 60', '200 shop paramsChanged {"work":{"kind":"constant","ms":1}}', '200 shop changed {"from":{"work":{"kind":"constant","ms":50}},"to":{"work":{"kind":"constant","ms":1}}}', '200 shop controlUsed {"control":"go"}', '200 shop asked go', '250 shop did 60',
    ]);
  });
});

test('what a person did to a paused node is not lost when it crashes: it starts with the new parameters', () => {
  const { world, notes } = watch(planOf({
    ...shop(acts(60, 400), { kind: 'pause', node: 'shop', fromMs: 55, untilMs: 200 }, { kind: 'crash', node: 'shop', fromMs: 120, untilMs: 300 }),
    interventions: [{ atMs: 100, kind: 'params', layer: 'shop', params: { work: constant(1) } }, { atMs: 100, kind: 'control', layer: 'shop', control: 'go' }],
  }));
  world.runUntil(1000);
  expect(notes('started', 'heard', 'nodeCrashed', 'nodeRestarted')).toEqual(['120 shop paramsChanged {"work":{"kind":"constant","ms":1}}', '120 shop controlUsed {"control":"go"}', '410 shop took 400', '411 shop did 400']);
});

describe('a slow node', () => {
  const slow = { kind: 'slow', node: 'shop', factor: 3, fromMs: 50, untilMs: 150 } as const;
  test('takes longer for the work that begins while it lasts', () => {
    expect(notesOf(shop(acts(0, 50, 200), slow), 'took', 'heard')).toEqual(['60 shop did 0', '210 shop did 50', '260 shop did 200']);
  });
  test('of two faults is slowed by both', () => {
    expect(notesOf(shop(acts(50), slow, { ...slow, factor: 2 }), 'took', 'heard')).toEqual(['360 shop did 50']);
  });
});

describe('a clock', () => {
  /** Says what its clock shows every 100 ms of its own. */
  const ticker: Engine<null, null> = { ...always, init: () => null, onStart: (_, ctx) => ctx.after(100, 'tick'), onTimer: (_, __, ctx) => { ctx.note('shows', ctx.nowMs); ctx.after(100, 'tick'); } };
  const shown = (durationMs: number, ...faults: Fault[]) => notesOf({ nodes: { node: [ticker] }, faults, durationMs });
  const wrong = (more: Partial<Extract<Fault, { kind: 'clock' }>>): Fault => ({ kind: 'clock', node: 'node', offsetMs: 0, fromMs: 150, untilMs: 350, ...more });

  test('with an offset shows another time, and is right again afterwards; waits take as long as ever', () => {
    expect(shown(500, wrong({ offsetMs: 1000 }))).toEqual(['100 node shows 100', '200 node shows 1200', '300 node shows 1300', '400 node shows 400', '500 node shows 500']);
    expect(shown(300, wrong({ offsetMs: -500 }))).toEqual(['100 node shows 100', '200 node shows -300', '300 node shows -200']);
  });
  test('that jumps for good has an offset without an end', () => {
    expect(shown(500, wrong({ offsetMs: 7, untilMs: undefined })).at(-1)).toBe('500 node shows 507');
  });
  test('that runs fast gains time from the start of the fault, and its timers come early', () => {
    expect(shown(500, wrong({ driftPpm: 250_000, untilMs: undefined }))).toEqual([
      '100 node shows 100', '200 node shows 212.5', '280 node shows 312.5', '360 node shows 412.5', '440 node shows 512.5',
    ]);
  });
  test('that runs slow loses time, and its timers come late', () => {
    expect(shown(400, wrong({ driftPpm: -200_000, untilMs: undefined }))).toEqual(['100 node shows 100', '200 node shows 190', '325 node shows 290']);
  });
  test('with several faults adds them up, and shows the same whatever else happens in the world', () => {
    const two = [wrong({ offsetMs: 10, driftPpm: 123_457 }), wrong({ offsetMs: 5, fromMs: 170, driftPpm: -77 })];
    const alone = shown(350, ...two);
    expect(alone[1]).toBe(`200 node shows ${Math.round((200 + 10 + 50 * 0.123457 + 5 - 30 * 77e-6) * 1e6) / 1e6}`);
    const others: Fault[] = [181, 190.123457, 195.9].map((fromMs) => ({ kind: 'slow', node: 'other', factor: 2, fromMs, untilMs: fromMs + 3 }));
    expect(notesOf({ nodes: { node: [ticker], other: [server] }, faults: [...two, ...others], durationMs: 350 })).toEqual(alone);
  });

  const patient = (offsetMs: number): Engine<null, null> => ({
    ...always, workload: true, init: () => null, onStart: (_, ctx) => ctx.after(200, 'go'),
    onTimer: (_, __, ctx) => { ctx.send('shop', { op: 'a', deadlineMs: ctx.nowMs + 75, intendedMs: ctx.nowMs - 30 }); ctx.note('shows', ctx.nowMs - offsetMs); },
  });
  test.each([0, 40_000, -40_000])('that is %d ms wrong changes neither the latency nor what is in time: they are measured from outside', (offsetMs) => {
    const sketch = (patienceMs: number): Sketch => ({ ...shop([], { kind: 'clock', node: 'user', offsetMs, fromMs: 0 }), nodes: { user: [{ ...patient(offsetMs), ...(patienceMs === 75 ? {} : { onTimer: (_: null, __: unknown, ctx) => { ctx.send('shop', { op: 'a', deadlineMs: ctx.nowMs + patienceMs }); } }) }], shop: [{ engine: server, params: { work: constant(50) } }] } });
    expect(runSketch(sketch(75)).world.summary()).toMatchObject({ 'user.ok': 1, 'user.good': 1, 'user.meanMs': 100 }); // 70 ms, and 30 ms late
    expect(runSketch(sketch(69)).world.summary()).toMatchObject({ 'user.ok': 1, 'user.good': 0, 'user.meanMs': 70 });
  });
});
