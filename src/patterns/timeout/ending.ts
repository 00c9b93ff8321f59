/** How calls end: with an answer, an error, or no time left; whatever is still out for them is given up. */
import { TIMEOUT, type Outcome } from '../../kernel/contract.ts';
import { recordValue } from '../../kernel/histogram.ts';
import { leave } from './attempts.ts';
import { moveCall } from './follow.ts';
import { whyWord } from './hedging.ts';
import { learnCall } from './limits.ts';
import type { CallEvent } from './machine.ts';
import type { Ticket, TimeoutContext, TimeoutState } from './state.ts';
import { watchForTrouble } from './trouble.ts';

export function endWithError(state: TimeoutState, ticket: Ticket, outcome: Outcome, ctx: TimeoutContext): void {
  ctx.note('failed', { why: whyWord(outcome) });
  end(state, ticket, outcome, 'failedForGood', ctx);
}

export function endOutOfTime(state: TimeoutState, ticket: Ticket, ctx: TimeoutContext): void {
  learnCall(state, ctx.nowMs - ticket.startedMs, true, ctx);
  if (ctx.params.onTimeout === 'fallback') {
    ctx.note('fellBack');
    end(state, ticket, FALLBACK, 'timeUpWithFallback', ctx);
  } else {
    end(state, ticket, TIMEOUT, 'timeUp', ctx);
  }
}
const FALLBACK: Outcome = Object.freeze({ kind: 'stale', value: 'fallback' });

const ENDS: Readonly<Partial<Record<CallEvent, keyof TimeoutState['results']>>> = {
  answered: 'succeeded', failedForGood: 'failed', timeUp: 'timedOut', timeUpWithFallback: 'fellBack', cleanedUp: 'timedOut', tooLittleLeft: 'rejectedNoBudget',
};
/** Ends a call: what is still out is given up, its timers are cleared, its caller is answered. */
export function end(state: TimeoutState, ticket: Ticket, outcome: Outcome, event: CallEvent, ctx: TimeoutContext): void {
  const outOfTime = event === 'timeUp' || event === 'timeUpWithFallback' || event === 'cleanedUp';
  drop(state, ticket, outOfTime ? 'timeout' : 'lost', ctx);
  moveCall(state, ticket, event, ctx);
  state.results[ENDS[event]!]++;
  recordValue(state.times, ctx.nowMs - ticket.startedMs);
  watchForTrouble(state, outOfTime || event === 'tooLittleLeft', ctx);
  ctx.reply(ticket.call, outcome);
}

/** Forgets a call, its timers and its attempts. */
export function drop(state: TimeoutState, ticket: Ticket, why: 'timeout' | 'lost' | 'cancelled', ctx: TimeoutContext): void {
  state.tickets.delete(ticket.call.id);
  ctx.clear(ticket.call.id);
  ctx.clear(-ticket.call.id);
  while (ticket.out.length > 0) leave(state, ticket.out[ticket.out.length - 1]!, why, ctx);
}
