/** The plain quota: its parameters and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  limit: { kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 100, integer: true, scale: 'log', label: 'Calls in a window', help: 'How many calls pass in each window.' },
  windowMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 1000, integer: true, scale: 'log', label: 'Window', help: 'Windows begin at whole multiples of this.' },
  penaltyMs: { kind: 'number', unit: 'ms', min: 0, max: 60_000, initial: 0, scale: 'log', label: 'Penalty', help: 'Each refused call shuts the door for so long from then on; 0 is none.' },
} as const satisfies EngineStory['params'];
export type PlainQuotaParams = ParamsOf<typeof params>;
export const plainQuotaStory = {
  title: 'Quota',
  params,
  notes: { overQuota: { text: '{layer} refused a call: come back in {retryAfterMs} ms', quiet: true, tone: 'warn' } },
  place: 'layer',
} as const satisfies EngineStory;
