/** The tuned plan as settings of real tools. `{name}` is a parameter; `{name:s}` in seconds. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'Argo Rollouts', language: 'yaml',
    template: `spec:
  progressDeadlineSeconds: {progressDeadlineMs:s}
  progressDeadlineAbort: true
  strategy:
    canary:
      scaleDownDelaySeconds: {scaleDownDelayMs:s}
      # one setWeight and one analysis for each of: {steps}
      steps:
        - setWeight: {stepWeight}
        - analysis: { templates: [{ templateName: success-rate }] }
---
kind: AnalysisTemplate
metadata: { name: success-rate }
spec:
  metrics:
    - name: success-rate
      interval: {intervalMs:s}s
      count: 3
      successCondition: result[0] >= {minSuccessRatio}
      # the run fails above so many failures
      failureLimit: {threshold} - 1
      inconclusiveLimit: 0
      consecutiveErrorLimit: 4
`,
    caveat: 'Give successCondition and failureCondition both: what meets neither is inconclusive and pauses. A minimum of samples belongs into the query.',
  },
  {
    library: 'Flagger', language: 'yaml',
    template: `spec:
  analysis:
    interval: {intervalMs:s}s
    threshold: {threshold}
    stepWeight: {stepWeight}
    maxWeight: {maxWeight}
    # or: stepWeights: [{steps}]
    sessionAffinity: { cookieName: flagger-cookie, maxAge: {cookieMaxAgeMs:s} }
    metrics:
      - name: request-success-rate
        # in percent: 100 times the ratio {minSuccessRatio}
        thresholdRange: { min: 99 }
        interval: {intervalMs:s}s
      - name: request-duration
        thresholdRange: { max: {maxP99Ms} }
        interval: {intervalMs:s}s
`,
    caveat: '“No values found” counts as a failed check. The metrics are of the new release alone, against a limit: no comparison, no minimum of samples.',
  },
  {
    library: 'Kayenta', language: 'json',
    template: `{
  "judge": { "name": "NetflixACAJudge-v1.0" },
  "metrics": [{
    "name": "errors", "groups": ["errors"],
    "analysisConfigurations": { "canary": { "direction": "increase", "critical": true, "mustHaveData": true, "nanStrategy": "remove", "effectSize": { "allowedIncrease": {allowedIncrease} } } }
  }],
  "classifier": { "groupWeights": { "errors": 100 } }
}
`,
    caveat: 'Mann–Whitney over samples of a metric, not over requests; confidence 0.98. Run the baseline as a fresh deployment of the same size.',
  },
  {
    library: 'Envoy', language: 'yaml',
    template: `route:
  # 100 - {stepWeight} and {stepWeight}
  weighted_clusters:
    clusters: [{ name: stable, weight: 90 }, { name: canary, weight: {stepWeight} }]
    use_hash_policy: { value: true }
  hash_policy: [{ header: { header_name: x-user-id } }]
`,
    caveat: 'Without use_hash_policy the cluster is drawn at each request.',
  },
  {
    library: 'Kong', language: 'yaml',
    template: `plugins:
  - name: canary
    config:
      percentage: {stepWeight}
      steps: 1000
      hash: consumer
      upstream_host: canary.internal
      canary_by_header_name: x-canary
`,
    caveat: 'It splits and judges nothing; with start and duration in place of percentage the share rises by itself.',
  },
];
