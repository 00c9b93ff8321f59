/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds, `{name:ratio}` as a share of 1. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'resilience4j', language: 'yaml',
    template: `resilience4j.bulkhead.instances.payments:
  maxConcurrentCalls: {maxConcurrentCalls}
  maxWaitDuration: {maxWaitDurationMs}ms
resilience4j.thread-pool-bulkhead.instances.payments:
  coreThreadPoolSize: {coreSize}
  maxThreadPoolSize: {maxSize}
  queueCapacity: {queueCapacity}
  keepAliveDuration: {keepAliveMs}ms
`,
    caveat: 'One instance a dependency. The semaphore has no bound on how many wait, the thread pool none on how long. The pool grows only when its queue is full.',
  },
  {
    library: 'Polly', language: 'csharp',
    template: `new ResiliencePipelineBuilder().AddConcurrencyLimiter(
    permitLimit: {maxConcurrentCalls},
    queueLimit: {queueCapacity})
`,
    caveat: 'There is no limit on the wait; put a time-out outside. ConcurrencyLimiterOptions.QueueProcessingOrder NewestFirst sends the oldest away when the queue is full.',
  },
  {
    library: 'cockatiel', language: 'typescript',
    template: `bulkhead({maxConcurrentCalls}, {queueCapacity});
`,
    caveat: 'A cancelled call keeps its place in the queue until its turn. No limit on the wait.',
  },
  {
    library: 'opossum', language: 'javascript',
    template: `new CircuitBreaker(call, { capacity: {maxConcurrentCalls} });
`,
    caveat: 'Never waits. Refused calls reject with ESEMLOCKED and run the fallback.',
  },
  {
    library: 'Hystrix', language: 'properties',
    template: `hystrix.threadpool.payments.coreSize={coreSize}
hystrix.threadpool.payments.allowMaximumSizeToDivergeFromCoreSize=true
hystrix.threadpool.payments.maximumSize={maxSize}
hystrix.threadpool.payments.maxQueueSize={queueCapacity}
hystrix.threadpool.payments.queueSizeRejectionThreshold={rejectionThreshold}
hystrix.command.payments.execution.isolation.semaphore.maxConcurrentRequests={maxConcurrentCalls}
`,
    caveat: 'No longer developed. maxQueueSize −1 is no queue at all. With a threshold below maxQueueSize the pool never grows beyond its core.',
  },
  {
    library: 'Envoy', language: 'yaml',
    template: `# in the cluster:
circuit_breakers:
  thresholds:
    - priority: DEFAULT
      max_requests: {maxConcurrentCalls}
      max_pending_requests: {queueCapacity}
# as an HTTP filter of the service:
adaptive_concurrency:
  gradient_controller_config:
    sample_aggregate_percentile: { value: {samplePercentile} }
    concurrency_limit_params:
      max_concurrency_limit: {maxLimit}
      concurrency_update_interval: {updateIntervalMs:s}s
    min_rtt_calc_params:
      interval: {minRttIntervalMs:s}s
      request_count: {minRttRequests}
      min_concurrency: {minLimit}
      jitter: { value: {minRttJitterPercent} }
      buffer: { value: {minRttBufferPercent} }
`,
    caveat: 'max_requests counts per cluster and proxy, for HTTP/2; HTTP/1 is bounded by max_connections and max_pending_requests.',
  },
  {
    library: 'Istio', language: 'yaml',
    template: `trafficPolicy:
  connectionPool:
    tcp: { maxConnections: {maxConcurrentCalls} }
    http:
      http1MaxPendingRequests: {queueCapacity}
      http2MaxRequests: {maxConcurrentCalls}
`,
    caveat: 'Per sidecar: ten replicas of the caller have ten times as many.',
  },
  {
    library: 'Sentinel', language: 'java',
    template: `FlowRule rule = new FlowRule("payments");
rule.setGrade(RuleConstant.FLOW_GRADE_THREAD);
rule.setCount({maxConcurrentCalls});
FlowRuleManager.loadRules(List.of(rule));
`,
    caveat: 'Refuses at once; setLimitApp tells callers apart.',
  },
  {
    library: 'Netflix concurrency-limits', language: 'java',
    template: `Limit limit = WindowedLimit.newBuilder()
    .minWindowTime({windowMs}, TimeUnit.MILLISECONDS)
    .windowSize({windowSize})
    .build(Gradient2Limit.newBuilder()
        .initialLimit({initialLimit})
        .minLimit({minLimit})
        .maxConcurrency({maxLimit})
        .smoothing({smoothing})
        .queueSize({queueSize})
        .rttTolerance({rttTolerance})
        .longWindow({longWindow})
        .build());
SimpleLimiter.newBuilder().limit(limit).build();
`,
    caveat: 'VegasLimit and AIMDLimit are built alike. LifoBlockingLimiter adds a queue, newest first. Call onIgnore for failures that say nothing about load, onDropped for time-outs.',
  },
];
