/** Attempts: how they are sent, over a connection where that is modelled, and how they are closed or left behind. */
import { TIMEOUT, type NodeId, type Outcome } from '../../kernel/contract.ts';
import { moveAttempt, moveCall } from './follow.ts';
import { learnAttempt } from './limits.ts';
import { ROWS, shown, type Attempt, type AttemptKind, type AttemptRow, type Orphan, type Ticket, type TimeoutContext, type TimeoutState } from './state.ts';

/** Attempt numbers of one call never meet those of another attempt of the same call, where a retry stands above this one. */
const ATTEMPTS_APART = 16;
/** Orphans that nobody cancels and that never answer are forgotten after this. */
const FORGOTTEN_AFTER_MS = 60_000;
/** The callee's deadline check accepts connections under this name. */
export const CONNECT = 'connect';

function targetOf({ call, firstReplica, tries }: Ticket, replicas: readonly NodeId[]): NodeId {
  return firstReplica < 0 || replicas.length === 0 ? call.to : replicas[(firstReplica + tries) % replicas.length]!;
}

/** Sends an attempt, or first a connection for it. Whether it may be sent was asked before. */
export function launch(state: TimeoutState, ticket: Ticket, kind: AttemptKind, ctx: TimeoutContext): void {
  const { params, nowMs } = ctx;
  const to = targetOf(ticket, params.replicas as readonly NodeId[]);
  const number = ticket.call.attempt * ATTEMPTS_APART + ticket.tries;
  const row: AttemptRow = {
    call: ticket.call.id, op: ticket.call.op, sinceMs: ticket.startedMs, attempt: ticket.tries + 1, kind, waitMs: kind === 'first' ? 0 : nowMs - ticket.startedMs, fromMs: nowMs, untilMs: null, outcome: null, won: false,
  };
  state.rows.push(row);
  if (state.rows.length > ROWS) state.rows.shift();
  ticket.tries++;
  state.sent++;
  if (kind === 'retry') { ticket.retries++; state.retries++; }
  if (kind === 'hedge') { ticket.hedges++; state.hedges++; }
  if (kind !== 'first') moveCall(state, ticket, 'copySent', ctx);
  const connecting = params.connect === 'always' || (params.connect === 'whenBroken' && !state.connected.has(to));
  const attempt: Attempt = {
    call: ticket.call, ticket, kind, to, number, row, mode: 'connecting', sentMs: nowMs, overdue: false,
  };
  ticket.out.push(attempt);
  if (connecting) {
    const limitMs = Math.min(ticket.deadlineMs, nowMs + params.connectMs);
    attempt.call = ctx.send(to, { op: CONNECT, parent: ticket.call, cost: 0, attempt: number, deadlineMs: limitMs });
    state.attempts.set(attempt.call.id, attempt);
    ctx.after(limitMs - nowMs, attempt.call.id);
  } else {
    send(state, attempt, ctx);
  }
  armHedge(ticket, ctx);
}

/** Over a connection that is open. */
export function send(state: TimeoutState, attempt: Attempt, ctx: TimeoutContext): void {
  const { ticket, to, number } = attempt;
  const { call } = ticket;
  const { nowMs } = ctx;
  // An attempt that a hedge joins may go on past its own time.
  const untilMs = nowMs + ticket.perTryMs;
  const deadlineMs = ticket.hedge === 'onPerTryTimeout' ? ticket.sentDeadlineMs : Math.min(ticket.sentDeadlineMs, untilMs);
  const sentDeadlineMs = ticket.sentDeadlineMs === Infinity ? Infinity : deadlineMs;
  moveAttempt(attempt, 'connected');
  attempt.sentMs = nowMs;
  attempt.call = to === call.to
    ? ctx.again(call, number, sentDeadlineMs)
    : ctx.send(to, { op: call.op, entity: call.entity, payload: call.payload, cost: call.cost, priority: call.priority, idempotencyKey: call.idempotencyKey, intendedMs: call.intendedMs, parent: call, attempt: number, deadlineMs: sentDeadlineMs });
  state.attempts.set(attempt.call.id, attempt);
  if (untilMs < ticket.deadlineMs) ctx.after(ticket.perTryMs, attempt.call.id);
  ctx.note('attempted', { attempt: attempt.row.attempt, to, leftMs: shown(ticket.deadlineMs - nowMs) });
  if (state.ring?.call !== call.id) return;
  state.ring.to = to;
  state.ring.sentMs = nowMs;
  state.ring.sentLeftMs = Math.min(sentDeadlineMs, ticket.deadlineMs) - nowMs;
}

