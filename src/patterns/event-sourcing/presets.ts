/** Settings as libraries bring them, and the sketch that this pattern is often learnt from. */
import type { EngineStory } from '../../kernel/story.ts';

export const presets = {
  original: {
    title: 'The textbook sketch',
    params: { concurrency: 'none', snapshotEvery: 0, stableIds: false, ignoreUnknown: true, upcasting: false },
    source: 'A list of events and a replay: no expected version, snapshots declared and never used, unknown types passed over, ids not looked at.',
  },
  kurrentdb: {
    title: 'KurrentDB', params: { concurrency: 'optimistic', snapshotEvery: 0, upcasting: true, maxRetries: 0 },
    source: 'KurrentDB (EventStoreDB) clients: an append takes a stream state or revision and fails with WrongExpectedVersion; snapshots, upcasting and retries are the application’s.',
  },
  marten: {
    title: 'Marten, FetchForWriting', params: { concurrency: 'optimistic', snapshotEvery: 1, maxRetries: 0 },
    source: 'Marten: FetchForWriting loads the aggregate with its version and checks it on save; an inline snapshot projection keeps the state up to date with every append.',
  },
  'marten-exclusive': {
    title: 'Marten, exclusive writing', params: { concurrency: 'pessimistic', snapshotEvery: 1, maxRetries: 0 },
    source: 'Marten: FetchForExclusiveWriting locks the stream until the session ends.',
  },
  axon: {
    title: 'Axon', params: { concurrency: 'optimistic', serial: true, snapshotEvery: 100, maxRetries: 0 },
    source: 'Axon 4: a command runs under the lock of its aggregate, in one repository; EventCountSnapshotTriggerDefinition with a threshold of events.',
  },
  'axon-load-time': {
    title: 'Axon, by load time', params: { concurrency: 'optimistic', serial: true, snapshotEvery: 0, snapshotAfterMs: 500, maxRetries: 0 },
    source: 'Axon: snapshot when sourcing an aggregate takes longer than so many milliseconds (AggregateLoadTimeSnapshotTriggerDefinition, SnapshotPolicy.afterSourcingTime).',
  },
  emmett: {
    title: 'Emmett', params: { concurrency: 'optimistic', snapshotEvery: 0, maxRetries: 3, baseDelayMs: 100 },
    source: 'Emmett: CommandHandler aggregates the stream, decides and appends with the version that it read; retries on version conflict by default, three times from 100 ms.',
  },
} as const satisfies EngineStory['presets'];
