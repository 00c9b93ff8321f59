/** All that is data about the limiter: parameters, relations, presets and notes. */
import { RANK, type EngineStory, type ParamFault, type ParamsOf } from '../../kernel/story.ts';
import { REFILLS } from '../../primitives/rateLimits/tokenBucket.ts';
import { ALGORITHMS, type Algorithm, type Terms } from './limits.ts';
import { limiterPresets } from './presets.ts';

const LIMIT = 'Limit';
const WHOM = 'Whom it counts';
const OVER = 'Over the limit';
const WHERE = 'One count or several';

export const KEYS = ['client', 'entity', 'op', 'global'] as const;
export const SYNCS = ['atomic', 'getThenSet', 'localQuota', 'gossip'] as const;

const params = {
  algorithm: {
    kind: 'choice', options: ALGORITHMS, initial: 'tokenBucket', group: LIMIT, label: 'Algorithm',
    optionLabels: {
      tokenBucket: 'token bucket', gcra: 'GCRA', leakyQueue: 'leaky queue (pacing)', fixedWindow: 'fixed window', slidingLog: 'sliding log', slidingCounter: 'sliding counter',
      segmentedWindow: 'window in segments', cycles: 'cycles with reservation', warmUp: 'warm-up', concurrency: 'concurrency',
    },
    help: 'How it is counted. They differ in how much can pass in the worst case, in what they remember, and in whether they shape or only turn away.',
  },
  capacity: {
    kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 100, scale: 'log', group: LIMIT, label: 'Capacity',
    help: 'Token bucket and GCRA: the burst that passes at once from rest. It begins full. redis-cell’s max_burst is one less.',
  },
  ratePerSecond: {
    kind: 'number', unit: 'perSecond', min: 0.001, max: 100_000, initial: 10, scale: 'log', group: LIMIT, label: 'Rate',
    help: 'Token bucket, GCRA, leaky queue, warm-up: what passes in the long run.',
  },
  refill: {
    kind: 'choice', options: REFILLS, initial: 'greedy', group: LIMIT, label: 'Tokens come',
    optionLabels: { greedy: 'all the time', interval: 'so many at once, every so often', aligned: 'at whole multiples of the time' },
    help: 'Token bucket only. In fills, as with Envoy and .NET, twice a fill can pass around a moment.',
  },
  fillMs: {
    kind: 'number', unit: 'ms', min: 1, max: 86_400_000, initial: 1000, scale: 'log', group: LIMIT, label: 'A fill every',
    help: 'Tokens in fills only; a fill brings rate × this.',
  },
  limit: {
    kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 100, scale: 'log', group: LIMIT, label: 'Requests in a window',
    help: 'Windows and cycles: how much passes in one. Concurrency: how many at once.',
  },
  windowMs: {
    kind: 'number', unit: 'ms', min: 0.000001, max: 86_400_000, initial: 60_000, scale: 'log', group: LIMIT, label: 'Window',
    help: 'Length of a window or cycle. For a bucket it is only the stretch over which the instruments and the ledger count.',
  },
  segments: { kind: 'number', unit: 'count', min: 1, max: 100, initial: 6, integer: true, group: LIMIT, label: 'Segments of the window', help: 'Window in segments only: the more, the nearer to the log.' },
  warmUpMs: { kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 10_000, scale: 'log', group: LIMIT, label: 'Warm-up', help: 'Warm-up only: from cold to the full rate under steady demand.' },
  coldFactor: { kind: 'number', unit: 'factor', min: 1.01, max: 100, initial: 3, step: 0.5, group: LIMIT, label: 'Cold factor', help: 'Warm-up only: a cold start is so many times as slow.' },
  reservedRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 0.95, initial: 0, step: 0.05, group: LIMIT, label: 'Kept for urgent calls',
    help: 'Concurrency only: this share is for calls of a priority above 0.',
  },
  key: {
    kind: 'choice', options: KEYS, initial: 'client', group: WHOM, label: 'One limit for each',
    optionLabels: { client: 'sender (address)', entity: 'account (entity)', op: 'operation (route)', global: 'nothing: one for all' },
    help: 'Who shares a limit with whom. One for all lets the loudest take everything; an address may stand for a whole office.',
  },
  charge: {
    kind: 'choice', options: ['one', 'cost'], initial: 'cost', group: WHOM, label: 'A request takes', optionLabels: { one: '1', cost: 'its cost' },
    help: 'Dear requests can count for more.',
  },
  maxCost: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 1, group: WHOM, label: 'Dearest request', help: 'What the dearest request costs. A limit below it could never admit that request.' },
  maxKeys: {
    kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 10_000, integer: true, scale: 'log', group: WHOM, label: 'Keys at most',
    help: 'How many limits are remembered. One more drops the one that was idle longest, which may then begin anew.',
  },
  idleMs: {
    kind: 'number', unit: 'ms', min: 100, max: 86_400_000, initial: 120_000, scale: 'log', group: WHOM, label: 'Forget a key after',
    help: 'A key that was idle for so long, and whose limit is as new, is dropped: that changes nothing but the memory.',
  },
  maxWaitMs: {
    kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 0, scale: 'log', group: OVER, label: 'May wait',
    help: 'A request over its limit waits for so long at most instead of being turned away. resilience4j’s timeoutDuration, Sentinel’s maxQueueingTimeMs.',
  },
  maxWaiting: {
    kind: 'number', unit: 'count', min: 0, max: 100_000, initial: 100, integer: true, scale: 'log', group: OVER, label: 'Waiting at most',
    help: 'So many wait at once, all keys together; the depth of the leaky queue, .NET’s QueueLimit, nginx’s burst.',
  },
  headers: {
    kind: 'choice', options: ['none', 'retryAfter', 'rateLimit', 'exact'], initial: 'retryAfter', group: OVER, label: 'A refusal says',
    optionLabels: { none: 'nothing', retryAfter: 'Retry-After', rateLimit: 'Retry-After, RateLimit and RateLimit-Policy', exact: 'when, to the millisecond' },
    help: 'Retry-After is in whole seconds, rounded up. Without it callers come back when they like.',
  },
  enforcedRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 1, step: 0.05, group: OVER, label: 'Enforced for',
    help: 'This share of the refusals is carried out; the rest passes and is only counted. 0 tries a limit out (Envoy’s filter_enforced).',
  },
  scope: {
    kind: 'choice', options: ['local', 'global'], initial: 'local', group: WHERE, label: 'Counts are kept',
    optionLabels: { local: 'by each gateway for itself', global: 'for all gateways together' },
    help: 'Each for itself lets a client have the limit once at every gateway.',
  },
  syncMode: {
    kind: 'choice', options: SYNCS, initial: 'atomic', group: WHERE, label: 'Together by',
    optionLabels: { atomic: 'one step at the store', getThenSet: 'read, decide, write', localQuota: 'an equal part each', gossip: 'telling each other' },
    help: 'One step at the store is exact. Read, decide, write loses counts when two do it at once. A part each is wrong when traffic is uneven. Telling each other is late by one round.',
  },
  gateways: { kind: 'number', unit: 'count', min: 0, max: 1000, initial: 3, integer: true, group: WHERE, label: 'Gateways', help: 'Of how many gateways an equal part each is one part. 0 is unknown: then each takes the whole.' },
  gossipMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 500, scale: 'log', group: WHERE, label: 'Told every', help: 'Telling each other: how often.' },
  storeTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 60_000, initial: 100, scale: 'log', group: WHERE, label: 'Wait for the store', help: 'After so long the store counts as lost. Every request waits for it.' },
  onStoreFailure: {
    kind: 'choice', options: ['open', 'closed', 'local'], initial: 'open', group: WHERE, label: 'Without the store',
    optionLabels: { open: 'let all through', closed: 'turn all away', local: 'an equal part each' },
    help: 'Open protects the callers, closed the service; an equal part each protects both, roughly. Envoy: failure_mode_deny, by default false.',
  },
  clock: {
    kind: 'choice', options: ['monotonic', 'wall'], initial: 'monotonic', group: WHERE, label: 'Clock',
    optionLabels: { monotonic: 'never goes back', wall: 'the time of day' },
    help: 'The time of day may be put back; then a bucket loses tokens and windows begin anew.',
  },
  policy: { kind: 'data', initial: 'limit', shape: 'text', group: WHERE, label: 'Policy', help: 'Limiters of the same policy share their counts, and the ledger judges them together.' },
  store: { kind: 'data', initial: '', shape: 'node id, or empty', group: WHERE, label: 'Store', help: 'The node that keeps the counts for all.' },
  peers: { kind: 'data', initial: [], shape: '[node id]', group: WHERE, label: 'Peers', help: 'The gateways that are told.' },
} as const satisfies EngineStory['params'];

