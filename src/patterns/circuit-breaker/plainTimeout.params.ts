/** The plain time-out: its parameters and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  timeoutMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 2000, scale: 'log', label: 'Time-out',
    help: 'How long one call may take. The call is given up then: the dependency may go on working for nobody.',
  },
} as const satisfies EngineStory['params'];
export type PlainTimeoutParams = ParamsOf<typeof params>;
export const plainTimeoutStory = {
  title: 'Time-out',
  params,
  notes: { timedOut: { text: '{layer} gave a call up after {afterMs} ms', quiet: true, tone: 'bad' } },
  place: 'layer',
} as const satisfies EngineStory;
