/**
 * A participant, sans-IO: a bank or a ledger with accounts, row locks and a durable log of its own. It promises (prepare), keeps the
 * promise (commit) or is released from it (abort), and answers again, in the same way, whatever comes twice or late.
 */
import type { Call, Engine } from '../../kernel/contract.ts';
import { afterCrash, FSYNC } from '../../primitives/appendLog.ts';
import {
  createBranch, createParticipant, doubtKey, isPrepared, rowsOf, showGauges, type ParticipantContext, type ParticipantState,
} from './branch.ts';
import { onAbort, onCommit, settle } from './decide.ts';
import { onAnswer, onPeerState, onPreCommit, roundIsOver, takeAll, waitedForDecision } from './doubt.ts';
import { inspectParticipant, participantInvariants } from './participant.inspect.ts';
import { takeLock } from './locks.ts';
import type { ParticipantNote, ParticipantParams } from './participant.params.ts';
import { onPrimaryState } from './primaryLock.ts';
import { refuse } from './transaction.ts';
import { onPrepare, waitedTooLong } from './vote.ts';

function onRequest(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  switch (call.op) {
    case 'prepare': return onPrepare(state, call, false, ctx);
    case 'commitOnePhase': return onPrepare(state, call, true, ctx);
    case 'commit': return onCommit(state, call, ctx);
    case 'abort': return onAbort(state, call, ctx);
    case 'preCommit': return onPreCommit(state, call, ctx);
    case 'peerState': return onPeerState(state, call, ctx);
    case 'primaryState': return onPrimaryState(state, call, ctx);
    case 'recover': return onRecover(state, call, ctx);
    default: return ctx.reply(call, refuse('unknownOperation', `${call.op}: a participant knows prepare, commit, abort, commitOnePhase, preCommit, peerState, primaryState and recover`));
  }
}

/** What is prepared here for this coordinator, as xa_recover or pg_prepared_xacts tell: another one’s would look like orphans to it. */
function onRecover(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  const prepared: string[] = [];
  for (const branch of state.branches.values()) if (isPrepared(branch) && branch.writing === '' && branch.brief.coordinator === call.from) prepared.push(branch.brief.tx);
  ctx.reply(call, { kind: 'ok', value: { prepared } });
}

function onTimer(state: ParticipantState, timer: string | number, ctx: ParticipantContext): void {
  if (timer === FSYNC) return settle(state, ctx);
  const [purpose, tx] = String(timer).split(' ') as [string, string];
  if (purpose === 'wait') waitedTooLong(state, tx, ctx);
  else if (purpose === 'doubt') waitedForDecision(state, tx, ctx);
  else roundIsOver(state, tx, ctx);
}

/** Accounts are as the last durable record left them; what was prepared on disk is prepared again, its locks with it. */
function onRestart(before: ParticipantState): ParticipantState {
  const state: ParticipantState = {
    ...createParticipant(), log: afterCrash(before.log), balances: before.balances, entries: before.entries, committed: before.committed, aborted: before.aborted,
    forcedWrites: before.forcedWrites, restarts: before.restarts + 1, lockHoldMs: before.lockHoldMs, longestDoubtMs: before.longestDoubtMs,
  };
  for (const [tx, finished] of before.finished) if (finished.durable) state.finished.set(tx, finished);
  for (const { record } of state.log.entries) {
    const tx = record.kind === 'prepared' ? record.brief.tx : record.tx;
    if (record.kind === 'prepared') {
      const branch = createBranch(record.brief, 0);
      branch.mode = 'prepared';
      branch.recovered = true;
      state.branches.set(tx, branch);
    } else if (record.kind === 'preCommitted') {
      const branch = state.branches.get(tx);
      if (branch !== undefined) branch.mode = 'preCommitted';
    } else state.branches.delete(tx);
  }
  for (const branch of before.branches.values()) if (!state.branches.has(branch.brief.tx)) state.lost.push(branch.brief.tx);
  return state;
}

function onStart(state: ParticipantState, ctx: ParticipantContext): void {
  for (const tx of state.lost) {
    ctx.transition(tx, 'working', 'aborted', 'crashed');
    ctx.effect('lost', { tx }); // nothing was promised: a repeated request may still carry it out
  }
  for (const branch of state.branches.values()) {
    branch.sinceMs = branch.preparedMs = ctx.nowMs;
    for (const row of rowsOf(branch.brief)) takeLock(state.locks, row, branch.brief.tx, ctx.nowMs);
    branch.locked = rowsOf(branch.brief).length;
    ctx.after(ctx.params.inDoubtAfterMs, doubtKey(branch.brief.tx));
  }
  showGauges(state, ctx);
  if (state.restarts > 0) ctx.note('recovered', { inDoubt: state.branches.size, lost: state.lost.length });
  state.lost = [];
}

export const participant: Engine<ParticipantParams, ParticipantState, ParticipantNote> = {
  gauges: ['inDoubt', 'locked', 'waiting'],
  init: createParticipant,
  onStart, onRequest, onTimer, onRestart,
  onReply: onAnswer,
  onControl(state, control, ctx) {
    if (control !== 'heuristicCommit' && control !== 'heuristicRollback') throw new Error(`a participant has no control "${control}"; it has heuristicCommit and heuristicRollback`);
    takeAll(state, control, ctx);
  },
  inspect: inspectParticipant,
  invariants: participantInvariants,
};
