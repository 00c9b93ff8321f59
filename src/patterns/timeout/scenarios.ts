/** What there is to see: what limits and hedges are for, how they go wrong, and what mends it. Every number that a text states is a test. */
import { hangingService } from './scenarios/hanging.ts';
import { hedgedReads, hedgingWhenFull } from './scenarios/hedged.ts';
import { limitTooLow, nobodyThere, notKept, skewedClock } from './scenarios/limits.ts';
import { deadRequests, freshTimeouts, orphanWork } from './scenarios/waste.ts';
import { writtenTwice } from './scenarios/writes.ts';

export const scenarios = {
  'hanging-service': hangingService,
  'hedged-reads': hedgedReads,
  'orphan-work': orphanWork,
  'limit-too-low': limitTooLow,
  'hedging-when-full': hedgingWhenFull,
  'dead-requests': deadRequests,
  'fresh-timeouts': freshTimeouts,
  'written-twice': writtenTwice,
  'skewed-clock': skewedClock,
  'not-kept': notKept,
  'nobody-there': nobodyThere,
} as const;
