import type { Card } from '../../kernel/story.ts';

export const retry: Card = {
  id: 'retry',
  number: 2,
  title: 'Retry',
  family: 'resilience',
  summary: 'Try again what may succeed the next time: with back-off, jitter, a deadline and a budget, so that it does not make an overload last.',
  keywords: [
    'retry', 'back-off', 'backoff', 'jitter', 'budget', 'hedging', 'retry storm', 'metastable', 'amplification', 'thundering herd', 'Retry-After', 'idempotency',
    'resilience4j', 'Polly', 'cockatiel', 'Envoy', 'gRPC', 'AWS SDK',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ retry: (await import('./machine.ts')).callMachine }),
};
