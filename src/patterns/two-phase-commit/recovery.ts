/** What the coordinator knows after a crash, and how it finds what it does not know of: the log, the scan, orphans. */
import type { NodeId, Outcome } from '../../kernel/contract.ts';
import { afterCrash } from '../../primitives/appendLog.ts';
import {
  allowRecovery, createCoordinator, createLive, move, SCAN, send, showGauges, type CoordinatorContext, type CoordinatorState, type Live,
} from './coordination.ts';
import type { CoordinatorParams } from './params.ts';
import { carryOut } from './phases.ts';
import { fieldsOf, textsOf } from './transaction.ts';

/** A beginning without an end is an abort; a decision without an end has to be carried out (again). */
export function onRestart(before: CoordinatorState, params: CoordinatorParams): CoordinatorState {
  const state: CoordinatorState = {
    ...createCoordinator(params), registered: before.registered, lastTx: before.lastTx, recent: before.recent, log: afterCrash(before.log), committed: before.committed,
    aborted: before.aborted, abandoned: before.abandoned, messages: before.messages, forcedWrites: before.forcedWrites, heuristicMixed: before.heuristicMixed,
    restarts: before.restarts + 1, latencyMs: before.latencyMs,
  };
  for (const { record } of state.log.entries) {
    if (record.kind === 'ended') { state.live.delete(record.tx); continue; }
    const { tx, parts, protocol } = record;
    const live = createLive(tx, protocol, parts.map((node) => ({ node, changes: [] })), null, 0);
    live.mode = 'recovering';
    live.targets = parts;
    live.decision = record.kind === 'begun' ? 'abort' : record.decision;
    live.why = 'it was under way when the coordinator crashed: no time to vote';
    state.live.set(tx, live);
  }
  for (const { tx, mode } of before.live.values()) state.lost.push([tx, mode]);
  return state;
}

export function onStart(state: CoordinatorState, ctx: CoordinatorContext): void {
  const { params } = ctx;
  let forgotten = 0;
  for (const [tx, mode] of state.lost) {
    if (mode !== 'recovering') ctx.transition(tx, mode, 'recovering', 'crashed');
    if (state.live.has(tx)) continue;
    forgotten++;
    ctx.transition(tx, 'recovering', 'forgotten', 'foundNothing');
  }
  state.lost = [];
  for (const live of state.live.values()) live.beganMs = ctx.nowMs;
  showGauges(state, ctx);
  allowRecovery(state, ctx);
  if (params.recoveryScanMs > 0) ctx.after(params.recoveryScanMs * ctx.uniform('scan'), SCAN);
  if (state.restarts === 0) return;
  ctx.note('recovered', { open: state.live.size, lost: forgotten });
  if (params.recoveryScanMs === 0) resume(state, ctx);
}

/** Carries out what the log holds. */
export function resume(state: CoordinatorState, ctx: CoordinatorContext): void {
  for (const live of Array.from(state.live.values())) {
    if (live.mode !== 'recovering') continue;
    move(live, live.decision === 'commit' ? 'foundCommit' : 'foundAbort', ctx);
    carryOut(state, live, ctx);
  }
}

export function scan(state: CoordinatorState, ctx: CoordinatorContext): void {
  const { params } = ctx;
  if (params.recoveryScanMs > 0) ctx.after(params.recoveryScanMs, SCAN);
  resume(state, ctx);
  if (params.orphanScan && params.protocol === 'presumedAbort' && params.coordLog === 'forced') lookForOrphans(state, ctx);
}
export function lookForOrphans(state: CoordinatorState, ctx: CoordinatorContext): void {
  for (const to of state.registered) {
    const call = ctx.send(to, { op: 'recover' });
    state.sent.set(call.id, { tx: '', to, step: 'recover' });
  }
}

/** Prepared somewhere and unknown here: it was never decided, so under presumed abort it is aborted. */
export function onRecovered(state: CoordinatorState, from: NodeId, outcome: Outcome, ctx: CoordinatorContext): void {
  if (outcome.kind !== 'ok') return;
  for (const tx of textsOf(fieldsOf(outcome.value)?.prepared) ?? []) {
    if (state.live.has(tx)) continue;
    const orphan: Live = createLive(tx, 'presumedAbort', [], null, ctx.nowMs);
    ctx.note('orphanFound', { tx, at: from });
    send(state, orphan, from, 'abort', { tx }, ctx);
  }
}
