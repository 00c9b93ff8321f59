/** What is known of each engine of the pattern, by its name. */
import type { EngineStory } from '../../kernel/story.ts';
import { chargeDeskStory } from './chargeDesk.params.ts';
import { retryStory } from './params.ts';
import { plainQuotaStory } from './plainQuota.params.ts';

export const engineStories = { retry: retryStory, 'charge-desk': chargeDeskStory, 'plain-quota': plainQuotaStory } as const satisfies Readonly<Record<string, EngineStory>>;
