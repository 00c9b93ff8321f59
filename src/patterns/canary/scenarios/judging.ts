/** Ways to judge wrongly, each with its fix: too few samples, the wrong metric, the wrong traffic, no comparison, too many looks, silence. */
import type { Scenario } from '../../../kernel/story.ts';
import { allAtOnce, byLimit, EXPOSED, EXPOSURE, PROMOTED, ROLLED_BACK, rollout, seconds, shop } from '../topologies.ts';

export const thinTraffic: Scenario = {
  title: 'Too few samples',
  summary: 'Two requests a second: at 10 % that is one or two in each check. Release after release fails 5 % of its requests, and most are promoted.',
  seed: 1, durationMs: seconds(1200), openAtMs: seconds(4), speed: 20,
  measure: { fromMs: 0, untilMs: seconds(1200), label: 'twenty minutes of bad releases' },
  ...shop({ ratePerSecond: 2, entityCount: 200 }, rollout({ startAtMs: 5000, nextAfterMs: 5000, bakeMs: 0, scaleDownDelayMs: 1000, expectedPerSecond: 2 }, 'too-few-samples'), { newFailRatio: 0.05 }),
  headlines: [PROMOTED, { label: 'Rolled back', metric: 'rollout.note.rolledBack', unit: 'count', better: 'higher' }, EXPOSURE],
  claims: [{ metric: 'rollout.note.promoted', better: 'with', worse: 'small', wants: 'lower', factor: 3 }],
  opensWith: 'small',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'With all of the traffic a check has twenty requests: one in three sees no error and passes.' },
    small: { title: 'Whatever there is', kind: 'pitfall', summary: 'Two good answers of two are 100 %. Most of the bad releases pass every check.' },
    with: {
      title: '200 samples, two arms', kind: 'fixed', params: { rollout: { plan: 'steps', steps: [50], judge: 'fisher', baseline: 'pairedSameSize', minSamples: 200, window: 'step', threshold: 1, maxStepMs: 600_000 } },
      summary: 'One step of half the traffic that goes on until each arm has 200 answers: some 200 s, and hardly a bad release gets through; the price is that half of the users have it meanwhile.',
    },
    wait: { title: 'The plan as it was, 300 samples', kind: 'fixed', params: { rollout: { minSamples: 300, maxStepMs: 60_000, window: 'step' } }, summary: 'At 10 % that would take 25 minutes: after the longest step it stops and says so, instead of promoting.' },
  },
};

export const totalRate: Scenario = {
  title: 'All traffic together',
  summary: 'A release that fails 5 % of a twentieth of the traffic lifts the total from 0.5 to 0.73 %: below the limit of 1 %.',
  seed: 2, durationMs: seconds(70), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(70), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 100 }, rollout({ startAtMs: 5000 }, 'total-rate'), { newFailRatio: 0.05 }),
  headlines: [EXPOSURE, EXPOSED, PROMOTED],
  claims: [{ metric: 'ledger.exposure', better: 'with', worse: 'total', wants: 'lower', factor: 3 }],
  opensWith: 'total',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'All users have it until the third failed check.' },
    total: { title: 'The total rate', kind: 'pitfall', summary: 'The checks pass, everybody gets it, and only then does the total say what is wrong.' },
    with: { title: 'The new release alone', kind: 'fixed', params: { rollout: { judgeOf: 'canary' } }, summary: 'Among its own 5 % of the traffic the errors cannot hide.' },
  },
};

export const wrongMetric: Scenario = {
  title: 'The wrong metric',
  summary: 'The new release answers every request swiftly and well, and its button to buy is broken: a third as many purchases.',
  seed: 3, durationMs: seconds(60), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(60), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 60 }, rollout({ startAtMs: 5000, minSamples: 50, threshold: 1 }), { newSoldRatio: 0.1 }),
  headlines: [EXPOSED, PROMOTED, { label: 'Purchases', metric: 'ledger.sold', unit: 'count', better: 'higher' }],
  claims: [
    { metric: 'rollout.note.promoted', better: 'with', worse: 'errors', wants: 'lower', factor: 2 },
    { metric: 'ledger.sold', better: 'with', worse: 'errors', wants: 'higher', factor: 1.2 },
  ],
  opensWith: 'errors',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'No error, no alarm: fewer purchases from the first second on.' },
    errors: { title: 'Errors alone', kind: 'pitfall', summary: 'Nothing fails, every check passes, everybody gets it.' },
    with: { title: 'Purchases too', kind: 'fixed', params: { rollout: { custom: true } }, summary: 'The share of answers that sell is compared between the two slices as well.' },
  },
};

