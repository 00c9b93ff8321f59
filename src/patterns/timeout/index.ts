import type { Card } from '../../kernel/story.ts';

export const timeout: Card = {
  id: 'timeout',
  number: 25,
  title: 'Timeout',
  family: 'resilience',
  summary: 'Bound how long a caller, and everything that works for it, spends on one request: a deadline that travels along, is cancelled when it has passed, and leaves time for a hedge.',
  keywords: [
    'timeout', 'time limiter', 'deadline', 'deadline propagation', 'budget', 'cancellation', 'orphan work', 'hedging', 'hedged request', 'tail latency', 'connect timeout', 'per-try timeout', 'adaptive timeout',
    'gRPC', 'Envoy', 'resilience4j', 'Spring Cloud Gateway', 'asyncio',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => {
    const { attemptMachine, callMachine } = await import('./machine.ts');
    return { timeout: callMachine, attempt: attemptMachine };
  },
};
