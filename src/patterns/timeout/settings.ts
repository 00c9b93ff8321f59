/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds, `{name:ratio}` as a share of 1. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'gRPC', language: 'json',
    template: `{
  "methodConfig": [{
    "name": [{ "service": "shop.Shop", "method": "Read" }],
    "timeout": "{totalMs:s}s",
    "hedgingPolicy": {
      "maxAttempts": {maxHedges}, // add 1: the first attempt counts
      "hedgingDelay": "{hedgeDelayMs:s}s",
      "nonFatalStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"]
    }
  }],
  "retryThrottling": { "maxTokens": {maxTokens}, "tokenRatio": {tokenRatio} }
}
`,
    caveat: 'Without a deadline a call waits for ever. Java and Go send the deadline on by themselves; elsewhere pass it to the next call. The server’s pushback is grpc-retry-pushback-ms.',
  },
  {
    library: 'Envoy', language: 'yaml',
    template: `route:
  timeout: {totalMs:s}s # all attempts; 15 s unless set
  max_stream_duration: { grpc_timeout_header_max: {totalMs:s}s }
  retry_policy:
    retry_on: reset,connect-failure,gateway-error
    num_retries: {maxRetries}
    per_try_timeout: {perTryMs:s}s
  hedge_policy: { hedge_on_per_try_timeout: true }
# in the cluster:
connect_timeout: {connectMs:s}s
`,
    caveat: 'Hedges are sent when an attempt’s time is up, not before; initial_requests and additional_request_chance are not implemented. idle_timeout guards streams.',
  },
  {
    library: 'resilience4j', language: 'yaml',
    template: `resilience4j.timelimiter.instances.shop:
  timeoutDuration: {totalMs}ms
  cancelRunningFuture: {cancelDownstream}
`,
    caveat: 'Cancelling a CompletableFuture does not interrupt what runs in it. There is no deadline to send on and no hedge.',
  },
  {
    library: 'Spring Cloud Gateway', language: 'yaml',
    template: `spring.cloud.gateway:
  httpclient:
    connect-timeout: {connectMs}
    response-timeout: {totalMs}ms
  routes:
    - id: shop
      uri: http://shop
      predicates: [Path=/shop/**]
      metadata: { connect-timeout: {connectMs}, response-timeout: {totalMs} }
`,
    caveat: 'A route’s metadata are milliseconds without a unit; a negative response-timeout switches the global one off.',
  },
  {
    library: 'Polly', language: 'csharp',
    template: `new ResiliencePipelineBuilder<HttpResponseMessage>()
    .AddTimeout(TimeSpan.FromSeconds({totalMs:s}))
    .AddHedging(new HedgingStrategyOptions<HttpResponseMessage>
    {
        MaxHedgedAttempts = {maxHedges},
        Delay = TimeSpan.FromSeconds({hedgeDelayMs:s}),
    })
    .AddTimeout(TimeSpan.FromSeconds({perTryMs:s}))
    .Build();
`,
    caveat: 'The outer timeout is for all attempts, the inner for each. Both are cooperative: the callback must pass its cancellation token on.',
  },
  {
    library: 'Go', language: 'go',
    template: `ctx, cancel := context.WithTimeout(ctx, {totalMs}*time.Millisecond)
defer cancel()
// Kept back at this hop:
if deadline, ok := ctx.Deadline(); ok {
    ctx, cancel = context.WithDeadline(ctx, deadline.Add(-{hopReserveMs}*time.Millisecond))
    defer cancel()
}
dialer := net.Dialer{Timeout: {connectMs} * time.Millisecond}
`,
    caveat: 'Whatever takes a context stops with it; whatever does not runs on.',
  },
  {
    library: 'Python asyncio', language: 'python',
    template: `async with asyncio.timeout({totalMs:s}):
    return await call()
`,
    caveat: 'Cooperative: it waits until the cancelled call has ended, and blocking code is not interrupted.',
  },
];
