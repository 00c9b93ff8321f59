/** Every pattern that exists: one line each. A new pattern is a folder and a line here. */
import type { Card } from '../kernel/story.ts';
import { bulkhead } from './bulkhead/index.ts';
import { cacheAside } from './cache-aside/index.ts';
import { canary } from './canary/index.ts';
import { circuitBreaker } from './circuit-breaker/index.ts';
import { eventSourcing } from './event-sourcing/index.ts';
import { inbox } from './inbox/index.ts';
import { outbox } from './outbox/index.ts';
import { rateLimiting } from './rate-limiting/index.ts';
import { retry } from './retry/index.ts';
import { saga } from './saga/index.ts';
import { specification } from './specification/index.ts';
import { timeout } from './timeout/index.ts';
import { tokenBucket } from './token-bucket/index.ts';
import { twoPhaseCommit } from './two-phase-commit/index.ts';

export const catalogue: readonly Card[] = [
  circuitBreaker,
  retry,
  bulkhead,
  rateLimiting,
  cacheAside,
  eventSourcing,
  saga,
  outbox,
  specification,
  inbox,
  timeout,
  tokenBucket,
  twoPhaseCommit,
  canary,
];
