/** One batch: who may be published now, what a failure holds back, and what is reported at the end. */
import type { Call, Outcome } from '../../kernel/contract.ts';
import { recordValue } from '../../kernel/histogram.ts';
import { nextWait } from '../../primitives/backoff.ts';
import { asJson, type Report, type RowToPublish } from './rows.ts';
import type { Job, RelayContext, RelayState } from './state.ts';

const RECENT = 40;

/** Begins what may begin. True: nothing is under way and nothing can begin, the batch is through. */
export function pump(state: RelayState, job: Job, ctx: RelayContext): boolean {
  for (let at = 0; at < job.waiting.length && job.out.size < job.concurrency;) {
    const row = job.rows[job.waiting[at]!]!;
    if (!mayBegin(job, row)) { at++; continue; }
    const [index] = job.waiting.splice(at, 1);
    publish(state, job, index!, ctx);
  }
  return job.out.size === 0;
}
function mayBegin({ question: { order }, out, rows, held }: Job, { aggregate }: RowToPublish): boolean {
  if (order === 'none') return true;
  if (order === 'global') return out.size === 0 && held.size === 0;
  if (held.has(aggregate)) return false;
  for (const index of out.values()) if (rows[index]!.aggregate === aggregate) return false;
  return true;
}

function publish(state: RelayState, job: Job, index: number, ctx: RelayContext): void {
  const { event, aggregate, type, poison, handed, attempts } = job.rows[index]!;
  if (handed > attempts + 1) {
    state.counts.again++;
    ctx.note('publishedAgain', { event, times: handed });
  }
  if (poison) return fail(state, job, index, 'it cannot be serialised', ctx);
  const call = ctx.send(brokerOf(ctx), { op: 'publish', entity: aggregate, payload: { topic: ctx.params.topic, value: { event, aggregate, type } }, idempotencyKey: event });
  job.out.set(call.id, index);
  job.calls.set(call.id, call);
  ctx.after(ctx.params.publishTimeoutMs, call.id);
}

function fail(state: RelayState, job: Job, index: number, why: string, ctx: RelayContext): void {
  const { event, aggregate, position, attempts } = job.rows[index]!;
  const { backoffBaseMs, backoffMaxMs } = ctx.params;
  const law = { growth: 'exponential', baseMs: backoffBaseMs, factor: 2, maxDelayMs: backoffMaxMs, jitter: 'none', jitterRatio: 0, capOrder: 'beforeJitter' } as const;
  const { delayMs } = nextWait(law, attempts + 1, 0, 0);
  state.counts.failed++;
  job.failed.push({ position, waitMs: delayMs });
  if (job.question.order !== 'none') job.held.add(aggregate);
  ctx.note('publishFailed', { event, why, attempt: attempts + 1 });
}

/** The broker has answered, or will not in time. */
export function published(state: RelayState, job: Job, call: Call, outcome: Outcome, ctx: RelayContext): void {
  const index = job.out.get(call.id)!;
  job.out.delete(call.id);
  job.calls.delete(call.id);
  const { event, position, committedMs, handed } = job.rows[index]!;
  if (outcome.kind !== 'ok') return fail(state, job, index, outcome.kind, ctx);
  const lagMs = Math.max(0, ctx.nowMs - committedMs);
  job.published.push(position);
  state.counts.published++;
  recordValue(state.lag, lagMs);
  state.recent.push({ atMs: ctx.nowMs, event, lagMs, times: handed });
  if (state.recent.length > RECENT) state.recent.shift();
  ctx.note('published', { event, lagMs: Math.round(lagMs) });
}

/** What there is to report: after publishing what happened, before it that all of it has. */
export function reportOf(job: Job, ctx: RelayContext): Report {
  const { question: { via, claim, cursor }, rows, token, markFirst } = job;
  const done = markFirst ? rows.map(({ position }) => position) : job.published;
  const failed = markFirst ? [] : job.failed;
  return {
    token, published: done, failed, via, claim, maxAttempts: ctx.params.maxAttempts, retention: ctx.params.retention,
    untried: markFirst ? [] : job.waiting.map((index) => rows[index]!.position),
    cursorTo: via === 'log' || cursor === 'flag' ? 0 : cursorTo(rows, new Set(done), new Map(failed.map(({ position }) => [position, true])), ctx.params.maxAttempts),
  };
}
/** Up to the last row in front of the first that is neither published nor about to be parked. */
function cursorTo(rows: readonly RowToPublish[], done: ReadonlySet<number>, failed: ReadonlyMap<number, true>, maxAttempts: number): number {
  let to = 0;
  for (const { position, attempts } of rows) {
    if (!done.has(position) && !(failed.has(position) && attempts + 1 >= maxAttempts)) break;
    to = position;
  }
  return to;
}
export const reportPayload = (job: Job, ctx: RelayContext) => asJson(reportOf(job, ctx));

/** Where it is linked to: the database first, then the broker. */
export const databaseOf = (ctx: RelayContext): string => ctx.downstream[0]!;
export const brokerOf = (ctx: RelayContext): string => ctx.downstream[1] ?? ctx.downstream[0]!;
