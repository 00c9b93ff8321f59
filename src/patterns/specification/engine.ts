/**
 * Applies one specification, kept as a tree: selects rows with it, validates an entity against it, builds one to its order. Every operation
 * takes a core for as long as its leaves cost; waiting for the store takes none.
 */
import { CANCELLED, type Call, type Engine, type Json, type Outcome } from '../../kernel/contract.ts';
import { come, fill, withdraw } from './desk.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import type { SpecificationNote, SpecificationParams } from './params.ts';
import { replan } from './plan.ts';
import { rows } from './rows.ts';
import { answer, ask, foundIn, isSelect, storeOf, workMs } from './select.ts';
import { compose, conclude, prepare } from './single.ts';
import { createState, type Ctx, type Job, type SpecificationState } from './state.ts';

const FULL: Outcome = Object.freeze({ kind: 'overload', detail: 'queue full' });
const levels = ({ desk }: SpecificationState, ctx: Ctx): void => { ctx.gauge(0, desk.waiting.length); ctx.gauge(1, desk.busy); };

/** Asks for a core. */
function enter(state: SpecificationState, job: Job, ctx: Ctx): void {
  const how = come(state.desk, job.call.id, ctx.params);
  if (how === 'full') { end(state, job, FULL, ctx); return; }
  job.stage = how === 'works' ? 'working' : 'waiting';
  levels(state, ctx);
  if (how === 'works') begin(state, job, ctx);
}
function begin(state: SpecificationState, job: Job, ctx: Ctx): void {
  job.stage = 'working';
  const ms = isSelect(job.call) ? workMs(state, job, ctx) : prepare(state, job, ctx);
  ctx.after(ctx.work({ kind: 'constant', ms }, job.call), job.call.id, 'completion');
}
function refill(state: SpecificationState, ctx: Ctx): void {
  for (const id of fill(state.desk, ctx.params)) begin(state, state.jobs.get(id)!, ctx);
  levels(state, ctx);
}
function end(state: SpecificationState, job: Job, outcome: Outcome, ctx: Ctx): void {
  state.jobs.delete(job.call.id);
  if (job.stage === 'working') { state.desk.busy--; refill(state, ctx); }
  ctx.reply(job.call, outcome);
}
/** The core is done with it. */
function worked(state: SpecificationState, job: Job, ctx: Ctx): void {
  if (isSelect(job.call)) { end(state, job, answer(state, job, ctx), ctx); return; }
  const outcome = conclude(state, job, ctx);
  if (outcome !== 'save') { end(state, job, outcome, ctx); return; }
  const to = storeOf(ctx);
  if (to === null) { end(state, job, { kind: 'permanentError', detail: 'no store' }, ctx); return; }
  job.stage = 'saving';
  state.desk.busy--;
  refill(state, ctx);
  job.child = ctx.send(to, { op: 'save', payload: job.entity as Json, parent: job.call });
}

export const engine: Engine<SpecificationParams, SpecificationState, SpecificationNote> = {
  gauges: ['queue', 'busy', 'costUs'],
  init: (_params, { layer }) => createState(layer),
  onStart(state, ctx) { replan(state, ctx, true); },
  onRequest(state, call, ctx) {
    if (['and', 'or', 'not', 'subsumes'].includes(call.op)) { ctx.reply(call, compose(state, call, ctx)); return; }
    const job: Job = { call, stage: 'fetching', child: null, found: null, entity: null, tries: 0, plan: state.plan, sifted: null };
    state.jobs.set(call.id, job);
    if (!isSelect(call)) { enter(state, job, ctx); return; }
    const outcome = ask(state, job, ctx);
    if (outcome !== null) end(state, job, outcome, ctx);
  },
  onReply(state, child, outcome, ctx) {
    const job = state.jobs.get(child.parentId);
    if (job === undefined || job.child?.id !== child.id) return;
    job.child = null;
    if (job.stage === 'saving') {
      if (outcome.kind === 'ok') state.totals.saved++;
      end(state, job, outcome, ctx);
      return;
    }
    job.found = foundIn(outcome);
    if (job.found === null) end(state, job, failed(outcome), ctx);
    else enter(state, job, ctx);
  },
  onTimer(state, key, ctx) {
    const job = state.jobs.get(key as number);
    if (job !== undefined) worked(state, job, ctx);
  },
  onCancel(state, call: Call, ctx) {
    const job = state.jobs.get(call.id);
    if (job === undefined) return;
    if (job.child !== null) ctx.cancel(job.child);
    if (job.stage === 'waiting') withdraw(state.desk, call.id);
    if (job.stage === 'working') ctx.clear(call.id);
    end(state, job, CANCELLED, ctx);
  },
  onControl(state, control, ctx) {
    if (control === 'forget') state.profile = [];
    else replan(state, ctx, true);
  },
  onParams(state, before, ctx) {
    if (ctx.params.tree !== before.tree) state.composed = null;
    state.sifted = null;
    replan(state, ctx, true);
    refill(state, ctx);
  },
  inspect,
  invariants,
};
/** What the caller hears of a store that failed: not its own fault, but no answer either. */
const failed = (outcome: Outcome): Outcome => (outcome.kind === 'permanentError' ? outcome : { kind: 'transientError', detail: `store: ${outcome.kind}` });

export const engines = { specification: engine, rows };
export { laws };
