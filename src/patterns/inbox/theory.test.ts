/** Closed forms: what slips through a window, how many rows there are, how often a message is delivered. */
import { expect, test } from 'vitest';
import { exp } from '../../kernel/math.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { rigWith } from './testing.ts';

const { runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });
const steady = (count: number, everyMs: number) => Array.from({ length: count }, (_, i) => ({ atMs: 10 + i * everyMs, entity: `a${i % 50}` }));
const quick = { workTime: { kind: 'constant', ms: 1 }, serializeBy: 'none', concurrency: 64, cleanupEveryMs: 100, visibilityMs: 1000 } as const;

test.each([[20_000, 10_000], [10_000, 10_000], [5000, 10_000]])('slipped repeats = e^(−W/m): window %d ms, mean delay %d ms', (dedupWindowMs, meanMs) => {
  let replays = 0, slipped = 0;
  for (let seed = 1; seed <= 3; seed++) {
    const ran = runSetting({ asks: steady(600, 20), seed, durationMs: 100_000, producer: { replayRatio: 1, replayDelay: { kind: 'exponential', meanMs } }, consumer: { ...quick, dedupWindowMs }, check: 'off', trace: false });
    replays += ran.meters('producer').replayed!;
    slipped += ran.summary['ledger.duplicates']!;
  }
  const expected = exp(-dedupWindowMs / meanMs);
  expect(replays).toBeGreaterThan(1700);
  expect(Math.abs(slipped / replays - expected)).toBeLessThanOrEqual(3 * Math.sqrt((expected * (1 - expected)) / replays) + 0.01);
});
test('rows = rate · window', () => {
  const ran = runSetting({ asks: steady(1500, 20), durationMs: 28_000, consumer: { ...quick, dedupWindowMs: 4000 }, check: 'off', trace: false });
  expect(Math.abs(ran.meters('accounts').idsKept! - 50 * 4)).toBeLessThanOrEqual(8);
});
test('deliveries for each message = 1 / (1 − q), with a share q of acknowledgements lost', () => {
  const q = 0.3, messages = 1500;
  const ran = runSetting({ asks: steady(messages, 10), durationMs: 30_000, consumer: { ...quick, dedupWindowMs: 600_000 }, broker: { inFlight: 1000 }, faults: [{ kind: 'dropMessages', to: 'broker', ratio: q, fromMs: 0 }], check: 'off', trace: false });
  const deliveries = (ran.meters('consumer-1').delivered! + ran.meters('consumer-2').delivered!) / messages;
  expect(Math.abs(deliveries - 1 / (1 - q))).toBeLessThanOrEqual(3 * Math.sqrt(q / ((1 - q) * (1 - q)) / messages));
  expect(ran.summary['ledger.duplicates']).toBe(0);
});
