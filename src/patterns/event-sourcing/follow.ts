/** Moves commands along their machine, and shows the moves of one at a time: those of all would hide each other. */
import { nextState } from '../../primitives/tabulate.ts';
import { commandTable, type CommandEvent, type CommandMode } from './machine.ts';
import type { Ctx, SourcingState, Ticket } from './state.ts';

const ENDS: ReadonlySet<CommandMode> = new Set<CommandMode>(['accepted', 'rejected', 'failed', 'cancelled']);
export const isOver = (mode: CommandMode): boolean => ENDS.has(mode);

export function followNext(state: SourcingState, ticket: Ticket, ctx: Ctx): void {
  if (state.followed !== 0) return;
  state.followed = ticket.call.id;
  if (isOver(state.shownMode)) ctx.transition('', state.shownMode, 'waiting', 'nextCommand');
  state.shownMode = 'waiting';
}
export function move(state: SourcingState, ticket: Ticket, event: CommandEvent, ctx: Ctx): void {
  const from = ticket.mode;
  ticket.mode = nextState(commandTable, from, event);
  if (state.followed !== ticket.call.id) return;
  ctx.transition('', from, ticket.mode, event);
  state.shownMode = ticket.mode;
  if (isOver(ticket.mode)) state.followed = 0;
}
/** After a crash nobody waits for the command that was followed. */
export function followNobody(state: SourcingState, ctx: Ctx): void {
  if (isOver(state.shownMode) || state.followed === 0) return;
  ctx.transition('', state.shownMode, 'cancelled', 'cancelled');
  state.shownMode = 'cancelled';
  state.followed = 0;
}
