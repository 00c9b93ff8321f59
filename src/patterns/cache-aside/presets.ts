/** Settings under which the layer behaves as a library documents. presets.test.ts holds each to that library's word. */
import type { Preset } from '../../kernel/story.ts';

/** What a bare library leaves to others. */
const bare = { ttlJitter: 0, negativeTtlMs: 0, absentFilter: 0, stampede: 'none', writePolicy: 'invalidate', order: 'dbThenCache', onCacheDown: 'bypass', maxLoads: 0, nearMs: 0 } as const;

export const cachePresets = {
  original: {
    title: 'The textbook sketch',
    source: 'CacheAsideService: get(key, data_loader, ttl 300 s), set, invalidate; without its lock around every load, which lets only one key load at a time. What the loader gives as nothing is not kept',
    params: { ...bare, ttlMs: 300_000 },
  },
  caffeine: {
    title: 'Caffeine, LoadingCache',
    source: 'Caffeine LoadingCache.get, AsyncCache: one load of a key at a time, others wait for it; expireAfterWrite (here 10 min); a loader that gives null is not cached; invalidate(key)',
    params: { ...bare, stampede: 'singleFlight', ttlMs: 600_000 },
  },
  'caffeine-refresh': {
    title: 'Caffeine, refreshAfterWrite',
    source: 'Caffeine refreshAfterWrite (LoadingCache only): the first read after that time starts a refresh in the background, the old value is given out until it is there; expireAfterWrite 10 min, refreshAfterWrite 1 min',
    params: { ...bare, stampede: 'refreshAhead', refreshFraction: 0.1, ttlMs: 600_000 },
  },
  'memcached-meta': {
    title: 'memcached, meta commands',
    source: 'memcached protocol.txt, meta commands: mg with N (vivify on a miss) and R (recache): one client wins (W), the others hear that it is taken (Z) and may use a stale value (X); md I marks as stale instead of deleting',
    params: { ...bare, stampede: 'lease', leaseMs: 30_000, leaseWaiters: 'stale', graceMs: 30_000, ttlMs: 300_000 },
  },
  'facebook-leases': {
    title: 'Facebook, leases',
    source: 'R. Nishtala et al., Scaling Memcache at Facebook (NSDI 2013), 3.2.1: a token for each key every 10 s at most, a delete voids it, readers without one wait a short time and ask again',
    params: { ...bare, stampede: 'lease', leaseMs: 10_000, leaseWaiters: 'poll', leasePollMs: 20, ttlMs: 300_000 },
  },
  'redis-lock': {
    title: 'Redis, SET NX PX as a lock',
    source: 'Redis SET key value NX PX: a lock in front of the load; it ends by itself, and a write of the data does not end it',
    params: { ...bare, stampede: 'lease', leaseMs: 10_000, leaseWaiters: 'poll', leasePollMs: 50, leaseVoidedByDelete: false, ttlMs: 300_000 },
  },
  'redis-xfetch': {
    title: 'Redis with XFetch',
    source: 'A. Vattani, F. Chierichetti, K. Lowenstein, Optimal Probabilistic Cache Stampede Prevention (VLDB 2015): load if now − Δ β ln(u) ≥ expiry, β = 1',
    params: { ...bare, stampede: 'xfetch', beta: 1, ttlMs: 300_000 },
  },
  'opossum-coalesce': {
    title: 'opossum, coalesce',
    source: 'opossum options coalesce and coalesceTTL: calls with the same key share one promise, for as long as the TTL (by default the time-out, 10 s) from its beginning; in the process only',
    params: { ...bare, stampede: 'singleFlight', nearMs: 10_000, nearCapacity: 1000, loaderTimeoutMs: 10_000, ttlMs: 10_000 },
  },
  'go-singleflight': {
    title: 'Go, singleflight in front of the loader',
    source: 'golang.org/x/sync/singleflight: Do lets one call of a key run, duplicates wait and get the same result, an error too; nothing is kept',
    params: { ...bare, stampede: 'singleFlight', ttlMs: 300_000 },
  },
  'http-swr': {
    title: 'HTTP, stale-while-revalidate',
    source: 'RFC 5861, section 3: Cache-Control: max-age=600, stale-while-revalidate=30',
    params: { ...bare, stampede: 'staleWhileRevalidate', ttlMs: 600_000, graceMs: 30_000, writePolicy: 'none' },
  },
} as const satisfies Readonly<Record<string, Preset>>;
