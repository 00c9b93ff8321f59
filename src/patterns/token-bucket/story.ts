/** Everything about token buckets that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

const LIMITS = ['limit-1'] as const;
export const story = defineStory({
  problem: 'A service has so much to give, and some callers ask for all of it. Each needs a rate that lasts and a burst that is bounded, whichever of several nodes he asks.',
  engines: engineStories,
  scenarios,
  opensWith: 'noisy-tenant',
  lesson: [
    {
      when: 'start', title: 'Five tenants, one service', focus: 'shop',
      text: 'The shop can do 60 a second. A asks for 8, E for 5, D for an export now and then that is as dear as 20 reads, B for a hundred at once; C alone for 60.',
      invite: 'Press play and watch the tanks of the quota store.',
    },
    {
      when: { note: 'granted', layer: 'quota' }, title: 'A token for each request', focus: 'store',
      text: 'A request pays its cost into its tenant’s bucket and into the one for all; both must have it. {remaining} are left in the emptier of the two.',
    },
    {
      when: { note: 'limited', layer: 'limit-1' }, title: 'Empty', focus: 'g1',
      text: 'This bucket is empty: “{level}” refuses, and says when to come back: in {retryAfterMs} ms.',
    },
    {
      when: { note: 'bucketFull', layer: 'quota' }, title: 'Full again', focus: 'store',
      text: '{key} is full: what time brings now is lost. That is what bounds the next burst.',
      invite: 'Switch to “One bucket for all” and look at what is left for E.',
    },
    {
      when: 'end', title: 'Who asks for little does not notice', focus: 'balancer',
      text: 'C was held to 12 a second by its own bucket. Three gateways kept the promise together, because they asked one store.',
      invite: 'Open “Three nodes, three times the limit”: what if they do not?',
    },
  ],
  instruments: [
    { kind: 'tank', title: 'Buckets of the store', layer: 'quota', view: 'tanks', help: 'The level of each bucket, what it gains, and the requests that fell into it or off it.' },
    ...LIMITS.map((layer) => ({ kind: 'tank', title: 'Buckets of gateway 1', layer, view: 'tanks', help: 'Buckets that the node itself keeps: all of them, a share, or none while the store decides.' })),
    { kind: 'hit-curve', title: 'Under the line b + r · t', layer: 'quota', view: 'staircase', help: 'What one key was admitted, step by step, and the line that it cannot cross. The key is the one that was refused last.' },
    ...LIMITS.map((layer) => ({ kind: 'hit-curve', title: 'Under the line, gateway 1', layer, view: 'staircase', help: 'The same for a bucket of this node.' })),
    { kind: 'window-dots', title: 'In any window', layer: 'limit-1', view: 'dots', help: 'Requests of one key; the bracket is as long as an empty bucket takes to fill. In it up to 2 · b may be admitted.' },
    { kind: 'table', title: 'Keys', layer: 'quota', view: 'keys', help: 'Each bucket: tokens, rate, admitted, refused, spent.' },
    { kind: 'table', title: 'Clients of gateway 1', layer: 'limit-1', view: 'clients', help: 'Who was let through here, and who was not.' },
    { kind: 'table', title: 'Refused by', layer: 'limit-1', view: 'refusedBy', help: 'Which level of buckets said no.' },
    { kind: 'table', title: 'What the caller is told', layer: 'limit-1', view: 'headers', help: 'The newest decision as header fields, and as redis-cell would answer it.' },
    { kind: 'queue', title: 'Queue of the shop', layer: 'shop-app', view: 'queue', help: 'Who waits, and whose caller has gone already.' },
  ],
  charts: [
    { title: 'Goodput', unit: 'perSecond', series: ['a', 'b', 'c', 'd', 'e', 'x', 'kim', 'lee', 'noa', 'crowd', 'batch'].map((node) => ({ name: `${node}.goodputPerSecond`, label: node.length === 1 ? node.toUpperCase() : node })) },
    { title: 'Arrivals at the shop', unit: 'perSecond', series: [{ name: 'shop.arrivalsPerSecond', label: 'shop' }] },
    { title: 'Questions to the store', unit: 'perSecond', series: [{ name: 'store.arrivalsPerSecond', label: 'store' }] },
    { title: 'Keys in memory', unit: 'count', series: [{ name: 'limit-1.keys', label: 'gateway 1' }, { name: 'quota.keys', label: 'store' }] },
    { title: 'Waiting for tokens', unit: 'count', series: [{ name: 'limit-1.held', label: 'gateway 1' }] },
    { title: 'Queue of the shop', unit: 'count', series: [{ name: 'shop-app.queue', label: 'shop' }] },
  ],
  fidelity: {
    simulated: [
      'Each bucket to the nanosecond: refill all the time, in fills and in aligned fills, cost, debt, refunds, waits, new terms in mid-run.',
      'Bucket and GCRA side by side, with the same decisions; one to four levels, all of which admit or none.',
      'The store as a node of its own: round trips, operations one after the other, lost updates, leases, reports, outages.',
      'Overshoot by an outside ledger that sees what all nodes let through.',
    ],
    leftOut: [
      'A chunk that is leased is charged to all levels at once; when only an outer level refuses, a smaller chunk is tried, not another order.',
      'A report covers only keys that the node has used since the last but one; a key that only other nodes use is not followed.',
      'The original’s lock: a node decides one request at a time anyway.',
    ],
  },
  sources: [
    { title: 'J. Turner, New Directions in Communications, 1986; ATM Forum, Traffic Management 4.0', detail: 'leaky bucket as a meter; the generic cell rate algorithm' },
    { title: 'Envoy: TokenBucket, local_ratelimit, rate_limit_quota', detail: 'fills, the 50 ms, the share of the cluster, assignments' },
    { title: 'Spring Cloud Gateway: RequestRateLimiter', detail: 'replenishRate, burstCapacity, requestedTokens' },
    { title: 'redis-cell; Bucket4j reference', detail: 'CL.THROTTLE; several limits, greedy and interval refill, TokensInheritanceStrategy' },
    { title: 'draft-ietf-httpapi-ratelimit-headers', detail: 'RateLimit-Policy and RateLimit' },
    { title: 'R. Jain, D. Chiu, W. Hawe, 1984', detail: 'the fairness index' },
  ],
  pitfalls: [
    { title: 'Each node on its own', text: 'N nodes admit N · (b + r · t). Ask a store, split the quota, or lease it.', scenario: 'per-node-limits', variant: 'each', fixed: 'central' },
    { title: 'Reports once a second', text: 'Between reports every node spends the same tokens: up to (N − 1) · r · Δ and bursts. Report faster, or lease.', scenario: 'slow-sync', variant: 'slow', fixed: 'lease' },
    { title: 'Open without the store', text: 'An outage of the limiter becomes a flood. Go on with own shares of r/N.', scenario: 'store-outage', variant: 'open', fixed: 'with' },
    { title: 'Closed without the store', text: 'An outage of the limiter becomes an outage of the service.', scenario: 'store-outage', variant: 'closed', fixed: 'with' },
    { title: 'Read, then write', text: 'Two nodes read the same tokens and both spend them. Decide in one atomic operation.', scenario: 'lost-update', variant: 'race', fixed: 'with' },
    { title: '“100 a minute”', text: 'With b = 100 some minute has 200: any window w admits b + r · w. Add a smaller bucket.', scenario: 'hundred-a-minute', variant: 'double', fixed: 'with' },
    { title: 'All come back at the fill', text: 'Fills and an exact Retry-After make one crowd of all who were refused. Refill all the time, spread the Retry-After.', scenario: 'all-at-once', variant: 'spikes', fixed: 'with' },
    { title: 'Made-up names', text: 'A key that the caller can choose is no limit, and costs memory. Take the key after authentication; bound the map, forget only full buckets.', scenario: 'made-up-names', variant: 'claimed', fixed: 'with' },
    { title: 'The clock put back', text: 'A bucket that believes its clock takes back what it gave. Time before the last one seen is the last one seen.', scenario: 'clock-put-back', variant: 'naive', fixed: 'with' },
    { title: 'One bucket for all', text: 'client_id was a parameter that nobody read: one caller starves the others.', scenario: 'noisy-tenant', variant: 'sketch', fixed: 'with' },
  ],
  settings,
});
