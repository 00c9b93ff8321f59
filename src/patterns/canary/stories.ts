/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { canaryStory } from './params.ts';
import { releaseStory } from './release.params.ts';

export const engineStories = { canary: canaryStory, release: releaseStory } as const satisfies Readonly<Record<string, EngineStory>>;
