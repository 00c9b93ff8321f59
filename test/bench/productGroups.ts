/** The product's own runs: T6 to T10. */
import { World } from '../../src/kernel/world.ts';
import type { LoadedRun } from '../../src/runs/runner.ts';
import { Timeline } from '../../src/worker/timeline.ts';
import { ALL_FIVE, BROKER, flagship as loadFlagship, load, orderSaga, stackOf } from './documents.ts';
import { atLeast, atMost, over, type Lab, type Measurement } from './lab.ts';
import { runWorld } from './worlds.ts';

const ALL = { trace: true, check: true } as const;
/** Simulated seconds a second, from a measurement of runs that had so many events. */
const timesRealTime = (ns: readonly number[], events: number, durationMs: number): number[] => ns.map((each) => (durationMs * 1e6) / (each * events));

async function wholeRun(lab: Lab, name: string, { plan }: LoadedRun, also: readonly { readonly name: string; readonly work: () => number }[] = []): Promise<{ readonly all: Measurement; readonly also: readonly Measurement[]; readonly times: (of: Measurement, by: 'nsPerEvent' | 'wallNsPerEvent') => number[] }> {
  let events = 0;
  const [all, ...others] = await lab.measure({ name: `${name}, all recording on`, work: () => (events = runWorld(plan, ALL).events) }, ...also);
  return { all: all!, also: others, times: (of, by) => timesRealTime(of[by], events, plan.durationMs) };
}

/** What each kind of recording adds to the flagship. */
export async function flagship(lab: Lab): Promise<void> {
  const run = await loadFlagship(lab.tiny ? 2000 : 120_000);
  const { plan } = run;
  const { all, times } = await wholeRun(lab, 'breaker flagship', run, [
    { name: 'breaker flagship, nothing recorded', work: () => runWorld(plan).events },
    { name: 'breaker flagship, fingerprint alone', work: () => runWorld(plan, { fingerprint: true }).events },
    { name: 'breaker flagship, trace alone', work: () => runWorld(plan, { trace: true, fingerprint: false }).events },
  ]);
  lab.figure('breaker flagship, all recording on, processor time', '× real time', times(all, 'nsPerEvent'), atLeast('T6', 500));
  lab.figure('breaker flagship, all recording on, wall time', '× real time', times(all, 'wallNsPerEvent'));
}

export async function saga(lab: Lab): Promise<void> {
  const run = await orderSaga(200, lab.tiny ? 100 : 60_000);
  const { plan } = run;
  const { all, also: [bare], times } = await wholeRun(lab, 'order saga at 200/s', run, [{ name: 'order saga at 200/s, nothing recorded', work: () => runWorld(plan).events }]);
  // T6 asks for all recording, T7 does not: both are told.
  lab.figure('order saga at 200/s, 60 s simulated, nothing recorded, processor time', '× real time', times(bare!, 'nsPerEvent'), atLeast('T7', 50));
  lab.figure('order saga at 200/s, nothing recorded, wall time', '× real time', times(bare!, 'wallNsPerEvent'));
  lab.figure('order saga at 200/s, all recording on, processor time', '× real time', times(all, 'nsPerEvent'));
}

export async function broker(lab: Lab): Promise<void> {
  const { all, times } = await wholeRun(lab, 'broker and inbox', await load(BROKER, lab.tiny ? { durationMs: 2000 } : {}));
  lab.figure('broker and inbox, processor time', '× real time', times(all, 'nsPerEvent'));
}

/** Five patterns one upon the other over the bare call: what a request of the users costs, for layers add timers and attempts of their own. */
export async function stack(lab: Lab): Promise<void> {
  const ms = lab.tiny ? 5200 : 60_000;
  const bare = await stackOf([], ms), five = await stackOf(ALL_FIVE, ms);
  // The same users ask for the same in both; the answer comes as soon, so their number in the measuring window is nearly the same too.
  const perRequest = (plan: typeof bare): number => { const world = runWorld(plan); return world.events / world.summary()['callers.offered']!; };
  const factor = perRequest(five) / perRequest(bare);
  const [alone, stacked] = await lab.measure(
    { name: 'bare call, client → service', work: () => runWorld(bare).events },
    { name: 'through timeout, retry, breaker, limit, bulkhead', work: () => runWorld(five).events },
  );
  lab.figure('timeout, retry, breaker, limit and bulkhead over the bare call', '×', over(stacked!.nsPerEvent, alone!.nsPerEvent).map((ratio) => ratio * factor), atMost('T8', 2.5));
}

const seekMoments = (durationMs: number, count: number): number[] => Array.from({ length: count }, (_, i) => durationMs * (((i * 0.618_034) % 1) * 0.98 + 0.01));

