/** The same account service over a row for each account: read, decide, overwrite. It knows what is, and nothing of how it came about. */
import type { Call, Context, Engine, Json, Outcome } from '../../kernel/contract.ts';
import { FIRST_LIMIT, commandOf, decide, euros, type Command } from './account.ts';
import type { CrudNote, CrudParams } from './crud.params.ts';

interface Job {
  readonly call: Call;
  readonly command: Command | null;
  child: Call | null;
  stage: 'reading' | 'deciding' | 'writing';
  row: Row;
  version: number;
  retries: number;
}
interface Row { readonly balance: number; readonly limit: number }
export interface CrudState { jobs: Map<number, Job>; told: Set<string>; counts: { commands: number; written: number; rejected: number; answered: number; unanswerable: number; failed: number; conflicts: number } }
type Ctx = Context<CrudParams, CrudNote>;

const noCounts = (): CrudState['counts'] => ({ commands: 0, written: 0, rejected: 0, answered: 0, unanswerable: 0, failed: 0, conflicts: 0 });
const first = (params: CrudParams): Row => ({ balance: params.openingBalance * 100, limit: FIRST_LIMIT });

function ask(job: Job, op: string, payload: Json, ctx: Ctx): void {
  job.child = ctx.send(ctx.downstream[0]!, { op, entity: job.call.entity, parent: job.call, payload });
  ctx.after(ctx.params.storeTimeoutMs, job.call.id);
}
function read(job: Job, ctx: Ctx): void {
  job.stage = 'reading';
  ask(job, 'get', null, ctx);
}
function close(state: CrudState, job: Job, outcome: Outcome, ctx: Ctx): void {
  ctx.clear(job.call.id);
  state.jobs.delete(job.call.id);
  ctx.gauge(0, state.jobs.size);
  ctx.reply(job.call, outcome);
}
function fail(state: CrudState, job: Job, outcome: Outcome, why: string, ctx: Ctx): void {
  state.counts.failed++;
  ctx.note('failed', { account: job.call.entity, why });
  close(state, job, outcome, ctx);
}

function decided(state: CrudState, job: Job, ctx: Ctx): void {
  const { call, command, row } = job;
  if (command === null) {
    state.counts.answered++;
    return close(state, job, { kind: 'ok', value: { ...row } }, ctx);
  }
  const result = decide({ ...row, opened: true }, command, 3);
  if ('refused' in result) {
    state.counts.rejected++;
    ctx.note('rejected', { deed: command.deed, amount: euros(command.amount), account: call.entity, why: result.refused });
    return close(state, job, { kind: 'ok', value: { rejected: result.refused } }, ctx);
  }
  job.stage = 'writing';
  const value = { balance: row.balance + result.delta, limit: command.deed === 'setLimit' ? command.amount : row.limit, delta: result.delta };
  if (ctx.params.compareAndSet) ask(job, 'compareAndSet', { value, expectedVersion: job.version }, ctx);
  else ask(job, 'put', { value }, ctx);
}

export const crud: Engine<CrudParams, CrudState, CrudNote> = {
  gauges: ['underWay'],
  init: () => ({ jobs: new Map(), told: new Set(), counts: noCounts() }),
  onRestart: ({ counts }) => ({ jobs: new Map(), told: new Set(), counts }),
  onRequest(state, call, ctx) {
    if (state.jobs.has(call.id)) return;
    if (!state.told.has(call.entity)) {
      state.told.add(call.entity);
      ctx.effect('opened', { account: call.entity, version: 0, ...first(ctx.params) });
    }
    if (call.op === 'balanceAt') {
      state.counts.unanswerable++;
      ctx.note('onlyNow', { account: call.entity });
      return ctx.reply(call, { kind: 'permanentError', detail: 'only the balance of now is known' });
    }
    const command = call.op === 'balance' ? null : commandOf(call, ctx.params.depositShare, (purpose) => ctx.uniform(purpose, call));
    const job: Job = { call, command, child: null, stage: 'reading', row: first(ctx.params), version: 0, retries: 0 };
    state.counts.commands++;
    state.jobs.set(call.id, job);
    ctx.gauge(0, state.jobs.size);
    read(job, ctx);
  },
  onReply(state, child, outcome, ctx) {
    const job = state.jobs.get(child.parentId);
    if (job === undefined || job.child?.id !== child.id) return;
    job.child = null;
    ctx.clear(job.call.id);
    if (outcome.kind === 'permanentError' && outcome.detail === 'version conflict' && job.retries < ctx.params.maxRetries) {
      job.retries++;
      state.counts.conflicts++;
      ctx.note('conflict', { account: job.call.entity });
      return read(job, ctx);
    }
    if (outcome.kind !== 'ok') return fail(state, job, outcome, 'detail' in outcome && outcome.detail !== undefined ? outcome.detail : outcome.kind, ctx);
    if (job.stage === 'reading') {
      const { value, version } = outcome.value as { readonly value: Row | null; readonly version: number };
      job.row = value ?? first(ctx.params);
      job.version = version;
      job.stage = 'deciding';
      ctx.after(ctx.work(ctx.params.decideTime, job.call), job.call.id, 'completion');
      return;
    }
    state.counts.written++;
    const result = decide({ ...job.row, opened: true }, job.command!, 3);
    const balance = job.row.balance + ('delta' in result ? result.delta : 0);
    ctx.note('written', { deed: job.command!.deed, amount: euros(job.command!.amount), account: job.call.entity, balance: euros(balance) });
    close(state, job, { kind: 'ok', value: { balance } }, ctx);
  },
  onTimer(state, key, ctx) {
    const job = state.jobs.get(key as number);
    if (job === undefined) return;
    if (job.stage === 'deciding') return decided(state, job, ctx);
    if (job.child !== null) ctx.cancel(job.child, { kind: 'timeout' });
    job.child = null;
    fail(state, job, { kind: 'timeout' }, 'the store does not answer', ctx);
  },
  onCancel(state, call, ctx) {
    const job = state.jobs.get(call.id);
    if (job === undefined) return;
    if (job.child !== null) ctx.cancel(job.child);
    job.child = null;
    state.counts.failed++;
    close(state, job, { kind: 'cancelled' }, ctx);
  },
  inspect: ({ jobs, counts }) => ({ mode: 'rows overwritten', tone: 'warn', meters: { underWay: jobs.size, ...counts } }),
  invariants: [{
    name: 'commands = ended + under way', why: 'A command was lost or counted twice.',
    holds: ({ jobs, counts: c }) => c.commands >= jobs.size + c.written + c.rejected + c.answered + c.failed,
  }],
};
