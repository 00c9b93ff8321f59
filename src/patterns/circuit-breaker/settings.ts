/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds, `{name:ratio}` as a share of 1. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'resilience4j', language: 'yaml',
    template: `resilience4j.circuitbreaker.instances.payments:
  slidingWindowType: {slidingWindowType}_BASED
  slidingWindowSize: {slidingWindowSizeCalls}
  minimumNumberOfCalls: {minimumNumberOfCalls}
  failureRateThreshold: {failureRateThresholdPercent}
  slowCallRateThreshold: {slowCallRateThresholdPercent}
  slowCallDurationThreshold: {slowCallDurationThresholdMs}ms
  waitDurationInOpenState: {waitDurationInOpenStateMs}ms
  permittedNumberOfCallsInHalfOpenState: {permittedNumberOfCallsInHalfOpenState}
  maxWaitDurationInHalfOpenState: {maxWaitDurationInHalfOpenStateMs}ms
  automaticTransitionFromOpenToHalfOpenEnabled: {automaticTransitionFromOpenToHalfOpen}
  enableExponentialBackoff: {enableExponentialBackoff}
  exponentialBackoffMultiplier: {exponentialBackoffMultiplier}
  randomizedWaitFactor: {randomizedWaitFactor}
`,
    caveat: 'With a TIME window, slidingWindowSize is in seconds. The fixed half of the rules (trips on ≥, three kinds of late results) is resilience4j’s own.',
  },
  {
    library: 'Polly', language: 'csharp',
    template: `new CircuitBreakerStrategyOptions
{
    FailureRatio = {failureRateThresholdPercent:ratio},
    MinimumThroughput = {minimumNumberOfCalls},
    SamplingDuration = TimeSpan.FromSeconds({slidingWindowSizeMs:s}),
    BreakDuration = TimeSpan.FromSeconds({waitDurationInOpenStateMs:s}),
}
`,
    caveat: 'Polly knows time windows only, lets a single probe through, and has no slow calls.',
  },
  {
    library: 'opossum', language: 'javascript',
    template: `new CircuitBreaker(callPayments, {
  errorThresholdPercentage: {failureRateThresholdPercent},
  volumeThreshold: {minimumNumberOfCalls},
  rollingCountTimeout: {slidingWindowSizeMs},
  resetTimeout: {waitDurationInOpenStateMs},
});
`,
    caveat: 'opossum divides failures by all calls that arrived, trips above (not at) the threshold, and lets a single probe through.',
  },
  {
    library: 'cockatiel', language: 'typescript',
    template: `circuitBreaker(handleAll, {
  halfOpenAfter: {waitDurationInOpenStateMs},
  breaker: new CountBreaker({ threshold: {failureRateThresholdPercent:ratio}, size: {slidingWindowSizeCalls}, minimumNumberOfCalls: {minimumNumberOfCalls} }),
});
`,
    caveat: 'cockatiel trips above the threshold; callers beyond the probe wait for its verdict.',
  },
];
