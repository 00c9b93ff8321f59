/** All that is data about the cache-aside engine: parameters, relations, presets, controls and notes. */
import type { EngineStory, ParamFault, ParamsOf } from '../../kernel/story.ts';
import { RANK } from '../../kernel/story.ts';
import { cachePresets } from './presets.ts';

const LIFE = 'Time to live';
const STAMPEDE = 'Stampede control';
const WRITES = 'Writes';
const TROUBLE = 'Time-outs and trouble';
const NEAR = 'Near cache';

export const STAMPEDES = ['none', 'singleFlight', 'lease', 'xfetch', 'staleWhileRevalidate', 'refreshAhead'] as const;
export const WRITE_POLICIES = ['none', 'invalidate', 'update', 'doubleDelete', 'versionedSet'] as const;
/** Settings that fetch from the cache with a copy that may be stale for a while. */
const GRACE = ['staleWhileRevalidate', 'lease'] as const;

const params = {
  cacheNodes: {
    kind: 'data', initial: ['cache'], shape: 'list of node ids', group: 'Cache', label: 'Cache nodes',
    help: 'Where the cache is. Of several nodes each key has one of its own, by a hash of the key.',
  },
  ttlMs: {
    kind: 'number', unit: 'ms', min: 0, max: 86_400_000, aboveMin: true, initial: 300_000, scale: 'log', group: LIFE, label: 'Time to live',
    help: 'How long a copy counts as good. The longest time for which a lost invalidation can do harm.',
  },
  ttlJitter: {
    kind: 'number', unit: 'ratio', min: 0, max: 0.99, initial: 0, step: 0.05, group: LIFE, label: 'Jitter',
    help: 'The time to live is drawn between (1 − jitter) and 1 times itself, so that what was loaded together does not expire together.',
  },
  negativeTtlMs: {
    kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 5000, scale: 'log', group: LIFE, label: 'Absent keys are kept for',
    help: 'How long the cache remembers that the database has no such key; 0 asks the database each time.',
  },
  absentFilter: {
    kind: 'number', unit: 'count', min: 0, max: 100_000, initial: 0, integer: true, scale: 'log', group: LIFE, label: 'Bloom filter for keys',
    help: 'Keys e1, e2 … up to this number, and all that are written here, are put in a Bloom filter (about 1 % false hits); other keys are answered as absent at once. 0: no filter.',
  },
  stampede: {
    kind: 'choice', options: STAMPEDES, initial: 'none', group: STAMPEDE, label: 'Who loads a missing key',
    optionLabels: {
      none: 'every reader', singleFlight: 'one reader of each node (single flight)', lease: 'one reader of all (lease)', xfetch: 'early, by chance (XFetch)',
      staleWhileRevalidate: 'one in the background (stale while revalidate)', refreshAhead: 'one in the background, before the end (refresh ahead)',
    },
    help: 'What keeps all readers of a popular key from loading it at the same time when it has expired.',
  },
  leaseMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 10_000, scale: 'log', group: STAMPEDE, label: 'Lease lasts',
    help: 'Lease only: after this another reader may load, whatever became of the first. Longer than nearly every load takes.',
  },
  leaseWaiters: {
    kind: 'choice', options: ['poll', 'stale'], initial: 'poll', group: STAMPEDE, label: 'Readers without the lease',
    optionLabels: { poll: 'ask again', stale: 'take a stale copy, if there is one' },
    help: 'Lease only: what the others do in the meantime.',
  },
  leasePollMs: { kind: 'number', unit: 'ms', min: 1, max: 10_000, initial: 20, scale: 'log', group: STAMPEDE, label: 'Ask again after', help: 'Lease only: how long a reader without the lease waits before it asks the cache again.' },
  leaseVoidedByDelete: {
    kind: 'flag', initial: true, group: STAMPEDE, label: 'A write voids the lease',
    help: 'Lease only: a fill that began before the write is refused. A plain lock (SET NX PX) knows nothing of writes.',
  },
  beta: {
    kind: 'number', unit: 'factor', min: 0, max: 10, aboveMin: true, initial: 1, step: 0.1, group: STAMPEDE, label: 'β',
    help: 'XFetch only: above 1 loads earlier, below 1 later. About e^(1/β) readers load each time.',
  },
  graceMs: {
    kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 10_000, scale: 'log', group: STAMPEDE, label: 'Grace',
    help: 'Stale while revalidate, and a lease whose waiters take a stale copy: how long after its time to live a copy may still be given out.',
  },
  refreshFraction: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, aboveMin: true, initial: 0.8, step: 0.05, group: STAMPEDE, label: 'Refresh after',
    help: 'Refresh ahead only: the first read after this share of the time to live starts a load in the background.',
  },
  writePolicy: {
    kind: 'choice', options: WRITE_POLICIES, initial: 'invalidate', group: WRITES, label: 'A write',
    optionLabels: {
      none: 'leaves the copy alone (time to live only)', invalidate: 'deletes the copy', update: 'overwrites the copy', doubleDelete: 'deletes the copy, and again later',
      versionedSet: 'overwrites an older copy only',
    },
    help: 'What a write through this node does to the cached copy.',
  },
  order: {
    kind: 'choice', options: ['dbThenCache', 'cacheThenDb'], initial: 'dbThenCache', group: WRITES, label: 'Order',
    optionLabels: { dbThenCache: 'database, then cache', cacheThenDb: 'cache, then database' },
    help: 'Cache first lets a reader put the old value back before the database has the new one.',
  },
  doubleDeleteMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 500, scale: 'log', group: WRITES, label: 'Second delete after', help: 'Double delete only: longer than a slow load takes.' },
  loaderTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 1000, scale: 'log', group: TROUBLE, label: 'Time to load', help: 'A load from the database is given up after this; its readers hear of a time-out.' },
  cacheTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 60_000, initial: 20, scale: 'log', group: TROUBLE, label: 'Time for the cache', help: 'A cache that has not answered by then counts as down for this read.' },
  onCacheDown: {
    kind: 'choice', options: ['bypass', 'shed'], initial: 'bypass', group: TROUBLE, label: 'When the cache is down',
    optionLabels: { bypass: 'load from the database', shed: 'refuse the read' },
    help: 'Going round it gives the database all reads at once; it must be able to bear them.',
  },
  maxLoads: {
    kind: 'number', unit: 'count', min: 0, max: 100_000, initial: 0, integer: true, scale: 'log', group: TROUBLE, label: 'Loads at once',
    help: 'So many loads may be under way from this node; further reads that need one are refused. 0: no limit.',
  },
  nearMs: {
    kind: 'number', unit: 'ms', min: 0, max: 3_600_000, initial: 0, scale: 'log', group: NEAR, label: 'Copies in the process are kept for',
    help: 'A small cache inside this node, before the cache node; no write of another node reaches it. 0: none.',
  },
  nearCapacity: { kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 100, integer: true, scale: 'log', group: NEAR, label: 'Room in the process', help: 'Near cache only: how many copies (LRU).' },
} as const satisfies EngineStory['params'];

