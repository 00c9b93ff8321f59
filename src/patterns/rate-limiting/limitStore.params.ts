/** What is known of the store that counts for all gateways. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  workTime: { kind: 'duration', initial: { kind: 'constant', ms: 0.05 }, label: 'Work', help: 'How long the store works on a request; one at a time.' },
  durable: { kind: 'flag', initial: false, label: 'Survives a crash', help: 'Off: after a crash every count begins anew.' },
  maxKeys: { kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 100_000, integer: true, scale: 'log', label: 'Keys at most', help: 'One more drops the one used longest ago.' },
} as const satisfies EngineStory['params'];
export const limitStoreStory = {
  title: 'Limit store',
  params,
  notes: {
    took: { text: '{key}: taken, {remaining} left', quiet: true, tone: 'good' },
    refused: { text: '{key}: refused', quiet: true, tone: 'warn' },
    overwritten: { text: '{key} was overwritten: what another gateway had counted since {sinceMs} ms ago is lost', quiet: true, tone: 'bad' },
    dropped: { text: '{key} was dropped for want of room', quiet: true, tone: 'warn' },
  },
  place: 'app',
} as const satisfies EngineStory;

export type LimitStoreParams = ParamsOf<typeof params>;
export type LimitStoreNote = keyof typeof limitStoreStory.notes;
