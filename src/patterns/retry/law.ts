import type { BackoffLaw } from '../../primitives/backoff.ts';
import type { RetryParams } from './params.ts';

/** The back-off that the parameters describe. */
export const lawOf = (p: RetryParams): BackoffLaw => ({
  growth: p.backoff, baseMs: p.baseDelayMs, factor: p.factor, maxDelayMs: p.maxDelayMs, jitter: p.jitter, jitterRatio: p.jitterRatio, capOrder: p.capOrder,
});
