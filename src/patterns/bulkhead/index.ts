import type { Card } from '../../kernel/story.ts';

export const bulkhead: Card = {
  id: 'bulkhead',
  number: 3,
  title: 'Bulkhead',
  family: 'resilience',
  summary: 'So many calls at once and no more, in compartments that cannot flood each other: one slow dependency takes its own places, not everybody’s.',
  keywords: [
    'bulkhead', 'isolation', 'compartment', 'semaphore', 'thread pool', 'concurrency limit', 'adaptive concurrency', 'noisy neighbour', 'pool deadlock', 'Little', 'Erlang',
    'AIMD', 'Vegas', 'Gradient2', 'resilience4j', 'Polly', 'cockatiel', 'opossum', 'Hystrix', 'Envoy', 'Istio', 'Sentinel',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
};
