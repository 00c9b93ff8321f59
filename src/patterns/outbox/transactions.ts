/** Transactions: the row lock of the aggregate, the insert that takes a position, the commit that makes it visible. */
import type { Call } from '../../kernel/contract.ts';
import { indexAbove, showGauges, type DatabaseContext, type DatabaseState, type Row, type Tx } from './database.state.ts';
import { fromJson } from './rows.ts';

interface Wish { readonly event?: string; readonly type?: string; readonly outbox?: boolean; readonly business?: boolean }

export function beginTransaction(state: DatabaseState, call: Call, ctx: DatabaseContext): void {
  const { event, type = 'orderPlaced', outbox = false, business = true } = fromJson<Wish | null>(call.payload) ?? {};
  if (typeof event !== 'string') return ctx.reply(call, { kind: 'permanentError', detail: 'a transaction needs the id of its event' });
  const tx: Tx = { call, event, aggregate: call.entity, type, poison: false, position: 0, writesOutbox: outbox, writesBusiness: business };
  state.open.set(call.id, tx);
  const line = state.locks.get(call.entity) ?? [];
  state.locks.set(call.entity, line);
  line.push(call.id);
  if (line.length === 1) insert(state, tx, ctx);
  showGauges(state, ctx);
}

/** The row lock is held: the outbox row takes its position now, and is seen by nobody until the commit. */
function insert(state: DatabaseState, tx: Tx, ctx: DatabaseContext): void {
  const { params } = ctx;
  if (tx.writesOutbox) tx.position = ++state.lastPosition;
  const long = ctx.uniform('long', tx.call) < params.longRatio;
  ctx.after(ctx.work(long ? params.longTime : params.txTime, tx.call), tx.call.id, 'completion');
}

export function endTransaction(state: DatabaseState, tx: Tx, ctx: DatabaseContext): void {
  const { call, event, position } = tx;
  state.open.delete(call.id);
  const line = state.locks.get(call.entity)!;
  line.shift();
  const next = line.length > 0 ? state.open.get(line[0]!)! : undefined;
  if (line.length === 0) state.locks.delete(call.entity);
  if (next !== undefined) insert(state, next, ctx);
  if (ctx.uniform('rollback', call) < ctx.params.rollbackRatio) {
    state.counts.rolledBack++;
    ctx.effect('rolledBack', { event });
    showGauges(state, ctx);
    ctx.note('rolledBack', { event, position });
    return ctx.reply(call, { kind: 'permanentError', detail: 'rolled back' });
  }
  commit(state, tx, ctx);
}

/** Business row and event become durable in one step; what is there already stays as it is (unique keys). */
function commit(state: DatabaseState, { call, event, aggregate, type, position, writesOutbox, writesBusiness }: Tx, ctx: DatabaseContext): void {
  const { counts } = state;
  const before = state.seen;
  const business = writesBusiness && !state.business.has(event);
  const outbox = writesOutbox && !state.announced.has(event);
  if (business) { state.business.add(event); counts.committed++; }
  if (outbox) {
    state.announced.add(event);
    counts.outbox++;
    const poison = ctx.params.poisonEvery > 0 && counts.outbox % ctx.params.poisonEvery === 0;
    const row: Row = {
      event, aggregate, type, poison, position, lsn: ++state.lastLsn, committedMs: ctx.nowMs,
      state: 'pending', attempts: 0, handed: 0, notBeforeMs: 0, claimedBy: '', claimUntilMs: 0, doneMs: 0,
    };
    state.rows.splice(indexAbove(state.rows, position), 0, row);
    if (state.slot !== null) state.log.push(row);
    state.seen = Math.max(state.seen, position);
    if (position < before) counts.late++;
  }
  if (business) ctx.effect('committed', { event, aggregate });
  if (outbox) ctx.effect('owed', { event, position });
  showGauges(state, ctx);
  if (outbox && position < before) ctx.note('committedLate', { event, position, seen: before });
  ctx.note('committed', { event, position });
  ctx.reply(call, { kind: 'ok', value: { event } });
}
