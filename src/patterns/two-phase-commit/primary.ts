/**
 * Percolator at the coordinator, which is a mere client here and keeps no log: the first participant is the primary, and its commit is the
 * decision. The others follow it, told by the coordinator or, when that is gone, by asking the primary (primaryLock.ts).
 */
import type { NodeId, Outcome } from '../../kernel/contract.ts';
import { answer, move, retryKey, send, type CoordinatorContext, type CoordinatorState, type Live } from './coordination.ts';
import { abort, carryOut } from './phases.ts';

export function commitPrimary(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  move(live, 'primaryTold', ctx);
  if (ctx.params.commitRetryMs > 0) ctx.after(ctx.params.commitRetryMs, retryKey(live.tx));
  tellPrimary(state, live, ctx);
}
export function tellPrimary(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  const to = live.targets[0]!;
  send(state, live, to, 'commit', { tx: live.tx }, ctx);
  ctx.note('commitSent', { tx: live.tx, to });
}

/** Silence says nothing: the primary is asked to commit again, which it does once. */
export function onPrimaryAnswered(state: CoordinatorState, live: Live, from: NodeId, outcome: Outcome, ctx: CoordinatorContext): void {
  if (outcome.kind === 'permanentError') return abort(state, live, `${from}, the primary, had been rolled back meanwhile`, ctx);
  if (outcome.kind !== 'ok') return;
  const secondaries = live.targets.slice(1);
  if (secondaries.length > 0) live.targets = secondaries;
  carryOut(state, live, ctx);
  answer(state, live, { kind: 'ok', value: { transaction: live.tx, success: true, complete: false } }, ctx);
}
