/**
 * The relay, sans-IO: it looks for events that are committed and not published, publishes them, and reports that. Between two of these steps it
 * may die; the order of the steps decides whether that repeats events or loses them. The database decides who may publish (`select.ts`).
 */
import type { Call, Engine, Outcome } from '../../kernel/contract.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { consumer } from './consumer.ts';
import { database } from './database.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import { relayTable, type RelayEvent } from './machine.ts';
import type { OutboxNote, OutboxParams } from './params.ts';
import { databaseOf, published, pump, reportPayload } from './publishing.ts';
import { asJson, fromJson, type Batch, type Question } from './rows.ts';
import { afterRelayCrash, createRelay, type Job, type RelayContext, type RelayState } from './state.ts';
import { writer } from './writer.ts';

const LOOK = 'look';
/** The database is asked and told within this, or not at all. */
const DATABASE_TIMEOUT_MS = 2000;

function move(state: RelayState, event: RelayEvent, ctx: RelayContext): void {
  const from = state.mode;
  state.mode = nextState(relayTable, from, event);
  ctx.transition('', from, state.mode, event);
}
const pauseMs = ({ relay, tailEveryMs, pollIntervalMs }: OutboxParams): number => (relay === 'cdc' ? tailEveryMs : pollIntervalMs);

function look(state: RelayState, ctx: RelayContext): void {
  const { params: p } = ctx;
  ctx.clear(LOOK);
  move(state, 'due', ctx);
  state.counts.looks++;
  state.question = {
    via: p.relay === 'cdc' ? 'log' : 'table', claim: p.claim, cursor: p.cursor, order: p.order, limit: p.batchSize, leaseMs: p.leaseMs,
    shard: p.shard, shards: p.shards, highWater: p.highWater, gapWaitMs: p.gapWaitMs, afterParking: p.afterParking,
  };
  ask(state, 'fetch', asJson(state.question), ctx);
}
function ask(state: RelayState, op: string, payload: ReturnType<typeof asJson>, ctx: RelayContext): void {
  state.asking = ctx.send(databaseOf(ctx), { op, payload });
  ctx.after(DATABASE_TIMEOUT_MS, state.asking.id);
}

/** Back to waiting: the next look is due at once after a full batch, else after the pause. */
function rest(state: RelayState, event: RelayEvent, delayMs: number, ctx: RelayContext): void {
  state.job = null;
  move(state, event, ctx);
  if (state.stopping) return stopNow(state, ctx);
  ctx.after(delayMs, LOOK);
}
function stopNow(state: RelayState, ctx: RelayContext): void {
  state.stopping = false;
  ctx.clear(LOOK);
  move(state, 'stop', ctx);
  ctx.note('relayStopped');
}

function fetched(state: RelayState, outcome: Outcome, ctx: RelayContext): void {
  const question = state.question as Question;
  if (outcome.kind !== 'ok') return rest(state, 'fetchFailed', pauseMs(ctx.params), ctx);
  const { token, leader, rows } = fromJson<Batch>(outcome.value);
  if (token === 0 && (question.claim === 'singleLeader' || question.via === 'log')) {
    rest(state, 'notLeader', Math.max(pauseMs(ctx.params), question.leaseMs / 4), ctx);
    return ctx.note('notLeader', { leader });
  }
  if (rows.length === 0) return rest(state, 'nothingCame', pauseMs(ctx.params), ctx);
  const markFirst = ctx.params.markPolicy === 'beforePublish';
  const job: Job = {
    question, markFirst, concurrency: question.order === 'global' ? 1 : ctx.params.concurrency, token, rows, waiting: rows.map((_row, i) => i),
    out: new Map(), calls: new Map(), published: [], failed: [], held: new Set(),
  };
  state.job = job;
  state.counts.batches++;
  move(state, markFirst ? 'markFirst' : 'batchCame', ctx);
  ctx.note('claimed', { count: rows.length, position: rows[0]!.position });
  if (markFirst) ask(state, 'report', reportPayload(job, ctx), ctx);
  else proceed(state, job, ctx);
}

