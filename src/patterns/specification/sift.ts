/** Evaluating what is left of a specification on the rows that came back, with everything that is counted on the way. */
import { freezeDeep } from '../../kernel/clone.ts';
import { T, createMeter, evaluate } from '../../primitives/predicates/evaluate.ts';
import { explain } from '../../primitives/predicates/explain.ts';
import { costOf, leavesOf, nodeCount, type Predicate, type Row } from '../../primitives/predicates/tree.ts';
import type { SpecificationParams } from './params.ts';
import type { Sifted } from './state.ts';

export function sift(rows: readonly Row[], residual: Predicate, params: SpecificationParams): Sifted {
  const { nullLogic: logic, strategy } = params;
  const parallel = strategy === 'parallel';
  const meter = createMeter(nodeCount(residual)), leaves = leavesOf(residual);
  const kept: number[] = [];
  let differ = 0, failing: Sifted['failing'] = null;
  rows.forEach((row, i) => {
    const truth = evaluate(residual, row, { logic, meter, everyLeaf: parallel });
    if (truth === T) kept.push(i);
    else failing ??= { row, why: explain(residual, row) };
    const other = evaluate(residual, row, { logic: logic === 'threeValued' ? 'twoValued' : 'threeValued' });
    if ((truth === T) !== (other === T)) differ++;
  });
  const workUs = rows.length === 0 ? 0 : meter.costUs / rows.length;
  return freezeDeep({
    rows, residual, kept, in: meter.in, out: meter.t, workUs, timeUs: parallel ? Math.max(0, ...leaves.map(costOf)) : workUs, leaves: leaves.length * rows.length,
    skipped: meter.skipped, raised: meter.raised, differ, failing,
  });
}
/** µs more a row for looking at every leaf of a share of the rows. */
export function profileUs({ residual, workUs }: Sifted, ratio: number): number {
  const all = leavesOf(residual).reduce((sum, leaf) => sum + costOf(leaf), 0);
  return ratio * Math.max(0, all - workUs);
}
const KEPT = 240;
/** The newest profiled rows: a run of them from a drawn place. */
export function profiled(profile: readonly Row[], rows: readonly Row[], ratio: number, u: number): readonly Row[] {
  const n = Math.min(rows.length, Math.ceil(rows.length * ratio));
  if (n === 0) return profile;
  const from = Math.floor(u * rows.length);
  const fresh = Array.from({ length: n }, (_, i) => rows[(from + i) % rows.length]!);
  return [...profile, ...fresh].slice(-KEPT);
}
