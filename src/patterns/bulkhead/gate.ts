/** Who may go in: entering, waiting, refusing, leaving. Whoever leaves makes room for the next one. */
import { CANCELLED, type Call, type Ms, type Outcome } from '../../kernel/contract.ts';
import { NOT_WAITING, admit, displaceOldest, enter, leave, peek, rankOf, withdraw } from '../../primitives/permits.ts';
import { compartmentOf } from './compartments.ts';
import { familyEntered, familyLeft, familyWaits, familyWaitsNoMore, watchForDeadlock } from './families.ts';
import { takeThread, threadIsFree } from './pool.ts';
import { refusedOf, shareOut, WAITS, type BulkheadContext, type BulkheadState, type Compartment, type Refusal, type Ticket } from './state.ts';

/** Microseconds do for a sentence. */
export const shown = (ms: Ms): number => Math.round(ms * 1000) / 1000;
const ROUNDING_MS = 1e-6;
const EASED_AFTER_MS = 1000;

export function arrive(state: BulkheadState, call: Call, ctx: BulkheadContext): void {
  const { params } = ctx;
  const at = compartmentOf(state.compartments, params.compartmentBy, call);
  const c = state.compartments[at]!;
  c.arrived++;
  const ticket: Ticket = {
    call, at, arrivedMs: ctx.nowMs, order: ++state.lastOrder, waitLimitMs: params.limitWait ? params.maxWaitDurationMs : Infinity,
    enteredMs: -1, inFlight: 0, gone: false, turn: NOT_WAITING, rank: 0,
  };
  const rank = rankOf(params.discipline, call.priority, call.deadlineMs);
  let how = state.kind === 'threadPool' ? takeThread(c, ticket, rank, at, ctx) : enter(c.permits, ticket, rank);
  if (how === 'full' && params.whenFull === 'displaceOldest' && c.permits.capacity > 0) {
    const oldest = displaceOldest(c.permits);
    if (oldest !== undefined) {
      leaveQueue(state, oldest, ctx);
      c.displaced++;
      ctx.note('displaced', { compartment: c.name, waitedMs: shown(ctx.nowMs - oldest.arrivedMs) });
      answer(oldest, refusal('displaced', c), ctx);
      how = enter(c.permits, ticket, rank);
    }
  }
  if (how === 'entered') begin(state, ticket, ctx);
  else if (how === 'queued') wait(state, ticket, ctx);
  else refuse(state, c, call, ctx);
}

const refusal = (why: Refusal, { name }: Compartment): Outcome => ({ kind: 'rejected', by: 'bulkhead', detail: `${name}: ${why}` });

function refuse(state: BulkheadState, c: Compartment, call: Call, ctx: BulkheadContext): void {
  const reason: Refusal = c.permits.capacity === 0 ? 'full' : 'queue full';
  if (reason === 'full') c.refusedFull++;
  else c.refusedQueueFull++;
  ctx.note('rejected', { compartment: c.name, reason });
  ctx.reply(call, refusal(reason, c));
  sayFull(c, 1, ctx);
}

function sayFull(c: Compartment, refusedNow: number, ctx: BulkheadContext): void {
  c.pressedMs = ctx.nowMs;
  if (c.full) return;
  c.full = true;
  c.refusedBefore = refusedOf(c) - refusedNow;
  ctx.note('filled', { compartment: c.name, limit: c.permits.limit });
}
/** Full is over when nobody had to wait or was refused for a while: at the brim it would be said with every call. */
export function sayEased(c: Compartment, ctx: BulkheadContext): void {
  if (!c.full || c.permits.limit === 0 || c.permits.waiting > 0 || (ctx.nowMs >= c.pressedMs && ctx.nowMs - c.pressedMs < EASED_AFTER_MS)) return;
  c.full = false;
  ctx.note('eased', { compartment: c.name, refused: refusedOf(c) - c.refusedBefore });
}

function wait(state: BulkheadState, ticket: Ticket, ctx: BulkheadContext): void {
  const c = state.compartments[ticket.at]!;
  const { call, waitLimitMs } = ticket;
  state.tickets.set(call.id, ticket);
  state.waiting++;
  ctx.note('queued', { compartment: c.name, position: c.permits.waiting });
  sayFull(c, 0, ctx);
  if (waitLimitMs < Infinity) ctx.after(waitLimitMs, call.id);
  const leftMs = call.deadlineMs - ctx.nowMs;
  if (!state.warned && call.deadlineMs < Infinity && leftMs <= waitLimitMs) {
    state.warned = true;
    ctx.note('waitOutlivesCaller', { maxWaitMs: waitLimitMs === Infinity ? 'any number of' : shown(waitLimitMs), leftMs: shown(Math.max(0, leftMs)) });
  }
  familyWaits(c, call.rootId);
  watchForDeadlock(c, ctx);
}

/** It has a permit: on it goes. */
function begin(state: BulkheadState, ticket: Ticket, ctx: BulkheadContext): void {
  const c = state.compartments[ticket.at]!;
  const waitedMs = Math.max(0, ctx.nowMs - ticket.arrivedMs);
  ticket.enteredMs = ctx.nowMs;
  ticket.inFlight = ++state.used;
  state.tickets.set(ticket.call.id, ticket);
  state.waits[state.waitsTaken++ % WAITS] = waitedMs;
  state.overstayedMs = Math.max(state.overstayedMs, waitedMs - ticket.waitLimitMs);
  c.permitted++;
  familyEntered(c, ticket.call.rootId);
  ctx.note('permitted', { compartment: c.name, inFlight: c.permits.used });
  ctx.forward(ticket.call);
}

