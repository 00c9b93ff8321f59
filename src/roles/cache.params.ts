/**
 * What is known of the cache role. The key is the entity of the call.
 *
 * | op | payload | ok with |
 * |---|---|---|
 * | get | none | the value; null is a miss |
 * | set | { value, ttlMs? }, or the value itself | nothing; null is refused, as it could not be told from a miss |
 * | delete | none | true when it was there, else false |
 *
 * An entry is good while its age is below its time to live. One that has expired goes when it is asked for or when its room is needed.
 */
import type { EngineStory, ParamsOf, Schema } from '../kernel/story.ts';
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
    help: 'How many entries there is room for; the one unused for the longest time makes room for a new one.',
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
    evicted: { text: '{key} made room', quiet: true },
    cleared: { text: '{entries} entries cleared', tone: 'warn' },
  },
} as const satisfies EngineStory;
