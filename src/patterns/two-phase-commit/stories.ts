/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { bestEffortStory } from './bestEffort.params.ts';
import { coordinatorStory } from './params.ts';
import { participantStory } from './participant.params.ts';
import { replicaStory } from './replica.params.ts';

export const engineStories = { 'two-phase-commit': coordinatorStory, participant: participantStory, replica: replicaStory, 'best-effort': bestEffortStory } as const satisfies Readonly<Record<string, EngineStory>>;