export type LimiterParams = ParamsOf<typeof params>;

const windowed = ['fixedWindow', 'slidingLog', 'slidingCounter', 'segmentedWindow', 'cycles', 'concurrency'] as const;
const NEVER = 'The dearest request could never be admitted.';

/** What ranges and relations can't say. The engine takes it all the same: it counts locally then. */
function check(p: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const faults: ParamFault[] = [];
  const bad = (path: string, rule: string, message: string, level: 'refuse' | 'warn'): void => { faults.push({ path, value: p[path], rule, level, message }); };
  if (typeof p['policy'] !== 'string' || p['policy'] === '') bad('policy', 'a name', 'A policy is a name.', 'refuse');
  if (typeof p['store'] !== 'string') bad('store', 'the id of a node, or empty', 'The store is named by its node.', 'refuse');
  const { peers } = p;
  if (!Array.isArray(peers) || !peers.every((peer) => typeof peer === 'string')) bad('peers', 'a list of node ids', 'Peers are named by their nodes.', 'refuse');
  if (p['scope'] !== 'global') return faults;
  const mode = p['syncMode'];
  if ((mode === 'atomic' || mode === 'getThenSet') && p['store'] === '') bad('store', 'a node that keeps the counts', 'No store is named: each gateway decides for itself.', 'warn');
  if (mode === 'gossip' && Array.isArray(peers) && peers.length === 0) bad('peers', 'the other gateways', 'Nobody is told: each gateway decides for itself.', 'warn');
  if (p['algorithm'] === 'concurrency') bad('scope', 'local', 'How many are under way is known at each gateway only: each decides for itself.', 'warn');
  return faults;
}

