/**
 * One run that can be gone through: the lead world computes ahead and leaves its trace; checkpoints lie along the way; the scout is a
 * second world at whatever moment is being looked at. Seeking is: nearest checkpoint, then replay.
 */
import type { Ms, Plan } from '../kernel/contract.ts';
import { toNs, type Options } from '../kernel/state.ts';
import { createNames, createTrace, takeChunk, type Chunk, type Trace } from '../kernel/trace.ts';
import { World, type Checkpoint } from '../kernel/world.ts';
import type { ResolvedScenario } from '../runs/plan.ts';

/** Cloning may cost this share of the computing time; the promise is 5 %, and times vary. */
const CLONE_SHARE = 0.04;
const MAX_CHECKPOINTS = 160;
const MIN_EVENTS = 1000;
const MAX_STRETCH = 12;

export class Timeline {
  readonly names = createNames();
  plan: Plan;
  resolved: ResolvedScenario;
  private lead: World;
  private scout: World;
  private readonly trace: Trace = createTrace();
  private checkpoints: Checkpoint[];
  private tracedNs = 0;
  private sinceCheckpoint = 0;
  private workMs = 0;
  private cloneMs = 0;
  private minEvents = MIN_EVENTS;
  private readonly wall: () => number;

  constructor(plan: Plan, resolved: ResolvedScenario, wall: () => number) {
    this.plan = plan;
    this.resolved = resolved;
    this.wall = wall;
    const options: Options = { check: 'sample', names: this.names };
    this.lead = new World(plan, { ...options, trace: this.trace });
    this.scout = new World(plan, options);
    this.checkpoints = [this.lead.checkpoint()];
  }

  get computedMs(): Ms { return this.lead.nowMs; }
  get events(): number { return this.lead.events; }
  get pendingEvents(): number { return this.lead.pendingEvents; }
  get finished(): boolean { return this.lead.finished && this.lead.nowMs >= this.plan.durationMs; }
  get world(): World { return this.lead; }
  get checkpointCount(): number { return this.checkpoints.length; }

  /** Computes ahead until the budget of wall time is spent or the run is over. */
  compute(budgetMs: number): void {
    const start = this.wall();
    let last = start;
    while (!this.finished && last - start < budgetMs) {
      this.sinceCheckpoint += this.lead.runUntil(this.plan.durationMs, 500);
      const now = this.wall();
      this.workMs += now - last;
      last = now;
      const cheap = this.workMs * CLONE_SHARE >= this.cloneMs;
      // However busy the machine: going back never means replaying more than this.
      if (this.sinceCheckpoint >= this.minEvents && (cheap || this.sinceCheckpoint >= this.minEvents * MAX_STRETCH)) last = this.keepCheckpoint(now);
    }
  }
  private keepCheckpoint(now: number): number {
    this.checkpoints.push(this.lead.checkpoint());
    const after = this.wall();
    this.cloneMs = Math.max(after - now, 0.02);
    this.workMs = 0;
    this.sinceCheckpoint = 0;
    if (this.checkpoints.length > MAX_CHECKPOINTS) {
      // The first is the start of the run and must stay; of the rest every second one goes.
      this.checkpoints = this.checkpoints.filter((_, i) => i % 2 === 0);
      this.minEvents *= 2;
    }
    return after;
  }

  /** What has been traced since the last time. */
  takeChunk(): Chunk {
    const untilNs = toNs(this.lead.nowMs);
    const chunk = takeChunk(this.trace, this.tracedNs, untilNs);
    this.tracedNs = untilNs;
    return chunk;
  }

  private before(ms: Ms, strictly = false): Checkpoint {
    let best = this.checkpoints[0]!;
    for (const checkpoint of this.checkpoints) if (strictly ? checkpoint.atMs < ms : checkpoint.atMs <= ms) best = checkpoint;
    return best;
  }

  /** The world at a moment; valid until the next call. */
  at(ms: Ms): World {
    const target = Math.min(ms, this.lead.nowMs);
    const nearest = this.before(target);
    if (this.scout.nowMs > target || this.scout.nowMs < nearest.atMs) this.scout.restore(nearest);
    this.scout.runUntil(target);
    return this.scout;
  }

  /** Traces a span again that is no longer kept. */
  retrace(fromMs: Ms, untilMs: Ms): Chunk {
    const trace = createTrace();
    const checkpoint = this.before(fromMs);
    const world = new World(this.plan, { names: this.names });
    world.restore(checkpoint);
    world.trace = trace;
    world.runUntil(Math.min(untilMs, this.lead.nowMs));
    return takeChunk(trace, toNs(checkpoint.atMs), toNs(world.nowMs));
  }

  /** Time of the next or previous instant in which something happens (samples are no happening); null at either end. */
  stepFrom(ms: Ms, direction: 1 | -1): Ms | null {
    if (direction === 1) {
      const next = this.at(ms).nextHappeningMs;
      return next > this.plan.durationMs ? null : next;
    }
    for (let i = this.checkpoints.length - 1; i >= 0; i--) {
      const checkpoint = this.checkpoints[i]!;
      if (checkpoint.atMs >= ms) continue;
      this.scout.restore(checkpoint);
      let last: Ms | null = null;
      for (;;) {
        const next = this.scout.nextHappeningMs;
        if (!(next < ms)) break;
        this.scout.runUntil(next);
        last = next;
      }
      if (last !== null) return last;
    }
    return ms > 0 ? 0 : null;
  }

  /** Goes on under a plan which is the same up to `fromMs`; returns the moment from which everything is computed anew. */
  revise(plan: Plan, resolved: ResolvedScenario, fromMs: Ms): Ms {
    const checkpoint = this.before(fromMs, true);
    this.plan = plan;
    this.resolved = resolved;
    this.checkpoints = this.checkpoints.filter(({ atMs }) => atMs <= checkpoint.atMs);
    takeChunk(this.trace, 0, 0);
    this.lead.restore(checkpoint);
    this.lead.replan(plan);
    this.scout.restore(checkpoint);
    this.scout.replan(plan);
    this.tracedNs = toNs(checkpoint.atMs);
    this.sinceCheckpoint = 0;
    return checkpoint.atMs;
  }
}
