import type { Card } from '../../kernel/story.ts';

export const rateLimiting: Card = {
  id: 'rate-limiting',
  number: 4,
  title: 'Rate limiting',
  family: 'traffic',
  summary: 'Let each client have so much and no more: so that one cannot use up what is there for all.',
  keywords: [
    'rate limit', 'throttling', '429', 'token bucket', 'leaky bucket', 'GCRA', 'fixed window', 'sliding window', 'sliding log', 'quota', 'noisy neighbour', 'Retry-After', 'RateLimit header',
    'warm-up', 'pacing', 'load shedding', 'resilience4j', '.NET', 'Envoy', 'redis-cell', 'nginx', 'Sentinel', 'Stripe',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ 'rate-limiting': (await import('./machine.ts')).limiterMachine }),
};
