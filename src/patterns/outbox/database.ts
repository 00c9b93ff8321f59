/**
 * The database, sans-IO: business rows and the outbox in one place, so that one transaction writes both. Positions are given out by the insert
 * and become visible by the commit, in another order. It answers `transact` (the application), `fetch` and `report` (relays).
 */
import type { Call, Engine, Json } from '../../kernel/contract.ts';
import type { DatabaseNote, DatabaseParams } from './database.params.ts';
import { afterDatabaseCrash, createDatabase, GAUGES, lowestOpen, pendingOf, showGauges, type DatabaseContext, type DatabaseState } from './database.state.ts';
import { remove, take } from './report.ts';
import { asJson, fromJson, type Question, type Report } from './rows.ts';
import { answer } from './select.ts';
import { beginTransaction, endTransaction } from './transactions.ts';

const PURGE = 'purge';
const SHOWN = 60;

function finishQuery(state: DatabaseState, call: Call, ctx: DatabaseContext): void {
  state.queries.delete(call.id);
  if (call.op === 'fetch') return ctx.reply(call, { kind: 'ok', value: asJson(answer(state, fromJson<Question>(call.payload), call.from, ctx)) });
  const accepted = take(state, fromJson<Report>(call.payload), call.from, ctx);
  ctx.reply(call, accepted ? { kind: 'ok' } : { kind: 'rejected', by: 'fencing' });
}

export const database: Engine<DatabaseParams, DatabaseState, DatabaseNote> = {
  gauges: GAUGES,
  init: createDatabase,
  onRestart: afterDatabaseCrash,
  onStart(state, ctx) {
    ctx.after(ctx.params.purgeEveryMs, PURGE);
    showGauges(state, ctx);
  },
  onRequest(state, call, ctx) {
    if (call.op === 'transact') return beginTransaction(state, call, ctx);
    if ((call.op !== 'fetch' && call.op !== 'report') || call.payload === null) return ctx.reply(call, { kind: 'permanentError', detail: `${call.op}: the database knows transact, fetch and report` });
    state.queries.set(call.id, call);
    const scanMs = call.op === 'fetch' ? (state.rows.length * ctx.params.scanMicrosPerRow) / 1000 : 0;
    ctx.after(ctx.work({ kind: 'constant', ms: ctx.params.queryMs + scanMs }, call), call.id, 'completion');
  },
  // What has begun is carried through: a caller that has gone learns of it later, or never.
  onCancel() {},
  onTimer(state, key, ctx) {
    if (key === PURGE) {
      ctx.after(ctx.params.purgeEveryMs, PURGE);
      const count = remove(state, (row) => row.state === 'published' && ctx.nowMs - row.doneMs >= ctx.params.keepMs);
      showGauges(state, ctx);
      if (count > 0) ctx.note('purged', { count });
      return;
    }
    const tx = state.open.get(key as number);
    if (tx !== undefined) return endTransaction(state, tx, ctx);
    const query = state.queries.get(key as number);
    if (query !== undefined) finishQuery(state, query, ctx);
  },
  inspect(state, _params, nowMs) {
    const { counts, rows, cursor, lease, slot, log } = state;
    const pending = pendingOf(state);
    const first = rows.find((row) => row.state === 'pending');
    const newest = rows.slice(-SHOWN);
    const open = [...state.open.values()].filter(({ position }) => position > (newest[0]?.position ?? 0));
    const records: { offset: number; label: string; state: string }[] = [
      ...newest.map(({ position, aggregate, state: how, attempts }) => ({ offset: position, label: aggregate, state: how === 'pending' && attempts > 0 ? 'failed' : how })),
      ...open.map(({ position, aggregate }) => ({ offset: position, label: aggregate, state: 'open' })),
    ].sort((a, b) => a.offset - b.offset);
    return {
      mode: pending === 0 ? 'outbox empty' : `${pending} in the outbox`,
      tone: counts.parked > 0 ? 'warn' : pending > 0 ? 'active' : 'calm',
      meters: {
        totalEvents: counts.outbox, processedEvents: counts.published, pendingEvents: pending, parked: counts.parked, outboxSize: rows.length,
        oldestMs: first === undefined ? null : nowMs - first.committedMs, openTransactions: state.open.size, committed: counts.committed, rolledBack: counts.rolledBack,
        committedLate: counts.late, looks: counts.looks, fenced: counts.fenced, purged: counts.purged, logKept: slot === null ? null : log.length, token: lease.token,
      },
      views: {
        ribbon: { records, cursors: cursorsOf(state) },
        outbox: rows.slice(0, SHOWN).map(({ position, event, aggregate, state: how, attempts, handed, claimedBy }): Json => ({ position, event, aggregate, state: how, attempts, handed, claimedBy })),
        leader: { leader: lease.holder === '' ? 'nobody' : lease.holder, token: lease.token, cursor: cursor.at, lowestOpen: Number.isFinite(lowestOpen(state)) ? lowestOpen(state) : 0 },
      },
    };
  },
  invariants: [
    {
      name: 'committed events = published + pending + parked', why: 'An event was lost from the outbox, or counted twice.',
      holds({ rows, counts }) {
        let pending = 0, parked = 0, published = 0;
        for (const row of rows) if (row.state === 'pending') pending++; else if (row.state === 'parked') parked++; else published++;
        return parked === counts.parked && counts.outbox === counts.published + pending + parked && counts.published === published + counts.purged;
      },
    },
    { name: 'the outbox is in order of position', why: 'A reader by position would miss a row.', holds: ({ rows }) => rows.every(({ position }, i) => i === 0 || rows[i - 1]!.position < position) },
    { name: 'cursor ≤ last position', why: 'The reader stands behind the end.', holds: ({ cursor, lastPosition }) => cursor.at <= lastPosition },
    { name: 'the log begins behind what the slot has confirmed', why: 'An event that nobody has read was dropped from the log.', holds: ({ slot, log }) => slot === null || log.length === 0 || log[0]!.lsn > slot.confirmed },
    { name: 'the row lock of an aggregate has one holder', why: 'Two transactions of one aggregate were open at the same time.', holds: ({ locks, open }) => { let waiting = 0; for (const line of locks.values()) waiting += line.length; return waiting === open.size; } },
  ],
};

function cursorsOf({ cursor, slot, lease, lastPosition }: DatabaseState): Json[] {
  const out: Json[] = [{ name: 'last position', at: lastPosition }];
  if (cursor.at > 0) out.push({ name: 'read up to', at: cursor.at });
  if (cursor.gapAt > 0) out.push({ name: 'waits for', at: cursor.gapAt });
  if (slot !== null) out.push({ name: `slot of ${lease.holder}`, at: slot.confirmed });
  return out;
}
