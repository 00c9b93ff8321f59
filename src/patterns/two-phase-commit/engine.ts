/** Two-phase commit, sans-IO: the coordinator. It asks for votes, puts its decision on disk, and carries it out until all have done it. */
import type { Call, Engine, Outcome } from '../../kernel/contract.ts';
import { FSYNC, synced } from '../../primitives/appendLog.ts';
import { bestEffort } from './bestEffort.ts';
import { allowRecovery, createCoordinator, SCAN, type CoordinatorContext, type CoordinatorState } from './coordination.ts';
import { coordinatorInvariants, inspectCoordinator } from './inspect.ts';
import { commitLaws } from './laws.ts';
import { onOperation } from './operations.ts';
import type { CoordinatorNote, CoordinatorParams } from './params.ts';
import { participant } from './participant.ts';
import { abort, askForVotes, carryOut, decideCommit, mixed, onDelegateAnswered, onOutcomeAnswered, onPreCommitted, onVote, retry, wasHeuristic } from './phases.ts';
import { onProposalAnswered } from './proposal.ts';
import { lookForOrphans, onRecovered, onRestart, onStart, scan } from './recovery.ts';
import { replica } from './replica.ts';

function onReply(state: CoordinatorState, call: Call, outcome: Outcome, ctx: CoordinatorContext): void {
  const sent = state.sent.get(call.id);
  if (sent === undefined) return;
  state.sent.delete(call.id);
  const { tx, to, step } = sent;
  if (step === 'recover') return onRecovered(state, to, outcome, ctx);
  const live = state.live.get(tx);
  if (live === undefined) {
    if (step === 'abort' && wasHeuristic(outcome)) mixed(state, tx, to, 'abort', ctx);
    return;
  }
  live.out.delete(call.id);
  switch (step) {
    case 'prepare': return onVote(state, live, to, outcome, ctx);
    // Silence and errors alike: whoever is away learns it when it is back.
    case 'preCommit': return onPreCommitted(state, live, to, ctx);
    case 'propose': case 'inquire': return onProposalAnswered(state, live, to, outcome, ctx);
    case 'commitOnePhase': return onDelegateAnswered(state, live, to, outcome, ctx);
    case 'commit': case 'abort': return onOutcomeAnswered(state, live, to, outcome, ctx);
  }
}

function onTimer(state: CoordinatorState, timer: string | number, ctx: CoordinatorContext): void {
  if (timer === FSYNC) return onDisk(state, ctx);
  if (timer === SCAN) return scan(state, ctx);
  const [purpose, tx] = String(timer).split(' ') as [string, string];
  const live = state.live.get(tx);
  if (live === undefined) return;
  if (purpose === 'retry') return retry(state, live, ctx);
  if (live.mode === 'preCommitting' && !live.writing) return decideCommit(state, live, ctx);
  if (live.mode === 'delegating') return onDelegateAnswered(state, live, live.targets[0]!, { kind: 'permanentError', detail: 'time-out' }, ctx);
  if (live.mode !== 'preparing' || live.decision !== '') return;
  abort(state, live, purpose === 'vote' ? 'a vote did not come in time' : 'the transaction took longer than its time-out', ctx);
}

/** Records have reached the disk; what waited for them goes on. A crash on the way finds the rest in the log. */
function onDisk(state: CoordinatorState, ctx: CoordinatorContext): void {
  for (const record of synced(state.log, ctx.sample(ctx.params.fsyncTime, 'fsync'), ctx)) {
    const live = state.live.get(record.tx);
    if (live === undefined || record.kind === 'ended' || !live.writing) continue;
    if (record.kind === 'decided') carryOut(state, live, ctx);
    else if (live.decision === '') {
      live.writing = false;
      askForVotes(state, live, ctx);
    }
  }
}

export const engine: Engine<CoordinatorParams, CoordinatorState, CoordinatorNote> = {
  gauges: ['open', 'halfDone'],
  init: createCoordinator,
  onStart, onRestart, onReply, onTimer,
  onRequest: onOperation,
  onParams: (state, _before, ctx) => allowRecovery(state, ctx),
  onControl(state, control, ctx) {
    if (control !== 'scan') throw new Error(`the coordinator has no control "${control}"; it has scan`);
    lookForOrphans(state, ctx);
  },
  inspect: inspectCoordinator,
  invariants: coordinatorInvariants,
};

export const engines = { 'two-phase-commit': engine, participant, replica, 'best-effort': bestEffort };
export const laws = commitLaws;
