/** Parameters, rules and notes of the limiter layer. */
import { RANK, type EngineStory, type ParamsOf } from '../../kernel/story.ts';
import { INHERITANCE, REFILLS } from '../../primitives/rateLimits/tokenBucket.ts';
import { checkLimits } from './check.ts';
import { limitPresets } from './presets.ts';

const BUCKET = 'Bucket', KEYS = 'Keys and levels', COST = 'Cost', DECISION = 'Decision', SHARED = 'Several nodes', MEMORY = 'Memory';
export const TOPOLOGIES = ['perNode', 'central', 'syncEvery', 'quotaLease'] as const;

export const params = {
  capacity: {
    kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 100, scale: 'log', group: BUCKET, label: 'Capacity b',
    help: 'Tokens that a bucket holds: the largest burst. Any span of t seconds admits at most b + r · t.',
  },
  ratePerSecond: {
    kind: 'number', unit: 'perSecond', min: 0.001, max: 1_000_000, initial: 10, scale: 'log', group: BUCKET, label: 'Rate r',
    help: 'Tokens that come in each second: what a caller may spend in the long run. Less than one a second is fine.',
  },
  refill: {
    kind: 'choice', options: REFILLS, initial: 'greedy', group: BUCKET, label: 'Refill',
    optionLabels: { greedy: 'all the time', interval: 'so many at once, every interval', aligned: 'so many at once, at whole intervals' },
    help: 'Fills bring rate × interval tokens at one instant, to everybody who waits.',
  },
  fillMs: { kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 1000, scale: 'log', group: BUCKET, label: 'Fill interval', help: 'Between two fills; only for refills that are not “all the time”.' },
  envoyRules: { kind: 'flag', initial: false, group: BUCKET, label: 'Envoy’s rules', help: 'Refuses what Envoy refuses: a fill interval below 50 ms.' },
  startsFull: { kind: 'flag', initial: true, group: BUCKET, label: 'Begins full', help: 'Off: a new bucket begins with the tokens below, so that new keys bring no burst.' },
  initial: { kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 0, scale: 'log', group: BUCKET, label: 'Tokens at first', help: 'Only for buckets that do not begin full.' },
  inherit: {
    kind: 'choice', options: INHERITANCE, initial: 'asIs', group: BUCKET, label: 'New settings',
    optionLabels: { asIs: 'tokens stay, as far as they fit', proportionally: 'the share that is full stays', additive: 'added capacity comes filled', reset: 'as at first' },
    help: 'What becomes of the tokens when capacity or rate are changed in mid-run; Bucket4j’s four ways.',
  },
  keyBy: {
    kind: 'choice', options: ['none', 'tenant', 'client', 'clientRoute'], initial: 'client', group: KEYS, label: 'A bucket for each',
    optionLabels: { none: 'nobody: one for all', tenant: 'tenant', client: 'client', clientRoute: 'client and route' },
    help: 'Who has a bucket of his own. One for all lets one caller starve the others.',
  },
  identity: {
    kind: 'choice', options: ['authenticated', 'claimed'], initial: 'authenticated', group: KEYS, label: 'Client is',
    optionLabels: { authenticated: 'who was authenticated', claimed: 'who the request says it is' },
    help: 'A name that can be made up brings a full bucket each time.',
  },
  levels: {
    kind: 'data', initial: [], group: KEYS, label: 'Buckets above', shape: '0 to 3 of { name, keyBy: none | tenant | client | clientRoute, capacity, ratePerSecond }',
    help: 'Further buckets, outermost first. All must admit; if one refuses, nothing is taken from any.',
  },
  costs: { kind: 'data', initial: { read: 1, write: 5, export: 20 }, group: COST, label: 'Cost by route', shape: '{ route: tokens, 0 to 1,000,000 }', help: 'Routes that are not named cost what the request says of itself: 1.' },
  overCapacityCost: {
    kind: 'choice', options: ['reject', 'allowWhenFullDebt'], initial: 'reject', group: COST, label: 'Dearer than the bucket',
    optionLabels: { reject: 'refuse: it can never be admitted', allowWhenFullDebt: 'admit when full, leave a debt' },
    help: 'What to do with a request that costs more than the bucket holds. With debt the bound grows by one such cost.',
  },
  settle: {
    kind: 'choice', options: ['never', 'refundUnserved', 'responseCost'], initial: 'never', group: COST, label: 'After the answer',
    optionLabels: { never: 'nothing', refundUnserved: 'give back what was not served', responseCost: 'charge the cost that the answer states' },
    help: 'Not served: refused or overloaded further down. The answer states its cost as { cost }: less is given back, more is taken, into debt if it must.',
  },
  action: {
    kind: 'choice', options: ['police', 'shape'], initial: 'police', group: DECISION, label: 'Over the limit',
    optionLabels: { police: 'refuse at once', shape: 'wait for tokens' },
    help: 'Waiting smooths a burst and hides it from the caller, up to the longest wait.',
  },
  maxWaitMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 1000, scale: 'log', group: DECISION, label: 'Longest wait', help: 'Waiting only: who would wait longer, or past his deadline, is refused.' },
  algo: {
    kind: 'choice', options: ['bucket', 'gcra'], initial: 'bucket', group: DECISION, label: 'Algorithm',
    optionLabels: { bucket: 'token bucket', gcra: 'GCRA (one moment per key)' },
    help: 'Both decide alike; GCRA keeps one number per key and knows only refill all the time.',
  },
  clock: {
    kind: 'choice', options: ['lastSeen', 'naive'], initial: 'lastSeen', group: DECISION, label: 'Clock put back',
    optionLabels: { lastSeen: 'counts as the last time seen', naive: 'believed' },
    help: 'Believed, ten seconds back take away ten seconds’ worth of tokens, down below zero.',
  },
  retryAfterJitter: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.2, step: 0.05, group: DECISION, label: 'Spread of Retry-After',
    help: 'A refusal says when to come back, up to this share later, so that not all come at once.',
  },
  topology: {
    kind: 'choice', options: TOPOLOGIES, initial: 'perNode', group: SHARED, label: 'Buckets are kept',
    optionLabels: { perNode: 'on each node', central: 'in the store', syncEvery: 'on each node, set right by the store now and then', quotaLease: 'in the store, leased in chunks' },
    help: 'Each node on its own admits N times the limit. The store is exact and costs a round trip; the other two are in between.',
  },
  nodeCount: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 3, integer: true, group: SHARED, label: 'Limiter nodes N', help: 'For shares of 1/N, and for the error that is promised.' },
  split: { kind: 'flag', initial: false, group: SHARED, label: 'Share of 1/N', help: 'On each node only: a node has 1/N of capacity and rate. Exact in sum, unfair when traffic is not spread evenly.' },
  store: { kind: 'data', initial: '', group: SHARED, label: 'Store', shape: 'node id', help: 'The node that runs the central buckets; there must be a link to it.' },
  storeOp: {
    kind: 'choice', options: ['atomic', 'readThenWrite'], initial: 'atomic', group: SHARED, label: 'The store decides',
    optionLabels: { atomic: 'in one operation', readThenWrite: 'nothing: nodes read, decide, write back' },
    help: 'Between reading and writing others read too, and the last write wins: what the others took is forgotten.',
  },
  syncMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 1000, scale: 'log', group: SHARED, label: 'Set right every', help: 'Between two reports each node is on its own: up to (N − 1) · r · Δ too much, and bursts.' },
  leaseTokens: { kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 10, scale: 'log', group: SHARED, label: 'Chunk of a lease', help: 'Tokens fetched at a time: fewer round trips, and up to N chunks may be spent later than they were paid for.' },
  leaseMs: { kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 10_000, scale: 'log', group: SHARED, label: 'A lease holds', help: 'What is not spent by then is lost.' },
  storeTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 60_000, initial: 100, scale: 'log', group: SHARED, label: 'Patience with the store', help: 'No answer by then, and the store counts as down.' },
  storeDownMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 1000, scale: 'log', group: SHARED, label: 'Leave it alone for', help: 'So long after a failure the store is not asked, so that not every request waits in vain.' },
  failMode: {
    kind: 'choice', options: ['open', 'closed', 'localFallback'], initial: 'localFallback', group: SHARED, label: 'Without the store',
    optionLabels: { open: 'admit everything', closed: 'refuse everything', localFallback: 'own buckets of 1/N' },
    help: 'Open turns an outage of the store into a flood, closed into an outage of the service.',
  },
  maxKeys: { kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 10_000, integer: true, scale: 'log', group: MEMORY, label: 'Keys at most', help: 'Buckets that a node keeps in memory.' },
  eviction: {
    kind: 'choice', options: ['whenFull', 'leastRecent'], initial: 'whenFull', group: MEMORY, label: 'Forgets',
    optionLabels: { whenFull: 'only buckets that are full', leastRecent: 'whoever was away longest' },
    help: 'Forgetting a bucket that is not full gives its owner a new one. When none is full, newcomers share one bucket.',
  },
} as const satisfies EngineStory['params'];

