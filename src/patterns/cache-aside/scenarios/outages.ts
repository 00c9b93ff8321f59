/** The cache is gone, or empty, or asked for what nobody has, or all want the same of it. */
import type { LayerSpec, Scenario } from '../../../kernel/story.ts';
import { app, aside, cacheNode, database, links, readers, seconds, work, type More } from '../topologies.ts';

const users = readers(250, { entityCount: 2000, entitySkew: 1, deadlineMs: 1000 });
const layer = (params: More): Readonly<Record<string, More>> => ({ 'cache-aside': params });
const headlines: Scenario['headlines'] = [
  { label: 'Goodput', metric: 'app.goodputPerSecond', unit: 'perSecond', better: 'higher' },
  { label: 'Reads at the database', metric: 'database.arrivals', unit: 'count', better: 'lower' },
  { label: 'p99', metric: 'app.p99Ms', unit: 'ms', better: 'lower' },
];
const base = {
  nodes: [
    app('app', 'App', [users, aside({ loaderTimeoutMs: 500 })]),
    cacheNode({ capacity: 1000, curveKeys: 2000, curveSkew: 1 }), database({ concurrency: 4, readTime: work.exponential(20), initialCount: 2000, cancelPropagation: false }),
  ],
  links: links(['app']),
  headlines,
} as const;

export const cacheOutage: Scenario = {
  ...base,
  title: 'The cache goes down',
  summary: 'With the cache the database has 60 reads a second to do, and can do 200. At 8 s the cache is gone for three seconds, and 250 a second arrive.',
  seed: 1, durationMs: seconds(20), openAtMs: seconds(6), speed: 0.5,
  measure: { fromMs: seconds(9), untilMs: seconds(15), label: 'from a second into the outage on' },
  faults: [{ kind: 'crash', node: 'cache', fromMs: seconds(8), untilMs: seconds(11) }],
  claims: [
    { metric: 'app.goodputPerSecond', better: 'with', worse: 'bypass', wants: 'higher', factor: 1.5 },
  ],
  opensWith: 'bypass',
  variants: {
    without: { title: 'No cache', kind: 'without', stacks: { app: [users] }, summary: 'The database is overloaded from the first second on.' },
    bypass: { title: 'Go round it', kind: 'pitfall', summary: 'All reads go to the database, whose queue grows beyond everybody’s patience. The cache comes back empty, and loads that time out never fill it.' },
    shed: { title: 'Refuse reads', kind: 'fixed', params: layer({ onCacheDown: 'shed' }), summary: 'Three seconds without answers, but the database is well when the cache is back.' },
    with: { title: 'Go round it, 30 loads at once', kind: 'with', params: layer({ maxLoads: 30 }), summary: 'The database does what it can and no more; what it loads is in time, and fills the cache as soon as it is back.' },
    coalesce: { title: 'Single flight, 30 loads', kind: 'fixed', params: layer({ maxLoads: 30, stampede: 'singleFlight' }), summary: 'After the outage readers of the same key share a load.' },
  },
};

const many = readers(130, { entityCount: 600, deadlineMs: 1000 });
export const flushAll: Scenario = {
  title: 'Somebody flushes the cache',
  summary: 'At 8 s the cache is flushed, and nothing else is wrong. All reads go to the database, whose answers then come too late to fill the cache again.',
  seed: 1, durationMs: seconds(22), openAtMs: seconds(6), speed: 0.5,
  measure: { fromMs: seconds(13), untilMs: seconds(16), label: 'five seconds after the flush and later' },
  nodes: [
    app('app', 'App', [many, aside({ loaderTimeoutMs: 500 })]),
    cacheNode({ capacity: 1000 }), database({ concurrency: 3, readTime: work.exponential(20), initialCount: 600, cancelPropagation: false }),
  ],
  links: links(['app']),
  faults: [],
  headlines,
  // The morning begins gently, so that the cache is warm when the crowd comes.
  interventions: [
    { atMs: seconds(5), kind: 'params', layer: 'readers', params: { ratePerSecond: 400 } },
    { atMs: seconds(8), kind: 'control', layer: 'cache-app', control: 'clear' },
  ],
  claims: [
    { metric: 'app.goodputPerSecond', better: 'with', worse: 'naive', wants: 'higher', factor: 3 },
  ],
  opensWith: 'naive',
  variants: {
    without: { title: 'No cache', kind: 'without', stacks: { app: [many] }, summary: 'The database is overloaded as soon as the crowd comes.' },
    naive: { title: 'Every reader loads', kind: 'pitfall', summary: 'Two states hold: a warm cache with an idle database, and a cold one with a database whose answers all come too late.' },
    'single-flight': { title: 'Single flight', kind: 'pitfall', params: layer({ stampede: 'singleFlight' }), summary: 'It does not help here: 600 keys are asked for alike, and hardly two readers want the same one.' },
    with: { title: '30 loads at once', kind: 'with', params: layer({ maxLoads: 30 }), summary: 'Thirty loads are 200 ms of work for the database: each comes in time and fills the cache, while the rest are refused at once.' },
  },
};

