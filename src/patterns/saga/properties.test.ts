import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import type { Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { sagaStory } from './params.ts';
import { participantStory } from './participant.params.ts';
import { choreographyStory } from './choreography.params.ts';
import { fourSteps } from './sagaTypes.ts';
import { FOUR, oneDance, oneSaga } from './testing.ts';
import { ALL } from './topologies.ts';

/** SAGA_RUNS=5000 for a long soak. */
const RUNS = Number(process.env.SAGA_RUNS ?? 300);
const ms = (min: number, max: number) => fc.integer({ min, max });
const nodes = fc.constantFrom('orders-desk', ...FOUR);
const span = fc.tuple(ms(0, 6000), ms(1, 3000)).map(([fromMs, forMs]) => ({ fromMs, untilMs: fromMs + forMs }));
const link = fc.record({ from: fc.constant('orders-desk'), to: fc.constantFrom(...FOUR) });
/** Everything ends in time for what is left to be put right. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(span, nodes, fc.boolean()).map(([when, node, refuse]): Fault => ({ kind: 'crash', ...when, node, refuse })),
  fc.tuple(nodes, fc.constantFrom('logged', 'stepStarted', 'stepSucceeded', 'pivotPassed', 'committed', 'commandTaken', 'undone', 'compensationSucceeded'), ms(1, 6), ms(1, 2000))
    .map(([node, note, occurrence, downMs]): Fault => ({ kind: 'crashAt', node, note, occurrence, downMs, fromMs: 0, untilMs: 10_000 })),
  fc.tuple(span, link).map(([when, where]): Fault => ({ kind: 'dropRequests', ...when, ...where, ratio: 0.5 })),
  fc.tuple(span, link).map(([when, where]): Fault => ({ kind: 'dropReplies', ...when, ...where, ratio: 0.5 })),
  fc.tuple(span, link, ms(0, 4000)).map(([when, where, lagMs]): Fault => ({ kind: 'duplicate', ...when, ...where, ratio: 0.5, lagMs })),
  fc.tuple(span, link, ms(1, 5000)).map(([when, where, lagMs]): Fault => ({ kind: 'reorder', ...when, ...where, ratio: 0.5, lagMs })),
  fc.tuple(span, nodes).map(([when, node]): Fault => ({ kind: 'pause', ...when, node })),
  fc.tuple(span, fc.constantFrom(...FOUR)).map(([when, node]): Fault => ({ kind: 'errors', ...when, node, ratio: 0.5 })),
);
const faults = fc.array(fault, { maxLength: 4 });

/** A few sagas close together, so that they meet at the same account. */
function withSagas(plan: Plan, told: readonly Fault[]): Plan {
  const traceMs = [1, 60, 90, 400, 900];
  return { ...plan, faults: told, nodes: plan.nodes.map((node) => (node.id === 'shoppers' ? { ...node, layers: node.layers.map((layer) => ({ ...layer, params: { ...layer.params, traceMs, entityCount: 2 } })) } : node)) };
}
function run(plan: Plan): World {
  const world = new World(plan, { check: 'event', fingerprint: false });
  for (let atMs = world.nextHappeningMs; atMs <= plan.durationMs; atMs = world.nextHappeningMs) world.runUntil(atMs);
  world.check();
  return world;
}
const sagas = { order: fourSteps };

test('under any parameters and any faults no rule of the engines breaks', () => {
  fc.assert(fc.property(arbitraryParams(sagaStory, { fixed: { sagas, retryDelayMs: 60 } }), arbitraryParams(participantStory), faults, fc.constantFrom('', ...FOUR), (orchestration, participation, told, refuser) => {
    const { resource: _, ...own } = participation;
    run(withSagas({ ...oneSaga(roles, refuser, orchestration, own), durationMs: 30_000 }, told));
  }), { numRuns: RUNS });
});

/** What makes the pattern right. Waits are short, so that everything is over in time. */
const right = {
  sagas, persistence: 'logBeforeAct', onCompensationFailure: 'stuck', statusAfterUndo: 'compensated', checkDefinitions: true, stepKinds: 'honoured', stepTimeoutMs: 400, retryDelayMs: 50,
  retryMaxDelayMs: 1000, retryFactor: 2, sagaTimeoutMs: 20_000, retriableAttempts: 0, compensationAttempts: 0, fsyncMs: 3, maxOpen: 100, duplicateId: 'returnExisting', unknownType: 'refuse',
} as const;
const sound = { dedupe: true, tombstones: true, rememberMs: 86_400_000, limit: 0, openingBalance: 0, refuseRatio: 0, undoFailRatio: 0, transientRatio: 0.1, workTime: { kind: 'constant', ms: 30 }, undoTime: { kind: 'constant', ms: 20 }, fsyncMs: 4, lockWaitMs: 300 } as const;

test('with a log, inboxes, tombstones and retries every saga ends whole or undone, whatever the faults', () => {
  const onUnknown = fc.constantFrom('compensateToo', 'queryStatus');
  fc.assert(fc.property(arbitraryParams(sagaStory, { fixed: right, data: {} }), onUnknown, faults, fc.constantFrom('', ...FOUR.slice(0, 3)), (orchestration, unknown, told, refuser) => {
    const isolation = orchestration.isolation === 'none' ? 'commutative' : orchestration.isolation;
    const world = run(withSagas(oneSaga(roles, refuser, { ...orchestration, isolation, onUnknown: unknown }, sound), told));
    const ledger = world.ledger();
    for (const { name, holds, view } of ledger) expect(holds, `${name}: ${JSON.stringify(view)}`).toBe(true);
    expect((ledger[0]!.view as { totals: { open: number } }).totals.open).toBe(0);
    expect(world.inspect()['customer-app']!.meters).toMatchObject({ pending: 0, locks: 0, waiting: 0 });
  }), { numRuns: RUNS });
});

test('the same holds of the dance, with a broker, outboxes and a watchdog', () => {
  const parts = fc.constantFrom('broker', ...ALL);
  const told = fc.array(fc.oneof(
    fc.tuple(span, parts).map(([when, node]): Fault => ({ kind: 'crash', ...when, node })),
    fc.tuple(span, parts).map(([when, from]): Fault => ({ kind: 'dropMessages', ...when, from, ratio: 0.5 })),
    fc.tuple(span, parts).map(([when, from]): Fault => ({ kind: 'dropRequests', ...when, from, ratio: 0.5 })),
    fc.tuple(span, parts, ms(0, 3000)).map(([when, from, lagMs]): Fault => ({ kind: 'duplicate', ...when, from, ratio: 0.5, lagMs })),
    fc.tuple(span, fc.constantFrom(...ALL)).map(([when, node]): Fault => ({ kind: 'partition', ...when, groupA: ['broker'], groupB: [node] })),
  ), { maxLength: 3 });
  fc.assert(fc.property(told, fc.constantFrom('', 'customer', 'inventory', 'payment'), fc.constantFrom('commutative', 'reread', 'lock', 'file'), (list, refuser, writes) => {
    // Crashes of the desk are no business of the dance; a request that never arrived began no saga.
    const world = run(withSagas(oneDance(roles, refuser, { writes, lockWaitMs: 500 }), list));
    const ledger = world.ledger();
    for (const { name, holds, view } of ledger) expect(holds, `${name}: ${JSON.stringify(view)}`).toBe(true);
    expect((ledger[0]!.view as { totals: { open: number } }).totals.open).toBe(0);
  }), { numRuns: RUNS / 2 });
});

test('any legal choreographed participant keeps its rules', () => {
  fc.assert(fc.property(arbitraryParams(choreographyStory), faults, (params, told) => {
    const { reactions: _, steps: __, broker: ___, listeners: ____, resource: _____, refuseRatio: ______, ...own } = params;
    run({ ...withSagas(oneDance(roles, '', own), told.filter((each) => !('node' in each) || each.node !== 'orders-desk')), durationMs: 30_000 });
  }), { numRuns: RUNS / 4 });
});

test('going back to a checkpoint in the middle changes nothing', () => {
  fc.assert(fc.property(faults, ms(1, 3000), (told, cutMs) => {
    const plan = { ...withSagas(oneSaga(roles, 'payment', {}, { transientRatio: 0.2 }), told), durationMs: 12_000 };
    const whole = new World(plan);
    whole.runUntil(12_000);
    const cut = new World(plan);
    cut.runUntil(cutMs);
    const checkpoint = cut.checkpoint();
    cut.runUntil(12_000);
    cut.restore(checkpoint);
    cut.runUntil(12_000);
    expect(cut.fingerprint).toBe(whole.fingerprint);
  }), { numRuns: 60 });
});
