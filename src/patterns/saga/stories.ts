/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { chainStory } from './chain.params.ts';
import { choreographyStory } from './choreography.params.ts';
import { sagaStory } from './params.ts';
import { participantStory } from './participant.params.ts';

export const engineStories = { saga: sagaStory, participant: participantStory, choreographer: choreographyStory, chain: chainStory } as const satisfies Readonly<Record<string, EngineStory>>;
