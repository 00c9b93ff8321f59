/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { deadlineCheckStory } from './deadlineCheck.params.ts';
import { perTryStory, timeoutStory } from './params.ts';
import { writeDeskStory } from './writeDesk.params.ts';

export const engineStories = { timeout: timeoutStory, 'per-try': perTryStory, 'deadline-check': deadlineCheckStory, 'write-desk': writeDeskStory } as const satisfies Readonly<Record<string, EngineStory>>;
