/**
 * Percolator at the participants: what becomes of a lock whose transaction is silent, its primary decides. Who finds an old lock asks the
 * primary and rolls forward or back. The primary, asked about a transaction that is neither committed nor fresh, rolls it back for good.
 */
import type { Call } from '../../kernel/contract.ts';
import { append, sync } from '../../primitives/appendLog.ts';
import { isPrepared, remember, rowsOf, type Branch, type ParticipantContext, type ParticipantState } from './branch.ts';
import { abortNow, decide } from './decide.ts';
import { txOf, type Brief } from './transaction.ts';

export const isPrimary = ({ brief }: Branch, { self }: ParticipantContext): boolean => brief.peers[0] === undefined || brief.peers[0] === self;
/** Somebody waits for a row of it. */
export const isWanted = ({ locks }: ParticipantState, { brief }: Branch): boolean => rowsOf(brief).some((row) => (locks.get(row)?.queue.length ?? 0) > 0);

/** The primary’s lock is too old: its client is taken for dead. On disk before anybody hears of it, for the client may still be alive. */
export function rollBackPrimary(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  if (branch.writing !== '') return;
  decide(state, branch, 'abort', ctx);
  ctx.note('primaryRolledBack', { tx: branch.brief.tx });
}

/** A secondary in doubt asks. What is being written is told when it asks again. */
export function onPrimaryState(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  const tx = txOf(call);
  const branch = state.branches.get(tx);
  const finished = state.finished.get(tx);
  if (branch !== undefined) {
    if (isPrepared(branch)) { if (branch.inDoubt) rollBackPrimary(state, branch, ctx); }
    else if (branch.writing === '') abortNow(state, branch, ctx);
  } else if (finished === undefined || (finished.decision !== 'commit' && !finished.durable)) fence(state, tx, ctx);
  const known = branch === undefined && finished !== undefined && (finished.decision === 'commit' || finished.durable);
  ctx.reply(call, { kind: 'ok', value: { decision: known ? finished.decision : 'pending' } });
}

/** Never prepared here: a record keeps a late prepare out, even after a crash. */
function fence(state: ParticipantState, tx: string, ctx: ParticipantContext): void {
  const brief: Brief = Object.freeze({ tx, coordinator: '', protocol: 'percolator', changes: [], peers: [], judges: [] });
  remember(state, tx, { decision: 'abort', heuristic: false, durable: false, brief }, ctx.params);
  state.forcedWrites++;
  append(state.log, Object.freeze({ kind: 'decided', tx, how: 'abort', brief }));
  sync(state.log, ctx.sample(ctx.params.fsyncTime, 'fsync'), ctx);
}
