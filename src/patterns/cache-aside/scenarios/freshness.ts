/** Old values in the cache: the late fill, the wrong order, and nobody telling. */
import type { LayerSpec, NodeSpec, Scenario } from '../../../kernel/story.ts';
import { app, aside, cacheNode, database, link, readers, seconds, work, writers, type More } from '../topologies.ts';

const LAYERS = ['cache-aside', 'cache-aside-2'] as const;
const both = (params: More): Readonly<Record<string, More>> => Object.fromEntries(LAYERS.map((layer) => [layer, params]));
const headlines: Scenario['headlines'] = [
  { label: 'Stale reads', metric: 'ledger.staleReads', unit: 'count', better: 'lower' },
  { label: 'Longest stale', metric: 'ledger.maxStaleMs', unit: 'ms', better: 'lower' },
  { label: 'Reads at the database', metric: 'database.arrivals', unit: 'count', better: 'lower' },
];
const nodes = (reads: LayerSpec, writes: LayerSpec, params: More, store: More): NodeSpec[] => [
  app('app-1', 'App 1 (reads)', [reads, aside(params, LAYERS[0])]),
  app('app-2', 'App 2 (writes)', [writes, aside(params, LAYERS[1])]),
  cacheNode({ capacity: 100 }), database(store),
];
const bare = (id: string, spec: LayerSpec): Readonly<Record<string, readonly LayerSpec[]>> => ({ [id]: [spec] });

const lateReaders = readers(70, { entityCount: 10 }), lateWriters = writers(5, { entityCount: 10 });
export const staleSet: Scenario = {
  title: 'A late fill brings the old value back',
  summary: 'A reader loads version 1, and its answer is slow. Meanwhile a writer commits version 2 and deletes the copy. Then the reader fills in version 1.',
  seed: 5, durationMs: seconds(26), openAtMs: seconds(4), speed: 0.5,
  measure: { fromMs: seconds(2), untilMs: seconds(24), label: 'in 22 s' },
  nodes: nodes(lateReaders, lateWriters, { ttlMs: 10_000 }, { concurrency: 50, readTime: work.constant(5), writeTime: work.constant(10), initialCount: 10 }),
  links: [
    // Three answers in ten of the database to the readers takes its time.
    { from: 'app-1', to: 'database', latency: { kind: 'bimodal', slowRatio: 0.3, fastMs: 2, slowMs: 200 } }, link('app-1', 'cache', 1), link('app-2', 'database', 1), link('app-2', 'cache', 1),
  ],
  faults: [], headlines, claims: [
    { metric: 'ledger.staleReads', better: 'with', worse: 'late-fill', wants: 'lower', factor: 10 },
    { metric: 'ledger.staleReads', better: 'versioned-set', worse: 'late-fill', wants: 'lower', factor: 10 },
    // What the double delete does is measured in figures.test.ts: it shrinks the time, and here and there nothing is left to shrink.
  ],
  opensWith: 'late-fill',
  variants: {
    without: { title: 'No cache', kind: 'without', stacks: { ...bare('app-1', lateReaders), ...bare('app-2', lateWriters) }, summary: 'Never stale, and every read goes to the database.' },
    'late-fill': { title: 'Delete on write', kind: 'pitfall', summary: 'What a late fill brings back stays until the next write of that key, or for 10 s.' },
    'ttl-only': { title: 'Time to live only', kind: 'pitfall', params: both({ writePolicy: 'none' }), summary: 'Nobody tells the cache: copies are old by up to their time to live, as promised, and most of them are.' },
    update: { title: 'Overwrite on write', kind: 'pitfall', params: both({ writePolicy: 'update' }), summary: 'A late fill overwrites the new copy just the same.' },
    'double-delete': { title: 'Delete twice', kind: 'fixed', params: both({ writePolicy: 'doubleDelete', doubleDeleteMs: 400 }), summary: 'A second delete after 400 ms takes most late fills out again: less time stale, but not none.' },
    with: { title: 'Lease', kind: 'with', params: both({ stampede: 'lease' }), summary: 'The delete voids the token of the slow reader: the cache refuses its fill.' },
    'versioned-set': { title: 'Versioned set', kind: 'fixed', params: both({ writePolicy: 'versionedSet' }), summary: 'The writer puts version 2 in, and the cache takes nothing older over it.' },
    'plain-lock': { title: 'A plain lock (SET NX PX)', kind: 'pitfall', params: both({ stampede: 'lease', leaseVoidedByDelete: false }), summary: 'One reader loads, but the lock knows nothing of writes: late fills come back.' },
  },
};

const orderReaders = readers(120, { entityCount: 10 }), orderWriters = writers(4, { entityCount: 10 });
export const wrongOrder: Scenario = {
  title: 'Deleting the copy before the write',
  summary: 'The writer deletes the copy, then writes, which takes 30 ms. A reader in between finds nothing, loads the old value and puts it back.',
  seed: 1, durationMs: seconds(16), openAtMs: seconds(3), speed: 0.5,
  measure: { fromMs: seconds(2), untilMs: seconds(14), label: 'in 12 s' },
  nodes: nodes(orderReaders, orderWriters, { ttlMs: 10_000 }, { concurrency: 50, readTime: work.constant(3), writeTime: work.constant(30), initialCount: 10 }),
  links: [link('app-1', 'database', 1), link('app-1', 'cache', 1), link('app-2', 'database', 1), link('app-2', 'cache', 1)],
  faults: [], headlines, claims: [
    { metric: 'ledger.staleReads', better: 'with', worse: 'cache-first', wants: 'lower', factor: 10 },
    { metric: 'ledger.staleReads', better: 'double-delete', worse: 'cache-first', wants: 'lower', factor: 5 },
  ],
  opensWith: 'cache-first',
  variants: {
    without: { title: 'No cache', kind: 'without', stacks: { ...bare('app-1', orderReaders), ...bare('app-2', orderWriters) }, summary: 'Never stale, and every read goes to the database.' },
    'cache-first': { title: 'Cache, then database', kind: 'pitfall', params: both({ order: 'cacheThenDb' }), summary: 'Many a write has a reader in its 30 ms, who brings the old value back: until the next write, or for 10 s.' },
    with: { title: 'Database, then cache', kind: 'with', summary: 'The new value is there before the old copy goes. Only a load that was under way can still bring it back.' },
    'double-delete': { title: 'Cache, database, cache', kind: 'fixed', params: both({ order: 'cacheThenDb', writePolicy: 'doubleDelete', doubleDeleteMs: 100 }), summary: 'A second delete after 100 ms ends what the first let in.' },
    near: { title: 'With a near cache of 1 s', kind: 'pitfall', params: both({ nearMs: 1000 }), summary: 'No write of another node reaches the copy in the process: up to a second stale.' },
  },
};
