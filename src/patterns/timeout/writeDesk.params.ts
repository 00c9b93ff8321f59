/** All that is data about the desk that takes writes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  workTime: { kind: 'duration', initial: { kind: 'exponential', meanMs: 30 }, label: 'Work', help: 'How long a write takes.' },
  dedup: { kind: 'flag', initial: false, label: 'Knows idempotency keys', help: 'A key that was applied is answered, not applied again. Writes without a key are always applied.' },
} as const satisfies EngineStory['params'];
export type WriteDeskParams = ParamsOf<typeof params>;
export const writeDeskStory = {
  title: 'Write desk',
  params,
  notes: {
    written: { text: 'applied write {write}', quiet: true, tone: 'good' },
    writtenAgain: { text: 'applied write {write} again: {times} times now', tone: 'bad' },
    knewKey: { text: 'write {write} had been applied: answered without applying', quiet: true, tone: 'good' },
  },
  place: 'app',
} as const satisfies EngineStory;
export type WriteDeskNote = keyof typeof writeDeskStory.notes;
