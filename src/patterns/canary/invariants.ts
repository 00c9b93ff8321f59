/** What must hold of a rollout after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import type { CanaryParams } from './params.ts';
import { underWay, type CanaryState } from './state.ts';

const rule = (name: string, why: string, holds: (state: CanaryState) => boolean): Invariant<CanaryParams, CanaryState> => ({ name, why, holds });
export const invariants: readonly Invariant<CanaryParams, CanaryState>[] = [
  rule('the weight is one of the plan', 'The new release has a share that nobody planned.', ({ mode, weight, plan, step }) => {
    if (mode === 'initialized' || mode === 'failed') return weight === 0;
    if (mode === 'promoting' || mode === 'finalising' || mode === 'succeeded') return weight === 100;
    return weight === (step < 0 ? 0 : plan[step]);
  }),
  rule('a weight comes after the steps before it have passed', 'The weight rose without a passed check.', ({ mode, step, passedSteps }) => !(mode === 'progressing' || mode === 'waiting') || step <= passedSteps),
  rule('promoted only after the whole plan, or by hand', 'A release was promoted that had not passed.', ({ mode, byHand, passedSteps, plan }) =>
    !(mode === 'promoting' || mode === 'finalising' || mode === 'succeeded') || byHand || passedSteps === plan.length),
  rule('a rollout without a verdict goes nowhere', 'Steps passed, and no check did.', ({ byHand, passedSteps, loop, mode }) => byHand || !underWay({ mode } as CanaryState) || loop.passed >= passedSteps),
  rule('checks = passed + failed + open ones', 'A check was lost.', ({ loop }) => loop.checks >= loop.passed + loop.failed && loop.failed >= 0),
  rule('exposure is at most the errors of the new release', 'Bad answers were counted that nobody had.', ({ exposure, canaryErrors }) => exposure <= canaryErrors),
  rule('every request of a user is known once', 'A request was lost on its way.', ({ passing, sentFor }) => {
    for (const id of sentFor.values()) if (passing.get(id)?.parent == null) return false;
    return sentFor.size <= passing.size;
  }),
  rule('the arms hold what their histograms hold', 'A sample was counted twice.', ({ sinceStep: { canary, stable, paired } }) =>
    [canary, stable, paired].every(({ n, bad, unsold, durations }) => n === durations.count && bad <= n && unsold <= n) && paired.n <= stable.n),
  rule('the wall holds 400 users at most', 'The picture would outgrow the page.', ({ users }) => users.size <= 400),
];