export const limiterStory = {
  title: 'Rate limiter',
  params,
  relations: [
    ...(['tokenBucket', 'gcra'] as const).map((algorithm) => ({ left: 'capacity', must: 'atLeast', right: 'maxCost', when: { algorithm }, level: 'refuse', message: NEVER }) as const),
    ...windowed.map((algorithm) => ({ left: 'limit', must: 'atLeast', right: 'maxCost', when: { algorithm }, level: 'refuse', message: NEVER }) as const),
    { left: 'gateways', must: 'atLeast', right: 1, when: { scope: 'global', syncMode: 'localQuota' }, level: 'refuse', message: 'A part each of how many? The number of gateways must be known.' },
    ...(['slidingLog', 'slidingCounter', 'fixedWindow'] as const).map((algorithm) => ({ left: 'idleMs', must: 'atLeast', right: 'windowMs', when: { algorithm }, level: 'warn', message: 'A key is as new only after its window: it is kept that long anyway.' }) as const),
    { left: 'enforcedRatio', must: 'atLeast', right: 0.01, level: 'warn', message: 'Nothing is enforced: the limit is only tried out.' },
  ],
  check,
  presets: limiterPresets,
  controls: { forget: 'Forget what was used' },
  notes: {
    admitted: { text: '{layer} let a request of {key} through', quiet: true, tone: 'good' },
    denied: { text: '{layer} turned {key} away: again in {retryAfterMs} ms', quiet: true, tone: 'warn' },
    delayed: { text: '{layer} lets a request of {key} wait {waitMs} ms', quiet: true },
    queued: { text: '{layer} lets a request of {key} queue: {waiting} wait', quiet: true },
    waitedInVain: { text: '{layer} turned {key} away after a wait of {waitedMs} ms', quiet: true, tone: 'bad' },
    tooDear: { text: '{layer} can never admit a request of cost {cost}: the limit is {limit}', tone: 'bad' },
    wouldDeny: { text: '{layer} let {key} through, though over the limit: it is only tried out', quiet: true, tone: 'warn' },
    keyEvicted: { text: '{layer} forgot {key}: {why}', quiet: true },
    storeError: { text: '{layer} got no answer from its store: {why}; {decision}', quiet: true, tone: 'bad' },
    storeLost: { text: '{layer} has lost its store: {decision}', tone: 'bad' },
    storeBack: { text: '{layer} has its store again, after {lostMs} ms', tone: 'good' },
    limitingStarted: { text: '{layer} begins to limit: {key} is over its limit', tone: 'warn' },
    limitingEnded: { text: '{layer}: nobody is over the limit any more; {denied} were turned away', tone: 'good' },
    told: { text: '{layer} told {peers} others what {keys} keys have used', quiet: true },
    heard: { text: '{layer} heard from {from}: {cost} used there', quiet: true },
    clockWentBack: { text: '{layer}: the clock went back by {byMs} ms', tone: 'bad' },
    cancelled: { text: '{layer}: whoever asked for {key} gave up', quiet: true },
    forgotten: { text: '{layer} forgot what was used, by hand', tone: 'warn' },
  },
  machine: 'rate-limiting',
  place: 'layer',
  rank: RANK.rateLimit,
  misplaced: [
    {
      inside: 'bulkhead', shows: { of: 'self', note: 'delayed' },
      why: 'A call that waits for the rate holds one of the bulkhead’s slots, so a few that wait keep out those that could go.',
    },
  ],
} as const satisfies EngineStory;

export type LimiterNote = keyof typeof limiterStory.notes;

export const termsOf = (p: LimiterParams): Terms => ({
  algorithm: p.algorithm as Algorithm, capacity: p.capacity, ratePerSecond: p.ratePerSecond, refill: p.refill, fillMs: p.fillMs, limit: p.limit, windowMs: p.windowMs, segments: p.segments,
  depth: p.maxWaiting, periodMs: p.warmUpMs, coldFactor: p.coldFactor, reservedRatio: p.reservedRatio,
});
