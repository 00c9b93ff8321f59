/** The layer's memory: plain data. A limit for each key, a ticket for each call that asks the store or waits. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import type { Decision } from '../../primitives/rateLimits/decision.ts';
import type { Limit } from './limits.ts';
import type { LimiterMode } from './machine.ts';
import type { LimiterNote, LimiterParams } from './params.ts';

export type LimiterContext = Context<LimiterParams, LimiterNote>;

export interface KeyEntry {
  readonly key: string;
  limit: Limit;
  /** Last used. */
  atMs: Ms;
  admitted: number;
  denied: number;
  /** Admitted after a wait. */
  delayed: number;
  /** Cost that was let through. */
  cost: number;
  /** Calls that queue for this key, by id, the first first; only for limits that keep no places. */
  line: number[];
  /** Calls that ask or wait under this key; while there are any it is not forgotten. */
  pending: number;
  /** What a store last said. */
  told: Decision | null;
  /** When calls came, newest last: positive for admitted, negative for denied. Kept for the first keys only. */
  readonly dots: number[] | null;
}

/** A call that is not decided yet, or waits. */
export interface Ticket {
  readonly call: Call;
  readonly key: string;
  readonly cost: number;
  readonly sinceMs: Ms;
  stage: 'asking' | 'writing' | 'waiting' | 'queued';
  /** The call to the store. */
  child: Call | null;
  decision: Decision | null;
}

export interface LimiterState {
  readonly keys: Map<string, KeyEntry>;
  /** By the id of the call. */
  readonly tickets: Map<number, Ticket>;
  /** The same by the id of the call to the store. */
  readonly asks: Map<number, Ticket>;
  /** Calls let through under a limit of concurrency, with what they hold. */
  readonly passed: Map<number, { readonly key: string; readonly cost: number }>;
  waiting: number;
  /** After the bound was lowered more may wait for a while, but ever fewer. */
  waitingCeiling: number;
  calls: number;
  admitted: number;
  denied: number;
  delayed: number;
  gaveUp: number;
  /** Let through though over the limit: only tried out, or without the store. */
  spared: number;
  tooDear: number;
  evicted: number;
  storeErrors: number;
  mode: LimiterMode;
  /** While limiting: since when nobody was over the limit, and how many had been turned away before. */
  deniedMs: Ms;
  deniedBefore: number;
  lostMs: Ms;
  /** The clock as last read, and what was added to it because it went back. */
  rawMs: Ms;
  skippedMs: Ms;
  /** Used here and not yet told to the others. */
  readonly untold: Map<string, number>;
  /** The sweep for idle keys is due. */
  sweeping: boolean;
}

export const createState = (): LimiterState => ({
  keys: new Map(), tickets: new Map(), asks: new Map(), passed: new Map(), waiting: 0, waitingCeiling: Infinity,
  calls: 0, admitted: 0, denied: 0, delayed: 0, gaveUp: 0, spared: 0, tooDear: 0, evicted: 0, storeErrors: 0,
  mode: 'passing', deniedMs: 0, deniedBefore: 0, lostMs: 0, rawMs: 0, skippedMs: 0, untold: new Map(), sweeping: false,
});

/** Instruments show so many keys, and so many dots of each. */
export const SHOWN_KEYS = 8;
const DOTS = 400;

export function dot(entry: KeyEntry, nowMs: Ms, admitted: boolean): void {
  const { dots } = entry;
  if (dots === null) return;
  // Shifted by one, for there is no negative nought.
  dots.push(admitted ? nowMs + 1 : -nowMs - 1);
  if (dots.length > DOTS + 100) dots.splice(0, dots.length - DOTS);
}
