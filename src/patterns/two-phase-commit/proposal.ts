/**
 * Replicated coordinator: the commit is proposed to the replicas and final when a majority has accepted it. The coordinator proposes with
 * ballot 0, which needs no first phase; a replica that is asked by somebody in doubt may overtake it with a higher one.
 */
import type { NodeId, Outcome } from '../../kernel/contract.ts';
import { move, retryKey, send, type CoordinatorContext, type CoordinatorState, type Live } from './coordination.ts';
import { abort, carryOut } from './phases.ts';
import { fieldsOf, textsOf, wordOf } from './transaction.ts';

export const replicasOf = ({ params }: CoordinatorContext): readonly NodeId[] => textsOf(params.replicas) ?? [];

export function propose(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  move(live, 'decisionProposed', ctx);
  live.done.clear();
  ctx.after(ctx.params.commitRetryMs, retryKey(live.tx));
  proposeTo(state, live, replicasOf(ctx), ctx);
}
function proposeTo(state: CoordinatorState, live: Live, replicas: readonly NodeId[], ctx: CoordinatorContext): void {
  for (const to of replicas) {
    send(state, live, to, 'propose', { tx: live.tx, ballot: 0, value: 'commit' }, ctx);
    ctx.note('proposalSent', { tx: live.tx, to });
  }
}
/** No majority yet: once more to those that have not accepted, and one is asked whether it has been settled otherwise. */
export function proposeAgain(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const replicas = replicasOf(ctx);
  const missing = replicas.filter((to) => !live.done.has(to));
  proposeTo(state, live, missing, ctx);
  send(state, live, replicas[live.attempt % replicas.length]!, 'inquire', { tx: live.tx }, ctx);
}

export function onProposalAnswered(state: CoordinatorState, live: Live, from: NodeId, outcome: Outcome, ctx: CoordinatorContext): void {
  if (live.mode !== 'replicating' || outcome.kind !== 'ok') return;
  const word = wordOf(outcome.value, 'decision');
  if (word === 'commit') return carryOut(state, live, ctx);
  // The votes were Yes: every participant has to be told.
  if (word === 'abort') return abort(state, live, 'the replicas had settled on abort for somebody in doubt', ctx);
  if (fieldsOf(outcome.value)?.accepted === true) {
    live.done.add(from);
    if (live.done.size * 2 > replicasOf(ctx).length) carryOut(state, live, ctx);
  } else send(state, live, from, 'inquire', { tx: live.tx }, ctx);
}
