/**
 * The callee's side of a deadline. It stands before the application: what comes too late is answered without any work, what is let in is
 * stopped when its time is up, and the application's own calls inherit the deadline on this node's clock. The time left is what was said when
 * the call was sent, so clocks that disagree do no harm; the time on the way is not counted, which is what callers keep back at each hop.
 */
import { OK, TIMEOUT, type Call, type Context, type Engine, type Json, type Ms } from '../../kernel/contract.ts';
import type { DeadlineCheckNote, DeadlineCheckParams } from './deadlineCheck.params.ts';
import { CONNECT } from './attempts.ts';
import { shown } from './state.ts';

interface Entry {
  readonly call: Call;
  /** The same call as the application sees it. */
  readonly inner: Call;
}
interface State {
  /** By the id of the call that came, and by that of the inner one. */
  readonly open: Map<number, Entry>;
  readonly inner: Map<number, Entry>;
  taken: number;
  tooLate: number;
  stopped: number;
  accepted: number;
  /** What was left when calls came; of those with a deadline. */
  leftMs: Ms;
  leftOf: number;
  newest: { op: string; call: number; leftMs: number; sinceMs: Ms; from: string } | null;
}
type Ctx = Context<DeadlineCheckParams, DeadlineCheckNote>;

function leftFor(call: Call, { params, nowMs }: Ctx): Ms {
  const told = params.reads === 'remaining' ? call.leftMs : call.deadlineMs - nowMs;
  const limited = params.capMs > 0 ? Math.min(told, params.capMs) : told;
  return limited === Infinity && params.defaultMs > 0 ? params.defaultMs : limited;
}

function close(state: State, { call, inner }: Entry, ctx: Ctx): void {
  state.open.delete(call.id);
  state.inner.delete(inner.id);
  ctx.clear(call.id);
  ctx.gauge(0, state.open.size);
}

export const deadlineCheck: Engine<DeadlineCheckParams, State, DeadlineCheckNote> = {
  gauges: ['underWay'],
  init: () => ({ open: new Map(), inner: new Map(), taken: 0, tooLate: 0, stopped: 0, accepted: 0, leftMs: 0, leftOf: 0, newest: null }),
  onRequest(state, call, ctx) {
    if (call.op === CONNECT) {
      state.accepted++;
      ctx.reply(call, OK);
      return;
    }
    const leftMs = leftFor(call, ctx);
    if (leftMs < Infinity) {
      state.leftMs += leftMs;
      state.leftOf++;
      state.newest = { op: call.op, call: call.id, leftMs, sinceMs: ctx.nowMs, from: call.from };
    }
    if (leftMs <= 0 || leftMs < ctx.params.minUsefulMs) {
      state.tooLate++;
      ctx.note('tooLate', { op: call.op, leftMs: shown(leftMs) });
      ctx.reply(call, { kind: 'timeout', detail: 'deadline passed before any work' });
      return;
    }
    state.taken++;
    const entry: Entry = { call, inner: ctx.again(call, call.attempt, ctx.nowMs + leftMs) };
    state.open.set(call.id, entry);
    state.inner.set(entry.inner.id, entry);
    ctx.gauge(0, state.open.size);
    if (ctx.params.stopAtDeadline && leftMs < Infinity) ctx.after(leftMs, call.id);
  },
  onReply(state, inner, outcome, ctx) {
    const entry = state.inner.get(inner.id);
    if (entry === undefined) return;
    close(state, entry, ctx);
    ctx.reply(entry.call, outcome);
  },
  onTimer(state, key, ctx) {
    const entry = state.open.get(key as number);
    if (entry === undefined) return;
    close(state, entry, ctx);
    state.stopped++;
    ctx.note('stopped', { op: entry.call.op });
    ctx.cancel(entry.inner, TIMEOUT);
    ctx.reply(entry.call, TIMEOUT);
  },
  onCancel(state, call, ctx) {
    const entry = state.open.get(call.id);
    if (entry === undefined) return;
    close(state, entry, ctx);
    ctx.cancel(entry.inner);
    ctx.reply(call, { kind: 'cancelled' });
  },
  inspect: (state, { reads }, nowMs) => ({
    mode: reads === 'remaining' ? 'time left' : 'absolute time',
    tone: state.open.size > 0 ? 'active' : 'calm',
    meters: { underWay: state.open.size, taken: state.taken, tooLate: state.tooLate, stopped: state.stopped, meanLeftMs: state.leftOf > 0 ? shown(state.leftMs / state.leftOf) : null },
    views: { ring: ringView(state, nowMs) },
  }),
  invariants: [
    { name: 'every call let in is known from both sides', why: 'A call was let in and lost.', holds: ({ open, inner }) => open.size === inner.size },
  ],
};

function ringView({ newest }: State, nowMs: Ms): Json {
  if (newest === null) return null;
  const { op, call, leftMs, sinceMs, from } = newest;
  const spentMs = Math.max(0, nowMs - sinceMs);
  return { call: `${op} ${call}`, totalMs: shown(leftMs), leftMs: shown(Math.max(0, leftMs - spentMs)), hops: [{ node: from, leftMs: shown(leftMs), spentMs: shown(spentMs) }] };
}
