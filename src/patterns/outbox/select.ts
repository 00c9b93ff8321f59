/** Which rows a relay gets: the query of a polling relay, and the log of a tailing one. */
import type { NodeId } from '../../kernel/contract.ts';
import { hashText } from '../../kernel/random.ts';
import { takeLease } from '../../primitives/fencedLease.ts';
import { readableBelow, readablePastGaps } from '../../primitives/gapCursor.ts';
import { indexAbove, lowestOpen, type DatabaseContext, type DatabaseState, type Row } from './database.state.ts';
import type { Batch, Question, RowToPublish } from './rows.ts';

export function answer(state: DatabaseState, q: Question, relay: NodeId, ctx: DatabaseContext): Batch {
  state.counts.looks++;
  let token = 0;
  // A replication slot has one reader, too.
  if (q.claim === 'singleLeader' || q.via === 'log') {
    const before = state.lease.token;
    token = takeLease(state.lease, relay, ctx.nowMs, q.leaseMs);
    if (token === 0) return { token: 0, leader: state.lease.holder, rows: [] };
    if (token !== before) ctx.note('leaderChanged', { leader: relay, token });
  }
  const found = q.via === 'log' ? fromLog(state, q, ctx) : q.cursor === 'flag' ? byFlag(state, q, relay, ctx) : byCursor(state, q, ctx);
  return { token, leader: q.claim === 'singleLeader' ? relay : '', rows: found.map((row) => handOut(row, q, relay, ctx)) };
}

function handOut(row: Row, { claim, leaseMs }: Question, relay: NodeId, ctx: DatabaseContext): RowToPublish {
  row.handed++;
  if (claim === 'rowLock') { row.claimedBy = relay; row.claimUntilMs = ctx.nowMs + leaseMs; }
  const { event, aggregate, type, poison, position, attempts, handed, committedMs } = row;
  return { event, aggregate, type, poison, position, attempts, handed, committedMs };
}

const isClaimed = ({ claimedBy, claimUntilMs }: Row, relay: NodeId, nowMs: number): boolean => claimedBy !== '' && claimedBy !== relay && nowMs < claimUntilMs;
const isMine = ({ aggregate }: Row, { claim, shard, shards }: Question): boolean => claim !== 'partitionByKey' || hashText(aggregate) % shards === shard % shards;

/** Rows not marked as published, in order of position. What cannot be had now holds back its aggregate, or everything. */
function byFlag(state: DatabaseState, q: Question, relay: NodeId, ctx: DatabaseContext): Row[] {
  const rows: Row[] = [];
  const held = new Set<string>();
  for (const row of state.rows) {
    if (rows.length >= q.limit) break;
    if (row.state === 'published' || !isMine(row, q)) continue;
    if (row.state === 'parked') {
      if (q.afterParking === 'hold' && q.order !== 'none') { if (q.order === 'global') break; held.add(row.aggregate); }
      continue;
    }
    if (q.order === 'perAggregate' && held.has(row.aggregate)) continue;
    if (row.notBeforeMs > ctx.nowMs || (q.claim === 'rowLock' && isClaimed(row, relay, ctx.nowMs))) {
      if (q.order === 'global') break;
      held.add(row.aggregate);
      continue;
    }
    rows.push(row);
  }
  return rows;
}

/** Rows above the cursor. The plain cursor takes all it sees; the high-water one stops where an earlier row may still come. */
function byCursor(state: DatabaseState, q: Question, ctx: DatabaseContext): Row[] {
  const above = state.rows.slice(indexAbove(state.rows, state.cursor.at));
  let count = above.length;
  if (q.cursor === 'positionHighWater') {
    const positions = above.map(({ position }) => position);
    const waitedFor = state.cursor.gapAt;
    count = q.highWater === 'openTransactions' ? readableBelow(positions, lowestOpen(state)) : readablePastGaps(state.cursor, positions, ctx.nowMs, q.gapWaitMs);
    const missing = q.highWater === 'openTransactions' ? lowestOpen(state) : state.cursor.gapAt;
    if (count < above.length && missing !== waitedFor) ctx.note('gapWaiting', { position: missing });
    if (q.highWater === 'openTransactions') state.cursor.gapAt = count < above.length ? missing : 0;
  }
  return untilHeld(above.slice(0, count), q, ctx);
}

/** The log in the order of commits: nothing in it is invisible, and nothing comes before what has been read. */
function fromLog(state: DatabaseState, q: Question, ctx: DatabaseContext): Row[] {
  if (state.slot === null) {
    state.slot = { confirmed: 0 };
    // The first reader begins with a snapshot of what is there.
    state.log = state.rows.filter((row) => row.state !== 'published').sort((a, b) => a.lsn - b.lsn);
  }
  return untilHeld(state.log, q, ctx);
}

/** A cursor cannot leave a row behind: the first that has to wait ends the batch. */
function untilHeld(rows: readonly Row[], q: Question, ctx: DatabaseContext): Row[] {
  const out: Row[] = [];
  for (const row of rows) {
    if (out.length >= q.limit || row.notBeforeMs > ctx.nowMs) break;
    if (row.state === 'parked') {
      if (q.afterParking === 'hold' && q.order !== 'none') break;
      continue;
    }
    if (isMine(row, q)) out.push(row);
  }
  return out;
}
