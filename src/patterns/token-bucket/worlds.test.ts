/** The layer and its store (whose keyEvicted comes up here: five keys at most) in small worlds in which anything goes wrong: crashes, frozen nodes, wrong clocks, lost and doubled packets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { role } from '../../../test/theory/experiment.ts';
import type { Json, Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { World } from '../../kernel/world.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { thereAndBack } from '../../../test/support/goingBack.ts';
import { central } from './central.ts';
import { engine, laws } from './engine.ts';
import { limitStory, type LimitParams } from './params.ts';
import { relay } from './relay.ts';

const node = fc.constantFrom('callers', 'g1', 'g2', 'store', 'shop');
const span = fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 1200 })).map(([fromMs, forMs]) => ({ fromMs, untilMs: fromMs + forMs }));
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(span, node, fc.boolean()).map(([at, id, refuse]): Fault => ({ kind: 'crash', node: id, refuse, ...at })),
  fc.tuple(span, node).map(([at, id]): Fault => ({ kind: 'pause', node: id, ...at })),
  fc.tuple(span, node).map(([at, id]): Fault => ({ kind: 'hang', node: id, ...at })),
  fc.tuple(span, node, fc.integer({ min: -3000, max: 3000 })).map(([at, id, offsetMs]): Fault => ({ kind: 'clock', node: id, offsetMs, ...at })),
  fc.tuple(span, node, ratio).map(([at, id, share]): Fault => ({ kind: 'errors', node: id, ratio: share, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'dropRequests', ratio: share, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'dropReplies', ratio: share, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'duplicate', ratio: share, lagMs: 30, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'reorder', ratio: share, lagMs: 100, ...at })),
);
const lively = arbitraryParams(limitStory, {
  fixed: { capacity: 6, ratePerSecond: 8, initial: 2, maxWaitMs: 600, fillMs: 250, syncMs: 200, leaseTokens: 3, leaseMs: 700, storeTimeoutMs: 30, storeDownMs: 200, maxKeys: 4, nodeCount: 2, store: 'store', costs: {} },
  data: { levels: fc.constantFrom<Json>([], [{ name: 'all', keyBy: 'none', capacity: 12, ratePerSecond: 9 }]) },
}) as fc.Arbitrary<LimitParams>;

const planOf = (seed: number, one: LimitParams, two: LimitParams, faults: readonly Fault[]): Plan => ({
  seed, durationMs: 3500, measure: { fromMs: 0, untilMs: 3500 }, faults, laws,
  interventions: [{ atMs: 900, kind: 'control', layer: 'limit-1', control: 'refill' }, { atMs: 1800, kind: 'params', layer: 'limit-1', params: { ...two } }],
  nodes: [
    { id: 'callers', layers: [role('users', 'client', { ratePerSecond: 60, deadlineMs: 700, entityCount: 8, payload: { client: 'A' } }), { id: 'own', engine, params: { ...two, topology: 'perNode' } }] },
    { id: 'spread', layers: [{ id: 'spread-app', engine: relay, params: { targets: ['g1', 'g2'], sticky: false } }] },
    ...['g1', 'g2'].map((id, i) => ({ id, layers: [{ id: `limit-${i + 1}`, engine, params: one }, { id: `${id}-app`, engine: relay, params: { targets: ['shop'], sticky: true }, to: [id] }] })),
    { id: 'store', layers: [{ id: 'quota', engine: central, params: { opMs: seed % 3, algo: seed % 2 === 0 ? 'bucket' : 'gcra', maxKeys: 5, durable: seed % 5 === 0 } }] },
    { id: 'shop', layers: [role('shop-app', 'service', { concurrency: 3, queueCapacity: 10 })] },
  ],
  links: [{ from: 'callers', to: 'spread' }, { from: 'spread', to: 'g1' }, { from: 'spread', to: 'g2' }, { from: 'g1', to: 'shop' }, { from: 'g2', to: 'shop' }, { from: 'g1', to: 'store' }, { from: 'g2', to: 'store' }]
    .map((link) => ({ ...link, latency: { kind: 'exponential', meanMs: 3 } })),
});

test('limiters keep every rule, whatever their settings and whatever goes wrong', () => {
  fc.assert(fc.property(fc.nat(), lively, lively, fc.array(fault, { maxLength: 5 }), (seed, one, two, faults) => {
    const world = new World(planOf(seed, one, two, faults), { check: 'event' });
    world.runUntil(3500);
    expect(world.summary()['callers.offered']).toBeGreaterThan(0);
  }), { numRuns: Number(process.env['CONFORMANCE_RUNS'] ?? 25) });
});

test('going back to a checkpoint changes nothing', () => {
  fc.assert(fc.property(fc.nat(), lively, lively, fc.array(fault, { maxLength: 3 }), fc.integer({ min: 1, max: 3400 }), (seed, one, two, faults, atMs) => {
    const plan = planOf(seed, one, two, faults);
    const { straight, back } = thereAndBack(plan, atMs);
    expect(back).toBe(straight);
  }), { numRuns: 6 });
});

/** With true clocks, without crashes of the store, and with one set of rules, what the settings promise is what the ledger sees. */
test.each(['central', 'quotaLease', 'syncEvery'] as const)('%s keeps the promise that the ledger is told of, over lossy links', (topology) => {
  const losses = fc.array(fc.tuple(span, ratio, fc.boolean()).map(([at, share, replies]): Fault => ({ kind: replies ? 'dropReplies' : 'dropRequests', from: 'g1', to: 'shop', ratio: share, ...at })), { maxLength: 3 });
  fc.assert(fc.property(fc.nat(), losses, fc.constantFrom('bucket' as const, 'gcra' as const), (seed, faults, algo) => {
    const given = initialParams(limitStory.params) as unknown as LimitParams;
    const params = { ...given, capacity: 10, ratePerSecond: 8, topology, algo, store: 'store', nodeCount: 2, syncMs: 200, leaseTokens: 3, failMode: 'closed' } as LimitParams;
    const plan = planOf(seed, params, params, faults);
    const open = { ...params, topology: 'perNode', capacity: 1000, ratePerSecond: 1000 } as LimitParams;
    const nodes = plan.nodes.map((one) => (one.id === 'callers' ? { ...one, layers: one.layers.map((layer) => (layer.id === 'own' ? { ...layer, params: open } : layer)) } : one));
    const world = new World({ ...plan, nodes: nodes.map((one) => (one.id === 'callers' ? { ...one, layers: one.layers.slice(0, 1) } : one)), interventions: [] }, { check: 'event' });
    world.runUntil(3500);
    expect(world.ledger().map(({ holds }) => holds)).toEqual([true]);
  }), { numRuns: 6 });
});
