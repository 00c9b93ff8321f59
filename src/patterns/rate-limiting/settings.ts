/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'resilience4j', language: 'yaml',
    template: `resilience4j.ratelimiter.instances.partner:
  limitForPeriod: {limit}
  limitRefreshPeriod: {windowMs}ms
  timeoutDuration: {maxWaitMs}ms
`,
    caveat: 'Cycles with reservation: up to twice limitForPeriod around the end of a cycle. It waits by blocking a thread; the default timeout is 5 s, the default period 500 ns.',
  },
  {
    library: '.NET', language: 'csharp',
    template: `new TokenBucketRateLimiterOptions
{
    TokenLimit = {capacity},
    TokensPerPeriod = (int)({ratePerSecond} * {fillMs:s}),
    ReplenishmentPeriod = TimeSpan.FromSeconds({fillMs:s}),
    QueueLimit = {maxWaiting},
    QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
}
new SlidingWindowRateLimiterOptions
{
    PermitLimit = {limit},
    Window = TimeSpan.FromSeconds({windowMs:s}),
    SegmentsPerWindow = {segments},
    QueueLimit = {maxWaiting},
}
`,
    caveat: 'One process: use a PartitionedRateLimiter for a limit per key. What queues waits without a time limit unless its token is cancelled.',
  },
  {
    library: 'Envoy, local', language: 'yaml',
    template: `name: envoy.filters.http.local_ratelimit
typed_config:
  stat_prefix: api
  token_bucket: { max_tokens: {capacity}, tokens_per_fill: {capacity}, fill_interval: {fillMs:s}s }
  filter_enabled: { default_value: { numerator: 100, denominator: HUNDRED } }
  filter_enforced: { default_value: { numerator: 100, denominator: HUNDRED } }
`,
    caveat: 'A bucket for each process (or connection): R proxies let R times as much through. filter_enforced is 0 % unless set. tokens_per_fill is rate × fill_interval.',
  },
  {
    library: 'Envoy, global', language: 'yaml',
    template: `name: envoy.filters.http.ratelimit
typed_config:
  domain: edge
  timeout: {storeTimeoutMs:s}s
  failure_mode_deny: false # open
  rate_limit_service: { grpc_service: { envoy_grpc: { cluster_name: ratelimit } } }
# of the service: descriptors with key, rate_limit: { unit: minute, requests_per_unit: {limit} }
`,
    caveat: 'The reference service counts fixed windows of a second, minute, hour or day. Without it all is let through unless failure_mode_deny is set.',
  },
  {
    library: 'redis-cell', language: 'text',
    template: `CL.THROTTLE user:42 <max_burst> <count> <period> [quantity]
# max_burst = {capacity} - 1, count per period = {ratePerSecond} per 1
# answers: limited (0 or 1), limit, remaining, retry after (-1 if allowed), reset after; in whole seconds
`,
    caveat: 'One step at the store, by the store’s clock. The limit is max_burst + 1.',
  },
  {
    library: 'nginx', language: 'nginx',
    template: `limit_req_zone $binary_remote_addr zone=perip:10m rate={ratePerSecond}r/s;
limit_req zone=perip burst={maxWaiting}; # add nodelay to let the burst through at once
limit_req_status 429;
`,
    caveat: 'By address: a whole office may share one. The rate is a whole number a second or a minute; without limit_req_status the answer is 503.',
  },
  {
    library: 'Sentinel', language: 'java',
    template: `FlowRule rule = new FlowRule("getOrder");
rule.setGrade(RuleConstant.FLOW_GRADE_QPS);
rule.setCount({ratePerSecond});
rule.setControlBehavior(RuleConstant.CONTROL_BEHAVIOR_RATE_LIMITER); // or _DEFAULT, _WARM_UP
rule.setMaxQueueingTimeMs((int) {maxWaitMs});
rule.setWarmUpPeriodSec((int) {warmUpMs:s});
`,
    caveat: 'The cold factor is 3 for all rules (csp.sentinel.flow.cold.factor).',
  },
  {
    library: 'Stripe’s four layers', language: 'text',
    template: `1 request rate:     token bucket for each user, {capacity} at once, {ratePerSecond} a second
2 concurrency:      {limit} requests of a user under way at once
3 fleet usage:      keep a share of {reservedRatio} of all slots for critical requests
4 worker use:       when workers stay busy, shed test traffic, then GET, then POST, slowly
`,
    caveat: 'Layers in this order; each one may be off. The fourth is not simulated.',
  },
];
