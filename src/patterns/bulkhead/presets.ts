/** Settings under which the layer behaves like a library as it comes out of the box. presets.test.ts holds each to that library's word. */
import type { Preset } from '../../kernel/story.ts';

const noQueue = { queueCapacity: 0, limitWait: true, maxWaitDurationMs: 0, discipline: 'fifo', whenFull: 'refuse', rejectionThreshold: 0 } as const;
const netflix = { ...noQueue, kind: 'adaptive', windowed: false, cancelIsDrop: false } as const;

export const bulkheadPresets = {
  original: {
    title: 'The textbook sketch',
    source: 'a counter of 5 before a pool of 5 threads; its queue of 100 is built and never used',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 5, queueCapacity: 100, compartments: [], heedCancel: false },
  },
  resilience4j: {
    title: 'resilience4j, semaphore',
    source: 'resilience4j BulkheadConfig (af9e7c9): maxConcurrentCalls 25, maxWaitDuration 0, fairCallHandlingEnabled true; any number may wait',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 25, queueCapacity: 10_000 },
  },
  'resilience4j-thread-pool': {
    title: 'resilience4j, thread pool',
    source: 'resilience4j ThreadPoolBulkheadConfig (af9e7c9), on four processors',
    params: { ...noQueue, kind: 'threadPool', coreSize: 3, maxSize: 4, queueCapacity: 100, keepAliveMs: 20, limitWait: false, heedCancel: false },
  },
  polly: {
    title: 'Polly',
    source: 'Polly RateLimiterConstants (173d6d1): PermitLimit 1000, QueueLimit 0, oldest first',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 1000, limitWait: false },
  },
  'polly-newest-first': {
    title: 'Polly, newest first',
    source: 'System.Threading.RateLimiting ConcurrencyLimiter, QueueProcessingOrder.NewestFirst; here 10 permits and 20 places',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 10, queueCapacity: 20, limitWait: false, discipline: 'lifo', whenFull: 'displaceOldest' },
  },
  cockatiel: {
    title: 'cockatiel',
    source: 'cockatiel BulkheadPolicy (f475a69): here 12 permits and 4 places',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 12, queueCapacity: 4, limitWait: false, heedCancel: false },
  },
  opossum: {
    title: 'opossum',
    source: 'opossum lib/semaphore.js, circuit.js (59421c5): here a capacity of 10',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 10, heedCancel: false },
  },
  hystrix: {
    title: 'Hystrix, thread pool',
    source: 'HystrixThreadPoolProperties (7c03baf): coreSize 10, maximumSize 10, maxQueueSize −1 (no queue), keepAliveTimeMinutes 1',
    params: { ...noQueue, kind: 'threadPool', coreSize: 10, maxSize: 10, queueCapacity: 0, keepAliveMs: 60_000, heedCancel: true },
  },
  'hystrix-queue': {
    title: 'Hystrix, thread pool with a queue',
    source: 'HystrixThreadPoolProperties (7c03baf): maxQueueSize 100, maximumSize 20, queueSizeRejectionThreshold 5',
    params: { ...noQueue, kind: 'threadPool', coreSize: 10, maxSize: 20, queueCapacity: 100, rejectionThreshold: 5, limitWait: false, keepAliveMs: 60_000, heedCancel: true },
  },
  'hystrix-semaphore': {
    title: 'Hystrix, semaphore',
    source: 'Hystrix execution.isolation.semaphore.maxConcurrentRequests 10 (7c03baf): never waits',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 10, heedCancel: false },
  },
  envoy: {
    title: 'Envoy, circuit_breakers',
    source: 'data-plane-api circuit_breaker.proto (84e8436), HTTP/2: max_requests 1024 (1000 here)',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 1000 },
  },
  'envoy-http1': {
    title: 'Envoy, circuit_breakers for HTTP/1',
    source: 'data-plane-api circuit_breaker.proto (84e8436): max_connections 1024 (1000 here), max_pending_requests 1024',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 1000, queueCapacity: 1024, limitWait: false },
  },
  'envoy-adaptive': {
    title: 'Envoy, adaptive concurrency',
    source: 'adaptive_concurrency.proto (84e8436), gradient_controller.cc (054694f): its defaults, and the example’s 100 ms and 60 s',
    params: {
      ...noQueue, kind: 'adaptive', algorithm: 'envoyGradient', minLimit: 3, initialLimit: 3, maxLimit: 1000, cancelIsDrop: false,
      samplePercentile: 50, updateIntervalMs: 100, minRttIntervalMs: 60_000, minRttRequests: 50, minRttJitterPercent: 15, minRttBufferPercent: 25,
    },
  },
  istio: {
    title: 'Istio',
    source: 'istio.io DestinationRule connectionPool (api b8f8791): here maxConnections 100 and http1MaxPendingRequests 10',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 100, queueCapacity: 10, limitWait: false },
  },
  sentinel: {
    title: 'Sentinel',
    source: 'alibaba/Sentinel FlowRule grade THREAD (d75a668), DefaultController: here 10',
    params: { ...noQueue, kind: 'semaphore', maxConcurrentCalls: 10, heedCancel: false },
  },
  'netflix-vegas': {
    title: 'Netflix concurrency-limits, Vegas',
    source: 'VegasLimit (78a74b9): the default of its limiters; SimpleLimiter',
    params: { ...netflix, algorithm: 'vegas', initialLimit: 20, minLimit: 1, maxLimit: 1000, vegasAlpha: 3, vegasBeta: 6, vegasSmoothing: 1, probeMultiplier: 30 },
  },
  'netflix-gradient2': {
    title: 'Netflix concurrency-limits, Gradient2',
    source: 'Gradient2Limit (78a74b9), inside WindowedLimit',
    params: {
      ...netflix, algorithm: 'gradient2', initialLimit: 20, minLimit: 20, maxLimit: 200, smoothing: 0.2, queueSize: 4, rttTolerance: 1.5, longWindow: 600, windowed: true, windowMs: 1000, windowSize: 10,
    },
  },
  'netflix-aimd': {
    title: 'Netflix concurrency-limits, AIMD',
    source: 'AIMDLimit (78a74b9) with its defaults',
    params: { ...netflix, algorithm: 'aimd', initialLimit: 20, minLimit: 20, maxLimit: 200, backoffRatio: 0.9, rttTimeoutMs: 5000 },
  },
  'netflix-lifo': {
    title: 'Netflix LifoBlockingLimiter',
    source: 'LifoBlockingLimiter (78a74b9) with its defaults, before Vegas',
    params: { ...netflix, algorithm: 'vegas', initialLimit: 20, minLimit: 1, maxLimit: 1000, queueCapacity: 100, maxWaitDurationMs: 1000, discipline: 'lifo' },
  },
} as const satisfies Readonly<Record<string, Preset>>;
