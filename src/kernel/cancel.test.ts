import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine } from './contract.ts';
import { notesOf, planOf, runSketch, watch, type Sketch, type TinyLayer } from '../../test/support/smallWorlds.ts';
import { caller, constant, impatient, relay, retrier, server, wall, watcher, type Act } from '../../test/support/tinyEngines.ts';

const calls = (...acts: Act[]) => ({ engine: caller, params: { acts } });
const works = (ms: number) => ({ engine: server, params: { work: constant(ms) } });
const deaf: Engine = { ...server, onCancel: undefined };

describe('giving a call up', () => {
  const sketch: Sketch = { nodes: { user: [calls({ atMs: 0, to: 'shop', patienceMs: 25 }), watcher], shop: [watcher, works(100)] }, links: { 'user>shop': 10 } };

  test('is heard by every layer below, over the link, down to the callee', () => {
    expect(notesOf(sketch)).toEqual(['0 user-1 down a', '10 shop-0 down a', '10 shop-1 took a', '25 user-0 gaveUp a', '25 user-1 cancelled a', '35 shop-0 cancelled a', '35 shop-1 dropped a', '35 shop-0 up a cancelled']);
  });

  test('ends the call for its sender, which hears nothing more', () => {
    const { world, text } = runSketch(sketch);
    expect(world.summary()).toMatchObject({ 'user.timeout': 1, 'user.meanMs': 25, 'user>shop.replies': 0 });
    expect(world.conditions()).toMatchObject({ user: { pending: 0 }, shop: { open: 0 } });
    expect(text({ fromMs: 20, without: ['note'] })).toBe([
      '           25 ms  #1 given up by user-0: timeout', '                  #1 ends at user-0: timeout', '                  #1 a user → shop: cancel, arrives at 35 ms', '',
    ].join('\n'));
  });

  test('does not keep a callee that does not heed it from working, for nobody', () => {
    const { notes, world, text } = runSketch({ nodes: { user: [calls({ atMs: 0, to: 'shop', patienceMs: 25 })], shop: [{ engine: deaf, params: { work: constant(100) } }] }, links: { 'user>shop': 10 } });
    expect(notes('started', 'took')).toEqual(['25 user gaveUp a', '110 shop did a']);
    expect(world.summary()).toMatchObject({ 'shop.served': 1, 'shop.wasted': 1, 'user.ok': 0 });
    expect(text({ fromMs: 110, without: ['note', 'effect'] })).toBe('          110 ms  #1 a user ← shop: ok, nobody waits, arrives at 120 ms\n          120 ms  #1 too late for user: ok\n');
  });

  test('makes the work for its children wasted too', () => {
    const { world } = runSketch({
      nodes: { user: [calls({ atMs: 0, to: 'gateway', patienceMs: 25 })], gateway: [{ engine: relay, params: { to: ['shop'] } }], shop: [works(50)] },
      links: { 'user>gateway': 10, 'gateway>shop': 10 },
    });
    expect(world.summary()).toMatchObject({ 'shop.wasted': 1, 'gateway.wasted': 1 });
  });

  test('says nothing over the network once the answer is back, or when the call never went out', () => {
    const twice: Engine<null, null> = {
      inspect: () => ({}), invariants: [], init: () => null,
      onStart: (_, ctx) => ctx.after(0, 'go'),
      onTimer(_, key, ctx) { if (key === 'go') ctx.after(50, ctx.send('shop', { op: 'a' }).id); },
      onReply(_, call, outcome, ctx) { ctx.note('heard', outcome.kind); ctx.cancel(call); ctx.cancel(call); },
    };
    const shop = [works(0)];
    expect(runSketch({ nodes: { user: [twice], shop }, links: { 'user>shop': 10 } }).text({ without: ['note', 'effect', 'mark'] })).not.toContain('cancel');
    expect(runSketch({ nodes: { user: [twice, wall], shop }, links: { 'user>shop': 10 } }).text({ without: ['note', 'effect', 'mark'] })).toBe('');
  });

  test('says nothing over the network either when a layer below the sender does it after the answer', () => {
    const sour: Engine<null, null> = { ...watcher, onReply(_, call, __, ctx) { ctx.cancel(call); ctx.reply(call, { kind: 'stale' }); } };
    const { notes, text } = runSketch({ nodes: { user: [calls({ atMs: 0, to: 'shop' }), sour], shop: [works(0)] }, links: { 'user>shop': 10 } });
    expect(notes('started', 'took', 'did', 'down')).toEqual(['20 user-0 heard a stale']);
    expect(text({ without: ['note', 'effect', 'mark'] })).not.toContain('cancel');
  });

  test('is no news for a callee that has answered, or that took the call in before a crash', () => {
    const answered = notesOf({ nodes: { user: [calls({ atMs: 0, to: 'shop', patienceMs: 15 })], shop: [watcher, works(0)] }, links: { 'user>shop': 10 } });
    expect(answered).toEqual(['10 shop-0 down a', '10 shop-1 took a', '10 shop-1 did a', '10 shop-0 up a ok', '15 user gaveUp a']);
    const crashed = notesOf({ nodes: { user: [calls({ atMs: 0, to: 'shop', patienceMs: 25 })], shop: [watcher, works(50)] }, links: { 'user>shop': 10 }, faults: [{ kind: 'crash', node: 'shop', fromMs: 20, untilMs: 30, refuse: false }] });
    expect(crashed).toEqual(['10 shop-0 down a', '10 shop-1 took a', '20 shop-0 nodeCrashed {"node":"shop"}', '25 user gaveUp a', '30 shop-0 nodeRestarted {"node":"shop"}']);
  });

  test('never overtakes the request, not even one that was held up', () => {
    const held = (faults: Sketch['faults']) => notesOf({ nodes: { user: [calls({ atMs: 0, to: 'shop', patienceMs: 30 })], shop: [works(1000)] }, links: { 'user>shop': 10 }, faults });
    expect(held([{ kind: 'latency', from: 'user', to: 'shop', factor: 10, fromMs: 0, untilMs: 20 }])).toEqual(['30 user gaveUp a', '100 shop took a', '100 shop dropped a']);
    const [, took, dropped] = held([{ kind: 'reorder', from: 'user', to: 'shop', ratio: 1, lagMs: 500, fromMs: 0 }]);
    expect(took!.split(' ')[0]).toBe(dropped!.split(' ')[0]);
    expect(Number(took!.split(' ')[0])).toBeGreaterThan(40);
  });
});

