/** The layer in small worlds in which anything goes wrong: crashes, frozen nodes, wrong clocks, lost and doubled packets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { role } from '../../../test/theory/experiment.ts';
import type { Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { World } from '../../kernel/world.ts';
import { thereAndBack } from '../../../test/support/goingBack.ts';
import { chargedOnce } from './laws.ts';
import { engine } from './engine.ts';
import { retryStory, type RetryParams } from './params.ts';
import { DEFAULTS } from './testing.ts';

const node = fc.constantFrom('callers', 'gateway', 'shop');
const span = fc.tuple(fc.nat(2500), fc.integer({ min: 1, max: 1500 })).map(([fromMs, forMs]) => ({ fromMs, untilMs: fromMs + forMs }));
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(span, node, fc.boolean()).map(([at, id, refuse]): Fault => ({ kind: 'crash', node: id, refuse, ...at })),
  fc.tuple(span, node).map(([at, id]): Fault => ({ kind: 'pause', node: id, ...at })),
  fc.tuple(span, node).map(([at, id]): Fault => ({ kind: 'hang', node: id, ...at })),
  fc.tuple(span, node, fc.integer({ min: -3000, max: 3000 }), fc.constantFrom(0, 200_000, -200_000)).map(([at, id, offsetMs, driftPpm]): Fault => ({ kind: 'clock', node: id, offsetMs, driftPpm, ...at })),
  fc.tuple(span, node, ratio, fc.constantFrom('transientError' as const, 'permanentError' as const, 'overload' as const)).map(([at, id, share, outcome]): Fault => ({ kind: 'errors', node: id, ratio: share, outcome, ...at })),
  fc.tuple(span, fc.integer({ min: 2, max: 20 })).map(([at, factor]): Fault => ({ kind: 'slow', node: 'shop', factor, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'dropRequests', ratio: share, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'dropReplies', ratio: share, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'duplicate', ratio: share, lagMs: 30, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'reorder', ratio: share, lagMs: 200, ...at })),
);
const lively = arbitraryParams(retryStory, {
  fixed: { baseDelayMs: 20, maxDelayMs: 300, perTryTimeoutMs: 150, overallDeadlineMs: 600, budgetTtlMs: 1000, hedgeDelayMs: 40, retryAfterCapMs: 1000, shedMs: 300 },
}) as fc.Arbitrary<RetryParams>;

const planOf = (seed: number, one: RetryParams, two: RetryParams, faults: readonly Fault[]): Plan => ({
  seed, durationMs: 4000, measure: { fromMs: 0, untilMs: 4000 }, faults, laws: [chargedOnce],
  interventions: [{ atMs: 1000, kind: 'control', layer: 'outer', control: 'push' }, { atMs: 2000, kind: 'params', layer: 'outer', params: { ...two } }],
  nodes: [
    { id: 'callers', layers: [role('users', 'client', { ratePerSecond: 80, deadlineMs: 900, idempotencyKeys: seed % 2 === 0 }), { id: 'outer', engine, params: one }, { id: 'inner', engine, params: two }] },
    { id: 'gateway', layers: [{ id: 'inbound', engine, params: two }, role('gateway-app', 'service', { concurrency: 20, calls: [{ op: '*', to: 'shop' }] }), { id: 'outbound', engine, params: one }] },
    { id: 'shop', layers: [role('shop-app', 'service', { concurrency: 3, queueCapacity: 10, failRatio: 0.2 })] },
  ],
  links: [{ from: 'callers', to: 'gateway', latency: { kind: 'exponential', meanMs: 5 } }, { from: 'gateway', to: 'shop', latency: { kind: 'constant', ms: 5 } }],
});

test('four retry layers keep every rule, whatever their settings and whatever goes wrong', () => {
  fc.assert(fc.property(fc.nat(), lively, lively, fc.array(fault, { maxLength: 5 }), (seed, one, two, faults) => {
    const plan = planOf(seed, one, two, faults);
    const world = new World(plan, { check: 'event' });
    world.runUntil(plan.durationMs);
    expect(world.summary()['callers.offered']).toBeGreaterThan(0);
  }), { numRuns: 60 });
});

test('going back to a checkpoint changes nothing', () => {
  fc.assert(fc.property(fc.nat(), lively, lively, fc.array(fault, { maxLength: 3 }), fc.integer({ min: 1, max: 3999 }), (seed, one, two, faults, atMs) => {
    const plan = planOf(seed, one, two, faults);
    const { straight, back } = thereAndBack(plan, atMs);
    expect(back).toBe(straight);
  }), { numRuns: 20 });
});

test('a node that was frozen past the deadline sends nothing when it thaws', () => {
  const params = { ...DEFAULTS, budget: 'none', backoff: 'constant', jitter: 'none', baseDelayMs: 300, overallDeadlineMs: 1000 } as const;
  const world = new World({
    seed: 1, durationMs: 4000, measure: { fromMs: 0, untilMs: 4000 }, laws: [], interventions: [],
    nodes: [
      { id: 'callers', layers: [role('users', 'client', { arrivals: 'trace', traceMs: [0] }), { id: 'retry', engine, params }] },
      { id: 'shop', layers: [role('shop-app', 'service', { failRatio: 1, serviceTime: { kind: 'constant', ms: 10 } })] },
    ],
    links: [{ from: 'callers', to: 'shop', latency: { kind: 'constant', ms: 5 } }],
    faults: [{ kind: 'pause', node: 'callers', fromMs: 100, untilMs: 1500 }],
  }, { check: 'event' });
  world.runUntil(4000);
  expect(world.summary()).toMatchObject({ 'callers>shop.requests': 1, 'retry.note.outOfTime': 1, 'callers.transientError': 1 });
});
