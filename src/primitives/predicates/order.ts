/**
 * In which order the children of a node are looked at. Under independence a row costs c₁ + s₁c₂ + s₁s₂c₃ … in a conjunction, least in
 * ascending order of c / (1 − s), and c₁ + (1 − s₁)c₂ + … in a disjunction, least by c / s. With unknowns 1 − s becomes the share of F.
 */
import { T, F, evaluate, type Truth } from './evaluate.ts';
import { costOf, isConstant, isInner, withChildren, type Inner, type Leaf, type Predicate, type Row } from './tree.ts';

/** What is expected of a predicate on a row: shares of T and of F, and the mean cost, µs. */
export interface Expected { readonly t: number; readonly f: number; readonly costUs: number }
export type LeafShares = (leaf: Leaf) => { readonly t: number; readonly f: number };
/** As the author of the tree believes; there are no unknowns then. */
export const declaredShares: LeafShares = ({ selectivity = 0.5 }) => ({ t: selectivity, f: 1 - selectivity });

/** Under independence; `parallel` looks at every leaf, whatever the others say. */
export function expect(p: Predicate, shares: LeafShares, parallel = false): Expected {
  if (isConstant(p)) return p.op === 'true' ? { t: 1, f: 0, costUs: 0 } : { t: 0, f: 1, costUs: 0 };
  if (!isInner(p)) return { ...shares(p), costUs: costOf(p) };
  const parts = p.of.map((child) => expect(child, shares, parallel));
  const all = parts.reduce((sum, part) => sum + part.costUs, 0);
  const whole = combine(p, parts);
  return parallel ? { ...whole, costUs: all } : whole;
}
function combine(p: Inner, parts: readonly Expected[]): Expected {
  switch (p.op) {
    case 'not': return { t: parts[0]!.f, f: parts[0]!.t, costUs: parts[0]!.costUs };
    case 'and': return { t: parts.reduce((x, { t }) => x * t, 1), f: 1 - parts.reduce((x, { f }) => x * (1 - f), 1), costUs: serial(parts, ({ f }) => 1 - f) };
    case 'or': return { t: 1 - parts.reduce((x, { t }) => x * (1 - t), 1), f: parts.reduce((x, { f }) => x * f, 1), costUs: serial(parts, ({ t }) => 1 - t) };
    case 'xor': {
      let odd = 0, known = 1;
      for (const { t, f } of parts) { odd = odd * f + (known - odd) * t; known *= t + f; }
      return { t: odd, f: known - odd, costUs: serial(parts, ({ t, f }) => t + f) };
    }
    case 'atLeast': return counted(p.k, parts);
  }
}
function serial(parts: readonly Expected[], goOn: (part: Expected) => number): number {
  let reach = 1, costUs = 0;
  for (const part of parts) { costUs += reach * part.costUs; reach *= goOn(part); }
  return costUs;
}
/** How many so far are T and how many F decides; the rest is unknown. */
function counted(k: number, parts: readonly Expected[]): Expected {
  const n = parts.length;
  let open = new Map<string, { readonly yes: number; readonly no: number; readonly share: number }>([['0 0', { yes: 0, no: 0, share: 1 }]]);
  let t = k <= 0 ? 1 : 0, f = k > n ? 1 : 0, costUs = 0;
  if (t + f > 0) return { t, f, costUs };
  for (const part of parts) {
    const next: typeof open = new Map();
    const put = (yes: number, no: number, share: number): void => {
      if (share === 0) return;
      if (yes >= k) { t += share; return; }
      if (n - no < k) { f += share; return; }
      const key = `${yes} ${no}`;
      next.set(key, { yes, no, share: share + (next.get(key)?.share ?? 0) });
    };
    for (const { yes, no, share } of open.values()) {
      costUs += share * part.costUs;
      put(yes + 1, no, share * part.t);
      put(yes, no + 1, share * part.f);
      put(yes, no, share * Math.max(0, 1 - part.t - part.f));
    }
    open = next;
  }
  return { t, f, costUs };
}

/** Least first: cost per chance that this child decides the node. Infinite where it never does. */
export const rankOf = (op: 'and' | 'or', { t, f, costUs }: Expected): number => {
  const decides = op === 'and' ? f : t;
  return decides <= 0 ? Infinity : costUs / decides;
};
const byRank = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** The best order at every node, from the leaves up, if leaves are independent: ascending rank. */
export function reorderIndependent(p: Predicate, shares: LeafShares): Predicate {
  if (!isInner(p)) return p;
  const of = p.of.map((child) => reorderIndependent(child, shares));
  if (p.op !== 'and' && p.op !== 'or') return withChildren(p, of);
  const { op } = p;
  const ranked = of.map((child, i) => ({ child, i, rank: rankOf(op, expect(child, shares)) }));
  return withChildren(p, ranked.sort((a, b) => byRank(a.rank, b.rank) || a.i - b.i).map(({ child }) => child));
}

