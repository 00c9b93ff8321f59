/** Phase two at a participant: what it is told, what that does to disk and accounts, and what a crash leaves of it. */
import type { Call, Outcome } from '../../kernel/contract.ts';
import { append, compact, synced } from '../../primitives/appendLog.ts';
import {
  answerAll, balanceOf, doubtKey, force, freeLocks, isPrepared, moveBranch, remember, roundKey, showGauges, type Branch, type BranchRecord, type How,
  type ParticipantContext, type ParticipantState,
} from './branch.ts';
import { leaveQueue, passOn, YES } from './vote.ts';
import type { ParticipantEvent } from './machine.ts';
import { refuse, txOf, type Brief, type Decision } from './transaction.ts';

const DONE: Outcome = Object.freeze({ kind: 'ok', value: Object.freeze({ done: true }) });
const OTHERWISE = refuse('decidedOtherwise', 'it has been rolled back here');
const EVENT: Readonly<Record<Exclude<How, 'again'>, ParticipantEvent>> = {
  commit: 'commitTold', abort: 'abortTold', onePhase: 'committedAlone', heuristicCommit: 'heuristicCommit', heuristicRollback: 'heuristicRollback',
};
/** Whether an abort has to be on disk before it counts: who forgets it must not hear, or say, anything else later. */
const isAbortForced = ({ protocol }: Brief): boolean => protocol === 'presumedNothing' || protocol === 'percolator';
const isCommit = (how: How): boolean => how !== 'abort' && how !== 'heuristicRollback';
/** Money that the changes move, in and out. */
const moneyOf = ({ changes }: Brief): number => changes.reduce((sum, { kind, delta }) => (kind === 'account' ? sum + delta : sum), 0);

export function onCommit(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  const branch = state.branches.get(txOf(call));
  if (branch === undefined) return commitLate(state, call, ctx);
  if (!isPrepared(branch)) return ctx.reply(call, refuse('notPrepared', `${ctx.self} has not voted yet`));
  if (branch.writing === 'decided' && !isCommit(branch.how as How)) return ctx.reply(call, OTHERWISE);
  branch.callers.push(call);
  decide(state, branch, 'commit', ctx);
}

function commitLate(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  const tx = txOf(call);
  const finished = state.finished.get(tx);
  if (finished === undefined || finished.decision === 'none') return ctx.reply(call, DONE);
  if (finished.decision === 'abort') {
    const own = finished.heuristic;
    settleHeuristic(state, tx, true, ctx);
    return ctx.reply(call, own ? refuse('heuristicRollback', `${ctx.self} has rolled back on its own`) : OTHERWISE);
  }
  settleHeuristic(state, tx, false, ctx);
  if (!ctx.params.idempotentCommit) apply(state, finished.brief, 'again', ctx);
  ctx.reply(call, DONE);
}

export function onAbort(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  const tx = txOf(call);
  const branch = state.branches.get(tx);
  if (branch === undefined) {
    const finished = state.finished.get(tx);
    if (finished?.decision === 'commit') {
      const own = finished.heuristic;
      settleHeuristic(state, tx, true, ctx);
      return ctx.reply(call, own ? refuse('heuristicCommit', `${ctx.self} has committed on its own`) : refuse('decidedOtherwise', 'it has been committed here'));
    }
    settleHeuristic(state, tx, false, ctx);
    // The prepare may still be on its way: it must find that the transaction is over.
    if (finished === undefined) remember(state, tx, { decision: 'abort', heuristic: false, durable: false, brief: EMPTY(tx) }, ctx.params);
    return ctx.reply(call, DONE);
  }
  if (branch.writing === 'decided' && isCommit(branch.how as How)) return ctx.reply(call, refuse('decidedOtherwise', 'it is being committed here'));
  if (isPrepared(branch) && isAbortForced(branch.brief)) {
    branch.callers.push(call);
    return decide(state, branch, 'abort', ctx);
  }
  branch.callers.push(call);
  abortNow(state, branch, ctx);
}
const EMPTY = (tx: string): Brief => Object.freeze({ tx, coordinator: '', protocol: 'presumedAbort', changes: [], peers: [], judges: [] });

/** A branch that has not voted yet, or an abort that needs no forced write: who forgets it asks again, and hears abort again. */
export function abortNow(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  leaveQueue(state, branch, ctx);
  const { brief } = branch;
  // Not forced: it gets to disk with the next record that is.
  if (isPrepared(branch) || branch.writing === 'prepared') append(state.log, Object.freeze({ kind: 'decided', tx: brief.tx, how: 'abort', brief }));
  finish(state, branch, 'abort', false, ctx);
  tell(state, branch, 'abort', ctx);
}

/** Writes the end of a branch; what it means happens when it is on disk. */
export function decide(state: ParticipantState, branch: Branch, how: How, ctx: ParticipantContext): void {
  if (branch.writing === 'decided') return;
  if (how === 'abort' && !isAbortForced(branch.brief)) return abortNow(state, branch, ctx);
  force(state, branch, { kind: 'decided', tx: branch.brief.tx, how, brief: branch.brief }, ctx);
}

/**
 * Records have reached the disk. First all of them take effect, without a word: a crash in what follows finds disk and accounts in accord.
 * Then everybody is told.
 */
