/** What plates, charts and instruments show of a consumer. Looks, and changes nothing. */
import type { Inspection, Json } from '../../kernel/contract.ts';
import type { InboxParams } from './params.ts';
import type { InboxState } from './state.ts';

const WORDS = { none: 'no inbox', markFirst: 'marks first', markAfter: 'marks afterwards', transactional: 'one transaction' } as const;
export function inspect({ hands, busy, counts, newest, line }: InboxState, { mode, concurrency }: InboxParams): Inspection {
  return {
    mode: WORDS[mode], tone: hands.size > 0 ? 'active' : 'calm', slots: { used: busy, of: Math.max(busy, concurrency) },
    // Words of the original: what it has processed, and what is pending.
    meters: { processedCount: counts.processed, pendingCount: hands.size, delivered: counts.delivered, skipped: counts.skipped, deferred: counts.deferred, retries: counts.retried, dlq: counts.dead, givenUp: counts.givenUp, forgotten: counts.forgotten, waiting: line.length },
    machines: [{ instance: '', state: newest?.mode ?? 'received', ...(newest !== null && { guards: [{ label: 'message', value: null, text: newest.key }] }) }],
    views: {
      hands: [...hands.values()].slice(0, 40).map(({ number, key, credit, mode: state, attempts, steps, done }): Json => ({ delivery: number, id: key, account: credit.account, state, step: steps[done] ?? 'over', attempts })),
    },
  };
}
