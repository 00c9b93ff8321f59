/** One popular key expires: who loads it? And many that expire together. */
import type { LayerSpec, Scenario } from '../../../kernel/story.ts';
import { app, aside, cacheNode, database, links, readers, seconds, work, writers, type More } from '../topologies.ts';

const LAYERS = ['cache-aside', 'cache-aside-2'] as const;
const both = (params: More): Readonly<Record<string, More>> => Object.fromEntries(LAYERS.map((layer) => [layer, params]));
const fans = (n: number): LayerSpec => readers(100, { entityCount: 1 }, `readers-${n}`);

export const stampede: Scenario = {
  title: 'A stampede on one key',
  summary: 'Everybody reads the same key; it takes 200 ms to load and is good for 3 s. Each time it expires, all who come within these 200 ms load it.',
  seed: 3, durationMs: seconds(9), openAtMs: seconds(2), speed: 0.3,
  measure: { fromMs: seconds(1.5), untilMs: seconds(8), label: 'two ends of the time to live' },
  nodes: [
    ...LAYERS.map((layer, i) => app(`app-${i + 1}`, `App ${i + 1}`, [fans(i + 1), aside({ ttlMs: 3000, graceMs: 3000, negativeTtlMs: 1000 }, layer)])),
    cacheNode({ capacity: 100 }), database({ concurrency: 200, readTime: work.constant(200), initialCount: 1 }),
  ],
  links: links(['app-1', 'app-2']),
  faults: [],
  headlines: [
    { label: 'Loads', metric: 'database.arrivals', unit: 'count', better: 'lower' },
    { label: 'Loads at the worst moment', metric: 'database.arrivalsPeakPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'p99, App 1', metric: 'app-1.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'database.arrivals', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'database.arrivals', better: 'lease', worse: 'without', wants: 'lower', factor: 25 },
    { metric: 'database.arrivals', better: 'xfetch', worse: 'without', wants: 'lower', factor: 6 },
    { metric: 'app-1.p99Ms', better: 'xfetch', worse: 'with', wants: 'lower', factor: 20 },
  ],
  opensWith: 'without',
  variants: {
    without: { title: 'Every reader loads', kind: 'without', summary: '200 reads a second × 0.2 s: about 41 loads of the same value each time.' },
    with: { title: 'Single flight', kind: 'with', params: both({ stampede: 'singleFlight' }), summary: 'One load on each of the two nodes; the others of that node wait for it.' },
    lease: { title: 'Lease', kind: 'fixed', params: both({ stampede: 'lease' }), summary: 'The cache lets one reader of all load; the others ask again every 20 ms.' },
    xfetch: { title: 'XFetch', kind: 'fixed', params: both({ stampede: 'xfetch' }), summary: 'Readers load early, by chance, the likelier the nearer the end: about e loads, and nobody waits.' },
    'stale-while-revalidate': { title: 'Stale while revalidate', kind: 'fixed', params: both({ stampede: 'staleWhileRevalidate' }), summary: 'Readers get the old value while one reader of each node loads the new one in the background.' },
    'refresh-ahead': { title: 'Refresh ahead', kind: 'fixed', params: both({ stampede: 'refreshAhead' }), summary: 'The first read after four fifths of the time loads in the background: the key never expires.' },
    memcached: { title: 'memcached meta commands', kind: 'fixed', presets: Object.fromEntries(LAYERS.map((layer) => [layer, 'memcached-meta'])), params: both({ ttlMs: 3000 }), summary: 'One reader wins the right to load; the others take the stale copy.' },
  },
};

const KEYS = 400;
const rules = { ttlMs: 10_000, loaderTimeoutMs: 5000, stampede: 'singleFlight', writePolicy: 'update' } as const;
const nightly = writers(1, { arrivals: 'burst', burstAtMs: 100, burstCount: 4 * KEYS, entityCount: KEYS }, 'import');
const steady = readers(400, { entityCount: KEYS, startMs: 1500, deadlineMs: 3000 });
export const avalanche: Scenario = {
  title: 'All keys expire together',
  summary: 'An import writes all 400 keys to database and cache at once, all good for 10 s. Ten seconds later they are all gone at the same moment.',
  seed: 2, durationMs: seconds(15), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(9), untilMs: seconds(13), label: 'around the end of the first time to live' },
  nodes: [
    app('app', 'App', [steady, aside(rules)]), app('import', 'Import', [nightly, aside(rules, 'cache-aside-2')]),
    cacheNode({ capacity: 1000 }), database({ concurrency: 4, readTime: work.exponential(20), writeTime: work.constant(1), initialCount: KEYS }),
  ],
  links: links(['app', 'import']),
  faults: [],
  headlines: [
    { label: 'p99', metric: 'app.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Reads at the worst moment', metric: 'database.arrivalsPeakPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Reads at the database', metric: 'database.arrivals', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'app.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 2 },
    { metric: 'database.arrivalsPeakPerSecond', better: 'with', worse: 'without', wants: 'lower', factor: 1.8 },
  ],
  opensWith: 'without',
  variants: {
    without: { title: 'No jitter', kind: 'without', summary: 'At 10 s nearly every read is a miss: 400 a second for a database that can do 200.' },
    with: { title: 'Jitter of half', kind: 'with', params: both({ ttlJitter: 0.5 }), summary: 'Ends are spread over five seconds, and no queue forms.' },
    'refresh-ahead': { title: 'Refresh ahead', kind: 'fixed', params: both({ stampede: 'refreshAhead', refreshFraction: 0.5 }), summary: 'Still all at once, but in the background: no reader waits for it.' },
  },
};
