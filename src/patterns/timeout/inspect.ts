/** What plates, charts and instruments show of the layer. Looks, and changes nothing. */
import type { Inspection, Json, MachineView, Ms } from '../../kernel/contract.ts';
import { quantile } from '../../kernel/histogram.ts';
import { quantileOf } from '../../primitives/recentQuantile.ts';
import { allowance } from '../../primitives/shareOfCalls.ts';
import type { TimeoutParams } from './params.ts';
import { shown, type AttemptRow, type Ring, type TimeoutState } from './state.ts';

const CALLS_SHOWN = 20;
const round = (value: number): number | null => (value - value === 0 ? Math.round(value * 10) / 10 : null);
const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

export function inspect(state: TimeoutState, params: TimeoutParams, nowMs: Ms): Inspection {
  const { results, times } = state;
  const firsts = state.sent - state.retries - state.hedges;
  const level = state.tokens.level;
  return {
    mode: modeText(params, state),
    tone: state.trouble ? 'alert' : state.orphans.size > 0 && !params.cancelDownstream ? 'warn' : state.attempts.size > 0 ? 'active' : 'calm',
    meters: {
      underWay: state.tickets.size, attempts: state.attempts.size, orphans: state.orphans.size, limitMs: round(state.limitMs), ...results,
      p50Ms: round(quantile(times, 0.5)), p99Ms: round(quantile(times, 0.99)), p999Ms: round(quantile(times, 0.999)),
      hedges: state.hedges, hedgesWon: state.hedgesWon, suppressed: state.suppressed, retries: state.retries, extraLoadPercent: share(state.hedges + state.retries, firsts),
      attemptsTimedOut: state.attemptsTimedOut, falseTimeouts: state.falseTimeouts, answeredLate: state.answeredLate, orphaned: state.orphaned, orphanSeconds: round(state.orphanMs / 1000),
      meanLeftMs: round(state.leftMs / state.leftOf), tokens: params.throttle ? round(level) : null,
    },
    machines: [machineView(state)],
    views: {
      waterfall: waterfall(state.rows),
      ring: ringView(state.ring, nowMs),
      results: {
        ...results, attemptsTimedOut: state.attemptsTimedOut, falseTimeouts: state.falseTimeouts, hedgesSent: state.hedges, hedgesWon: state.hedgesWon, extraLoadPercent: share(state.hedges + state.retries, firsts),
        orphanSeconds: round(state.orphanMs / 1000), p50Ms: round(quantile(times, 0.5)), p99Ms: round(quantile(times, 0.99)), p999Ms: round(quantile(times, 0.999)), meanLeftMs: round(state.leftMs / state.leftOf),
      },
      limit: { limitMs: round(state.limitMs), samples: params.mode === 'adaptive' ? state.callTimes.filled : null, hedgeAfterMs: hedgeAfter(state, params) },
      throttle: params.throttle ? { level: round(level), capacity: state.tokens.cap, floor: state.tokens.cap / 2, suppressed: state.suppressed } : null,
      budget: { level: Math.max(0, allowance(state.share, params.hedgeBudgetPct) - state.share.total), capacity: allowance(state.share, params.hedgeBudgetPct), spent: state.share.total },
    },
  };
}

const share = (part: number, whole: number): number | null => {
  const value = ratio(part, whole);
  return value === null ? null : Math.round(value * 1000) / 10;
};
const hedgeAfter = (state: TimeoutState, { hedge, hedgeQuantile, hedgeDelayMs }: TimeoutParams): number | null =>
  hedge === 'off' ? null : hedge === 'quantile' ? round(quantileOf(state.attemptTimes, hedgeQuantile) ?? hedgeDelayMs) : round(hedgeDelayMs);

function modeText({ mode, hedge }: TimeoutParams, { limitMs, trouble }: TimeoutState): string {
  const limit = `${round(limitMs) ?? ''} ms`;
  if (trouble) return `${limit}, many over time`;
  return `${mode === 'fixed' ? 'fixed' : mode === 'adaptive' ? 'learned' : 'deadline'}, ${limit}${hedge === 'off' ? '' : ', hedging'}`;
}

/** The call that the chart follows; after its end, how it ended. */
function machineView({ followed, shownMode, tickets }: TimeoutState): MachineView {
  const ticket = tickets.get(followed);
  if (ticket === undefined) return { instance: '', state: shownMode };
  const { tries, retries, hedges, maxRetries, maxHedges, startedMs, deadlineMs, mode } = ticket;
  const limit = 1 + maxRetries + maxHedges;
  return {
    instance: '', state: mode,
    guards: [
      { label: 'attempts', value: tries, limit, unit: 'count', text: `${tries} of ${limit}` },
      { label: 'retries', value: retries, limit: maxRetries, unit: 'count' },
      { label: 'hedges', value: hedges, limit: maxHedges, unit: 'count' },
    ],
    ...(mode !== 'cleaningUp' && { countdown: { label: 'time left', fromMs: startedMs, untilMs: deadlineMs } }),
  };
}

/** The newest calls with their attempts, oldest first. */
function waterfall(rows: readonly AttemptRow[]): Json {
  const calls = new Map<number, { call: number; op: string; sinceMs: Ms; attempts: Json[] }>();
  for (const { call, op, sinceMs, attempt, kind, waitMs, fromMs, untilMs, outcome, won } of rows) {
    let entry = calls.get(call);
    if (entry === undefined) { entry = { call, op, sinceMs, attempts: [] }; calls.set(call, entry); }
    entry.attempts.push({ attempt, kind, waitMs, fromMs, untilMs, outcome, won });
  }
  return [...calls.values()].slice(-CALLS_SHOWN) as unknown as Json;
}

/** The budget as it is known at this node: what the caller had, what is kept for this node, what was sent on. */
function ringView(ring: Ring | null, nowMs: Ms): Json {
  if (ring === null) return null;
  const { call, op, node, startedMs, deadlineMs, givenMs, to, sentLeftMs, sentMs, endMs } = ring;
  const atMs = endMs ?? nowMs;
  const ownMs = Math.max(0, deadlineMs - startedMs);
  const totalMs = givenMs < Infinity ? Math.max(0, givenMs) : ownMs;
  const spentMs = Math.max(0, atMs - startedMs);
  return {
    call: `${op} ${call}`, totalMs: shown(totalMs), leftMs: shown(Math.max(0, totalMs - spentMs)),
    hops: [
      { node, leftMs: shown(Math.min(totalMs, ownMs)), spentMs: shown(spentMs) },
      ...(to === '' ? [] : [{ node: to, leftMs: shown(Math.min(totalMs, sentLeftMs)), spentMs: shown(Math.max(0, atMs - sentMs)) }]),
    ],
  };
}
