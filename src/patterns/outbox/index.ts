import type { Card } from '../../kernel/story.ts';

export const outbox: Card = {
  id: 'outbox',
  number: 9,
  title: 'Transactional Outbox',
  family: 'messaging',
  summary: 'Commit a change and announce it, without a transaction across database and broker: write the event next to the row, and let a relay carry it.',
  keywords: [
    'outbox', 'dual write', 'relay', 'polling publisher', 'CDC', 'change data capture', 'Debezium', 'MassTransit', 'NServiceBus', 'Eventuate', 'ghost message', 'at least once',
    'sequence gap', 'high-water mark', 'skip locked', 'replication slot', 'poison message', 'fencing token', 'Kafka',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ relay: (await import('./machine.ts')).relayMachine }),
};
