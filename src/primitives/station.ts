/**
 * A server station: slots and the queue before them (`permits.ts`) for calls which some engine works on. The engine says what work is;
 * the station says who may work, who waits, who is refused, and answers those who never got a turn. Every call that arrives is answered
 * exactly once: overload when the queue is full, timeout when its deadline passed before its turn, cancelled when its caller gave up and
 * the station heeds that, else by the engine through `complete`.
 */
import type { Call, Context, Inspection, Invariant, Json, Ms, Outcome } from '../kernel/contract.ts';
import { CANCELLED } from '../kernel/contract.ts';
import {
  NOT_WAITING, PERMIT_RULES, admit, createPermits, enter, leave, lineUp, peek, rankOf, reorder, resize, resizeQueue, withdraw,
} from './permits.ts';
import type { Discipline, Permits, Waiter } from './permits.ts';

export type DropExpired = 'never' | 'atHead' | 'atDeadline';
/** Live: `adjust` follows a change. The schema of the same names stands in `roles/station.params.ts`. */
export interface StationParams {
  readonly concurrency: number;
  readonly queueCapacity: number;
  readonly discipline: Discipline;
  readonly dropExpired: DropExpired;
  readonly cancelPropagation: boolean;
  readonly interruptible: boolean;
}
export type StationNote = 'queueFull' | 'expired' | 'withdrawn';
export type StationContext = Context<StationParams, StationNote>;

/** A call at the station. Engines extend it with what they need. */
export interface Job extends Waiter {
  readonly call: Call;
  /** Its cell in the picture of the slots, or NO_CELL. */
  cell: number;
  /** When it began to wait, or to work. */
  sinceMs: Ms;
  /** Its caller has given up; whatever is still done for it is wasted. */
  gone: boolean;
}
export const NO_CELL = -1;
export const jobOf = (call: Call, nowMs: Ms): Job => ({ call, cell: NO_CELL, sinceMs: nowMs, gone: false, turn: NOT_WAITING, rank: 0 });

export interface Station<J extends Job = Job> {
  permits: Permits<J>;
  /** All that are here, by call id: waiting, in a slot, or (with the slot given back) away on other calls. */
  jobs: Map<number, J>;
  /** How many are here without a slot and without waiting for one. */
  away: number;
  /** Cells of the picture: given back, and ever used. A job keeps its cell, so the picture does not jump. */
  freeCells: number[];
  cells: number;
  arrived: number;
  refused: number;
  expired: number;
  withdrawn: number;
  finished: number;
}

/** Gauges of every engine built on a station, in this order. */
export const STATION_GAUGES = ['queue', 'busy'] as const;

export const createStation = <J extends Job>(params: StationParams): Station<J> => ({
  permits: createPermits(params.concurrency, params.queueCapacity, params.discipline),
  jobs: new Map(), away: 0, freeCells: [], cells: 0, arrived: 0, refused: 0, expired: 0, withdrawn: 0, finished: 0,
});

function showLevels<J extends Job>(station: Station<J>, ctx: StationContext): void {
  ctx.gauge(0, station.permits.waiting);
  ctx.gauge(1, station.permits.used);
}

const QUEUE_FULL: Outcome = Object.freeze({ kind: 'overload', detail: 'queue full' });
const EXPIRED: Outcome = Object.freeze({ kind: 'timeout', detail: 'deadline passed in the queue' });

