/** How a limiter node deals with the central store: questions, reports, leases, and doing without it. */
import { TIMEOUT, type Call, type Json, type Outcome } from '../../kernel/contract.ts';
import { askBucket, takeFromBucket } from '../../primitives/rateLimits/tokenBucket.ts';
import { askGcra, takeFromGcra } from '../../primitives/rateLimits/gcra.ts';
import { admit, refuse, shelfTerms } from './admit.ts';
import type { Kept } from './central.ts';
import { rowsOf, type Row } from './levels.ts';
import { decideRows, setLevel, settleMode, slotFor, watchFull, type Verdict } from './shelf.ts';
import type { Lease, LimitContext, LimitState, Pending } from './state.ts';
import { tenth } from './views.ts';

export const SYNC = 'sync';
const INSTEAD = { open: 'everything is admitted', closed: 'everything is refused', localFallback: 'own buckets of 1/N decide' } as const;

export const storeReachable = (state: LimitState, ctx: LimitContext): boolean => ctx.nowMs >= state.downUntilMs && ctx.downstream.includes(ctx.params.store as string);
const failed = (outcome: Outcome): boolean => outcome.kind !== 'ok';

function question(state: LimitState, op: string, payload: Json, parent: Call | null, ctx: LimitContext): Call {
  state.storeCalls++;
  const asked = ctx.send(ctx.params.store as string, { op, payload, deadlineMs: ctx.nowMs + ctx.params.storeTimeoutMs, ...(parent !== null && { parent }) });
  ctx.after(ctx.params.storeTimeoutMs, asked.id);
  return asked;
}
function remember(state: LimitState, pending: Pending, ctx: LimitContext): void {
  state.pending.set(pending.asked.id, pending);
  ctx.gauge(2, state.pending.size);
}

/** Central buckets: one question for each request, or (read, then write) two. */
export function askCentral(state: LimitState, call: Call, rows: readonly Row[], maxWaitMs: number, ctx: LimitContext): void {
  if (!storeReachable(state, ctx)) { withoutStore(state, call, ctx); return; }
  const kind = ctx.params.storeOp === 'atomic' ? 'take' : 'read';
  const asked = question(state, kind, { rows, maxWaitMs } as unknown as Json, call, ctx);
  state.askedFor.set(call.id, asked.id);
  remember(state, { kind, call, rows, asked }, ctx);
}

/** Leases: spends what is here, fetches a chunk when it is not enough. */
export function spendLease(state: LimitState, call: Call, rows: readonly Row[], ctx: LimitContext): void {
  const { key, cost } = rows[rows.length - 1]!;
  let lease = state.leases.get(key);
  if (lease === undefined) {
    forgetLeases(state, ctx);
    state.leases.set(key, (lease = { tokens: 0, untilMs: Infinity, waiting: [], asking: false, refused: null }));
  }
  if (ctx.nowMs >= lease.untilMs && lease.tokens > 0) {
    state.leasesLost += lease.tokens;
    ctx.note('leaseExpired', { key, tokens: tenth(lease.tokens) });
    lease.tokens = 0;
  }
  if (!lease.asking && lease.tokens >= cost) { spend(state, lease, call, rows, ctx); return; }
  const { refused } = lease;
  if (refused !== null && cost >= refused.cost && ctx.nowMs < refused.untilMs) {
    refuse(state, call, rows, { ...refused.verdict, retryAfterMs: refused.untilMs - ctx.nowMs }, ctx);
    return;
  }
  if (!storeReachable(state, ctx)) { withoutStore(state, call, ctx); return; }
  lease.waiting.push(call);
  state.askedFor.set(call.id, 0);
  if (!lease.asking) fetchChunk(state, lease, rows, ctx);
}
function fetchChunk(state: LimitState, lease: Lease, rows: readonly Row[], ctx: LimitContext): void {
  lease.asking = true;
  const key = rows[rows.length - 1]!.key;
  const asked = question(state, 'lease', { rows, chunk: ctx.params.leaseTokens } as unknown as Json, null, ctx);
  remember(state, { kind: 'lease', key, rows, asked }, ctx);
}
function spend(state: LimitState, lease: Lease, call: Call, rows: readonly Row[], ctx: LimitContext): void {
  const { key, level, cost, terms } = rows[rows.length - 1]!;
  lease.tokens -= cost;
  admit(state, call, rows, { allowed: true, remaining: lease.tokens, limit: terms.capacity, retryAfterMs: 0, resetAfterMs: 0, waitMs: 0, key, level }, 'lease', ctx);
}
/** Memory for leases is bounded as that for buckets is; spent ones go first. */
function forgetLeases(state: LimitState, ctx: LimitContext): void {
  if (state.leases.size < ctx.params.maxKeys) return;
  for (const [key, { tokens, asking }] of state.leases) if (!asking && tokens < 1) { state.leases.delete(key); return; }
}

