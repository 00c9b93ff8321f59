/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { specificationStory } from './params.ts';
import { rowsStory } from './rows.params.ts';

export const engineStories = { specification: specificationStory, rows: rowsStory } as const satisfies Readonly<Record<string, EngineStory>>;
