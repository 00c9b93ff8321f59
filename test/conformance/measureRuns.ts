/** Runs as a program of its own: bundled, it is more than twice as fast as inside the test runner. Reads jobs from standard input. */
import { readFileSync } from 'node:fs';
import { World } from '../../src/kernel/world.ts';
import { documentFrom } from '../../src/headless/index.ts';
import { figure } from '../../src/runs/figure.ts';
import { loadRun } from '../../src/runs/runner.ts';

export interface Job {
  /** `pattern/scenario/variant` */
  readonly name: string;
  readonly metrics: readonly string[];
}
export interface Order {
  readonly seeds: readonly number[];
  readonly jobs: readonly Job[];
}
/** Metric → a figure for each seed; null where it can't be known. */
export type Figures = Readonly<Record<string, readonly (number | null)[]>>;

const { seeds, jobs } = JSON.parse(readFileSync(0, 'utf8')) as Order;
const out: Record<string, Record<string, (number | null)[]>> = {};
for (const { name, metrics } of jobs) {
  const { plan } = await loadRun(await documentFrom(name));
  const figures: Record<string, (number | null)[]> = Object.fromEntries(metrics.map((metric) => [metric, []]));
  for (const seed of seeds) {
    const world = new World({ ...plan, seed }, { check: 'off', fingerprint: false });
    world.runUntil(plan.measure.untilMs);
    world.check();
    const summary = world.summary();
    for (const metric of metrics) figures[metric]!.push(figure(summary, metric));
  }
  out[name] = figures;
}
process.stdout.write(JSON.stringify(out));