/** Reports what was taken here since the last report, and hears what is left. */
export function report(state: LimitState, ctx: LimitContext): void {
  if (ctx.params.topology !== 'syncEvery') return;
  ctx.after(ctx.params.syncMs, SYNC);
  // Keys with nothing to report are asked for all the same: others may have taken.
  const rows = [...state.used.values()];
  if (rows.length === 0) return;
  if (!storeReachable(state, ctx)) return;
  state.used.clear();
  for (const row of rows) if (row.cost > 0) state.used.set(row.key, { ...row, cost: 0 });
  const asked = question(state, 'sync', { rows } as unknown as Json, null, ctx);
  remember(state, { kind: 'sync', rows, asked }, ctx);
}

/** An answer of the store, or none. */
export function storeAnswered(state: LimitState, pending: Pending, outcome: Outcome, ctx: LimitContext): void {
  state.pending.delete(pending.asked.id);
  ctx.clear(pending.asked.id);
  ctx.gauge(2, state.pending.size);
  // Nobody waits to hear whether a write was carried out.
  if (pending.kind === 'write') return;
  if (pending.kind === 'take' || pending.kind === 'read') state.askedFor.delete(pending.call.id);
  if (failed(outcome)) { storeFailed(state, pending, outcome, ctx); return; }
  if (state.downSinceMs !== null) {
    ctx.note('storeBack', { awayMs: Math.round(ctx.nowMs - state.downSinceMs) });
    state.downSinceMs = null;
    state.downUntilMs = 0;
  }
  const value = (outcome as { readonly value?: Json }).value;
  if (pending.kind === 'take') decided(state, pending.call, pending.rows, value as unknown as Verdict, ctx);
  else if (pending.kind === 'read') decideHere(state, pending.call, pending.rows, (value as unknown as { readonly states: readonly Kept[] }).states, ctx);
  else if (pending.kind === 'lease') leaseCame(state, pending.key, pending.rows, value as unknown as Verdict & { readonly granted: number }, ctx);
  else synced(state, pending.rows, (value as unknown as { readonly levels: readonly number[] }).levels, ctx);
}
export function storeTimedOut(state: LimitState, pending: Pending, ctx: LimitContext): void {
  ctx.cancel(pending.asked, TIMEOUT);
  storeAnswered(state, pending, TIMEOUT, ctx);
}

function storeFailed(state: LimitState, pending: Pending, outcome: Outcome, ctx: LimitContext): void {
  state.downUntilMs = ctx.nowMs + ctx.params.storeDownMs;
  if (state.downSinceMs === null) {
    state.downSinceMs = ctx.nowMs;
    ctx.note('storeUnavailable', { why: outcome.kind === 'timeout' ? 'no answer in time' : outcome.kind, instead: INSTEAD[ctx.params.failMode] });
  }
  if (pending.kind === 'take' || pending.kind === 'read') withoutStore(state, pending.call, ctx);
  else if (pending.kind === 'lease') {
    const lease = state.leases.get(pending.key)!;
    lease.asking = false;
    for (const call of lease.waiting.splice(0)) { state.askedFor.delete(call.id); withoutStore(state, call, ctx); }
  } else {
    // What was not reported is reported the next time.
    for (const row of pending.rows) state.used.set(row.key, { ...row, cost: row.cost + (state.used.get(row.key)?.cost ?? 0) });
  }
}

/** The store cannot be asked: admit, refuse, or decide alone with a share of the quota. */
export function withoutStore(state: LimitState, call: Call, ctx: LimitContext): void {
  const { failMode, storeDownMs } = ctx.params;
  const rows = rowsOf(ctx.params, call, 'split');
  const { key, level, terms } = rows[rows.length - 1]!;
  if (failMode === 'open') {
    state.failedOpen++;
    ctx.note('failedOpen', { key });
    admit(state, call, rowsOf(ctx.params, call, 'whole'), null, 'unasked', ctx);
  } else if (failMode === 'closed') {
    state.failedClosed++;
    ctx.note('failedClosed', { key });
    refuse(state, call, rows, { allowed: false, remaining: 0, limit: terms.capacity, retryAfterMs: Math.max(storeDownMs, 1), resetAfterMs: 0, waitMs: 0, key, level }, ctx);
  } else {
    const verdict = decideRows(state.shelf, rows, shelfTerms(ctx.params), 0, ctx);
    if (verdict.allowed) admit(state, call, rows, verdict, 'fallback', ctx);
    // A cost above the share never fits here; the store may be back by then.
    else refuse(state, call, rows, { ...verdict, retryAfterMs: Math.min(verdict.retryAfterMs, 1e7) }, ctx);
  }
}

