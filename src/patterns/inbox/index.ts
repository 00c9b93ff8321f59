import type { Card } from '../../kernel/story.ts';

export const inbox: Card = {
  id: 'inbox',
  number: 23,
  title: 'Inbox',
  family: 'messaging',
  summary: 'Let each message have its effect once, although it is delivered at least once: keep its id in the same transaction as what it does.',
  keywords: [
    'inbox', 'idempotent consumer', 'deduplication', 'exactly once', 'at least once', 'redelivery', 'acknowledgement', 'visibility timeout', 'dead letter', 'poison message', 'message id', 'business key',
    'MassTransit', 'NServiceBus', 'RabbitMQ', 'SQS', 'Kafka',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ inbox: (await import('./machine.ts')).inboxMachine }),
};
