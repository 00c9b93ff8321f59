/** What plates, charts and instruments show of the layer. Looks, and changes nothing. */
import type { Inspection, Json, MachineView, Ms } from '../../kernel/contract.ts';
import { delayRanges } from '../../primitives/backoff.ts';
import { totalsAt } from '../../primitives/rollingWindow.ts';
import { levelOf } from './budget.ts';
import { lawOf } from './law.ts';
import type { RetryParams } from './params.ts';
import { underWayOf, type AttemptRow, type RetryState } from './state.ts';

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
const shown = (ms: Ms): number => Math.round(ms * 10) / 10;

export function inspect(state: RetryState, params: RetryParams, nowMs: Ms): Inspection {
  const [attempts = 0, more = 0] = totalsAt(state.lately, Math.max(nowMs, state.atMs));
  const level = levelOf(state.budget, params, Math.max(nowMs, state.atMs), underWayOf(state));
  const { results } = state;
  const firsts = state.sent - state.retries - state.hedges;
  return {
    mode: modeText(state, params, nowMs),
    tone: state.storm ? 'alert' : state.dry || nowMs < state.pushUntilMs ? 'warn' : state.attempts.size > 0 ? 'active' : 'calm',
    meters: {
      amplification: ratio(state.sent, firsts), retrySharePercent: share(more, attempts), budget: level?.level ?? null,
      underWay: state.attempts.size, backingOff: state.waiting, ...results,
      exhausted: state.exhausted, notRetryable: state.notRetryable, budgetDenied: state.budgetDenied, outOfTime: state.outOfTime,
      hedges: state.hedges, hedgesWon: state.hedgesWon, abandoned: state.abandoned, dropped: state.dropped,
    },
    machines: [machineView(state)],
    views: {
      attempts: state.rows.map((row) => rowView(row, nowMs)),
      budget: level === null ? null : { level: shown(level.level), capacity: shown(level.capacity), granted: state.budget.granted, denied: state.budget.denied },
      results: { ...results, retries: state.retries, hedges: state.hedges, attemptsPerCall: round2(ratio(state.sent, firsts)) },
      delays: delayRanges(lawOf(params), params.maxAttempts - 1).map(({ retry, fromMs, toMs }) => ({ retry, fromMs: shown(fromMs), toMs: shown(toMs) })),
    },
  };
}

const share = (part: number, whole: number): number | null => (whole > 0 ? Math.round((100 * part) / whole) : null);
const round2 = (value: number | null): number | null => (value === null ? null : Math.round(value * 100) / 100);

function modeText(state: RetryState, { maxAttempts }: RetryParams, nowMs: Ms): string {
  if (nowMs < state.pushUntilMs) return 'push (refusing most calls)';
  if (state.storm) return 'storm (mostly retries)';
  if (state.dry) return 'budget empty (passing failures on)';
  return maxAttempts === 1 ? 'no retry' : `up to ${maxAttempts} attempts`;
}

/** The call that the chart follows; after its end, how it ended. */
function machineView({ followed, shownMode, tickets }: RetryState): MachineView {
  const ticket = tickets.get(followed);
  if (ticket === undefined) return { instance: '', state: shownMode };
  const { tries, maxAttempts, delayMs, mode } = ticket;
  const untilMs = ticket.waitUntilMs;
  return {
    instance: '', state: mode,
    guards: [{ label: 'attempts', value: tries, limit: maxAttempts, unit: 'count', text: `${tries} of ${maxAttempts}` }],
    ...(mode === 'backingOff' && { countdown: { label: 'next attempt', fromMs: untilMs - delayMs, untilMs } }),
  };
}

function rowView({ call, entity, attempt, kind, afterMs, sentMs, endMs, outcome }: AttemptRow, nowMs: Ms): Json {
  return {
    call, entity, attempt, kind, waitedMs: shown(afterMs), sentMs: shown(sentMs), tookMs: shown((endMs ?? nowMs) - sentMs), outcome: endMs === null ? 'under way' : outcome,
  };
}
