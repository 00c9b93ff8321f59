import type { Card } from '../../kernel/story.ts';

export const cacheAside: Card = {
  id: 'cache-aside',
  number: 5,
  title: 'Cache-Aside',
  family: 'data',
  summary: 'Read from a cache first and load from the database what is not there; and keep copies from running out all at once, or growing old.',
  keywords: [
    'cache', 'cache-aside', 'look-aside', 'TTL', 'LRU', 'LFU', 'W-TinyLFU', 'stampede', 'thundering herd', 'single flight', 'lease', 'XFetch', 'stale while revalidate', 'refresh ahead', 'invalidation',
    'negative caching', 'penetration', 'avalanche', 'hot key', 'Bloom filter', 'Caffeine', 'memcached', 'Redis', 'opossum', 'singleflight', 'HTTP',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
};
