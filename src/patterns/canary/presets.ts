/** Settings under which the rollout behaves like a tool as it comes, and the sketch it began from; and one for each pitfall. */
import type { Preset } from '../../kernel/story.ts';

/** Against a limit, whatever there is, interval by interval. */
const flagger = {
  plan: 'linear', stepWeight: 10, maxWeight: 50, intervalMs: 10_000, threshold: 3, judge: 'absolute', minSuccessRatio: 0.99, maxP99Ms: 500, minSamples: 0, window: 'interval', baseline: 'stableAll',
  onMissing: 'fail', correction: 'none', assignment: 'userHash', mirrorFirst: false,
} as const;
export const canaryPresets = {
  safe: { title: 'Safe (the defaults)', params: {}, source: 'Defaults of this simulator: Fisher’s test of two arms of the same size, 300 samples at least, α shared out' },
  original: {
    title: 'The sketch', source: 'CanaryDeployment(canary_percentage=10): hash(user_id) % 100 < 10, no user: old; counts requests and errors; nothing is judged',
    params: { steps: [10], analysis: false, hash: 'perProcess', saltPerRelease: false, minSamples: 0, startAtMs: 1 },
  },
  flagger: { title: 'Flagger', source: 'docs.flagger.app: interval, threshold, stepWeight, maxWeight; request-success-rate min 99; “no values found” counts as failed. Its interval of 60 s is 10 s here', params: flagger },
  'flagger-latency': { title: 'Flagger with latency', source: 'docs.flagger.app: request-success-rate min 99 and request-duration max 500', params: { ...flagger, latency: true } },
  'flagger-sticky': { title: 'Flagger with session affinity', source: 'docs.flagger.app: sessionAffinity, cookie maxAge 86 400 s. There the cookie marks users of the new release; here it keeps the bucket', params: { ...flagger, assignment: 'cookie', cookieMaxAgeMs: 86_400_000 } },
  argo: {
    title: 'Argo Rollouts', source: 'Argo Rollouts canary steps setWeight 20/40/60/80 of its guide, AnalysisTemplate failureLimit 0: the first failed check aborts; Inconclusive pauses; scaleDownDelay 30 s, progressDeadline 600 s',
    params: { steps: [20, 40, 60, 80], judge: 'absolute', baseline: 'stableAll', threshold: 1, minSamples: 0, window: 'interval', correction: 'none', inconclusive: 'pause', onMissing: 'hold', scaleDownDelayMs: 30_000, progressDeadlineMs: 600_000 },
  },
  kayenta: {
    title: 'Kayenta', source: 'Kayenta NetflixACAJudge: Mann–Whitney, confidence 0.98, baseline of the same size; nanStrategy and mustHaveData as “no data fails”',
    params: { judge: 'mannWhitney', alpha: 0.02, baseline: 'pairedSameSize', latency: true, onMissing: 'fail', threshold: 1, correction: 'none', steps: [5, 25, 50] },
  },
  kong: { title: 'Kong', source: 'Kong canary plugin: percentage, steps 1000, hash consumer, duration 3600 s, canary_by_header_name; it splits and judges nothing', params: { steps: [10], analysis: false } },
  envoy: { title: 'Envoy', source: 'Envoy weighted_clusters: the cluster is drawn at each request unless use_hash_policy is set', params: { steps: [10], analysis: false, assignment: 'random' } },
  codedeploy: { title: 'CodeDeploy, Canary10Percent5Minutes', source: 'AWS CodeDeploy deployment configuration of that name: 10 % for 5 minutes, then everything; alarms roll back', params: { steps: [10], intervalMs: 300_000, maxStepMs: 600_000, judge: 'absolute', minSamples: 0, threshold: 1, baseline: 'stableAll', correction: 'none' } },
  'too-few-samples': { title: 'Pitfall: whatever there is', params: { ...flagger, onMissing: 'hold' } },
  peeking: { title: 'Pitfall: ten looks', params: { plan: 'linear', stepWeight: 5, maxWeight: 50, threshold: 1, correction: 'none', window: 'interval' } },
  flipping: { title: 'Pitfall: chance at each request', params: { assignment: 'random' } },
  'total-rate': { title: 'Pitfall: all traffic together', params: { ...flagger, judgeOf: 'total', plan: 'steps', steps: [2, 5] } },
  'one-region': { title: 'Pitfall: one region', params: { cohort: 'oneRegion' } },
  'no-bake': { title: 'Pitfall: no bake time', params: { bakeMs: 0, scaleDownDelayMs: 0 } },
  'silence-passes': { title: 'Pitfall: no data passes', params: { onMissing: 'pass', minSamples: 0 } },
} as const satisfies Readonly<Record<string, Preset>>;
