/** The layer's memory: plain data. A ticket for each call that is not over; attempts under way, and orphans, by the id of their own call. */
import type { Call, Context, Ms, NodeId, Outcome } from '../../kernel/contract.ts';
import { createHistogram, type Histogram } from '../../kernel/histogram.ts';
import { createAccount, type CreditAccount } from '../../primitives/creditAccount.ts';
import { createRecent, type RecentValues } from '../../primitives/recentQuantile.ts';
import { createTimeWindow, type TimeWindow } from '../../primitives/rollingWindow.ts';
import { createShare, type ShareOfCalls } from '../../primitives/shareOfCalls.ts';
import type { AttemptMode, CallMode } from './machine.ts';
import type { TimeoutNote, TimeoutParams } from './params.ts';

export type TimeoutContext = Context<TimeoutParams, TimeoutNote>;
export type AttemptKind = 'first' | 'retry' | 'hedge';

/** A call and how far it has come. Its limits were read when it came: changed parameters are for the calls after. */
export interface Ticket {
  readonly call: Call;
  readonly startedMs: Ms;
  /** When its time is up, by this node's clock. */
  readonly deadlineMs: Ms;
  /** What the caller had left when the call came, Infinity where it said nothing. */
  readonly givenMs: Ms;
  /** What callees are told: never more than `deadlineMs`; Infinity where nothing is sent on. */
  readonly sentDeadlineMs: Ms;
  /** Time of each attempt, Infinity for none but that of the call. */
  readonly perTryMs: Ms;
  readonly hedge: TimeoutParams['hedge'];
  readonly hedgeDelayMs: Ms;
  readonly maxHedges: number;
  readonly maxRetries: number;
  readonly maySendTwice: boolean;
  readonly exact: boolean;
  /** The first attempt goes to this one of the replicas, or -1: to the call's own target. */
  readonly firstReplica: number;
  tries: number;
  retries: number;
  hedges: number;
  /** Attempts under way. */
  readonly out: Attempt[];
  /** The other side asked for no more copies. */
  stopped: boolean;
  /** When the other side asked for the next copy, or 0. */
  hedgeAtMs: Ms;
  last: Outcome | null;
  mode: CallMode;
}
export interface Attempt {
  /** What is under way: the connecting call, then the attempt itself. */
  call: Call;
  readonly ticket: Ticket;
  readonly kind: AttemptKind;
  readonly to: NodeId;
  readonly number: number;
  readonly row: AttemptRow;
  mode: AttemptMode;
  sentMs: Ms;
  /** Its own time is over, but it goes on beside a hedge. */
  overdue: boolean;
}
/** An attempt that was given up and still runs, for all this layer knows. */
export interface Orphan {
  readonly attempt: Attempt;
  readonly sinceMs: Ms;
  /** When it is cancelled or forgotten. */
  readonly untilMs: Ms;
  readonly cancelled: boolean;
}
/** One bar of the waterfall. */
export interface AttemptRow {
  readonly call: number;
  readonly op: string;
  readonly sinceMs: Ms;
  readonly attempt: number;
  readonly kind: AttemptKind;
  readonly waitMs: Ms;
  readonly fromMs: Ms;
  untilMs: Ms | null;
  outcome: string | null;
  won: boolean;
}
/** How calls ended. */
export interface Results {
  succeeded: number;
  failed: number;
  timedOut: number;
  fellBack: number;
  cancelled: number;
  rejectedNoBudget: number;
}
/** The budget of the call that is followed, as this layer sees it; stays as it was when the call ended. */
export interface Ring {
  readonly call: number;
  readonly op: string;
  readonly node: NodeId;
  readonly startedMs: Ms;
  readonly deadlineMs: Ms;
  readonly givenMs: Ms;
  to: NodeId;
  sentLeftMs: Ms;
  sentMs: Ms;
  endMs: Ms | null;
}

export interface TimeoutState {
  readonly tickets: Map<number, Ticket>;
  readonly attempts: Map<number, Attempt>;
  readonly orphans: Map<number, Orphan>;
  /** Nodes to which a connection is open. */
  readonly connected: Set<NodeId>;
  readonly results: Results;
  calls: number;
  sent: number;
  retries: number;
  hedges: number;
  hedgesWon: number;
  suppressed: number;
  attemptsTimedOut: number;
  falseTimeouts: number;
  answeredLate: number;
  /** Good answers passed on past an exact limit: never. */
  lateSuccesses: number;
  orphaned: number;
  /** Time that attempts ran for nobody, as far as it is known here. */
  orphanMs: Ms;
  /** Time left when answers came, summed over calls with a deadline from their caller. */
  leftMs: Ms;
  leftOf: number;
  readonly times: Histogram;
  /** Times of first attempts (for the hedge's quantile) and of calls (for the limit). */
  attemptTimes: RecentValues;
  callTimes: RecentValues;
  /** The learned limit, and the one last told of. */
  limitMs: Ms;
  toldLimitMs: Ms;
  tokens: CreditAccount;
  readonly share: ShareOfCalls;
  /** Calls of the last second, and those of them that ran out of time. */
  readonly lately: TimeWindow;
  trouble: boolean;
  followed: number;
  shownMode: CallMode;
  ring: Ring | null;
  /** Latest time that the layer has seen; never goes back with the clock. */
  atMs: Ms;
  /** The newest attempts, oldest first. */
  readonly rows: AttemptRow[];
}

export const ROWS = 80;
/** The hedge budget holds over any so many calls in a row. */
export const BUDGET_CALLS = 1000;

export const createState = (params: TimeoutParams): TimeoutState => ({
  tickets: new Map(), attempts: new Map(), orphans: new Map(), connected: new Set(),
  results: { succeeded: 0, failed: 0, timedOut: 0, fellBack: 0, cancelled: 0, rejectedNoBudget: 0 },
  calls: 0, sent: 0, retries: 0, hedges: 0, hedgesWon: 0, suppressed: 0, attemptsTimedOut: 0, falseTimeouts: 0, answeredLate: 0, lateSuccesses: 0, orphaned: 0, orphanMs: 0, leftMs: 0, leftOf: 0,
  times: createHistogram(), attemptTimes: createRecent(params.adaptiveWindow), callTimes: createRecent(params.adaptiveWindow), limitMs: startLimit(params), toldLimitMs: startLimit(params),
  tokens: createAccount({ cap: params.maxTokens }), share: createShare(BUDGET_CALLS), lately: createTimeWindow({ bucketMs: 100, buckets: 10, rotation: 'aligned' }, 2), trouble: false,
  followed: 0, shownMode: 'pending', ring: null, atMs: 0, rows: [],
});

/** Before anything is learned. */
export const startLimit = ({ mode, totalMs, adaptiveCapMs }: TimeoutParams): Ms => (mode === 'adaptive' ? adaptiveCapMs : totalMs);

export const shown = (ms: Ms): number => Math.round(ms * 1000) / 1000;
