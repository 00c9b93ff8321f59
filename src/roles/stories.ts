/** What is known of each role, without its engine: for the page and for validation. */
import type { EngineStory } from '../kernel/story.ts';
import { brokerStory } from './broker.params.ts';
import { cacheStory } from './cache.params.ts';
import { clientStory } from './client.params.ts';
import { serviceStory } from './service.params.ts';
import { storeStory } from './store.params.ts';

export const roleStories = {
  client: clientStory, service: serviceStory, store: storeStory, cache: cacheStory, broker: brokerStory,
} as const satisfies Readonly<Record<string, EngineStory>>;
export type RoleId = keyof typeof roleStories;
