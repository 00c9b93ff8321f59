/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds, `{name:ratio}` as a share of 1. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'Envoy local rate limit', language: 'yaml',
    template: `http_filters:
  - name: envoy.filters.http.local_ratelimit
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
      stat_prefix: limit
      token_bucket:
        max_tokens: {capacity}
        tokens_per_fill: {ratePerSecond}
        fill_interval: 1s
      filter_enabled: { default_value: { numerator: 100 } }
      filter_enforced: { default_value: { numerator: 100 } }
      # share of 1/N: local_cluster_rate_limit: {}
      # per client: descriptors, or local_rate_limit_per_downstream_connection: true
`,
    caveat: 'Whole tokens, fill_interval at least 50 ms; tokens_per_fill is 1 unless told. Each Envoy on its own unless local_cluster_rate_limit is set. hits_addend is the cost.',
  },
  {
    library: 'Envoy rate limit quota', language: 'yaml',
    template: `http_filters:
  - name: envoy.filters.http.rate_limit_quota
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.rate_limit_quota.v3.RateLimitQuotaFilterConfig
      domain: shop
      rlqs_server: { envoy_grpc: { cluster_name: rlqs } }
      # in bucket_settings: reporting_interval: {syncMs:s}s
      #   no_assignment_behavior and expired_assignment_behavior: ALLOW_ALL is open, DENY_ALL closed
`,
    caveat: 'The quota itself ({capacity}, {ratePerSecond} a second) is assigned by the RLQS server.',
  },
  {
    library: 'Spring Cloud Gateway', language: 'yaml',
    template: `filters:
  - name: RequestRateLimiter
    args:
      redis-rate-limiter.replenishRate: {ratePerSecond}
      redis-rate-limiter.burstCapacity: {capacity}
      redis-rate-limiter.requestedTokens: 1
      key-resolver: "#{@principalNameKeyResolver}"
      deny-empty-key: true
`,
    caveat: 'Whole numbers; the script counts in whole seconds. When Redis fails, requests pass. Below one a second: scale requestedTokens.',
  },
  {
    library: 'redis-cell', language: 'text',
    template: `# max_burst is the capacity less one; so many tokens in 60 s are 60 times the rate
CL.THROTTLE client:<id> <{capacity} - 1> <{ratePerSecond} * 60> 60 <cost>
`,
    caveat: 'Answers limited, limit, remaining, retry after (−1 when admitted), reset: in whole seconds.',
  },
  {
    library: 'Bucket4j', language: 'java',
    template: `Bucket bucket = proxyManager.builder().build(clientId, () -> BucketConfiguration.builder()
    .addLimit(limit -> limit.capacity({capacity}).refillGreedy({ratePerSecond}, Duration.ofSeconds(1)).initialTokens({capacity}))
    // a smaller bucket against bursts goes in a second addLimit
    .build());
ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(cost);
`,
    caveat: 'Whole tokens: write less than one a second over a longer duration. refillIntervally is the fill. Replacing the configuration asks for a TokensInheritanceStrategy.',
  },
  {
    library: 'IETF header fields', language: 'text',
    template: `RateLimit-Policy: "client";q={capacity};w=<capacity / {ratePerSecond}>
RateLimit: "client";r=<tokens left>;t=<seconds until full>
Retry-After: <seconds, spread by up to {retryAfterJitter:ratio}>
`,
    caveat: 'draft-ietf-httpapi-ratelimit-headers; pk names the partition, as a byte sequence.',
  },
  {
    library: 'Kong rate-limiting-advanced (windows, for contrast)', language: 'yaml',
    template: `plugins:
  - name: rate-limiting-advanced
    config:
      limit: [{capacity}]
      window_size: [10]
      window_type: sliding
      strategy: redis
      sync_rate: {syncMs:s}
`,
    caveat: 'Counts in windows, not in buckets: no separate burst. sync_rate −1 never reports, 0 asks for each request.',
  },
];
