/** Settings as libraries document them. Rates are tokens a second: so many tokens per interval are written as what they come to. */
import type { Preset } from '../../kernel/story.ts';

/** What a library without costs, levels and Retry-After spread has. */
const bare = { costs: {}, levels: [], retryAfterJitter: 0, overCapacityCost: 'reject', settle: 'never', action: 'police' } as const;

export const limitPresets = {
  original: {
    title: 'The textbook sketch',
    source: 'A class of twenty lines: 100 tokens, 10 a second, one bucket whatever client_id says, the wall clock believed; no cost, no Retry-After, no bound on anything',
    params: { ...bare, capacity: 100, ratePerSecond: 10, keyBy: 'none', clock: 'naive', topology: 'perNode' },
  },
  safe: {
    title: 'Safe: per tenant and in all',
    source: 'Tenant 12 a second with a burst of 40, all together 60 and 120; cost by route; the store decides in one operation, own shares without it',
    params: { capacity: 40, ratePerSecond: 12, keyBy: 'client', levels: [{ name: 'all', keyBy: 'none', capacity: 120, ratePerSecond: 60 }], topology: 'central', failMode: 'localFallback' },
  },
  'envoy-local': {
    title: 'Envoy local rate limit',
    source: 'envoy.type.v3.TokenBucket { max_tokens: 10000, tokens_per_fill: 1000, fill_interval: 1s } of the local_ratelimit documentation; fill_interval ≥ 50 ms; each Envoy on its own',
    params: { ...bare, capacity: 10_000, ratePerSecond: 1000, refill: 'interval', fillMs: 1000, envoyRules: true, keyBy: 'none', topology: 'perNode' },
  },
  'envoy-local-cluster': {
    title: 'Envoy local, share of the cluster',
    source: 'local_cluster_rate_limit: the tokens are divided by the number of Envoys of the cluster',
    params: { ...bare, capacity: 10_000, ratePerSecond: 1000, refill: 'interval', fillMs: 1000, envoyRules: true, keyBy: 'none', topology: 'perNode', split: true },
  },
  'envoy-quota': {
    title: 'Envoy rate limit quota (RLQS)',
    source: 'rate_limit_quota: usage is reported every reporting_interval (here 5 s; required, without a default), decisions are local; no_assignment_behavior and expired_assignment_behavior: allow all, as without a blanket rule',
    params: { ...bare, keyBy: 'client', topology: 'syncEvery', syncMs: 5000, failMode: 'open' },
  },
  'scg-redis': {
    title: 'Spring Cloud Gateway, Redis',
    source: 'redis-rate-limiter.replenishRate 10, burstCapacity 20, requestedTokens 1 (request_rate_limiter.lua counts in whole seconds); errors of Redis let requests through',
    params: { ...bare, capacity: 20, ratePerSecond: 10, refill: 'aligned', fillMs: 1000, keyBy: 'client', topology: 'central', failMode: 'open' },
  },
  'redis-cell': {
    title: 'redis-cell',
    source: 'CL.THROTTLE user123 15 30 60 1 of its README: max_burst 15, 30 tokens a minute; GCRA, so b = 15 + 1',
    params: { ...bare, capacity: 16, ratePerSecond: 0.5, algo: 'gcra', keyBy: 'client', topology: 'central' },
  },
  bucket4j: {
    title: 'Bucket4j, two limits',
    source: 'Bucket4j reference: Bandwidth capacity 1000 refillGreedy 1000 a minute, and capacity 50 refillGreedy 50 a second, against bursts; a bucket takes from all of its limits or none',
    params: { ...bare, capacity: 1000, ratePerSecond: 1000 / 60, keyBy: 'client', levels: [{ name: 'burst', keyBy: 'client', capacity: 50, ratePerSecond: 50 }] },
  },
  'bucket4j-interval': {
    title: 'Bucket4j, refillIntervally',
    source: 'Bucket4j reference: capacity 100 refillIntervally 100 a minute, initialTokens 0',
    params: { ...bare, capacity: 100, ratePerSecond: 100 / 60, refill: 'interval', fillMs: 60_000, startsFull: false, initial: 0, keyBy: 'client' },
  },
  'one-per-minute': {
    title: 'One a minute',
    source: 'Rates below one a second by scaling the cost: r = 1, a request costs 60, b = 60',
    params: { ...bare, costs: { read: 60 }, capacity: 60, ratePerSecond: 1, keyBy: 'client' },
  },
  'per-node': {
    title: 'Pitfall: each node on its own', source: 'Three nodes with the whole limit each admit 3 · (b + r · t)',
    params: { capacity: 40, ratePerSecond: 12, topology: 'perNode', split: false },
  },
  'slow-sync': { title: 'Pitfall: set right once a second', source: 'Up to (N − 1) · r · Δ and bursts too much', params: { capacity: 40, ratePerSecond: 12, topology: 'syncEvery', syncMs: 1000 } },
  'fail-open': { title: 'Pitfall: open without the store', source: 'An outage of the store is a flood', params: { capacity: 40, ratePerSecond: 12, topology: 'central', failMode: 'open' } },
  'lost-update': { title: 'Pitfall: read, decide, write', source: 'Two nodes read the same tokens and both spend them', params: { capacity: 40, ratePerSecond: 12, topology: 'central', storeOp: 'readThenWrite' } },
  'double-burst': { title: 'Pitfall: “100 a minute”', source: 'b = 100 and r = 100 a minute admit 200 in some minute: b + r · w', params: { capacity: 100, ratePerSecond: 100 / 60 } },
  'all-at-once': { title: 'Pitfall: fills and exact Retry-After', source: 'Whoever was refused comes back at the very fill', params: { capacity: 30, ratePerSecond: 30, refill: 'interval', fillMs: 1000, keyBy: 'none', retryAfterJitter: 0 } },
  'claimed-ids': { title: 'Pitfall: made-up names', source: 'Every new name has a full bucket, and memory grows', params: { identity: 'claimed', eviction: 'leastRecent', capacity: 20, ratePerSecond: 2 } },
} as const satisfies Readonly<Record<string, Preset>>;
