/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { centralStory } from './central.params.ts';
import { limitStory } from './params.ts';
import { relayStory } from './relay.params.ts';

export const engineStories = { 'token-bucket': limitStory, central: centralStory, relay: relayStory } as const satisfies Readonly<Record<string, EngineStory>>;