export const commonCause: Scenario = {
  title: 'No comparison',
  summary: 'While a good release rolls out, something both depend on fails 4 % of all requests. A limit blames the release.',
  seed: 4, durationMs: seconds(60), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(60), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 60 }, rollout({ startAtMs: 5000, minSamples: 50, bakeMs: 20_000 })),
  faults: ['stable', 'canary'].map((node) => ({ kind: 'errors', node, ratio: 0.04, fromMs: seconds(3) }) as const),
  headlines: [{ label: 'Promoted', metric: 'rollout.note.promoted', unit: 'count', better: 'higher' }, { ...ROLLED_BACK, label: 'Rolled back for nothing' }],
  claims: [{ metric: 'rollout.note.promoted', better: 'with', worse: 'limit', wants: 'higher', factor: 2 }],
  opensWith: 'limit',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'The alarm goes off, and the release is blamed for what the old one did as well.' },
    limit: { title: 'Against a limit', kind: 'pitfall', params: { rollout: byLimit }, summary: 'More than 1 % errors, three times: a good release is rolled back, and the errors stay.' },
    with: { title: 'Against as many others', kind: 'fixed', summary: 'The slice with the old release has the same errors: no difference, and the rollout goes on.' },
  },
};

/** Ten steps of nearly the same weight, so that each look has as many samples. */
const TEN = [32, 34, 36, 38, 40, 42, 44, 46, 48, 50];
export const peeking: Scenario = {
  title: 'Ten looks',
  summary: 'One good release after the other, each looked at ten times at 5 %: by chance alone four in ten rollouts are rolled back.',
  seed: 5, durationMs: seconds(150), openAtMs: seconds(1), speed: 4,
  measure: { fromMs: 0, untilMs: seconds(150), label: 'one good release after the other' },
  ...shop(
    { ratePerSecond: 40 }, rollout({ plan: 'steps', steps: TEN, intervalMs: 2000, startAtMs: 1000, nextAfterMs: 100, bakeMs: 0, scaleDownDelayMs: 200, threshold: 1, successRate: false, latency: true, judge: 'mannWhitney', window: 'interval', minSamples: 20 }),
    { failRatio: 0, newFailRatio: 0 },
  ),
  headlines: [{ ...ROLLED_BACK, label: 'Rolled back for nothing' }, { label: 'Promoted', metric: 'rollout.note.promoted', unit: 'count', better: 'higher' }],
  claims: [{ metric: 'rollout.note.rolledBack', better: 'with', worse: 'none', wants: 'lower', factor: 1.5 }],
  opensWith: 'none',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: { ...allAtOnce, latency: true } }, summary: 'A limit far away raises no false alarm, and finds no small harm either.' },
    none: { title: '5 % at each look', kind: 'pitfall', params: { rollout: { correction: 'none' } }, summary: 'Ten chances to be wrong: 1 − 0.95¹⁰ is 40 %.' },
    with: { title: '5 % for all looks', kind: 'fixed', summary: 'Bonferroni: each look may be wrong in one of 200 cases, all ten together in one of twenty.' },
    sprt: {
      title: 'A sequential test', kind: 'fixed', params: { rollout: { successRate: true, latency: false, correction: 'sprt', window: 'step', minSamples: 1, inconclusive: 'hold' } },
      summary: 'Wald’s test may be looked at as often as one likes: it says good, bad, or not yet.',
    },
  },
};

export const silence: Scenario = {
  title: 'Nobody came, nothing failed',
  summary: 'The release rolls out before the first user is awake. A check without a request is a check that passed?',
  seed: 6, durationMs: seconds(75), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(75), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 80, startMs: seconds(45) }, rollout({ startAtMs: 5000, bakeMs: 10_000, scaleDownDelayMs: 5000, minSamples: 50, threshold: 1, window: 'step' }), { newFailRatio: 0.15 }),
  headlines: [EXPOSURE, EXPOSED, PROMOTED],
  claims: [{ metric: 'ledger.exposure', better: 'with', worse: 'passes', wants: 'lower', factor: 3 }],
  opensWith: 'passes',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: { ...allAtOnce, onMissing: 'pass' } }, summary: 'No traffic, no alarm, done: the users meet the bad release in the morning.' },
    passes: { title: 'No data passes', kind: 'pitfall', params: { rollout: { onMissing: 'pass' } }, summary: 'Promoted and the old release switched off before the first request; nothing is left to go back to.' },
    with: { title: 'No data holds', kind: 'fixed', summary: 'The first step goes on until there is something to judge by: a tenth of the users are enough.' },
  },
};
