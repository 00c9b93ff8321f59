/**
 * The central store: one set of buckets for all limiter nodes, on its own clock. Operations are carried out one after the other.
 *
 * take: ask all rows, take from all or none. read and write: what a client without an atomic operation does. lease: a chunk for later.
 * sync: what a node has taken on its own; the answer says how much is left. refund (a message): tokens back.
 */
import type { Call, Context, Engine, Json, Ms } from '../../kernel/contract.ts';
import type { Gcra } from '../../primitives/rateLimits/gcra.ts';
import type { TokenBucket } from '../../primitives/rateLimits/tokenBucket.ts';
import type { CentralNote, CentralParams } from './central.params.ts';
import type { Row } from './levels.ts';
import { afterCrash, createShelf, decideRows, forgetAll, fullDue, giveBack, levelOf, remember, setLevel, settleMode, slotFor, takeFrom, watchFull, type Shelf, type ShelfTerms, type Slot } from './shelf.ts';
import { shelfMachines, shelfViews, tenth } from './views.ts';

export type Ask = { readonly rows: readonly Row[]; readonly maxWaitMs?: Ms; readonly chunk?: number; readonly states?: readonly Kept[] };
export interface Kept { readonly bucket: TokenBucket | null; readonly gcra: Gcra | null }
interface CentralState {
  shelf: Shelf;
  /** Operations that wait for their turn, in order; the first is being carried out. */
  queue: Call[];
  focus: string;
  operations: number;
  granted: number;
  refused: number;
  leased: number;
  lost: number;
}
type CentralContext = Context<CentralParams, CentralNote>;
const NEXT = 'next';

const how = ({ algo, maxKeys }: CentralParams): ShelfTerms => ({ algo, maxKeys, eviction: 'whenFull', clock: 'lastSeen', inherit: 'asIs' });

function onRequest(state: CentralState, call: Call, ctx: CentralContext): void {
  if (ctx.params.opMs === 0 && state.queue.length === 0) { ctx.reply(call, { kind: 'ok', value: carryOut(state, call, ctx) }); return; }
  state.queue.push(call);
  if (state.queue.length === 1) ctx.after(ctx.params.opMs, NEXT, 'completion');
}
function onTimer(state: CentralState, key: string | number, ctx: CentralContext): void {
  if (key !== NEXT) { fullDue(state.shelf, String(key).slice(5), ctx); return; }
  const call = state.queue.shift();
  if (state.queue.length > 0) ctx.after(ctx.params.opMs, NEXT, 'completion');
  if (call !== undefined) ctx.reply(call, { kind: 'ok', value: carryOut(state, call, ctx) });
}
/** The operation of somebody who has given up is carried out all the same: it was sent. */
function onCancel(): void {}

function carryOut(state: CentralState, call: Call, ctx: CentralContext): Json {
  const ask = call.payload as unknown as Ask;
  state.operations++;
  switch (call.op) {
    case 'take': return take(state, ask, ctx);
    case 'read': return read(state, ask, ctx);
    case 'write': return write(state, ask, ctx);
    case 'lease': return lease(state, ask, call, ctx);
    default: return sync(state, ask, call, ctx);
  }
}

function take(state: CentralState, { rows, maxWaitMs = 0 }: Ask, ctx: CentralContext): Json {
  const verdict = decideRows(state.shelf, rows, how(ctx.params), maxWaitMs, ctx);
  const { key, remaining } = verdict;
  if (verdict.allowed) state.granted++;
  else { state.refused++; state.focus = key; }
  ctx.note(verdict.allowed ? 'granted' : 'refused', { key, cost: rows[0]!.cost, remaining: tenth(remaining) });
  return { ...verdict };
}

function read(state: CentralState, { rows }: Ask, ctx: CentralContext): Json {
  const states = rows.map((row) => {
    const { bucket, gcra } = slotFor(state.shelf, row, rows, how(ctx.params), ctx);
    return { bucket: bucket === null ? null : { ...bucket }, gcra: gcra === null ? null : { ...gcra } };
  });
  return { states };
}
/** The last one wins: what others took since this one read is forgotten. */
function write(state: CentralState, { rows, states = [] }: Ask, ctx: CentralContext): Json {
  for (const [i, row] of rows.entries()) {
    const slot = slotFor(state.shelf, row, rows, how(ctx.params), ctx);
    const kept = states[i];
    if (kept === undefined || (kept.bucket === null) !== (slot.bucket === null)) continue;
    const before = levelOf(slot, ctx.nowMs);
    if (kept.bucket !== null) slot.bucket = { ...kept.bucket, lastNs: Math.max(kept.bucket.lastNs, slot.bucket!.lastNs) };
    else slot.gcra = { ...kept.gcra!, lastNs: Math.max(kept.gcra!.lastNs, slot.gcra!.lastNs) };
    const after = levelOf(slot, ctx.nowMs);
    // Alone, a write takes away exactly the cost.
    const forgotten = after - (before - row.cost);
    if (forgotten > 0.5) { state.lost += forgotten; ctx.note('overwritten', { key: slot.key, tokens: tenth(forgotten) }); }
    countTaken(state.shelf, slot, row.cost, ctx);
  }
  state.granted++;
  return null;
}
function countTaken(shelf: Shelf, slot: Slot, cost: number, ctx: CentralContext): void {
  slot.admitted++;
  slot.costAdmitted += cost;
  if (shelf.followed.has(slot.key)) remember(slot, { atMs: ctx.nowMs, cost, admitted: true });
  settleMode(shelf, slot, ctx);
  watchFull(shelf, slot, ctx);
}