/** The connection is there: the attempt itself goes out. */
export function connected(state: TimeoutState, attempt: Attempt, ctx: TimeoutContext): void {
  state.attempts.delete(attempt.call.id);
  ctx.clear(attempt.call.id);
  state.connected.add(attempt.to);
  send(state, attempt, ctx);
}

export const mayHedge = ({ hedge, hedges, maxHedges, maySendTwice, stopped }: Ticket): boolean => hedge !== 'off' && hedges < maxHedges && maySendTwice && !stopped;

/** Sets the timer of the next copy, counted from now. */
export function armHedge(ticket: Ticket, ctx: TimeoutContext, delayMs = ticket.hedgeDelayMs): void {
  if (ticket.hedge === 'off' || ticket.hedge === 'onPerTryTimeout' || !mayHedge(ticket)) return;
  if (ctx.nowMs + delayMs < ticket.deadlineMs) ctx.after(delayMs, -ticket.call.id);
  else ctx.clear(-ticket.call.id);
}

/** Takes an attempt off the list of those under way. */
export function close(state: TimeoutState, attempt: Attempt, outcome: string, ctx: TimeoutContext): void {
  const { ticket, row, call } = attempt;
  state.attempts.delete(call.id);
  ticket.out.splice(ticket.out.indexOf(attempt), 1);
  ctx.clear(call.id);
  row.untilMs = ctx.nowMs;
  row.outcome = outcome;
}

/** Gives an attempt up. It runs on until the cancel is out; where nothing is cancelled, until it answers by itself. */
export function leave(state: TimeoutState, attempt: Attempt, why: 'timeout' | 'lost' | 'cancelled', ctx: TimeoutContext): void {
  const { params, nowMs } = ctx;
  const { call, to } = attempt;
  const connecting = attempt.mode === 'connecting';
  close(state, attempt, why, ctx);
  if (why === 'timeout') {
    state.attemptsTimedOut++;
    state.connected.delete(to);
  }
  if (attempt.kind === 'first' && !connecting && why !== 'cancelled') learnAttempt(state, nowMs - attempt.sentMs, params);
  const outcome: Outcome = why === 'timeout' ? TIMEOUT : CANCELLED_COPY;
  // Nothing runs for a connection that was not made.
  const delayMs = connecting ? 0 : params.cancelDownstream ? ctx.sample(params.cancelMs, 'cancel', call) : FORGOTTEN_AFTER_MS;
  if (delayMs === 0) {
    moveAttempt(attempt, why === 'timeout' ? 'timeUp' : 'lost');
    if (!connecting) ctx.note('cancelDelivered', { afterMs: 0 });
    ctx.cancel(call, outcome);
    return;
  }
  moveAttempt(attempt, 'leftRunning');
  state.orphaned++;
  state.orphans.set(call.id, { attempt, sinceMs: nowMs, untilMs: nowMs + delayMs, cancelled: params.cancelDownstream });
  ctx.after(delayMs, call.id);
  ctx.note('orphaned');
}
const CANCELLED_COPY: Outcome = Object.freeze({ kind: 'cancelled' });

/** The news that nobody waits is out. */
export function cancelOrphan(state: TimeoutState, orphan: Orphan, ctx: TimeoutContext): void {
  const { attempt, sinceMs, cancelled } = orphan;
  endOrphan(state, orphan, ctx);
  moveAttempt(attempt, 'cancelDelivered');
  if (cancelled) ctx.note('cancelDelivered', { afterMs: shown(ctx.nowMs - sinceMs) });
  ctx.cancel(attempt.call, attempt.row.outcome === 'timeout' ? TIMEOUT : CANCELLED_COPY);
}

/** It has answered for nobody. */
export function hearOrphan(state: TimeoutState, orphan: Orphan, outcome: Outcome, ctx: TimeoutContext): void {
  const { attempt } = orphan;
  endOrphan(state, orphan, ctx);
  moveAttempt(attempt, 'answeredLate');
  if (attempt.row.outcome !== 'timeout' || outcome.kind !== 'ok') return;
  const tookMs = ctx.nowMs - attempt.sentMs;
  if (tookMs > 2 * (orphan.sinceMs - attempt.sentMs)) return;
  state.falseTimeouts++;
  ctx.note('falseTimeout', { tookMs: shown(tookMs) });
}

function endOrphan(state: TimeoutState, { attempt, sinceMs }: Orphan, ctx: TimeoutContext): void {
  state.orphans.delete(attempt.call.id);
  ctx.clear(attempt.call.id);
  state.orphanMs += Math.max(0, ctx.nowMs - sinceMs);
}

