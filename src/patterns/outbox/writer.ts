/**
 * The application, sans-IO. With the outbox it writes once: business row and event in one transaction. The dual writes are here too, as they
 * are written every day: commit and then publish, publish and then commit, or two transactions (the original's save_event).
 */
import type { Call, Context, Engine, Outcome } from '../../kernel/contract.ts';
import type { WriterNote, WriterParams } from './writer.params.ts';

type Ctx = Context<WriterParams, WriterNote>;
type Step = 'commit' | 'announce';
interface Work { readonly order: Call; readonly event: string; readonly steps: readonly Step[]; readonly mode: WriterParams['mode'] ; done: number; child: Call | null }
export interface WriterState { work: Map<number, Work>; counts: { orders: number; saved: number; announced: number; died: number; unannounced: number } }

const STEPS: Readonly<Record<WriterParams['mode'], readonly Step[]>> = { outbox: ['commit'], publishAfterCommit: ['commit', 'announce'], publishBeforeCommit: ['announce', 'commit'], separateWrites: ['commit', 'announce'] };
const DATABASE_TIMEOUT_MS = 5000;
const DEAD: Outcome = Object.freeze({ kind: 'transientError', detail: 'the worker died' });

function next(state: WriterState, work: Work, ctx: Ctx): void {
  const { order, event, steps, mode, done } = work;
  const step = steps[done]!;
  const toBroker = step === 'announce' && mode !== 'separateWrites';
  const child = toBroker
    ? ctx.send(ctx.downstream[1] ?? ctx.downstream[0]!, { op: 'publish', entity: order.entity, parent: order, payload: { topic: ctx.params.topic, value: { event, aggregate: order.entity, type: order.op } }, idempotencyKey: event })
    : ctx.send(ctx.downstream[0]!, { op: 'transact', entity: order.entity, parent: order, payload: { event, type: order.op, business: step === 'commit', outbox: mode === 'outbox' || step === 'announce' } });
  work.child = child;
  state.work.set(child.id, work);
  ctx.after(toBroker ? ctx.params.publishTimeoutMs : DATABASE_TIMEOUT_MS, child.id);
}

function stepDone(state: WriterState, child: Call, outcome: Outcome, ctx: Ctx): void {
  const work = state.work.get(child.id);
  if (work === undefined) return;
  state.work.delete(child.id);
  const { order, event, steps, mode } = work;
  const step = steps[work.done]!;
  if (outcome.kind !== 'ok') return failed(state, work, step, outcome, ctx);
  work.done++;
  if (step === 'commit') { state.counts.saved++; ctx.note('saved', { event }); }
  if (step === 'announce' || mode === 'outbox') { state.counts.announced++; ctx.note('announced', { event }); }
  if (work.done === 1 && ctx.uniform('die', order) < ctx.params.dieBetweenRatio) {
    state.counts.died++;
    ctx.note('workerDied', { event });
    return ctx.reply(order, DEAD);
  }
  if (work.done < steps.length) return next(state, work, ctx);
  ctx.reply(order, { kind: 'ok', value: { event } });
}

/** An order that is committed is a success for the customer, announced or not. */
function failed(state: WriterState, { order, event, done }: Work, step: Step, outcome: Outcome, ctx: Ctx): void {
  const why = outcome.kind;
  if (step === 'announce' && done > 0) {
    state.counts.unannounced++;
    ctx.note('notAnnounced', { event, why });
    return ctx.reply(order, { kind: 'ok', value: { event } });
  }
  ctx.note('refused', { event, why });
  ctx.reply(order, outcome);
}

export const writer: Engine<WriterParams, WriterState, WriterNote> = {
  init: () => ({ work: new Map(), counts: { orders: 0, saved: 0, announced: 0, died: 0, unannounced: 0 } }),
  onRestart: ({ counts }) => ({ work: new Map(), counts }),
  onRequest(state, order, ctx) {
    state.counts.orders++;
    const { mode } = ctx.params;
    const event = order.idempotencyKey !== '' ? order.idempotencyKey : `o${order.id}`;
    next(state, { order, event, steps: STEPS[mode], mode, done: 0, child: null }, ctx);
  },
  onReply(state, call, outcome, ctx) {
    ctx.clear(call.id);
    stepDone(state, call, outcome, ctx);
  },
  // A worker that has begun goes on to the end, whoever waits for it.
  onCancel() {},
  onTimer(state, key, ctx) {
    const child = state.work.get(key as number)?.child;
    if (child === undefined || child === null) return;
    ctx.cancel(child);
    stepDone(state, child, { kind: 'timeout' }, ctx);
  },
  inspect: ({ work, counts }, { mode }) => ({ mode: mode === 'outbox' ? 'one write' : 'two writes', tone: work.size > 0 ? 'active' : 'calm', meters: { underWay: work.size, ...counts } }),
  invariants: [{ name: 'orders begin with their first write', why: 'An order was announced or saved that never came.', holds: ({ counts }) => counts.saved <= counts.orders && counts.announced <= counts.orders }],
};
