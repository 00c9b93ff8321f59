/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { breakerStory } from './params.ts';
import { plainRetryStory } from './plainRetry.params.ts';
import { plainTimeoutStory } from './plainTimeout.params.ts';

export const engineStories = { 'circuit-breaker': breakerStory, 'plain-retry': plainRetryStory, 'plain-timeout': plainTimeoutStory } as const satisfies Readonly<Record<string, EngineStory>>;
