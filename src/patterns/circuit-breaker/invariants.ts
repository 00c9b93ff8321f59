/** What must hold of the breaker after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import { breakerTable } from './machine.ts';
import type { BreakerParams } from './params.ts';
import { hasRoom, waitingAt, type Breaker, type BreakerState } from './state.ts';
import { ratesOf, tallyOfRing, type BreakerWindow, type Tally } from './window.ts';

const each = (name: string, why: string, holds: (breaker: Breaker, params: BreakerParams) => boolean): Invariant<BreakerParams, BreakerState> => ({
  name, why,
  holds(state, params) {
    for (const breaker of state.breakers.values()) if (!holds(breaker, params)) return false;
    return true;
  },
});

const isRate = (rate: number | null): boolean => rate === null || (rate >= 0 && rate <= 100);

/** Counts of a window as they are stored, aged or not. */
const storedTally = (window: BreakerWindow): Tally => {
  if (window.type === 'COUNT') return tallyOfRing(window.ring);
  const [calls = 0, failed = 0, slow = 0, fired = 0] = window.time.totals;
  return { calls, failed, slow, base: Math.max(calls, fired) };
};
const isTally = ({ calls, failed, slow }: Tally): boolean => failed >= 0 && slow >= 0 && failed <= calls && slow <= calls;

export const invariants: readonly Invariant<BreakerParams, BreakerState>[] = [
  each('probes ≤ permits', 'While half-open no more calls may be out than there are permits.', ({ mode, halfOpen, inFlightNow }) => {
    if (mode !== 'halfOpen' || halfOpen === null) return mode !== 'halfOpen' && halfOpen === null;
    const { permits } = halfOpen;
    return inFlightNow <= permits.used && permits.used <= permits.limit;
  }),
  each('open admits nothing', 'An open breaker lets no call through.', ({ mode, inFlightNow }) => (mode !== 'open' && mode !== 'forcedOpen') || inFlightNow === 0),
  each('legal moves', 'The mode changes only along the machine.', ({ mode, lastMove }) => {
    if (lastMove === null) return mode === breakerTable.initial;
    return breakerTable.next[lastMove.from][lastMove.event] === mode;
  }),
  each('rates in 0–100 % or n/a', 'A share lies between nothing and everything.', (breaker, params) => {
    const counts = storedTally(breaker.window);
    const { failureRate, slowRate } = ratesOf(counts, 1, params);
    return isTally(counts) && isRate(failureRate) && isRate(slowRate) && (breaker.halfOpen === null || isTally(tallyOfRing(breaker.halfOpen.ring)));
  }),
  each('buffered ≤ size', 'The window holds no more results than its size, and exactly as many as it counts.', ({ window, halfOpen }) => {
    const within = halfOpen === null || (halfOpen.ring.filled <= halfOpen.ring.size && halfOpen.ring.size === halfOpen.permits.limit);
    return within && (window.type === 'COUNT' ? window.ring.filled <= window.ring.size : window.time.used <= window.time.buckets);
  }),
  each('generations only grow', 'Each move begins a new generation, so that late results can be told.', ({ generation, topGeneration }) => generation === topGeneration),
  each('calls = permitted + refused + waiting', 'Every call is let through, refused, still waiting, or gave up waiting.', (breaker) =>
    breaker.arrived === breaker.permitted + breaker.notPermitted + breaker.gaveUp + waitingAt(breaker)),
  each('only half-open makes wait', 'Once the probes have decided, nobody waits any more.', (breaker) =>
    breaker.released.length === 0 && (breaker.mode === 'halfOpen' || waitingAt(breaker) === 0)),
  {
    name: 'every call is known once', why: 'What is in flight or waits has a ticket, and nothing else has.',
    holds(state) {
      let known = 0;
      for (const breaker of state.breakers.values()) known += breaker.inFlight + waitingAt(breaker);
      return known === state.tickets.size;
    },
  },
  { name: 'keys ≤ maxKeys', why: 'A breaker per key must not grow without bound.', holds: (state, params) => hasRoom(state, params) },
];
