/** The layer's memory: plain data. A ticket for each call that waits or is under way. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import { createLimit, limitOf, type AdaptiveLimit } from '../../primitives/concurrencyLimits/law.ts';
import { createPermits, resize, type Permits, type Waiter } from '../../primitives/permits.ts';
import { readCompartments } from './compartments.ts';
import type { BulkheadNote, BulkheadParams } from './params.ts';

export type BulkheadContext = Context<BulkheadParams, BulkheadNote>;
export type Refusal = 'full' | 'queue full' | 'waited too long' | 'displaced';

export interface Ticket extends Waiter {
  readonly call: Call;
  readonly at: number;
  readonly arrivedMs: Ms;
  /** Order of arrival in the whole layer. */
  readonly order: number;
  readonly waitLimitMs: Ms;
  /** Negative while it waits. */
  enteredMs: Ms;
  /** Calls under way when it was let in, itself included. */
  inFlight: number;
  /** Its caller has given up. */
  gone: boolean;
}
/** Calls of one user's request in this compartment: what a pool deadlock is made of. */
export interface Family { inside: number; waiting: number }

export interface Compartment {
  readonly name: string;
  readonly reserve: number;
  readonly max: number;
  readonly of: readonly (string | number)[];
  /** `limit` is what it may use now: its own and what it could borrow; in a pool: its threads. */
  readonly permits: Permits<Ticket>;
  /** Thread pool: since when its idle threads are idle, longest first. */
  readonly idleSinceMs: Ms[];
  arrived: number;
  permitted: number;
  finished: number;
  refusedFull: number;
  refusedQueueFull: number;
  waitTimeouts: number;
  displaced: number;
  withdrawn: number;
  /** Said to be full, and how many had been refused when it became so. */
  full: boolean;
  /** When a call last had to wait or was refused. */
  pressedMs: Ms;
  refusedBefore: number;
  readonly families: Map<number, Family>;
  /** Calls inside that wait, through others, for a permit of this very compartment. */
  stuck: number;
  deadlocked: boolean;
}
export interface Point { readonly atMs: Ms; readonly limit: number; readonly inFlight: number }

export interface BulkheadState {
  kind: BulkheadParams['kind'];
  /** Permits in all; in a pool: threads in all. */
  limit: number;
  /** After a shrink more may be under way, but ever fewer. */
  ceiling: number;
  adaptive: AdaptiveLimit | null;
  probing: boolean;
  compartments: Compartment[];
  readonly tickets: Map<number, Ticket>;
  used: number;
  waiting: number;
  lastOrder: number;
  /** Waits of the newest calls that were let in. */
  readonly waits: Float64Array;
  waitsTaken: number;
  /** The longest that anybody waited before being let in, beyond what was allowed. */
  overstayedMs: Ms;
  draining: boolean;
  warned: boolean;
  readonly points: Point[];
  /** Latest time that the layer has seen; never goes back with the clock. */
  atMs: Ms;
}

export const WAITS = 256;
/** How many may wait in a compartment: nobody, where no wait is allowed. */
export const placesOf = ({ limitWait, maxWaitDurationMs, queueCapacity }: BulkheadParams): number => (limitWait && maxWaitDurationMs === 0 ? 0 : queueCapacity);
export const refusedOf = (c: Compartment): number => c.refusedFull + c.refusedQueueFull + c.waitTimeouts + c.displaced;

export function createCompartments(params: BulkheadParams): Compartment[] {
  return readCompartments(params.compartments).map(({ name, reserve, max, of }) => ({
    name, reserve, max, of, permits: createPermits<Ticket>(0, placesOf(params), params.discipline, params.lifoAbove), idleSinceMs: [],
    arrived: 0, permitted: 0, finished: 0, refusedFull: 0, refusedQueueFull: 0, waitTimeouts: 0, displaced: 0, withdrawn: 0,
    full: false, pressedMs: 0, refusedBefore: 0, families: new Map(), stuck: 0, deadlocked: false,
  }));
}

export function createState(params: BulkheadParams): BulkheadState {
  const state: BulkheadState = {
    kind: params.kind, limit: 0, ceiling: 0, adaptive: null, probing: false, compartments: createCompartments(params), tickets: new Map(), used: 0, waiting: 0, lastOrder: 0,
    waits: new Float64Array(WAITS), waitsTaken: 0, overstayedMs: 0, draining: false, warned: false, points: [], atMs: 0,
  };
  // The first probe of Vegas is drawn when the node starts.
  if (params.kind === 'adaptive') state.adaptive = createLimit(params, 0, () => 0.5);
  state.limit = totalOf(state, params);
  state.ceiling = state.limit;
  shareOut(state);
  return state;
}

/** Permits in all, as the parameters (or the adaptive limit) have it. A pool counts its threads itself. */
export function totalOf({ kind, adaptive, compartments }: BulkheadState, { maxConcurrentCalls }: BulkheadParams): number {
  if (kind === 'adaptive') return limitOf(adaptive!);
  if (kind === 'semaphore') return maxConcurrentCalls;
  let threads = 0;
  for (const { permits } of compartments) threads += permits.limit;
  return threads;
}

/**
 * Says how many each compartment may use: its reserve, and of what nobody reserved as much as the others have left. Where the limit has
 * shrunk below all reserves together they shrink in proportion. Pools share nothing.
 */
export function shareOut(state: BulkheadState): void {
  if (state.kind === 'threadPool') return;
  const { compartments, limit } = state;
  let reserved = 0;
  for (const { reserve } of compartments) reserved += reserve;
  const scale = reserved > limit ? limit / reserved : 1;
  let own = 0, borrowed = 0;
  for (const { reserve, permits } of compartments) {
    const mine = Math.floor(reserve * scale);
    own += mine;
    if (permits.used > mine) borrowed += permits.used - mine;
  }
  const shared = limit - own;
  for (const { reserve, max, permits } of compartments) {
    const mine = Math.floor(reserve * scale);
    const byOthers = borrowed - Math.max(0, permits.used - mine);
    resize(permits, Math.min(max, mine + Math.max(0, shared - byOthers)));
  }
}
