import { describe, expect, test } from 'vitest';
import type { Context, Engine, Law } from './contract.ts';
import { notesOf, runSketch, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, echo, server, watcher } from '../../test/support/tinyEngines.ts';

const always = { inspect: () => ({}), invariants: [] } as const;
/** Acts once at its start, and says which timers fire. */
const once = (act: (ctx: Context) => void, more: Partial<Engine> = {}): Engine => ({
  ...always, init: () => null, onStart: (_, ctx) => act(ctx), onTimer: (_, key, ctx) => ctx.note('fired', key), ...more,
});
const fired = (act: (ctx: Context) => void, more: Partial<Engine> = {}) => notesOf({ nodes: { node: [once(act, more)] } });

describe('a timer', () => {
  test('set again is moved, and a cleared one never fires', () => {
    expect(fired((ctx) => {
      ctx.after(10, 'later');
      ctx.after(50, 'later');
      ctx.after(40, 'sooner');
      ctx.after(20, 'sooner');
      ctx.after(30, 'never');
      ctx.clear('never');
      ctx.clear('unknown');
    })).toEqual(['20 node fired sooner', '50 node fired later']);
  });
  test('may be set again by its own name when it fires', () => {
    expect(fired((ctx) => ctx.after(10, 'tick'), { onTimer: (_, key, ctx) => { ctx.note('fired', key); if (ctx.nowMs < 30) ctx.after(10, key); } })).toEqual(['10 node fired tick', '20 node fired tick', '30 node fired tick']);
  });
  test('set to never is cleared', () => {
    expect(fired((ctx) => { ctx.after(10, 'a'); ctx.after(Infinity, 'a'); ctx.after(Infinity, 'b'); })).toEqual([]);
  });
  test('named by a number is another than one named by the same digits', () => {
    expect(fired((ctx) => { ctx.after(10, 1); ctx.after(20, '1'); })).toEqual(['10 node fired 1', '20 node fired 1']);
  });
  test('of another layer is another timer', () => {
    const act = once((ctx) => ctx.after(ctx.layer === 'node-0' ? 10 : 20, 'same'));
    expect(notesOf({ nodes: { node: [act, act] } })).toEqual(['10 node-0 fired same', '20 node-1 fired same']);
  });
  test.each([['the past', -0.000001], ['NaN', NaN]])('in %s breaks a rule', (_, delayMs) => {
    expect(() => fired((ctx) => ctx.after(delayMs, 'bad'))).toThrow(`timers lie ahead (node, at 0 ms): timer bad was set ${delayMs} ms ahead`);
  });
  test('shorter than half a nanosecond fires at this very instant, after all that is there already', () => {
    expect(fired((ctx) => { ctx.after(0, 'a'); ctx.after(1e-7, 'b'); ctx.after(0, 'c'); ctx.after(6e-7, 'd'); })).toEqual(['0 node fired a', '0 node fired b', '0 node fired c', '0.000001 node fired d']);
  });

  const meeting: Sketch = {
    nodes: { user: [{ atMs: 0, to: 'shop' }], shop: [watcher, once((ctx) => { ctx.after(10, 'timer'); ctx.after(10, 'completion', 'completion'); }, { onRequest: (_, call, ctx) => { ctx.note('took', call.op); ctx.reply(call, { kind: 'ok' }); }, onControl: (_, control, ctx) => ctx.note('asked', control) })] },
    links: { 'user>shop': 10 }, interventions: [{ atMs: 10, kind: 'control', layer: 'shop-1', control: 'go' }], faults: [{ kind: 'slow', node: 'shop', factor: 2, fromMs: 10 }],
  };
  test('of one instant comes after completions and before arrivals, and a person before all', () => {
    expect(notesOf(meeting, 'up', 'down')).toEqual(['10 shop-1 controlUsed {"control":"go"}', '10 shop-1 asked go', '10 shop-1 fired completion', '10 shop-1 fired timer', '10 shop-1 took a', '20 user heard a ok']);
  });
  test('for the answer of the same instant comes too late', () => {
    expect(notesOf({ nodes: { user: [{ atMs: 0, to: 'shop', patienceMs: 20 }], shop: [echo] }, links: { 'user>shop': 10 } })).toEqual(['20 user heard a ok']);
    expect(notesOf({ nodes: { user: [{ atMs: 0, to: 'shop', patienceMs: 19.999999 }], shop: [echo] }, links: { 'user>shop': 10 } })).toEqual(['19.999999 user gaveUp a']);
  });
});

