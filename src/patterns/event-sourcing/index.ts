import type { Card } from '../../kernel/story.ts';

export const eventSourcing: Card = {
  id: 'event-sourcing',
  number: 6,
  title: 'Event Sourcing',
  family: 'data',
  summary: 'Keep every change as the source of truth, and fold the state from it: nothing is overwritten, any moment can be asked for, and whoever decided by an old version is told.',
  keywords: [
    'event sourcing', 'event store', 'append-only log', 'expected version', 'optimistic concurrency', 'snapshot', 'replay', 'upcasting', 'schema evolution', 'projection', 'time travel', 'audit',
    'aggregate', 'lost update', 'crypto-shredding', 'GDPR', 'KurrentDB', 'EventStoreDB', 'Marten', 'Axon', 'Emmett', 'Eventuous',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ command: (await import('./machine.ts')).commandMachine }),
};
