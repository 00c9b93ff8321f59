import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { World } from '../../src/kernel/world.ts';
import { defaultDocument, type RunDocument } from '../../src/runs/document.ts';
import { loadRun } from '../../src/runs/runner.ts';
import { shelf } from '../../src/runs/shelf.ts';
import { Timeline } from '../../src/worker/timeline.ts';
import { bench } from './inProcess.ts';

const load = async (change: Partial<RunDocument> = {}, variant?: string) => loadRun({ ...defaultDocument((await shelf.load('circuit-breaker'))!, undefined, variant), ...change });
/** The same shuffle every time. */
const shuffled = (n: number): number[] => {
  const list = Array.from({ length: n }, (_, i) => i);
  let seed = 12345;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const j = seed % (i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
};

describe('a timeline', () => {
  test('seeking to every 1 % in random order gives the fingerprint of playing straight to it', async () => {
    const { plan, resolved } = await load();
    const straight = new World(plan);
    const expected = Array.from({ length: 101 }, (_, i) => { straight.runUntil((plan.durationMs * i) / 100); return straight.fingerprint; });
    const timeline = new Timeline(plan, resolved, () => performance.now());
    while (!timeline.finished) timeline.compute(5);
    for (const i of shuffled(101)) expect(timeline.at((plan.durationMs * i) / 100).fingerprint, `${i} %`).toBe(expected[i]);
    expect(timeline.checkpointCount).toBeGreaterThan(3);
  });

  test('after a revision only what lies after it is computed anew, and the end is that of the new document', async () => {
    const { plan, resolved } = await load();
    const changed = await load({ interventions: [{ atMs: 70_000, kind: 'control', layer: 'breaker', control: 'forceOpen' }] });
    const timeline = new Timeline(plan, resolved, () => performance.now());
    while (!timeline.finished) timeline.compute(5);
    timeline.takeChunk();
    const fromMs = timeline.revise(changed.plan, changed.resolved, 70_000);
    expect(fromMs).toBeGreaterThan(0);
    expect(fromMs).toBeLessThan(70_000);
    while (!timeline.finished) timeline.compute(5);
    const fresh = new World(changed.plan);
    fresh.runUntil(plan.durationMs);
    expect(timeline.world.fingerprint).toBe(fresh.fingerprint);
    expect(timeline.takeChunk().fromNs).toBe(Math.round(fromMs * 1e6));
  });

  test('a span traced again has the hops that it had', async () => {
    const { plan, resolved } = await load();
    const timeline = new Timeline(plan, resolved, () => performance.now());
    while (!timeline.finished) timeline.compute(5);
    const whole = timeline.takeChunk();
    const again = timeline.retrace(40_000, 44_000);
    const sent = (chunk: typeof whole) => [...chunk.hops.sentNs.subarray(0, chunk.hops.length)].filter((ns) => ns >= 40e9 && ns < 44e9);
    expect(sent(again)).toEqual(sent(whole));
    expect(sent(again).length).toBeGreaterThan(500);
  });

  test('steps of one event lead forth and back through the same instants', async () => {
    const { plan, resolved } = await load({ durationMs: 5000 });
    const timeline = new Timeline(plan, resolved, () => performance.now());
    while (!timeline.finished) timeline.compute(5);
    const forth: number[] = [];
    for (let at: number | null = 2000; at !== null && forth.length < 30; at = timeline.stepFrom(at, 1)) forth.push(at);
    const back = [forth.at(-1)!];
    while (back.length < forth.length - 1) back.push(timeline.stepFrom(back.at(-1)!, -1)!);
    expect(back.toReversed()).toEqual(forth.slice(1));
  });
});

test('ten minutes of play at 20× with seeks and forks stay below 250 MB and do not grow', { timeout: 300_000 }, async () => {
  setFlagsFromString('--expose_gc');
  const gc = runInNewContext('gc') as () => void;
  const b = bench();
  const { session } = b;
  const state = session.store.getState;
  await session.actions.openPattern('circuit-breaker');
  const finished = () => b.until(() => state().run?.status === 'finished');
  await finished();
  session.actions.setSpeed(20);
  const heaps: number[] = [];
  // 10 minutes at 20× are 200 simulated minutes: a hundred times through the run, with a seek and a fork each time.
  for (let round = 0; round < 100; round++) {
    session.actions.seek(0);
    session.actions.play();
    for (let frame = 0; frame < 65 && state().clock.playing; frame++) b.frame(100);
    session.actions.seek((round * 7919) % 120_000);
    if (round % 2 === 0) session.actions.addFault({ kind: 'slow', node: 'catalog', factor: 2, fromMs: 20_000 + round * 100, untilMs: 25_000 + round * 100 });
    else session.actions.undo();
    await finished();
    if (round % 10 === 9) { gc(); heaps.push(process.memoryUsage().heapUsed / 1e6); }
  }
  expect(Math.max(...heaps)).toBeLessThan(250);
  // After the first rounds have warmed up, it stays where it is.
  expect(heaps.at(-1)! - heaps[2]!).toBeLessThan(15);
  session.actions.openGallery();
});
