/** What must hold of a consumer after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import type { InboxParams } from './params.ts';
import type { InboxState } from './state.ts';

export const invariants: readonly Invariant<InboxParams, InboxState>[] = [
  {
    name: 'delivered = done + skipped + deferred + dead + given up + forgotten + in hand', why: 'A delivery was lost or counted twice.',
    holds: ({ counts: c, hands }) => c.delivered === c.done + c.skipped + c.deferred + c.dead + c.givenUp + c.forgotten + hands.size,
  },
  { name: 'workers are those at work', why: 'A worker is counted that does nothing, or works uncounted.', holds({ hands, busy }) { let n = 0; for (const hand of hands.values()) if (hand.busy) n++; return n === busy; } },
  {
    name: 'one message of an account at a time', why: 'Two messages of one account are worked on at once: the later may be first.',
    holds({ hands }) {
      const seen = new Set<string>();
      for (const { busy, serial, credit } of hands.values()) {
        if (!busy || !serial) continue;
        if (seen.has(credit.account)) return false;
        seen.add(credit.account);
      }
      return true;
    },
  },
  { name: 'who waits in line has no worker', why: 'A delivery is waited for twice.', holds: ({ hands, line }) => line.every((number) => hands.get(number)?.busy === false) },
];
