/** What texts of the story say in numbers and is no claim: measured over several seeds. */
import { expect, test } from 'vitest';
import { mean } from '../../../test/conformance/claims.ts';
import { loadPattern } from '../../../test/conformance/cases.ts';
import { erlangB } from '../../../test/theory/formulas.ts';
import { World } from '../../kernel/world.ts';
import { circuitBreaker } from '../circuit-breaker/index.ts';
import { retry } from '../retry/index.ts';
import { bulkhead } from './index.ts';
import type { BulkheadState } from './state.ts';

const pattern = await loadPattern(bulkhead, [bulkhead, circuitBreaker, retry]);
const caseOf = (name: string) => pattern.cases.find((one) => one.name === `bulkhead/${name}`)!;
const cache = new Map<string, Record<string, number>[]>();
function of(name: string, metric: string, seeds = 3): number[] {
  let runs = cache.get(name);
  if (runs === undefined) {
    const one = caseOf(name);
    runs = Array.from({ length: seeds }, (_, i) => {
      const world = new World({ ...one.plan(), seed: i + 1 }, { check: 'off', fingerprint: false });
      world.runUntil(one.resolved.measure.untilMs);
      world.check();
      return world.summary();
    });
    cache.set(name, runs);
  }
  return runs.map((run) => run[metric] ?? 0);
}
function within(values: readonly number[], low: number, high: number): void {
  expect(mean(values)).toBeGreaterThanOrEqual(low);
  expect(mean(values)).toBeLessThanOrEqual(high);
}

test('payments hangs: browsing loses half without a bulkhead and nothing with one; a compartment as wide as the ship is none', () => {
  within(of('hanging-payments/without', 'browse.goodputPerSecond'), 26, 34);
  within(of('hanging-payments/with', 'browse.goodRatio'), 0.995, 1.005);
  expect(of('hanging-payments/too-wide', 'browse.goodputPerSecond')).toEqual(of('hanging-payments/without', 'browse.goodputPerSecond'));
});

test('the sketch: five permits for everything leave browsing a tenth of what it wants', () => {
  within(of('hanging-payments/original', 'browse.goodputPerSecond'), 2, 8);
});

test('doomed calls: 600 without, 150 with a bulkhead, fewer than 35 with a breaker outside it', () => {
  within(of('hanging-payments/without', 'gateway>payments.requests'), 580, 610);
  within(of('hanging-payments/with', 'gateway>payments.requests'), 140, 155);
  within(of('hanging-payments/breaker', 'gateway>payments.requests'), 15, 35);
});

test('too small: half is refused, as Erlang says of 8 erlangs and five permits', () => {
  expect(erlangB(5, 8)).toBeCloseTo(0.48, 2);
  within(of('too-small/small', 'callers.goodRatio'), 0.49, 0.53);
  within(of('too-small/with', 'callers.goodRatio'), 0.98, 1);
});

test('too big: 170 calls and more wait inside the database, and next to none is served in time', () => {
  within(of('too-big/big', 'database-app.queueMean'), 165, 185);
  within(of('too-big/big', 'callers.goodputPerSecond'), 0, 5);
  within(of('too-big/with', 'callers.goodputPerSecond'), 46, 52);
});

test('each law finds a limit near the 20 calls the database works on, and most of the 67 a second that it can do', () => {
  for (const [law, low, high] of [['aimd', 25, 45], ['vegas', 18, 32], ['gradient2', 25, 40], ['envoy-gradient', 15, 45]] as const) {
    within(of(`adaptive-limit/${law}`, 'bulkhead.limitMean'), low, high);
    within(of(`adaptive-limit/${law}`, 'callers.goodputPerSecond'), law === 'envoy-gradient' ? 48 : 62, 67);
  }
});

test('before the change Envoy’s limit climbs towards its bound of 200, four seconds after it has come down', () => {
  const world = new World(caseOf('adaptive-limit/envoy-gradient').plan(), { check: 'off', fingerprint: false });
  const limitAt = (atMs: number): number => { world.runUntil(atMs); return (world.inspect()['bulkhead']!.views!['limit-trace'] as { limit: BulkheadState['limit'] }).limit; };
  expect(limitAt(39_000)).toBeGreaterThan(150);
  expect(limitAt(44_000)).toBeLessThan(40);
});

test('a deadlock is for ever; a finite wait costs orders in the slow second and none after it', () => {
  within(of('pool-deadlock/locked', 'buyers.goodputPerSecond'), 0, 0);
  expect(of('pool-deadlock/locked', 'bulkhead.noteTotal.deadlocked')).toEqual([1, 1, 1]);
  within(of('pool-deadlock/finite', 'buyers.goodRatio'), 0.99, 1.01);
  expect(Math.min(...of('pool-deadlock/finite', 'bulkhead.noteTotal.waitTimeout'))).toBeGreaterThan(0);
});

test('the pool stays at its core of four threads while the queue has room', () => {
  within(of('pool-growth/long', 'bulkhead.limitMean'), 4, 4);
  expect(Math.max(...of('pool-growth/long', 'bulkhead.note.rejected'))).toBe(0);
});
