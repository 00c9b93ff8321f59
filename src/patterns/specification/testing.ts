/** For tests: the engine in the harness, with a store of given rows; scenarios as summaries. */
import type { Call, Json } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import { T, evaluate } from '../../primitives/predicates/evaluate.ts';
import type { Predicate, Row } from '../../primitives/predicates/tree.ts';
import { engine } from './engine.ts';
import { specificationStory, type SpecificationParams } from './params.ts';
import { freezeDeep } from '../../kernel/clone.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import type { SpecificationState } from './state.ts';

export const DEFAULTS = initialParams(specificationStory.params) as unknown as SpecificationParams;
export interface SpecRig extends Rig<SpecificationState> {
  /** Answers the newest query as a store with these rows would, each standing for `scale`. */
  serve(atMs: number, rows: readonly Row[], scale?: number): void;
  /** Asks for a selection, serves it, and waits for its answer. */
  select(atMs: number, rows: readonly Row[], scale?: number): { readonly ids: readonly number[]; readonly where: Predicate; readonly costUs: number };
}
export function specRig(params: Partial<Record<keyof SpecificationParams, unknown>> = {}): SpecRig {
  const rig = drive(engine, { params: { ...DEFAULTS, profileRatio: 0, ...params } as unknown as SpecificationParams, layer: 'spec', setup: { downstream: ['data'] } }) as SpecRig;
  rig.serve = (atMs, rows, scale = 1) => {
    const call = childOf(rig);
    const { where } = call.payload as unknown as { readonly where: Predicate };
    const found = rows.flatMap((row, id) => (evaluate(where, row) === T ? [{ id, row }] : []));
    const value = freezeDeep({ version: 1, ids: found.map(({ id }) => id), rows: found.map(({ row }) => row), count: found.length * scale, bytes: found.length * scale * 200, rowsRead: rows.length * scale, index: [], in: [rows.length], out: [found.length] });
    rig.answer(atMs, call, { kind: 'ok', value: value as unknown as Json });
  };
  rig.select = (atMs, rows, scale = 1) => {
    const call = rig.request(atMs, { op: 'select' });
    const { where } = childOf(rig).payload as unknown as { readonly where: Predicate };
    rig.serve(atMs, rows, scale);
    rig.advance(atMs + 100_000);
    const effect = rig.decisions('effect').at(-1) as unknown as { readonly data: { readonly ids: readonly number[] } } | undefined;
    const outcome = rig.outcomeOf(call) as { readonly value?: { readonly costUs: number } } | undefined;
    return { ids: effect?.data.ids ?? [], where, costUs: outcome?.value?.costUs ?? NaN };
  };
  return rig;
}
const childOf = (rig: SpecRig): Call => [...rig.state.jobs.values()].findLast(({ child }) => child !== null)!.child!;
