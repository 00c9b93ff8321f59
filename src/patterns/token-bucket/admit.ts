/** What follows a decision: the request goes on, waits for its tokens, or is refused; and what its answer changes. */
import type { Call, Ms, Outcome } from '../../kernel/contract.ts';
import { clientOf, rowsOf, type Row } from './levels.ts';
import type { LimitParams } from './params.ts';
import { giveBack, levelOf, settleMode, takeFrom, watchFull, type ShelfTerms, type Verdict } from './shelf.ts';
import type { LimitContext, LimitState } from './state.ts';
import { tenth } from './views.ts';

export const shelfTerms = ({ algo, maxKeys, eviction, clock, inherit }: LimitParams): ShelfTerms => ({ algo, maxKeys, eviction, clock, inherit });
/** Microseconds do for a sentence. */
const shown = (ms: Ms): number => Math.round(ms * 1000) / 1000;
/** Names of clients that are counted; made-up ones beyond that are not. */
const CLIENTS = 64;

function countClient(state: LimitState, call: Call, cost: number, admitted: boolean): void {
  const name = clientOf(call, 'authenticated');
  let client = state.clients.get(name);
  if (client === undefined) {
    if (state.clients.size >= CLIENTS) return;
    state.clients.set(name, (client = { admitted: 0, rejected: 0, cost: 0 }));
  }
  if (admitted) { client.admitted++; client.cost += cost; } else client.rejected++;
}

/** How much more than b + r · t the settings let through for a key, in tokens: what the way to the store, leases and reports cost in exactness. */
function extraOf(state: LimitState, { topology, nodeCount, syncMs, storeTimeoutMs, leaseTokens, overCapacityCost, action, maxWaitMs, settle, refill, fillMs }: LimitParams, { cost, terms }: Row, coarse: boolean, fallback: boolean): number {
  const { capacity, ratePerSecond } = terms;
  const within = (ms: Ms): number => (ratePerSecond * ms) / 1000;
  let extra = within(topology === 'perNode' ? 0 : storeTimeoutMs) + (action === 'shape' ? within(maxWaitMs) : 0) + (refill === 'greedy' ? 0 : within(fillMs));
  if (overCapacityCost === 'allowWhenFullDebt' || settle === 'responseCost') extra += cost;
  if (topology === 'syncEvery') extra += capacity + (nodeCount - 1) * (capacity + within(syncMs + 2 * storeTimeoutMs));
  if (topology === 'quotaLease') extra += nodeCount * Math.max(leaseTokens, cost) * (coarse ? Math.max(1, state.leases.size) : 1);
  // Shares that begin full, and the store's buckets which nobody took from in the meantime.
  return fallback ? extra + 2 * capacity + nodeCount : extra;
}

/** `on` says on whose word: buckets that were asked, own ones instead of the store's, or nobody's. */
export function admit(state: LimitState, call: Call, rows: readonly Row[], verdict: Verdict | null, on: 'asked' | 'fallback' | 'unasked' | 'lease', ctx: LimitContext): void {
  const { cost, key } = rows[rows.length - 1]!;
  if (verdict !== null) {
    state.last = verdict;
    ctx.note('taken', { key, cost, remaining: tenth(verdict.remaining) });
  }
  const waitMs = verdict?.waitMs ?? 0;
  const leased = on === 'lease';
  if (waitMs > 0) {
    state.shaped++;
    state.held.set(call.id, { call, rows, leased });
    ctx.note('shaped', { key, waitMs: shown(waitMs) });
    ctx.gauge(1, state.held.size);
    ctx.after(waitMs, `hold ${call.id}`);
    return;
  }
  pass(state, call, rows, leased, on === 'fallback', ctx);
}

export function pass(state: LimitState, call: Call, rows: readonly Row[], leased: boolean, fallback: boolean, ctx: LimitContext): void {
  const { params } = ctx;
  const { cost } = rows[rows.length - 1]!;
  state.admitted++;
  state.costAdmitted += cost;
  countClient(state, call, cost, true);
  const promised = rowsOf(params, call, 'whole', 'authenticated');
  const contract = promised.map((row, i) => ({
    key: row.key, capacity: row.terms.capacity, ratePerSecond: row.terms.ratePerSecond, extra: extraOf(state, params, row, i < promised.length - 1, fallback),
  }));
  ctx.effect('admitted', { client: clientOf(call, 'authenticated'), cost, contract });
  if (params.settle !== 'never') state.paid.set(call.id, { rows, leased });
  ctx.forward(call);
}

