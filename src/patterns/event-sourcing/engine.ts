/**
 * A command service whose state is a log of events, sans-IO: each command loads its account (snapshot and tail), folds it, decides, and appends with
 * the version that it decided by. Around it: the event store, a projection, and a service that overwrites rows, to compare with.
 *
 * Timers: a call's id is the one thing its command waits for: the decision, a back-off, or the store's answer.
 */
import type { Call, Engine, Outcome } from '../../kernel/contract.ts';
import { commandOf } from './account.ts';
import { appended, decided, end, load, loaded, takeTurn, tryAgain } from './commands.ts';
import { crud } from './crud.ts';
import { followNext, followNobody, move } from './follow.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import type { SourcingNote, SourcingParams } from './params.ts';
import { projection } from './projection.ts';
import { GAUGE, createState, newTicket, type Ctx, type SourcingState } from './state.ts';
import { eventStore, type Loaded } from './store.ts';

function onRequest(state: SourcingState, call: Call, ctx: Ctx): void {
  // A second copy of a request from the network: the first is under way.
  if (state.tickets.has(call.id)) return;
  const { params } = ctx;
  const asks = call.op === 'balance' || call.op === 'balanceAt';
  const command = asks ? null : commandOf(call, params.depositShare, (purpose) => ctx.uniform(purpose, call));
  const ticket = newTicket(call, command, params.maxRetries);
  state.counts.commands++;
  state.tickets.set(call.id, ticket);
  ctx.gauge(GAUGE.underWay, state.tickets.size);
  followNext(state, ticket, ctx);
  if (params.serial && command !== null) {
    const line = [...(state.lines.get(call.entity) ?? []), call.id];
    state.lines.set(call.entity, line);
    if (line.length > 1) return;
  }
  takeTurn(state, ticket, ctx);
}

function onReply(state: SourcingState, child: Call, outcome: Outcome, ctx: Ctx): void {
  const ticket = state.tickets.get(child.parentId);
  // Nobody waits for what came of a snapshot, an unlock, or a call given up.
  if (ticket === undefined || ticket.child?.id !== child.id) return;
  ctx.clear(ticket.call.id);
  ticket.child = null;
  if (outcome.kind === 'ok') {
    if (ticket.mode === 'loading') loaded(state, ticket, outcome.value as unknown as Loaded, ctx);
    else appended(state, ticket, outcome.value as { readonly to: number }, ctx);
  } else if (ticket.mode === 'appending' && outcome.kind === 'permanentError' && outcome.detail === 'wrongExpectedVersion') {
    tryAgain(state, ticket, 'conflict', ctx);
  } else if (outcome.kind === 'permanentError') {
    end(state, ticket, 'gaveUp', outcome, outcome.detail ?? 'refused', ctx);
  } else {
    tryAgain(state, ticket, 'timedOut', ctx);
  }
}

export const engine: Engine<SourcingParams, SourcingState, SourcingNote> = {
  gauges: ['underWay', 'lastLoadMs', 'replayed'],
  init: createState,
  // Nothing is durable but the log: what was under way is gone, and counts go on for those who watch.
  onRestart: (state) => ({ ...createState(), followed: state.followed, shownMode: state.shownMode, loads: state.loads, recent: state.recent, longest: state.longest, counts: { ...state.counts, cancelled: state.counts.cancelled + state.tickets.size } }),
  onStart: followNobody,
  onRequest,
  onReply,
  onTimer(state, key, ctx) {
    const ticket = state.tickets.get(key as number);
    if (ticket === undefined) return;
    if (ticket.mode === 'deciding') return decided(state, ticket, ctx);
    if (ticket.mode === 'backingOff') {
      ctx.note('retried', { account: ticket.account });
      move(state, ticket, 'waitOver', ctx);
      return load(ticket, ctx);
    }
    if (ticket.child !== null) ctx.cancel(ticket.child, { kind: 'timeout' });
    ticket.child = null;
    tryAgain(state, ticket, 'timedOut', ctx);
  },
  onCancel(state, call, ctx) {
    const ticket = state.tickets.get(call.id);
    if (ticket === undefined) return;
    if (ticket.child !== null) ctx.cancel(ticket.child);
    ticket.child = null;
    end(state, ticket, 'cancelled', { kind: 'cancelled' }, '', ctx);
  },
  inspect,
  invariants,
};

export const engines = { 'event-sourcing': engine, 'event-store': eventStore, projection, crud } as const;
export { laws };
