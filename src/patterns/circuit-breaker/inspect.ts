/** What plates, charts and instruments show of the breaker. Looks, and changes nothing. */
import type { Inspection, Json, MachineView, Ms } from '../../kernel/contract.ts';
import { percentOf } from '../../primitives/rollingWindow.ts';
import type { BreakerMode } from './machine.ts';
import { waitIsOver } from './moves.ts';
import type { BreakerParams } from './params.ts';
import { waitingAt, type Breaker, type BreakerState } from './state.ts';
import { minimumOf, percentText, ratesOf, ringView, tallyAt, tallyOfRing, windowText, windowView, type Rates, type Tally } from './window.ts';

const TONE = { closed: 'calm', open: 'alert', halfOpen: 'warn', disabled: 'warn', metricsOnly: 'warn', forcedOpen: 'alert' } as const;
/** Which breaker of many is shown: the most troubled. */
const TROUBLE: Readonly<Record<BreakerMode, number>> = { forcedOpen: 5, open: 4, halfOpen: 3, disabled: 2, metricsOnly: 1, closed: 0 };

export function inspect(state: BreakerState, params: BreakerParams, nowMs: Ms): Inspection {
  const breakers = Array.from(state.breakers.values());
  const shown = mostTroubled(breakers, params, nowMs);
  const { counts, rates } = shown === undefined ? NOTHING : figures(shown, params, nowMs);
  const sum = (read: (breaker: Breaker) => number): number => breakers.reduce((total, breaker) => total + read(breaker), 0);
  const half = shown?.halfOpen ?? null;
  return {
    mode: params.keyBy === 'layer' && shown !== undefined ? modeText(shown, params, nowMs) : modesText(breakers),
    tone: shown === undefined ? 'calm' : TONE[shown.mode],
    ...(half === null ? {} : { slots: { used: half.permits.used, of: half.permits.limit } }),
    ...(half === null || half.permits.capacity === 0 ? {} : { queue: { length: half.permits.waiting, capacity: half.permits.capacity } }),
    meters: {
      failureRatePercent: rates.failureRate, slowRatePercent: rates.slowRate, buffered: counts.calls, failed: counts.failed, slow: counts.slow,
      permitted: sum((breaker) => breaker.permitted), notPermitted: sum((breaker) => breaker.notPermitted), waiting: sum(waitingAt),
      openings: sum((breaker) => breaker.openings), late: sum((breaker) => breaker.late),
      inModeMs: shown === undefined ? null : Math.max(0, nowMs - shown.sinceMs),
      ...timesIn(breakers, nowMs),
    },
    machines: breakers.map((breaker) => machineView(breaker, params, nowMs)),
    views: {
      window: shown === undefined ? null : windowOf(shown, params, nowMs),
      keys: params.keyBy === 'layer' ? [] : breakers.map((breaker) => keyRow(breaker, params, nowMs)),
    },
  };
}
const NOTHING = {
  counts: { calls: 0, failed: 0, slow: 0, base: 0 }, rates: { failureRate: null, slowRate: null, tooManyFailed: false, tooManySlow: false },
} as const;

/** The counts that decide next: those of the probes while half-open, else those of the window. */
function figures(breaker: Breaker, params: BreakerParams, nowMs: Ms): { counts: Tally; rates: Rates; minimum: number } {
  const { halfOpen } = breaker;
  const counts = halfOpen === null ? tallyAt(breaker.window, params, nowMs) : tallyOfRing(halfOpen.ring);
  const minimum = halfOpen === null ? minimumOf(breaker.window, params) : Math.min(params.minimumNumberOfCalls, halfOpen.ring.size);
  return { counts, minimum, rates: ratesOf(counts, minimum, params) };
}

function mostTroubled(breakers: readonly Breaker[], params: BreakerParams, nowMs: Ms): Breaker | undefined {
  let worst: Breaker | undefined;
  let worstShare = -1;
  for (const breaker of breakers) {
    const { counts } = figures(breaker, params, nowMs);
    const share = TROUBLE[breaker.mode] * 1000 + (percentOf(counts.failed, counts.base) ?? 0);
    if (share > worstShare) { worst = breaker; worstShare = share; }
  }
  return worst;
}

function timesIn(breakers: readonly Breaker[], nowMs: Ms): Record<string, Ms> {
  const times: Record<string, Ms> = { closedMs: 0, openMs: 0, halfOpenMs: 0, disabledMs: 0, metricsOnlyMs: 0, forcedOpenMs: 0 };
  for (const breaker of breakers) {
    for (const mode of Object.keys(breaker.timeInMs) as BreakerMode[]) times[`${mode}Ms`]! += breaker.timeInMs[mode];
    times[`${breaker.mode}Ms`]! += Math.max(0, nowMs - breaker.sinceMs);
  }
  return times;
}