describe('a draw', () => {
  /** Draws by the recipe for each of two requests, and says what came. */
  const drawn = (recipe: (ctx: Context, call: Parameters<NonNullable<Engine['onRequest']>>[1]) => number, sketch: Partial<Sketch> = {}): number[] => {
    const out: number[] = [];
    runSketch({
      nodes: { user: [{ atMs: 0, to: 'shop' }, { atMs: 10, to: 'shop' }], shop: [{ engine: { ...always, init: () => null, onRequest: (_, call, ctx) => { out.push(recipe(ctx, call)); ctx.reply(call, { kind: 'ok' }); } }, id: 'shop' }] },
      links: { 'user>shop': 1 }, ...sketch,
    });
    return out;
  };
  test('for a call is fixed by the call, whatever was drawn before', () => {
    const plain = drawn((ctx, call) => ctx.uniform('coin', call));
    expect(drawn((ctx, call) => { ctx.uniform('coin'); ctx.uniform('other', call); return ctx.uniform('coin', call); })).toEqual(plain);
    expect(drawn((ctx, call) => { ctx.uniform('coin', call); return ctx.uniform('coin', call); })).toEqual(plain);
    expect(plain[0]).not.toBe(plain[1]);
  });
  test('for a call is another for another purpose, attempt, layer or seed', () => {
    const plain = drawn((ctx, call) => ctx.uniform('coin', call));
    expect(drawn((ctx, call) => ctx.uniform('other', call))).not.toEqual(plain);
    expect(drawn((ctx, call) => ctx.uniform('coin', { ...call, attempt: 1 }))).not.toEqual(plain);
    expect(drawn((ctx, call) => ctx.uniform('coin', call), { seed: 2 })).not.toEqual(plain);
    const seen: number[] = [];
    const looks: Engine = { ...watcher, onRequest: (_, call, ctx) => { seen.push(ctx.uniform('coin', call)); ctx.forward(call); } };
    runSketch({ nodes: { user: [{ atMs: 0, to: 'shop' }], shop: [looks, looks, echo] }, links: { 'user>shop': 1 } });
    expect(seen[0]).not.toBe(seen[1]);
  });
  test('without a call is the next of a sequence of its own', () => {
    const twice = drawn((ctx) => ctx.uniform('coin'));
    expect(drawn((ctx) => { ctx.uniform('other'); return ctx.uniform('coin'); })).toEqual(twice);
    expect(drawn((ctx) => { ctx.uniform('coin'); return ctx.uniform('coin'); })[0]).toBe(twice[1]);
    expect(twice[0]).not.toBe(twice[1]);
  });
  test('lies in [0, 1) and goes where the distribution says', () => {
    for (const u of drawn((ctx, call) => ctx.uniform('coin', call))) { expect(u).toBeGreaterThanOrEqual(0); expect(u).toBeLessThan(1); }
    expect(drawn((ctx, call) => ctx.sample(constant(7), 'time', call))).toEqual([7, 7]);
    for (const ms of drawn((ctx, call) => ctx.sample({ kind: 'uniform', minMs: 3, maxMs: 4 }, 'time', call))) { expect(ms).toBeGreaterThanOrEqual(3); expect(ms).toBeLessThanOrEqual(4); }
    const erlang = { kind: 'erlang', k: 3, meanMs: 10 } as const;
    const times = drawn((ctx, call) => ctx.sample(erlang, 'time', call));
    expect(times).toEqual(drawn((ctx, call) => { ctx.uniform('time', call); return ctx.sample(erlang, 'time', call); }));
    expect(new Set(times).size).toBe(2);
  });
  test('of work is stretched by a slow node, other samples are not', () => {
    const faults: Sketch['faults'] = [{ kind: 'slow', node: 'shop', factor: 3, fromMs: 5 }];
    const [first, second] = drawn((ctx, call) => ctx.sample({ kind: 'exponential', meanMs: 10 }, 'work', call));
    expect(drawn((ctx, call) => ctx.work({ kind: 'exponential', meanMs: 10 }, call), { faults })).toEqual([first, second! * 3]);
    expect(drawn((ctx, call) => ctx.sample({ kind: 'exponential', meanMs: 10 }, 'work', call), { faults })).toEqual([first, second]);
  });
});

