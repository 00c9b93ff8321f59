/** Runs other documents beside the main one, in slices and without a trace: the baselines of the headline numbers, and the cells of a map. */
import { World } from '../kernel/world.ts';
import type { FromWorker } from '../protocol/messages.ts';
import type { RunDocument } from '../runs/document.ts';
import { figure as figureOf } from '../runs/figure.ts';
import { loadRun } from '../runs/runner.ts';

interface Job {
  readonly serial: number;
  readonly document: RunDocument;
  /** All that is wanted of the run; without it the whole summary. */
  readonly figure: string | undefined;
  /** When the run may end. */
  untilMs: number;
  world: World | null;
  error: string | null;
}

export class Measures {
  private jobs: Job[] = [];

  get pending(): boolean { return this.jobs.length > 0; }
  clear(): void { this.jobs = []; }
  add(document: RunDocument, serial: number, figure?: string): void {
    const job: Job = { serial, document, figure, untilMs: 0, world: null, error: null };
    this.jobs.push(job);
    loadRun(document).then(({ plan }) => {
      job.untilMs = figure === undefined ? plan.durationMs : Math.min(plan.durationMs, plan.measure.untilMs);
      job.world = new World(plan, { check: 'off', fingerprint: figure === undefined });
    }).catch((error: unknown) => { job.error = error instanceof Error ? error.message : String(error); });
  }

  /** Works on the first job for the budget; its answer when it is done. */
  work(budgetMs: number, wall: () => number): FromWorker | null {
    const job = this.jobs[0]!;
    const failed = (message: string): FromWorker => {
      this.jobs.shift();
      return { type: 'measured', serial: job.serial, summary: {}, fingerprint: '', events: 0, failure: { kind: 'engine', message, atMs: job.world?.nowMs ?? 0, seed: job.document.seed } };
    };
    if (job.error !== null) return failed(job.error);
    const { world } = job;
    if (world === null) return null;
    try {
      const start = wall();
      while (world.nowMs < job.untilMs && wall() - start < budgetMs) world.runUntil(job.untilMs, 500);
      if (world.nowMs < job.untilMs) return null;
      world.runUntil(job.untilMs);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
    this.jobs.shift();
    const summary = world.summary();
    return { type: 'measured', serial: job.serial, summary: job.figure === undefined ? summary : { [job.figure]: figureOf(summary, job.figure) ?? NaN }, fingerprint: world.fingerprint, events: world.events };
  }
}