function modeText(breaker: Breaker, params: BreakerParams, nowMs: Ms): string {
  switch (breaker.mode) {
    case 'closed': return 'closed (passing)';
    case 'open': return waitIsOver(breaker, nowMs, params) ? 'open (the next call probes)' : 'open (refusing)';
    case 'halfOpen': {
      const { permits } = breaker.halfOpen!;
      return `half-open (${permits.limit - permits.used} of ${permits.limit} ${permits.limit === 1 ? 'probe' : 'probes'} left)`;
    }
    case 'disabled': return 'disabled (passing, not counting)';
    case 'metricsOnly': return 'metrics only (passing, counting)';
    case 'forcedOpen': return 'forced open (refusing)';
  }
}

const WORD: Readonly<Record<BreakerMode, string>> = { closed: 'closed', open: 'open', halfOpen: 'half-open', disabled: 'disabled', metricsOnly: 'metrics only', forcedOpen: 'forced open' };
function modesText(breakers: readonly Breaker[]): string {
  if (breakers.length === 0) return 'closed (no calls yet)';
  const parts = (Object.keys(WORD) as BreakerMode[]).flatMap((mode) => {
    const count = breakers.filter((breaker) => breaker.mode === mode).length;
    return count === 0 ? [] : [`${count} ${WORD[mode]}`];
  });
  return `${parts.join(', ')} of ${breakers.length}`;
}

function machineView(breaker: Breaker, params: BreakerParams, nowMs: Ms): MachineView {
  const countdown = countdownOf(breaker, params);
  return { instance: breaker.key, state: breaker.mode, guards: guardsOf(breaker, params, nowMs), ...(countdown === undefined ? {} : { countdown }) };
}

function countdownOf({ mode, sinceMs, openUntilMs, halfOpen }: Breaker, params: BreakerParams): MachineView['countdown'] {
  if (mode === 'open') {
    const label = params.automaticTransitionFromOpenToHalfOpen ? 'to half-open' : 'until a call may probe';
    return { label, fromMs: sinceMs, untilMs: openUntilMs };
  }
  if (halfOpen === null || halfOpen.expiresMs === Infinity) return undefined;
  const label = params.transitionToStateAfterWaitDuration === 'OPEN' ? 'to open' : 'to closed';
  return { label, fromMs: sinceMs, untilMs: halfOpen.expiresMs };
}

function guardsOf(breaker: Breaker, params: BreakerParams, nowMs: Ms): MachineView['guards'] {
  const { mode, halfOpen } = breaker;
  if (mode === 'open' || mode === 'forcedOpen' || mode === 'disabled') return [];
  const { counts, rates, minimum } = figures(breaker, params, nowMs);
  const text = `${counts.failed} of ${counts.base} failed`;
  if (halfOpen !== null && params.halfOpenDecision === 'sample') {
    const tolerated = Math.floor((params.halfOpenToleratedFailuresPercent * halfOpen.ring.size) / 100);
    return [
      { label: 'failed probes', value: counts.failed, limit: tolerated + 1, unit: 'count', text },
      { label: 'probes back', value: counts.calls, limit: halfOpen.ring.size, unit: 'count', text: `${counts.calls} of ${halfOpen.ring.size} back` },
    ];
  }
  const calls = { label: halfOpen === null ? 'calls' : 'probes back', value: counts.base, limit: minimum, unit: 'count', text: `${counts.base} of at least ${minimum}` };
  if (halfOpen === null && params.failureCounting === 'consecutive') {
    return [{ label: 'failures in a row', value: breaker.streak, limit: params.consecutiveFailures, unit: 'count', text: `${breaker.streak} of ${params.consecutiveFailures} in a row` }];
  }
  const failure = { label: 'failure rate', value: percentText(rates.failureRate), limit: params.failureRateThresholdPercent, unit: 'percent', text };
  if (!params.recordSlowCalls) return [failure, calls];
  const slow = { label: 'slow call rate', value: percentText(rates.slowRate), limit: params.slowCallRateThresholdPercent, unit: 'percent', text: `${counts.slow} of ${counts.base} slow` };
  return [failure, slow, calls];
}

/** The window ring: the probes while half-open, else the results that the rates are taken from. */
function windowOf(breaker: Breaker, params: BreakerParams, nowMs: Ms): Json {
  const { counts, rates, minimum } = figures(breaker, params, nowMs);
  const view = breaker.halfOpen === null ? windowView(breaker.window, nowMs) : ringView(breaker.halfOpen.ring);
  return {
    ...(view as { readonly [key: string]: Json }), key: breaker.key, over: breaker.halfOpen === null ? windowText(breaker.window) : 'the probes', minimum,
    calls: counts.calls, failed: counts.failed, slow: counts.slow, base: counts.base,
    failureRatePercent: percentText(rates.failureRate), slowRatePercent: percentText(rates.slowRate), thresholdPercent: params.failureRateThresholdPercent,
  };
}

function keyRow(breaker: Breaker, params: BreakerParams, nowMs: Ms): Json {
  const { counts, rates } = figures(breaker, params, nowMs);
  return {
    key: breaker.key, mode: WORD[breaker.mode], calls: counts.base, failed: counts.failed, slow: counts.slow, failureRatePercent: percentText(rates.failureRate),
    permitted: breaker.permitted, notPermitted: breaker.notPermitted, openings: breaker.openings,
  };
}
