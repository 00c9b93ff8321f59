/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { bulkheadStory } from './params.ts';

export const engineStories = { bulkhead: bulkheadStory } as const satisfies Readonly<Record<string, EngineStory>>;
