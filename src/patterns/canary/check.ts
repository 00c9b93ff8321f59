/** What ranges and relations cannot say about a plan: whether it rises, whether its steps can be judged, and in what time. */
import type { ParamFault } from '../../kernel/story.ts';

type Given = Readonly<Record<string, unknown>>;
/** The weights of a plan, in order. */
export function weightsOf({ plan, steps, stepWeight, maxWeight }: Given): readonly number[] {
  if (plan === 'steps') return steps as readonly number[];
  const step = stepWeight as number, most = maxWeight as number, weights: number[] = [];
  for (let i = 1; step * i < most - 1e-9; i++) weights.push(step * i);
  return [...weights, most];
}
/** How often the plan is looked at: once a step for each metric. */
export const looksOf = (p: Given): number => weightsOf(p).length * Math.max(1, [p['successRate'], p['latency'], p['custom']].filter((on) => on === true).length);

export function checkRollout(p: Given): readonly ParamFault[] {
  const faults: ParamFault[] = [];
  const refuse = (path: string, value: unknown, rule: string, message: string, nearest?: unknown): void => { faults.push({ path, value, rule, level: 'refuse', message, ...(nearest !== undefined && { nearest }) }); };
  const warn = (path: string, value: unknown, rule: string, message: string, nearest?: unknown): void => { faults.push({ path, value, rule, level: 'warn', message, ...(nearest !== undefined && { nearest }) }); };
  const weights = weightsOf(p);
  if (typeof p['salt'] !== 'string') refuse('salt', p['salt'], 'a text', 'The salt goes into a hash of texts.', 'shop');
  if (p['plan'] === 'steps') {
    if (weights.length === 0) refuse('steps', weights, 'at least one weight', 'A plan without a step sends nobody to the new release.', [10, 50]);
    const fall = weights.findIndex((weight, i) => i > 0 && weight <= weights[i - 1]!);
    if (fall > 0) refuse(`steps[${fall}]`, weights[fall], `above ${weights[fall - 1]!}, the step before`, 'Weights only rise: a user who has the new release keeps it.');
  }
  const most = weights.length === 0 ? 0 : Math.max(...weights);
  const compares = p['judge'] !== 'absolute' && p['judge'] !== 'sprt' && p['correction'] !== 'sprt';
  if (p['plan'] === 'steps' && p['baseline'] === 'pairedSameSize' && most > 50 && compares) refuse('steps', most, 'at most 50 with as many others to compare with', 'Above 50 % there are not as many others left.', weights.filter((weight) => weight <= 50));
  if (compares && most >= 100) refuse('judge', p['judge'], '“against a limit” or the sequential test with a step of 100 %', 'With everybody on the new release there is nothing left to compare with.', 'absolute');
  if (p['analysis'] === true && p['successRate'] !== true && p['latency'] !== true && p['custom'] !== true) refuse('successRate', false, 'on, or another metric', 'An analysis without a metric can pass nothing.', true);
  if ((p['badErrorRatio'] as number) <= 1 - (p['minSuccessRatio'] as number)) {
    const rule = `above ${round(1 - (p['minSuccessRatio'] as number))} (1 − the success rate that is good enough)`;
    refuse('badErrorRatio', p['badErrorRatio'], rule, 'What is to be found must be worse than what is good enough.', round(2 * (1 - (p['minSuccessRatio'] as number))));
  }
  const looks = looksOf(p);
  if (p['correction'] === 'none' && compares && looks > 5) {
    let clean = 1;
    for (let i = 0; i < looks; i++) clean *= 1 - (p['alpha'] as number);
    warn('correction', 'none', 'bonferroni or sprt with more than 5 looks', `${looks} looks with α ${String(p['alpha'])} raise a false alarm in up to ${Math.round((1 - clean) * 100)} % of rollouts.`, 'bonferroni');
  }
  const rate = p['expectedPerSecond'] as number, first = weights[0] ?? 0, needs = p['minSamples'] as number;
  const perSecond = (rate * first) / 100;
  if (rate > 0 && perSecond * (p['intervalMs'] as number) < needs * 1000) {
    const seconds = Math.ceil(needs / perSecond);
    warn('minSamples', needs, `at most ${Math.floor((perSecond * (p['intervalMs'] as number)) / 1000)} for one interval at ${first} % of ${rate} a second`, `The first step would need ${seconds} s${seconds * 1000 > (p['maxStepMs'] as number) ? ', more than its longest time' : ''}.`);
  }
  if (p['bakeMs'] === 0 && p['analysis'] === true) warn('bakeMs', 0, 'above 0', 'What shows only under all the traffic, or after a while, is found by nobody.');
  return faults;
}
const round = (value: number): number => Math.round(value * 1e6) / 1e6;
