/** One check: every metric gets a verdict of its own, from what was seen of the new release and of the old one. */
import { quantile } from '../../kernel/histogram.ts';
import { combine, type Verdict } from '../../primitives/analysisLoop.ts';
import { fisherWorse, rankLarger, sequential } from '../../primitives/twoSampleTests.ts';
import type { CanaryParams } from './params.ts';
import type { Arm, Arms, CanaryState } from './state.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly what: string;
  readonly n: number;
  readonly baseN: number;
}
type Metric = 'successRate' | 'latency' | 'custom';
const NAMES: Readonly<Record<Metric, string>> = { successRate: 'bad answers', latency: 'latency', custom: 'answers that sold nothing' };
/** The one that judges: a correction by a sequential test replaces every other. */
export const judgeOf = (params: CanaryParams): CanaryParams['judge'] => (params.correction === 'sprt' ? 'sprt' : params.judge);
export const compares = (params: CanaryParams): boolean => judgeOf(params) !== 'absolute' && judgeOf(params) !== 'sprt';
/** What one check may be wrong by chance. */
export const alphaOf = ({ alpha, correction }: CanaryParams, looks: number): number => (correction === 'none' ? alpha : alpha / looks);

/** What the check goes by, and what it is compared with. */
export function armsFor(state: CanaryState, params: CanaryParams): { readonly canary: Arm; readonly base: Arm } {
  const arms: Arms = params.window === 'interval' || state.mode === 'promoting' ? state.sinceCheck : state.sinceStep;
  const canary = params.judgeOf === 'total' ? sum(arms.canary, arms.stable) : arms.canary;
  if (state.mode === 'promoting') return { canary, base: state.frozen };
  return { canary, base: params.baseline === 'pairedSameSize' && params.assignment !== 'header' && state.step >= 0 ? arms.paired : arms.stable };
}
function sum(a: Arm, b: Arm): Arm {
  const counts = a.durations.counts.map((n, i) => n + b.durations.counts[i]!);
  const durations = { counts, count: a.durations.count + b.durations.count, sum: a.durations.sum + b.durations.sum, min: Math.min(a.durations.min, b.durations.min), max: Math.max(a.durations.max, b.durations.max) };
  return { n: a.n + b.n, bad: a.bad + b.bad, unsold: a.unsold + b.unsold, durations };
}

export function judge(state: CanaryState, params: CanaryParams): Judgement {
  const { canary, base } = armsFor(state, params);
  const fewest = compares(params) ? Math.min(canary.n, base.n) : canary.n;
  const told = { n: canary.n, baseN: base.n };
  if (canary.n === 0) return { ...told, verdict: 'noData', what: 'the new release answered nothing' };
  if (compares(params) && base.n === 0) return { ...told, verdict: 'noData', what: 'nothing to compare with' };
  if (fewest < params.minSamples) return { ...told, verdict: 'inconclusive', what: `${fewest} of ${params.minSamples} samples` };
  const metrics = (['successRate', 'latency', 'custom'] as const).filter((metric) => params[metric]);
  const results = metrics.map((metric) => judgeMetric(metric, canary, base, state.looks, params));
  const verdict = combine(results.map((result) => result.verdict));
  return { ...told, verdict, what: results.filter((result) => result.verdict === verdict).map(({ what }) => what).join('; ') };
}

/** Answers slower than the limit, to the width of a bin of the histogram. */
function slower(arm: Arm, limitMs: number): number {
  let low = 0, high = 1;
  if (arm.n === 0 || arm.durations.max <= limitMs) return 0;
  for (let i = 0; i < 20; i++) {
    const mid = (low + high) / 2;
    if (quantile(arm.durations, mid) > limitMs) high = mid; else low = mid;
  }
  return Math.round((1 - low) * arm.n);
}
const badOf = (metric: Metric, arm: Arm, { maxP99Ms }: CanaryParams): number => (metric === 'successRate' ? arm.bad : metric === 'custom' ? arm.unsold : slower(arm, maxP99Ms));
const percent = (ratio: number): string => `${Math.round(ratio * 1000) / 10} %`;
const shownP = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${Math.round(p * 1000) / 1000}`);

function judgeMetric(metric: Metric, canary: Arm, base: Arm, looks: number, params: CanaryParams): { readonly verdict: Verdict; readonly what: string } {
  const alpha = alphaOf(params, looks);
  const how = judgeOf(params);
  const bad = badOf(metric, canary, params), baseBad = badOf(metric, base, params);
  const against = `${percent(bad / canary.n)} ${metric === 'latency' ? 'slow answers' : NAMES[metric]}`;
  const said = (fails: boolean, what: string) => ({ verdict: fails ? 'fail' : 'pass', what } as const);
  const good = metric === 'custom' ? params.minCustomRatio : metric === 'latency' ? 0.99 : params.minSuccessRatio;
  if (how === 'sprt') {
    // The share that is good enough against one that must not be missed, as much worse as the error ratio to be found is.
    const p0 = Math.min(0.98, Math.max(0.0001, 1 - good)), p1 = Math.min(0.999, p0 + (params.badErrorRatio - (1 - params.minSuccessRatio)));
    const verdict = sequential(bad, canary.n, p0, p1, alpha, 1 - params.power);
    return verdict === 'open' ? { verdict: 'inconclusive', what: `${against}: not decided yet` } : said(verdict === 'bad', `${against} of ${canary.n}`);
  }
  if (how === 'absolute') {
    if (metric === 'latency') { const p99 = quantile(canary.durations, 0.99); return said(p99 > params.maxP99Ms, `p99 ${Math.round(p99)} ms, at most ${params.maxP99Ms}`); }
    return said(1 - bad / canary.n < good, `${against}, at most ${percent(1 - good)}`);
  }
  if (how === 'ratioToBaseline') {
    if (metric === 'latency') { const [p, b] = [quantile(canary.durations, 0.99), quantile(base.durations, 0.99)]; return said(p > b * params.allowedIncrease, `p99 ${Math.round(p)} ms against ${Math.round(b)}`); }
    return said(bad / canary.n > (baseBad / base.n) * params.allowedIncrease, `${against} against ${percent(baseBad / base.n)}`);
  }
  const ranks = how === 'mannWhitney';
  const p = !ranks ? fisherWorse(bad, canary.n, baseBad, base.n)
    : metric === 'latency' ? rankLarger(canary.durations.counts, base.durations.counts) : rankLarger([canary.n - bad, bad], [base.n - baseBad, baseBad]);
  const seen = ranks && metric === 'latency' ? `median ${Math.round(quantile(canary.durations, 0.5))} ms against ${Math.round(quantile(base.durations, 0.5))}` : `${against} against ${percent(baseBad / base.n)}`;
  return said(p < alpha, `${seen}, ${shownP(p)}`);
}
