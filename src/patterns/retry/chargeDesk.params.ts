/** The charge desk: its parameters and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  workTime: { kind: 'duration', initial: { kind: 'exponential', meanMs: 30 }, label: 'Work', help: 'How long a charge takes.' },
  dedup: { kind: 'flag', initial: false, label: 'Knows idempotency keys', help: 'A key that was charged is answered, not charged again. Calls without a key are always charged.' },
  amount: { kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 40, integer: true, label: 'Amount', help: 'What an order costs.' },
} as const satisfies EngineStory['params'];
export type ChargeDeskParams = ParamsOf<typeof params>;
export const chargeDeskStory = {
  title: 'Charge desk',
  params,
  notes: {
    charged: { text: 'charged {amount} for order {order}', quiet: true, tone: 'good' },
    chargedAgain: { text: 'charged order {order} again: the customer has paid {times} times', tone: 'bad' },
    knewKey: { text: 'order {order} had been charged: answered without charging', quiet: true, tone: 'good' },
  },
  place: 'app',
} as const satisfies EngineStory;
