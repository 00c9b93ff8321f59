/** Everything about cache-aside that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'Most reads are for few keys. A fast store in front of the database can answer them, but it holds copies: they run out, all at once or at the worst moment, and they grow old.',
  engines: engineStories,
  scenarios,
  opensWith: 'hot-reads',
  lesson: [
    {
      when: 'start', title: 'A database that is too small', focus: 'database',
      text: '1,000 reads a second for 10,000 keys; sixteen servers of 20 ms can do 800. But keys are not alike: a few are asked for again and again.',
      invite: 'Press play and watch where reads turn round.',
    },
    { when: { note: 'miss', layer: 'cache-aside' }, title: 'Not there: a miss', focus: 'cache', text: 'The application asks the cache first. {key} is not in it, so the application itself asks the database: the cache stands aside.' },
    { when: { note: 'filled', layer: 'cache-aside' }, title: 'The copy goes in', focus: 'cache', text: 'What the database gave goes to the reader and, for {ttlMs} ms, into the cache. Nobody waits for that.' },
    { when: { note: 'hit', layer: 'cache-aside' }, title: 'Found: a hit', focus: 'cache', text: '{key} was put in {ageMs} ms ago, and this reader is answered without the database.' },
    {
      when: { note: 'evicted', layer: 'cache-app' }, title: 'One goes', focus: 'cache',
      text: '{key} goes: {reason}. A full cache lets go what was not used for the longest time; what has run out goes when somebody asks for it.',
      invite: 'Move the capacity between 100 and 5,000: the point stays on Che’s curve.',
    },
    {
      when: 'end', title: 'Nearly half', focus: 'database',
      text: 'A twentieth of the keys gets more than two fifths of the reads. About 550 a second are left for the database, and its queue is gone.',
      invite: 'Now let a popular key expire: open “A stampede on one key”.',
    },
  ],
  instruments: [
    { kind: 'cache-table', title: 'Cache', layer: 'cache-app', view: 'table', help: 'The newest entries with the time that is left to them: fresh, stale, being loaded under a lease, known to be absent, or made void by a write.' },
    { kind: 'hit-curve', title: 'Hit ratio by capacity', layer: 'cache-app', view: 'hitCurve', help: 'The line is what LRU finds by Che’s approximation; the point is what was found in the last 5 s.' },
    { kind: 'table', title: 'Loads of App 1', layer: 'cache-aside', view: 'loads', help: 'The newest loads from the database: of what, why, how long, for how many readers.' },
    { kind: 'table', title: 'Reads of App 1', layer: 'cache-aside', view: 'results', help: 'What became of the reads.' },
    { kind: 'table', title: 'Age of copies given out', layer: 'cache-aside', view: 'ages', help: 'How old copies were when a reader got them.' },
    { kind: 'queue', title: 'Queue at the database', layer: 'database-app', view: 'queue', help: 'Loads that wait, and those whose reader has gone.' },
  ],
  charts: [
    { title: 'Hit ratio', unit: 'ratio', series: [{ name: 'cache-app.hitRatio', label: 'cache' }, { name: 'cache-2-app.hitRatio', label: 'cache 2' }, { name: 'cache-3-app.hitRatio', label: 'cache 3' }] },
    { title: 'Reads and writes at the database', unit: 'perSecond', series: [{ name: 'database.arrivalsPerSecond', label: 'arrive' }] },
    { title: 'Queue at the database', unit: 'count', series: [{ name: 'database-app.queue', label: 'waiting' }, { name: 'database-app.busy', label: 'served' }] },
    { title: 'Goodput', unit: 'perSecond', series: [{ name: 'app.goodputPerSecond', label: 'App' }, { name: 'app-1.goodputPerSecond', label: 'App 1' }] },
    { title: 'Latency, p99', unit: 'ms', series: [{ name: 'app.p99Ms', label: 'App' }, { name: 'app-1.p99Ms', label: 'App 1' }] },
    { title: 'Loads under way', unit: 'count', series: [{ name: 'cache-aside.loads', label: 'App (1)' }, { name: 'cache-aside-2.loads', label: 'App 2' }, { name: 'cache-aside.waiting', label: 'readers that wait for one' }] },
  ],
  fidelity: {
    simulated: [
      'Cache and database as nodes of their own: each can be slow, full, cut off or down, and a cache that restarts is empty.',
      'Eviction as named (LRU, FIFO, LFU, W-TinyLFU with its sketch), time to live, grace, leases with tokens that a write voids, versions that only go up.',
      'Each call on its own: two nodes which load, write, fill and delete at the same time overtake each other as they would.',
      'Staleness as an outside observer sees it, who knows every commit and every answer.',
    ],
    leftOut: [
      'XFetch and refresh ahead load in the background; in the paper the reader who loads early waits for its load.',
      'Push invalidation of near caches (Redis client-side tracking): a near copy ends by its time alone.',
      'Bytes: entries count as one, or by the cost of the read. Serialising takes no time.',
      'W-TinyLFU keeps its window at 1 %; Caffeine moves that border by what it learns.',
    ],
  },
  sources: [
    { title: 'A. Vattani, F. Chierichetti, K. Lowenstein, Optimal Probabilistic Cache Stampede Prevention, VLDB 2015', detail: 'XFetch' },
    { title: 'R. Nishtala et al., Scaling Memcache at Facebook, NSDI 2013', detail: 'leases, stale sets, thundering herds' },
    { title: 'H. Che, Y. Tung, Z. Wang, Hierarchical Web Caching Systems, 2002', detail: 'the hit ratio of LRU' },
    { title: 'G. Einziger, R. Friedman, B. Manes, TinyLFU, 2017; Caffeine', detail: 'admission by frequency, refreshAfterWrite' },
    { title: 'memcached meta commands; Redis SET and client-side caching; RFC 5861; opossum; golang.org/x/sync/singleflight', detail: 'documentation, for the presets' },
    { title: 'N. Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021', detail: 'the cold cache that stays cold' },
  ],
  pitfalls: [
    { title: 'Stampede', text: 'All readers of a popular key load it when it expires. Let one of them do it, or one do it early.', scenario: 'stampede', variant: 'without', fixed: 'with' },
    { title: 'Stale set', text: 'A slow reader fills in what a writer has just replaced. Void its token on the write, or compare versions.', scenario: 'stale-set', variant: 'late-fill', fixed: 'with' },
    { title: 'Cache first, database second', text: 'Between the two a reader puts the old value back. Write the database first.', scenario: 'wrong-order', variant: 'cache-first', fixed: 'with' },
    { title: 'Absent keys', text: 'What does not exist is never in the cache. Remember absence for a while; against random keys use a filter.', scenario: 'absent-keys', variant: 'through', fixed: 'with' },
    { title: 'Random absent keys', text: 'Notes of absence do not help against keys that never come twice, and take room.', scenario: 'absent-keys', variant: 'random', fixed: 'filter' },
    { title: 'Avalanche', text: 'What was filled together expires together. Give each entry a time of its own.', scenario: 'avalanche', variant: 'without', fixed: 'with' },
    { title: 'Hot key', text: 'A popular key has one shard, and more shards do not help it. Keep it in the process for a moment.', scenario: 'hot-key', variant: 'one-shard', fixed: 'with' },
    { title: 'Cache outage', text: 'Without the cache the database gets everything. Bound the loads under way.', scenario: 'cache-outage', variant: 'bypass', fixed: 'with' },
    { title: 'Cold for ever', text: 'A database in overload answers too late to fill the cache that would relieve it. Bound the loads under way.', scenario: 'flush-all', variant: 'naive', fixed: 'with' },
  ],
  settings,
});
