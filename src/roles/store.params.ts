/**
 * What is known of the store role: a versioned key-value store. The key is the entity of the call.
 *
 * | op | payload | ok with |
 * |---|---|---|
 * | get | none, or { minVersion } | { value, version }; value null and version 0 where nothing was ever written |
 * | put | { value }, or the value itself | { version } |
 * | compareAndSet | { value, expectedVersion } | { version }; else permanentError "version conflict" |
 * | delete | none, or { expectedVersion } | { version }: versions go on, so a key that comes back is not taken for the old one |
 * | increment | none, or { by } | { value, version } |
 */
import type { EngineStory, ParamsOf, Schema } from '../kernel/story.ts';
import { stationNotes, stationParams } from './station.params.ts';

const params = {
  ...stationParams,
  readTime: { kind: 'duration', label: 'Read', initial: { kind: 'exponential', meanMs: 2 }, group: 'Work', help: 'How long a get holds a slot.' },
  writeTime: { kind: 'duration', label: 'Write', initial: { kind: 'exponential', meanMs: 5 }, group: 'Work', help: 'How long a write holds a slot; it is applied at the end of that time.' },
  maxKeys: {
    kind: 'number', label: 'Room for keys', unit: 'count', min: 1, max: 1_000_000, initial: 100_000, integer: true, scale: 'log', group: 'Data',
    help: 'A write of one more key is refused with a permanent error.',
  },
  initial: {
    kind: 'data', label: 'Initial records', initial: {}, shape: '{ key: value }', group: 'Data',
    help: 'Records that are there from the beginning, with version 1.',
  },
  initialCount: {
    kind: 'number', label: 'Numbered records', unit: 'count', min: 0, max: 1_000_000, initial: 0, integer: true, scale: 'log', group: 'Data',
    help: 'Records e1, e2 … so many are there from the beginning too, with their number as value and version 1.',
  },
} as const satisfies Schema;

export type StoreParams = ParamsOf<typeof params>;
export type StoreNote = keyof typeof storeStory.notes;

export const storeStory = {
  title: 'Store',
  place: 'app',
  params,
  notes: {
    ...stationNotes,
    conflict: { text: '{op} of {key} refused: expected version {expected}, found {version}', quiet: true, tone: 'warn' },
    staleRead: { text: '{key} is at version {version}, older than the {minVersion} asked for', quiet: true, tone: 'warn' },
    full: { text: '{key} refused: room for {maxKeys} keys is used up', tone: 'bad' },
  },
} as const satisfies EngineStory;
