/** What there is to see: what a limit is for, how the algorithms differ, how limits go wrong, and what mends it. */
import { clockBack, noBackOff, oneAddress } from './scenarios/callers.ts';
import { counterWorst, duel } from './scenarios/duel.ts';
import { noisyNeighbour } from './scenarios/neighbour.ts';
import { coldStart, pacing, wrongOrder } from './scenarios/outbound.ts';
import { lostCounts, replicas, storeOutage } from './scenarios/shared.ts';

export const scenarios = {
  'noisy-neighbour': noisyNeighbour,
  duel,
  'counter-worst': counterWorst,
  'lost-counts': lostCounts,
  replicas,
  'store-outage': storeOutage,
  'no-back-off': noBackOff,
  'clock-back': clockBack,
  'one-address': oneAddress,
  pacing,
  'wrong-order': wrongOrder,
  'cold-start': coldStart,
} as const;
