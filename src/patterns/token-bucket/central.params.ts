/** Parameters and notes of the node that keeps the buckets of all limiters. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  opMs: { kind: 'number', unit: 'ms', min: 0, max: 1000, initial: 0.1, step: 0.1, label: 'Time of an operation', help: 'Operations are carried out one after the other, as in Redis; with many of them they wait.' },
  algo: { kind: 'choice', options: ['bucket', 'gcra'], initial: 'bucket', optionLabels: { bucket: 'token bucket', gcra: 'GCRA (one moment per key)' }, label: 'Algorithm', help: 'How a bucket is kept; both decide alike.' },
  maxKeys: { kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 100_000, integer: true, scale: 'log', label: 'Keys at most', help: 'When there are so many, full buckets are forgotten.' },
  durable: { kind: 'flag', initial: false, label: 'Keeps buckets over a crash', help: 'Off: after a restart every key begins with a full bucket.' },
} as const satisfies EngineStory['params'];
export type CentralParams = ParamsOf<typeof params>;

export const centralStory = {
  title: 'Central buckets',
  params,
  controls: { refill: 'Fill all buckets' },
  notes: {
    granted: { text: '{key}: {cost} taken, {remaining} left', quiet: true },
    refused: { text: '{key} was refused: {remaining} left of the {cost} it takes', quiet: true, tone: 'warn' },
    leasedOut: { text: '{key}: {tokens} tokens leased to {to}', quiet: true },
    overwritten: { text: '{key} was written back with {tokens} tokens that others had taken meanwhile', quiet: true, tone: 'bad' },
    reported: { text: '{from} reported {tokens} tokens of {keys} keys', quiet: true },
    bucketFull: { text: '{key} is full again', quiet: true, tone: 'good' },
    keyEvicted: { text: '{key} was forgotten, with {tokens} tokens', quiet: true },
    refilled: { text: '{layer}: all buckets were filled by hand' },
  },
  machine: 'key',
  place: 'app',
} as const satisfies EngineStory;
export type CentralNote = keyof typeof centralStory.notes;
