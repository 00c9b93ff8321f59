/** What a relay's report changes: marks, attempts, parking, the cursor, and what is deleted. */
import type { NodeId } from '../../kernel/contract.ts';
import { isNewest } from '../../primitives/fencedLease.ts';
import { moveTo } from '../../primitives/gapCursor.ts';
import { rowAt, showGauges, type DatabaseContext, type DatabaseState, type Row } from './database.state.ts';
import type { Report } from './rows.ts';

/** False: the relay has lost its lease to another one, and nothing of its report counts. */
export function take(state: DatabaseState, report: Report, relay: NodeId, ctx: DatabaseContext): boolean {
  if ((report.claim === 'singleLeader' || report.via === 'log') && !isNewest(state.lease, report.token)) {
    state.counts.fenced++;
    ctx.note('fenced', { relay, token: report.token });
    return false;
  }
  const { counts } = state;
  const settled: Row[] = [], parked: Row[] = [];
  for (const position of report.untried) {
    const row = rowAt(state, position);
    if (row !== undefined) row.handed--;
    release(row, relay);
  }
  for (const { position } of report.failed) release(rowAt(state, position), relay);
  for (const position of report.published) {
    const row = rowAt(state, position);
    release(row, relay);
    if (row?.state !== 'pending') continue; // marked once, however often it was published
    row.state = 'published';
    row.doneMs = ctx.nowMs;
    counts.published++;
    settled.push(row);
  }
  for (const { position, waitMs } of report.failed) {
    const row = rowAt(state, position);
    if (row?.state !== 'pending') continue;
    row.attempts++;
    row.notBeforeMs = ctx.nowMs + waitMs;
    if (row.attempts < report.maxAttempts) continue;
    row.state = 'parked';
    row.doneMs = ctx.nowMs;
    counts.parked++;
    parked.push(row);
  }
  moveTo(state.cursor, Math.min(report.cursorTo, state.lastPosition));
  if (report.via === 'log') confirm(state);
  if (report.retention === 'delete') remove(state, ({ state: how }) => how === 'published');
  for (const { event } of settled) ctx.effect('settled', { event });
  for (const { event } of parked) ctx.effect('parked', { event });
  if (report.cursorTo > 0) ctx.effect('cursorMoved', { to: state.cursor.at });
  showGauges(state, ctx);
  for (const { event, attempts } of parked) ctx.note('parked', { event, attempts });
  if (settled.length > 0) ctx.note('marked', { count: settled.length });
  return true;
}

function release(row: Row | undefined, relay: NodeId): void {
  if (row !== undefined && row.claimedBy === relay) row.claimedBy = '';
}
/** The slot moves past whatever is done with at its head, and the log is let go up to there. */
function confirm(state: DatabaseState): void {
  let done = 0;
  while (done < state.log.length && state.log[done]!.state !== 'pending') done++;
  if (done === 0 || state.slot === null) return;
  state.slot.confirmed = state.log[done - 1]!.lsn;
  state.log.splice(0, done);
}

/** Deletes rows of the table; the log keeps its own copy of what is not confirmed. */
export function remove(state: DatabaseState, which: (row: Row) => boolean): number {
  const before = state.rows.length;
  state.rows = state.rows.filter((row) => !which(row));
  const gone = before - state.rows.length;
  state.counts.purged += gone;
  return gone;
}
