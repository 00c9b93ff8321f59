/**
 * A rate limiter as a layer, before a service (inbound) or on the way to one (outbound). Each call comes under the limit of its key; it is let
 * through, turned away, or waits. The count is kept here, by an equal part each, by telling the others, or at a store for all.
 *
 * Timers: a call's own id ends its wait; the id of a call to the store ends the patience with it; `line …` lets the next of a queue try.
 */
import type { Call, Engine, Message, Ms, Outcome } from '../../kernel/contract.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { onAnswer, startAsking, storeTimedOut } from './asking.ts';
import { decideHere, dropTicket, endWait, tryLine } from './deciding.ts';
import { hearOthers, tellOthers } from './gossip.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { asksStore, costOf, entryFor, keyOf, makeRoom, ownTerms, sweep } from './keys.ts';
import { laws } from './laws.ts';
import { changeTerms, createLimit, goBack } from './limits.ts';
import { limiterTable } from './machine.ts';
import { calmDown } from './modes.ts';
import type { LimiterNote, LimiterParams } from './params.ts';
import { limitStore } from './limitStore.ts';
import { release } from '../../primitives/rateLimits/concurrency.ts';
import { createState, type LimiterContext, type LimiterState } from './state.ts';

/** Reads the clock. One that never goes back adds what it was put back by; the time of day is taken as it is, with what comes of it. */
function timeOf(state: LimiterState, ctx: LimiterContext): Ms {
  const raw = ctx.nowMs;
  if (raw < state.rawMs - 1e-6) {
    ctx.note('clockWentBack', { byMs: Math.round((state.rawMs - raw) * 1000) / 1000 });
    if (ctx.params.clock === 'monotonic') state.skippedMs += state.rawMs - raw;
    else for (const { limit } of state.keys.values()) goBack(limit, ownTerms(ctx.params), state.rawMs + state.skippedMs, raw + state.skippedMs);
  }
  state.rawMs = raw;
  return raw + state.skippedMs;
}

function showGauges(state: LimiterState, ctx: LimiterContext): void {
  makeRoom(state, ctx.params.maxKeys, ctx);
  state.waitingCeiling = Math.max(ctx.params.maxWaiting, Math.min(state.waitingCeiling, state.waiting));
  ctx.gauge(0, state.waiting);
  ctx.gauge(1, state.keys.size);
  ctx.gauge(2, state.asks.size);
}

function onRequest(state: LimiterState, call: Call, ctx: LimiterContext): void {
  const nowMs = timeOf(state, ctx);
  state.calls++;
  const cost = costOf(call, ctx.params);
  const entry = entryFor(state, keyOf(call, ctx.params), nowMs, ctx);
  if (asksStore(ctx)) startAsking(state, entry, call, cost, nowMs, ctx);
  else decideHere(state, entry, call, cost, nowMs, ctx);
  showGauges(state, ctx);
}

function onReply(state: LimiterState, reply: Call, outcome: Outcome, ctx: LimiterContext): void {
  const nowMs = timeOf(state, ctx);
  const ticket = state.asks.get(reply.id);
  if (ticket !== undefined) {
    onAnswer(state, ticket, reply, outcome, nowMs, ctx);
  } else {
    letGo(state, reply, ctx);
    ctx.reply(reply, outcome);
  }
  showGauges(state, ctx);
}
/** A call that was let through is over: what it held is free. */
function letGo(state: LimiterState, call: Call, ctx: LimiterContext): void {
  const held = state.passed.get(call.id);
  if (held === undefined) return;
  state.passed.delete(call.id);
  const entry = state.keys.get(held.key);
  if (entry?.limit.kind !== 'concurrency') return;
  release(entry.limit.state, held.cost);
  if (entry.line.length > 0) tryLine(state, entry, state.rawMs + state.skippedMs, ctx);
}

