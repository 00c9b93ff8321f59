/** All that is data about the application: it commits an order and wants the world to know, in one write or in two. */
import type { EngineStory, ParamsOf, Schema } from '../../kernel/story.ts';

const params = {
  mode: {
    kind: 'choice', options: ['outbox', 'publishAfterCommit', 'publishBeforeCommit', 'separateWrites'], initial: 'outbox', label: 'Announces an order',
    optionLabels: { outbox: 'in the same transaction (outbox)', publishAfterCommit: 'to the broker, after the commit', publishBeforeCommit: 'to the broker, before the commit', separateWrites: 'in an outbox, in a second transaction' },
    help: 'One transaction for both, or two writes with a moment in between in which the process may die.',
  },
  dieBetweenRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, label: 'Workers that die', help: 'Share of requests whose worker process dies right after its first write: out of memory, a deployment, a kill.' },
  publishTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 2000, scale: 'log', label: 'Publish timeout', help: 'How long the application waits for the broker before it gives the announcement up.' },
  topic: { kind: 'data', initial: 'orders', shape: 'text', label: 'Topic', help: 'Where the application publishes, where it does so itself.' },
} as const satisfies Schema;

export type WriterParams = ParamsOf<typeof params>;
export type WriterNote = keyof typeof writerStory.notes;
export const writerStory = {
  title: 'Application that commits and announces',
  place: 'app',
  params,
  notes: {
    saved: { text: 'order {event} committed', quiet: true },
    announced: { text: 'order {event} announced', quiet: true, tone: 'good' },
    workerDied: { text: 'the worker of order {event} died after its first write', tone: 'bad' },
    notAnnounced: { text: 'order {event} committed, but not announced: {why}', quiet: true, tone: 'bad' },
    refused: { text: 'order {event} failed: {why}', quiet: true, tone: 'warn' },
  },
} as const satisfies EngineStory;