/** Timer of a place in the queue whose call has been given up. */
const PLACE = 'place ';
export const placeKey = ({ call }: Pick<Ticket, 'call'>): string => `${PLACE}${call.id}`;
export const callOfPlace = (key: string): number | undefined => (key.startsWith(PLACE) ? Number(key.slice(PLACE.length)) : undefined);

/** A call leaves the queue, let in or not. Its place in the line is the caller's business. */
function leaveQueue(state: BulkheadState, { call, at, gone }: Ticket, ctx: BulkheadContext): void {
  state.tickets.delete(call.id);
  state.waiting--;
  ctx.clear(call.id);
  if (gone) ctx.clear(placeKey({ call }));
  familyWaitsNoMore(state.compartments[at]!, call.rootId);
}

/** Answers one that waited. A caller that has gone hears nothing; but a callee has to answer. */
function answer({ call, gone }: Ticket, outcome: Outcome, ctx: BulkheadContext): void {
  if (!gone || call.to === ctx.self) ctx.reply(call, gone ? CANCELLED : outcome);
}

/** Permits that are free go to those that wait, in the order of the queue; across compartments the first come. */
export function fill(state: BulkheadState, ctx: BulkheadContext): void {
  const { compartments } = state;
  for (;;) {
    shareOut(state);
    let next: Compartment | undefined, first: Ticket | undefined;
    for (const c of compartments) {
      if (c.permits.waiting === 0 || c.permits.used >= c.permits.limit) continue;
      const ticket = peek(c.permits)!;
      if (first === undefined || ticket.rank < first.rank || (ticket.rank === first.rank && ticket.order < first.order)) { next = c; first = ticket; }
    }
    if (next === undefined) return;
    const ticket = admit(next.permits)!;
    leaveQueue(state, ticket, ctx);
    const overdueMs = ctx.nowMs - ticket.arrivedMs - ticket.waitLimitMs;
    if (ticket.gone || overdueMs > ROUNDING_MS) {
      // The node was frozen, or its clock was put forward; or nobody wants the call any more.
      giveBack(state, next, ticket.at, ctx);
      if (ticket.gone) withdrew(next, ticket, ctx);
      else timedOut(next, ticket, ctx);
      continue;
    }
    begin(state, ticket, ctx);
  }
}

function giveBack(state: BulkheadState, c: Compartment, at: number, ctx: BulkheadContext): void {
  leave(c.permits);
  if (state.kind === 'threadPool') threadIsFree(c, at, ctx);
}

/** A call that was let in is over, or nobody waits for it. */
export function release(state: BulkheadState, ticket: Ticket, ctx: BulkheadContext): void {
  const c = state.compartments[ticket.at]!;
  state.tickets.delete(ticket.call.id);
  state.used--;
  state.ceiling = Math.max(state.limit, state.used);
  c.finished++;
  familyLeft(c, ticket.call.rootId);
  giveBack(state, c, ticket.at, ctx);
  ctx.note('finished', { compartment: c.name, inFlight: c.permits.used });
  if (state.draining && state.used <= state.limit) {
    state.draining = false;
    ctx.note('drained');
  }
  watchForDeadlock(c, ctx);
}

function timedOut(c: Compartment, ticket: Ticket, ctx: BulkheadContext): void {
  c.waitTimeouts++;
  ctx.note('waitTimeout', { compartment: c.name, waitedMs: shown(ctx.nowMs - ticket.arrivedMs) });
  answer(ticket, refusal('waited too long', c), ctx);
}
function withdrew(c: Compartment, ticket: Ticket, ctx: BulkheadContext): void {
  c.withdrawn++;
  ctx.note('withdrawn', { compartment: c.name, waitedMs: shown(ctx.nowMs - ticket.arrivedMs) });
  answer(ticket, CANCELLED, ctx);
}

/** The longest wait of a call has passed. */
export function waitIsOver(state: BulkheadState, ticket: Ticket, ctx: BulkheadContext): void {
  const c = state.compartments[ticket.at]!;
  if (!withdraw(c.permits, ticket)) return;
  leaveQueue(state, ticket, ctx);
  timedOut(c, ticket, ctx);
  watchForDeadlock(c, ctx);
}
/** A waiting call was given up. */
export function withdrawWaiting(state: BulkheadState, ticket: Ticket, ctx: BulkheadContext): void {
  const c = state.compartments[ticket.at]!;
  if (!ctx.params.heedCancel) {
    if (ticket.gone) return;
    ticket.gone = true;
    // The call is over, its place in the queue is not.
    ctx.clear(ticket.call.id);
    if (ticket.waitLimitMs < Infinity) ctx.after(Math.max(0, ticket.arrivedMs + ticket.waitLimitMs - ctx.nowMs), placeKey(ticket));
    return;
  }
  ticket.gone = true;
  if (!withdraw(c.permits, ticket)) return;
  leaveQueue(state, ticket, ctx);
  withdrew(c, ticket, ctx);
  watchForDeadlock(c, ctx);
}
