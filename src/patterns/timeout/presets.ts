/** Settings under which the layer behaves like a library as it comes out of the box. presets.test.ts holds each to that library's word. */
import type { Preset } from '../../kernel/story.ts';

/** A stopwatch and nothing else: no deadline from or for others, no further attempts. */
const bare = {
  mode: 'fixed', perTry: false, connect: 'never', hopReserveMs: 0, minUsefulMs: 0, enforce: 'exact', onTimeout: 'fail', hedge: 'off', throttle: false, replicas: [],
} as const;
const AT_ONCE = { kind: 'constant', ms: 0 } as const;
/** “No deadline by default”: longer than anybody waits. */
const NONE = 600_000;

export const timeoutPresets = {
  original: {
    title: 'The textbook sketch',
    source: 'execute_with_timeout(operation, timeout_seconds = 5.0) around asyncio.wait_for: waits until the cancelled operation has ended; what it still returns is a success; nobody else is told',
    params: { ...bare, totalMs: 5000, cancelDownstream: true, cancelMs: { kind: 'constant', ms: 300 }, enforce: 'afterCleanUp' },
  },
  'original-blocking': {
    title: 'The textbook sketch around blocking code',
    source: 'The same around an operation that never awaits: nothing interrupts it, and its late value is a success',
    params: { ...bare, totalMs: 5000, cancelDownstream: false, cancelMs: AT_ONCE, enforce: 'afterCleanUp' },
  },
  grpc: {
    title: 'gRPC deadline',
    source: 'grpc.io, Deadlines: none by default; sent as time remaining (grpc-timeout); Java and Go propagate it by default; DEADLINE_EXCEEDED for the client, the call is cancelled for the server',
    params: { ...bare, mode: 'propagated', totalMs: NONE, cancelDownstream: true, cancelMs: AT_ONCE },
  },
  'grpc-hedging': {
    title: 'gRPC hedging',
    source: 'gRPC proposal A6: hedgingPolicy maxAttempts 4, hedgingDelay 0.5 s, nonFatalStatusCodes UNAVAILABLE, INTERNAL, ABORTED; retryThrottling maxTokens 10, tokenRatio 0.1',
    params: {
      ...bare, mode: 'propagated', totalMs: NONE, cancelDownstream: true, cancelMs: AT_ONCE, hedge: 'delay', hedgeDelayMs: 500, maxHedges: 3, nonFatal: 'mayPass', idempotency: 'assumed',
      hedgeBudgetPct: 100, throttle: true, maxTokens: 10, tokenRatio: 0.1,
    },
  },
  envoy: {
    title: 'Envoy route',
    source: 'Envoy route.timeout 15 s, covers all attempts; per_try_timeout off; cluster connect_timeout 5 s; the expected time is sent on as x-envoy-expected-rq-timeout-ms',
    params: { ...bare, mode: 'propagated', totalMs: 15_000, connect: 'whenBroken', connectMs: 5000, cancelDownstream: true, cancelMs: AT_ONCE },
  },
  'envoy-hedging': {
    title: 'Envoy, hedge on per-try timeout',
    source: 'Envoy hedge_policy.hedge_on_per_try_timeout with per_try_timeout and num_retries 1: the attempt is not cancelled, another joins it, the first good answer wins. initial_requests and additional_request_chance are not implemented there',
    params: {
      ...bare, mode: 'propagated', totalMs: 15_000, perTry: true, perTryMs: 250, cancelDownstream: true, cancelMs: AT_ONCE, hedge: 'onPerTryTimeout', maxHedges: 1, hedgeBudgetPct: 100, nonFatal: 'mayPass', idempotency: 'assumed',
    },
  },
  resilience4j: {
    title: 'resilience4j TimeLimiter',
    source: 'resilience4j TimeLimiterConfig: timeoutDuration 1 s, cancelRunningFuture true; a future that is cancelled may run on',
    params: { ...bare, totalMs: 1000, cancelDownstream: true, cancelMs: AT_ONCE },
  },
  scg: {
    title: 'Spring Cloud Gateway',
    source: 'spring.cloud.gateway httpclient.connect-timeout and response-timeout (none by default; the example of its reference: 1000 ms and 5 s), per route in metadata; 504 when it is over',
    params: { ...bare, totalMs: 5000, connect: 'whenBroken', connectMs: 1000, cancelDownstream: true, cancelMs: AT_ONCE },
  },
  safe: {
    title: 'Safe',
    source: 'Propagated deadline, 20 ms kept back, hedges after the 95th percentile within a tenth of the calls, throttle on; only calls with an idempotency key are sent twice',
    params: { mode: 'propagated', totalMs: 1000, perTryMs: 1000, hedge: 'quantile', hedgeQuantile: 0.95, hedgeBudgetPct: 10, throttle: true, idempotency: 'byKey' },
  },
} as const satisfies Readonly<Record<string, Preset>>;
