/** Settings under which the breaker behaves like a library as it comes out of the box. presets.test.ts holds each to that library's word. */
import type { Preset } from '../../kernel/story.ts';

/** What libraries without slow calls, growing waits and keys have in common. Rates: one probe decides, whichever call reports first. */
const plain = {
  recordSlowCalls: false, enableExponentialBackoff: false, randomizedWaitFactor: 0, keyBy: 'layer', failureCounting: 'rate',
  permittedNumberOfCallsInHalfOpenState: 1, halfOpenDecision: 'sample', halfOpenToleratedFailuresPercent: 0, halfOpenExcess: 'reject',
  maxWaitDurationInHalfOpenStateMs: 0, automaticTransitionFromOpenToHalfOpen: false, recordPermanentErrors: true, recordThrottled: true, recordGivenUp: false,
  lateResults: 'countInCurrentState', windowAfterClosing: 'cleared', rateBase: 'recorded', bucketRotation: 'aligned',
} as const;

export const breakerPresets = {
  resilience4j: {
    title: 'resilience4j',
    source: 'resilience4j CircuitBreakerConfig defaults, CircuitBreakerMetrics, CircuitBreakerStateMachine (af9e7c9); resilience4j.readme.io/docs/circuitbreaker',
    params: {
      ...plain, slidingWindowType: 'COUNT', slidingWindowSizeCalls: 100, slidingWindowSizeMs: 100_000, slidingWindowBucketMs: 1000,
      minimumNumberOfCalls: 100, failureRateThresholdPercent: 50, tripOn: 'atLeast', evaluateOn: 'everyResult',
      recordSlowCalls: true, slowCallDurationThresholdMs: 60_000, slowCallRateThresholdPercent: 100,
      waitDurationInOpenStateMs: 60_000, openWaitEnds: 'after', exponentialBackoffMultiplier: 1.5,
      permittedNumberOfCallsInHalfOpenState: 10, halfOpenDecision: 'rate', transitionToStateAfterWaitDuration: 'OPEN',
    },
  },
  polly: {
    title: 'Polly',
    source: 'Polly CircuitBreakerStrategyOptions, CircuitStateController, RollingHealthMetrics (173d6d1); pollydocs.org/strategies/circuit-breaker',
    params: {
      ...plain, slidingWindowType: 'TIME', slidingWindowSizeMs: 30_000, slidingWindowBucketMs: 3000, bucketRotation: 'sinceFirst',
      minimumNumberOfCalls: 100, failureRateThresholdPercent: 10, tripOn: 'atLeast', evaluateOn: 'failures',
      waitDurationInOpenStateMs: 5000, openWaitEnds: 'at',
    },
  },
  opossum: {
    title: 'opossum',
    source: 'opossum lib/circuit.js, lib/status.js (59421c5, v10); README "Calculating errorThresholdPercentage"',
    params: {
      ...plain, slidingWindowType: 'TIME', slidingWindowSizeMs: 10_000, slidingWindowBucketMs: 1000, rateBase: 'fired',
      minimumNumberOfCalls: 1, failureRateThresholdPercent: 50, tripOn: 'above', evaluateOn: 'failures',
      waitDurationInOpenStateMs: 30_000, openWaitEnds: 'at', automaticTransitionFromOpenToHalfOpen: true, windowAfterClosing: 'kept',
    },
  },
  cockatiel: {
    title: 'cockatiel',
    source: 'cockatiel readme example SamplingBreaker {threshold 0.2, duration 30 s}, halfOpenAfter 10 s; src/CircuitBreakerPolicy.ts (f475a69). The minimum is its guess of 5 failures a second: 25 calls/s × 30 s',
    params: {
      ...plain, slidingWindowType: 'TIME', slidingWindowSizeMs: 30_000, slidingWindowBucketMs: 1000, bucketRotation: 'onTraffic',
      minimumNumberOfCalls: 750, failureRateThresholdPercent: 20, tripOn: 'above', evaluateOn: 'failures',
      waitDurationInOpenStateMs: 10_000, openWaitEnds: 'at', halfOpenExcess: 'wait', halfOpenMaxWaiting: 10_000,
      lateResults: 'ignoreOldGeneration',
    },
  },
  hystrix: {
    title: 'Hystrix',
    source: 'Hystrix HystrixCommandProperties, HystrixCircuitBreaker, HealthCountsStream (7c03baf); a permanent error is its HystrixBadRequestException, which is not counted',
    params: {
      ...plain, slidingWindowType: 'TIME', slidingWindowSizeMs: 10_000, slidingWindowBucketMs: 500,
      minimumNumberOfCalls: 20, failureRateThresholdPercent: 50, tripOn: 'atLeast', evaluateOn: 'interval', evaluateEveryMs: 500,
      waitDurationInOpenStateMs: 5000, openWaitEnds: 'after', recordPermanentErrors: false,
    },
  },
  original: {
    title: 'The textbook sketch',
    source: 'A breaker of thirty lines: consecutive count of 5, 60 s, all callers probe at once and the first result decides. As close as legal: probes are limited, late results never close an open breaker',
    params: {
      ...plain, failureCounting: 'consecutive', consecutiveFailures: 5, minimumNumberOfCalls: 1, evaluateOn: 'everyResult', tripOn: 'atLeast',
      slidingWindowType: 'COUNT', slidingWindowSizeCalls: 20, waitDurationInOpenStateMs: 60_000, openWaitEnds: 'after',
      permittedNumberOfCallsInHalfOpenState: 1000, halfOpenDecision: 'rate', failureRateThresholdPercent: 50,
    },
  },
} as const satisfies Readonly<Record<string, Preset>>;
