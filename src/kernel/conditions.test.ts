import { describe, expect, test } from 'vitest';
import { OK, type Call, type Engine } from './contract.ts';
import type { Fault } from './faults.ts';
import { notesOf, planOf, runSketch, watch, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, echo, server, watcher, type Act } from '../../test/support/tinyEngines.ts';

const always = { inspect: () => ({}), invariants: [] } as const;
/** Calls at 0, 100, 200 …; each takes 10 ms there, 50 ms of work and 10 ms back. */
const every100 = (count = 3, more: Partial<Act> = {}): Act[] => Array.from({ length: count }, (_, i) => ({ atMs: i * 100, to: 'shop', op: `${i}`, ...more }));
const shop = (acts: readonly Act[], ...faults: Fault[]): Sketch => ({
  nodes: { user: acts, shop: [{ engine: server, params: { work: constant(50) } }] }, links: { 'user>shop': 10 }, faults, durationMs: 1000,
});
const lines = (acts: readonly Act[], ...faults: Fault[]) => runSketch(shop(acts, ...faults)).notes('nodeCrashed', 'nodeRestarted');

describe('a crash', () => {
  const crash = { kind: 'crash', node: 'shop', fromMs: 30, untilMs: 150 } as const;

  test('resets the calls that were under way and refuses those that come', () => {
    expect(lines(every100(3), crash)).toEqual([
      '0 shop started', '10 shop took 0', '40 user heard 0 transientError: connection reset', '120 user heard 1 transientError: connection refused',
      '150 shop started', '210 shop took 2', '260 shop did 2', '270 user heard 2 ok',
    ]);
  });
  test('can be silent: nobody is told anything', () => {
    const { notes, world } = runSketch(shop(every100(3, { patienceMs: 95 }), { ...crash, refuse: false }));
    expect(notes('started', 'nodeCrashed', 'nodeRestarted')).toEqual(['10 shop took 0', '95 user gaveUp 0', '195 user gaveUp 1', '210 shop took 2', '260 shop did 2', '270 user heard 2 ok']);
    expect(world.counters).toMatchObject({ taken: 2, served: 1, lostInCrash: 1 });
    expect(world.summary()['shop.inFlightMean']).toBeCloseTo((20 + 50) / 1000, 9);
  });
  test('loses what is volatile and keeps what is durable', () => {
    const values: unknown[] = [];
    const listener: Engine = { ...always, init: () => null, onStart: (_, ctx) => { for (const at of [0, 100, 200]) ctx.after(at, at); }, onTimer: (_, __, ctx) => { ctx.send('shop', { op: 'a' }); }, onReply: (_, __, outcome) => { values.push('value' in outcome ? outcome.value : outcome.kind); } };
    runSketch({ ...shop([], { ...crash, fromMs: 115, untilMs: 120 }), nodes: { user: [listener], shop: [{ engine: server, params: { work: constant(50) } }] } });
    expect(values).toEqual([1, 'transientError', 2]);
  });
  test('an engine that says nothing of durable state begins anew', () => {
    const counts: Engine = { ...always, init: () => ({ n: 0 }), onRequest(state: { n: number }, call, ctx) { ctx.note('seen', ++state.n); ctx.reply(call, OK); } };
    expect(notesOf({ ...shop(every100(3), { ...crash, fromMs: 130, untilMs: 140 }), nodes: { user: every100(3), shop: [counts] } }, 'heard', 'nodeCrashed', 'nodeRestarted')).toEqual(['10 shop seen 1', '110 shop seen 2', '210 shop seen 1']);
  });
  test('of the caller loses the wait for its answers', () => {
    const { notes, world, text } = runSketch(shop(every100(3), { ...crash, node: 'user' }));
    expect(notes('started', 'took', 'did', 'nodeCrashed', 'nodeRestarted')).toEqual(['270 user heard 2 ok']); // the call at 100 ms was never made
    expect(world.counters).toMatchObject({ started: 2, ended: 1, abandoned: 1 });
    expect(text({ fromMs: 60, untilMs: 80, without: ['note', 'effect', 'hop'] })).toBe('           70 ms  #1 too late for user: ok\n');
  });
  test('leaves no timer, no level and no open call behind', () => {
    const { world } = watch(planOf(shop(every100(1), { ...crash, untilMs: undefined } as Fault)));
    world.runUntil(29);
    expect(world.pendingEvents).toBe(1);
    world.runUntil(40);
    expect(world.pendingEvents).toBe(0);
    expect(world.conditions()['shop']).toMatchObject({ down: true, open: 0 });
    world.runUntil(1000);
    expect(world.summary()['shop.busyMean']).toBeCloseTo(20 / 1000, 9);
  });
  test('leaves nothing by which a timer set after it could touch what is none of its own', () => {
    const ticks: Engine = { ...always, init: () => null, onStart: (_, ctx) => ctx.after(25, 'tick'), onTimer: (_, __, ctx) => ctx.note('ticked') };
    // The place of the dead timer, due at 25 ms, is taken by the one that ends the user's patience, set at 26 ms.
    expect(notesOf({
      nodes: { user: [{ atMs: 26, to: 'shop', patienceMs: 100 }], shop: [{ engine: server, params: { silent: true } }], other: [ticks] }, links: { 'user>shop': 10 }, faults: [{ kind: 'crash', node: 'other', fromMs: 20, untilMs: 50 }],
    }, 'nodeCrashed', 'nodeRestarted', 'started', 'took', 'dropped')).toEqual(['75 other ticked', '126 user gaveUp a']);
  });
  test('at the very start keeps the node from starting until it is over', () => {
    expect(lines(every100(2), { ...crash, fromMs: 0, untilMs: 90 })).toEqual(['20 user heard 0 transientError: connection refused', '90 shop started', '110 shop took 1', '160 shop did 1', '170 user heard 1 ok']);
  });
  test('of two that overlap is one', () => {
    expect(runSketch(shop([{ atMs: 0, to: 'shop' }], crash, { ...crash, fromMs: 100, untilMs: 200 })).notes('took', 'heard')).toEqual(['0 shop started', '30 shop nodeCrashed {"node":"shop"}', '200 shop nodeRestarted {"node":"shop"}', '200 shop started']);
    expect(lines([{ atMs: 0, to: 'shop' }], crash, { ...crash, fromMs: 150, untilMs: 200 }).filter((line) => line.includes('started'))).toEqual(['0 shop started', '200 shop started']);
  });
  test('wins over a pause and over injected errors: a dead process answers nothing but the connection', () => {
    const refused = '120 user heard 1 transientError: connection refused';
    expect(lines(every100(2), crash, { kind: 'pause', node: 'shop', fromMs: 20, untilMs: 140 })[3]).toBe(refused);
    expect(lines(every100(2), crash, { kind: 'errors', node: 'shop', ratio: 1, fromMs: 20 })[3]).toBe(refused);
    expect(lines(every100(2), { ...crash, refuse: false }, { kind: 'errors', node: 'shop', ratio: 1, fromMs: 20 })).toEqual(['0 shop started', '10 shop took 0', '150 shop started']);
  });
  test('changes of parameters count from the restart on, and buttons do nothing while it lasts', () => {
    const plan = planOf({ ...shop(every100(3), crash), interventions: [{ atMs: 50, kind: 'params', layer: 'shop', params: { work: constant(1) } }, { atMs: 60, kind: 'control', layer: 'shop', control: 'go' }] });
    const { world, notes } = watch(plan);
    world.runUntil(1000);
    expect(notes('started', 'nodeCrashed', 'nodeRestarted', 'heard')).toEqual(['10 shop took 0', '50 shop paramsChanged {"work":{"kind":"constant","ms":1}}', '60 shop controlUsed {"control":"go"}', '210 shop took 2', '211 shop did 2']);
  });
});