/** Any stack of layers that pass, refuse, time out or try again, on any of three nodes in a row. */
const layer: fc.Arbitrary<TinyLayer> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<TinyLayer>({ engine: watcher }) },
  { weight: 2, arbitrary: fc.nat(60).map((ms): TinyLayer => ({ engine: impatient, params: { ms } })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }).map((times): TinyLayer => ({ engine: retrier, params: { times } })) },
  { weight: 1, arbitrary: fc.constant<TinyLayer>({ engine: wall }) },
);
const layers = fc.array(layer, { maxLength: 3 });
const acts = fc.array(fc.record({ atMs: fc.nat(200), to: fc.constant('gateway'), patienceMs: fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined }) }), { minLength: 1, maxLength: 8 });

test('whatever the layers do, every call ends once for its sender, and every watcher hears one answer to what it passed', () => {
  fc.assert(fc.property(acts, layers, layers, layers, layers, fc.boolean(), fc.nat(), (list, out, inbound, outbound, atShop, heeds, seed) => {
    const seen = watch(planOf({
      seed, durationMs: 2000,
      nodes: { user: [calls(...list), ...out], gateway: [...inbound, { engine: relay, params: { to: ['shop', 'shop'] } }, ...outbound], shop: [...atShop, { engine: heeds ? server : deaf, params: { work: { kind: 'exponential', meanMs: 20 } } }] },
      links: { 'user>gateway': 3, 'gateway>shop': { kind: 'exponential', meanMs: 5 } },
    }));
    seen.world.runUntil(2000);
    const { started, ended, taken, served } = seen.world.counters;
    expect(ended).toBe(started);
    expect(served).toBe(taken);
    const summary = seen.world.summary();
    expect(summary['user.offered']).toBe(list.length);
    const heard = seen.notes().filter((line) => / (heard|gaveUp) /.test(line)).length;
    expect(heard).toBe(list.length);
    const passed = new Map<string, number>();
    for (const line of seen.notes()) {
      const [, where, what] = line.split(' ');
      if (what === 'down') passed.set(where!, (passed.get(where!) ?? 0) + 1);
      if (what === 'up') passed.set(where!, passed.get(where!)! - 1);
    }
    for (const [where, left] of passed) expect(left, `calls that passed ${where} less answers`).toBeGreaterThanOrEqual(0);
  }), { numRuns: 200 });
});
