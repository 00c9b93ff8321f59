/** Closed forms: the lag of polling, its ceiling, what a crash repeats, what dual writes lose. */
import { expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { rigWith } from './testing.ts';

const { runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const steady = (count: number, everyMs: number) => Array.from({ length: count }, (_, i) => ({ atMs: 10 + i * everyMs, entity: `a${i}` }));

test('mean lag of polling = half the interval, and the way', () => {
  for (const pollIntervalMs of [200, 1000]) {
    const ran = runSetting({ asks: steady(600, 73.7), durationMs: 50_000, relay: { pollIntervalMs }, check: 'sample' });
    const lag = mean(ran.notes('published').filter(({ node }) => node === 'relay').map(({ data }) => (data as { lagMs: number }).lagMs));
    // Question and report are 5 ms each way with the query, publication 10.5; the interval runs from the end of a report.
    expect(Math.abs(lag - (pollIntervalMs / 2 + 3 + 10.5 + 10))).toBeLessThan(0.06 * pollIntervalMs + 8);
  }
});
test('ceiling: one batch for each interval and its publications; a full batch is followed at once', () => {
  const asks = Array.from({ length: 400 }, () => ({ atMs: 10, entity: 'a' }));
  const ran = runSetting({ asks, db: { txTime: { kind: 'constant', ms: 0 } }, relay: { order: 'global', batchSize: 10, pollIntervalMs: 500 }, durationMs: 20_000, check: 'sample' });
  const times = ran.notes('published').filter(({ node }) => node === 'relay').map(({ atMs }) => atMs);
  const perSecond = (times.length - 1) / ((times.at(-1)! - times[0]!) / 1000);
  // 10 events of 10.5 ms one after the other, 10 ms to fetch and to report: without any interval.
  expect(perSecond).toBeGreaterThan(0.95 * 10_000 / (10 * 10.5 + 10));
  expect(perSecond).toBeLessThan(1.05 * 10_000 / (10 * 10.5 + 10));
});
test('a crash of the relay repeats at most one batch', () => {
  for (const batchSize of [3, 10, 30]) {
    for (const occurrence of [1, 7, 12, 25]) {
      const ran = runSetting({ asks: steady(60, 5), relay: { batchSize }, faults: [{ kind: 'crashAt', node: 'relay', note: 'published', occurrence, fromMs: 0, downMs: 500 }], check: 'off' });
      expect(ran.summary['ledger.publishedAgain']).toBeLessThanOrEqual(batchSize);
      expect(ran.summary['ledger.lost']).toBe(0);
    }
  }
});
test('dual writes lose p · λ · t, within three standard errors', () => {
  const p = 0.05, n = 300, seeds = 30;
  const lost = Array.from({ length: seeds }, (_, i) => runSetting({ asks: steady(n, 20), shop: { mode: 'publishAfterCommit', dieBetweenRatio: p }, durationMs: 12_000, seed: i + 1, check: 'off', trace: false, relay: { pollIntervalMs: 60_000 } }).summary['ledger.lost']!);
  // Nothing happens at the end of the run, so that the observer's patience is over for all but the last 5 s: there are none.
  expect(Math.abs(mean(lost) - p * n)).toBeLessThanOrEqual(3 * Math.sqrt((p * (1 - p) * n) / seeds));
});
