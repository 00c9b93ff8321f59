/** What there is to see: what buckets are for, how they go wrong on several nodes, and what mends it. Every number that a text states is a test. */
import { lostUpdate, perNodeLimits, slowSync, storeOutage } from './scenarios/nodes.ts';
import { allAtOnce, clockPutBack, hundredAMinute, madeUpNames } from './scenarios/pitfalls.ts';
import { insideATenant, noisyTenant, smoothed } from './scenarios/tenants.ts';

export const scenarios = {
  'noisy-tenant': noisyTenant,
  'per-node-limits': perNodeLimits,
  'slow-sync': slowSync,
  'store-outage': storeOutage,
  'lost-update': lostUpdate,
  'hundred-a-minute': hundredAMinute,
  'all-at-once': allAtOnce,
  'made-up-names': madeUpNames,
  'clock-put-back': clockPutBack,
  'inside-a-tenant': insideATenant,
  smoothed,
} as const;
