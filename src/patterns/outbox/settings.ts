/** The tuned parameters as settings of real relays. `{name}` is a parameter, `{name:s}` in seconds. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'Debezium outbox event router', language: 'properties',
    template: `transforms=outbox
transforms.outbox.type=io.debezium.transforms.outbox.EventRouter
# columns: id, aggregatetype, aggregateid, type, payload; the key of the message is aggregateid
transforms.outbox.route.by.field=aggregatetype
# topic: route.topic.replacement, by default outbox.event. and the value of that field
transforms.outbox.table.op.invalid.behavior=warn
max.batch.size={batchSize}
poll.interval.ms={tailEveryMs}
# keep the slot moving also when nothing is written
heartbeat.interval.ms=10000
`,
    caveat: 'At least once, unless the connector runs with exactly-once support of Kafka Connect. Watch the slot: a stopped connector keeps the log, until the disk is full.',
  },
  {
    library: 'MassTransit', language: 'csharp',
    template: `x.AddEntityFrameworkOutbox<OrderContext>(o =>
{
    o.QueryDelay = TimeSpan.FromMilliseconds({pollIntervalMs});
    o.QueryMessageLimit = {batchSize};
    o.DuplicateDetectionWindow = TimeSpan.FromMinutes(30);
    o.UsePostgres();                 // row locks: FOR UPDATE SKIP LOCKED
    o.UseBusOutbox(b =>
    {
        b.MessageDeliveryLimit = {batchSize};
        b.MessageDeliveryTimeout = TimeSpan.FromMilliseconds({publishTimeoutMs});
    });
});
`,
  },
  {
    library: 'NServiceBus', language: 'csharp',
    template: `var outbox = endpointConfiguration.EnableOutbox();
// deduplication data: how long, and how often it is cleaned
outbox.KeepDeduplicationDataFor(TimeSpan.FromDays(7));
outbox.RunDeduplicationDataCleanupEvery(TimeSpan.FromMinutes(1));
`,
    caveat: 'Each message handler has its own outbox record: it dispatches after the commit, and again if it died before marking. The words are its own: ghost message, zombie record.',
  },
  {
    library: 'PostgreSQL, own relay', language: 'sql',
    template: `-- every {pollIntervalMs} ms; the whole batch in one transaction
SELECT id, aggregate_id, type, payload FROM outbox
WHERE published_at IS NULL
ORDER BY position LIMIT {batchSize}
FOR UPDATE SKIP LOCKED;              -- several relays; leave it out with one leader
-- by position instead of a flag: never past an open transaction
SELECT … WHERE position > $cursor AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, position;
-- after {maxAttempts} attempts
UPDATE outbox SET parked_at = now() WHERE id = $1;
CREATE INDEX ON outbox (position) WHERE published_at IS NULL;
`,
  },
];
