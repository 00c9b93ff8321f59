/** The chain of calls: its parameters and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';
import { orderSteps } from './sagaTypes.ts';

const params = {
  sagas: { kind: 'data', initial: { order: orderSteps }, shape: '{ type: [{ name, service, action, … }] }', label: 'Chains', help: 'Calls by type, in order; compensations are not used.' },
  usualType: { kind: 'data', initial: 'order', shape: 'text', label: 'Usual type', help: 'Type of a request that names none.' },
  stepTimeoutMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 1000, scale: 'log', label: 'Time-out of a call', help: 'After that the chain is given up; 0 waits for ever.' },
} as const satisfies EngineStory['params'];
export type ChainParams = ParamsOf<typeof params>;

export const chainStory = {
  title: 'Chain of calls',
  place: 'app',
  params,
  notes: {
    chainStarted: { text: '{saga} started', quiet: true },
    completed: { text: '{saga} completed', quiet: true, tone: 'good' },
    gaveUpHalfway: { text: '{saga} failed at {step} ({why}); {done} steps stay as they are', quiet: true, tone: 'bad' },
  },
} as const satisfies EngineStory;
