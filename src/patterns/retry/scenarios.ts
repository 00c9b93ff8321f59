/** What there is to see: what retries are for, how they go wrong, and what mends it. Every number that a text states is a test. */
import { slowReplica, transientBlips } from './scenarios/blips.ts';
import { herd } from './scenarios/herd.ts';
import { doubleCharge, ignoringRetryAfter, layeredRetries, permanentErrors } from './scenarios/pitfalls.ts';
import { correctivePush, retryStorm } from './scenarios/storm.ts';

export const scenarios = {
  'transient-blips': transientBlips,
  herd,
  'retry-storm': retryStorm,
  'corrective-push': correctivePush,
  'layered-retries': layeredRetries,
  'double-charge': doubleCharge,
  'permanent-errors': permanentErrors,
  'retry-after': ignoringRetryAfter,
  'slow-tail': slowReplica,
} as const;