/** Takes a call in. True: it has a slot, and the engine begins to work. False: it waits, or it has been answered. */
export function arrive<J extends Job>(station: Station<J>, job: J, ctx: StationContext): boolean {
  const { permits } = station;
  const { call } = job;
  const { params } = ctx;
  station.arrived++;
  if (params.dropExpired !== 'never' && call.deadlineMs <= ctx.nowMs) {
    expire(station, job, ctx);
    return false;
  }
  const how = enter(permits, job, rankOf(permits.discipline, call.priority, call.deadlineMs));
  if (how === 'full') {
    station.refused++;
    ctx.note('queueFull', { op: call.op, waiting: permits.waiting, capacity: permits.capacity });
    ctx.reply(call, QUEUE_FULL);
    return false;
  }
  station.jobs.set(call.id, job);
  showLevels(station, ctx);
  if (how === 'queued') {
    if (params.dropExpired === 'atDeadline' && call.deadlineMs < Infinity) ctx.after(call.deadlineMs - ctx.nowMs, call.id);
    return false;
  }
  occupy(station, job, ctx.nowMs);
  return true;
}

function occupy<J extends Job>(station: Station<J>, job: J, nowMs: Ms): void {
  job.cell = station.freeCells.pop() ?? station.cells++;
  job.sinceMs = nowMs;
}

function expire<J extends Job>(station: Station<J>, job: J, ctx: StationContext): void {
  station.expired++;
  ctx.note('expired', { op: job.call.op, waitedMs: ctx.nowMs - job.sinceMs });
  ctx.reply(job.call, EXPIRED);
}

/**
 * Gives free slots to those that wait. `begin` starts the work of one that just got a slot; it sets (or clears) the timer named by the
 * call's id, which until then may have been that of the deadline.
 */
function fill<J extends Job>(station: Station<J>, ctx: StationContext, begin: (job: J) => void): void {
  const { permits } = station;
  for (;;) {
    const job = admit(permits);
    if (job === undefined) break;
    if (ctx.params.dropExpired !== 'never' && job.call.deadlineMs <= ctx.nowMs) {
      leave(permits);
      station.jobs.delete(job.call.id);
      ctx.clear(job.call.id);
      expire(station, job, ctx);
      continue;
    }
    occupy(station, job, ctx.nowMs);
    begin(job);
  }
  showLevels(station, ctx);
}

function vacate<J extends Job>(station: Station<J>, job: J): void {
  station.freeCells.push(job.cell);
  job.cell = NO_CELL;
  leave(station.permits);
}

/** Gives a job's slot back while the job goes on elsewhere (asynchronous calls to others). It still has to be completed. */
export function stepAside<J extends Job>(station: Station<J>, job: J, ctx: StationContext, begin: (job: J) => void): void {
  vacate(station, job);
  station.away++;
  fill(station, ctx, begin);
}

/** Answers a job and gives its slot to the next one. */
export function complete<J extends Job>(station: Station<J>, job: J, outcome: Outcome, ctx: StationContext, begin: (job: J) => void): void {
  station.jobs.delete(job.call.id);
  station.finished++;
  if (job.cell === NO_CELL) station.away--;
  else {
    vacate(station, job);
    fill(station, ctx, begin);
  }
  ctx.reply(job.call, outcome);
}

/** The caller gave up. 'interrupt': the engine may stop the work and complete the job; 'continue': the work goes on for nobody. */
export function giveUp<J extends Job>(station: Station<J>, call: Call, ctx: StationContext): 'withdrawn' | 'interrupt' | 'continue' {
  const job = station.jobs.get(call.id);
  if (job === undefined) return 'withdrawn';
  job.gone = true;
  if (!ctx.params.cancelPropagation) return 'continue';
  if (!withdraw(station.permits, job)) return ctx.params.interruptible ? 'interrupt' : 'continue';
  station.jobs.delete(call.id);
  ctx.clear(call.id);
  station.withdrawn++;
  ctx.note('withdrawn', { op: call.op, waitedMs: ctx.nowMs - job.sinceMs });
  ctx.reply(call, CANCELLED);
  showLevels(station, ctx);
  return 'withdrawn';
}

/** The timer of a call that waits: its deadline has passed. False: the call does not wait, the timer is the engine's own. */
export function expireInQueue<J extends Job>(station: Station<J>, job: J, ctx: StationContext): boolean {
  if (!withdraw(station.permits, job)) return false;
  station.jobs.delete(job.call.id);
  expire(station, job, ctx);
  showLevels(station, ctx);
  return true;
}

