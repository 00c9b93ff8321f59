import { describe, expect, test } from 'vitest';
import type { Engine } from './contract.ts';
import { BrokenInvariant, type Options, type WorldState } from './state.ts';
import type { World } from './world.ts';
import { planOf, runSketch, watch, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, server } from '../../test/support/tinyEngines.ts';

/** Holds at most two jobs at a time, it says. */
const modest: Engine = { ...server, invariants: [{ name: 'at most two', why: 'More than two at once were taken.', holds: ({ jobs }: { jobs: Map<number, unknown> }, { most }: { most: number }) => jobs.size <= most }] };
const sketch = (times: readonly number[], more: Partial<Sketch> = {}): Sketch => ({
  nodes: { user: times.map((atMs) => ({ atMs, to: 'shop' })), shop: [{ engine: modest, params: { work: constant(50), most: 2 } }] }, links: { 'user>shop': 10 }, durationMs: 500, ...more,
});
const breakIt = (options: Options, more: Partial<Sketch> = {}) => { try { runSketch(sketch([0, 15, 30, 40], more), options); } catch (error) { return error as BrokenInvariant; } return undefined; };

describe('an invariant of an engine', () => {
  test('that breaks ends the run and says which rule, when and where', () => {
    const error = breakIt({ check: 'event' })!;
    expect(error).toBeInstanceOf(BrokenInvariant);
    expect(error).toMatchObject({ rule: 'at most two', why: 'More than two at once were taken.', atMs: 40, where: 'shop', message: 'at most two (shop, at 40 ms): More than two at once were taken.' });
  });
  test('is looked at after every event, at every sample, or never', () => {
    expect(breakIt({ check: 'event' })!.atMs).toBe(40);
    expect(breakIt({ check: 'sample' })).toBeUndefined(); // two again by 100 ms
    expect(breakIt({ check: 'sample' }, { nodes: { user: [0, 15, 90].map((atMs) => ({ atMs, to: 'shop' })), shop: [{ engine: modest, params: { work: constant(200), most: 2 } }] } })!.atMs).toBe(100);
    expect(breakIt({ check: 'off' }, { nodes: { user: [0, 15, 90].map((atMs) => ({ atMs, to: 'shop' })), shop: [{ engine: modest, params: { work: constant(200), most: 2 } }] } })).toBeUndefined();
  });
  test('knows the parameters as they are now', () => {
    const { world } = watch(planOf({ ...sketch([0, 15, 30], { interventions: [{ atMs: 35, kind: 'params', layer: 'shop', params: { most: 3 } }] }) }));
    expect(() => world.runUntil(500)).not.toThrow();
    const tighter = watch(planOf(sketch([0, 15], { interventions: [{ atMs: 30, kind: 'params', layer: 'shop', params: { most: 1 } }] })));
    expect(() => tighter.world.runUntil(500)).toThrow('at most two (shop, at 30 ms)');
  });
  test('is not asked of a dead node, whose state is gone', () => {
    const seen = watch(planOf(sketch([0, 15], { interventions: [{ atMs: 31, kind: 'params', layer: 'shop', params: { most: 1 } }], faults: [{ kind: 'crash', node: 'shop', fromMs: 30, untilMs: 60 }] })));
    expect(() => seen.world.runUntil(500)).not.toThrow();
  });
  test('holds at the very start', () => {
    expect(() => watch(planOf(sketch([], { nodes: { shop: [{ engine: modest, params: { most: -1 } }] }, links: {} })))).toThrow('at most two (shop, at 0 ms)');
  });
});

describe('conservation, broken on purpose', () => {
  const stateOf = (world: World): WorldState => (world as unknown as { sim: { state: WorldState } }).sim.state;
  const started = (): World => { const { world } = watch(planOf(sketch([0, 100]))); world.runUntil(15); return world; };

  test('a call that vanishes is missed', () => {
    const world = started();
    stateOf(world).nodes[0]!.pending--;
    expect(() => world.runUntil(500)).toThrow('every request ends exactly once (kernel, at 60 ms): 1 calls started, but 0 ended, 0 were abandoned by a crash and 0 are waited for');
  });
  test('a call that ends twice is found', () => {
    const world = started();
    stateOf(world).counters.ended++;
    expect(() => world.check()).toThrow('every request ends exactly once (kernel, at 15 ms): 1 calls started, but 1 ended, 0 were abandoned by a crash and 1 are waited for');
  });
  test('a request that a node loses is missed', () => {
    const world = started();
    stateOf(world).nodes[1]!.open = [];
    expect(() => world.check()).toThrow('admitted = finished + in flight (kernel, at 15 ms): 1 requests were taken in, but 0 served, 0 lost in crashes and 0 are open');
  });
  test('is noticed at the next sample too, when not every event is checked', () => {
    const { world } = watch(planOf(sketch([0, 100])), { check: 'sample' });
    world.runUntil(15);
    stateOf(world).counters.taken++;
    expect(() => world.runUntil(500)).toThrow('admitted = finished + in flight (kernel, at 100 ms)');
  });
});