function decided(state: LimitState, call: Call, rows: readonly Row[], verdict: Verdict, ctx: LimitContext): void {
  if (verdict.allowed) admit(state, call, rows, verdict, 'asked', ctx);
  else refuse(state, call, rows, verdict, ctx);
}

/** Decides on what was read, and writes it back: the store is not asked whether it is still so. */
function decideHere(state: LimitState, call: Call, rows: readonly Row[], states: readonly Kept[], ctx: LimitContext): void {
  let refused: Verdict | null = null, tightest: Verdict | null = null;
  for (const [i, { key, level, cost, terms }] of rows.entries()) {
    const { bucket, gcra } = states[i]!;
    const verdict = { ...(bucket !== null ? askBucket(bucket, terms, cost, ctx.nowMs) : askGcra(gcra!, terms, cost, ctx.nowMs)), key, level };
    if (!verdict.allowed && (refused === null || verdict.retryAfterMs > refused.retryAfterMs)) refused = verdict;
    if (tightest === null || verdict.remaining < tightest.remaining) tightest = verdict;
  }
  if (refused !== null) { refuse(state, call, rows, refused, ctx); return; }
  const written = states.map(({ bucket, gcra }, i) => {
    const { cost, terms } = rows[i]!;
    if (bucket !== null) { const copy = { ...bucket }; takeFromBucket(copy, terms, cost, ctx.nowMs); return { bucket: copy, gcra: null }; }
    const copy = { ...gcra! };
    takeFromGcra(copy, terms, cost, ctx.nowMs);
    return { bucket: null, gcra: copy };
  });
  const asked = question(state, 'write', { rows, states: written } as unknown as Json, call, ctx);
  remember(state, { kind: 'write', rows, asked }, ctx);
  admit(state, call, rows, tightest!, 'asked', ctx);
}

function leaseCame(state: LimitState, key: string, rows: readonly Row[], answer: Verdict & { readonly granted: number }, ctx: LimitContext): void {
  const lease = state.leases.get(key)!;
  lease.asking = false;
  if (answer.granted > 0) {
    lease.tokens += answer.granted;
    lease.untilMs = ctx.nowMs + ctx.params.leaseMs;
    lease.refused = null;
    state.leased += answer.granted;
    ctx.note('quotaLeased', { key, tokens: answer.granted });
  }
  // Those who wait, in their order, until one finds too little.
  while (lease.waiting.length > 0) {
    const call = lease.waiting[0]!;
    const mine = rowsOf(ctx.params, call, 'whole');
    const own = mine[mine.length - 1]!;
    if (own.key === key && lease.tokens < own.cost) break;
    lease.waiting.shift();
    state.askedFor.delete(call.id);
    // Settings that changed meanwhile may have given it another key.
    if (own.key === key) spend(state, lease, call, mine, ctx);
    else spendLease(state, call, mine, ctx);
  }
  if (lease.waiting.length === 0) return;
  if (answer.granted > 0 && storeReachable(state, ctx)) { fetchChunk(state, lease, rowsOf(ctx.params, lease.waiting[0]!, 'whole'), ctx); return; }
  const verdict: Verdict = { ...answer, allowed: false, retryAfterMs: Math.max(answer.retryAfterMs, 1) };
  if (answer.granted === 0) lease.refused = { cost: rows[0]!.cost, untilMs: ctx.nowMs + verdict.retryAfterMs, verdict };
  for (const call of lease.waiting.splice(0)) {
    state.askedFor.delete(call.id);
    refuse(state, call, rows, verdict, ctx);
  }
}

function synced(state: LimitState, rows: readonly Row[], levels: readonly number[], ctx: LimitContext): void {
  let tokens = 0;
  for (const [i, row] of rows.entries()) {
    tokens += row.cost;
    const slot = slotFor(state.shelf, row, rows, shelfTerms(ctx.params), ctx);
    // What was taken here since the report is not known there yet.
    setLevel(slot, Math.min(slot.terms.capacity, levels[i]! - (state.used.get(row.key)?.cost ?? 0)), ctx.nowMs);
    slot.credit = Infinity;
    settleMode(state.shelf, slot, ctx);
    watchFull(state.shelf, slot, ctx);
  }
  state.syncs++;
  ctx.note('syncDone', { tokens: tenth(tokens), keys: rows.length });
}
