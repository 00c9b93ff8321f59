/** A balance for each account, folded from the log in order of position; its checkpoint and rows are written together, so that no event counts twice. */
import type { Call, Context, Engine, Json, Ms } from '../../kernel/contract.ts';
import type { RecordedEvent } from '../../primitives/eventStream.ts';
import { deltaOf, euros } from './account.ts';
import type { ProjectionNote, ProjectionParams } from './projection.params.ts';

interface Row { readonly balance: number; readonly version: number }
export interface ProjectionState {
  rows: Map<string, Row>;
  /** Position to read next. */
  next: number;
  child: Call | null;
  batch: { readonly events: readonly RecordedEvent[]; readonly next: number } | null;
  /** Newest position that was told of. */
  head: number;
  rebuild: { readonly sinceMs: Ms; readonly until: number; readonly events: number } | null;
  projected: number;
}
type Ctx = Context<ProjectionParams, ProjectionNote>;
const POLL = 'poll', ANSWER = 'answer', WORK = 'work';

function read(state: ProjectionState, ctx: Ctx): void {
  if (state.child !== null || state.batch !== null) return;
  state.child = ctx.send(ctx.downstream[0]!, { op: 'readAll', payload: { position: state.next, max: ctx.params.batch, subscribe: true } });
  ctx.after(ctx.params.timeoutMs, ANSWER);
}
function rebuild(state: ProjectionState, ctx: Ctx): void {
  ctx.note('replayStarted', { position: state.next });
  // What is under way was read for the old rows.
  if (state.child !== null) ctx.cancel(state.child);
  ctx.clear(ANSWER); ctx.clear(WORK);
  state.rebuild = { sinceMs: ctx.nowMs, until: Math.max(state.next, state.rebuild?.until ?? 0), events: 0 };
  state.child = null; state.batch = null; state.next = 0;
  state.rows.clear();
  ctx.effect('rowsDropped', {});
  read(state, ctx);
}
function project(state: ProjectionState, ctx: Ctx): void {
  const { events, next } = state.batch!;
  state.batch = null;
  const touched = new Set<string>();
  for (const event of events) {
    const { balance } = state.rows.get(event.stream) ?? { balance: 0 };
    const delta = deltaOf(event);
    state.rows.set(event.stream, { balance: ctx.params.skipsWithdrawals && delta < 0 ? balance : balance + delta, version: event.version });
    touched.add(event.stream);
  }
  for (const account of touched) ctx.effect('projected', { account, ...state.rows.get(account)! });
  state.next = next;
  state.head = Math.max(state.head, next);
  state.projected += events.length;
  if (events.length > 0) ctx.note('projected', { events: events.length, position: next - 1 });
  ctx.gauge(0, state.head - next);
  if (state.rebuild !== null) {
    state.rebuild = { ...state.rebuild, events: state.rebuild.events + events.length };
    if (next >= state.rebuild.until || events.length === 0) {
      ctx.note('replayFinished', { events: state.rebuild.events, tookMs: Math.round(ctx.nowMs - state.rebuild.sinceMs) });
      state.rebuild = null;
    }
  }
  if (events.length === ctx.params.batch || state.next < state.head) read(state, ctx);
}

export const projection: Engine<ProjectionParams, ProjectionState, ProjectionNote> = {
  gauges: ['lag'],
  init: () => ({ rows: new Map(), next: 0, child: null, batch: null, head: 0, rebuild: null, projected: 0 }),
  onRestart: (state) => ({ ...state, child: null, batch: null }),
  onStart(state, ctx) {
    read(state, ctx);
    ctx.after(ctx.params.pollMs, POLL);
  },
  onReply(state, child, outcome, ctx) {
    if (state.child?.id !== child.id) return;
    state.child = null;
    ctx.clear(ANSWER);
    if (outcome.kind !== 'ok') return;
    state.batch = outcome.value as unknown as NonNullable<ProjectionState['batch']>;
    ctx.after(ctx.params.perEventMs * state.batch.events.length, WORK, 'completion');
  },
  onMessage(state, message, ctx) {
    const { position } = message.payload as { readonly position: number };
    state.head = Math.max(state.head, position + 1);
    ctx.gauge(0, state.head - state.next);
    read(state, ctx);
  },
  onTimer(state, key, ctx) {
    if (key === WORK) return project(state, ctx);
    if (key === ANSWER) {
      if (state.child !== null) ctx.cancel(state.child, { kind: 'timeout' });
      state.child = null;
      return;
    }
    ctx.after(ctx.params.pollMs, POLL);
    read(state, ctx);
  },
  onControl: rebuildByHand,
  onParams(state, before, ctx) {
    if (before.skipsWithdrawals && !ctx.params.skipsWithdrawals && ctx.params.rebuildWhenMended) rebuild(state, ctx);
  },
  onRequest(state, call, ctx) {
    const row = state.rows.get(call.entity);
    ctx.reply(call, row === undefined ? { kind: 'permanentError', detail: 'no such row' } : { kind: 'ok', value: { ...row } });
  },
  inspect: (state) => ({
    mode: state.rebuild === null ? 'following the log' : 'rebuilding',
    tone: state.rebuild === null ? (state.head > state.next ? 'active' : 'calm') : 'warn',
    meters: { position: state.next, lag: Math.max(0, state.head - state.next), rows: state.rows.size, projected: state.projected },
    views: { rows: [...state.rows].slice(0, 60).map(([account, { balance, version }]): Json => ({ account, balance: euros(balance), version })) },
  }),
  invariants: [
    { name: 'the checkpoint only rises', why: 'It is behind the start of the log.', holds: ({ next, head }) => next >= 0 && head >= next },
    { name: 'one read at a time', why: 'Two batches are under way: events could count twice.', holds: ({ child, batch }) => child === null || batch === null },
  ],
};
function rebuildByHand(state: ProjectionState, _control: string, ctx: Ctx): void { rebuild(state, ctx); }
