/** What must hold of the layer after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import { inUse, ownTerms } from './keys.ts';
import { peek } from './limits.ts';
import type { LimiterParams } from './params.ts';
import type { KeyEntry, LimiterState } from './state.ts';

type Rule = Invariant<LimiterParams, LimiterState>;
/** So many keys are looked at after each step: those used last. */
const LOOKED_AT = 4;
function newest(state: LimiterState): KeyEntry[] {
  const all = [...state.keys.values()];
  return all.slice(-LOOKED_AT);
}
const ROUNDING = 1e-6;

export const invariants: readonly Rule[] = [
  {
    name: '0 ≤ what is left ≤ the limit', why: 'More was given than there was, or there is more than fits.',
    holds(state, params) {
      const terms = ownTerms(params);
      return newest(state).every(({ limit, atMs }) => {
        const { remaining, limit: most } = peek(limit, terms, Math.max(atMs, state.rawMs + state.skippedMs), params.maxWaitMs);
        return remaining >= 0 && remaining <= most + ROUNDING;
      });
    },
  },
  {
    name: 'a limit keeps what its algorithm allows', why: 'More passed in a window than its algorithm can ever let through.',
    holds(state) {
      return newest(state).every(({ limit }) => {
        switch (limit.kind) {
          case 'fixedWindow': case 'slidingLog': return limit.state.used >= -ROUNDING;
          case 'slidingCounter': return limit.state.used >= 0 && limit.state.before >= 0;
          case 'concurrency': return limit.state.inFlight >= 0;
          case 'warmUp': return limit.state.stored >= -ROUNDING;
          default: return true;
        }
      });
    },
  },
  {
    name: 'every call is decided, asks or waits', why: 'A call was lost or counted twice.',
    holds: ({ calls, tickets, admitted, denied, gaveUp }) => calls === tickets.size + admitted + denied + gaveUp,
  },
  {
    name: 'waiting calls are those with a place or in a line', why: 'A call waits for ever, or a place is kept for nobody.',
    holds({ tickets, keys, waiting }) {
      let waits = 0, queued = 0, lined = 0, pending = 0;
      for (const { stage } of tickets.values()) { if (stage === 'waiting') waits++; else if (stage === 'queued') queued++; }
      for (const { line, pending: own } of keys.values()) { lined += line.length; pending += own; }
      return waits + queued === waiting && queued === lined && pending === tickets.size;
    },
  },
  { name: 'no more wait than may', why: 'The queue has outgrown its bound.', holds: ({ waiting, waitingCeiling }) => waiting <= waitingCeiling },
  {
    name: 'every question to the store belongs to a call', why: 'An answer would find nobody.',
    holds({ asks, tickets }) {
      for (const [id, ticket] of asks) if (ticket.child?.id !== id || tickets.get(ticket.call.id) !== ticket) return false;
      return true;
    },
  },
  {
    name: 'keys are bounded', why: 'Whoever makes up names could fill the memory.',
    holds({ keys }, { maxKeys }) {
      if (keys.size <= maxKeys) return true;
      for (const entry of keys.values()) if (!inUse(entry)) return false;
      return true;
    },
  },
];
