/** A read: near cache, filter, cache node, and what its answer leads to. */
import type { Call, Json, Ms, Outcome } from '../../kernel/contract.ts';
import { log } from '../../kernel/math.ts';
import { mayHold } from '../../primitives/bloomFilter.ts';
import { end, giveCopy, keepNear, keepTime, lookNear, pollKey, setWaiting, settle, showLevels } from './answers.ts';
import { fetchFor, judgeCache } from './cacheCalls.ts';
import { loadFor, refresh } from './loads.ts';
import type { CacheAsideContext, CacheAsideState, Copy, Read } from './state.ts';

const ABSENT: Copy = Object.freeze({ value: null, version: 0 });
/** The cache node's answer to `fetch`. */
interface Fetched {
  readonly found: 'hit' | 'stale' | 'miss';
  readonly token: number;
  readonly value?: Json;
  readonly version?: number;
  readonly negative?: boolean;
  readonly loadMs?: Ms;
  readonly ageMs?: Ms;
  /** null: it never ends. */
  readonly leftMs?: Ms | null;
}

export function beginRead(state: CacheAsideState, call: Call, ctx: CacheAsideContext): void {
  keepTime(state, ctx);
  const read: Read = { call, key: call.entity, sinceMs: ctx.nowMs, how: 'asking', fetch: 0, load: null, waits: false };
  state.reads.set(call.id, read);
  state.total.reads++;
  const near = lookNear(state, read.key, ctx);
  if (near !== undefined) {
    settle(state, read, 'hit', ctx);
    state.total.nearHits++;
    ctx.note('nearHit', { key: read.key });
    giveCopy(state, read, near, 'near', 0, ctx);
  } else if (state.filter !== null && !mayHold(state.filter, read.key)) {
    settle(state, read, 'hit', ctx);
    state.total.filtered++;
    ctx.note('filtered', { key: read.key });
    giveCopy(state, read, ABSENT, 'near', 0, ctx);
  } else fetchFor(state, read, ctx);
}

export function fetched(state: CacheAsideState, read: Read, outcome: Outcome, ctx: CacheAsideContext): void {
  keepTime(state, ctx);
  read.fetch = 0;
  if (!judgeCache(state, outcome, ctx)) return withoutCache(state, read, ctx);
  const answer = (outcome as { readonly value: Json }).value as unknown as Fetched;
  if (answer.found === 'hit') hit(state, read, answer, ctx);
  else if (ctx.params.stampede === 'lease') leased(state, read, answer, ctx);
  else if (answer.found === 'stale' && ctx.params.stampede === 'staleWhileRevalidate') {
    giveStale(state, read, answer, ctx);
    refresh(state, read, 'stale', 0, ctx);
  } else missed(state, read, 0, ctx);
}

function missed(state: CacheAsideState, read: Read, token: number, ctx: CacheAsideContext): void {
  ctx.note('miss', { key: read.key });
  loadFor(state, read, 'miss', token, ctx);
}

const copyOf = ({ value = null, version = 0, negative }: Fetched): Copy => (negative === true ? { value: null, version } : { value, version });

function hit(state: CacheAsideState, read: Read, answer: Fetched, ctx: CacheAsideContext): void {
  const { params } = ctx;
  const { ageMs = 0, leftMs = null, loadMs = 0 } = answer;
  settle(state, read, 'hit', ctx);
  if (answer.negative === true) {
    state.total.negativeHits++;
    ctx.note('negativeHit', { key: read.key });
  } else {
    ctx.note('hit', { key: read.key, ageMs });
    keepNear(state, read.key, copyOf(answer), ctx);
  }
  giveCopy(state, read, copyOf(answer), 'cache', ageMs, ctx);
  if (leftMs === null) return;
  const early = params.stampede === 'xfetch' ? isEarly(leftMs, loadMs, params.beta, ctx.uniform('early', read.call))
    : params.stampede === 'refreshAhead' && ageMs >= params.refreshFraction * (ageMs + leftMs);
  if (early && refresh(state, read, 'early', 0, ctx)) {
    state.total.earlyRefreshes++;
    ctx.note('earlyRefresh', { key: read.key, leftMs });
  }
}
/** now − Δ β ln(u) ≥ expiry, by Vattani, Chierichetti and Lowenstein; `u` from 0 (exclusive) to 1. */
export const isEarly = (leftMs: Ms, loadMs: Ms, beta: number, u: number): boolean => -loadMs * beta * log(1 - u) >= leftMs;

function giveStale(state: CacheAsideState, read: Read, answer: Fetched, ctx: CacheAsideContext): void {
  settle(state, read, 'hit', ctx);
  state.total.staleServed++;
  ctx.note('staleServed', { key: read.key, overMs: Math.max(0, -(answer.leftMs ?? 0)) });
  giveCopy(state, read, copyOf(answer), 'stale', answer.ageMs ?? 0, ctx);
}

/** Only the reader with the token loads; the others take what there is, or ask again. */
function leased(state: CacheAsideState, read: Read, answer: Fetched, ctx: CacheAsideContext): void {
  const { params } = ctx;
  const stale = answer.found === 'stale' && params.leaseWaiters === 'stale';
  if (answer.token > 0) {
    ctx.note('leaseGranted', { key: read.key, token: answer.token });
    setWaiting(state, read, false);
    if (!stale) return missed(state, read, answer.token, ctx);
    giveStale(state, read, answer, ctx);
    refresh(state, read, 'lease', answer.token, ctx);
    return;
  }
  state.total.leaseDenials++;
  ctx.note('leaseDenied', { key: read.key });
  if (stale) return giveStale(state, read, answer, ctx);
  if (ctx.nowMs - read.sinceMs + params.leasePollMs >= params.loaderTimeoutMs) {
    // Whoever has the lease does not bring anything: the reader helps itself, and leaves the cache alone.
    setWaiting(state, read, false);
    loadFor(state, read, 'waited too long', 0, ctx, true);
    return;
  }
  settle(state, read, 'coalesced', ctx);
  setWaiting(state, read, true);
  showLevels(state, ctx);
  ctx.after(params.leasePollMs, pollKey(read));
}
export function askAgain(state: CacheAsideState, readId: number, ctx: CacheAsideContext): void {
  const read = state.reads.get(readId);
  if (read !== undefined && read.fetch === 0 && read.load === null) fetchFor(state, read, ctx);
}

export function withoutCache(state: CacheAsideState, read: Read, ctx: CacheAsideContext): void {
  read.fetch = 0;
  state.withoutCache++;
  setWaiting(state, read, false);
  if (ctx.params.onCacheDown === 'bypass') {
    loadFor(state, read, 'no cache', 0, ctx, true);
    return;
  }
  settle(state, read, 'shed', ctx);
  ctx.note('shed');
  end(state, read, { kind: 'rejected', by: 'cache-aside', detail: 'the cache is down' }, ctx);
}
