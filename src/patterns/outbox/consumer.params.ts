/** All that is data about a consumer: it applies each message, or each message once. */
import type { EngineStory, ParamsOf, Schema } from '../../kernel/story.ts';

const params = {
  workTime: { kind: 'duration', initial: { kind: 'exponential', meanMs: 5 }, label: 'Handling takes', help: 'From the arrival of a message to its effect.' },
  consumerDedupe: { kind: 'choice', options: ['off', 'inbox'], initial: 'off', label: 'Repeats', optionLabels: { off: 'are applied again', inbox: 'are skipped (inbox)' }, help: 'The inbox keeps the ids of what has been applied, in the same transaction as the effect.' },
  dedupeWindowMs: { kind: 'number', unit: 'ms', min: 1, max: 2_592_000_000, initial: 1_800_000, scale: 'log', label: 'Ids are kept for', help: 'A repeat that comes later is applied again: longer than the longest outage with its retries. MassTransit 30 min, NServiceBus 7 days.' },
} as const satisfies Schema;

export type ConsumerParams = ParamsOf<typeof params>;
export type ConsumerNote = keyof typeof consumerStory.notes;
export const consumerStory = {
  title: 'Consumer',
  place: 'app',
  params,
  notes: {
    applied: { text: '{event} applied', quiet: true, tone: 'good' },
    repeatSkipped: { text: '{event} came again: skipped', quiet: true },
    acked: { text: '{event} acknowledged', quiet: true },
  },
} as const satisfies EngineStory;
