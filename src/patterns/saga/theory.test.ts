import { expect, test } from 'vitest';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import type { Change } from '../../kernel/harnessScenario.ts';
import { planFor } from './testing.ts';
import { REFUSALS } from './topologies.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario } from '../../kernel/story.ts';

/** The order saga without any fault; everything is counted from the first saga to the last. */
const SEEDS = 30;
const calm: Scenario = { ...scenarios['order-saga'], faults: [], durationMs: 40_000, measure: { fromMs: 0, untilMs: 40_000, label: '' } };
type Summary = Readonly<Record<string, number>>;
function over(scenario: Scenario, variant: string, change: Change = {}, seeds = SEEDS): Summary[] {
  return Array.from({ length: seeds }, (_, i) => {
    // New sagas stop in time, so that all of them end.
    const params = { users: { stopMs: 30_000 }, ...change.params };
    const world = new World(planFor(roles, scenario, variant, { ...change, seed: i + 1, params }), { check: 'off', fingerprint: false });
    world.runUntil(scenario.durationMs);
    expect(world.inspect().orchestrator!.meters!.open).toBe(0);
    return world.summary();
  });
}
/** Mean over the seeds, and whether the expected value lies within three standard errors of it. */
function agrees(values: readonly number[], expected: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1);
  const error = Math.sqrt(variance / values.length);
  expect(Math.abs(mean - expected), `${mean} ± ${error} against ${expected}`).toBeLessThanOrEqual(3 * error);
}
const { customer: p2, inventory: p3, payment: p4 } = REFUSALS;
const note = (summary: Summary, name: string): number => summary[`orchestrator.noteTotal.${name}`] ?? 0;
const plain = over(calm, 'with', { params: { orchestrator: { isolation: 'commutative' } } });

test('P(complete) is the product of the chances of each step: 0.848', () => {
  const expected = (1 - p2) * (1 - p3) * (1 - p4);
  expect(expected).toBeCloseTo(0.848, 3);
  agrees(plain.map((summary) => note(summary, 'completed') / note(summary, 'sagaStarted')), expected);
  agrees(plain.map((summary) => summary['shoppers.ok']! / summary['shoppers.offered']!), expected);
});

test('compensations a saga: Σ i · p(i+1) · Π (1 − p)', () => {
  // Refused at credit: one step is undone; at stock: two; at the charge: three.
  const expected = 1 * p2 + 2 * (1 - p2) * p3 + 3 * (1 - p2) * (1 - p3) * p4;
  agrees(plain.map((summary) => note(summary, 'compensationSucceeded') / note(summary, 'sagaStarted')), expected);
});

test('attempts at a step that must succeed: 1 / (1 − q)', () => {
  const flaky = over(calm, 'with', { params: { orchestrator: { isolation: 'commutative', retryDelayMs: 20, retryMaxDelayMs: 200 }, 'shipping-app': { transientRatio: 0.3 } } });
  agrees(flaky.map((summary) => summary['shipping-app.noteTotal.commandTaken']! / note(summary, 'pivotPassed')), 1 / 0.7);
});

test('a saga takes the sum of its steps, and two hops, a commit and a log write more for each', () => {
  const nobody = Object.fromEntries(['customer', 'inventory', 'payment'].map((id) => [`${id}-app`, { refuseRatio: 0 }]));
  const all = over(calm, 'with', { params: { orchestrator: { isolation: 'commutative' }, ...nobody } });
  const hops = 2 * (20 + 30 + 30 + 40 + 20 + 30), client = 2 * 40, fsync = 2;
  // Started, six steps, ended: eight log writes one after the other; six commits; two confirmations go out beside the last two steps.
  agrees(all.map((summary) => summary['shoppers.meanMs']!), 6 * 50 + hops + client + 8 * fsync + 6 * fsync);
});

test('messages: two for each step, and two for each confirmation', () => {
  const nobody = Object.fromEntries(['customer', 'inventory', 'payment'].map((id) => [`${id}-app`, { refuseRatio: 0 }]));
  const [summary] = over(calm, 'with', { params: nobody }, 1);
  const sent = ['order', 'customer', 'inventory', 'payment', 'shipping'].reduce((sum, id) => sum + summary![`orders-desk>${id}.requests`]! + summary![`orders-desk>${id}.replies`]!, 0);
  expect(sent / note(summary!, 'completed')).toBe(2 * 6 + 2 * 2);
});
