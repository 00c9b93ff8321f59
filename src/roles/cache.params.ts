/**
 * What is known of the cache role. The key is the entity of the call.
 *
 * | op | payload | ok with |
 * |---|---|---|
 * | get | none | the value; null is a miss |
 * | fetch | none, or { leaseMs } | { found: hit, stale or miss, token, and where there is an entry value, version, negative, loadMs, ageMs, leftMs }; leaseMs > 0 asks for a token when there is no hit, 0 is a refusal |
 * | set | { value, ttlMs?, graceMs?, version?, ifNewer?, token?, negative?, loadMs?, weight? }, or the value itself | nothing; with token or ifNewer whether it was taken; null is refused unless negative |
 * | delete | none, or { keepMs?, keepLease? } | true when it was there, else false; it voids the key's token unless keepLease; keepMs keeps the entry as stale |
 *
 * An entry is good while its age is below its time to live, and stale during its grace. One that has expired goes when it is asked for or
 * when its room is needed.
 */
import type { EngineStory, ParamsOf, Schema } from '../kernel/story.ts';
import { EVICTIONS } from '../primitives/evictions.ts';
import { stationNotes, stationParams } from './station.params.ts';

const params = {
  ...stationParams,
  answerTime: { kind: 'duration', label: 'Answer', initial: { kind: 'constant', ms: 0.5 }, group: 'Work', help: 'How long an operation holds a slot.' },
  ttlMs: {
    kind: 'number', label: 'Time to live', unit: 'ms', min: 0, max: 86_400_000, initial: 10_000, scale: 'log', group: 'Entries',
    help: 'How long an entry is good, unless the set names a time of its own; 0 keeps it until its room is needed.',
  },
  capacity: {
    kind: 'number', label: 'Capacity', unit: 'count', min: 0, max: 1_000_000, initial: 1_000, integer: true, scale: 'log', group: 'Entries',
    help: 'How many entries there is room for (or how much weight, where sets name one).',
  },
  eviction: {
    kind: 'choice', label: 'Who makes room', options: EVICTIONS, initial: 'lru', group: 'Entries',
    optionLabels: { none: 'nobody: new ones stay out', lru: 'unused for longest (LRU)', fifo: 'in for longest (FIFO)', lfu: 'used least (LFU)', wTinyLfu: 'W-TinyLFU (Caffeine)' },
    help: 'Which entry goes when there is no room for a new one.',
  },
  curveKeys: {
    kind: 'number', label: 'Keys asked for', unit: 'count', min: 0, max: 1_000_000, initial: 0, integer: true, scale: 'log', group: 'Theory',
    help: 'For the curve of hit ratio over capacity alone: how many different keys there are; 0 draws none.',
  },
  curveSkew: {
    kind: 'number', label: 'Skew of keys', unit: 'factor', min: 0, max: 4, initial: 0, step: 0.1, group: 'Theory',
    help: 'For the curve alone: how unevenly they are asked for (Zipf).',
  },
} as const satisfies Schema;

export type CacheParams = ParamsOf<typeof params>;
export type CacheNote = keyof typeof cacheStory.notes;

export const cacheStory = {
  title: 'Cache',
  place: 'app',
  params,
  controls: { clear: 'Clear' },
  notes: {
    ...stationNotes,
    hit: { text: '{key} found', quiet: true, tone: 'good' },
    miss: { text: '{key} not found', quiet: true },
    evicted: { text: '{key} goes: {reason}', quiet: true },
    staleHit: { text: '{key} found stale', quiet: true },
    leaseGranted: { text: '{key} may be loaded by one reader, with token {token}', quiet: true },
    leaseDenied: { text: '{key} is being loaded by another reader', quiet: true },
    fillRejected: { text: 'version {version} of {key} refused: {why}', quiet: true, tone: 'warn' },
    cleared: { text: '{entries} entries cleared', tone: 'warn' },
  },
} as const satisfies EngineStory;