const KNOWN = 200;
const good = readers(100, { entityCount: KNOWN, deadlineMs: 1000 });
const scan = (entityCount: number): LayerSpec => readers(200, { entityCount, deadlineMs: 1000 }, 'scanner');
const desk = (params: More, entityCount = 1000): Readonly<Record<string, readonly LayerSpec[]>> => {
  const all = { ttlMs: 60_000, negativeTtlMs: 0, ...params };
  return { app: [good, aside(all)], scan: [scan(entityCount), aside(all, 'cache-aside-2')] };
};
export const absentKeys: Scenario = {
  title: 'Keys that do not exist',
  summary: 'Somebody asks for orders that nobody has. What is not there is not cached: each such read goes through to the database.',
  seed: 1, durationMs: seconds(11), openAtMs: seconds(3), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(9), label: 'after the warm-up' },
  nodes: [
    app('app', 'App', desk({})['app']!), app('scan', 'Scanner’s app', desk({})['scan']!),
    cacheNode({ capacity: 2000 }), database({ concurrency: 3, readTime: work.exponential(20), initialCount: KNOWN }),
  ],
  links: links(['app', 'scan']),
  faults: [], headlines, claims: [
    { metric: 'database.arrivals', better: 'with', worse: 'through', wants: 'lower', factor: 1.7 },
    { metric: 'database.arrivals', better: 'filter', worse: 'random', wants: 'lower', factor: 20 },
  ],
  opensWith: 'through',
  variants: {
    without: { title: 'No cache', kind: 'without', stacks: { app: [good], scan: [scan(1000)] }, summary: '300 reads a second for a database that can do 150.' },
    through: { title: 'Only what exists is cached', kind: 'pitfall', summary: 'Four fifths of the scanner’s reads are for absent keys: 160 a second go through.' },
    with: { title: 'Remember absence for 5 s', kind: 'with', stacks: desk({ negativeTtlMs: 5000 }), summary: 'What is known to be missing is answered by the cache.' },
    random: { title: 'Never the same absent key', kind: 'pitfall', stacks: desk({ negativeTtlMs: 5000 }, 1_000_000), summary: 'With a million random keys there is nothing to remember, and the notes of absence take the room of what is worth keeping.' },
    filter: { title: 'A Bloom filter', kind: 'fixed', stacks: desk({ absentFilter: KNOWN }, 1_000_000), summary: 'The filter knows all keys that exist: of a hundred absent ones about one gets past it.' },
  },
};

const SHARDS = ['cache', 'cache-2', 'cache-3'] as const;
const celebrity = readers(300, { entityCount: 500, entitySkew: 2, deadlineMs: 1000 });
export const hotKey: Scenario = {
  title: 'One key, one shard',
  summary: 'Three cache nodes share the keys, 200 reads a second each. More than half of all reads are for one key: its node cannot keep up, whatever the others do.',
  seed: 1, durationMs: seconds(9), openAtMs: seconds(2), speed: 0.5,
  measure: { fromMs: seconds(3), untilMs: seconds(7), label: 'after the warm-up' },
  nodes: [
    app('app', 'App', [celebrity, aside({ cacheNodes: [...SHARDS], stampede: 'singleFlight' })]),
    ...SHARDS.map((id, i) => cacheNode({ capacity: 500, concurrency: 1, answerTime: work.exponential(5) }, id, `Cache ${i + 1}`)),
    database({ concurrency: 4, readTime: work.exponential(20), initialCount: 500 }),
  ],
  links: links(['app'], SHARDS),
  faults: [], headlines, claims: [
    { metric: 'app.p99Ms', better: 'with', worse: 'one-shard', wants: 'lower', factor: 3 },
    { metric: 'database.arrivals', better: 'with', worse: 'one-shard', wants: 'lower', factor: 8 },
  ],
  opensWith: 'one-shard',
  variants: {
    without: { title: 'No cache', kind: 'without', stacks: { app: [celebrity] }, summary: '300 reads a second for a database that can do 200.' },
    'one-shard': { title: 'Three shards', kind: 'pitfall', summary: 'The shard of the popular key answers late; reads give it up after 20 ms and go to the database.' },
    with: { title: 'Near cache for 500 ms', kind: 'with', params: layer({ nearMs: 500 }), summary: 'Each process keeps the popular keys for half a second: two reads a second of the popular key are left.' },
  },
};
