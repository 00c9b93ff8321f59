/** All scenarios, in the order in which they are best seen. */
import { pausedSlot, poison, sequenceGap, twoRelays } from './scenarios/finding.ts';
import { crashPoints, orders, original } from './scenarios/orders.ts';

export const scenarios = { orders, 'crash-points': crashPoints, 'sequence-gap': sequenceGap, 'two-relays': twoRelays, poison, 'paused-slot': pausedSlot, original } as const;
