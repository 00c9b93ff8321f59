/** Closed forms against runs: first-try conflicts, tail after a snapshot, load time and size of the log. */
import { expect, test } from 'vitest';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { shelfOf } from '../../runs/document-stories.ts';
import { defaultDocument } from '../../runs/document.ts';
import { buildPlan, loadEngines, resolve } from '../../runs/plan.ts';
import { eventSourcing } from './index.ts';

const stories = (await shelfOf([eventSourcing], roleStories).load('event-sourcing'))!;
async function runWorld(scenario: string, variant: string, seed: number): Promise<World> {
  const resolved = resolve(defaultDocument(stories, scenario, variant), stories);
  const { engineOf, laws } = await loadEngines(resolved, [eventSourcing], roles);
  const world = new World({ ...buildPlan(resolved, engineOf, laws), seed }, { check: 'off', fingerprint: false });
  world.runUntil(world.durationMs);
  world.check();
  return world;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const SEEDS = [1, 2, 3, 4, 5, 6];

test('P(first try conflicts) = 1 − e^(−λw): 5 commands a second, from load to append 49 ms', async () => {
  const runs = await Promise.all(SEEDS.map(async (seed) => {
    const world = await runWorld('hot-account', 'calm', seed);
    return { share: world.inspect()['bank']!.meters!['firstTryConflictRatio']!, perSecond: world.summary()['events.noteTotal.appended']! / 30 };
  }));
  const lambda = mean(runs.map(({ perSecond }) => perSecond));
  expect(mean(runs.map(({ share }) => share))).toBeGreaterThan(1 - Math.exp(-lambda * 0.049) - 0.04);
  expect(mean(runs.map(({ share }) => share))).toBeLessThan(1 - Math.exp(-lambda * 0.049) + 0.04);
});

test('with a snapshot every 10 events about half as many are folded; without any all 10 000, for 505 ms and more', async () => {
  const short = (await runWorld('long-stream', 'with', 1)).summary(), long = (await runWorld('long-stream', 'without', 1)).summary();
  expect(short['bank.replayedMean']).toBeGreaterThan(3);
  expect(short['bank.replayedMean']).toBeLessThan(6.5);
  expect(short['bank.lastLoadMsMean']).toBeLessThan(10);
  expect(long['bank.lastLoadMsMean']).toBeGreaterThan(505);
  expect(long['bank.lastLoadMsMean']).toBeLessThan(512);
});

test('the log grows by what is accepted, and by nothing else', async () => {
  const world = await runWorld('audit', 'with', 1);
  const { meters } = world.inspect()['events']!;
  expect(meters!['logSize']).toBe(402 + world.summary()['events.noteTotal.appended']!);
});

test('what the texts say of the hot account: two first tries in three conflict, one command in six gives up', async () => {
  const meters = await Promise.all(SEEDS.map(async (seed) => (await runWorld('hot-account', 'with', seed)).inspect()['bank']!.meters as Readonly<Record<string, number>>));
  expect(mean(meters.map((m) => m['firstTryConflictRatio']!))).toBeCloseTo(0.66, 1);
  expect(mean(meters.map((m) => m['failed']! / m['commands']!))).toBeCloseTo(1 / 6, 1);
});
