/** Decides calls here, carries decisions out, and keeps those that wait. */
import type { Call, Ms } from '../../kernel/contract.ts';
import type { Decision } from '../../primitives/rateLimits/decision.ts';
import { ownTerms } from './keys.ts';
import { canReserve, decide, promiseOf } from './limits.ts';
import { exceeded } from './modes.ts';
import { termsOf } from './params.ts';
import { dot, type KeyEntry, type LimiterContext, type LimiterState, type Ticket } from './state.ts';

const shown = (ms: Ms): number => Math.round(ms * 1000) / 1000;

/** The next whole nanosecond: a moment too early would be refused again, for less than time can be divided into. */
const laterMs = (ms: Ms): Ms => Math.max(1, Math.ceil(ms * 1e6 - 1e-3)) / 1e6;

/** By the count that is kept here. */
export function decideHere(state: LimiterState, entry: KeyEntry, call: Call, cost: number, nowMs: Ms, ctx: LimiterContext): void {
  const { params } = ctx;
  const queues = !canReserve(params.algorithm) && params.maxWaitMs > 0 && params.maxWaiting > 0;
  // Nobody overtakes those who queue.
  const decision = entry.line.length > 0 ? null : ask(state, entry, call, cost, nowMs, ctx);
  if (decision !== null && (decision.allowed || !queues || decision.retryAfterMs > params.maxWaitMs)) {
    carryOut(state, entry, call, cost, decision, nowMs, ctx);
    return;
  }
  exceeded(state, entry.key, nowMs, ctx);
  if (!queues || state.waiting >= params.maxWaiting) {
    carryOut(state, entry, call, cost, decision ?? ask(state, entry, call, cost, nowMs, ctx, true), nowMs, ctx);
    return;
  }
  addTicket(state, entry, { call, key: entry.key, cost, sinceMs: nowMs, stage: 'queued', child: null, decision: null });
  entry.line.push(call.id);
  state.waiting++;
  ctx.note('queued', { key: entry.key, waiting: entry.line.length });
  ctx.after(params.maxWaitMs, call.id);
  if (decision !== null) ctx.after(laterMs(decision.retryAfterMs), `line ${entry.key}`);
}

/** Asks the key's limit. A queue that is full lets nobody keep a place. `look` is for one who may not pass whatever there is. */
function ask(state: LimiterState, entry: KeyEntry, { priority }: Call, cost: number, nowMs: Ms, { params }: LimiterContext, look = false): Decision {
  const maxWaitMs = canReserve(params.algorithm) && state.waiting < params.maxWaiting ? params.maxWaitMs : 0;
  if (!look) return decide(entry.limit, ownTerms(params), { cost, nowMs, maxWaitMs, urgent: priority > 0 });
  return { allowed: false, remaining: 0, limit: params.limit, retryAfterMs: params.maxWaitMs, resetAfterMs: params.maxWaitMs, waitMs: 0 };
}

/** Lets a call through, lets it wait for its place, or turns it away. */
export function carryOut(state: LimiterState, entry: KeyEntry, call: Call, cost: number, decision: Decision, nowMs: Ms, ctx: LimiterContext): void {
  if (!decision.allowed) {
    deny(state, entry, call, cost, decision, nowMs, ctx);
    return;
  }
  if (decision.waitMs <= 0) {
    admit(state, entry, call, cost, nowMs, ctx);
    return;
  }
  exceeded(state, entry.key, nowMs, ctx);
  // Several may have asked the store while one place was left; what it kept for them is lost, as it is when somebody gives up.
  if (state.waiting >= ctx.params.maxWaiting) {
    deny(state, entry, call, cost, { ...decision, allowed: false, retryAfterMs: decision.waitMs }, nowMs, ctx);
    return;
  }
  addTicket(state, entry, { call, key: entry.key, cost, sinceMs: nowMs, stage: 'waiting', child: null, decision });
  state.waiting++;
  ctx.note('delayed', { key: entry.key, waitMs: shown(decision.waitMs) });
  ctx.after(decision.waitMs, call.id);
}

export function admit(state: LimiterState, entry: KeyEntry, call: Call, cost: number, nowMs: Ms, ctx: LimiterContext): void {
  const { params } = ctx;
  state.admitted++;
  entry.admitted++;
  entry.cost += cost;
  dot(entry, nowMs, true);
  if (params.algorithm === 'concurrency') state.passed.set(call.id, { key: entry.key, cost });
  if (params.scope === 'global' && params.syncMode === 'gossip') state.untold.set(entry.key, (state.untold.get(entry.key) ?? 0) + cost);
  ctx.note('admitted', { key: entry.key });
  const promise = promiseOf(termsOf(params));
  ctx.effect('admitted', { policy: params.policy, key: entry.key, cost, most: promise === null ? null : promise.most, windowMs: promise === null ? 0 : promise.windowMs });
  ctx.forward(call);
}

