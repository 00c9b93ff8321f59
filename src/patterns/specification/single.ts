/** One entity: validate it, build one to order, save it; and the operators that make a specification out of specifications. */
import type { Call, Json, Outcome } from '../../kernel/contract.ts';
import { freezeDeep } from '../../kernel/clone.ts';
import { build } from '../../primitives/predicates/build.ts';
import { checkTree } from '../../primitives/predicates/checkTree.ts';
import { T, createMeter, evaluate } from '../../primitives/predicates/evaluate.ts';
import { explain, remainderUnsatisfiedBy } from '../../primitives/predicates/explain.ts';
import { textOf } from '../../primitives/predicates/query.ts';
import { subsumes } from '../../primitives/predicates/subsumes.ts';
import { valueAt } from '../../primitives/predicates/table.ts';
import { and, nodeCount, not, or, type Cell, type Predicate, type Row } from '../../primitives/predicates/tree.ts';
import { fieldsOf } from './params.ts';
import { nameOf, replan, written } from './plan.ts';
import type { Ctx, Job, SpecificationState } from './state.ts';

/** The entity that a request brings, or one drawn for it. */
export function entityOf(call: Call, ctx: Ctx, attempt = 0): Row {
  const { payload } = call;
  if (attempt === 0 && typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return payload as Row;
  const row: Record<string, Cell> = {};
  for (const field of fieldsOf(ctx.params)) {
    const missing = field.nullRatio ?? ctx.params.nullRatio;
    const gone = missing > 0 && ctx.uniform(`null ${field.name} ${attempt}`, call) < missing;
    row[field.name] = gone ? null : valueAt(field, ctx.uniform(`${field.name} ${attempt}`, call));
  }
  return row;
}
/** µs of looking at one entity. */
function look(tree: Predicate, row: Row, ctx: Ctx): { readonly us: number; readonly yes: boolean; readonly raised: boolean } {
  const meter = createMeter(nodeCount(tree));
  const truth = evaluate(tree, row, { logic: ctx.params.nullLogic, meter });
  return { us: meter.costUs, yes: truth === T, raised: meter.raised };
}
/** Prepares the work on one entity; how long it takes, ms. */
export function prepare(state: SpecificationState, job: Job, ctx: Ctx): number {
  const { call } = job, { tree } = state.plan;
  if (call.op !== 'build') {
    job.entity = entityOf(call, ctx);
    return call.op === 'save' && !ctx.params.validates ? 0 : look(tree, job.entity, ctx).us / 1000;
  }
  if (ctx.params.building === 'spec') {
    job.tries = 1;
    job.entity = build(tree, fieldsOf(ctx.params), (field) => ctx.uniform(`build ${field}`, call));
    return job.entity === null ? 0 : look(tree, job.entity, ctx).us / 1000;
  }
  let us = 0;
  for (job.tries = 1; job.tries <= ctx.params.maxTries; job.tries++) {
    const row = entityOf(call, ctx, job.tries), seen = look(tree, row, ctx);
    us += seen.us;
    if (seen.yes) { job.entity = row; return us / 1000; }
  }
  job.tries = ctx.params.maxTries;
  return us / 1000;
}
/** The work is done: an answer, or 'save' when the entity goes on to the store. */
export function conclude(state: SpecificationState, job: Job, ctx: Ctx): Outcome | 'save' {
  const { call } = job, { tree } = state.plan;
  if (call.op === 'build') {
    if (job.entity === null) { ctx.note('notBuilt', { tries: job.tries }); return { kind: 'permanentError', detail: 'no entity satisfies it' }; }
    state.totals.built++;
    ctx.effect('built', { entity: job.entity, tree } as unknown as Json);
    ctx.note('built', { tries: job.tries });
    return { kind: 'ok', value: job.entity as Json };
  }
  const row = job.entity!;
  if (call.op === 'save' && !ctx.params.validates) return 'save';
  const { yes, raised } = look(tree, row, ctx);
  state.totals.validated++;
  if (raised) {
    state.totals.raised++;
    ctx.note('raised', { op: call.op });
    return { kind: 'permanentError', detail: 'TypeError: a comparison met None' };
  }
  if (yes) {
    state.totals.satisfied++;
    return call.op === 'save' ? 'save' : { kind: 'ok', value: { satisfied: true } };
  }
  const failing = explain(tree, row);
  state.failing = freezeDeep({ row, why: failing });
  const why = failing.map(({ leaf, negated }) => `${negated ? 'not ' : ''}${nameOf(leaf)}`).join(', ');
  ctx.note('explained', { why });
  if (call.op === 'save') return { kind: 'permanentError', detail: `not satisfied: ${why}` };
  return { kind: 'ok', value: { satisfied: false, why, remainder: textOf(remainderUnsatisfiedBy(tree, row)) } };
}

/** and_specification, or_specification, not_specification with what the request brings; and the comparison with another. */
export function compose(state: SpecificationState, call: Call, ctx: Ctx): Outcome {
  const old = written(state, ctx.params), other = call.payload as unknown as Predicate;
  if (call.op !== 'not') {
    const wrong = checkTree(other, fieldsOf(ctx.params)).find(({ level }) => level === 'refuse');
    if (wrong !== undefined) return { kind: 'permanentError', detail: `${wrong.path} must be ${wrong.rule}` };
  }
  if (call.op === 'subsumes') {
    const answer = subsumes(old, other);
    ctx.note('compared', { answer });
    return { kind: 'ok', value: answer };
  }
  const made = call.op === 'and' ? and(old, other) : call.op === 'or' ? or(old, other) : not(old);
  const wrong = checkTree(made, fieldsOf(ctx.params)).find(({ level }) => level === 'refuse');
  if (wrong !== undefined) return { kind: 'permanentError', detail: `the whole must be ${wrong.rule}` };
  state.composed = freezeDeep(structured(made));
  state.sifted = null;
  replan(state, ctx, true);
  ctx.note('composed', { text: textOf(made) });
  return { kind: 'ok', value: textOf(made) };
}
const structured = (p: Predicate): Predicate => JSON.parse(JSON.stringify(p)) as Predicate;
