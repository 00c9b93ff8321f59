/** The baseline: the application writes to one participant after the other and hopes for the best. */
import type { Call, Context, Engine, Outcome } from '../../kernel/contract.ts';
import { TIMEOUT } from '../../kernel/contract.ts';
import type { BestEffortParams, bestEffortStory } from './bestEffort.params.ts';
import { listOf } from './coordination.ts';
import { transferOf } from './operations.ts';
import { refuse, wordOf, type Work } from './transaction.ts';

type Note = keyof typeof bestEffortStory.notes;
type Ctx = Context<BestEffortParams, Note>;

interface Writing {
  readonly tx: string;
  readonly caller: Call;
  readonly work: Work;
  done: number;
  call: number;
}
export interface BestEffortState {
  open: Map<string, Writing>;
  calls: Map<number, string>;
  lastTx: number;
  complete: number;
  halfDone: number;
  forgotten: number;
}
const create = (given: BestEffortParams): BestEffortState => {
  listOf(given.participants, 'participants', 1, 8);
  return { open: new Map(), calls: new Map(), lastTx: 0, complete: 0, halfDone: 0, forgotten: 0 };
};

const showGauges = ({ open, halfDone }: BestEffortState, ctx: Ctx): void => {
  ctx.gauge(0, open.size);
  ctx.gauge(1, halfDone);
};

function writeNext(state: BestEffortState, writing: Writing, ctx: Ctx): void {
  const { tx, work, done, caller } = writing;
  const share = work[done];
  if (share === undefined) {
    state.open.delete(tx);
    state.complete++;
    ctx.note('ended', { tx });
    return ctx.reply(caller, { kind: 'ok', value: { transaction: tx, success: true } });
  }
  const payload = { tx, coordinator: ctx.self, protocol: 'presumedAbort', changes: share.changes.map(({ kind, row, delta }) => ({ kind, row, delta })), peers: work.map(({ node }) => node) };
  const call = ctx.send(share.node, { op: 'commitOnePhase', entity: tx, payload, parent: caller });
  writing.call = call.id;
  state.calls.set(call.id, tx);
  ctx.after(ctx.params.callTimeoutMs, tx);
}

function fail(state: BestEffortState, { tx, work, done, caller }: Writing, why: string, outcome: Outcome, ctx: Ctx): void {
  state.open.delete(tx);
  ctx.reply(caller, outcome);
  if (done === 0) return ctx.note('failed', { tx, why });
  state.halfDone++;
  ctx.note('leftHalfDone', { tx, done, of: work.length, why });
}

export const bestEffort: Engine<BestEffortParams, BestEffortState, Note> = {
  gauges: ['open', 'halfDone'],
  init: create,
  onRestart: (before, now) => ({ ...create(now), lastTx: before.lastTx, complete: before.complete, halfDone: before.halfDone, forgotten: before.open.size }),
  onStart(state, ctx) {
    showGauges(state, ctx);
    if (state.forgotten > 0) ctx.note('forgotten', { open: state.forgotten });
  },
  onRequest(state, call, ctx) {
    if (call.op !== 'transfer') return ctx.reply(call, refuse('unknownOperation', `${call.op}: this application knows transfer`));
    const tx = `${ctx.self}-${++state.lastTx}`;
    const writing: Writing = { tx, caller: call, work: transferOf(call, ctx.params.participants as readonly string[], ctx), done: 0, call: 0 };
    state.open.set(tx, writing);
    showGauges(state, ctx);
    ctx.note('began', { tx });
    writeNext(state, writing, ctx);
  },
  onReply(state, call, outcome, ctx) {
    const tx = state.calls.get(call.id);
    state.calls.delete(call.id);
    const writing = tx === undefined ? undefined : state.open.get(tx);
    if (writing === undefined || writing.call !== call.id) return;
    ctx.clear(writing.tx);
    if (outcome.kind === 'ok' && wordOf(outcome.value, 'vote') === '') {
      writing.done++;
      ctx.note('wrote', { tx: writing.tx, at: call.to });
      writeNext(state, writing, ctx);
    } else if (outcome.kind === 'ok') fail(state, writing, `${call.to} refused`, { kind: 'permanentError', detail: `${call.to} refused` }, ctx);
    else fail(state, writing, `${call.to}: ${outcome.kind}`, outcome, ctx);
    showGauges(state, ctx);
  },
  onTimer(state, timer, ctx) {
    const writing = state.open.get(String(timer));
    if (writing === undefined) return;
    state.calls.delete(writing.call);
    fail(state, writing, 'a write did not answer in time', TIMEOUT, ctx);
    showGauges(state, ctx);
  },
  inspect: ({ open, complete, halfDone }) => ({
    tone: halfDone > 0 ? 'alert' : open.size > 0 ? 'active' : 'calm',
    meters: { open: open.size, complete, halfDone },
    views: { transactions: [...open.values()].slice(0, 40).map(({ tx, done, work }) => ({ transaction: tx, written: done, of: work.length })) },
  }),
  invariants: [{
    name: 'a transfer writes as much as it has',
    why: 'More was written than the transfer consists of.',
    holds: ({ open }) => {
      for (const { done, work } of open.values()) if (done > work.length) return false;
      return true;
    },
  }],
};
