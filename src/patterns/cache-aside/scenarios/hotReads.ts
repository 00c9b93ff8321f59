/** What a cache is for: reads that the database could not bear. */
import type { LayerSpec, Scenario } from '../../../kernel/story.ts';
import { app, aside, cacheNode, database, links, readers, seconds, work } from '../topologies.ts';

const APPS = [1, 2, 3, 4] as const;
const name = (n: number): string => (n === 1 ? 'cache-aside' : `cache-aside-${n}`);
const crowd = (n: number): LayerSpec => readers(250, { entityCount: 10_000, entitySkew: 0.9, deadlineMs: 2000 }, `readers-${n}`);
const stackOf = (n: number): readonly LayerSpec[] => [crowd(n), aside({}, name(n))];
const without = Object.fromEntries(APPS.map((n) => [`app-${n}`, [crowd(n)]]));
const size = (capacity: number, eviction = 'lru') => ({ 'cache-app': { capacity, eviction } });

export const hotReads: Scenario = {
  title: 'A thousand reads a second',
  summary: 'The database can do 800 reads a second, and 1,000 come. A cache of 500 of the 10,000 keys answers nearly half of them: the queue at the database is gone.',
  seed: 1, durationMs: seconds(8), openAtMs: 0, speed: 0.5,
  measure: { fromMs: seconds(2), untilMs: seconds(6), label: 'after the warm-up' },
  nodes: [
    ...APPS.map((n) => app(`app-${n}`, `App ${n}`, stackOf(n))),
    cacheNode({ capacity: 500, answerTime: work.constant(0.5), curveKeys: 10_000, curveSkew: 0.9 }),
    database({ concurrency: 16, readTime: work.exponential(20), initialCount: 10_000 }),
  ],
  links: links(APPS.map((n) => `app-${n}`)),
  faults: [],
  headlines: [
    { label: 'Reads at the database', metric: 'database.arrivals', unit: 'count', better: 'lower' },
    { label: 'Hit ratio', metric: 'cache-app.hitRatioMean', unit: 'ratio', better: 'higher' },
    { label: 'p99, App 1', metric: 'app-1.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Queue at the database', metric: 'database-app.queueMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'database.arrivals', better: 'with', worse: 'without', wants: 'lower', factor: 1.6 },
    { metric: 'app-1.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    // The other variants are measured in theory.test.ts.
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No cache', kind: 'without', stacks: without, summary: 'Every read goes to the database: 1,000 a second for one that can do 800. The queue grows without end.' },
    with: { title: '500 entries, LRU', kind: 'with', summary: 'Reads that find their key turn round at the cache. About 550 a second are left for the database.' },
    small: { title: '100 entries', kind: 'pitfall', params: size(100), summary: 'Too small: most entries are evicted before they are asked for again, and the database is at its limit.' },
    large: { title: '5,000 entries', kind: 'fixed', params: size(5000), summary: 'Ten times the room does not find ten times as much: the curve is flat there, and a cold cache takes long to fill.' },
    'w-tiny-lfu': { title: '500 entries, W-TinyLFU', kind: 'fixed', params: size(500, 'wTinyLfu'), summary: 'The same room, but only what is asked for often comes in: above the LRU curve.' },
    fifo: { title: '500 entries, FIFO', kind: 'pitfall', params: size(500, 'fifo'), summary: 'Popular keys go as soon as the others: below the LRU curve.' },
  },
};
