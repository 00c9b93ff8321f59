/** What must hold of the layer after every step. Buckets are checked where one has just decided: looking at all of ten thousand would take too long. */
import type { Invariant } from '../../kernel/contract.ts';
import { tokensPerFill } from '../../primitives/rateLimits/tokenBucket.ts';
import type { LimitParams } from './params.ts';
import { levelOf, type Slot } from './shelf.ts';
import type { LimitState } from './state.ts';

const ROUNDING = 1e-6;
const lastMs = ({ bucket, gcra }: Slot): number => (bucket ?? gcra!).lastNs / 1e6;
const ofLast = (name: string, why: string, holds: (slot: Slot, params: LimitParams) => boolean): Invariant<LimitParams, LimitState> => ({
  name, why,
  holds({ shelf, last }, params) {
    const slot = last === null ? undefined : shelf.slots.get(last.key);
    // A clock that is believed takes away what it likes.
    return slot === undefined || params.clock === 'naive' || holds(slot, params);
  },
});

export const invariants: readonly Invariant<LimitParams, LimitState>[] = [
  ofLast('tokens ≤ b', 'A bucket holds more than its capacity.', (slot) => levelOf(slot, lastMs(slot)) <= slot.terms.capacity * (1 + 1e-12) + ROUNDING),
  ofLast('tokens ≥ 0, or a debt that was granted', 'Tokens were taken that were not there.', (slot) => levelOf(slot, lastMs(slot)) >= -slot.credit - ROUNDING),
  ofLast('taken ≤ b + r · t', 'A bucket let more through than a full one and the rate since.', ({ first, taken, sinceMs, credit, terms, ...slot }) => {
    const greedy = terms.refill === undefined || terms.refill === 'greedy';
    const gained = (terms.ratePerSecond * (lastMs({ first, taken, sinceMs, credit, terms, ...slot }) - sinceMs)) / 1000;
    return taken <= Math.max(0, first) + gained + credit + (greedy ? 0 : tokensPerFill(terms)) + ROUNDING * (1 + gained);
  }),
  {
    name: 'keys ≤ most', why: 'Memory grows with the names that callers make up.',
    // One more for each level: the bucket that newcomers share.
    holds: ({ shelf }) => shelf.slots.size <= shelf.most + 4,
  },
  { name: 'a request waits for one thing', why: 'A request is asked about at the store and holds tokens already.', holds({ held, askedFor }) { for (const id of held.keys()) if (askedFor.has(id)) return false; return true; } },
  {
    name: 'every question belongs to a request', why: 'An answer of the store would find nobody.',
    holds({ pending, askedFor }) {
      for (const { kind, ...rest } of pending.values()) if ((kind === 'take' || kind === 'read') && 'call' in rest && !askedFor.has(rest.call.id)) return false;
      return true;
    },
  },
];
