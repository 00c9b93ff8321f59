import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine, Intervention, Json, Plan } from '../kernel/contract.ts';
import { checkDistribution } from '../kernel/distributionCheck.ts';
import type { Fault } from '../kernel/faults.ts';
import { drive } from '../kernel/harness.ts';
import { createNames, createTrace } from '../kernel/trace.ts';
import { World } from '../kernel/world.ts';
import { arbitraryParams } from '../../test/support/arbitraryParams.ts';
import { initialParams } from '../kernel/harnessParams.ts';
import { roles } from './index.ts';
import { roleStories } from './stories.ts';

describe.each(Object.entries(roles))('%s', (id, { engine, story }) => {
  test('has its story, as an application', () => {
    expect(story).toBe(roleStories[id as keyof typeof roleStories]);
    expect(story.place).toBe('app');
  });

  test('has parameters whose initial values are legal', () => {
    for (const [name, param] of Object.entries(story.params)) {
      expect(param.help.endsWith('.'), `${name}: help is a sentence`).toBe(true);
      if (param.kind === 'number') {
        expect(param.initial >= param.min && param.initial <= param.max, name).toBe(true);
        if (param.integer === true) expect(Number.isInteger(param.initial), name).toBe(true);
      } else if (param.kind === 'choice') expect(param.options, name).toContain(param.initial);
      else if (param.kind === 'duration') expect(checkDistribution(param.initial), name).toBeUndefined();
    }
  });

  test('starts with any legal parameters, in plain data', () => {
    fc.assert(fc.property(arbitraryParams(story), (params) => {
      const rig = drive(engine, { params, copyStates: true });
      expect(structuredClone(rig.state)).toEqual(rig.state);
      expect(JSON.parse(JSON.stringify(rig.inspect()))).toEqual(rig.inspect());
    }), { numRuns: 50 });
  });
});

