/** Moves calls along their machine, and shows the moves of one call at a time: those of all would hide each other. */
import { nextState } from '../../primitives/tabulate.ts';
import { callTable, type CallEvent, type CallMode } from './machine.ts';
import type { RetryContext, RetryState, Ticket } from './state.ts';

export const isOver = (mode: CallMode): boolean => mode !== 'attempting' && mode !== 'backingOff';

/** Follows a new call from its beginning, if the one before is over. */
export function followNext(state: RetryState, ticket: Ticket, ctx: RetryContext): void {
  if (state.followed !== 0) return;
  state.followed = ticket.call.id;
  if (isOver(state.shownMode)) ctx.transition('', state.shownMode, 'attempting', 'nextCall');
  state.shownMode = 'attempting';
}

export function moveCall(state: RetryState, ticket: Ticket, event: CallEvent, ctx: RetryContext): void {
  const from = ticket.mode;
  ticket.mode = nextState(callTable, from, event);
  if (state.followed !== ticket.call.id) return;
  ctx.transition('', from, ticket.mode, event);
  state.shownMode = ticket.mode;
  if (isOver(ticket.mode)) state.followed = 0;
}

/** After a crash nobody waits for the call that was followed. */
export function followNobody(state: RetryState, ctx: RetryContext): void {
  if (isOver(state.shownMode) || state.followed === 0) return;
  ctx.transition('', state.shownMode, 'cancelled', 'cancelled');
  state.shownMode = 'cancelled';
  state.followed = 0;
}