describe('what a durable layer still knows after a crash', () => {
  /** Keeps the calls it has seen, and answers or gives them up when it is back. */
  const memory = (how: 'reply' | 'cancel', own: boolean): Engine<null, { calls: Call[] }> => ({
    ...always,
    init: () => ({ calls: [] }),
    onRestart: (state) => state,
    onStart(state, ctx) {
      if (own && state.calls.length === 0) ctx.after(5, 'go');
      for (const call of state.calls) { if (how === 'reply') ctx.reply(call, OK); else ctx.cancel(call); }
    },
    onTimer(state, _, ctx) { state.calls.push(ctx.send('shop', { op: 'own' })); },
    onRequest(state, call, ctx) { state.calls.push(call); ctx.note('kept', call.op); },
    onReply(_, call, outcome, ctx) { ctx.note('heard', `${call.op} ${outcome.kind}`); },
  });
  const crashOf = (node: string): Fault => ({ kind: 'crash', node, fromMs: 30, untilMs: 60, refuse: false });
  const quiet = ['nodeCrashed', 'nodeRestarted', 'started'];

  test('an answer to a call taken in before goes nowhere: the connection is gone', () => {
    const { notes, world } = runSketch({ nodes: { user: [{ atMs: 0, to: 'shop' }], shop: [memory('reply', false)] }, links: { 'user>shop': 10 }, faults: [crashOf('shop')] });
    expect(notes(...quiet)).toEqual(['10 shop kept a']);
    expect(world.counters).toMatchObject({ started: 1, ended: 0, taken: 1, served: 0, lostInCrash: 1 });
  });
  test('an answer to a call of its own node from before reaches nobody', () => {
    const { notes, world, text } = runSketch({ nodes: { user: [watcher, memory('reply', false)], shop: [echo] }, links: { 'user>shop': 10 }, faults: [crashOf('user')] });
    expect(notes(...quiet)).toEqual([]);
    expect(world.counters).toMatchObject({ started: 0 });
    const caller = runSketch({ nodes: { user: [{ engine: { ...memory('reply', true), onStart: (_, ctx) => { if (ctx.nowMs === 0) ctx.after(5, 'go'); } } }, memory('reply', false)], shop: [echo] }, links: { 'user>shop': 10 }, faults: [crashOf('user')] });
    expect(caller.notes(...quiet)).toEqual(['5 user-1 kept own']);
    expect(caller.world.counters).toMatchObject({ started: 1, ended: 0, abandoned: 1 });
    expect(caller.text({ without: ['note'] })).toBe('           60 ms  #1 too late for user-1: ok\n');
    expect(text({ without: ['note'] })).toBe('');
  });
  test('giving up a call from before is no second end of it', () => {
    const { world } = runSketch({ nodes: { user: [memory('cancel', true)], shop: [{ engine: server, params: { work: constant(50) } }] }, links: { 'user>shop': 10 }, faults: [crashOf('user')] });
    expect(world.counters).toMatchObject({ started: 1, ended: 0, abandoned: 1 });
  });
});