/** What each child says of each row of a sample, and what it costs there: the order is chosen by what they say together. */
export interface Joint { readonly truths: readonly (readonly Truth[])[]; readonly costsUs: readonly (readonly number[])[] }
export function jointOf(children: readonly Predicate[], rows: readonly Row[]): Joint {
  return {
    truths: children.map((child) => rows.map((row) => evaluate(child, row))),
    costsUs: children.map((child) => rows.map((row) => costOn(child, row))),
  };
}
export function costOn(p: Predicate, row: Row): number {
  const meter = { in: [], t: [], f: [], costUs: 0, skipped: 0, raised: false };
  evaluate(p, row, { logic: 'threeValued', meter });
  return meter.costUs;
}
/** Mean cost per row of looking at the children in this order. */
export function costOfOrder(op: 'and' | 'or', { truths, costsUs }: Joint, order: readonly number[]): number {
  const stop = op === 'and' ? F : T;
  const rows = truths[0]?.length ?? 0;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    for (const i of order) {
      sum += costsUs[i]![r]!;
      if (truths[i]![r] === stop) break;
    }
  }
  return rows === 0 ? 0 : sum / rows;
}

/** Greedy on a sample: always the child that costs least per row decided, among the rows still open (adaptive ordering of filters). */
export function greedyOrder(op: 'and' | 'or', { truths, costsUs }: Joint): number[] {
  const stop = op === 'and' ? F : T;
  let open = (truths[0] ?? []).map((_, r) => r);
  const left = new Set(truths.keys()), order: number[] = [];
  while (left.size > 0) {
    let best = -1, least = Infinity;
    for (const i of left) {
      const cost = open.reduce((sum, r) => sum + costsUs[i]![r]!, 0), decided = open.reduce((n, r) => n + (truths[i]![r] === stop ? 1 : 0), 0);
      const rank = decided === 0 ? Infinity : cost / decided;
      if (best < 0 || rank < least) { best = i; least = rank; }
    }
    left.delete(best);
    order.push(best);
    open = open.filter((r) => truths[best]![r] !== stop);
  }
  return order;
}
/** How many children a search over all orders takes on. */
export const MOST_SEARCHED = 8;
/** The best of all orders on a sample. What is still open after a set of children does not depend on their order, so 2^n sets do for n! orders. */
export function bestOrder(op: 'and' | 'or', { truths, costsUs }: Joint): number[] {
  const n = truths.length, stop = op === 'and' ? F : T, rows = truths[0]?.length ?? 0;
  const masks = Array.from({ length: rows }, (_, r) => truths.reduce((mask, truth, i) => (truth[r] === stop ? mask | (1 << i) : mask), 0));
  const least = new Array<number>(1 << n).fill(Infinity), last = new Array<number>(1 << n).fill(-1);
  least[0] = 0;
  for (let set = 0; set < 1 << n; set++) {
    for (let i = 0; i < n; i++) {
      if ((set & (1 << i)) !== 0) continue;
      let cost = least[set]!;
      for (let r = 0; r < rows; r++) if ((masks[r]! & set) === 0) cost += costsUs[i]![r]!;
      if (cost < least[set | (1 << i)]!) { least[set | (1 << i)] = cost; last[set | (1 << i)] = i; }
    }
  }
  const order: number[] = [];
  for (let set = (1 << n) - 1; set !== 0;) { const i = last[set]!; order.unshift(i); set &= ~(1 << i); }
  return order;
}
/** Orders every node by what its children say together on the sample; each level by itself, from the leaves up. */
export function reorderJoint(p: Predicate, rows: readonly Row[], how: 'greedy' | 'best'): Predicate {
  if (!isInner(p)) return p;
  const of = p.of.map((child) => reorderJoint(child, rows, how));
  if ((p.op !== 'and' && p.op !== 'or') || rows.length === 0) return withChildren(p, of);
  const joint = jointOf(of, rows);
  const order = how === 'best' && of.length <= MOST_SEARCHED ? bestOrder(p.op, joint) : greedyOrder(p.op, joint);
  return withChildren(p, order.map((i) => of[i]!));
}
