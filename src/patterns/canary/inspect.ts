/** What plates, charts and instruments show of a rollout. Looks, and changes nothing. */
import { quantile } from '../../kernel/histogram.ts';
import type { Inspection, Json, MachineView, Ms } from '../../kernel/contract.ts';
import { samplesPerArm, wilson } from '../../primitives/twoSampleTests.ts';
import { weightsOf } from './check.ts';
import { alphaOf, armsFor, compares, judgeOf } from './judging.ts';
import type { CanaryParams } from './params.ts';
import { isLooking, underWay, type Arm, type CanaryState } from './state.ts';

const round = (value: number, places = 10): number => Math.round(value * places) / places;
const p99 = ({ n, durations }: Arm): number | null => (n === 0 ? null : round(quantile(durations, 0.99)));

export function inspect(state: CanaryState, params: CanaryParams, nowMs: Ms): Inspection {
  const { loop, weight, whole, mode } = state;
  const endMs = underWay(state) ? nowMs : state.endedMs;
  return {
    mode: modeText(state), tone: mode === 'failed' ? 'alert' : mode === 'paused' || mode === 'waiting' ? 'warn' : underWay(state) ? 'active' : 'calm',
    meters: {
      weight, release: state.release, canaryRequests: state.canaryRequests, stableRequests: state.stableRequests, canaryErrors: state.canaryErrors, stableErrors: state.stableErrors,
      exposure: state.exposure, usersExposed: state.exposed.size, checks: loop.checks, failedChecks: loop.failed, inconclusive: loop.inconclusive, noData: loop.noData,
      decisionSeconds: state.release === 1 ? null : round((endMs - state.startedMs) / 1000), mirrored: state.mirrored, gaveUp: state.gaveUp, anonymous: state.anonymous, promotions: state.promotions, rollbacks: state.rollbacks,
    },
    machines: [machineView(state, params, nowMs)],
    views: {
      dots: { weight, dots: Array.from(state.users.values(), (seen) => ({ ...seen })) },
      bands: bands(state, params),
      arms: [armRow('new release', whole.canary), armRow('as many others', whole.paired), armRow('all others', whole.stable)].filter(({ requests }) => requests > 0),
      checks: state.checks.toReversed().map(({ atMs, ...row }) => ({ atSeconds: round(atMs / 1000), ...row })),
      plan: planRows(state, params, nowMs),
      metrics: { canary_requests: state.canaryRequests, stable_requests: state.stableRequests, canary_errors: state.canaryErrors, stable_errors: state.stableErrors },
    },
  };
}

function modeText({ mode, weight, step, plan, loop, threshold, release }: CanaryState): string {
  switch (mode) {
    case 'initialized': return 'one release for everybody';
    case 'progressing': return step < 0 ? `mirroring to release ${release}` : `step ${step + 1} of ${plan.length}: ${weight} %${loop.failed > 0 ? `, ${loop.failed} of ${threshold} checks failed` : ''}`;
    case 'waiting': return `waiting for samples at ${weight} %`;
    case 'paused': return `paused at ${weight} %`;
    case 'promoting': return 'promoted, baking';
    case 'finalising': return 'the old release is kept for now';
    case 'succeeded': return `release ${release} for everybody`;
    default: return `rolled back from release ${release}`;
  }
}
const armRow = (arm: string, a: Arm): { readonly arm: string; readonly requests: number; readonly errors: number; readonly errorPercent: number | null; readonly p99Ms: number | null; readonly soldPercent: number | null } => ({
  arm, requests: a.n, errors: a.bad, errorPercent: a.n === 0 ? null : round((100 * a.bad) / a.n, 100), p99Ms: p99(a), soldPercent: a.n === 0 ? null : round((100 * (a.n - a.unsold)) / a.n),
});

/** Bands of what the next check goes by; of the whole rollout once it is over. */
function bands(state: CanaryState, params: CanaryParams): Json {
  const { canary, base } = isLooking(state) ? armsFor(state, params) : { canary: state.whole.canary, base: state.whole.paired.n > 0 ? state.whole.paired : state.whole.stable };
  const confidence = 1 - params.alpha;
  const absolute = judgeOf(params) === 'absolute' || judgeOf(params) === 'sprt';
  const band = (label: string, { n }: Arm, bad: number, limit: number | null): Json => ({ label, n, ...wilson(bad, n, confidence), ...(limit !== null && absolute && { limit: round(limit, 1e6) }) });
  const rows: Json[] = [];
  if (params.successRate || !params.custom) rows.push(band('errors, new release', canary, canary.bad, 1 - params.minSuccessRatio), band(state.mode === 'promoting' ? 'errors, old release before' : 'errors, old release', base, base.bad, null));
  if (params.custom) rows.push(band('sold nothing, new release', canary, canary.unsold, 1 - params.minCustomRatio), band('sold nothing, old release', base, base.unsold, null));
  return rows;
}

/** What each step asks for: samples that would show the error rate to be found, and how long they take at the present rate. */
function planRows(state: CanaryState, params: CanaryParams, nowMs: Ms): Json {
  const weights = state.plan.length > 0 ? state.plan : weightsOf(params);
  const p0 = 1 - params.minSuccessRatio;
  const needed = params.badErrorRatio > p0 ? samplesPerArm(p0, params.badErrorRatio, alphaOf(params, Math.max(1, state.looks)), params.power) : null;
  const lastMs = nowMs - state.startedMs;
  const perSecond = underWay(state) && lastMs > 1000 ? ((state.whole.canary.n + state.whole.stable.n) * 1000) / lastMs : params.expectedPerSecond;
  return weights.map((weight, i) => ({
    step: i + 1, weight, state: state.plan.length === 0 ? 'planned' : i < state.passedSteps ? 'passed' : i === state.step && underWay(state) ? 'now' : 'planned',
    samplesToSeeIt: needed, seconds: needed === null || perSecond <= 0 ? null : Math.ceil(needed / ((perSecond * weight) / 100)),
  }));
}

function machineView(state: CanaryState, params: CanaryParams, nowMs: Ms): MachineView {
  const { mode, loop, threshold, stepMs } = state;
  const { canary, base } = armsFor(state, params);
  const fewest = compares(params) ? Math.min(canary.n, base.n) : canary.n;
  return {
    instance: '', state: mode,
    guards: [
      { label: 'failed checks', value: loop.failed, limit: threshold, unit: 'count', text: `${loop.failed} of ${threshold}` },
      { label: 'samples', value: fewest, limit: params.minSamples, unit: 'count', text: `${fewest} of ${params.minSamples}` },
    ],
    ...(mode === 'promoting' && { countdown: { label: 'bake time', fromMs: stepMs, untilMs: Math.max(nowMs, stepMs + params.bakeMs) } }),
  };
}
