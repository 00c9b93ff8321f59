/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { consumerStory } from './consumer.params.ts';
import { databaseStory } from './database.params.ts';
import { outboxStory } from './params.ts';
import { writerStory } from './writer.params.ts';

export const engineStories = { outbox: outboxStory, database: databaseStory, writer: writerStory, consumer: consumerStory } as const satisfies Readonly<Record<string, EngineStory>>;