describe('a crash point', () => {
  const at = (more: Partial<Extract<Fault, { kind: 'crashAt' }>> = {}): Fault => ({ kind: 'crashAt', node: 'shop', note: 'did', occurrence: 2, downMs: 60, fromMs: 0, ...more });

  test('ends the step at its note: what would have followed does not happen', () => {
    const { notes, world } = runSketch(shop(every100(3), at()));
    expect(notes('nodeCrashed', 'nodeRestarted')).toEqual([
      '0 shop started', '10 shop took 0', '60 shop did 0', '70 user heard 0 ok', '110 shop took 1', '160 shop did 1', '170 user heard 1 transientError: connection reset',
      '220 shop started', '220 user heard 2 transientError: connection refused',
    ]);
    expect(world.summary()).toMatchObject({ 'user.ok': 1, 'user.transientError': 2 });
  });
  test('counts from the start of its span, of one layer if it says so, and may be for ever', () => {
    const started = (fault: Fault) => lines(every100(3), fault).filter((line) => line.includes('started') || line.includes('did'));
    expect(started(at({ fromMs: 100, occurrence: 1, downMs: undefined }))).toEqual(['0 shop started', '60 shop did 0', '160 shop did 1']);
    const none = ['0 shop started', '60 shop did 0', '160 shop did 1', '260 shop did 2'];
    expect(started(at({ layer: 'other' }))).toEqual(none);
    expect(started(at({ node: 'user' }))).toEqual(none);
    expect(started(at({ layer: 'shop' }))).toEqual(['0 shop started', '60 shop did 0', '160 shop did 1', '220 shop started']);
    expect(started(at({ occurrence: 1, downMs: 0 }))).toEqual(['0 shop started', '60 shop did 0', '60.000001 shop started', '160 shop did 1', '260 shop did 2']);
  });
  test('may lie in the very start of a node', () => {
    expect(lines(every100(2), at({ note: 'started', occurrence: 1, downMs: 30 }))).toEqual(['0 shop started', '20 user heard 0 transientError: connection refused', '30 shop started', '110 shop took 1', '160 shop did 1', '170 user heard 1 ok']);
  });
  test('also cuts what other layers of the node would have been handed', () => {
    const seen = notesOf({ nodes: { user: [{ atMs: 0, to: 'shop' }], shop: [watcher, { engine: server, params: { work: constant(5) } }] }, links: { 'user>shop': 10 }, faults: [at({ note: 'down', occurrence: 1 })] }, 'nodeCrashed', 'nodeRestarted');
    expect(seen).toEqual(['10 shop-0 down a', '20 user heard a transientError: connection reset']);
    const hasty: Engine = { ...always, init: () => null, onRequest: (_, call, ctx) => { ctx.forward(call); ctx.note('passed', call.op); } };
    expect(notesOf({ nodes: { user: [{ atMs: 0, to: 'shop' }], shop: [hasty, server] }, links: { 'user>shop': 10 }, faults: [at({ note: 'passed', occurrence: 1 })] }, 'nodeCrashed', 'nodeRestarted', 'started')).toEqual(['10 shop-0 passed a', '20 user heard a transientError: connection reset']);
  });
});
