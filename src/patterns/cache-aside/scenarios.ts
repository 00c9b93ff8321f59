/** All scenarios by id. */
import type { Scenario } from '../../kernel/story.ts';
import { staleSet, wrongOrder } from './scenarios/freshness.ts';
import { hotReads } from './scenarios/hotReads.ts';
import { absentKeys, cacheOutage, flushAll, hotKey } from './scenarios/outages.ts';
import { avalanche, stampede } from './scenarios/stampede.ts';

export const scenarios = {
  'hot-reads': hotReads, stampede, 'stale-set': staleSet, 'wrong-order': wrongOrder, 'absent-keys': absentKeys, avalanche, 'hot-key': hotKey, 'cache-outage': cacheOutage, 'flush-all': flushAll,
} as const satisfies Readonly<Record<string, Scenario>>;
