/** Whether a failure is worth another attempt, and how long to wait for it at least. */
import type { Ms, Outcome } from '../../kernel/contract.ts';
import type { RetryParams } from './params.ts';

export interface Judgement {
  readonly retry: boolean;
  /** In words, for notes. */
  readonly why: string;
  /** What the answer asked for, as far as it is heeded. */
  readonly retryAfterMs: Ms;
}

/** The call was surely not carried out: it was turned away before any work. */
const surelyNotDone = ({ kind }: Outcome): boolean => kind === 'overload' || kind === 'throttled' || kind === 'rejected';

export function judgeFailure(outcome: Outcome, idempotent: boolean, params: RetryParams): Judgement {
  const listed = isListed(outcome, params);
  if (listed !== '') return no(listed);
  if (!idempotent && params.nonIdempotent !== 'anyway') {
    if (params.nonIdempotent === 'never') return no(`${wordFor(outcome)}, and the call must not happen twice`);
    if (!surelyNotDone(outcome)) return no(`${wordFor(outcome)}, and nobody knows whether the call was carried out`);
  }
  const askedMs = 'retryAfterMs' in outcome ? (outcome.retryAfterMs ?? 0) : 0;
  if (!params.honourRetryAfter || askedMs === 0) return { retry: true, why: wordFor(outcome), retryAfterMs: 0 };
  if (askedMs > params.retryAfterCapMs) return no(`asked to wait ${askedMs} ms, which is too long`);
  return { retry: true, why: `${wordFor(outcome)}, asked to wait ${askedMs} ms`, retryAfterMs: askedMs };
}
const no = (why: string): Judgement => ({ retry: false, why, retryAfterMs: 0 });

/** '' when this kind of failure is retried at all. */
function isListed(outcome: Outcome, params: RetryParams): string {
  switch (outcome.kind) {
    case 'transientError': return params.retryTransient ? '' : 'transient errors are not retried';
    case 'timeout': return params.retryTimeout ? '' : 'time-outs are not retried';
    case 'overload': return params.retryOverload ? '' : 'overload is not retried';
    case 'throttled': return params.retryThrottled ? '' : 'throttling is not retried';
    case 'permanentError': return params.retryPermanent ? '' : 'a permanent error stays one';
    case 'rejected': {
      const { retryAfterMs } = outcome;
      if (params.retryRejected === 'always') return '';
      if (params.retryRejected === 'whenShort' && retryAfterMs !== undefined && retryAfterMs <= params.retryRejectedWithinMs) return '';
      return `refused by ${outcome.by}`;
    }
    default: return outcome.kind;
  }
}

const WORDS = { transientError: 'transient error', permanentError: 'permanent error', timeout: 'time-out', overload: 'overload', throttled: 'throttled' } as const;
export const wordFor = (outcome: Outcome): string =>
  outcome.kind === 'rejected' ? `refused by ${outcome.by}` : (WORDS as Readonly<Record<string, string>>)[outcome.kind] ?? outcome.kind;
