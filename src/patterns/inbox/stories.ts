/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { accountsStory, mailStory, producerStory } from './accounts.params.ts';
import { inboxStory } from './params.ts';

export const engineStories = { inbox: inboxStory, accounts: accountsStory, mail: mailStory, producer: producerStory } as const satisfies Readonly<Record<string, EngineStory>>;
