/**
 * Bulkhead as a layer, before a dependency or before a service: so many calls at once and no more, in compartments that cannot fill each
 * other up; what finds no permit waits for one, or is refused at once.
 *
 * Timers: a waiting call's own id ends its wait, `limit` is the adaptive limit's, `reap <n>` ends idle threads of compartment n, `place <call>` ends
 * the place in the queue of a call that was given up and keeps it.
 */
import { CANCELLED, type Call, type Engine, type Json, type Outcome } from '../../kernel/contract.ts';
import { lineUp, rankOf, reorder, resizeQueue } from '../../primitives/permits.ts';
import { beginLimit, hear, limitIsDue, LIMIT_TIMER, resizeTotal, trace } from './adapt.ts';
import { arrive, callOfPlace, fill, placeKey, release, sayEased, waitIsOver, withdrawWaiting } from './gate.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import type { BulkheadNote, BulkheadParams } from './params.ts';
import { compartmentOfReaper, reap, resizePool } from './pool.ts';
import { createState, placesOf, totalOf, type BulkheadContext, type BulkheadState } from './state.ts';

const GAUGE = { inFlight: 0, queued: 1, limit: 2 } as const;

/** After every step: time, trace, levels. */
function settle(state: BulkheadState, ctx: BulkheadContext): void {
  if (ctx.nowMs > state.atMs) state.atMs = ctx.nowMs;
  if (state.kind === 'threadPool') {
    state.limit = totalOf(state, ctx.params);
    state.ceiling = Math.max(state.limit, state.used);
  }
  for (const c of state.compartments) sayEased(c, ctx);
  trace(state);
  ctx.gauge(GAUGE.inFlight, state.used);
  ctx.gauge(GAUGE.queued, state.waiting);
  ctx.gauge(GAUGE.limit, state.limit);
}

function onRequest(state: BulkheadState, call: Call, ctx: BulkheadContext): void {
  arrive(state, call, ctx);
  fill(state, ctx);
  settle(state, ctx);
}

function onReply(state: BulkheadState, call: Call, outcome: Outcome, ctx: BulkheadContext): void {
  const ticket = state.tickets.get(call.id);
  if (ticket !== undefined && ticket.enteredMs >= 0) {
    release(state, ticket, ctx);
    hear(state, ticket, outcome.kind, ctx);
  }
  ctx.reply(call, outcome);
  fill(state, ctx);
  settle(state, ctx);
}

function onCancel(state: BulkheadState, call: Call, ctx: BulkheadContext): void {
  const ticket = state.tickets.get(call.id);
  if (ticket === undefined) {
    ctx.cancel(call);
    return;
  }
  if (ticket.enteredMs < 0) withdrawWaiting(state, ticket, ctx);
  else if (!ticket.gone) {
    ticket.gone = true;
    ctx.note('abandoned', { compartment: state.compartments[ticket.at]!.name });
    if (ctx.params.heedCancel) {
      release(state, ticket, ctx);
      hear(state, ticket, 'givenUp', ctx);
      ctx.cancel(call);
      fill(state, ctx);
    }
  }
  settle(state, ctx);
}

function onTimer(state: BulkheadState, key: string | number, ctx: BulkheadContext): void {
  if (key === LIMIT_TIMER) limitIsDue(state, ctx);
  else {
    const id = typeof key === 'number' ? key : callOfPlace(key);
    if (id === undefined) reapAt(state, compartmentOfReaper(key as string), ctx);
    else {
      const ticket = state.tickets.get(id);
      if (ticket !== undefined) waitIsOver(state, ticket, ctx);
    }
  }
  settle(state, ctx);
}

function reapAt(state: BulkheadState, at: number, ctx: BulkheadContext): void {
  const c = state.compartments[at];
  if (c !== undefined && state.kind === 'threadPool') reap(c, at, ctx);
}

/**
 * Sizes and orders change in mid-run: nobody is interrupted, who waits goes on waiting under the new order. Another kind, other compartments
 * or another law begin anew: calls under way are let go of, and those that wait come again as new ones.
 */
function onParams(state: BulkheadState, before: BulkheadParams, ctx: BulkheadContext): void {
  const { params } = ctx;
  if (params.kind !== before.kind || !sameText(params.compartments, before.compartments) || params.compartmentBy !== before.compartmentBy) {
    rebuild(state, ctx);
    return;
  }
  for (const [at, { permits }] of state.compartments.entries()) {
    if (params.discipline !== before.discipline) reorder(permits, params.discipline, ({ call }) => rankOf(params.discipline, call.priority, call.deadlineMs));
    permits.lifoAbove = params.lifoAbove;
    resizeQueue(permits, placesOf(params));
    if (state.kind === 'threadPool') resizePool(state.compartments[at]!, at, ctx);
  }
  if (params.kind === 'adaptive' && LAW.some((name) => params[name] !== before[name])) beginLimit(state, ctx);
  resizeTotal(state, ctx);
  settle(state, ctx);
}
/** By what they say: after a checkpoint is gone back to, the same parameter is another object. */
const sameText = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);
const LAW = ['algorithm', 'initialLimit', 'minLimit', 'maxLimit'] as const;

function rebuild(state: BulkheadState, ctx: BulkheadContext): void {
  const waiting = state.compartments.flatMap(({ permits }) => lineUp(permits, Infinity)).sort((a, b) => a.order - b.order);
  for (const ticket of waiting) {
    ctx.clear(ticket.call.id);
    ctx.clear(placeKey(ticket));
  }
  for (let at = 0; at < state.compartments.length; at++) ctx.clear(`reap ${at}`);
  ctx.clear(LIMIT_TIMER);
  const { atMs, points, lastOrder, limit } = state;
  state.tickets.clear();
  Object.assign(state, createState(ctx.params), { tickets: state.tickets, atMs, points, lastOrder });
  beginLimit(state, ctx);
  if (state.limit !== limit && state.kind === 'semaphore') ctx.note('resized', { before: limit, limit: state.limit });
  for (const { call, gone } of waiting) {
    if (gone) {
      if (call.to === ctx.self) ctx.reply(call, CANCELLED);
      continue;
    }
    arrive(state, call, ctx);
    fill(state, ctx);
  }
  settle(state, ctx);
}

function onStart(state: BulkheadState, ctx: BulkheadContext): void {
  beginLimit(state, ctx);
  settle(state, ctx);
}

export const engine: Engine<BulkheadParams, BulkheadState, BulkheadNote> = {
  gauges: ['inFlight', 'queued', 'limit'],
  init: createState,
  onStart, onRequest, onReply, onCancel, onTimer, onParams, inspect, invariants,
};

export const engines = { bulkhead: engine };
