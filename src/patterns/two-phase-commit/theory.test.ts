/** Closed forms: how often a transaction succeeds, what it costs in messages and forced writes, and how long it takes. */
import { describe, expect, test } from 'vitest';
import { runSetting, type Setting } from './testing.ts';

const SEEDS = 30;
const quiet = { recoveryScanMs: 600_000 } as const;
const members = (n: number): string[] => Array.from({ length: n }, (_, i) => `node-${i + 1}`);
/** `count` transactions on accounts of their own, so that nobody waits for a lock. */
const spread = (count: number, n: number): Setting => ({
  members: members(n),
  asks: Array.from({ length: count }, (_, i) => ({
    atMs: i * 300, op: 'execute', payload: { participants: members(n), data: Object.fromEntries(members(n).map((id, at) => [id, [{ kind: 'account', row: `r${i}`, delta: at === 0 ? 1 - n : 1 }]])) },
  })),
  durationMs: count * 300 + 5000, check: 'off',
});
const overSeeds = (figure: (seed: number) => number): { mean: number; error: number } => {
  const values = Array.from({ length: SEEDS }, (_, i) => figure(i + 1));
  const mean = values.reduce((a, b) => a + b, 0) / SEEDS;
  return { mean, error: Math.sqrt(values.reduce((a, b) => a + (b - mean) * (b - mean), 0) / (SEEDS - 1) / SEEDS) };
};

describe.each([2, 3, 5, 8])('%i participants, commit', (n) => {
  const ran = runSetting({ ...spread(4, n), coordinator: quiet });
  const between = ran.hops().filter(({ from, to }) => from !== 'client' && to !== 'client');
  test('4n messages: prepare, vote, commit, acknowledgement', () => expect(between.filter(({ op }) => op !== 'recover')).toHaveLength(4 * 4 * n));
  test('forced writes: 1 at the coordinator and 2 at each participant under presumed abort', () => {
    expect(ran.meters('coordinator').forcedWrites).toBe(4);
    for (const id of members(n)) expect(ran.meters(id).forcedWrites).toBe(2 * 4);
  });
  test('presumed nothing forces one more: who takes part', () => {
    expect(runSetting({ ...spread(4, n), coordinator: { ...quiet, protocol: 'presumedNothing' } }).meters('coordinator').forcedWrites).toBe(2 * 4);
  });
  test('an abort forces nothing at the coordinator, and one write at each that had voted Yes', () => {
    const aborted = runSetting({ ...spread(4, n), coordinator: quiet, each: { 'node-1': { voteNoRatio: 1 } } });
    expect(aborted.meters('coordinator').forcedWrites).toBe(0);
    for (const id of members(n).slice(1)) expect(aborted.meters(id).forcedWrites).toBe(4);
  });
});

test.each([[2, 0.9], [3, 0.95], [5, 0.9]])('%i participants that are willing with probability %d each: all commit with the product', (n, willing) => {
  const count = 60;
  const share = overSeeds((seed) => runSetting({ ...spread(count, n), seed, trace: false, coordinator: quiet, participant: { voteNoRatio: 1 - willing } }).meters('coordinator').committed! / count);
  let product = 1;
  for (let i = 0; i < n; i++) product *= willing;
  expect(Math.abs(share.mean - product)).toBeLessThan(3 * share.error);
});

test.each([[2, 0.999, 0.997], [3, 0.999, 0.996], [5, 0.999, 0.994], [3, 0.9, 0.6561]])('%i participants and the coordinator, each there with probability %d: success is the product, %d', (n, there, product) => {
  const count = 120;
  const away = (node: string, op: string) => ({ kind: 'errors', node, op, ratio: 1 - there, fromMs: 0 }) as const;
  const share = overSeeds((seed) => {
    const faults = [away('coordinator', 'execute'), ...members(n).map((id) => away(id, 'prepare'))];
    return runSetting({ ...spread(count, n), seed, trace: false, coordinator: quiet, faults }).answers.filter(({ kind }) => kind === 'ok').length / count;
  });
  expect(Math.abs(share.mean - product)).toBeLessThan(3 * share.error + 0.0001);
});

test('latency: slowest prepare, the decision, slowest commit', () => {
  // All times constant: two round trips, and three writes one after the other.
  const constant = { fsyncTime: { kind: 'constant', ms: 4 } };
  const ran = runSetting({ coordinator: { ...quiet, ...constant }, participant: constant, latencyMs: 5 });
  const [began, ended] = [ran.notes('began')[0]!.atMs, ran.notes('ended')[0]!.atMs];
  expect(ended - began).toBeCloseTo((10 + 4) + 4 + (10 + 4), 6);
});

test('with exponential disk times the slowest of n is the mean times the harmonic number', () => {
  const harmonic = (n: number): number => { let sum = 0; for (let i = 1; i <= n; i++) sum += 1 / i; return sum; };
  const n = 3, count = 40, meanMs = 20;
  const phase = overSeeds((seed) => {
    const ran = runSetting({ ...spread(count, n), seed, latencyMs: 1, coordinator: { ...quiet, parallel: true }, participant: { fsyncTime: { kind: 'exponential', meanMs } } });
    const began = ran.notes('began').map(({ atMs }) => atMs);
    const voted = ran.notes('allVoted').map(({ atMs }) => atMs);
    return voted.reduce((sum, atMs, i) => sum + atMs - began[i]!, 0) / count - 2;
  });
  expect(Math.abs(phase.mean - meanMs * harmonic(n))).toBeLessThan(3 * phase.error);
});

test('a hot row lets through at most one transaction for each time that it is locked', () => {
  const asks = Array.from({ length: 200 }, (_, i) => ({ atMs: i * 20, entity: 'e1' }));
  const ran = runSetting({ asks, coordinator: { ...quiet, prepareTimeoutMs: 60_000, accounts: 1000 }, participant: { lockWaitMs: 0, inDoubtAfterMs: 600_000 }, durationMs: 40_000 });
  const done = ran.notes('committed').filter(({ node }) => node === 'bank-a');
  const perMs = (done.length - 1) / (done.at(-1)!.atMs - done[0]!.atMs);
  const hold = ran.meters('bank-a').lockHoldMeanMs!;
  expect(done).toHaveLength(200);
  expect(perMs * hold).toBeLessThan(1.02);
  expect(perMs * hold).toBeGreaterThan(0.9);
});
