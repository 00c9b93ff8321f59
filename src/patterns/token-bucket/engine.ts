/**
 * The token bucket as a layer: each request pays its cost into one to four buckets, all or none, and goes on, waits or is refused. The
 * buckets are here, in a central store, or both. Requests are charged when they come, by key and route.
 *
 * Timers: a question to the store by its own id, `hold` a request that waits for its tokens, `full` a bucket that fills, `sync` the report.
 */
import type { Call, Engine, Outcome } from '../../kernel/contract.ts';
import { admit, pass, refund, refuse, refuseForGood, settleAnswer, shelfTerms } from './admit.ts';
import { central } from './central.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import { levelsOf, rowsOf, termsOf } from './levels.ts';
import type { LimitNote, LimitParams } from './params.ts';
import { relay } from './relay.ts';
import { afterCrash, changeTerms, decideRows, forgetAll, fullDue, setLevel, settleMode, watchFull } from './shelf.ts';
import { createState, type LimitContext, type LimitState } from './state.ts';
import { askCentral, report, spendLease, storeAnswered, storeTimedOut, SYNC, withoutStore } from './store.ts';

const showGauges = (state: LimitState, ctx: LimitContext): void => {
  ctx.gauge(0, state.shelf.slots.size);
  ctx.gauge(1, state.held.size);
  ctx.gauge(2, state.pending.size);
};

function onRequest(state: LimitState, call: Call, ctx: LimitContext): void {
  const { params } = ctx;
  if (call.attempt > 0) state.retriesSeen++;
  const share = params.topology === 'perNode' && params.split ? 'split' : 'whole';
  const rows = rowsOf(params, call, share);
  const tooMuch = params.overCapacityCost === 'reject' ? rows.find(({ cost, terms }) => cost > terms.capacity) : undefined;
  if (tooMuch !== undefined) { refuseForGood(state, call, tooMuch, ctx); return; }
  // Nobody waits past his deadline.
  const maxWaitMs = params.action === 'shape' ? Math.max(0, Math.min(params.maxWaitMs, call.deadlineMs - ctx.nowMs)) : 0;
  switch (params.topology) {
    case 'central': askCentral(state, call, rows, maxWaitMs, ctx); break;
    case 'quotaLease': spendLease(state, call, rows, ctx); break;
    default: {
      if (params.topology === 'syncEvery' && !ctx.downstream.includes(params.store as string)) { withoutStore(state, call, ctx); break; }
      const verdict = decideRows(state.shelf, rows, shelfTerms(params), maxWaitMs, ctx);
      if (params.topology === 'syncEvery' && verdict.allowed) {
        for (const row of rows) state.used.set(row.key, { ...row, cost: row.cost + (state.used.get(row.key)?.cost ?? 0) });
      }
      if (verdict.allowed) admit(state, call, rows, verdict, 'asked', ctx);
      else refuse(state, call, rows, verdict, ctx);
    }
  }
  showGauges(state, ctx);
}

function onReply(state: LimitState, reply: Call, outcome: Outcome, ctx: LimitContext): void {
  const pending = state.pending.get(reply.id);
  if (pending !== undefined) { storeAnswered(state, pending, outcome, ctx); showGauges(state, ctx); return; }
  settleAnswer(state, reply, outcome, ctx);
  ctx.reply(reply, outcome);
}

function onCancel(state: LimitState, call: Call, ctx: LimitContext): void {
  const asked = state.askedFor.get(call.id);
  const held = state.held.get(call.id);
  if (asked !== undefined) {
    state.askedFor.delete(call.id);
    const pending = state.pending.get(asked);
    if (pending !== undefined) {
      state.pending.delete(asked);
      ctx.clear(asked);
      ctx.cancel(pending.asked);
    }
    for (const { waiting } of state.leases.values()) {
      const at = waiting.findIndex(({ id }) => id === call.id);
      if (at >= 0) waiting.splice(at, 1);
    }
  } else if (held !== undefined) {
    state.held.delete(call.id);
    ctx.clear(`hold ${call.id}`);
    ctx.note('withdrawn', { key: held.rows[held.rows.length - 1]!.key });
    refund(state, held.rows, held.rows[0]!.cost, held.leased, ctx);
  } else {
    state.paid.delete(call.id);
    ctx.cancel(call);
  }
  showGauges(state, ctx);
}

function onTimer(state: LimitState, key: string | number, ctx: LimitContext): void {
  if (typeof key === 'number') {
    const pending = state.pending.get(key);
    if (pending !== undefined) storeTimedOut(state, pending, ctx);
  } else if (key === SYNC) report(state, ctx);
  else if (key.startsWith('hold ')) {
    const held = state.held.get(Number(key.slice(5)));
    if (held === undefined) return;
    state.held.delete(held.call.id);
    pass(state, held.call, held.rows, held.leased, false, ctx);
  } else fullDue(state.shelf, key.slice(5), ctx);
  showGauges(state, ctx);
}

function onControl(state: LimitState, control: string, ctx: LimitContext): void {
  if (control === 'sync') { report(state, ctx); return; }
  if (control !== 'refill') throw new Error(`token-bucket has no control "${control}"; it has sync, refill`);
  for (const slot of state.shelf.slots.values()) { setLevel(slot, slot.terms.capacity, ctx.nowMs); slot.first = slot.terms.capacity; slot.sinceMs = ctx.nowMs; slot.taken = 0; settleMode(state.shelf, slot, ctx); }
  ctx.note('refilled');
}

/** New settings hold at once, for the buckets that are there too; what is asked of the store, or waits, goes on as it began. */
function onParams(state: LimitState, before: LimitParams, ctx: LimitContext): void {
  const { params } = ctx;
  const levels = levelsOf(params);
  const share = params.topology === 'perNode' ? (params.split ? 'split' : 'whole') : params.topology === 'syncEvery' ? 'whole' : 'split';
  for (const slot of state.shelf.slots.values()) {
    const at = levels.findIndex(({ name }) => name === slot.level);
    if (at < 0) continue;
    changeTerms(slot, termsOf(levels[at]!, params, share, at === levels.length - 1), params, ctx.nowMs);
    settleMode(state.shelf, slot, ctx);
    watchFull(state.shelf, slot, ctx);
  }
  if (params.topology === 'syncEvery' && (before.topology !== 'syncEvery' || before.syncMs !== params.syncMs)) ctx.after(params.syncMs, SYNC);
  if (params.topology !== 'syncEvery') ctx.clear(SYNC);
}

function onStart(state: LimitState, ctx: LimitContext): void {
  forgetAll(state.shelf, ctx);
  if (ctx.params.topology === 'syncEvery') ctx.after(ctx.params.syncMs, SYNC);
  showGauges(state, ctx);
}

export const engine: Engine<LimitParams, LimitState, LimitNote> = {
  gauges: ['keys', 'held', 'asking'],
  init: () => createState(),
  onStart, onRequest, onReply, onCancel, onTimer, onControl, onParams,
  /** All is in memory; only what the chart last showed is kept, so that the picture goes on from there. */
  onRestart: (state) => createState(afterCrash(state.shelf)),
  inspect, invariants,
};

export const engines = { 'token-bucket': engine, central, relay };
export { laws };
