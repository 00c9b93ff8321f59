/** Phase one at a participant: locks, checks, the prepared record, the vote. Also the whole of a local (one-phase) transaction. */
import type { Call, Outcome } from '../../kernel/contract.ts';
import {
  answerAll, balanceOf, createBranch, doubtKey, force, freeLocks, isPrepared, moveBranch, remember, rowsOf, showGauges, waitKey, type Branch, type ParticipantContext,
  type ParticipantState,
} from './branch.ts';
import { takeLock } from './locks.ts';
import { briefOf, isReadOnly, refuse, txOf } from './transaction.ts';

const vote = (word: 'yes' | 'no' | 'readOnly', why = ''): Outcome => ({ kind: 'ok', value: why === '' ? { vote: word } : { vote: word, why } });
export const YES = Object.freeze(vote('yes'));

export function onPrepare(state: ParticipantState, call: Call, alone: boolean, ctx: ParticipantContext): void {
  const brief = briefOf(call);
  if (brief === undefined) return ctx.reply(call, refuse('malformed', 'a transaction has a name, a protocol and a list of changes'));
  const { tx } = brief;
  if (!alone && !ctx.params.canPrepare) return ctx.reply(call, refuse('cannotPrepare', `${ctx.self} knows local transactions only`));
  const finished = state.finished.get(tx);
  if (finished !== undefined) {
    const done = alone && finished.decision === 'commit';
    return ctx.reply(call, done ? { kind: 'ok', value: { done: true } } : vote('no', 'this transaction is over'));
  }
  const known = state.branches.get(tx);
  if (known !== undefined) {
    if (isPrepared(known) && known.writing === '') ctx.reply(call, YES);
    else known.callers.push(call);
    return;
  }
  const branch = createBranch(brief, ctx.nowMs);
  branch.callers.push(call);
  branch.how = alone ? 'onePhase' : '';
  state.branches.set(tx, branch);
  ctx.note('asked', { tx });
  goOn(state, branch, ctx);
}

/** Takes the locks that are still missing; with all of them, votes. */
export function goOn(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  const { tx } = branch.brief;
  const rows = rowsOf(branch.brief);
  const waited = isWaiting(state, branch);
  while (branch.locked < rows.length) {
    const row = rows[branch.locked]!;
    if (!takeLock(state.locks, row, tx, ctx.nowMs)) {
      if (!waited) state.waiting++;
      showGauges(state, ctx);
      if (ctx.params.lockWaitMs > 0) ctx.after(ctx.params.lockWaitMs, waitKey(tx));
      const { holder } = state.locks.get(row)!;
      // Percolator: who finds an old lock has its primary asked what became of it.
      const old = state.branches.get(holder);
      if (old !== undefined && old.inDoubt && old.brief.protocol === 'percolator' && ctx.params.inDoubt === 'block') ctx.after(0, doubtKey(holder));
      ctx.note('lockWaited', { tx, row, holder });
      return;
    }
    branch.locked++;
  }
  if (waited) stopWaiting(state, branch, ctx);
  showGauges(state, ctx);
  decideVote(state, branch, ctx);
}

/** Between the first lock that it could not have and the last that it got. */
const isWaiting = (state: ParticipantState, { brief, locked }: Branch): boolean => {
  const row = rowsOf(brief)[locked];
  const lock = row === undefined ? undefined : state.locks.get(row);
  return lock !== undefined && (lock.queue.includes(brief.tx) || (lock.holder === brief.tx));
};
export function stopWaiting(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  state.waiting--;
  ctx.clear(waitKey(branch.brief.tx));
}
/** For whoever ends a branch that is still waiting. */
export function leaveQueue(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  if (branch.mode === 'working' && branch.writing === '' && isWaiting(state, branch)) stopWaiting(state, branch, ctx);
}

function decideVote(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  const { brief, callers } = branch;
  const why = objection(state, branch, callers[0], ctx);
  if (why !== '') return voteNo(state, branch, why, ctx);
  if (branch.how === 'onePhase') return force(state, branch, { kind: 'decided', tx: brief.tx, how: 'onePhase', brief }, ctx);
  if (isReadOnly({ node: ctx.self, changes: brief.changes }) && !brief.peers.includes(ctx.self)) return leave(state, branch, ctx);
  force(state, branch, { kind: 'prepared', brief }, ctx);
}

function objection(state: ParticipantState, { brief }: Branch, call: Call | undefined, ctx: ParticipantContext): string {
  const { params } = ctx;
  if (call !== undefined && ctx.uniform('vote', call) < params.voteNoRatio) return 'it has reasons of its own';
  const wanted = new Map<string, number>();
  for (const { kind, row, delta } of brief.changes) if (kind === 'account') wanted.set(row, (wanted.get(row) ?? balanceOf(state, row, params)) + delta);
  for (const [row, after] of wanted) if (after < 0 && after < balanceOf(state, row, params)) return `${row} does not cover it`;
  return '';
}

/** Before its vote a participant is free to refuse, and then owes nothing: the outcome is known to be abort. */
export function voteNo(state: ParticipantState, branch: Branch, why: string, ctx: ParticipantContext): void {
  const { brief } = branch;
  const { tx } = brief;
  leaveQueue(state, branch, ctx);
  state.branches.delete(tx);
  state.aborted++;
  remember(state, tx, { decision: 'abort', heuristic: false, durable: false, brief }, ctx.params);
  moveBranch(branch, 'votedNo', ctx);
  moveBranch(branch, 'forget', ctx);
  ctx.effect('rolledBack', { tx, parts: brief.peers });
  const next = freeLocks(state, branch, ctx);
  showGauges(state, ctx);
  ctx.note('votedNo', { tx, why });
  answerAll(branch, vote('no', why), ctx);
  passOn(state, next, ctx);
}

function leave(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  const { brief } = branch;
  const { tx } = brief;
  state.branches.delete(tx);
  remember(state, tx, { decision: 'none', heuristic: false, durable: false, brief }, ctx.params);
  moveBranch(branch, 'votedReadOnly', ctx);
  const next = freeLocks(state, branch, ctx);
  showGauges(state, ctx);
  ctx.note('votedReadOnly', { tx });
  answerAll(branch, vote('readOnly'), ctx);
  passOn(state, next, ctx);
}

/** Those who hold a lock now that others have freed go on. */
export function passOn(state: ParticipantState, next: readonly string[], ctx: ParticipantContext): void {
  for (const tx of next) {
    const branch = state.branches.get(tx);
    if (branch !== undefined) goOn(state, branch, ctx);
  }
}

/** The longest wait for a lock is over. */
export function waitedTooLong(state: ParticipantState, tx: string, ctx: ParticipantContext): void {
  const branch = state.branches.get(tx);
  if (branch !== undefined && branch.mode === 'working') voteNo(state, branch, 'its lock did not come free in time', ctx);
}

export const branchFor = (state: ParticipantState, call: Call): Branch | undefined => state.branches.get(txOf(call));