export type LimitParams = ParamsOf<typeof params>;

export const limitStory = {
  title: 'Token bucket',
  params,
  relations: [
    { left: 'initial', must: 'atMost', right: 'capacity', when: { startsFull: false }, level: 'refuse', message: 'A bucket cannot begin with more than it holds.' },
    { left: 'maxWaitMs', must: 'above', right: 0, when: { action: 'shape' }, level: 'refuse', message: 'Waiting for no time at all is refusing: choose that.' },
    { left: 'leaseTokens', must: 'atMost', right: 'capacity', when: { topology: 'quotaLease' }, level: 'refuse', message: 'The store can never grant a chunk that is larger than the bucket.' },
    { left: 'fillMs', must: 'atLeast', right: 50, when: { envoyRules: true, refill: 'interval' }, level: 'refuse', message: 'Envoy’s local rate limit takes no fill interval below 50 ms.' },
    { left: 'fillMs', must: 'atLeast', right: 50, when: { envoyRules: true, refill: 'aligned' }, level: 'refuse', message: 'Envoy’s local rate limit takes no fill interval below 50 ms.' },
  ],
  check: checkLimits,
  presets: limitPresets,
  controls: { sync: 'Report to the store now', refill: 'Fill all buckets' },
  notes: {
    taken: { text: '{key}: {cost} taken, {remaining} left', quiet: true },
    limited: { text: '{key} was refused by “{level}”: come back in {retryAfterMs} ms', quiet: true, tone: 'warn' },
    shaped: { text: '{key} waits {waitMs} ms for its tokens', quiet: true, tone: 'warn' },
    overCapacity: { text: '{key}: a request that costs {cost} can never be admitted, the bucket holds {capacity}', quiet: true, tone: 'bad' },
    refunded: { text: '{key}: {tokens} given back', quiet: true, tone: 'good' },
    settled: { text: '{key}: paid {paid}, it cost {actual}', quiet: true },
    withdrawn: { text: '{key}: the caller gave up while the request waited', quiet: true },
    bucketFull: { text: '{key} is full again', quiet: true, tone: 'good' },
    keyEvicted: { text: '{key} was forgotten, with {tokens} tokens', quiet: true },
    quotaLeased: { text: '{key}: a chunk of {tokens} was leased', quiet: true },
    leaseExpired: { text: '{key}: {tokens} leased tokens were not spent in time', quiet: true },
    syncDone: { text: '{layer} reported {tokens} tokens of {keys} keys', quiet: true },
    failedOpen: { text: '{key} was admitted unasked: the store is away', quiet: true, tone: 'bad' },
    failedClosed: { text: '{key} was refused unasked: the store is away', quiet: true, tone: 'bad' },
    storeUnavailable: { text: '{layer} lost the store: {why}; until it is back, {instead}', tone: 'bad' },
    storeBack: { text: '{layer} has the store again after {awayMs} ms', tone: 'good' },
    refilled: { text: '{layer}: all buckets were filled by hand' },
  },
  machine: 'key',
  place: 'layer',
  rank: RANK.rateLimit,
  misplaced: [
    {
      inside: 'bulkhead', shows: { of: 'self', note: 'limited' },
      why: 'Requests that the limit refuses, or lets wait, have taken a place of the bulkhead before: it fills with what goes nowhere.',
    },
  ],
} as const satisfies EngineStory;
export type LimitNote = keyof typeof limitStory.notes;