/** Computes a run as the worker does: in slices, a chunk taken after each. */
export function compute({ plan, resolved }: LoadedRun): Timeline {
  const timeline = new Timeline(plan, resolved, () => performance.now());
  while (!timeline.finished) { timeline.compute(20); timeline.takeChunk(); }
  return timeline;
}

/**
 * A seek as the worker does it where nothing of that moment is kept any more: the world at the moment with all that instruments show, then the
 * four seconds around it traced again for the painter. Moments lie all over the run, in no order.
 */
async function seekIn(lab: Lab, events: number, words: string, limitMs: number): Promise<void> {
  const short = await loadFlagship(lab.tiny ? 2000 : undefined);
  const perMs = runWorld(short.plan).events / short.plan.durationMs;
  const run = await loadFlagship(Math.round(events / perMs));
  const timeline = compute(run);
  const worst: number[] = [], middle: number[] = [], looks: number[] = [];
  const moments = seekMoments(run.plan.durationMs, lab.tiny ? 2 : 12);
  const seek = async (atMs: number): Promise<[number, number]> => {
    const look = await lab.time(() => { const world = timeline.at(atMs); return [world.inspect(), world.summary(), world.conditions(), world.ledger(), world.fingerprint]; });
    const around = await lab.time(() => timeline.retrace(Math.max(0, atMs - 2000), atMs + 2000));
    return [look.cpuMs, look.cpuMs + around.cpuMs];
  };
  await lab.warm(async () => { for (const ms of moments) await seek(ms); });
  for (let round = 0; round < lab.scale.runs; round++) {
    const taken: [number, number][] = [];
    for (const ms of moments) taken.push(await seek(ms));
    const all = taken.map(([, ms]) => ms).toSorted((a, b) => a - b);
    worst.push(all.at(-1)!);
    middle.push(all[all.length >> 1]!);
    looks.push(Math.max(...taken.map(([ms]) => ms)));
  }
  lab.figure(`seek in a run of ${words} events, worst of 12 moments`, 'ms', worst, atMost('T9', limitMs, 'worst'));
  lab.figure(`seek in a run of ${words} events, median moment`, 'ms', middle);
  lab.figure(`seek in a run of ${words} events, span not traced again, worst`, 'ms', looks);
  lab.figure(`checkpoints of a run of ${words} events`, 'count', [timeline.checkpointCount]);
  lab.figure(`held by checkpoints of a run of ${words} events`, 'MB', [heldByCheckpoints(timeline)]);
}
export const seek = (lab: Lab): Promise<void> => seekIn(lab, lab.size(100_000), '10⁵', 100);
export const seekLong = (lab: Lab): Promise<void> => seekIn(lab, lab.size(5_000_000), '5·10⁶', 1000);

/** What goes when a timeline forgets its checkpoints, contents of typed arrays included. */
function heldByCheckpoints(timeline: Timeline): number {
  const held = (): number => { globalThis.gc?.(); globalThis.gc?.(); const { heapUsed, arrayBuffers } = process.memoryUsage(); return heapUsed + arrayBuffers; };
  const before = held();
  (timeline as unknown as { checkpoints: unknown[] }).checkpoints.length = 1;
  return (before - held()) / 1e6;
}

/** Share of a run's computing that goes into checkpoints: the clones themselves, timed one by one inside it. */
export async function checkpoints(lab: Lab): Promise<void> {
  for (const [what, run] of [['flagship', await loadFlagship(lab.tiny ? 2000 : 120_000)], ['order saga at 10/s', await orderSaga(10, lab.tiny ? 1000 : 60_000)]] as const) {
    const shares: number[] = [], counts: number[] = [];
    const original = World.prototype.checkpoint;
    let cloning = 0;
    World.prototype.checkpoint = function timed() {
      const cpu = process.cpuUsage();
      const made = original.call(this);
      const { user, system } = process.cpuUsage(cpu);
      cloning += (user + system) / 1000;
      return made;
    };
    try {
      await lab.warm(() => compute(run));
      for (let i = 0; i < lab.scale.runs; i++) {
        cloning = 0;
        const { cpuMs, result } = await lab.time(() => compute(run));
        shares.push((cloning / cpuMs) * 100);
        counts.push(result.checkpointCount);
      }
    } finally { World.prototype.checkpoint = original; }
    lab.figure(`checkpoints of the ${what}, of its run time`, '%', shares, atMost('T10', 5));
    lab.figure(`checkpoints of the ${what}`, 'count', counts);
    lab.figure(`held by checkpoints of the ${what}`, 'MB', [heldByCheckpoints(compute(run))]);
    const world = runWorld(run.plan);
    const times = lab.size(100);
    await lab.measure({ name: `checkpoint at the end of the ${what} (an event: one checkpoint)`, work: () => { for (let i = 0; i < times; i++) world.checkpoint(); return times; } });
  }
}
