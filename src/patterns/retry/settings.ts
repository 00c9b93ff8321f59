/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds, `{name:ratio}` as a share of 1. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'resilience4j', language: 'yaml',
    template: `resilience4j.retry.instances.shop:
  maxAttempts: {maxAttempts}
  waitDuration: {baseDelayMs}ms
  enableExponentialBackoff: true
  exponentialBackoffMultiplier: {factor}
  exponentialMaxWaitDuration: {maxDelayMs}ms
  enableRandomizedWait: true
  randomizedWaitFactor: {jitterRatio}
  failAfterMaxAttempts: true
  # name what is transient; by default every exception is retried
  retryExceptions: [java.io.IOException, java.util.concurrent.TimeoutException]
  ignoreExceptions: []
`,
    caveat: 'maxAttempts counts the first attempt. Jitter is ±, the cap comes after it; there is no budget: put one outside, or a breaker inside.',
  },
  {
    library: 'Polly', language: 'csharp',
    template: `new RetryStrategyOptions
{
    MaxRetryAttempts = {maxAttempts} - 1,
    BackoffType = DelayBackoffType.Exponential,
    Delay = TimeSpan.FromSeconds({baseDelayMs:s}),
    MaxDelay = TimeSpan.FromSeconds({maxDelayMs:s}),
    UseJitter = true,
    ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>().Handle<TimeoutRejectedException>(),
}
`,
    caveat: 'MaxRetryAttempts counts retries, not attempts. With jitter the waits follow decorrelated V2; a DelayGenerator can return what Retry-After says. No budget.',
  },
  {
    library: 'cockatiel', language: 'typescript',
    template: `retry(handleWhen((error) => isTransient(error)), {
  maxAttempts: {maxAttempts} - 1,
  backoff: new ExponentialBackoff({ initialDelay: {baseDelayMs}, maxDelay: {maxDelayMs}, exponent: {factor} }),
});
`,
    caveat: 'maxAttempts counts retries. The default generator is decorrelated V2; fullJitterGenerator and halfJitterGenerator exist. No budget.',
  },
  {
    library: 'Envoy', language: 'yaml',
    template: `route:
  timeout: {overallDeadlineMs:s}s
  retry_policy:
    retry_on: connect-failure,refused-stream,reset,gateway-error
    num_retries: {maxAttempts} # subtract 1: Envoy counts retries
    per_try_timeout: {perTryTimeoutMs:s}s
    retry_back_off: { base_interval: {baseDelayMs:s}s, max_interval: {maxDelayMs:s}s }
    rate_limited_retry_back_off:
      reset_headers: [{ name: Retry-After, format: SECONDS }]
      max_interval: {retryAfterCapMs:s}s
# in the cluster:
circuit_breakers:
  thresholds:
    - retry_budget: { budget_percent: { value: {activePercent} }, min_retry_concurrency: {activeMin} }
`,
    caveat: 'Write num_retries one less than attempts. Envoy’s budget is a share of the calls under way; its jitter is its own.',
  },
  {
    library: 'gRPC', language: 'json',
    template: `{
  "methodConfig": [{
    "name": [{ "service": "shop.Shop" }],
    "timeout": "{overallDeadlineMs:s}s",
    "retryPolicy": {
      "maxAttempts": {maxAttempts},
      "initialBackoff": "{baseDelayMs:s}s",
      "maxBackoff": "{maxDelayMs:s}s",
      "backoffMultiplier": {factor},
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }],
  "retryThrottling": { "maxTokens": {grpcMaxTokens}, "tokenRatio": {grpcTokenRatio} }
}
`,
    caveat: 'maxAttempts counts the first and is cut to 5; jitter is ± 20 %; a server obeys nobody but itself: grpc-retry-pushback-ms.',
  },
  {
    library: 'AWS SDK', language: 'javascript',
    template: `new S3Client({
  maxAttempts: {maxAttempts},
  retryMode: 'standard',
  requestHandler: { requestTimeout: {perTryTimeoutMs} },
});
`,
    caveat: 'maxAttempts counts the first. Back-off and quota are built in; mode “adaptive” adds a rate limit at the client.',
  },
  {
    library: 'Istio', language: 'yaml',
    template: `http:
  - timeout: {overallDeadlineMs:s}s
    retries:
      attempts: {maxAttempts} # subtract 1: Istio counts retries
      perTryTimeout: {perTryTimeoutMs:s}s
      retryOn: connect-failure,refused-stream,unavailable,503
`,
    caveat: 'Write attempts one less than here. Istio retries twice unless told otherwise; a budget stands in the DestinationRule.',
  },
  {
    library: 'Temporal', language: 'go',
    template: `temporal.RetryPolicy{
    InitialInterval:    {baseDelayMs} * time.Millisecond,
    BackoffCoefficient: {factor},
    MaximumInterval:    {maxDelayMs} * time.Millisecond,
    MaximumAttempts:    {maxAttempts},
}
`,
    caveat: 'By default Temporal tries for ever, 1 s × 2 up to 100 s: a workflow can wait. MaximumAttempts counts the first.',
  },
];
