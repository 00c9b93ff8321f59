/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { limitStoreStory } from './limitStore.params.ts';
import { limiterStory } from './params.ts';

export const engineStories = { 'rate-limiting': limiterStory, 'limit-store': limitStoreStory } as const satisfies Readonly<Record<string, EngineStory>>;
