/** What must hold of the layer after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import { PERMIT_RULES } from '../../primitives/permits.ts';
import type { BulkheadParams } from './params.ts';
import { refusedOf, type BulkheadState, type Compartment } from './state.ts';

type Rule = Invariant<BulkheadParams, BulkheadState>;
const each = (name: string, why: string, holds: (c: Compartment, state: BulkheadState) => boolean): Rule => ({
  name, why,
  holds(state) {
    for (const c of state.compartments) if (!holds(c, state)) return false;
    return true;
  },
});
const ROUNDING_MS = 1e-5;

export const invariants: readonly Rule[] = [
  ...PERMIT_RULES.map(({ name, why, holds }) => each(name, why, ({ permits }) => holds(permits))),
  {
    name: 'never more than the limit', why: 'More calls are under way than the bulkhead allows in all (after a shrink: than were before).',
    holds: ({ used, ceiling, limit, kind }) => used >= 0 && used <= ceiling && (kind !== 'threadPool' || used <= limit),
  },
  each('no compartment above its max', 'A compartment uses more than it may ever have.', ({ permits, max }) => permits.used <= max),
  each('a call is let in, waits, or was refused', 'A call was lost or counted twice.', (c) =>
    c.arrived === c.permitted + refusedOf(c) + c.withdrawn + c.permits.waiting),
  each('permits are conserved', 'A permit was lost or given back twice.', ({ permitted, finished, permits }) => permitted - finished === permits.used),
  {
    name: 'every call has one ticket', why: 'Calls that wait or are under way are not those that the bulkhead knows.',
    holds({ tickets, used, waiting, compartments }) {
      let inside = 0, lined = 0;
      for (const { permits } of compartments) {
        inside += permits.used;
        lined += permits.waiting;
      }
      return inside === used && lined === waiting && tickets.size === used + waiting;
    },
  },
  { name: 'nobody waits longer than allowed', why: 'A call was let in after its longest wait.', holds: ({ overstayedMs }) => overstayedMs <= ROUNDING_MS },
  each('a thread works or idles', 'Threads of the pool are neither at work nor idle, or both.', ({ idleSinceMs, permits }, { kind }) =>
    (kind === 'threadPool' ? idleSinceMs.length === permits.limit - permits.used : idleSinceMs.length === 0)),
  each('the stuck are among those inside', 'The watch for deadlocks has lost count.', ({ stuck, permits }) => stuck >= 0 && stuck <= permits.used),
];
