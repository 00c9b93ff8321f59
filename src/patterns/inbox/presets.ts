/** Settings that have a name: the original's, the safe ones, the pitfalls, and those of libraries. */
import type { Preset } from '../../kernel/story.ts';

export const inboxPresets: Readonly<Record<string, Preset>> = {
  safe: { title: 'Safe: one transaction', params: {}, source: 'the initial values' },
  original: { title: 'Original: marked first', params: { mode: 'markFirst', concurrency: 1, dedupWindowMs: 2_592_000_000, outbox: false }, source: 'InboxPattern.handle_message: the id is stored, then nothing is done; kept for ever, in memory' },
  noInbox: { title: 'No inbox', params: { mode: 'none', outbox: false } },
  markAfter: { title: 'Pitfall: marked after the effect', params: { mode: 'markAfter' } },
  eagerAck: { title: 'Pitfall: acknowledged on receipt', params: { mode: 'markAfter', ack: 'onReceive' } },
  massTransit: { title: 'MassTransit consumer outbox', params: { dedupWindowMs: 1_800_000, cleanupEveryMs: 10_000 }, source: 'DuplicateDetectionWindow 30 min; QueryDelay 10 s' },
  nServiceBus: { title: 'NServiceBus outbox', params: { dedupWindowMs: 604_800_000, cleanupEveryMs: 60_000 }, source: 'deduplication data is kept for 7 days and cleaned up each minute' },
  rabbitMq: { title: 'RabbitMQ quorum queue', params: { maxAttempts: 20 }, source: 'delivery-limit 20' },
};
