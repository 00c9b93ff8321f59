/** Runs other documents beside the main one, in slices and without a trace: the baselines of the headline numbers. */
import { World } from '../kernel/world.ts';
import type { FromWorker } from '../protocol/messages.ts';
import type { RunDocument } from '../runs/document.ts';
import { loadRun } from '../runs/runner.ts';

interface Job {
  readonly serial: number;
  readonly document: RunDocument;
  world: World | null;
  error: string | null;
}

export class Measures {
  private jobs: Job[] = [];

  get pending(): boolean { return this.jobs.length > 0; }
  clear(): void { this.jobs = []; }
  add(document: RunDocument, serial: number): void {
    const job: Job = { serial, document, world: null, error: null };
    this.jobs.push(job);
    loadRun(document).then(({ plan }) => { job.world = new World(plan, { check: 'off' }); }).catch((error: unknown) => { job.error = error instanceof Error ? error.message : String(error); });
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
      while (!world.finished && wall() - start < budgetMs) world.runUntil(world.durationMs, 500);
      if (!world.finished) return null;
      world.runUntil(world.durationMs);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
    this.jobs.shift();
    return { type: 'measured', serial: job.serial, summary: world.summary(), fingerprint: world.fingerprint, events: world.events };
  }
}
