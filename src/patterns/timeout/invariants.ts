/** What must hold of the layer after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import type { TimeoutParams } from './params.ts';
import type { Ticket, TimeoutState } from './state.ts';

/** A call has at most so many. */
const MOST_HEDGES = 4;
type Rule = Invariant<TimeoutParams, TimeoutState>;
const each = (name: string, why: string, holds: (ticket: Ticket) => boolean): Rule => ({
  name, why,
  holds({ tickets }) {
    for (const ticket of tickets.values()) if (!holds(ticket)) return false;
    return true;
  },
});

export const invariants: readonly Rule[] = [
  each('attempts ≤ 1 + retries + hedges', 'A call was sent more often than allowed.', ({ tries, retries, hedges, maxRetries, maxHedges }) =>
    tries === 1 + retries + hedges && retries <= maxRetries && hedges <= maxHedges),
  each('child deadline ≤ parent’s', 'A callee was given more time than this call has.', ({ sentDeadlineMs, deadlineMs, call }) =>
    sentDeadlineMs === Infinity || (sentDeadlineMs <= deadlineMs && sentDeadlineMs <= call.deadlineMs)),
  each('every call goes on', 'A call has neither an attempt under way nor one to come: it would be answered only when its time is up.', ({ out, hedgeAtMs }) => out.length > 0 || hedgeAtMs > 0),
  each('what may not happen twice is not hedged', 'A call that may happen only once was sent again while the first was out.', ({ maySendTwice, hedges }) => maySendTwice || hedges === 0),
  {
    name: 'attempts are known once', why: 'An attempt under way belongs to no call, or to two, or is an orphan as well.',
    holds({ tickets, attempts, orphans }) {
      let out = 0;
      for (const ticket of tickets.values()) out += ticket.out.length;
      for (const id of orphans.keys()) if (attempts.has(id)) return false;
      return out === attempts.size;
    },
  },
  {
    name: 'one outcome per call', why: 'A call was lost or answered twice.',
    holds: ({ calls, tickets, results: r }) => calls === tickets.size + r.succeeded + r.failed + r.timedOut + r.fellBack + r.cancelled + r.rejectedNoBudget,
  },
  {
    name: 'a late answer is no success', why: 'An answer that came after the limit was passed on as good, though the limit is exact.',
    holds: ({ lateSuccesses }) => lateSuccesses === 0,
  },
  { name: 'the hedge share is counted', why: 'More hedges were paid for than calls can have.', holds: ({ share }) => share.total >= 0 && share.total <= share.calls * MOST_HEDGES },
  { name: '0 ≤ tokens ≤ maxTokens', why: 'The throttle has tokens that nobody gave it.', holds: ({ tokens }) => tokens.level >= 0 && tokens.level <= tokens.cap },
];
