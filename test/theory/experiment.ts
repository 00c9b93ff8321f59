/** Small worlds for comparisons with theory: built from the roles, run over many seeds, judged by the standard error of the mean. */
import { expect } from 'vitest';
import type { Engine, Ms, Plan, PlanNode } from '../../src/kernel/contract.ts';
import { World } from '../../src/kernel/world.ts';
import { roles } from '../../src/roles/index.ts';
import { initialParams } from '../../src/kernel/harnessParams.ts';

export const SERVICE_MS = 10;
export const SEEDS = 30;

/** A layer of a role with its usual parameters but for those given. */
export function role(id: string, name: string, params: Readonly<Record<string, unknown>> = {}): PlanNode['layers'][number] {
  const { engine, story } = roles[name]!;
  return { id, engine, params: { ...initialParams(story.params), ...params } };
}
export const exponential = (meanMs: Ms) => ({ kind: 'exponential', meanMs }) as const;
/** A service whose load in erlangs is that of its arrivals per SERVICE_MS. */
export const station = (id: string, servers: number, params: Readonly<Record<string, unknown>> = {}) =>
  role(id, 'service', { concurrency: servers, queueCapacity: 1_000_000, serviceTime: exponential(SERVICE_MS), ...params });
export const arrivals = (id: string, erlangs: number, params: Readonly<Record<string, unknown>> = {}) =>
  role(id, 'client', { ratePerSecond: (erlangs * 1000) / SERVICE_MS, ...params });

export interface Experiment {
  readonly nodes: readonly PlanNode[];
  /** `from>to`; links take no time, so what is measured is the stations alone. */
  readonly links: readonly string[];
  readonly warmUpMs: Ms;
  readonly runMs: Ms;
}
/** The summaries of all seeds. Every invariant is checked at the end of each run. */
export function runSeeds({ nodes, links, warmUpMs, runMs }: Experiment, seeds = SEEDS): Record<string, number>[] {
  return Array.from({ length: seeds }, (_, i) => {
    const plan: Plan = {
      seed: i + 1, durationMs: warmUpMs + runMs, measure: { fromMs: warmUpMs, untilMs: warmUpMs + runMs }, nodes, faults: [], interventions: [], laws: [],
      links: links.map((link) => ({ from: link.split('>')[0]!, to: link.split('>')[1]!, latency: { kind: 'constant', ms: 0 } })),
    };
    const world = new World(plan, { fingerprint: false, check: 'off' });
    world.runUntil(plan.durationMs);
    world.check();
    const watched = Object.entries(world.inspect()).flatMap(([layer, { views }]) => (views?.['watched'] === undefined ? [] : [[`${layer}.meanMs`, views['watched'] as number] as const]));
    return { ...world.summary(), ...Object.fromEntries(watched) };
  });
}

interface Watch { begun: Map<number, Ms>; count: number; sumMs: Ms }
/** A layer that only measures: the mean time from taking a call in to its answer. */
const watchEngine: Engine<unknown, Watch> = {
  init: () => ({ begun: new Map(), count: 0, sumMs: 0 }),
  onRequest(watch, call, ctx) {
    watch.begun.set(call.id, ctx.nowMs);
    ctx.forward(call);
  },
  onReply(watch, call, outcome, ctx) {
    watch.sumMs += ctx.nowMs - watch.begun.get(call.id)!;
    watch.count++;
    watch.begun.delete(call.id);
    ctx.reply(call, outcome);
  },
  inspect: ({ count, sumMs }) => ({ views: { watched: sumMs / count } }),
  invariants: [],
};
export const stopwatch = (id: string): PlanNode['layers'][number] => ({ id, engine: watchEngine, params: {} });

/** The mean over the seeds lies within three standard errors of what theory says. */
export function expectAgreement(what: string, measured: readonly number[], theory: number): void {
  const n = measured.length;
  const mean = measured.reduce((sum, value) => sum + value, 0) / n;
  const error = Math.sqrt(measured.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1) / n);
  expect(Math.abs(mean - theory), `${what}: ${mean.toPrecision(5)} ± ${error.toPrecision(2)}, theory says ${theory.toPrecision(5)}`).toBeLessThanOrEqual(3 * error);
  // A comparison that any value would pass says nothing.
  expect(error, `${what}: the runs are too short to tell`).toBeLessThan(0.04 * Math.abs(theory));
}
