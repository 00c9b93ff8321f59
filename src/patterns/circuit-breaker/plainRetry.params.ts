/** The plain retry: its parameters and notes. */
import { RANK, type EngineStory, type ParamsOf } from '../../kernel/story.ts';

const params = {
  maxAttempts: {
    kind: 'number', unit: 'count', min: 1, max: 10, initial: 3, integer: true, label: 'Attempts',
    help: 'How often a call is tried, the first time included.',
  },
} as const satisfies EngineStory['params'];
export type PlainRetryParams = ParamsOf<typeof params>;
export const plainRetryStory = {
  title: 'Plain retry',
  params,
  notes: {
    retried: { text: '{layer} tries again ({attempt})', quiet: true, tone: 'warn' },
    exhausted: { text: '{layer} gave up after {attempts} attempts', quiet: true, tone: 'bad' },
  },
  place: 'layer',
  rank: RANK.retry,
  misplaced: [{
    inside: 'circuit-breaker', shows: { of: 'self', note: 'exhausted' },
    why: 'The breaker hears of a call once, after all its attempts have failed: it counts one failure where there were several, and opens late.',
  }],
} as const satisfies EngineStory;
