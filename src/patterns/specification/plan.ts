/** From the specification to what is sent, what is left, and in which order. */
import { freezeDeep } from '../../kernel/clone.ts';
import { F, T, leafTruth } from '../../primitives/predicates/evaluate.ts';
import { declaredShares, expect, reorderIndependent, reorderJoint, type LeafShares } from '../../primitives/predicates/order.ts';
import { asTerms, pushes, toQuery } from '../../primitives/predicates/query.ts';
import { normalise } from '../../primitives/predicates/normalise.ts';
import { TRUE, keyOf, leavesOf, type Leaf, type Predicate, type Row } from '../../primitives/predicates/tree.ts';
import { fieldsOf, treeOf, type SpecificationParams } from './params.ts';
import type { Ctx, Plan, SpecificationState } from './state.ts';

/** Fewer profiled rows say too little to change an order. */
export const ENOUGH = 40;

export const written = (state: SpecificationState, params: SpecificationParams): Predicate => state.composed ?? treeOf(params);

/** Shares of T and F of each leaf on the profiled rows. */
export function measuredShares(profile: readonly Row[]): LeafShares {
  const known = new Map<string, { readonly t: number; readonly f: number }>();
  return (leaf) => {
    if (profile.length === 0) return declaredShares(leaf);
    const key = keyOf(leaf);
    let share = known.get(key);
    if (share === undefined) {
      let t = 0, f = 0;
      for (const row of profile) { const truth = leafTruth(leaf, row); if (truth === T) t++; else if (truth === F) f++; }
      known.set(key, (share = { t: t / profile.length, f: f / profile.length }));
    }
    return share;
  };
}
export const sharesFor = (state: SpecificationState, params: SpecificationParams): LeafShares =>
  params.statistics === 'declared' || state.profile.length < ENOUGH ? declaredShares : measuredShares(state.profile);

export function planOf(tree: Predicate, params: SpecificationParams): Plan {
  const fields = fieldsOf(params);
  if (params.execution === 'inMemory') return freezeDeep({ tree, pushed: TRUE, residual: tree, text: 'TRUE', terms: 1, exploded: false, opaque: '', pages: params.pagePushed });
  const query = toQuery(tree, fields, { bounds: params.bounds });
  const opaque = leavesOf(tree).find((leaf) => !pushes(leaf, fields));
  const whole = query.residual.op === 'true';
  // A provider that takes all or nothing loads everything as soon as one part is code.
  if (params.execution === 'pushDown' && !whole) {
    return freezeDeep({ tree, pushed: TRUE, residual: tree, text: 'TRUE', terms: 1, exploded: false, opaque: opaque === undefined ? 'a part' : nameOf(opaque), pages: params.pagePushed });
  }
  const form = params.normalForm === 'dnf' ? asTerms(query.pushed, params.dnfLimit, fields) : { pushed: query.pushed, terms: 1, exploded: false };
  return freezeDeep({ tree, ...form, residual: query.residual, text: query.text, opaque: '', pages: whole || params.pagePushed });
}
export const nameOf = (leaf: Predicate): string => leaf.label ?? ('field' in leaf ? leaf.field : leaf.op);
export const orderText = (tree: Predicate): string => leavesOf(tree).map(nameOf).join(', ');

/** Puts the children of every node in the order that the strategy asks for. */
export function inOrder(state: SpecificationState, params: SpecificationParams): Predicate {
  const tree = written(state, params);
  if (params.strategy === 'asWritten' || params.strategy === 'parallel') return tree;
  // What is to be measured is as written until it has been.
  if (params.statistics !== 'declared' && state.profile.length < ENOUGH) return tree;
  if (params.statistics === 'joint') return reorderJoint(tree, state.profile, params.strategy === 'optimal' ? 'best' : 'greedy');
  // Under independence ascending rank is the best of all orders.
  return reorderIndependent(tree, sharesFor(state, params));
}
/** Plans anew. `order`: works the order out as well; else a new form of the old order. */
export function replan(state: SpecificationState, ctx: Ctx, order: boolean): void {
  const { params } = ctx;
  const before = state.plan.tree;
  const tree = order ? inOrder(state, params) : before;
  state.plan = planOf(tree, params);
  if (order) state.reorderedMs = ctx.nowMs;
  const shares = sharesFor(state, params);
  const us = (p: Predicate): number => expect(p, shares, params.strategy === 'parallel').costUs;
  state.expectedUs = us(tree);
  if (state.plan.exploded) ctx.note('exploded', { limit: params.dnfLimit });
  if (!order || keyOf(tree) === keyOf(before) || !sameLeaves(tree, before)) return;
  state.totals.reorders++;
  ctx.note('reordered', { order: orderText(tree), beforeUs: tenth(us(before)), afterUs: tenth(us(tree)) });
}
const sameLeaves = (a: Predicate, b: Predicate): boolean => sorted(leavesOf(a)) === sorted(leavesOf(b));
const sorted = (leaves: readonly Leaf[]): string => leaves.map(keyOf).sort().join('|');
export const tenth = (x: number): number => Math.round(x * 100) / 100;

/** The order is due for another look: now and then, once enough has been measured. */
export function keepOrder(state: SpecificationState, ctx: Ctx): void {
  const { strategy, statistics, reorderEveryMs } = ctx.params;
  if (strategy === 'asWritten' || strategy === 'parallel' || statistics === 'declared' || reorderEveryMs === 0) return;
  if (ctx.nowMs - state.reorderedMs < reorderEveryMs || state.profile.length < ENOUGH) return;
  replan(state, ctx, true);
}
export const normalText = (tree: Predicate): Predicate => normalise(tree, { filter: true });
