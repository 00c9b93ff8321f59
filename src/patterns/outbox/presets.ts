/** Settings that have a name: the original's, the safe ones, the pitfalls, and those of libraries. */
import type { Preset } from '../../kernel/story.ts';

export const outboxPresets: Readonly<Record<string, Preset>> = {
  safe: { title: 'Safe: one leader, flags, marked afterwards', params: {}, source: 'the initial values' },
  original: {
    title: 'Original: every 5 s, unclaimed, in any order, for ever',
    params: { pollIntervalMs: 5000, batchSize: 10_000, claim: 'none', order: 'none', concurrency: 1, backoffBaseMs: 0, backoffMaxMs: 0, maxAttempts: 1_000_000, retention: 'keep' },
    source: 'OutboxService: a pass every 5 s over all unprocessed events; a failed one is skipped and tried in the next pass',
  },
  naiveCursor: { title: 'Pitfall: position above the highest seen', params: { cursor: 'positionMax', pollIntervalMs: 200 } },
  highWater: { title: 'High-water mark', params: { cursor: 'positionHighWater', pollIntervalMs: 200 }, source: 'PostgreSQL: position < pg_snapshot_xmin of the open transactions' },
  marten: { title: 'Marten: waits for gaps', params: { cursor: 'positionHighWater', highWater: 'wait', gapWaitMs: 3000, pollIntervalMs: 1000, batchSize: 500, order: 'global', concurrency: 1 }, source: 'Marten async daemon: StaleSequenceThreshold 3 s, SlowPollingTime 1 s, batches of 500' },
  atMostOnce: { title: 'Pitfall: marked before it is published', params: { markPolicy: 'beforePublish' } },
  unclaimed: { title: 'Pitfall: nothing claimed', params: { claim: 'none' } },
  debezium: { title: 'Debezium outbox event router', params: { relay: 'cdc', order: 'global', concurrency: 1, tailEveryMs: 20, batchSize: 2048, maxAttempts: 1_000_000 }, source: 'max.batch.size 2048; the log in order, one task, at least once; an error stops the connector, so nothing is skipped' },
  massTransit: { title: 'MassTransit bus outbox', params: { claim: 'rowLock', batchSize: 100, pollIntervalMs: 5000, publishTimeoutMs: 5000, order: 'perAggregate' }, source: 'QueryDelay; MessageDeliveryLimit 100; MessageDeliveryTimeout 5 s; one outbox is locked at a time' },
  skipLocked: { title: 'Several relays, FOR UPDATE SKIP LOCKED', params: { claim: 'rowLock' } },
};