/** Turns a call away, unless the limit is only tried out. The door of a service says "too many requests"; a caller's own limiter just refuses. */
function deny(state: LimiterState, entry: KeyEntry, call: Call, cost: number, decision: Decision, nowMs: Ms, ctx: LimiterContext): void {
  const { params } = ctx;
  exceeded(state, entry.key, nowMs, ctx);
  if (decision.retryAfterMs !== Infinity && params.enforcedRatio < 1 && ctx.uniform('enforced', call) >= params.enforcedRatio) {
    state.spared++;
    ctx.note('wouldDeny', { key: entry.key });
    admit(state, entry, call, params.algorithm === 'concurrency' ? 0 : cost, nowMs, ctx);
    return;
  }
  state.denied++;
  entry.denied++;
  dot(entry, nowMs, false);
  if (decision.retryAfterMs === Infinity) {
    state.tooDear++;
    ctx.note('tooDear', { cost, limit: decision.limit });
    ctx.reply(call, { kind: 'permanentError', detail: `a request of cost ${cost} can never be admitted` });
    return;
  }
  const retryAfterMs = saidMs(decision.retryAfterMs, params.headers);
  ctx.note('denied', { key: entry.key, retryAfterMs });
  ctx.reply(call, call.to === ctx.self ? { kind: 'throttled', retryAfterMs } : { kind: 'rejected', by: 'limiter', retryAfterMs: shown(decision.retryAfterMs) });
}
/** Retry-After is in whole seconds, rounded up: rounded down it would be a lie. */
export const saidMs = (retryAfterMs: Ms, headers: LimiterContext['params']['headers']): Ms =>
  headers === 'none' ? 0 : headers === 'exact' ? Math.max(0.001, shown(retryAfterMs)) : Math.max(1, Math.ceil(retryAfterMs / 1000 - 1e-9)) * 1000;

/** The wait of a call is over: it had a place and goes, or it queued in vain. */
export function endWait(state: LimiterState, ticket: Ticket, nowMs: Ms, ctx: LimiterContext): void {
  const { call, key, cost, stage, sinceMs } = ticket;
  const entry = state.keys.get(key)!;
  dropTicket(state, ticket, ctx);
  if (stage === 'waiting') {
    state.delayed++;
    entry.delayed++;
    admit(state, entry, call, cost, nowMs, ctx);
    return;
  }
  ctx.note('waitedInVain', { key, waitedMs: shown(nowMs - sinceMs) });
  deny(state, entry, call, cost, { allowed: false, remaining: 0, limit: ctx.params.limit, retryAfterMs: Math.max(1, ctx.params.maxWaitMs), resetAfterMs: 0, waitMs: 0 }, nowMs, ctx);
}

/** Those who queue for a key try in their order. */
export function tryLine(state: LimiterState, entry: KeyEntry, nowMs: Ms, ctx: LimiterContext): void {
  for (let id = entry.line[0]; id !== undefined; id = entry.line[0]) {
    const ticket = state.tickets.get(id)!;
    const decision = ask(state, entry, ticket.call, ticket.cost, nowMs, ctx);
    if (!decision.allowed) {
      if (decision.retryAfterMs === Infinity) ctx.clear(`line ${entry.key}`);
      // A slot that is given back calls by itself.
      else if (ctx.params.algorithm !== 'concurrency') ctx.after(laterMs(decision.retryAfterMs), `line ${entry.key}`);
      return;
    }
    dropTicket(state, ticket, ctx);
    state.delayed++;
    entry.delayed++;
    admit(state, entry, ticket.call, ticket.cost, nowMs, ctx);
  }
  ctx.clear(`line ${entry.key}`);
}

export function addTicket(state: LimiterState, entry: KeyEntry, ticket: Ticket): void {
  state.tickets.set(ticket.call.id, ticket);
  entry.pending++;
}
/** A ticket is over: its timer, its place in the queue and its question to the store go with it. */
export function dropTicket(state: LimiterState, ticket: Ticket, ctx: LimiterContext): void {
  const { call, key, stage, child } = ticket;
  state.tickets.delete(call.id);
  const entry = state.keys.get(key)!;
  entry.pending--;
  if (child !== null) {
    state.asks.delete(child.id);
    ctx.clear(child.id);
    ctx.cancel(child);
    ticket.child = null;
  }
  if (stage !== 'waiting' && stage !== 'queued') return;
  state.waiting--;
  ctx.clear(call.id);
  if (stage !== 'queued') return;
  const { line } = entry;
  line.splice(line.indexOf(call.id), 1);
  if (line.length === 0) ctx.clear(`line ${key}`);
}
