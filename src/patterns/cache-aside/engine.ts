/**
 * Cache-aside, sans-IO: the layer reads through a cache node and loads from the database what is not there; a write goes to the database and
 * takes the copy out. The cache node and the database are other nodes, which can be slow, full or gone, each by itself.
 */
import { TIMEOUT, type Call, type Engine, type Outcome, type TimerKey } from '../../kernel/contract.ts';
import { resizeTo } from '../../primitives/evictingStore.ts';
import { forget } from './answers.ts';
import { judgeCache } from './cacheCalls.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import { leaveLoad, loaded, loadTimedOut } from './loads.ts';
import { cacheNodesOf, type CacheAsideNote, type CacheAsideParams } from './params.ts';
import { askAgain, beginRead, fetched } from './reads.ts';
import { createFilter, createState, type CacheAsideContext, type CacheAsideState, type Errand } from './state.ts';
import { beginWrite, changed, deleteAgain, written } from './writes.ts';

const WRITES: ReadonlySet<string> = new Set(['put', 'compareAndSet', 'delete', 'increment']);

function onRequest(state: CacheAsideState, call: Call, ctx: CacheAsideContext): void {
  if (cacheNodesOf(ctx.params).includes(call.to)) ctx.forward(call);
  else if (call.op === 'get') beginRead(state, call, ctx);
  else if (WRITES.has(call.op)) beginWrite(state, call, ctx);
  else ctx.forward(call);
}

function onReply(state: CacheAsideState, call: Call, outcome: Outcome, ctx: CacheAsideContext): void {
  const errand = state.errands.get(call.id);
  if (errand !== undefined) answered(state, call.id, errand, outcome, ctx);
  // A call that this layer only let through.
  else ctx.reply(call, outcome);
}
function answered(state: CacheAsideState, id: number, errand: Errand, outcome: Outcome, ctx: CacheAsideContext): void {
  if (errand.kind === 'load') return loaded(state, errand.load, outcome, ctx);
  state.errands.delete(id);
  if (errand.kind === 'write') return written(state, errand.write, outcome, ctx);
  ctx.clear(id);
  if (errand.kind === 'fetch') fetched(state, errand.read, outcome, ctx);
  else if (errand.kind === 'change') changed(state, errand.write, errand.key, outcome, ctx);
  else if (judgeCache(state, outcome, ctx) && (outcome as { readonly value?: unknown }).value === false) {
    state.total.fillsRejected++;
    ctx.note('fillRejected', { key: errand.key, version: errand.version });
  }
}

function onTimer(state: CacheAsideState, key: TimerKey, ctx: CacheAsideContext): void {
  if (typeof key === 'string') {
    const [kind, number] = key.split(' ') as [string, string];
    if (kind === 'poll') askAgain(state, Number(number), ctx);
    else deleteAgain(state, Number(number), ctx);
    return;
  }
  const errand = state.errands.get(key);
  if (errand === undefined) return;
  if (errand.kind === 'load') return loadTimedOut(state, errand.load, ctx);
  ctx.cancel(errand.call, TIMEOUT);
  answered(state, key, errand, TIMEOUT, ctx);
}

function onCancel(state: CacheAsideState, call: Call, ctx: CacheAsideContext): void {
  const write = state.writes.get(call.id);
  if (write !== undefined) {
    // What the database has begun may still be applied; the copy in the cache is then as old as a lost invalidation leaves it.
    state.writes.delete(call.id);
    for (const [id, errand] of state.errands) {
      if (errand.kind !== 'write' || errand.write !== write) continue;
      state.errands.delete(id);
      ctx.cancel(errand.call);
    }
    return;
  }
  const read = state.reads.get(call.id);
  if (read === undefined) return ctx.cancel(call);
  ctx.note('cancelled');
  const fetch = state.errands.get(read.fetch);
  if (fetch?.kind === 'fetch') {
    state.errands.delete(read.fetch);
    ctx.clear(read.fetch);
    ctx.cancel(fetch.call);
  }
  leaveLoad(state, read, ctx);
  if (read.how === 'asking') state.total.givenUp++;
  forget(state, read, ctx);
}

export const engine: Engine<CacheAsideParams, CacheAsideState, CacheAsideNote> = {
  gauges: ['hitRatio', 'loads', 'waiting'],
  init: createState,
  onRequest, onReply, onTimer, onCancel,
  onParams(state, before, { params }) {
    if (before.nearCapacity !== params.nearCapacity) resizeTo(state.near, params.nearCapacity);
    if (before.absentFilter !== params.absentFilter) state.filter = createFilter(params);
  },
  inspect, invariants,
};
export const engines = { 'cache-aside': engine };
export { laws };
