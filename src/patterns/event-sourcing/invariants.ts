/** What must hold of the command service after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import { isOver } from './follow.ts';
import type { SourcingParams } from './params.ts';
import type { SourcingState, Ticket } from './state.ts';

const each = (name: string, why: string, holds: (ticket: Ticket) => boolean): Invariant<SourcingParams, SourcingState> => ({
  name, why,
  holds({ tickets }) {
    for (const ticket of tickets.values()) if (!holds(ticket)) return false;
    return true;
  },
});

export const invariants: readonly Invariant<SourcingParams, SourcingState>[] = [
  each('retries ≤ max', 'A command was tried more often than allowed.', ({ retries, maxRetries }) => retries <= maxRetries),
  each('every command goes on', 'A command is over, and still kept.', ({ mode }) => !isOver(mode)),
  each('asks the store only while it loads or appends', 'A command waits for an answer that it does not need, or for none.', ({ mode, child }) => (child !== null) === (mode === 'loading' || mode === 'appending')),
  {
    name: 'commands = ended + under way', why: 'A command was lost or counted twice.',
    holds: ({ tickets, counts: c }) => c.commands === tickets.size + c.accepted + c.rejected + c.answered + c.failed + c.cancelled,
  },
  {
    name: 'those in line are under way', why: 'The line of an account holds a command that is over: nobody behind it would ever have a turn.',
    holds({ lines, tickets }) {
      for (const line of lines.values()) if (line.length === 0 || !line.every((id) => tickets.has(id)) || tickets.get(line[0]!)!.mode === 'waiting') return false;
      return true;
    },
  },
  { name: 'nothing folds twice', why: 'More loads began with a snapshot than there were loads.', holds: ({ counts: c }) => c.snapshotHits <= c.loads && c.conflicts <= c.appends },
];
