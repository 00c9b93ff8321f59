/** What is shown: the sieve, where it is carried out, each leaf in numbers, why a row failed, what null does. */
import type { Inspection, Json, Ms } from '../../kernel/contract.ts';
import { TRUTH_NAMES } from '../../primitives/predicates/evaluate.ts';
import { dnf } from '../../primitives/predicates/normalise.ts';
import { declaredShares, expect } from '../../primitives/predicates/order.ts';
import { sameTypeIn, textOf } from '../../primitives/predicates/query.ts';
import { childrenOf, costOf, isInner, isLeaf, leavesOf, type Predicate } from '../../primitives/predicates/tree.ts';
import { fieldsOf, treeOf, type SpecificationParams } from './params.ts';
import { inOrder, measuredShares, nameOf, normalText, orderText, sharesFor, tenth } from './plan.ts';
import type { SpecificationState } from './state.ts';

/** A tree with what came in and went out at each node; counts stand in the order of a walk from the root. */
export function drawn(tree: Predicate, counts: { readonly in: readonly number[]; readonly out: readonly number[] } | null, scale: number, shares: (leaf: never) => { readonly t: number }): Json {
  let at = 0;
  const walk = (p: Predicate): Json => {
    const me = at++;
    const entered = Math.round((counts?.in[me] ?? 0) * scale), out = Math.round((counts?.out[me] ?? 0) * scale);
    return {
      label: isLeaf(p) ? nameOf(p) : (p.label ?? p.op), op: p.op, text: isInner(p) ? '' : textOf(p), cost: isLeaf(p) ? costOf(p) : 0,
      selectivity: isLeaf(p) ? shares(p as never).t : entered === 0 ? 0 : out / entered, in: entered, out, children: childrenOf(p).map(walk),
    };
  };
  return walk(tree);
}
const MODES = { inMemory: 'in memory', pushDown: 'pushed down', hybrid: 'hybrid' } as const;

export function inspect(state: SpecificationState, params: SpecificationParams, _nowMs: Ms): Inspection {
  const { plan, sifted, found, desk, totals, profile } = state;
  const whole = plan.residual.op === 'true';
  const shares = sharesFor(state, params), measured = measuredShares(profile);
  const scale = found === null || found.rows.length === 0 ? 0 : found.count / found.rows.length;
  const stale = sifted === null || sifted.residual !== plan.residual;
  const counts = whole ? (found === null ? null : { in: found.in, out: found.out }) : stale ? null : sifted;
  const best = inOrder({ ...state }, { ...params, strategy: 'greedyRank' });
  return {
    mode: `${MODES[params.execution]}${plan.opaque === '' ? '' : `, but ${plan.opaque} cannot be pushed`}: ${orderText(plan.tree)}`,
    tone: plan.opaque !== '' ? 'warn' : desk.waiting.length > 0 ? 'warn' : desk.busy > 0 ? 'active' : 'calm',
    slots: { used: desk.busy, of: params.concurrency }, queue: { length: desk.waiting.length, capacity: params.queueCapacity },
    meters: { ...totals, costUs: sifted === null ? null : tenth(sifted.workUs), expectedUs: tenth(state.expectedUs), profiled: profile.length, megabytes: found === null ? null : found.bytes / 1e6 },
    views: {
      sieve: {
        tree: drawn(whole ? plan.pushed : plan.residual, counts, whole ? 1 : scale, shares), candidates: whole ? (found?.in[0] ?? 0) : (found?.count ?? 0),
        survivors: whole ? (found?.count ?? 0) : Math.round((sifted?.kept.length ?? 0) * scale), query: plan.text, where: whole ? 'in the store' : 'in memory',
        costUs: sifted === null ? 0 : tenth(sifted.workUs), bestUs: tenth(expect(best, shares).costUs), layer: state.layer, written: treeOf(params) as unknown as Json, fields: params.fields,
      },
      execution: {
        query: `SELECT * FROM data WHERE ${clip(plan.text)}`, residual: whole ? 'nothing is left' : clip(textOf(plan.residual)), terms: plan.terms,
        'rows read': found?.rowsRead ?? 0, 'rows sent': found?.count ?? 0, megabytes: (found?.bytes ?? 0) / 1e6, index: found === null ? '' : found.index.length > 0 ? found.index.join(', ') : 'none',
      },
      leaves: leavesOf(plan.tree).map((leaf) => ({
        leaf: nameOf(leaf), 'cost µs': costOf(leaf), declared: declaredShares(leaf).t, measured: profile.length === 0 ? null : tenth(measured(leaf).t),
        unknown: profile.length === 0 ? null : tenth(Math.max(0, 1 - measured(leaf).t - measured(leaf).f)),
      })),
      explain: state.failing === null ? [] : state.failing.why.map(({ leaf, truth, negated }) => ({
        leaf: nameOf(leaf), rule: textOf(leaf), 'it says': TRUTH_NAMES[truth], wanted: negated ? 'F' : 'T', value: isLeaf(leaf) ? (state.failing!.row[leaf.field] ?? null) : null,
      })),
      nulls: { 'rows in which two values and three differ': Math.round((sifted?.differ ?? 0) * scale), logic: params.nullLogic },
      forms: { written: clip(textOf(treeOf(params))), normal: clip(textOf(normalText(treeOf(params)))), terms: termsIn(params) },
    },
  };
}
const clip = (text: string): string => (text.length <= 400 ? text : `${text.slice(0, 397)}…`);
const termsIn = (params: SpecificationParams): Json => dnf(treeOf(params), 256, sameTypeIn(fieldsOf(params)))?.length ?? 'more than 256';
