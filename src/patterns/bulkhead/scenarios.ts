/** What there is to see: what a bulkhead is for, how it is sized wrongly, and what shares with what. Every number that a text states is a test. */
import { hangingPayments } from './scenarios/hanging.ts';
import { poolGrowth, staleQueue } from './scenarios/queues.ts';
import { noisyNeighbour, poolDeadlock, retryInside } from './scenarios/sharing.ts';
import { adaptiveLimit, tooBig, tooSmall } from './scenarios/sizing.ts';

export const scenarios = {
  'hanging-payments': hangingPayments,
  'too-small': tooSmall,
  'too-big': tooBig,
  'adaptive-limit': adaptiveLimit,
  'noisy-neighbour': noisyNeighbour,
  'pool-deadlock': poolDeadlock,
  'pool-growth': poolGrowth,
  'stale-queue': staleQueue,
  'retry-inside': retryInside,
} as const;
