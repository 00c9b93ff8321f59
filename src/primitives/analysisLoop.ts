/**
 * A loop of checks that ends in going on or going back. Four verdicts are kept apart: passed, failed, inconclusive (too few samples to say), and
 * no data at all. One metric that fails fails the check; one that cannot be judged leaves it open.
 */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'noData';
/** What to do after a check: go on to the next step, stay and look again, stop and wait for a person, or go back. */
export type Decision = 'advance' | 'stay' | 'wait' | 'pause' | 'rollBack';

export interface LoopRules {
  /** Failed checks until it goes back, ≥ 1. */
  readonly threshold: number;
  readonly onMissing: 'fail' | 'hold' | 'pass';
  readonly inconclusive: 'pause' | 'hold';
  /** How long a step may go on without a verdict, ms. */
  readonly maxStepMs: number;
}
export interface AnalysisLoop {
  checks: number;
  passed: number;
  failed: number;
  inconclusive: number;
  noData: number;
}
export const createLoop = (): AnalysisLoop => ({ checks: 0, passed: 0, failed: 0, inconclusive: 0, noData: 0 });

const ORDER: readonly Verdict[] = ['fail', 'noData', 'inconclusive'];
/** The verdict of a check from those of its metrics; without a metric there is nothing to pass. */
export const combine = (verdicts: readonly Verdict[]): Verdict => (verdicts.length === 0 ? 'noData' : ORDER.find((one) => verdicts.includes(one)) ?? 'pass');

/** Counts a verdict and says what follows. @param stepMs since the step began */
export function decide(loop: AnalysisLoop, verdict: Verdict, stepMs: number, { threshold, onMissing, inconclusive, maxStepMs }: LoopRules): Decision {
  loop.checks++;
  if (verdict === 'noData') loop.noData++;
  const counted = verdict !== 'noData' || onMissing === 'hold' ? verdict : onMissing;
  if (counted === 'pass') {
    loop.passed++;
    return 'advance';
  }
  if (counted === 'fail') {
    loop.failed++;
    return loop.failed >= threshold ? 'rollBack' : 'stay';
  }
  if (counted === 'inconclusive') loop.inconclusive++;
  return stepMs >= maxStepMs && inconclusive === 'pause' ? 'pause' : 'wait';
}