export function settle(state: ParticipantState, ctx: ParticipantContext): void {
  const durable = synced(state.log, ctx.sample(ctx.params.fsyncTime, 'fsync'), ctx);
  const touched: [Branch, BranchRecord][] = [];
  for (const record of durable) {
    const tx = record.kind === 'prepared' ? record.brief.tx : record.tx;
    const branch = state.branches.get(tx);
    if (branch === undefined) {
      const finished = state.finished.get(tx);
      if (record.kind === 'decided' && finished !== undefined) state.finished.set(tx, Object.freeze({ ...finished, durable: true }));
      continue;
    }
    if (branch.writing === record.kind) branch.writing = '';
    touched.push([branch, record]);
    if (record.kind === 'prepared') {
      moveBranch(branch, 'votedYes', ctx);
      branch.preparedMs = ctx.nowMs;
      const { tx: name, peers: parts, protocol } = record.brief;
      // Under Percolator whoever only waits leaves an old lock to the next one that wants the row: nobody is kept.
      ctx.effect('prepared', { tx: name, parts, ...(protocol === 'percolator' && ctx.params.inDoubt === 'block' && { lazy: true }) });
    } else if (record.kind === 'preCommitted') moveBranch(branch, 'preCommitTold', ctx);
    else finish(state, branch, record.how, true, ctx);
  }
  for (const [branch, record] of touched) {
    const { tx } = branch.brief;
    if (record.kind === 'decided') tell(state, branch, record.how, ctx);
    else if (record.kind === 'prepared') {
      ctx.after(ctx.params.inDoubtAfterMs, doubtKey(tx));
      ctx.note('prepared', { tx });
      answerAll(branch, YES, ctx);
    } else {
      ctx.note('preCommitted', { tx });
      answerAll(branch, DONE, ctx);
    }
  }
  if (state.log.entries.length > 64 + 4 * state.branches.size) {
    compact(state.log, (record) => state.branches.has(record.kind === 'prepared' ? record.brief.tx : record.tx));
  }
}

/** The branch is over: accounts, memory of the outcome, machine. Nothing here can be cut by a crash. */
function finish(state: ParticipantState, branch: Branch, how: How, durable: boolean, ctx: ParticipantContext): void {
  const { brief } = branch;
  const { tx } = brief;
  const own = how === 'heuristicCommit' || how === 'heuristicRollback';
  state.branches.delete(tx);
  remember(state, tx, { decision: isCommit(how) ? 'commit' : 'abort', heuristic: own, durable, brief }, ctx.params);
  if (branch.inDoubt) {
    state.inDoubt--;
    state.longestDoubtMs = Math.max(state.longestDoubtMs, ctx.nowMs - branch.preparedMs);
  }
  moveBranch(branch, EVENT[how as Exclude<How, 'again'>], ctx);
  if (!own) moveBranch(branch, 'forget', ctx);
  if (isCommit(how)) {
    state.committed++;
    apply(state, brief, how, ctx);
  } else {
    state.aborted++;
    ctx.effect('rolledBack', { tx, parts: brief.peers });
  }
}

function apply(state: ParticipantState, brief: Brief, how: How, ctx: ParticipantContext): void {
  const { tx, peers } = brief;
  for (const { kind, row, delta } of brief.changes) {
    if (kind === 'account') state.balances.set(row, balanceOf(state, row, ctx.params) + delta);
    else if (kind === 'entry') state.entries++;
  }
  ctx.effect('applied', { tx, parts: peers, money: moneyOf(brief), how });
  if (how === 'again') ctx.note('appliedAgain', { tx });
}

/** Everybody who waits hears of it: callers, and those behind the locks. */
function tell(state: ParticipantState, branch: Branch, how: How, ctx: ParticipantContext): void {
  const { tx } = branch.brief;
  for (const key of [doubtKey(tx), roundKey(tx)]) ctx.clear(key);
  const next = freeLocks(state, branch, ctx);
  showGauges(state, ctx);
  const decision: Decision = isCommit(how) ? 'commit' : 'abort';
  if (how === 'heuristicCommit' || how === 'heuristicRollback') ctx.note('heuristicTaken', { tx, decision });
  else {
    ctx.note(decision === 'commit' ? 'committed' : 'aborted', { tx });
    if (branch.inDoubt) ctx.note('doubtResolved', { tx, decision, inDoubtMs: Math.round(ctx.nowMs - branch.preparedMs) });
  }
  ctx.note('lockReleased', { tx, row: branch.brief.changes[0]?.row ?? '' });
  answerAll(branch, how === 'abort' ? ABORTED : DONE, ctx);
  passOn(state, next, ctx);
}
/** To an abort it is an acknowledgement, to a prepare that came too late a No. */
const ABORTED: Outcome = Object.freeze({ kind: 'ok', value: Object.freeze({ done: true, vote: 'no', why: 'it was aborted meanwhile' }) });

/** The coordinator has told the decision of what was decided here on its own. */
function settleHeuristic(state: ParticipantState, tx: string, wrong: boolean, ctx: ParticipantContext): void {
  const finished = state.finished.get(tx);
  if (finished === undefined || !finished.heuristic) return;
  state.finished.set(tx, Object.freeze({ ...finished, heuristic: false }));
  ctx.transition(tx, finished.decision === 'commit' ? 'heurCommitted' : 'heurRolledBack', 'forgotten', 'forget');
  if (wrong) ctx.note('heuristicWrong', { tx });
}
