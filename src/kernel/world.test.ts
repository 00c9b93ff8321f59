import { describe, expect, test } from 'vitest';
import type { Engine, Plan } from './contract.ts';
import { BrokenInvariant } from './state.ts';
import { createTrace } from './trace.ts';
import { World } from './world.ts';
import { planOf, runSketch, watch, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, server, watcher, type Act } from '../../test/support/tinyEngines.ts';

const always = { inspect: () => ({}), invariants: [] } as const;
const acts = (count: number): Act[] => Array.from({ length: count }, (_, i) => ({ atMs: i * 10, to: 'shop', op: `${i}` }));
const sketch = (more: Partial<Sketch> = {}): Sketch => ({ nodes: { user: acts(50), shop: [watcher, { engine: server, params: { work: { kind: 'exponential', meanMs: 20 } } }] }, links: { 'user>shop': 5 }, durationMs: 1000, ...more });
const run = (plan: Plan): World => { const world = new World(plan); world.runUntil(plan.durationMs); return world; };

describe('running', () => {
  const plan = planOf(sketch({ durationMs: 1050 }));
  const whole = run(plan);

  test('in one go, in slices or event by event is the same', () => {
    const sliced = new World(plan);
    for (let ms = 0; ms <= 1050; ms += 7) sliced.runUntil(ms);
    sliced.runUntil(1050);
    const stepped = new World(plan);
    while (stepped.step());
    const counted = new World(plan);
    while (counted.runUntil(1050, 3) === 3);
    for (const world of [sliced, stepped, counted]) {
      expect(world.fingerprint).toBe(whole.fingerprint);
      expect(world.summary()).toEqual(whole.summary());
      expect(world.events).toBe(whole.events);
      expect(world.nowMs).toBe(1050);
      expect(world.finished).toBe(true);
    }
  });
  test('looking at it on the way changes nothing', () => {
    const watched = new World(plan);
    for (let ms = 0; ms <= 1050; ms += 13) {
      watched.runUntil(ms);
      watched.summary();
      watched.inspect();
      watched.conditions();
      watched.checkpoint();
      expect(watched.nextHappeningMs).toBeGreaterThan(ms - 1e-9);
    }
    watched.runUntil(1050);
    expect(watched.fingerprint).toBe(whole.fingerprint);
    expect(watched.summary()).toEqual(whole.summary());
  });
  test('up to a moment includes what happens at that moment', () => {
    const { world, notes } = watch(planOf(sketch({ nodes: { user: acts(1), shop: [server] } })));
    world.runUntil(4.999999);
    expect(notes('started')).toEqual([]);
    world.runUntil(5);
    expect(notes('started')).toEqual(['5 shop took 0', '5 shop did 0']);
    expect(world.nowMs).toBe(5);
  });
  test('never goes beyond its end, nor back, and not to NaN', () => {
    const world = new World(plan);
    world.runUntil(1e9);
    expect(world.nowMs).toBe(1050);
    expect(world.runUntil(3)).toBe(0);
    expect(world.nowMs).toBe(1050);
    expect(world.step()).toBe(false);
    expect(() => world.runUntil(NaN)).toThrow('not a number');
  });
  test('with the checks and the fingerprint off gives the same figures', () => {
    const bare = new World(plan, { check: 'off', fingerprint: false });
    bare.runUntil(1050);
    expect(bare.summary()).toEqual(whole.summary());
    expect(bare.fingerprint).toBe(new World(plan, { fingerprint: false }).fingerprint);
  });
});

