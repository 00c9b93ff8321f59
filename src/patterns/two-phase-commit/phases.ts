/** The two phases at the coordinator: asking for votes, deciding, carrying the decision out. */
import type { Call, Json, NodeId, Outcome } from '../../kernel/contract.ts';
import { append, compact } from '../../primitives/appendLog.ts';
import {
  answer, createLive, drop, dropCalls, limitKey, move, remark, retryKey, send, showGauges, voteKey, write, type CoordinatorContext, type CoordinatorState, type Live, type Vote,
} from './coordination.ts';
import { commitPrimary, onPrimaryAnswered, tellPrimary } from './primary.ts';
import { propose, proposeAgain, replicasOf } from './proposal.ts';
import { isReadOnly, isRefusal, wordOf, type Decision, type Work } from './transaction.ts';

/** A transaction begins. Its work has been checked, or is not to be. */
export function begin(state: CoordinatorState, call: Call, work: Work, ctx: CoordinatorContext): void {
  const { params } = ctx;
  const tx = `${ctx.self}-${++state.lastTx}`;
  const live = createLive(tx, params.protocol, work, call, ctx.nowMs);
  state.live.set(tx, live);
  showGauges(state, ctx);
  ctx.after(params.txTimeoutMs, limitKey(tx));
  const alone = params.onePhase && work.length === 1;
  move(live, alone ? 'delegate' : 'begin', ctx);
  ctx.note('began', { tx, participants: work.length });
  if (alone) return delegate(state, live, ctx);
  if (work.length === 0) return votesAreIn(state, live, ctx);
  if (params.protocol !== 'presumedNothing') return askForVotes(state, live, ctx);
  if (write(state, live, { kind: 'begun', tx, parts: work.map(({ node }) => node), protocol: params.protocol }, ctx)) askForVotes(state, live, ctx);
}

function delegate(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const { node } = live.work[0]!;
  live.targets = [node];
  if (ctx.params.commitRetryMs > 0) ctx.after(ctx.params.commitRetryMs, retryKey(live.tx));
  send(state, live, node, 'commitOnePhase', briefFor(live, 0, ctx), ctx);
  ctx.note('prepareSent', { tx: live.tx, to: node });
}

const briefFor = ({ tx, protocol, work }: Live, at: number, ctx: CoordinatorContext): Json => {
  const { self, params } = ctx;
  return {
  tx, coordinator: self, protocol, changes: work[at]!.changes.map(({ kind, row, delta }) => ({ kind, row, delta })),
  peers: work.filter((share) => !params.readOnly || !isReadOnly(share)).map(({ node }) => node),
  judges: protocol === 'replicatedCoordinator' ? replicasOf(ctx) : [],
  };
};

export function askForVotes(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const last = ctx.params.parallel ? live.work.length : live.asked + 1;
  if (ctx.params.prepareTimeoutMs > 0) ctx.after(ctx.params.prepareTimeoutMs, voteKey(live.tx));
  while (live.asked < last && live.mode === 'preparing') {
    const at = live.asked++;
    const { node } = live.work[at]!;
    if (!state.registered.includes(node)) {
      takeVote(state, live, node, 'no', 'it is unknown', ctx);
      continue;
    }
    send(state, live, node, 'prepare', briefFor(live, at, ctx), ctx);
    ctx.note('prepareSent', { tx: live.tx, to: node });
  }
}

export function onVote(state: CoordinatorState, live: Live, from: NodeId, outcome: Outcome, ctx: CoordinatorContext): void {
  if (live.mode !== 'preparing' || live.decision !== '') return;
  if (outcome.kind === 'ok') {
    const word = wordOf(outcome.value, 'vote');
    if (word === 'no') live.refused = true;
    return takeVote(state, live, from, word === 'yes' || word === 'readOnly' ? word : 'no', wordOf(outcome.value, 'why'), ctx);
  }
  const why = `${from}: ${'detail' in outcome && outcome.detail !== undefined ? outcome.detail : outcome.kind}`;
  if (ctx.params.onPrepareError === 'abandon') return abandon(state, live, why, ctx);
  takeVote(state, live, from, 'unknown', why, ctx);
}

function takeVote(state: CoordinatorState, live: Live, from: NodeId, vote: Vote, why: string, ctx: CoordinatorContext): void {
  live.votes.set(from, vote);
  live.answers++;
  if (vote === 'no') live.why ||= `${from} voted No${why === '' ? '' : `, ${why}`}`;
  if (vote === 'unknown') live.why ||= why;
  remark(state, live.tx, `vote ${vote}`, `from ${from}`, ctx);
  ctx.note('voteReceived', { tx: live.tx, from, vote });
  if (live.mode !== 'preparing') return;
  if ((vote === 'no' || vote === 'unknown') && ctx.params.stopAtNo) return abort(state, live, live.why, ctx);
  if (live.answers === live.work.length) return votesAreIn(state, live, ctx);
  if (!ctx.params.parallel && live.asked === live.answers) askForVotes(state, live, ctx);
}

