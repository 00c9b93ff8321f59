/** The plain nodes of a topology, by id: what a layer of a scenario may name as its engine, besides the patterns. */
import type { Engine } from '../kernel/contract.ts';
import type { EngineStory } from '../kernel/story.ts';
import { broker } from './broker.ts';
import { cache } from './cache.ts';
import { client } from './client.ts';
import { service } from './service.ts';
import { store } from './store.ts';
import { roleStories } from './stories.ts';
import type { RoleId } from './stories.ts';

const engines: Readonly<Record<RoleId, Engine>> = { client, service, store, cache, broker };

export const roles: Readonly<Record<string, { readonly engine: Engine; readonly story: EngineStory }>> = Object.fromEntries(
  Object.entries(engines).map(([id, engine]) => [id, { engine, story: roleStories[id as RoleId] }]),
);