function proceed(state: RelayState, job: Job, ctx: RelayContext): void {
  if (!pump(state, job, ctx)) return;
  if (job.markFirst) return rest(state, 'batchDoneMarked', nextDelayMs(job, ctx), ctx);
  move(state, 'batchDone', ctx);
  ask(state, 'report', reportPayload(job, ctx), ctx);
}
/** A full batch that went well is followed by the next at once; so is any batch from the log. */
function nextDelayMs({ rows, failed, question }: Job, ctx: RelayContext): number {
  const more = rows.length >= question.limit || question.via === 'log';
  return more && failed.length === 0 ? 0 : pauseMs(ctx.params);
}

function reported(state: RelayState, job: Job, outcome: Outcome, ctx: RelayContext): void {
  if (outcome.kind === 'rejected') {
    state.counts.fenced++;
    rest(state, 'fenced', pauseMs(ctx.params), ctx);
    return ctx.note('leaseLost');
  }
  if (outcome.kind !== 'ok') {
    state.counts.reportsLost++;
    rest(state, 'reportFailed', pauseMs(ctx.params), ctx);
    return ctx.note('reportFailed', { count: job.rows.length });
  }
  if (job.markFirst) {
    move(state, 'reportedFirst', ctx);
    ctx.note('reported', { published: job.rows.length, count: job.rows.length });
    return proceed(state, job, ctx);
  }
  rest(state, 'reported', nextDelayMs(job, ctx), ctx);
  ctx.note('reported', { published: job.published.length, count: job.rows.length });
}

function onReply(state: RelayState, call: Call, outcome: Outcome, ctx: RelayContext): void {
  ctx.clear(call.id);
  const { job } = state;
  if (state.asking?.id === call.id) {
    state.asking = null;
    if (call.op === 'fetch') return fetched(state, outcome, ctx);
    if (job !== null) reported(state, job, outcome, ctx);
    return;
  }
  if (job === null || !job.out.has(call.id)) return;
  published(state, job, call, outcome, ctx);
  proceed(state, job, ctx);
}

export const engine: Engine<OutboxParams, RelayState, OutboxNote> = {
  init: createRelay,
  onRestart: afterRelayCrash,
  onStart(state, ctx) {
    if (state.diedIn !== null) {
      if (state.diedIn !== 'waiting') ctx.transition('', state.diedIn, 'waiting', 'crashed');
      ctx.note('relayCrashed', { count: state.lostRows });
      state.diedIn = null;
    }
    ctx.after(pauseMs(ctx.params), LOOK);
  },
  onReply,
  onTimer(state, key, ctx) {
    if (key === LOOK) return look(state, ctx);
    const { job, asking } = state;
    if (asking?.id === key) {
      ctx.cancel(asking);
      return onReply(state, asking, { kind: 'timeout' }, ctx);
    }
    if (job === null || !job.out.has(key as number)) return;
    const call = job.calls.get(key as number)!;
    ctx.cancel(call);
    onReply(state, call, { kind: 'timeout' }, ctx);
  },
  onControl(state, control, ctx) {
    const idle = state.mode === 'waiting' || state.mode === 'standby';
    if (control === 'pollNow') { if (idle) look(state, ctx); return; }
    if (control === 'stop') {
      if (idle) stopNow(state, ctx);
      else if (state.mode !== 'stopped') state.stopping = true;
      return;
    }
    if (control !== 'start') throw new Error(`the relay has no control "${control}"; it has pollNow, stop and start`);
    state.stopping = false;
    if (state.mode !== 'stopped') return;
    move(state, 'start', ctx);
    ctx.after(0, LOOK);
    ctx.note('relayStarted');
  },
  onParams(state, before, ctx) {
    if ((state.mode === 'waiting' || state.mode === 'standby') && pauseMs(before) !== pauseMs(ctx.params)) ctx.after(pauseMs(ctx.params), LOOK);
  },
  inspect,
  invariants,
};

export const engines = { outbox: engine, database, writer, consumer };
export { laws };