/** All have answered. */
function votesAreIn(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const { tx } = live;
  ctx.clear(voteKey(tx));
  if (live.why !== '') return abort(state, live, live.why, ctx);
  live.targets = live.work.map(({ node }) => node).filter((node) => live.votes.get(node) === 'yes');
  ctx.note('allVoted', { tx });
  if (live.targets.length === 0) {
    move(live, 'allReadOnly', ctx);
    return end(state, live, 'commit', ctx);
  }
  ctx.clear(limitKey(tx));
  live.decision = 'commit';
  if (live.protocol === 'replicatedCoordinator' && replicasOf(ctx).length === 0) return abort(state, live, 'there is no replica to keep the decision', ctx);
  if (live.protocol === 'replicatedCoordinator') return propose(state, live, ctx);
  if (live.protocol === 'threePhase') return preCommit(state, live, ctx);
  if (live.protocol === 'percolator') return commitPrimary(state, live, ctx);
  decideCommit(state, live, ctx);
}

function preCommit(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  move(live, 'preCommitsSent', ctx);
  if (ctx.params.prepareTimeoutMs > 0) ctx.after(ctx.params.prepareTimeoutMs, voteKey(live.tx));
  for (const node of live.targets) {
    send(state, live, node, 'preCommit', { tx: live.tx }, ctx);
    ctx.note('preCommitSent', { tx: live.tx, to: node });
  }
}
/** Three-phase commit takes silence for a crash: who is away learns the outcome when it is back. */
export function onPreCommitted(state: CoordinatorState, live: Live, from: NodeId, ctx: CoordinatorContext): void {
  if (live.mode !== 'preCommitting' || live.writing) return;
  live.done.add(from);
  if (live.targets.every((node) => live.done.has(node))) decideCommit(state, live, ctx);
}

export function decideCommit(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  ctx.clear(voteKey(live.tx));
  const { tx, targets, protocol } = live;
  if (write(state, live, { kind: 'decided', tx, parts: targets, protocol, decision: 'commit' }, ctx)) carryOut(state, live, ctx);
}

export function abort(state: CoordinatorState, live: Live, why: string, ctx: CoordinatorContext): void {
  const { tx, work, votes, asked, protocol } = live;
  ctx.clear(voteKey(tx));
  ctx.clear(limitKey(tx));
  live.why = why;
  live.decision = 'abort';
  const { stopAtNo } = ctx.params;
  const told = work.slice(0, asked).map(({ node }) => node);
  live.targets = told.filter((node) => state.registered.includes(node) && (!stopAtNo || (votes.get(node) !== 'no' && votes.get(node) !== 'readOnly')));
  const logged = protocol !== 'presumedNothing' || write(state, live, { kind: 'decided', tx, parts: live.targets, protocol, decision: 'abort' }, ctx);
  if (logged) carryOut(state, live, ctx);
}

/** The decision is final, and durable where it has to be. Now, and not before, everybody may know. */
export function carryOut(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const { tx } = live;
  const decision = live.decision as Decision;
  live.writing = false;
  dropCalls(state, live, ctx);
  live.done.clear();
  live.told = 0;
  const resumed = live.mode === 'decidedCommit' || live.mode === 'decidedAbort';
  if (!resumed) move(live, decision === 'commit' ? 'decisionDurable' : 'abortDecided', ctx);
  remark(state, tx, `${decision} decided`, '', ctx);
  if (resumed) ctx.note('resumed', { tx, decision });
  else if (decision === 'commit') ctx.note('decisionLogged', { tx, decision });
  else {
    ctx.note('abortDecided', { tx, why: live.why });
    state.aborted++;
    answer(state, live, aborted(live), ctx);
  }
  const acked = decision === 'commit' || live.protocol === 'presumedNothing';
  if (acked && live.targets.length > 0) move(live, 'outcomeSent', ctx);
  if (ctx.params.parallel || !acked) for (const node of live.targets) tellOutcome(state, live, node, ctx);
  else tellNext(state, live, ctx);
  if (!acked || live.targets.length === 0) {
    move(live, decision === 'commit' ? 'outcomeSent' : 'noAcksNeeded', ctx);
    return end(state, live, decision, ctx);
  }
  if (ctx.params.commitRetryMs > 0) ctx.after(ctx.params.commitRetryMs, retryKey(tx));
}
const aborted = ({ refused, why }: Live): Outcome => ({ kind: refused ? 'permanentError' : 'transientError', detail: `aborted: ${why}` });

function tellNext(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const node = live.targets[live.told++];
  if (node !== undefined) tellOutcome(state, live, node, ctx);
}
function tellOutcome(state: CoordinatorState, live: Live, node: NodeId, ctx: CoordinatorContext): void {
  const step = live.decision as Decision;
  send(state, live, node, step, { tx: live.tx }, ctx);
  ctx.note(step === 'commit' ? 'commitSent' : 'abortSent', { tx: live.tx, to: node });
}

