/** What must hold of the layer after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import { isSound, withinBound } from './budget.ts';
import type { RetryParams } from './params.ts';
import type { RetryState, Ticket } from './state.ts';

const each = (name: string, why: string, holds: (ticket: Ticket) => boolean): Invariant<RetryParams, RetryState> => ({
  name, why,
  holds({ tickets }) {
    for (const ticket of tickets.values()) if (!holds(ticket)) return false;
    return true;
  },
});
const ROUNDING = 1e-6;

export const invariants: readonly Invariant<RetryParams, RetryState>[] = [
  each('attempts ≤ max', 'A call was sent more often than allowed.', ({ tries, maxAttempts }) => tries <= maxAttempts),
  each('no attempt after the deadline', 'An attempt began when nobody waited for it any more.', ({ sentMs, deadlineMs }) => sentMs < deadlineMs),
  each('0 ≤ wait ≤ longest', 'A wait was longer than its law allows.', ({ delayMs, delayLimitMs }) => delayMs >= 0 && delayMs <= delayLimitMs + ROUNDING),
  each('every call goes on', 'A call neither waits nor has an attempt under way: it would never be answered.', ({ out, waiting }) => out.length > 0 || waiting),
  each('first attempt, retries and hedges are the attempts', 'An attempt was counted twice or not at all.', ({ tries, retries, hedges, waiting }) =>
    tries === 1 + retries + hedges - (waiting ? 1 : 0)),
  each('modes are those of the machine', 'A call waits or attempts, and says so.', ({ mode, waiting }) => mode === (waiting ? 'backingOff' : 'attempting')),
  {
    name: 'attempts are known once', why: 'An attempt under way belongs to no call, or to two.',
    holds({ tickets, attempts, waiting }) {
      let out = 0, waits = 0;
      for (const ticket of tickets.values()) {
        out += ticket.out.length;
        if (ticket.waiting) waits++;
      }
      return out === attempts.size && waits === waiting;
    },
  },
  {
    name: 'active retries are those under way or waiting', why: 'The share of active calls would be wrong.',
    holds({ attempts, waiting, retriesActive }) {
      let more = waiting;
      for (const { kind } of attempts.values()) if (kind !== 'first') more++;
      return more === retriesActive;
    },
  },
  {
    name: 'calls = ended + open', why: 'A call was lost or counted twice.',
    holds({ calls, tickets, results: r }) {
      return calls === tickets.size + r.successWithoutRetry + r.successAfterRetry + r.failedWithoutRetry + r.failedAfterRetry + r.cancelled + r.refused;
    },
  },
  { name: 'budget in 0 … cap', why: 'Credit was spent that was not there.', holds: ({ budget }) => isSound(budget) },
  {
    name: 'retries ≤ ratio · requests + minimum · time + burst', why: 'The budget let more retries through than it promises.',
    holds: ({ budget, atMs }, params) => withinBound(budget, params, atMs),
  },
];
