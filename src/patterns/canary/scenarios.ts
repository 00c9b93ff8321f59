/** What there is to see: what a canary is for, how it goes wrong, and what mends it. Every number that a text states is a test. */
import { flipping, guineaPigs, oneRegion, slowLeak } from './scenarios/assigning.ts';
import { commonCause, peeking, silence, thinTraffic, totalRate, wrongMetric } from './scenarios/judging.ts';
import { badRelease, byHand, byHeader, mirrored } from './scenarios/release.ts';

export const scenarios = {
  'bad-release': badRelease, 'too-few-samples': thinTraffic, 'wrong-metric': wrongMetric, 'total-rate': totalRate, 'no-comparison': commonCause, peeking,
  flipping, 'guinea-pigs': guineaPigs, 'one-region': oneRegion, 'slow-leak': slowLeak, silence, 'mirror-first': mirrored, 'testers-first': byHeader, 'by-hand': byHand,
} as const;