/** As much of the chunk as every level has, but at least the cost of the request that asks. */
function lease(state: CentralState, { rows, chunk = 0 }: Ask, call: Call, ctx: CentralContext): Json {
  const cost = rows[0]!.cost;
  const slots = rows.map((row) => slotFor(state.shelf, row, rows, how(ctx.params), ctx));
  let most = Math.max(chunk, cost);
  for (const slot of slots) most = Math.min(most, Math.floor(levelOf(slot, ctx.nowMs) + 1e-9));
  const verdict = decideRows(state.shelf, rows.map((row) => ({ ...row, cost: Math.max(cost, most) })), how(ctx.params), 0, ctx);
  const { key } = verdict;
  if (verdict.allowed) {
    const tokens = Math.max(cost, most);
    state.leased += tokens;
    ctx.note('leasedOut', { key: slots[slots.length - 1]!.key, tokens, to: call.from });
    return { ...verdict, granted: tokens };
  }
  state.refused++;
  state.focus = key;
  ctx.note('refused', { key, cost, remaining: tenth(verdict.remaining) });
  return { ...verdict, granted: 0 };
}

/** What a node took on its own is taken here too, into debt if it must; the answer says what is left. */
function sync(state: CentralState, { rows }: Ask, call: Call, ctx: CentralContext): Json {
  let tokens = 0;
  const levels = rows.map((row) => {
    const slot = slotFor(state.shelf, row, rows, how(ctx.params), ctx);
    settleMode(state.shelf, slot, ctx);
    if (row.cost > 0) {
      takeFrom(slot, row.cost, ctx.nowMs);
      slot.credit = Math.max(slot.credit, -levelOf(slot, ctx.nowMs));
      countTaken(state.shelf, slot, row.cost, ctx);
    }
    tokens += row.cost;
    return levelOf(slot, ctx.nowMs);
  });
  ctx.note('reported', { from: call.from, tokens: tenth(tokens), keys: rows.length });
  return { levels };
}

export const central: Engine<CentralParams, CentralState, CentralNote> = {
  gauges: ['keys', 'waiting'],
  init: () => ({ shelf: createShelf(), queue: [], focus: '', operations: 0, granted: 0, refused: 0, leased: 0, lost: 0 }),
  onStart(state, ctx) { if (!ctx.params.durable) forgetAll(state.shelf, ctx); },
  onRequest(state, call, ctx) {
    onRequest(state, call, ctx);
    ctx.gauge(0, state.shelf.slots.size);
    ctx.gauge(1, state.queue.length);
  },
  onTimer, onCancel,
  onMessage(state, message, ctx) {
    for (const row of (message.payload as unknown as Ask).rows) {
      const slot = state.shelf.slots.get(row.key);
      if (slot === undefined) continue;
      giveBack(slot, row.cost, ctx.nowMs);
      settleMode(state.shelf, slot, ctx);
    }
  },
  onControl(state, control, ctx) {
    if (control !== 'refill') throw new Error(`the store has no control "${control}"; it has refill`);
    for (const slot of state.shelf.slots.values()) { setLevel(slot, slot.terms.capacity, ctx.nowMs); settleMode(state.shelf, slot, ctx); }
    ctx.note('refilled');
  },
  onRestart: (state, params) => ({ ...state, queue: [], shelf: params.durable ? state.shelf : afterCrash(state.shelf) }),
  inspect(state, _params, nowMs) {
    const { shelf, queue, operations, granted, refused, leased, lost } = state;
    return {
      mode: `${shelf.slots.size} ${shelf.slots.size === 1 ? 'bucket' : 'buckets'}`, tone: queue.length > 0 ? 'active' : 'calm', queue: { length: queue.length, capacity: 1000 },
      meters: { keys: shelf.slots.size, operations, granted, refused, leased, forgottenTokens: tenth(lost), evicted: shelf.evicted },
      machines: shelfMachines(shelf, nowMs), views: shelfViews(shelf, state.focus, nowMs),
    };
  },
  invariants: [],
};
