import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from './contract.ts';
import { arbitraryFault, arbitraryIntervention, arbitraryTime } from '../../test/support/arbitraryFaults.ts';
import { planOf, watch, type Sketch } from '../../test/support/smallWorlds.ts';
import { impatient, relay, retrier, server, watcher, type Act } from '../../test/support/tinyEngines.ts';

const DURATION_MS = 2000;
const links = { 'user>gateway': { kind: 'exponential', meanMs: 5 }, 'gateway>shop': { kind: 'exponential', meanMs: 10 }, 'gateway>gateway': 1 } as const;
const place = {
  nodes: ['user', 'gateway', 'shop'], links: Object.keys(links).map((name) => ({ from: name.split('>')[0]!, to: name.split('>')[1]! })), ops: ['a', 'b'],
  notes: ['took', 'did', 'down', 'up', 'timedOut'], durationMs: DURATION_MS,
};
const work = fc.integer({ min: 1, max: 60 }).map((meanMs) => ({ work: { kind: 'exponential', meanMs } }));
const acts: fc.Arbitrary<Act[]> = fc.array(fc.record({
  atMs: fc.nat(1900), to: fc.constant('gateway'), op: fc.constantFrom('a', 'b'), how: fc.constantFrom('call', 'call', 'call', 'message'), patienceMs: fc.constantFrom(undefined, 80, 300),
}), { minLength: 5, maxLength: 40 }) as fc.Arbitrary<Act[]>;
const fault = arbitraryFault(place);
const intervention = arbitraryIntervention([{ id: 'shop-1', controls: ['go'], params: work }, { id: 'gateway-3', controls: [], params: fc.integer({ min: 5, max: 80 }).map((ms) => ({ ms })) }], DURATION_MS);
const plans: fc.Arbitrary<Plan> = fc.record({
  acts, work, seed: fc.nat(), faults: fc.array(fault, { maxLength: 5 }), interventions: fc.array(intervention, { maxLength: 3 }),
}).map(({ acts: list, work: params, ...rest }) => planOf({
  ...rest, durationMs: DURATION_MS, links,
  nodes: {
    user: list, shop: [watcher, { engine: server, params }],
    gateway: [watcher, { engine: relay, params: { to: ['shop', 'shop'] } }, { engine: retrier, params: { times: 2 } }, { engine: impatient, params: { ms: 60 } }],
  },
} satisfies Sketch));

/** Everything that can be told of a finished run. */
const whole = (plan: Plan) => {
  const seen = watch(plan);
  seen.world.runUntil(DURATION_MS);
  return { print: seen.world.fingerprint, summary: seen.world.summary(), conditions: seen.world.conditions(), text: seen.text() };
};
type Turn = { readonly what: 'run' | 'keep' | 'back' | 'fork'; readonly atMs: number };
const turns: fc.Arbitrary<Turn[]> = fc.array(fc.record({ what: fc.constantFrom('run', 'keep', 'back', 'fork'), atMs: arbitraryTime(DURATION_MS) }), { maxLength: 12 });

test('checkpoints, going back and forks at any moments change nothing', () => {
  fc.assert(fc.property(plans, turns, (plan, script) => {
    const expected = whole(plan);
    let { world } = watch(plan);
    let kept = world.checkpoint();
    for (const { what, atMs } of script) {
      if (what === 'run') world.runUntil(atMs);
      if (what === 'keep') kept = structuredClone(world.checkpoint());
      if (what === 'back') world.restore(kept);
      if (what === 'fork') world = world.fork();
    }
    world.runUntil(DURATION_MS);
    expect(world.fingerprint).toBe(expected.print);
    expect(world.summary()).toEqual(expected.summary);
    expect(world.conditions()).toEqual(expected.conditions);
  }), { numRuns: 60 });
});

test('what is planned for later, moved or taken out is as if it had been so from the start, wherever it stands in the list', () => {
  const later = fc.tuple(fc.array(fault, { maxLength: 3 }), fc.array(intervention, { maxLength: 2 }), fc.nat(10), arbitraryTime(DURATION_MS * 0.7));
  fc.assert(fc.property(plans, later, fc.boolean(), (plan, [faults, interventions, where, atMs], removes) => {
    const after = faults.map((each) => ({ ...each, fromMs: Math.min(1999, atMs + 0.000001 + each.fromMs), ...(each.untilMs !== undefined && { untilMs: atMs + 1 + each.untilMs }) }));
    const mixed = plan.faults.toSpliced(where % (plan.faults.length + 1), 0, ...after);
    const more: Plan = { ...plan, faults: mixed, interventions: [...plan.interventions, ...interventions.map((each) => ({ ...each, atMs: atMs + 0.000001 + each.atMs }))] };
    const [first, second] = removes ? [more, plan] : [plan, more];
    const { world } = watch(first);
    world.runUntil(atMs);
    const twin = world.fork(second);
    twin.runUntil(DURATION_MS);
    expect(twin.fingerprint).toBe(whole(second).print);
  }), { numRuns: 60 });
});

test('every call ends once, or is lost in a crash, or is still waited for; whatever happens', () => {
  fc.assert(fc.property(plans, (plan) => {
    const { world } = watch(plan); // checked after every event
    world.runUntil(DURATION_MS);
    const { started, ended, abandoned } = world.counters;
    const pending = Object.values(world.conditions()).reduce((sum, node) => sum + node.pending, 0);
    expect(started).toBe(ended + abandoned + pending);
  }), { numRuns: 60 });
});