/** Follows a change of the parameters: growth starts waiting work at once, a shrink drains, the queue is put in its new order. */
export function adjust<J extends Job>(station: Station<J>, ctx: StationContext, begin: (job: J) => void): void {
  const { permits } = station;
  const { params } = ctx;
  if (params.discipline !== permits.discipline) reorder(permits, params.discipline, ({ call }) => rankOf(params.discipline, call.priority, call.deadlineMs));
  resizeQueue(permits, params.queueCapacity);
  resize(permits, params.concurrency);
  // Timers of those that wait: wanted under 'atDeadline' alone.
  for (const job of lineUp(permits, Infinity)) {
    if (params.dropExpired === 'atDeadline' && job.call.deadlineMs < Infinity) ctx.after(Math.max(0, job.call.deadlineMs - ctx.nowMs), job.call.id);
    else ctx.clear(job.call.id);
  }
  fill(station, ctx, begin);
}

export const STATION_RULES: readonly Invariant<StationParams, { readonly station: Station }>[] = [
  ...PERMIT_RULES.map(({ name, why, holds }) => ({ name, why, holds: ({ station }: { readonly station: Station }) => holds(station.permits) })),
  {
    name: 'every call is somewhere',
    why: 'The calls at the station are not those that wait, hold a slot or are away: one was lost or counted twice.',
    holds: ({ station }) => station.jobs.size === station.permits.waiting + station.permits.used + station.away && station.away >= 0,
  },
  {
    name: 'what came in went out or is here',
    why: 'Arrived is not refused + expired + withdrawn + finished + present.',
    holds: ({ station: s }) => s.arrived === s.refused + s.expired + s.withdrawn + s.finished + s.jobs.size,
  },
  {
    name: 'one cell for each slot in use',
    why: 'The picture shows another number of occupied slots than there are.',
    holds: ({ station }) => station.cells - station.freeCells.length === station.permits.used,
  },
];

/** How many cells and queue places a picture shows. */
export const SHOWN = 200;

export function inspectStation<J extends Job>(station: Station<J>, nowMs: Ms, waitingFor: (job: J) => string | undefined = () => undefined): Inspection {
  const { permits } = station;
  const cells: Json[] = [];
  for (const job of station.jobs.values()) {
    if (job.cell === NO_CELL) continue;
    const other = waitingFor(job);
    cells.push({ cell: job.cell, op: job.call.op, call: job.call.id, sinceMs: job.sinceMs, gone: job.gone, ...(other === undefined ? {} : { waitingFor: other }) });
    if (cells.length >= SHOWN) break;
  }
  const next = peek(permits);
  return {
    tone: permits.waiting > 0 && permits.waiting >= permits.capacity ? 'alert' : permits.waiting > 0 ? 'warn' : permits.used > 0 ? 'active' : 'calm',
    slots: { used: permits.used, of: permits.limit },
    queue: { length: permits.waiting, capacity: permits.capacity },
    meters: {
      utilisation: permits.limit === 0 ? null : permits.used / permits.limit,
      nextWaitedMs: next === undefined ? null : nowMs - next.sinceMs,
      away: station.away, arrived: station.arrived, finished: station.finished, refused: station.refused, expired: station.expired, withdrawn: station.withdrawn,
    },
    views: {
      slots: cells,
      queue: lineUp(permits, SHOWN).map(({ call, sinceMs, gone }) => ({ op: call.op, call: call.id, sinceMs, gone })),
    },
  };
}

/** "payments: timeout": what a caller is told when a call made on its behalf ended badly. */
export function describe(node: string, outcome: Outcome): string {
  if (outcome.kind === 'rejected') return `${node}: refused by ${outcome.by}`;
  return `${node}: ${('detail' in outcome ? outcome.detail : undefined) ?? outcome.kind}`;
}
