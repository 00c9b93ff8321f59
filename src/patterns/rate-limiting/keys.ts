/** Which limit a call comes under, and for how long a limit is remembered. */
import type { Call, Ms } from '../../kernel/contract.ts';
import { createLimit, peek, shareOf, type Terms } from './limits.ts';
import { termsOf, type LimiterParams } from './params.ts';
import { SHOWN_KEYS, type KeyEntry, type LimiterContext, type LimiterState } from './state.ts';

export function keyOf(call: Call, { key }: LimiterParams): string {
  switch (key) {
    case 'client': return call.from;
    case 'entity': return call.entity === '' ? call.from : call.entity;
    case 'op': return call.op;
    case 'global': return 'all';
  }
}
export const costOf = (call: Call, { charge }: LimiterParams): number => (charge === 'one' ? 1 : call.cost);

/** The terms under which this gateway decides by itself: for its own part, where the whole is shared and the number of gateways is known. */
export const ownTerms = (params: LimiterParams): Terms =>
  params.scope === 'global' && params.syncMode !== 'gossip' && params.gateways >= 1 ? shareOf(termsOf(params), params.gateways) : termsOf(params);

/** Whether the store decides: there must be one, and a way to it. */
export const asksStore = ({ params, downstream }: LimiterContext): boolean =>
  params.scope === 'global' && params.algorithm !== 'concurrency' && (params.syncMode === 'atomic' || params.syncMode === 'getThenSet') && downstream.includes(params.store as string);

export const inUse = (entry: KeyEntry): boolean => entry.pending > 0 || (entry.limit.kind === 'concurrency' && entry.limit.state.inFlight > 0);

/** Finds the key's limit, or makes one, full; whoever was used goes to the end of the line of those to be forgotten. */
export function entryFor(state: LimiterState, key: string, nowMs: Ms, ctx: LimiterContext): KeyEntry {
  let entry = state.keys.get(key);
  if (entry !== undefined) {
    state.keys.delete(key);
  } else {
    makeRoom(state, ctx.params.maxKeys - 1, ctx);
    let shown = 0;
    for (const { dots } of state.keys.values()) { if (dots !== null) shown++; if (shown === SHOWN_KEYS) break; }
    entry = { key, limit: createLimit(ownTerms(ctx.params), nowMs), atMs: nowMs, admitted: 0, denied: 0, delayed: 0, cost: 0, line: [], pending: 0, told: null, dots: state.keys.size < 4 * SHOWN_KEYS && shown < SHOWN_KEYS ? [] : null };
  }
  state.keys.set(key, entry);
  entry.atMs = nowMs;
  if (!state.sweeping) {
    state.sweeping = true;
    ctx.after(ctx.params.idleMs, 'sweep');
  }
  return entry;
}

function drop(state: LimiterState, entry: KeyEntry, why: string, ctx: LimiterContext): void {
  state.keys.delete(entry.key);
  state.evicted++;
  ctx.note('keyEvicted', { key: entry.key, why });
}
/** Those idle longest go, whatever they have used: they may begin anew. Those with calls waiting stay. */
export function makeRoom(state: LimiterState, most: number, ctx: LimiterContext): void {
  if (state.keys.size <= most) return;
  for (const entry of state.keys.values()) {
    if (inUse(entry)) continue;
    drop(state, entry, `no room for more than ${ctx.params.maxKeys} keys`, ctx);
    if (state.keys.size <= most) return;
  }
}
/** Keys that are as new, and idle for long enough, go. */
export function sweep(state: LimiterState, nowMs: Ms, ctx: LimiterContext): void {
  const terms = ownTerms(ctx.params);
  const { idleMs, maxWaitMs } = ctx.params;
  for (const entry of state.keys.values()) {
    // In the order of their last use: the rest is younger.
    if (nowMs - entry.atMs < idleMs - 1e-6) break;
    if (!inUse(entry) && peek(entry.limit, terms, nowMs, maxWaitMs).resetAfterMs <= 0) drop(state, entry, 'it was idle', ctx);
  }
  state.sweeping = state.keys.size > 0;
  if (state.sweeping) ctx.after(idleMs, 'sweep');
}
