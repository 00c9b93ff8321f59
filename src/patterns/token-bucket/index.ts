import type { Card } from '../../kernel/story.ts';

export const tokenBucket: Card = {
  id: 'token-bucket',
  number: 31,
  title: 'Token Bucket Rate Limiter',
  family: 'traffic',
  summary: 'Give each caller a lasting rate and a bounded burst, priced by what a request costs, and keep the promise over several limiter nodes.',
  keywords: [
    'token bucket', 'rate limit', 'quota', 'burst', 'GCRA', 'leaky bucket', 'fairness', 'noisy neighbour', 'multi-tenant', 'throttling', '429', 'Retry-After', 'RateLimit headers',
    'Envoy', 'Spring Cloud Gateway', 'redis-cell', 'Bucket4j',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ key: (await import('./machine.ts')).keyMachine }),
};