/** An answer to commit or abort. */
export function onOutcomeAnswered(state: CoordinatorState, live: Live, from: NodeId, outcome: Outcome, ctx: CoordinatorContext): void {
  if (live.mode === 'committingPrimary') return onPrimaryAnswered(state, live, from, outcome, ctx);
  if (live.mode !== 'completing') return;
  const detail = outcome.kind === 'permanentError' ? outcome.detail : undefined;
  if (outcome.kind !== 'ok' && detail === undefined) return notReached(state, live, from, ctx);
  if (detail !== undefined) mixed(state, live.tx, from, live.decision, ctx);
  if (detail !== undefined) answer(state, live, { kind: 'permanentError', detail }, ctx);
  live.done.add(from);
  ctx.note('acknowledged', { tx: live.tx, from });
  if (!ctx.params.parallel && live.told < live.targets.length) return tellNext(state, live, ctx);
  if (live.targets.every((node) => live.done.has(node))) {
    move(live, 'allAcked', ctx);
    end(state, live, live.decision as Decision, ctx);
  }
}

/** It goes on without those who are away, and comes back to them; the sketch gives up on the spot. */
function notReached(state: CoordinatorState, live: Live, from: NodeId, ctx: CoordinatorContext): void {
  if (ctx.params.commitRetryMs === 0) return abandon(state, live, `${from} could not be told to ${live.decision}`, ctx);
  if (!ctx.params.parallel && live.told < live.targets.length) tellNext(state, live, ctx);
}

export function mixed(state: CoordinatorState, tx: string, at: NodeId, outcome: Decision | '', ctx: CoordinatorContext): void {
  state.heuristicMixed++;
  showGauges(state, ctx);
  ctx.note('heuristicMixed', { tx, at, outcome: outcome === 'commit' ? 'committed' : 'aborted' });
}

/** Whoever has not acknowledged is told again. The caller need not wait for that: nothing can change the outcome any more. */
export function retry(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const { params } = ctx;
  live.attempt++;
  ctx.after(params.commitRetryMs, retryKey(live.tx));
  if (live.mode === 'replicating') return proposeAgain(state, live, ctx);
  if (live.mode === 'committingPrimary') return tellPrimary(state, live, ctx);
  if (live.mode === 'delegating') {
    return send(state, live, live.targets[0]!, 'commitOnePhase', briefFor(live, 0, ctx), ctx);
  }
  if (live.mode !== 'completing') return;
  move(live, 'outcomeReported', ctx);
  if (live.decision === 'commit') answer(state, live, { kind: 'ok', value: { transaction: live.tx, success: true, complete: false } }, ctx);
  live.told = live.targets.length;
  for (const node of new Set(live.targets)) {
    if (live.done.has(node)) continue;
    ctx.note('outcomeRepeated', { tx: live.tx, to: node });
    tellOutcome(state, live, node, ctx);
  }
}

/** The only participant has decided. */
export function onDelegateAnswered(state: CoordinatorState, live: Live, from: NodeId, outcome: Outcome, ctx: CoordinatorContext): void {
  if (live.mode !== 'delegating') return;
  if (outcome.kind !== 'ok' && outcome.kind !== 'permanentError' && ctx.params.commitRetryMs > 0) return;
  const done = outcome.kind === 'ok' && wordOf(outcome.value, 'vote') === '';
  live.refused = outcome.kind === 'ok' && !done;
  live.why = done ? '' : `${from} refused${outcome.kind === 'ok' ? `, ${wordOf(outcome.value, 'why')}` : ''}`;
  move(live, done ? 'delegateCommitted' : 'delegateRefused', ctx);
  if (!done) { state.aborted++; answer(state, live, aborted(live), ctx); }
  end(state, live, done ? 'commit' : 'abort', ctx);
}

export function end(state: CoordinatorState, live: Live, decision: Decision, ctx: CoordinatorContext): void {
  const { tx } = live;
  if (decision === 'commit') state.committed++;
  const logged = ctx.params.coordLog === 'forced' && live.protocol !== 'replicatedCoordinator';
  if (logged && (decision === 'commit' || live.protocol === 'presumedNothing')) append(state.log, Object.freeze({ kind: 'ended', tx }));
  drop(state, live, ctx);
  if (state.log.entries.length > 64 + 4 * state.live.size) compact(state.log, (record) => state.live.has(record.tx));
  answer(state, live, { kind: 'ok', value: { transaction: tx, success: true, complete: true } }, ctx);
  ctx.note('ended', { tx, outcome: decision });
}

function abandon(state: CoordinatorState, live: Live, why: string, ctx: CoordinatorContext): void {
  const prepared = live.mode === 'preparing' ? [...live.votes].filter(([, vote]) => vote === 'yes').length : live.targets.length - live.done.size;
  state.abandoned++;
  move(live, 'abandoned', ctx);
  drop(state, live, ctx);
  answer(state, live, { kind: 'transientError', detail: `failed: ${why}` }, ctx);
  ctx.note('abandoned', { tx: live.tx, why, prepared });
}

export const wasHeuristic = (outcome: Outcome): boolean => outcome.kind === 'permanentError' && (isRefusal(outcome.detail, 'heuristicCommit') || isRefusal(outcome.detail, 'heuristicRollback'));
