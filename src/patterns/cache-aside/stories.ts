/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { cacheAsideStory } from './params.ts';

export const engineStories = { 'cache-aside': cacheAsideStory } as const satisfies Readonly<Record<string, EngineStory>>;
