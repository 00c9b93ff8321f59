/** What readers are told, and how it is counted: each read as one thing, once. */
import type { Json, Ms, Outcome } from '../../kernel/contract.ts';
import { peek, put, take, touch } from '../../primitives/evictingStore.ts';
import { addToWindow, totalsAt } from '../../primitives/rollingWindow.ts';
import { AGES, type CacheAsideContext, type CacheAsideState, type Copy, type Read } from './state.ts';

const GAUGE = { hitRatio: 0, loads: 1, waiting: 2 } as const;

export function showLevels(state: CacheAsideState, ctx: CacheAsideContext): void {
  ctx.gauge(GAUGE.loads, state.loading);
  ctx.gauge(GAUGE.waiting, state.waiting);
}
/** The clock of a node may be set back; what was counted stays counted. */
export function keepTime(state: CacheAsideState, ctx: CacheAsideContext): Ms {
  state.atMs = Math.max(state.atMs, ctx.nowMs);
  return state.atMs;
}

/** Says what a read is. Whatever it turns out to need later does not change that. */
export function settle(state: CacheAsideState, read: Read, how: Exclude<Read['how'], 'asking'>, ctx: CacheAsideContext): void {
  if (read.how !== 'asking') return;
  read.how = how;
  const { total } = state;
  const { cost } = read.call;
  if (how === 'hit') { total.hits++; total.hitCost += cost; } else if (how === 'miss') total.misses++;
  else total[how]++;
  total.readCost += cost;
  const atMs = keepTime(state, ctx);
  addToWindow(state.lately, atMs, how === 'hit' ? 0 : 1);
  const [hits = 0, others = 0] = totalsAt(state.lately, atMs);
  ctx.gauge(GAUGE.hitRatio, hits / (hits + others));
}

/** The read is over; who asked has been told, or has gone. */
export function forget(state: CacheAsideState, read: Read, ctx: CacheAsideContext): void {
  state.reads.delete(read.call.id);
  setWaiting(state, read, false);
  ctx.clear(pollKey(read));
}
export function end(state: CacheAsideState, read: Read, outcome: Outcome, ctx: CacheAsideContext): void {
  forget(state, read, ctx);
  ctx.reply(read.call, outcome);
}
export function setWaiting(state: CacheAsideState, read: Read, waits: boolean): void {
  if (read.waits === waits) return;
  read.waits = waits;
  state.waiting += waits ? 1 : -1;
}
export const pollKey = (read: Read): string => `poll ${read.call.id}`;

const recordOf = ({ value, version }: Copy): Json => ({ value, version });
/** A copy that the database has not just given: the outside observer is told, who knows what the database holds. */
export function giveCopy(state: CacheAsideState, read: Read, copy: Copy, from: 'cache' | 'stale' | 'near', ageMs: Ms, ctx: CacheAsideContext): void {
  state.ages[AGES.findIndex((limit) => ageMs < limit)]!++;
  ctx.effect('served', { key: read.key, version: copy.version, from, beganMs: read.call.createdMs });
  end(state, read, { kind: 'ok', value: recordOf(copy) }, ctx);
}
export const giveLoaded = (state: CacheAsideState, read: Read, copy: Copy, ctx: CacheAsideContext): void =>
  end(state, read, { kind: 'ok', value: recordOf(copy) }, ctx);

// ── the near cache ──
export function lookNear(state: CacheAsideState, key: string, ctx: CacheAsideContext): Copy | undefined {
  if (ctx.params.nearMs === 0) return undefined;
  const copy = touch(state.near, key);
  if (copy === undefined || ctx.nowMs < copy.untilMs) return copy;
  take(state.near, key);
  return undefined;
}
export function keepNear(state: CacheAsideState, key: string, { value, version }: Copy, ctx: CacheAsideContext): void {
  if (ctx.params.nearMs === 0 || version < (peek(state.near, key)?.version ?? 0)) return;
  put(state.near, key, { value, version, weight: 1, untilMs: ctx.nowMs + ctx.params.nearMs });
}
