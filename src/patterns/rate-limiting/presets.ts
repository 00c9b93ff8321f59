/** Settings under which the limiter behaves like a library as it comes out of the box, or as its own documentation sets it up. presets.test.ts holds each to its word. */
import type { Preset } from '../../kernel/story.ts';

/** One process, one count, nothing enforced by chance. */
const bare = { scope: 'local', enforcedRatio: 1, maxWaitMs: 0, maxWaiting: 0, charge: 'cost', key: 'global' } as const;

export const limiterPresets = {
  resilience4j: {
    title: 'resilience4j',
    source: 'resilience4j RateLimiterConfig (af9e7c9): limitForPeriod 50, limitRefreshPeriod 500 ns, timeoutDuration 5 s; AtomicRateLimiter reserves permits of cycles to come',
    params: { ...bare, algorithm: 'cycles', limit: 50, windowMs: 0.0005, maxWaitMs: 5000, maxWaiting: 100_000, headers: 'none' },
  },
  'resilience4j-per-second': {
    title: 'resilience4j, ten a second',
    source: 'The same set to limitForPeriod 10, limitRefreshPeriod 1 s, timeoutDuration 500 ms',
    params: { ...bare, algorithm: 'cycles', limit: 10, windowMs: 1000, maxWaitMs: 500, maxWaiting: 100_000, headers: 'none' },
  },
  'dotnet-token-bucket': {
    title: '.NET TokenBucketRateLimiter',
    source: 'System.Threading.RateLimiting TokenBucketRateLimiterOptions: TokenLimit 100, TokensPerPeriod 10, ReplenishmentPeriod 1 s, QueueLimit 0, as in Microsoft’s sample; tokens come in fills',
    params: { ...bare, algorithm: 'tokenBucket', capacity: 100, ratePerSecond: 10, refill: 'interval', fillMs: 1000, headers: 'exact' },
  },
  'dotnet-fixed-window': {
    title: '.NET FixedWindowRateLimiter',
    source: 'FixedWindowRateLimiterOptions: PermitLimit 4, Window 12 s, QueueLimit 2, oldest first, as in Microsoft’s sample; its windows begin with the limiter, here with the clock',
    params: { ...bare, algorithm: 'fixedWindow', limit: 4, windowMs: 12_000, maxWaitMs: 600_000, maxWaiting: 2, headers: 'exact' },
  },
  'dotnet-sliding-window': {
    title: '.NET SlidingWindowRateLimiter',
    source: 'SlidingWindowRateLimiterOptions: PermitLimit 100, Window 30 s, SegmentsPerWindow 3, as in its documentation: what was taken in a segment comes back one window later',
    params: { ...bare, algorithm: 'segmentedWindow', limit: 100, windowMs: 30_000, segments: 3, headers: 'exact' },
  },
  'dotnet-concurrency': {
    title: '.NET ConcurrencyLimiter',
    source: 'ConcurrencyLimiterOptions: PermitLimit 4, QueueLimit 2, oldest first',
    params: { ...bare, algorithm: 'concurrency', limit: 4, reservedRatio: 0, maxWaitMs: 600_000, maxWaiting: 2, headers: 'none' },
  },
  'envoy-local': {
    title: 'Envoy, local rate limit',
    source: 'Envoy local_ratelimit (data-plane-api 84e8436): token_bucket { max_tokens 100, tokens_per_fill 100, fill_interval 1 s } for the process, filter_enabled and filter_enforced 100 %; answers 429 without saying when',
    params: { ...bare, algorithm: 'tokenBucket', capacity: 100, ratePerSecond: 100, refill: 'interval', fillMs: 1000, headers: 'none' },
  },
  'envoy-local-shadow': {
    title: 'Envoy, local, tried out',
    source: 'The same with filter_enforced 0 %, its default: refusals are counted and not carried out',
    params: { ...bare, algorithm: 'tokenBucket', capacity: 100, ratePerSecond: 100, refill: 'interval', fillMs: 1000, headers: 'none', enforcedRatio: 0 },
  },
  'envoy-global': {
    title: 'Envoy, global rate limit',
    source: 'Envoy ratelimit filter (data-plane-api 84e8436): timeout 20 ms, failure_mode_deny false (open); the reference service counts fixed windows in Redis by one INCRBY, here 100 a second for each descriptor',
    params: { ...bare, algorithm: 'fixedWindow', key: 'client', limit: 100, windowMs: 1000, scope: 'global', syncMode: 'atomic', storeTimeoutMs: 20, onStoreFailure: 'open', headers: 'none' },
  },
  'redis-cell': {
    title: 'redis-cell',
    source: 'brandur/redis-cell (4d42338): CL.THROTTLE user 15 30 60 1 of its readme: max_burst 15, 30 in 60 s; GCRA with a limit of 16; answers limited, limit, remaining, retry after, reset after',
    params: { ...bare, algorithm: 'gcra', key: 'entity', capacity: 16, ratePerSecond: 0.5, scope: 'global', syncMode: 'atomic', headers: 'rateLimit' },
  },
  nginx: {
    title: 'nginx limit_req, delaying',
    source: 'nginx ngx_http_limit_req_module: zone rate 10r/s, burst 20: up to 20 wait for their place at an even rate, the rest gets an error, by default 503; counts addresses',
    params: { ...bare, algorithm: 'leakyQueue', key: 'client', ratePerSecond: 10, maxWaiting: 20, maxWaitMs: 600_000, headers: 'none' },
  },
  'nginx-nodelay': {
    title: 'nginx limit_req, nodelay',
    source: 'The same with nodelay: the burst passes at once and its places free up at the rate: a bucket of burst + 1',
    params: { ...bare, algorithm: 'gcra', key: 'client', capacity: 21, ratePerSecond: 10, headers: 'none' },
  },
  'sentinel-default': {
    title: 'Sentinel, DEFAULT',
    source: 'alibaba/Sentinel (d75a668): FlowRule grade QPS, count 20, controlBehavior DEFAULT: a second in two samples of 500 ms; refuses at once',
    params: { ...bare, algorithm: 'segmentedWindow', key: 'op', limit: 20, windowMs: 1000, segments: 2, headers: 'none' },
  },
  'sentinel-warm-up': {
    title: 'Sentinel, WARM_UP',
    source: 'Sentinel WarmUpController (d75a668): warmUpPeriodSec 10, coldFactor 3, count 30; the line of Guava’s SmoothWarmingUp',
    params: { ...bare, algorithm: 'warmUp', key: 'op', ratePerSecond: 30, warmUpMs: 10_000, coldFactor: 3, headers: 'none' },
  },
  'sentinel-rate-limiter': {
    title: 'Sentinel, RATE_LIMITER',
    source: 'Sentinel ThrottlingController (d75a668): count 20, maxQueueingTimeMs 500: calls leave 50 ms apart, whoever would wait longer is refused',
    params: { ...bare, algorithm: 'leakyQueue', key: 'op', ratePerSecond: 20, maxWaitMs: 500, maxWaiting: 100_000, headers: 'none' },
  },
  'stripe-requests': {
    title: 'Stripe, request rate limiter',
    source: 'stripe.com/blog/rate-limiters: a token bucket in Redis for each user, 10 a second, with room for a burst; open when Redis is out of reach',
    params: { ...bare, algorithm: 'tokenBucket', key: 'entity', capacity: 50, ratePerSecond: 10, refill: 'greedy', scope: 'global', syncMode: 'atomic', onStoreFailure: 'open', headers: 'retryAfter' },
  },
  'stripe-concurrent': {
    title: 'Stripe, concurrent requests limiter',
    source: 'stripe.com/blog/rate-limiters: at most 20 requests of a user under way at once',
    params: { ...bare, algorithm: 'concurrency', key: 'entity', limit: 20, reservedRatio: 0, headers: 'none' },
  },
  'stripe-fleet': {
    title: 'Stripe, fleet usage load shedder',
    source: 'stripe.com/blog/rate-limiters: a fifth of the fleet is kept for critical requests; others beyond 80 % get 503',
    params: { ...bare, algorithm: 'concurrency', key: 'global', limit: 100, reservedRatio: 0.2, headers: 'none' },
  },
  'original-bucket': {
    title: 'The textbook bucket',
    source: 'A sketch of twenty lines: capacity 100, 10 a second, one bucket whoever asks, by the time of day, and no word of when to come back',
    params: { ...bare, algorithm: 'tokenBucket', capacity: 100, ratePerSecond: 10, refill: 'greedy', clock: 'wall', charge: 'one', headers: 'none' },
  },
  'original-log': {
    title: 'The textbook log',
    source: 'The sketch’s sliding window: 100 in 60 s for each client, by the time of day, keys kept for ever',
    params: { ...bare, algorithm: 'slidingLog', key: 'client', limit: 100, windowMs: 60_000, clock: 'wall', charge: 'one', headers: 'none', maxKeys: 1_000_000, idleMs: 86_400_000 },
  },
} as const satisfies Readonly<Record<string, Preset>>;