describe('an intervention', () => {
  const listens: Engine = { ...always, init: (params) => ({ params }), onStart: (_, ctx) => ctx.note('began'), onControl: (_, control, ctx) => ctx.note('asked', control), onParams: (_, before, ctx) => ctx.note('changed', { before, now: ctx.params as null }) };
  const doing = (interventions: Sketch['interventions'], faults: Sketch['faults'] = []) => runSketch({ nodes: { node: [{ engine: listens, params: { a: 1, b: 2 } }] }, interventions, faults, durationMs: 100 }).notes();

  test('happens at its exact time and changes just what it names', () => {
    expect(doing([{ atMs: 33.333333, kind: 'params', layer: 'node', params: { b: 3 } }, { atMs: 50, kind: 'control', layer: 'node', control: 'go' }])).toEqual([
      '0 node began', '33.333333 node paramsChanged {"b":3}', '33.333333 node changed {"before":{"a":1,"b":2},"now":{"a":1,"b":3}}', '50 node controlUsed {"control":"go"}', '50 node asked go',
    ]);
  });
  test('at the very start comes after the engines have started', () => {
    expect(doing([{ atMs: 0, kind: 'control', layer: 'node', control: 'go' }])).toEqual(['0 node began', '0 node controlUsed {"control":"go"}', '0 node asked go']);
  });
  test('of one instant come as listed, after the edges of faults', () => {
    const seen = doing(['x', 'y', 'z'].map((control) => ({ atMs: 10, kind: 'control', layer: 'node', control })), [{ kind: 'crash', node: 'node', fromMs: 5, untilMs: 10 }]);
    expect(seen.filter((line) => !line.includes('Used'))).toEqual(['0 node began', '5 node nodeCrashed {"node":"node"}', '10 node nodeRestarted {"node":"node"}', '10 node began', '10 node asked x', '10 node asked y', '10 node asked z']);
  });
  test('for a layer that is not there does nothing, and one after the end never comes', () => {
    expect(doing([{ atMs: 10, kind: 'control', layer: 'missing', control: 'go' }, { atMs: 100.1, kind: 'control', layer: 'node', control: 'go' }])).toEqual(['0 node began']);
  });
  test('at the last instant still happens', () => {
    expect(doing([{ atMs: 100, kind: 'control', layer: 'node', control: 'go' }]).at(-1)).toBe('100 node asked go');
  });
});

describe('a fork', () => {
  const plan = planOf(sketch({ faults: [{ kind: 'errors', node: 'shop', ratio: 0.3, fromMs: 100, untilMs: 900 }] }));
  const middle = (): World => { const world = new World(plan); world.runUntil(400); return world; };

  test('goes on alone: neither world feels what happens in the other', () => {
    const world = middle();
    const twin = world.fork();
    twin.runUntil(1000);
    expect(world.nowMs).toBe(400);
    world.runUntil(1000);
    expect(world.fingerprint).toBe(run(plan).fingerprint);
    expect(twin.fingerprint).toBe(world.fingerprint);
  });
  test('under another plan is as if that plan had been there from the start', () => {
    const later: Plan = { ...plan, faults: [{ kind: 'hang', node: 'shop', fromMs: 500, untilMs: 600 }, ...plan.faults, { kind: 'pause', node: 'user', fromMs: 700, untilMs: 750 }], interventions: [{ atMs: 450, kind: 'params', layer: 'shop-1', params: { work: constant(1) } }] };
    const twin = middle().fork(later);
    twin.runUntil(1000);
    expect(twin.fingerprint).toBe(run(later).fingerprint);
    expect(twin.summary()).toEqual(run(later).summary());
    expect(twin.fingerprint).not.toBe(run(plan).fingerprint);
  });
  test('keeps the count of a crash point, wherever it stands in the list of the other plan', () => {
    const point = { kind: 'crashAt', node: 'shop', note: 'did', occurrence: 20, downMs: 50, fromMs: 0 } as const;
    const counted = planOf(sketch({ faults: [point] }));
    const later = planOf(sketch({ faults: [{ kind: 'crashAt', node: 'shop', note: 'took', occurrence: 3, downMs: 10, fromMs: 450 }, point, { ...point, occurrence: 25 }] }));
    const world = new World({ ...counted, faults: [point, { ...point, occurrence: 25 }] });
    world.runUntil(150);
    const twin = world.fork(later);
    twin.runUntil(1000);
    expect(twin.fingerprint).toBe(run(later).fingerprint);
    expect(twin.fingerprint).not.toBe(run(counted).fingerprint);
  });
  test('replanned back and forth forgets what was never to be', () => {
    const world = middle();
    const added: Plan = { ...plan, faults: [{ kind: 'dropReplies', ratio: 0.1, fromMs: 600, untilMs: 700 }, ...plan.faults] };
    world.replan(added);
    world.runUntil(500);
    const straight = new World(added);
    straight.runUntil(500);
    expect(world.fingerprint).toBe(straight.fingerprint);
    world.replan(plan);
    world.runUntil(1000);
    expect(world.fingerprint).toBe(run(plan).fingerprint);
  });
  test('traces only what comes after it', () => {
    const trace = createTrace();
    const twin = middle().fork(plan, { trace });
    expect(trace.notes.length + trace.hops.length + trace.marks.length).toBe(0);
    twin.runUntil(500);
    expect(trace.hops.length).toBeGreaterThan(0);
    expect(trace.hops.sentNs[0]).toBeGreaterThan(400e6);
  });
  test('of a world that can be gone back to again and again', () => {
    const world = middle();
    const checkpoint = world.checkpoint();
    const prints = [0, 1, 2].map(() => { world.restore(checkpoint); expect(world.nowMs).toBe(400); world.runUntil(1000); return world.fingerprint; });
    expect(new Set(prints).size).toBe(1);
    expect(checkpoint).toMatchObject({ atMs: 400 });
  });
});

