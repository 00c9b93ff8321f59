import type { Card } from '../../kernel/story.ts';

export const circuitBreaker: Card = {
  id: 'circuit-breaker',
  number: 1,
  title: 'Circuit Breaker',
  family: 'resilience',
  summary: 'Stop calling what is failing: refuse at once, probe later, and let callers and the sick dependency breathe.',
  keywords: [
    'breaker', 'fail fast', 'half-open', 'probe', 'sliding window', 'failure rate', 'slow calls', 'trip', 'cascading failure', 'outlier',
    'resilience4j', 'Polly', 'opossum', 'cockatiel', 'Hystrix',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ 'circuit-breaker': (await import('./machine.ts')).breakerMachine }),
};
