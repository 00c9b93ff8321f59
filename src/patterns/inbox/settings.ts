/** The tuned parameters as settings of real libraries. `{name}` is a parameter, `{name:s}` in seconds. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'MassTransit', language: 'csharp',
    template: `x.AddEntityFrameworkOutbox<AccountsContext>(o =>
{
    // InboxState: MessageId, ConsumerId, LockId, Received, ReceiveCount, Consumed, Delivered, LastSequenceNumber
    o.DuplicateDetectionWindow = TimeSpan.FromMilliseconds({dedupWindowMs});
    o.QueryDelay = TimeSpan.FromMilliseconds({cleanupEveryMs});
    o.QueryMessageLimit = 100;
    o.UsePostgres();
});
x.AddConfigureEndpointsCallback((context, name, cfg) =>
{
    cfg.ConcurrentMessageLimit = {concurrency};
    cfg.UseMessageRetry(r => r.Exponential({maxAttempts} - 1, TimeSpan.FromMilliseconds({backoffMs}), TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds({backoffMs})));
    cfg.UseEntityFrameworkOutbox<AccountsContext>(context);
});
`,
  },
  {
    library: 'NServiceBus', language: 'csharp',
    template: `var outbox = endpointConfiguration.EnableOutbox();
outbox.KeepDeduplicationDataFor(TimeSpan.FromMilliseconds({dedupWindowMs}));
outbox.RunDeduplicationDataCleanupEvery(TimeSpan.FromMilliseconds({cleanupEveryMs}));
endpointConfiguration.LimitMessageProcessingConcurrencyTo({concurrency});
endpointConfiguration.Recoverability().Immediate(r => r.NumberOfRetries({maxAttempts} - 1));
`,
    caveat: 'The record is kept 7 days and cleaned up each minute unless told otherwise.',
  },
  {
    library: 'RabbitMQ quorum queue', language: 'json',
    template: `{
  "x-queue-type": "quorum",
  "x-delivery-limit": {maxAttempts},
  "x-dead-letter-exchange": "dead-letters"
}
`,
    caveat: 'Counts redeliveries. Dead-letter reasons: rejected, expired, maxlen, delivery_limit. There is no inbox in the broker: ids are the business of the consumer.',
  },
  {
    library: 'PostgreSQL, own consumer', language: 'sql',
    template: `BEGIN;
INSERT INTO inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;
-- no row inserted: it is known; COMMIT and acknowledge
UPDATE accounts SET balance = balance + $3 WHERE id = $4;
INSERT INTO outbox (…) VALUES (…);   -- what goes out with it
COMMIT;                              -- acknowledge to the broker only now
-- every {cleanupEveryMs} ms
DELETE FROM inbox WHERE processed_at < now() - interval '{dedupWindowMs} milliseconds';
`,
    caveat: 'Windows of brokers are shorter: Amazon SQS FIFO looks back 5 minutes, and only at what producers send.',
  },
];