export type CacheAsideParams = ParamsOf<typeof params>;

/** Node ids of the cache, in the order of the shards. */
export const cacheNodesOf = ({ cacheNodes }: Pick<CacheAsideParams, 'cacheNodes'>): readonly string[] => cacheNodes as readonly string[];

function check(values: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const nodes = values['cacheNodes'] as readonly unknown[];
  const faults: ParamFault[] = [];
  if (nodes.length === 0 || !nodes.every((node) => typeof node === 'string' && node !== '')) {
    faults.push({ path: 'cacheNodes', value: nodes, rule: 'be a list of at least one node id', nearest: ['cache'], level: 'refuse' });
  }
  if (values['order'] === 'cacheThenDb' && (values['writePolicy'] === 'update' || values['writePolicy'] === 'versionedSet')) {
    faults.push({
      path: 'order', value: values['order'], rule: 'be dbThenCache where a write puts the new value into the cache', nearest: 'dbThenCache', level: 'refuse',
      message: 'Before the database has answered nobody knows whether there will be a new value, and with which version.',
    });
  }
  return faults;
}

export const cacheAsideStory = {
  title: 'Cache-aside',
  params,
  check,
  relations: [
    { left: 'leaseMs', must: 'atLeast', right: 'loaderTimeoutMs', when: { stampede: 'lease' }, level: 'warn', message: 'A slow load outlives its lease: another reader loads too, and the fill of the first is refused.' },
    { left: 'leasePollMs', must: 'below', right: 'loaderTimeoutMs', when: { stampede: 'lease' }, level: 'refuse', message: 'Readers without the lease would give up before they ask again.' },
    { left: 'negativeTtlMs', must: 'atMost', right: 'ttlMs', level: 'warn', message: 'What is absent would be remembered for longer than what is there: a new record stays unseen.' },
    { left: 'nearMs', must: 'atMost', right: 'ttlMs', level: 'warn', message: 'The near copy outlives the one it was made from.' },
    { left: 'cacheTimeoutMs', must: 'below', right: 'loaderTimeoutMs', level: 'warn', message: 'Waiting for the cache takes longer than the database may.' },
    { left: 'graceMs', must: 'above', right: 0, when: { stampede: 'staleWhileRevalidate' }, level: 'warn', message: 'Without grace there is never a stale copy to give out.' },
  ],
  presets: cachePresets,
  notes: {
    hit: { text: '{layer} found {key}, {ageMs} ms old', quiet: true, tone: 'good' },
    nearHit: { text: '{layer} had {key} in the process', quiet: true, tone: 'good' },
    miss: { text: '{layer} did not find {key}', quiet: true },
    filtered: { text: '{layer} knows that there is no {key}', quiet: true, tone: 'good' },
    negativeHit: { text: '{layer} found that there is no {key}', quiet: true, tone: 'good' },
    staleServed: { text: '{layer} gave out {key}, {overMs} ms past its time', quiet: true, tone: 'warn' },
    coalesced: { text: '{layer}: {readers} readers wait for one load of {key}', quiet: true, tone: 'good' },
    leaseGranted: { text: '{layer} may load {key}, with token {token}', quiet: true },
    leaseDenied: { text: '{layer}: {key} is being loaded elsewhere, waits', quiet: true },
    loadStarted: { text: '{layer} loads {key}: {why}', quiet: true },
    loadEnded: { text: '{layer} loaded version {version} of {key} in {tookMs} ms', quiet: true, tone: 'good' },
    loadFailed: { text: '{layer} could not load {key}: {why}', quiet: true, tone: 'bad' },
    loadRefused: { text: '{layer} refused a read of {key}: {loads} loads are under way', quiet: true, tone: 'bad' },
    earlyRefresh: { text: '{layer} loads {key} {leftMs} ms before its end', quiet: true, tone: 'good' },
    filled: { text: '{layer} put version {version} of {key} into the cache for {ttlMs} ms', quiet: true },
    fillRejected: { text: '{layer}: the cache refused version {version} of {key}', quiet: true, tone: 'good' },
    invalidated: { text: '{layer} deleted {key} from the cache', quiet: true },
    invalidationLost: { text: '{layer} could not tell the cache that {key} is new: {why}', quiet: true, tone: 'bad' },
    cacheFailed: { text: '{layer}: no answer from the cache ({why})', quiet: true, tone: 'bad' },
    shed: { text: '{layer} refused a read: the cache is down', quiet: true, tone: 'bad' },
    cacheLost: { text: '{layer}: the cache is down, reads {instead}', tone: 'bad' },
    cacheBack: { text: '{layer}: the cache answers again, after {reads} reads without it', tone: 'good' },
    stampedeStarted: { text: '{layer}: {loads} loads of {key} at the same time', tone: 'bad' },
    stampedeEnded: { text: '{layer}: the stampede on {key} is over after {loads} loads', tone: 'warn' },
    cancelled: { text: '{layer} stopped: its caller gave up', quiet: true },
  },
  place: 'layer',
  rank: RANK.cache,
  misplaced: [
    {
      inside: 'circuit-breaker', why: 'The breaker counts hits as successes of the database, and when it opens even cached reads are refused.',
      shows: { of: 'outer', note: 'notPermitted' },
    },
    { inside: 'retry', why: 'Each further attempt asks the cache again; only the load is worth trying again.', shows: { of: 'outer', note: 'scheduled' } },
  ],
} as const satisfies EngineStory;

export type CacheAsideNote = keyof typeof cacheAsideStory.notes;
/** Whether copies are kept past their time to live, and for how long. */
export const graceOf = ({ stampede, leaseWaiters, graceMs }: CacheAsideParams): number =>
  ((GRACE as readonly string[]).includes(stampede) && (stampede !== 'lease' || leaseWaiters === 'stale') ? graceMs : 0);
