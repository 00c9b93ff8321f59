/** Settings under which the layer behaves like a library as it comes out of the box. presets.test.ts holds each to that library's word. */
import type { Preset } from '../../kernel/story.ts';

/** What a bare library leaves to others: no limits of time, no budget, no throttle, no hedges, every call taken for idempotent. */
const bare = {
  retryTransient: true, retryTimeout: true, retryOverload: true, retryThrottled: true, retryPermanent: true, retryRejected: 'always',
  honourRetryAfter: false, perTryTimeout: false, overallDeadline: false, budget: 'none', adaptiveThrottle: false, maxHedges: 0,
  idempotency: 'assumed', nonIdempotent: 'anyway',
} as const;

export const retryPresets = {
  resilience4j: {
    title: 'resilience4j',
    source: 'resilience4j RetryConfig, IntervalFunction (af9e7c9); resilience4j.readme.io/docs/retry: maxAttempts 3, waitDuration 500 ms, constant; every exception is retried',
    params: { ...bare, maxAttempts: 3, backoff: 'constant', baseDelayMs: 500, factor: 1.5, maxDelayMs: 86_400_000, jitter: 'none', jitterRatio: 0.5, capOrder: 'afterJitter' },
  },
  'resilience4j-exponential': {
    title: 'resilience4j, exponential with random wait',
    source: 'resilience4j IntervalFunction.ofExponentialRandomBackoff: 500 ms × 1.5^n, ± 50 %, the cap applied to what comes out (af9e7c9)',
    params: { ...bare, maxAttempts: 3, backoff: 'exponential', baseDelayMs: 500, factor: 1.5, maxDelayMs: 86_400_000, jitter: 'plusMinus', jitterRatio: 0.5, capOrder: 'afterJitter' },
  },
  polly: {
    title: 'Polly',
    source: 'Polly RetryStrategyOptions (173d6d1): MaxRetryAttempts 3 (four attempts in all), Constant, Delay 2 s, UseJitter false; pollydocs.org/strategies/retry',
    params: { ...bare, maxAttempts: 4, backoff: 'constant', baseDelayMs: 2000, factor: 2, maxDelayMs: 86_400_000, jitter: 'none', jitterRatio: 0.25, capOrder: 'afterJitter' },
  },
  'polly-exponential': {
    title: 'Polly, exponential with jitter',
    source: 'Polly RetryHelper.DecorrelatedJitterBackoffV2 (173d6d1): BackoffType Exponential, UseJitter true',
    params: { ...bare, maxAttempts: 4, backoff: 'exponential', baseDelayMs: 2000, factor: 2, maxDelayMs: 86_400_000, jitter: 'decorrelatedV2', capOrder: 'afterJitter' },
  },
  cockatiel: {
    title: 'cockatiel',
    source: 'cockatiel ExponentialBackoff defaults: initialDelay 128, maxDelay 30 000, exponent 2, decorrelatedJitterGenerator (f475a69); maxAttempts 3 as in its readme counts retries. A task cancelled is not retried',
    params: { ...bare, maxAttempts: 4, backoff: 'exponential', baseDelayMs: 128, factor: 2, maxDelayMs: 30_000, jitter: 'decorrelatedV2', capOrder: 'afterJitter' },
  },
  envoy: {
    title: 'Envoy',
    source: 'Envoy route RetryPolicy and circuit breakers (data-plane-api 84e8436): num_retries 1, base_interval 25 ms, max_interval 10×, retry_budget 20 % with at least 3; retry_on 5xx does not cover 4xx; route timeout 15 s',
    params: {
      ...bare, maxAttempts: 2, backoff: 'exponential', baseDelayMs: 25, factor: 2, maxDelayMs: 250, jitter: 'envoy', retryPermanent: false, retryThrottled: false, retryRejected: 'never',
      overallDeadline: true, overallDeadlineMs: 15_000, budget: 'activePercent', activePercent: 20, activeMin: 3, retryAfterSpread: 0.5, retryAfterCapMs: 300_000,
    },
  },
  grpc: {
    title: 'gRPC',
    source: 'gRPC proposal A6 (1fd061a): the example of its service config, maxAttempts 4, 0.1 s × 2 up to 1 s, ± 20 %, UNAVAILABLE; retryThrottling maxTokens 10, tokenRatio 0.1; pushback is obeyed to the millisecond',
    params: {
      ...bare, maxAttempts: 4, backoff: 'exponential', baseDelayMs: 100, factor: 2, maxDelayMs: 1000, jitter: 'plusMinus', jitterRatio: 0.2, capOrder: 'beforeJitter',
      retryPermanent: false, retryTimeout: false, retryRejected: 'never', honourRetryAfter: true, retryAfterSpread: 0, retryAfterCapMs: 3_600_000, budget: 'grpc', grpcMaxTokens: 10, grpcTokenRatio: 0.1,
    },
  },
  'aws-sdk': {
    title: 'AWS SDK',
    source: 'aws-sdk-js-v3 StandardRetryStrategy and retry quota (PR 1258): three attempts, 100 ms × 2 up to 20 s with full jitter, 500 tokens, 5 a retry, 10 after a time-out, 1 back for a clean success. Newer SDKs charge otherwise',
    params: {
      ...bare, maxAttempts: 3, backoff: 'exponential', baseDelayMs: 100, factor: 2, maxDelayMs: 20_000, jitter: 'full', capOrder: 'beforeJitter',
      retryPermanent: false, retryRejected: 'never', honourRetryAfter: true, retryAfterSpread: 0, budget: 'aws', awsCapacity: 500, awsRetryCost: 5, awsTimeoutCost: 10, awsRefund: 1,
    },
  },
  'envoy-admission': {
    title: 'Envoy admission control',
    source: 'Envoy admission_control filter (data-plane-api 84e8436): sampling_window 30 s, sr_threshold 95 % (K = 1 / 0.95), aggression 1, max_rejection_probability 80 %; no retry of its own',
    params: { ...bare, maxAttempts: 1, backoff: 'none', baseDelayMs: 0, jitter: 'none', retryRejected: 'never', adaptiveThrottle: true, throttleK: 1.0526, throttleWindowMs: 30_000, throttleMaxRatio: 0.8 },
  },
  original: {
    title: 'The textbook sketch',
    source: 'A decorator of twenty lines: three attempts, 1 s × 2^n, up to 10 % more, every exception, no cap, no limit of time, no budget',
    params: { ...bare, maxAttempts: 3, backoff: 'exponential', baseDelayMs: 1000, factor: 2, maxDelayMs: 86_400_000, jitter: 'additive10' },
  },
  'original-service': {
    title: 'The textbook sketch, as a service',
    source: 'The sketch’s custom_retry: three attempts, 1 s × 2^n, no jitter',
    params: { ...bare, maxAttempts: 3, backoff: 'exponential', baseDelayMs: 1000, factor: 2, maxDelayMs: 86_400_000, jitter: 'none' },
  },
  naive: {
    title: 'Naive: at once, no budget',
    source: 'A loop around the call: what the storm is made of',
    params: { ...bare, maxAttempts: 4, backoff: 'none', baseDelayMs: 0, maxDelayMs: 0, jitter: 'none', retryPermanent: false, perTryTimeout: true, perTryTimeoutMs: 500 },
  },
  sre: {
    title: 'SRE book',
    source: 'sre.google, Handling Overload: three attempts a request, 10 % retries a client, adaptive throttling with K = 2 over two minutes',
    params: { budget: 'requestRatio', budgetRatio: 0.1, budgetMinPerSecond: 0, maxAttempts: 3, adaptiveThrottle: true, throttleK: 2, throttleWindowMs: 120_000 },
  },
} as const satisfies Readonly<Record<string, Preset>>;
