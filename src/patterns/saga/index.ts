import type { Card } from '../../kernel/story.ts';

export const saga: Card = {
  id: 'saga',
  number: 8,
  title: 'Saga',
  family: 'transactions',
  summary: 'One business transaction over many databases: local commits in a row, and compensations in reverse when one is refused.',
  keywords: [
    'saga', 'orchestration', 'choreography', 'compensation', 'compensating transaction', 'pivot', 'retriable', 'long-running transaction', 'process manager', 'semantic lock',
    'tombstone', 'idempotency', 'inbox', 'outbox', 'ledger', 'isolation', 'dirty read', 'lost update', 'Temporal', 'Camunda', 'Axon', 'MassTransit', 'NServiceBus', 'Eventuate', 'Step Functions',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  // Side by side, so that no file is too large.
  engines: async () => (await Promise.all([import('./engine.ts'), import('./participant.ts'), import('./choreographer.ts')]))[0],
  machines: async () => {
    const { holdingMachine, sagaMachine, stepMachine } = await import('./machine.ts');
    return { saga: sagaMachine, 'saga-step': stepMachine, participant: holdingMachine };
  },
};
