/** The breaker's memory: plain data. One breaker for each key; with keyBy 'layer' the only key is ''. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import { createPermits, NOT_WAITING, type Permits, type Waiter } from '../../primitives/permits.ts';
import { createRing, type CountRing } from '../../primitives/rollingWindow.ts';
import type { BreakerEvent, BreakerMode } from './machine.ts';
import type { BreakerNote, BreakerParams } from './params.ts';
import { createWindow, type BreakerWindow } from './window.ts';

export type BreakerContext = Context<BreakerParams, BreakerNote>;

/** A call that the breaker has seen and that is not over. */
export interface Ticket extends Waiter {
  readonly call: Call;
  readonly key: string;
  /** Waits for the probes' decision, or has been let through. */
  passed: boolean;
  /** Which period between two moves let it through. */
  generation: number;
  probe: boolean;
  passedMs: Ms;
}
export const createTicket = (call: Call, key: string): Ticket => ({ call, key, turn: NOT_WAITING, rank: 0, passed: false, generation: 0, probe: false, passedMs: 0 });

/** Exists only while half-open. `permits.used` counts the probes let through; only an uncounted result gives one back. */
export interface HalfOpen {
  readonly permits: Permits<Ticket>;
  readonly ring: CountRing;
  readonly expiresMs: Ms;
}

export interface Breaker {
  readonly key: string;
  mode: BreakerMode;
  sinceMs: Ms;
  /** Counts the moves. A result belongs to the generation that let its call through. */
  generation: number;
  /** Highest generation ever, to see that it only grows. */
  topGeneration: number;
  lastMove: { readonly from: BreakerMode; readonly event: BreakerEvent } | null;
  window: BreakerWindow;
  /** Failures in a row. */
  streak: number;
  halfOpen: HalfOpen | null;
  /** Those that waited when the decision fell, first come first; on their way through or out. */
  released: Ticket[];
  /** Openings since it was last closed. */
  attempt: number;
  /** The draw of the current wait, kept so that changed parameters stretch the same wait. */
  waitDraw: number;
  waitMs: Ms;
  openUntilMs: Ms;
  waitTimer: boolean;
  expiryTimer: boolean;
  /** metricsOnly says once of each that it would have opened. */
  saidFailures: boolean;
  saidSlow: boolean;
  arrived: number;
  permitted: number;
  notPermitted: number;
  /** Gave up while waiting for the probes. */
  gaveUp: number;
  /** Results that were not counted because an earlier mode let their call through. */
  late: number;
  openings: number;
  inFlight: number;
  /** In flight and let through by the current generation. */
  inFlightNow: number;
  readonly timeInMs: Record<BreakerMode, Ms>;
}

export interface BreakerState {
  readonly breakers: Map<string, Breaker>;
  /** By call id. */
  readonly tickets: Map<number, Ticket>;
  evaluateTimer: boolean;
  /** It was said that keys share the last breaker. */
  spilled: boolean;
  /** A gauge was last shown above zero. */
  gaugesUp: boolean;
  /** Modes that a crash ended, to be told at the start. */
  forgotten: { readonly key: string; readonly mode: BreakerMode }[];
}

export function createBreaker(key: string, params: BreakerParams, nowMs: Ms): Breaker {
  return {
    key, mode: 'closed', sinceMs: nowMs, generation: 0, topGeneration: 0, lastMove: null, window: createWindow(params), streak: 0, halfOpen: null, released: [],
    attempt: 0, waitDraw: 0.5, waitMs: 0, openUntilMs: 0, waitTimer: false, expiryTimer: false, saidFailures: false, saidSlow: false,
    arrived: 0, permitted: 0, notPermitted: 0, gaveUp: 0, late: 0, openings: 0, inFlight: 0, inFlightNow: 0,
    timeInMs: { closed: 0, open: 0, halfOpen: 0, disabled: 0, metricsOnly: 0, forcedOpen: 0 },
  };
}

export function createHalfOpen(params: BreakerParams, nowMs: Ms): HalfOpen {
  const permitted = params.permittedNumberOfCallsInHalfOpenState;
  return {
    permits: createPermits<Ticket>(permitted, params.halfOpenExcess === 'wait' ? params.halfOpenMaxWaiting : 0),
    ring: createRing(permitted),
    expiresMs: params.maxWaitDurationInHalfOpenStateMs > 0 ? nowMs + params.maxWaitDurationInHalfOpenStateMs : Infinity,
  };
}

export const createState = (params: BreakerParams): BreakerState => ({
  breakers: params.keyBy === 'layer' ? new Map([['', createBreaker('', params, 0)]]) : new Map(),
  tickets: new Map(), evaluateTimer: false, spilled: false, gaugesUp: false, forgotten: [],
});

export const waitingAt = (breaker: Breaker): number => (breaker.halfOpen?.permits.waiting ?? 0) + breaker.released.length;

const OTHERS = '(others)';
const NOBODY = '(none)';

/** Whether there are no more breakers than allowed, with a place left for the keys that share one. */
export const hasRoom = ({ breakers }: BreakerState, { keyBy, maxKeys }: BreakerParams): boolean =>
  keyBy === 'layer' || breakers.size <= (breakers.has(OTHERS) ? maxKeys : maxKeys - 1);

/** The breaker that watches over this call; the last place is shared by all keys that come too late. */
export function breakerFor(state: BreakerState, call: Call, ctx: BreakerContext): Breaker {
  const { params } = ctx;
  const wanted = params.keyBy === 'layer' ? '' : (params.keyBy === 'target' ? call.to : call.entity) || NOBODY;
  const known = state.breakers.get(wanted);
  if (known !== undefined) return known;
  const full = params.keyBy !== 'layer' && state.breakers.size >= params.maxKeys - 1;
  if (full && !state.spilled) {
    state.spilled = true;
    ctx.note('keysSpilled', { keys: params.maxKeys });
  }
  const key = full ? OTHERS : wanted;
  const shared = state.breakers.get(key);
  if (shared !== undefined) return shared;
  const breaker = createBreaker(key, params, ctx.nowMs);
  state.breakers.set(key, breaker);
  return breaker;
}
