/** Moves calls along their machine, and shows the moves of one call at a time: those of all would hide each other. */
import { nextState } from '../../primitives/tabulate.ts';
import { attemptTable, callTable, type AttemptEvent, type CallEvent, type CallMode } from './machine.ts';
import type { Attempt, Ticket, TimeoutContext, TimeoutState } from './state.ts';

export const isOver = (mode: CallMode): boolean => mode !== 'pending' && mode !== 'hedged' && mode !== 'cleaningUp';

/** Follows a new call from its beginning, if the one before is over. */
export function followNext(state: TimeoutState, { call, startedMs, deadlineMs, givenMs }: Ticket, ctx: TimeoutContext): void {
  if (state.followed !== 0) return;
  state.followed = call.id;
  state.ring = { call: call.id, op: call.op, node: ctx.self, startedMs, deadlineMs, givenMs, to: '', sentLeftMs: 0, sentMs: 0, endMs: null };
  if (isOver(state.shownMode)) ctx.transition('', state.shownMode, 'pending', 'nextCall');
  state.shownMode = 'pending';
}

export function moveCall(state: TimeoutState, ticket: Ticket, event: CallEvent, ctx: TimeoutContext): void {
  const from = ticket.mode;
  ticket.mode = nextState(callTable, from, event);
  if (state.followed !== ticket.call.id) return;
  ctx.transition('', from, ticket.mode, event);
  state.shownMode = ticket.mode;
  if (!isOver(ticket.mode)) return;
  state.followed = 0;
  if (state.ring !== null) state.ring.endMs = ctx.nowMs;
}

export function moveAttempt(attempt: Attempt, event: AttemptEvent): void {
  attempt.mode = nextState(attemptTable, attempt.mode, event);
}

/** After a crash nobody waits for the call that was followed. */
export function followNobody(state: TimeoutState, ctx: TimeoutContext): void {
  if (isOver(state.shownMode) || state.followed === 0) return;
  ctx.transition('', state.shownMode, 'cancelled', 'cancelled');
  state.shownMode = 'cancelled';
  state.followed = 0;
}
