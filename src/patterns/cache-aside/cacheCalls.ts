/** Calls to the cache node: which one, how long it may take, and what is thought of it when it does not answer. */
import type { Call, Json, Ms, Outcome } from '../../kernel/contract.ts';
import { hashText } from '../../kernel/random.ts';
import { cacheNodesOf, graceOf, type CacheAsideParams } from './params.ts';
import type { CacheAsideContext, CacheAsideState, Copy, Load, Read, Write } from './state.ts';

/** Failures in a row after which the cache is said to be down. */
const DOWN_AFTER = 3;

export function cacheNodeOf(key: string, params: CacheAsideParams): string {
  const nodes = cacheNodesOf(params);
  return nodes.length === 1 ? nodes[0]! : nodes[(hashText(key) >>> 0) % nodes.length]!;
}

function ask(key: string, op: string, payload: Json, parent: Call | null, ctx: CacheAsideContext): Call {
  const { cacheTimeoutMs } = ctx.params;
  const call = ctx.send(cacheNodeOf(key, ctx.params), {
    op, entity: key, payload, deadlineMs: ctx.nowMs + cacheTimeoutMs, ...(parent !== null && { parent }),
  });
  ctx.after(cacheTimeoutMs, call.id);
  return call;
}

export function fetchFor(state: CacheAsideState, read: Read, ctx: CacheAsideContext): void {
  const { stampede, leaseMs } = ctx.params;
  const call = ask(read.key, 'fetch', stampede === 'lease' ? { leaseMs } : null, read.call, ctx);
  read.fetch = call.id;
  state.errands.set(call.id, { kind: 'fetch', read, call, sinceMs: ctx.nowMs });
}

/** Shortened by chance, so that what came together does not end together. */
const lifeOf = (fullMs: Ms, call: Call, ctx: CacheAsideContext): Ms =>
  (ctx.params.ttlJitter === 0 ? fullMs : fullMs * (1 - ctx.params.ttlJitter * ctx.uniform('jitter', call)));
/** Nobody waits for it, so it is made on nobody’s behalf. */
export function fill(state: CacheAsideState, load: Load, { value, version }: Copy, tookMs: number, ctx: CacheAsideContext): void {
  const { params } = ctx;
  const absent = value === null;
  if (absent && params.negativeTtlMs === 0) return;
  const ttlMs = lifeOf(absent ? params.negativeTtlMs : params.ttlMs, load.call, ctx);
  const call = ask(load.key, 'set', {
    value, version, ttlMs, graceMs: graceOf(params), loadMs: tookMs, weight: load.call.cost,
    ...(absent && { negative: true }), ...(load.token > 0 && { token: load.token }), ...(params.writePolicy === 'versionedSet' && { ifNewer: true }),
  }, null, ctx);
  state.errands.set(call.id, { kind: 'fill', key: load.key, version, call });
  state.total.fills++;
  ctx.note('filled', { key: load.key, version, ttlMs });
}

/** Deletes a copy (also as the second delete, of no write that waits), or overwrites it. */
export function remove(state: CacheAsideState, key: string, write: Write | null, ctx: CacheAsideContext): void {
  const { params } = ctx;
  const graceMs = params.stampede === 'lease' ? graceOf(params) : 0;
  const call = ask(key, 'delete', { ...(graceMs > 0 && { keepMs: graceMs }), ...(!params.leaseVoidedByDelete && { keepLease: true }) }, write?.call ?? null, ctx);
  state.errands.set(call.id, { kind: 'change', write, key, call });
  state.total.invalidations++;
  ctx.note('invalidated', { key });
}
export function overwrite(state: CacheAsideState, write: Write, value: Json, ctx: CacheAsideContext): void {
  const { params } = ctx;
  const call = ask(write.key, 'set', {
    value, version: write.version, ttlMs: lifeOf(value === null ? Math.max(1, params.negativeTtlMs) : params.ttlMs, write.call, ctx), graceMs: graceOf(params), weight: write.call.cost,
    ...(value === null && { negative: true }), ...(params.writePolicy === 'versionedSet' && { ifNewer: true }),
  }, write.call, ctx);
  state.errands.set(call.id, { kind: 'change', write, key: write.key, call });
}

export const whyNot = (outcome: Outcome): string => (outcome.kind === 'rejected' ? `refused by ${outcome.by}` : outcome.kind);

/** A call to the cache has ended; says whether it answered. */
export function judgeCache(state: CacheAsideState, outcome: Outcome, ctx: CacheAsideContext): boolean {
  if (outcome.kind === 'ok') {
    state.failures = 0;
    if (state.cacheDown) {
      state.cacheDown = false;
      ctx.note('cacheBack', { reads: state.withoutCache });
      state.withoutCache = 0;
    }
    return true;
  }
  state.total.cacheFailures++;
  ctx.note('cacheFailed', { why: whyNot(outcome) });
  if (++state.failures >= DOWN_AFTER && !state.cacheDown) {
    state.cacheDown = true;
    ctx.note('cacheLost', { instead: ctx.params.onCacheDown === 'bypass' ? 'go to the database' : 'are refused' });
  }
  return false;
}
