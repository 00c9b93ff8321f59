/** Select many: ask the store for what it can decide, check the rest, answer with the survivors. */
import type { Call, Json, Outcome } from '../../kernel/contract.ts';
import { textOf } from '../../primitives/predicates/query.ts';
import { pageOf } from './page.ts';
import { keepOrder, nameOf, tenth } from './plan.ts';
import { profileUs, profiled, sift } from './sift.ts';
import type { Ctx, Job, SpecificationState } from './state.ts';
import type { Found } from './rows.ts';

/** Sends the query; false: the job has an answer already. */
export function ask(state: SpecificationState, job: Job, ctx: Ctx): Outcome | null {
  keepOrder(state, ctx);
  const { plan } = state, { params } = ctx;
  job.plan = plan;
  if (plan.opaque !== '' && params.untranslatable === 'refuse') {
    ctx.note('untranslatable', { part: plan.opaque });
    return { kind: 'permanentError', detail: `${plan.opaque} cannot be translated` };
  }
  const to = storeOf(ctx);
  if (to === null) return { kind: 'permanentError', detail: 'no store' };
  ctx.note('pushed', { text: short(plan.text), terms: plan.terms });
  if (plan.residual.op !== 'true') ctx.note('residual', { text: short(textOf(plan.residual)) });
  const page = plan.pages && params.take > 0 ? { take: params.take, orderBy: String(params.orderBy) } : null;
  job.stage = 'fetching';
  job.child = ctx.send(to, { op: 'query', payload: { where: plan.pushed, page } as unknown as Json, parent: job.call });
  return null;
}
export function storeOf(ctx: Ctx): string | null {
  const named = String(ctx.params.store);
  if (named !== '') return ctx.downstream.includes(named) ? named : null;
  return ctx.downstream[0] ?? null;
}
const short = (text: string): string => (text.length <= 160 ? text : `${text.slice(0, 157)}…`);

/** How long a core is busy with the rows, ms; 0 when nothing is left to check. */
export function workMs(state: SpecificationState, job: Job, ctx: Ctx): number {
  const found = job.found!, { params } = ctx, { residual } = job.plan;
  const known = state.sifted;
  job.sifted = known !== null && known.rows === found.rows && known.residual === residual ? known : sift(found.rows, residual, params);
  if (residual.op === 'true') return 0;
  return (found.count * (job.sifted.timeUs + profileUs(job.sifted, params.profileRatio))) / 1000;
}

export function answer(state: SpecificationState, job: Job, ctx: Ctx): Outcome {
  const { call, plan } = job, { params } = ctx;
  const found = job.found!, sifted = job.sifted!;
  const scale = found.rows.length === 0 ? 0 : found.count / found.rows.length;
  state.sifted = sifted;
  state.found = found;
  if (params.profileRatio > 0 && plan.residual.op !== 'true') state.profile = profiled(state.profile, found.rows, params.profileRatio, ctx.uniform('profile', call));
  if (sifted.raised) {
    state.totals.raised++;
    ctx.note('raised', { op: call.op });
    return { kind: 'permanentError', detail: "TypeError: '>' not supported between 'NoneType' and 'int'" };
  }
  const kept = sifted.kept.map((i) => ({ id: found.ids[i]!, row: found.rows[i]! }));
  const page = { take: params.take, orderBy: String(params.orderBy) };
  const result = params.take > 0 ? pageOf(kept, page) : kept;
  const candidates = found.count, survivors = params.take > 0 ? result.length : Math.round(kept.length * scale);
  const costUs = tenth(sifted.workUs + (plan.residual.op === 'true' ? 0 : profileUs(sifted, params.profileRatio)));
  state.totals.selected++;
  state.totals.candidates += candidates;
  state.totals.survivors += survivors;
  ctx.gauge(2, costUs);
  ctx.effect('selected', { version: found.version, ids: result.map(({ id }) => id), tree: plan.tree, take: params.take, orderBy: page.orderBy } as unknown as Json);
  ctx.note('evaluated', { op: call.op, candidates, survivors, costUs });
  if (sifted.skipped > 0) ctx.note('shortCircuited', { skipped: Math.round(sifted.skipped * scale), percent: Math.round((100 * sifted.skipped) / sifted.leaves) });
  if (sifted.failing !== null) {
    state.failing = sifted.failing;
    ctx.note('explained', { why: sifted.failing.why.map(({ leaf, negated }) => `${negated ? 'not ' : ''}${nameOf(leaf)}`).join(', ') });
  }
  return { kind: 'ok', value: { survivors, costUs } };
}
export const foundIn = (outcome: Outcome): Found | null => (outcome.kind === 'ok' ? (outcome.value as unknown as Found) : null);
export const isSelect = (call: Call): boolean => !['validate', 'build', 'save', 'and', 'or', 'not', 'subsumes'].includes(call.op);
