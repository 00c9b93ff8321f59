/** Asks the store that counts for all gateways: in one step, or by reading, deciding and writing. */
import { TIMEOUT, type Call, type Json, type Ms, type Outcome } from '../../kernel/contract.ts';
import type { Decision } from '../../primitives/rateLimits/decision.ts';
import { addTicket, admit, carryOut, decideHere, dropTicket } from './deciding.ts';
import type { Copy } from './limitStore.ts';
import { asJson, canReserve, createLimit, decide, fromJson } from './limits.ts';
import { storeAnswered, storeFailed } from './modes.ts';
import { termsOf } from './params.ts';
import { dot, type KeyEntry, type LimiterContext, type LimiterState, type Ticket } from './state.ts';

/** What a store is asked in one step; Infinity does not travel in JSON, and is none of these. */
export type Take = { readonly terms: Json; readonly cost: number; readonly maxWaitMs: Ms; readonly urgent: boolean };
const recordOf = (key: string, { params }: LimiterContext): string => `${params.policy as string}:${key}`;
const waitOf = (state: LimiterState, { params }: LimiterContext): Ms => (canReserve(params.algorithm) && state.waiting < params.maxWaiting ? params.maxWaitMs : 0);

export function startAsking(state: LimiterState, entry: KeyEntry, call: Call, cost: number, nowMs: Ms, ctx: LimiterContext): void {
  const { params } = ctx;
  const ticket: Ticket = { call, key: entry.key, cost, sinceMs: nowMs, stage: 'asking', child: null, decision: null };
  addTicket(state, entry, ticket);
  const take: Take = { terms: termsOf(params), cost, maxWaitMs: waitOf(state, ctx), urgent: call.priority > 0 };
  if (params.syncMode === 'atomic') send(state, ticket, 'take', take, ctx);
  else send(state, ticket, 'get', null, ctx);
}
function send(state: LimiterState, ticket: Ticket, op: string, payload: Json, ctx: LimiterContext): void {
  const child = ctx.send(ctx.params.store as string, { op, entity: recordOf(ticket.key, ctx), payload, parent: ticket.call, cost: 1 });
  ticket.child = child;
  state.asks.set(child.id, ticket);
  ctx.after(ctx.params.storeTimeoutMs, child.id);
}

export function onAnswer(state: LimiterState, ticket: Ticket, reply: Call, outcome: Outcome, nowMs: Ms, ctx: LimiterContext): void {
  state.asks.delete(reply.id);
  ctx.clear(reply.id);
  ticket.child = null;
  if (outcome.kind !== 'ok') {
    withoutStore(state, ticket, outcome.kind, nowMs, ctx);
    return;
  }
  storeAnswered(state, nowMs, ctx);
  const value = outcome.value ?? null;
  if (reply.op === 'take') conclude(state, ticket, decisionOf(value), nowMs, ctx);
  else if (reply.op === 'put') conclude(state, ticket, ticket.decision!, nowMs, ctx);
  else readThenWrite(state, ticket, value, nowMs, ctx);
}

/** Between the reading and the writing others read the same: their counts are lost. */
function readThenWrite(state: LimiterState, ticket: Ticket, value: Json, nowMs: Ms, ctx: LimiterContext): void {
  const terms = termsOf(ctx.params);
  const { limit: read = null, version = 0 } = (value ?? {}) as Partial<Copy>;
  const limit = fromJson(read, terms.algorithm) ?? createLimit(terms, nowMs);
  const decision = decide(limit, terms, { cost: ticket.cost, nowMs, maxWaitMs: waitOf(state, ctx), urgent: ticket.call.priority > 0 });
  if (!decision.allowed) {
    conclude(state, ticket, decision, nowMs, ctx);
    return;
  }
  ticket.decision = decision;
  ticket.stage = 'writing';
  const copy: Copy = { limit: asJson(limit), version };
  send(state, ticket, 'put', copy, ctx);
}

function conclude(state: LimiterState, ticket: Ticket, decision: Decision, nowMs: Ms, ctx: LimiterContext): void {
  dropTicket(state, ticket, ctx);
  const entry = state.keys.get(ticket.key)!;
  entry.told = decision;
  carryOut(state, entry, ticket.call, ticket.cost, decision, nowMs, ctx);
}

/** "Never" is Infinity here and -1 on the way, which JSON can say. */
const decisionOf = (value: Json): Decision => {
  const { retryAfterMs, ...rest } = value as unknown as Decision;
  return { ...rest, retryAfterMs: retryAfterMs < 0 ? Infinity : retryAfterMs };
};

export function storeTimedOut(state: LimiterState, ticket: Ticket, nowMs: Ms, ctx: LimiterContext): void {
  const child = ticket.child!;
  state.asks.delete(child.id);
  ticket.child = null;
  ctx.cancel(child, TIMEOUT);
  withoutStore(state, ticket, 'timeout', nowMs, ctx);
}

/** What was decided beforehand for this case. */
function withoutStore(state: LimiterState, ticket: Ticket, why: string, nowMs: Ms, ctx: LimiterContext): void {
  const { call, key, cost } = ticket;
  const { onStoreFailure } = ctx.params;
  storeFailed(state, why, nowMs, ctx);
  dropTicket(state, ticket, ctx);
  const entry = state.keys.get(key)!;
  if (onStoreFailure === 'local') decideHere(state, entry, call, cost, nowMs, ctx);
  else if (onStoreFailure === 'open') {
    state.spared++;
    admit(state, entry, call, cost, nowMs, ctx);
  } else {
    state.denied++;
    entry.denied++;
    dot(entry, nowMs, false);
    ctx.reply(call, { kind: 'rejected', by: 'limiter', detail: 'the counts are out of reach' });
  }
}