export function refuse(state: LimitState, call: Call, rows: readonly Row[], verdict: Verdict, ctx: LimitContext): void {
  const { cost } = rows[rows.length - 1]!;
  state.rejected++;
  state.last = verdict;
  state.focus = verdict.key;
  state.refusedBy.set(verdict.level, (state.refusedBy.get(verdict.level) ?? 0) + 1);
  countClient(state, call, cost, false);
  const retryAfterMs = shown(Math.max(0, verdict.retryAfterMs) * (1 + ctx.params.retryAfterJitter * ctx.uniform('retryAfter', call)) + 0.0005);
  ctx.note('limited', { key: verdict.key, level: verdict.level, retryAfterMs });
  ctx.reply(call, { kind: 'throttled', retryAfterMs });
}

export function refuseForGood(state: LimitState, call: Call, { key, cost, terms }: Row, ctx: LimitContext): void {
  state.rejected++;
  state.overCapacity++;
  countClient(state, call, cost, false);
  ctx.note('overCapacity', { key, cost, capacity: terms.capacity });
  ctx.reply(call, { kind: 'rejected', by: 'limiter', detail: `costs ${cost}, the bucket holds ${terms.capacity}` });
}

const atStore = (state: LimitState, { params, downstream }: LimitContext): boolean =>
  params.topology === 'central' && state.downSinceMs === null && downstream.includes(params.store as string);

/** Gives tokens back where they were taken: to a lease, to own buckets, to the store. */
export function refund(state: LimitState, rows: readonly Row[], tokens: number, leased: boolean, ctx: LimitContext): void {
  const { key } = rows[rows.length - 1]!;
  if (leased) {
    const lease = state.leases.get(key);
    if (lease !== undefined) lease.tokens += tokens;
  } else if (atStore(state, ctx)) {
    ctx.cast(ctx.params.store as string, { topic: 'refund', payload: { rows: rows.map((row) => ({ ...row, cost: tokens })) } as never });
  } else {
    for (const row of rows) {
      const slot = state.shelf.slots.get(row.key);
      if (slot !== undefined) { giveBack(slot, tokens, ctx.nowMs); settleMode(state.shelf, slot, ctx); }
      const used = state.used.get(row.key);
      if (used !== undefined) state.used.set(row.key, { ...used, cost: used.cost - tokens });
    }
  }
  ctx.note('refunded', { key, tokens: tenth(tokens) });
}

/** Takes more than was paid, whatever is left: the work is done already. */
function chargeMore(state: LimitState, rows: readonly Row[], tokens: number, leased: boolean, ctx: LimitContext): void {
  const lease = leased ? state.leases.get(rows[rows.length - 1]!.key) : undefined;
  if (lease !== undefined) { lease.tokens -= tokens; return; }
  if (atStore(state, ctx)) { refund(state, rows, -tokens, false, ctx); return; }
  for (const row of rows) {
    const slot = state.shelf.slots.get(row.key);
    if (slot === undefined) continue;
    takeFrom(slot, tokens, ctx.nowMs);
    slot.credit = Math.max(slot.credit, -levelOf(slot, ctx.nowMs));
    settleMode(state.shelf, slot, ctx);
    watchFull(state.shelf, slot, ctx);
  }
}

/** The answer of an admitted request: what was not served, or cost something else, is put right. */
export function settleAnswer(state: LimitState, call: Call, outcome: Outcome, ctx: LimitContext): void {
  const paid = state.paid.get(call.id);
  if (paid === undefined) return;
  state.paid.delete(call.id);
  const { cost, key } = paid.rows[paid.rows.length - 1]!;
  if (ctx.params.settle === 'refundUnserved') {
    if (outcome.kind === 'overload' || outcome.kind === 'rejected' || outcome.kind === 'throttled') refund(state, paid.rows, cost, paid.leased, ctx);
    return;
  }
  const value = outcome.kind === 'ok' ? outcome.value : undefined;
  const actual = typeof value === 'object' && value !== null && 'cost' in value ? value.cost : undefined;
  if (typeof actual !== 'number' || !(actual >= 0) || actual === cost) return;
  ctx.note('settled', { key, paid: cost, actual: tenth(actual) });
  if (actual < cost) refund(state, paid.rows, cost - actual, paid.leased, ctx);
  else chargeMore(state, paid.rows, actual - cost, paid.leased, ctx);
}
