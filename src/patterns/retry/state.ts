/** The layer's memory: plain data. A ticket for each call that is not over; attempts under way by their own id. */
import type { Call, Context, Ms, Outcome } from '../../kernel/contract.ts';
import { createTimeWindow, type TimeWindow } from '../../primitives/rollingWindow.ts';
import { createBudget, type Budget, type UnderWay } from './budget.ts';
import type { CallMode } from './machine.ts';
import type { RetryNote, RetryParams } from './params.ts';

export type RetryContext = Context<RetryParams, RetryNote>;
export type AttemptKind = 'first' | 'retry' | 'hedge';

/** A call and how far it has come. What limits it was read when it came: changed parameters are for the calls after. */
export interface Ticket {
  readonly call: Call;
  readonly startedMs: Ms;
  readonly deadlineMs: Ms;
  readonly maxAttempts: number;
  readonly idempotent: boolean;
  /** Attempts sent. */
  tries: number;
  retries: number;
  hedges: number;
  /** Attempts under way. */
  readonly out: Attempt[];
  /** Waits before its next attempt. */
  waiting: boolean;
  /** What the back-off law left for its next wait. */
  memory: number;
  delayMs: Ms;
  waitUntilMs: Ms;
  /** No wait may be longer than this one was allowed to be. */
  delayLimitMs: Ms;
  sentMs: Ms;
  /** What the last retry cost. */
  paid: number;
  last: Outcome | null;
  mode: CallMode;
}
export interface Attempt {
  readonly call: Call;
  readonly ticket: Ticket;
  readonly kind: AttemptKind;
  readonly row: AttemptRow;
}
/** One line of the waterfall. */
export interface AttemptRow {
  readonly id: number;
  /** The call that it is made for. */
  readonly call: number;
  readonly entity: string;
  readonly attempt: number;
  readonly kind: AttemptKind;
  /** Wait before it. */
  readonly afterMs: Ms;
  readonly sentMs: Ms;
  endMs: Ms | null;
  outcome: string;
}

/** How calls ended. The first four are resilience4j's. */
export interface Results {
  successWithoutRetry: number;
  successAfterRetry: number;
  failedWithoutRetry: number;
  failedAfterRetry: number;
  cancelled: number;
  /** Refused before the first attempt: by the throttle, by a push. */
  refused: number;
}

export interface RetryState {
  readonly tickets: Map<number, Ticket>;
  readonly attempts: Map<number, Attempt>;
  budget: Budget;
  /** Retries and hedges that were granted and are not over, waits included. */
  retriesActive: number;
  waiting: number;
  readonly results: Results;
  calls: number;
  sent: number;
  retries: number;
  hedges: number;
  hedgesWon: number;
  /** Attempts whose answer nobody waited for. */
  abandoned: number;
  /** Failures, by what came of them. */
  exhausted: number;
  notRetryable: number;
  budgetDenied: number;
  outOfTime: number;
  dropped: number;
  /** Attempts of the last second, and those of them that were no first ones. */
  readonly lately: TimeWindow;
  storm: boolean;
  /** Attempts and accepted ones over the throttle's window. */
  throttle: TimeWindow;
  /** The budget has been dry since; and when it last refused. */
  dry: boolean;
  deniedMs: Ms;
  deniedBefore: number;
  pushUntilMs: Ms;
  /** The call whose way the chart shows, 0 for none, and where it was last shown. */
  followed: number;
  shownMode: CallMode;
  /** Latest time that the layer has seen; never goes back with the clock. */
  atMs: Ms;
  /** The newest attempts, oldest first. */
  readonly rows: AttemptRow[];
}

export const ROWS = 40;
const THROTTLE_BUCKETS = 20;
export const createThrottle = ({ throttleWindowMs }: RetryParams): TimeWindow =>
  createTimeWindow({ bucketMs: throttleWindowMs / THROTTLE_BUCKETS, buckets: THROTTLE_BUCKETS, rotation: 'aligned' }, 2);

export const createState = (params: RetryParams): RetryState => ({
  tickets: new Map(), attempts: new Map(), budget: createBudget(params, 0), retriesActive: 0, waiting: 0,
  results: { successWithoutRetry: 0, successAfterRetry: 0, failedWithoutRetry: 0, failedAfterRetry: 0, cancelled: 0, refused: 0 },
  calls: 0, sent: 0, retries: 0, hedges: 0, hedgesWon: 0, abandoned: 0, exhausted: 0, notRetryable: 0, budgetDenied: 0, outOfTime: 0, dropped: 0,
  lately: createTimeWindow({ bucketMs: 100, buckets: 10, rotation: 'aligned' }, 2), storm: false, throttle: createThrottle(params),
  dry: false, deniedMs: 0, deniedBefore: 0, pushUntilMs: 0, followed: 0, shownMode: 'attempting', atMs: 0, rows: [],
});

export const underWayOf = ({ attempts, retriesActive }: RetryState): UnderWay => ({ attempts: attempts.size, retries: retriesActive });