// ── all of them in one world, with everything going wrong ──
const NODES = ['users', 'front', 'data', 'fast', 'bus', 'worker'] as const;
const OPS: Readonly<Record<string, Json>> = { get: null, put: { value: 1 }, increment: null, delete: null, set: { value: 2, ttlMs: 300 }, publish: { value: 3 } };
/** Acknowledges two of three messages. */
const consumer: Engine<null, { heard: number }> = {
  init: () => ({ heard: 0 }),
  onMessage(state, message, ctx) {
    if (++state.heard % 3 !== 0) ctx.cast('bus', { topic: 'ack', payload: { id: (message.payload as { id: string }).id } });
  },
  inspect: () => ({}), invariants: [],
};
const small = { concurrency: fc.integer({ min: 1, max: 4 }), queueCapacity: fc.nat(8) };
const layerParams = (id: keyof typeof roleStories, fixed: Record<string, unknown>, more: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.tuple(arbitraryParams(roleStories[id], { fixed }), fc.record(more)).map(([params, over]) => ({ ...params, ...over }));
const quick = (meanMs: number) => ({ kind: 'exponential', meanMs });

const setting = fc.record({
  seed: fc.nat(1_000_000),
  op: fc.constantFrom(...Object.keys(OPS)),
  load: layerParams('client', { startMs: 0, traceMs: [5, 5, 80], thinkTime: quick(50), onMs: 200, offMs: 300, burstAtMs: 100, stopMs: 0 }, {
    ratePerSecond: fc.integer({ min: 20, max: 400 }), users: fc.integer({ min: 1, max: 30 }), burstCount: fc.integer({ min: 1, max: 40 }), burstEveryMs: fc.integer({ min: 100, max: 900 }),
    deadlineMs: fc.constantFrom(0, 20, 60, 200), entityCount: fc.integer({ min: 1, max: 20 }), offFactor: fc.constantFrom(0, 0.5, 3),
  }),
  desk: layerParams('service', { serviceTime: quick(8) }, { ...small, callTimeoutMs: fc.constantFrom(0, 15, 80) }),
  shelf: layerParams('store', { readTime: quick(4), writeTime: quick(8), maxKeys: 10, initialCount: 0 }, small),
  memory: layerParams('cache', { answerTime: quick(8), eviction: 'lru', curveKeys: 0, curveSkew: 0 }, { ...small, capacity: fc.nat(6), ttlMs: fc.nat(500) }),
  log: layerParams('broker', { subscribers: [{ topic: '*', to: 'worker' }], publishTime: quick(8), capacity: 50 }, { ...small, partitions: fc.integer({ min: 1, max: 4 }), inFlight: fc.integer({ min: 1, max: 3 }), ackTimeoutMs: fc.integer({ min: 5, max: 400 }), maxDeliveries: fc.integer({ min: 1, max: 4 }) }),
});
const node = fc.constantFrom(...NODES);
const fault: fc.Arbitrary<Fault> = fc.tuple(fc.nat(1_200), fc.integer({ min: 1, max: 600 }), node, fc.constantFrom(0.2, 1)).chain(([fromMs, forMs, who, ratio]) => {
  const span = { fromMs, untilMs: fromMs + forMs };
  return fc.constantFrom<Fault>(
    { kind: 'crash', node: who, ...span }, { kind: 'crash', node: who, refuse: false, ...span }, { kind: 'pause', node: who, ...span }, { kind: 'hang', node: who, ...span },
    { kind: 'slow', node: who, factor: 5, ...span }, { kind: 'errors', node: who, ratio, ...span }, { kind: 'dropRequests', ratio, ...span }, { kind: 'dropReplies', ratio, ...span },
    { kind: 'dropMessages', ratio, ...span }, { kind: 'duplicate', ratio, lagMs: 7, ...span }, { kind: 'reorder', ratio, lagMs: 20, ...span },
    { kind: 'partition', groupA: ['front', 'users'], groupB: ['data', 'bus'], ...span }, { kind: 'clock', node: who, offsetMs: 120, driftPpm: 500, ...span },
  );
});
const layerNames = { load: 'client', desk: 'service', shelf: 'store', memory: 'cache', log: 'broker' } as const;
const change = fc.constantFrom<Intervention>(
  { atMs: 700, kind: 'params', layer: 'desk', params: { concurrency: 1, queueCapacity: 1, discipline: 'priority' } },
  { atMs: 1_100, kind: 'params', layer: 'desk', params: { concurrency: 5, holdWhileCalling: false, dropExpired: 'atDeadline' } },
  { atMs: 900, kind: 'params', layer: 'shelf', params: { concurrency: 1, discipline: 'lifo', queueCapacity: 0 } },
  { atMs: 900, kind: 'params', layer: 'load', params: { arrivals: 'closedLoop', users: 5 } },
  { atMs: 1_200, kind: 'params', layer: 'load', params: { arrivals: 'poisson', ratePerSecond: 90 } },
  { atMs: 500, kind: 'params', layer: 'memory', params: { capacity: 1 } },
  { atMs: 800, kind: 'params', layer: 'log', params: { subscribers: [{ topic: 'events', to: 'worker', group: 'new' }], inFlight: 5 } },
  { atMs: 1_000, kind: 'control', layer: 'load', control: 'burst' },
  { atMs: 1_000, kind: 'control', layer: 'memory', control: 'clear' },
);

function planOf(s: typeof setting extends fc.Arbitrary<infer T> ? T : never, faults: readonly Fault[], interventions: readonly Intervention[]): Plan {
  const layer = (id: keyof typeof layerNames, params: Record<string, unknown>) => ({ id, engine: roles[layerNames[id]]!.engine, params });
  const target: Readonly<Record<string, string>> = { set: 'fast', publish: 'bus' };
  const calls = Object.keys(OPS).map((op) => ({ op, to: target[op] ?? 'data' }));
  const link = (from: string, to: string) => ({ from, to, latency: { kind: 'uniform', minMs: 0, maxMs: 3 } as const });
  return {
    seed: s.seed, durationMs: 1_600, measure: { fromMs: 0, untilMs: 1_600 }, laws: [], faults, interventions,
    nodes: [
      { id: 'users', layers: [layer('load', { ...s.load, op: s.op, payload: OPS[s.op]! })] },
      { id: 'front', layers: [layer('desk', { ...s.desk, calls: [...calls, { op: 'get', to: 'fast' }, { op: 'set', to: 'fast', as: 'get' }] })] },
      { id: 'data', layers: [layer('shelf', s.shelf)] }, { id: 'fast', layers: [layer('memory', s.memory)] }, { id: 'bus', layers: [layer('log', s.log)] },
      { id: 'worker', layers: [{ id: 'consumer', engine: consumer, params: {} }] },
    ],
    links: [link('users', 'front'), link('front', 'data'), link('front', 'fast'), link('front', 'bus'), link('bus', 'worker'), link('worker', 'bus')],
  };
}

const seenNotes = new Set<string>();
test('whatever goes wrong, every rule holds after every event, and going back to a checkpoint changes nothing', () => {
  fc.assert(fc.property(setting, fc.array(fault, { maxLength: 4 }), fc.uniqueArray(change, { maxLength: 3 }), (s, faults, interventions) => {
    const plan = planOf(s, faults, interventions);
    const trace = createTrace();
    const names = createNames();
    const world = new World(plan, { check: 'event', trace, names });
    world.runUntil(plan.durationMs, 200_000);
    world.check();

    const copy = new World(plan, { check: 'off' });
    copy.runUntil(834);
    const checkpoint = copy.checkpoint();
    copy.runUntil(1_400);
    copy.restore(checkpoint);
    copy.runUntil(plan.durationMs, 200_000);
    expect(copy.fingerprint).toBe(world.fingerprint);

    // Every hole of a note's sentence is filled by its data.
    const layers = world.layerIds;
    for (let i = 0; i < trace.notes.length; i++) {
      const role = layerNames[layers[trace.notes.layer[i]!] as keyof typeof layerNames];
      const name = names.list[trace.notes.name[i]!]!;
      const note = role === undefined ? undefined : roles[role]!.story.notes[name];
      if (note === undefined) continue; // the kernel's own
      seenNotes.add(`${role}.${name}`);
      const data = (trace.notes.data[i] ?? {}) as Record<string, Json>;
      for (const [, hole] of note.text.matchAll(/\{(\w+)\}/g)) expect(Object.keys(data), `${role}.${name}`).toContain(hole);
    }
  }), { numRuns: 100, seed: 20 }); // a fixed seed, for the sake of the next test
});

test('every note of every role was seen in these worlds', () => {
  const declared = Object.entries(roles).flatMap(([id, { story }]) => Object.keys(story.notes).map((name) => `${id}.${name}`));
  // What these worlds do not do: reads that ask for a version, conditional writes, fetches under a lease (cache.test.ts).
  const elsewhere = ['store.conflict', 'store.staleRead', 'cache.fillRejected', 'cache.staleHit', 'cache.leaseGranted', 'cache.leaseDenied'];
  expect(declared.filter((name) => !seenNotes.has(name) && !elsewhere.includes(name))).toEqual([]);
});

test('the usual parameters make a working world', () => {
  const usual = (id: keyof typeof roleStories) => ({ ...initialParams(roleStories[id].params) });
  const plan = planOf({ seed: 1, op: 'get', load: usual('client'), desk: usual('service'), shelf: usual('store'), memory: usual('cache'), log: usual('broker') }, [], []);
  const world = new World(plan);
  world.runUntil(1_600);
  expect(world.summary()['users.ok']).toBeGreaterThan(60);
});
