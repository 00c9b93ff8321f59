/** Loads from the database: who starts one, who waits for it, and what becomes of what it brings. */
import { TIMEOUT, type Json, type Outcome } from '../../kernel/contract.ts';
import { end, giveLoaded, keepNear, keepTime, setWaiting, settle, showLevels } from './answers.ts';
import { fill, whyNot } from './cacheCalls.ts';
import { ROWS, type CacheAsideContext, type CacheAsideState, type Copy, type Load, type LoadRow, type Read } from './state.ts';

/** So many loads of one key at the same time on one node are called a stampede. */
export const STAMPEDE_FROM = 10;
const COALESCING: ReadonlySet<string> = new Set(['singleFlight', 'staleWhileRevalidate', 'refreshAhead']);

/** A read that the cache could not answer: it loads, or waits for a load of this node. */
export function loadFor(state: CacheAsideState, read: Read, why: string, token: number, ctx: CacheAsideContext, bypass = false): void {
  const { params } = ctx;
  const shared = !bypass && COALESCING.has(params.stampede);
  const flight = shared ? state.flights.get(read.key) : undefined;
  if (flight !== undefined) {
    settle(state, read, 'coalesced', ctx);
    flight.readers.push(read);
    read.load = flight;
    setWaiting(state, read, true);
    ctx.note('coalesced', { key: read.key, readers: flight.readers.length });
    showLevels(state, ctx);
    return;
  }
  settle(state, read, bypass ? 'bypassed' : 'miss', ctx);
  if (params.maxLoads > 0 && state.loading >= params.maxLoads) {
    state.total.loadsRefused++;
    ctx.note('loadRefused', { key: read.key, loads: state.loading });
    end(state, read, { kind: 'rejected', by: 'cache-aside', detail: 'too many loads' }, ctx);
    return;
  }
  const load = start(state, read, { why, token, shared, background: false, fills: !bypass }, ctx);
  load.readers.push(read);
  read.load = load;
}

/** Loads for the sake of later readers; the one who set it off has had an answer. */
export function refresh(state: CacheAsideState, read: Read, why: string, token: number, ctx: CacheAsideContext): boolean {
  const shared = COALESCING.has(ctx.params.stampede);
  if ((shared && state.flights.has(read.key)) || (ctx.params.maxLoads > 0 && state.loading >= ctx.params.maxLoads)) return false;
  start(state, read, { why, token, shared, background: true, fills: true }, ctx);
  return true;
}

type How = Pick<Load, 'token' | 'shared' | 'background' | 'fills'> & { readonly why: string };
function start(state: CacheAsideState, { call, key }: Read, { why, ...how }: How, ctx: CacheAsideContext): Load {
  const { loaderTimeoutMs } = ctx.params;
  const limitMs = ctx.nowMs + loaderTimeoutMs;
  const sent = ctx.send(call.to, {
    op: call.op, entity: key, payload: call.payload, cost: call.cost, ...(!how.background && { parent: call, attempt: call.attempt }),
    deadlineMs: how.shared || how.background ? limitMs : Math.min(limitMs, call.deadlineMs),
  });
  const load: Load = { call: sent, key, sinceMs: ctx.nowMs, readers: [], ...how };
  state.errands.set(sent.id, { kind: 'load', load });
  if (load.shared) state.flights.set(key, load);
  ctx.after(loaderTimeoutMs, sent.id);
  state.loading++;
  state.total.loads++;
  count(state, key, ctx);
  state.rows.push({ key, why, sinceMs: ctx.nowMs, readers: 0, untilMs: null, outcome: String(sent.id) });
  if (state.rows.length > ROWS) state.rows.shift();
  ctx.note('loadStarted', { key, why });
  showLevels(state, ctx);
  return load;
}

function count(state: CacheAsideState, key: string, ctx: CacheAsideContext): void {
  let crowd = state.crowds.get(key);
  if (crowd === undefined) { crowd = { now: 0, total: 0, told: false }; state.crowds.set(key, crowd); }
  crowd.now++;
  crowd.total++;
  state.mostLoads = Math.max(state.mostLoads, crowd.now);
  if (crowd.now < STAMPEDE_FROM || crowd.told) return;
  crowd.told = true;
  ctx.note('stampedeStarted', { key, loads: crowd.now });
}

/** The load is over, however it ended: the books are closed before anybody hears of it. */
function close(state: CacheAsideState, load: Load, outcome: string, ctx: CacheAsideContext): void {
  const { key } = load;
  state.errands.delete(load.call.id);
  ctx.clear(load.call.id);
  if (state.flights.get(key) === load) state.flights.delete(key);
  state.loading--;
  const row = state.rows.find((each) => each.outcome === String(load.call.id));
  if (row !== undefined) finishRow(row, load, outcome, ctx);
  const crowd = state.crowds.get(key)!;
  if (--crowd.now > 0) return;
  state.crowds.delete(key);
  if (crowd.told) ctx.note('stampedeEnded', { key, loads: crowd.total });
}
function finishRow(row: LoadRow, load: Load, outcome: string, ctx: CacheAsideContext): void {
  row.readers = load.readers.length;
  row.untilMs = ctx.nowMs;
  row.outcome = outcome;
}

/** What the database gave. The store's answer is { value, version }; any other value counts as one without a version. */
function copyOf(value: Json | undefined): Copy {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'version')) {
    const record = value as { readonly value?: Json; readonly version?: Json };
    return { value: record.value ?? null, version: typeof record.version === 'number' ? record.version : 0 };
  }
  return { value: value ?? null, version: 0 };
}

export function loaded(state: CacheAsideState, load: Load, outcome: Outcome, ctx: CacheAsideContext): void {
  keepTime(state, ctx);
  const tookMs = ctx.nowMs - load.sinceMs;
  close(state, load, outcome.kind, ctx);
  if (outcome.kind !== 'ok') {
    fail(state, load, outcome, ctx);
    return;
  }
  const copy = copyOf(outcome.value);
  ctx.note('loadEnded', { key: load.key, version: copy.version, tookMs });
  if (load.fills) fill(state, load, copy, tookMs, ctx);
  if (copy.value !== null) keepNear(state, load.key, copy, ctx);
  for (const read of load.readers) giveLoaded(state, read, copy, ctx);
  showLevels(state, ctx);
}

export function loadTimedOut(state: CacheAsideState, load: Load, ctx: CacheAsideContext): void {
  ctx.cancel(load.call, TIMEOUT);
  close(state, load, 'timeout', ctx);
  fail(state, load, TIMEOUT, ctx);
}
function fail(state: CacheAsideState, load: Load, outcome: Outcome, ctx: CacheAsideContext): void {
  state.total.loadsFailed++;
  ctx.note('loadFailed', { key: load.key, why: whyNot(outcome) });
  for (const read of load.readers) end(state, read, outcome, ctx);
  showLevels(state, ctx);
}

/** A reader has gone. A load that nobody else waits for or will profit from goes with it. */
export function leaveLoad(state: CacheAsideState, read: Read, ctx: CacheAsideContext): void {
  const { load } = read;
  if (load === null) return;
  const alone = load.readers.length === 1 && !load.shared && load.token === 0;
  if (alone) {
    ctx.cancel(load.call);
    close(state, load, 'given up', ctx);
    load.readers.length = 0;
  } else {
    load.readers.splice(load.readers.indexOf(read), 1);
    setWaiting(state, read, false);
  }
  read.load = null;
  showLevels(state, ctx);
}