function onCancel(state: LimiterState, call: Call, ctx: LimiterContext): void {
  timeOf(state, ctx);
  const ticket = state.tickets.get(call.id);
  if (ticket === undefined) {
    letGo(state, call, ctx);
    ctx.cancel(call);
  } else {
    dropTicket(state, ticket, ctx);
    state.gaveUp++;
    ctx.note('cancelled', { key: ticket.key });
  }
  showGauges(state, ctx);
}

function onTimer(state: LimiterState, key: string | number, ctx: LimiterContext): void {
  const nowMs = timeOf(state, ctx);
  if (key === 'sweep') sweep(state, nowMs, ctx);
  else if (key === 'calm') calmDown(state, nowMs, ctx);
  else if (key === 'tell') tellOthers(state, ctx);
  else if (typeof key === 'string') {
    const entry = state.keys.get(key.slice(5));
    if (entry !== undefined) tryLine(state, entry, nowMs, ctx);
  } else {
    const ticket = state.tickets.get(key);
    if (ticket === undefined) storeTimedOut(state, state.asks.get(key)!, nowMs, ctx);
    else endWait(state, ticket, nowMs, ctx);
  }
  showGauges(state, ctx);
}

function onMessage(state: LimiterState, message: Message, ctx: LimiterContext): void {
  if (!hearOthers(state, message, timeOf(state, ctx), ctx)) ctx.pass(message);
  showGauges(state, ctx);
}

function onControl(state: LimiterState, control: string, ctx: LimiterContext): void {
  if (control !== 'forget') return;
  const nowMs = timeOf(state, ctx);
  // Who is under way stays under way.
  for (const entry of state.keys.values()) if (entry.limit.kind !== 'concurrency') entry.limit = createLimit(ownTerms(ctx.params), nowMs);
  ctx.note('forgotten');
  for (const entry of state.keys.values()) if (entry.line.length > 0) tryLine(state, entry, nowMs, ctx);
  showGauges(state, ctx);
}

/** What was used stays used; calls that wait keep the place they got. */
function onParams(state: LimiterState, before: LimiterParams, ctx: LimiterContext): void {
  const nowMs = timeOf(state, ctx);
  const [old, terms] = [ownTerms(before), ownTerms(ctx.params)];
  if (before.algorithm !== ctx.params.algorithm) state.passed.clear();
  for (const entry of state.keys.values()) {
    entry.limit = changeTerms(entry.limit, old, terms, nowMs);
    if (entry.line.length > 0) tryLine(state, entry, nowMs, ctx);
  }
  if (state.sweeping && before.idleMs !== ctx.params.idleMs) ctx.after(ctx.params.idleMs, 'sweep');
  state.waitingCeiling = Math.max(ctx.params.maxWaiting, state.waiting);
  startTelling(ctx);
  showGauges(state, ctx);
}
function startTelling(ctx: LimiterContext): void {
  const { scope, syncMode, gossipMs, peers } = ctx.params;
  const tells = scope === 'global' && syncMode === 'gossip' && (peers as readonly string[]).length > 0;
  ctx.after(tells ? gossipMs : Infinity, 'tell');
}

function onStart(state: LimiterState, ctx: LimiterContext): void {
  state.rawMs = ctx.nowMs;
  if (state.mode !== 'passing') {
    ctx.transition('', state.mode, nextState(limiterTable, state.mode, 'restarted'), 'restarted');
    state.mode = 'passing';
  }
  startTelling(ctx);
  showGauges(state, ctx);
}

/** All counts are in memory: after a crash every key begins anew. Only what the chart last showed is kept. */
const onRestart = ({ mode }: LimiterState): LimiterState => ({ ...createState(), mode });

export const engine: Engine<LimiterParams, LimiterState, LimiterNote> = {
  gauges: ['waiting', 'keys', 'asking'],
  init: createState,
  onStart, onRequest, onReply, onCancel, onTimer, onMessage, onControl, onParams, onRestart, inspect, invariants,
};

export const engines = { 'rate-limiting': engine, 'limit-store': limitStore };
export { laws };