test('a world that broke a rule can be taken back to before it', () => {
  const fails: Engine = { ...server, onTimer(state, key, ctx) { if (ctx.nowMs > 50) { ctx.reply(state.jobs.get(key as number)!, { kind: 'ok' }); ctx.reply(state.jobs.get(key as number)!, { kind: 'ok' }); } else server.onTimer!(state, key, ctx); } };
  const world = new World(planOf(sketch({ nodes: { user: acts(9), shop: [watcher, { engine: fails, params: { work: constant(20) } }] } })));
  world.runUntil(40);
  const checkpoint = world.checkpoint();
  expect(() => world.runUntil(1000)).toThrow(BrokenInvariant);
  const told = world.fingerprint;
  world.restore(checkpoint);
  expect(world.nowMs).toBe(40);
  expect(() => world.runUntil(1000)).toThrow('a call is answered once (shop-1, at 55 ms)');
  expect(world.fingerprint).toBe(told);
});

describe('a plan that cannot be', () => {
  const bad = (more: Partial<Plan>): Plan => ({ ...planOf(sketch()), ...more });
  const [user, shop] = planOf(sketch()).nodes as [Plan['nodes'][0], Plan['nodes'][0]];
  test.each<[string, Partial<Plan>, string]>([
    ['two nodes of one name', { nodes: [user, { ...shop, id: 'user' }] }, 'two nodes have the same name'],
    ['two layers of one name', { nodes: [user, { ...shop, layers: shop.layers.map((layer) => ({ ...layer, id: 'x' })) }] }, 'two layers have the same name'],
    ['a link to nowhere', { links: [{ from: 'user', to: 'moon', latency: constant(1) }] }, 'a link or filter names the unknown node moon'],
    ['a filter of nowhere', { nodes: [user, { ...shop, layers: [{ ...shop.layers[0]!, to: ['moon'] }] }] }, 'a link or filter names the unknown node moon'],
    ['too deep a stack', { nodes: [user, { ...shop, layers: Array.from({ length: 31 }, (_, i) => ({ ...shop.layers[0]!, id: `l${i}` })) }] }, 'shop has 31 layers, at most 30 are possible'],
  ])('with %s is refused', (_, more, message) => expect(() => new World(bad(more))).toThrow(message));
});
