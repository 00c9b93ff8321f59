/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { crudStory } from './crud.params.ts';
import { sourcingStory } from './params.ts';
import { projectionStory } from './projection.params.ts';
import { storeStory } from './store.params.ts';

export const engineStories = { 'event-sourcing': sourcingStory, 'event-store': storeStory, projection: projectionStory, crud: crudStory } as const satisfies Readonly<Record<string, EngineStory>>;