describe('an effect', () => {
  const noTwice: Law<{ seen: Set<string>; twice: boolean }> = {
    name: 'done once', why: 'The same thing was done twice.', init: () => ({ seen: new Set(), twice: false }),
    onEffect(state, { name, data }) { const key = name + JSON.stringify(data); if (state.seen.has(key)) state.twice = true; state.seen.add(key); },
    holds: ({ twice }) => !twice,
    inspect: ({ seen }) => seen.size,
  };
  const pays = once((ctx) => { for (const at of [10, 20, 30, 40, 50]) ctx.after(at, at); }, { onTimer: (_, key, ctx) => ctx.effect('paid', { order: Number(key) > 20 ? 1 : Number(key) }) });
  const { world, notes, trace, text } = runSketch({ nodes: { bank: [pays] }, laws: [noTwice] });

  test('is seen by the laws alone, and the moment when one breaks is noted once', () => {
    expect(notes()).toEqual(['40 bank lawBroken {"law":"done once","why":"The same thing was done twice."}']);
    expect(world.ledger()).toEqual([{ name: 'done once', why: 'The same thing was done twice.', holds: false, view: 3 }]);
    expect(text({ without: ['note'] })).toBe(['           10 ms  bank applies paid (order 10)', '           20 ms  bank applies paid (order 20)', '           30 ms  bank applies paid (order 1)', '           40 ms  bank applies paid (order 1), which breaks a law', '           50 ms  bank applies paid (order 1)', ''].join('\n'));
    expect(Array.from(trace.effects.holds.slice(0, 4))).toEqual([1, 1, 1, 0]);
  });
  test('that must come within a time is missed at the next sample, and the laws count over the whole run', () => {
    const inTime: Law<{ open: number[]; done: number }> = {
      name: 'done in time', why: 'Something took longer than 150 ms.', init: () => ({ open: [], done: 0 }),
      onEffect(state, { name, atMs }) { if (name === 'begun') state.open.push(atMs); else { state.open.shift(); state.done++; } },
      holds: ({ open }, nowMs) => open.every((atMs) => nowMs - atMs <= 150),
      figures: ({ open, done }) => ({ open: open.length, done }),
    };
    const bank = (begin: number, end: number) => once((ctx) => { ctx.after(begin, 'begun'); ctx.after(end, 'ended'); }, { onTimer: (_, key, ctx) => ctx.effect(String(key), null) });
    const punctual = runSketch({ nodes: { bank: [bank(10, 155)] }, laws: [inTime], durationMs: 400 });
    expect(punctual.notes()).toEqual([]);
    expect(punctual.world.summary()).toMatchObject({ 'ledger.open': 0, 'ledger.done': 1 });
    const late = runSketch({ nodes: { bank: [bank(10, 390)] }, laws: [inTime], durationMs: 400 });
    expect(late.notes()).toEqual(['200 bank lawBroken {"law":"done in time","why":"Something took longer than 150 ms."}']);
    expect(late.world.summary()['bank.note.lawBroken']).toBe(1);
    expect(late.world.ledger()[0]!.holds).toBe(true); // it came at last
  });
  test('the observer sees nodes die and come back', () => {
    const watch: Law<string[]> = {
      name: 'watches', why: '', init: () => [], onEffect: () => undefined, holds: () => true, inspect: (seen) => [...seen],
      onNode: (seen, { atMs, node, up }) => { seen.push(`${atMs} ${node} ${up ? 'up' : 'down'}`); },
    };
    const seen = runSketch({ nodes: { bank: [pays], shop: [pays] }, laws: [watch], faults: [{ kind: 'crash', node: 'bank', fromMs: 25, untilMs: 35 }, { kind: 'crash', node: 'shop', fromMs: 30 }] });
    expect(seen.world.ledger()[0]!.view).toEqual(['25 bank down', '30 shop down', '35 bank up']);
  });
  test('stays with the observer when the node that applied it crashes', () => {
    const crashed = runSketch({ nodes: { bank: [pays] }, laws: [noTwice], faults: [{ kind: 'crash', node: 'bank', fromMs: 25, untilMs: 35 }] });
    // Its start sets the timers again: 45, 55, 65, 75 and 85 ms.
    expect(crashed.world.ledger()[0]).toMatchObject({ holds: false, view: 3 });
  });
});

test('what an engine is told of its place', () => {
  const seen: unknown[] = [];
  const looks: Engine = { ...always, init: (params, setup) => { seen.push(params, setup); return null; }, onStart: (_, ctx) => { seen.push([ctx.self, ctx.layer, ctx.downstream, ctx.params, ctx.nowMs]); } };
  runSketch({ nodes: { a: [{ engine: looks, params: { x: 1 } }], b: [server], c: [server] }, links: { 'a>c': 1, 'a>b': 1, 'b>c': 1 }, durationMs: 50 });
  expect(seen).toEqual([{ x: 1 }, { self: 'a', layer: 'a', downstream: ['c', 'b'], nodes: ['a', 'b', 'c'], durationMs: 50 }, ['a', 'a', ['c', 'b'], { x: 1 }, 0]]);
});
