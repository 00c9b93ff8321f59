/** Runs as a program of its own: bundled, it is more than twice as fast as inside the test runner. Reads jobs from standard input. */
import { readFileSync } from 'node:fs';
import { World } from '../../src/kernel/world.ts';
import { documentFrom } from '../../src/headless/index.ts';
import { loadRun } from '../../src/runs/runner.ts';

export interface Job {
  readonly name: string;
  readonly seeds: number;
}
const jobs = JSON.parse(readFileSync(0, 'utf8')) as Job[];
const out: Record<string, Record<string, number>[]> = {};
for (const { name, seeds } of jobs) {
  const { plan } = await loadRun(await documentFrom(name));
  out[name] = Array.from({ length: seeds }, (_, i) => {
    const world = new World({ ...plan, seed: i + 1 }, { check: 'off', fingerprint: false });
    world.runUntil(plan.measure.untilMs);
    world.check();
    return world.summary();
  });
}
// JSON knows no NaN; a figure that can't be known is left out.
process.stdout.write(JSON.stringify(out, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? undefined : value)));
