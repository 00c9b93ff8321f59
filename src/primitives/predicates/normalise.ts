/**
 * Other forms of the same predicate. Every step is a law of Kleene logic, so no row changes its answer, nulls included: `a ∧ ¬a` is not folded
 * to false, because with a unknown it is unknown.
 */
import { FALSE, TRUE, and, isConstant, isInner, isLeaf, keyOf, not, or, withChildren, type Comparison, type Leaf, type Predicate } from './tree.ts';

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = { gt: 'le', ge: 'lt', lt: 'ge', le: 'gt', eq: 'ne', ne: 'eq' };
const opposite = (leaf: Leaf & { readonly op: Comparison }): Leaf => ({ ...leaf, op: OPPOSITE[leaf.op], ...(leaf.label !== undefined && { label: `¬${leaf.label}` }), ...(leaf.selectivity !== undefined && { selectivity: 1 - leaf.selectivity }) });
const isComparison = (p: Leaf): p is Leaf & { readonly op: Comparison } => p.op in OPPOSITE;
/** ¬(x > 5) is x ≤ 5 for values of one type; an equality flips whatever the type. Order of mixed types is false both ways, so it stays a negation. */
export type SameType = (leaf: Leaf & { readonly op: Comparison }) => boolean;
const always: SameType = () => true;

/** Negation normal form: negations stand at leaves only. */
export function nnf(p: Predicate, sameType: SameType = always): Predicate {
  if (!isInner(p)) return p;
  if (p.op !== 'not') return withChildren(p, p.of.map((child) => nnf(child, sameType)));
  const [inside] = p.of;
  if (isConstant(inside)) return inside.op === 'true' ? FALSE : TRUE;
  if (isLeaf(inside)) return isComparison(inside) && (inside.op === 'eq' || inside.op === 'ne' || sameType(inside)) ? opposite(inside) : p;
  switch (inside.op) {
    case 'not': return nnf(inside.of[0], sameType);
    case 'and': return { op: 'or', of: inside.of.map((child) => nnf(not(child), sameType)) };
    case 'or': return { op: 'and', of: inside.of.map((child) => nnf(not(child), sameType)) };
    // Fewer than k are true: at least n − k + 1 are false.
    case 'atLeast': return { op: 'atLeast', k: inside.of.length - inside.k + 1, of: inside.of.map((child) => nnf(not(child), sameType)) };
    case 'xor': return { op: 'xor', of: [TRUE, ...inside.of.map((child) => nnf(child, sameType))] };
  }
}

export interface Folding {
  /** Only T counts at the root, as in WHERE: what can never be T (between 5 and 3) may become false where no negation stands above. */
  readonly filter?: boolean;
}
/** Flattens and in and and or in or, removes doubles, absorbs (a ∧ (a ∨ b) is a), folds constants. Expects any form, keeps it. */
export function simplify(p: Predicate, folding: Folding = {}): Predicate {
  if (!isInner(p)) {
    if (folding.filter === true && isLeaf(p) && ((p.op === 'between' && p.lo > p.hi) || (p.op === 'in' && p.values.length === 0))) return FALSE;
    return p;
  }
  const exact = { ...folding, filter: false };
  switch (p.op) {
    case 'not': {
      const inside = simplify(p.of[0], exact);
      if (isConstant(inside)) return inside.op === 'true' ? FALSE : TRUE;
      return inside.op === 'not' ? inside.of[0] : not(inside);
    }
    case 'and': return gather('and', p.of.map((child) => simplify(child, folding)));
    case 'or': return gather('or', p.of.map((child) => simplify(child, folding)));
    case 'xor': {
      const parts = p.of.map((child) => simplify(child, exact));
      const odd = parts.filter(({ op }) => op === 'true').length % 2 === 1;
      const open = parts.filter((part) => !isConstant(part));
      if (open.length === 0) return odd ? TRUE : FALSE;
      if (open.length === 1) return odd ? simplify(not(open[0]!), exact) : open[0]!;
      return { op: 'xor', of: odd ? [TRUE, ...open] : open };
    }
    case 'atLeast': {
      const parts = p.of.map((child) => simplify(child, folding));
      const open = parts.filter((part) => !isConstant(part));
      const k = p.k - parts.filter(({ op }) => op === 'true').length;
      if (k <= 0) return TRUE;
      if (k > open.length) return FALSE;
      if (k === 1) return gather('or', open);
      return k === open.length ? gather('and', open) : { op: 'atLeast', k, of: open };
    }
  }
}
function gather(op: 'and' | 'or', children: readonly Predicate[]): Predicate {
  const neutral = op === 'and' ? 'true' : 'false', final = op === 'and' ? 'false' : 'true';
  const flat = children.flatMap((child) => (child.op === op ? child.of : [child])).filter((child) => child.op !== neutral);
  if (flat.some((child) => child.op === final)) return op === 'and' ? FALSE : TRUE;
  const seen = new Set<string>();
  const single = flat.filter((child) => {
    const key = keyOf(child);
    return seen.has(key) ? false : (seen.add(key), true);
  });
  const other = op === 'and' ? 'or' : 'and';
  const absorbed = single.filter((child) => !(child.op === other && child.of.some((part) => seen.has(keyOf(part)))));
  return op === 'and' ? and(...absorbed) : or(...absorbed);
}

export const normalise = (p: Predicate, folding: Folding = {}, sameType: SameType = always): Predicate => simplify(nnf(p, sameType), folding);

/** Disjunctive normal form, or null when it has more than `limit` terms: n clauses of (a ∨ b) have 2^n. */
export function dnf(p: Predicate, limit: number, sameType: SameType = always): readonly (readonly Predicate[])[] | null {
  const terms = termsOf(nnf(p, sameType), limit, sameType);
  if (terms === null) return null;
  return terms.map((term) => {
    const seen = new Set<string>();
    return term.filter((leaf) => (seen.has(keyOf(leaf)) ? false : (seen.add(keyOf(leaf)), true)));
  });
}
export const fromTerms = (terms: readonly (readonly Predicate[])[]): Predicate => or(...terms.map((term) => and(...term)));

type Terms = readonly (readonly Predicate[])[] | null;
function termsOf(p: Predicate, limit: number, sameType: SameType): Terms {
  if (p.op === 'true') return [[]];
  if (p.op === 'false') return [];
  if (!isInner(p) || p.op === 'not') return [[p]];
  switch (p.op) {
    case 'and': return product(p.of.map((child) => termsOf(child, limit, sameType)), limit);
    case 'or': return union(p.of.map((child) => termsOf(child, limit, sameType)), limit);
    case 'atLeast': return union(subsets(p.of, Math.max(0, p.k)).map((set) => product(set.map((child) => termsOf(child, limit, sameType)), limit)), limit);
    case 'xor': {
      const odd = p.of.filter(({ op }) => op === 'true').length % 2 === 1;
      const [first, ...rest] = p.of.filter((child) => !isConstant(child));
      if (first === undefined) return odd ? [[]] : [];
      // An odd number of negations is one negation, of whichever part.
      const opposed = nnf(not(first), sameType);
      const [head, flipped] = odd ? [opposed, first] : [first, opposed];
      if (rest.length === 0) return termsOf(head, limit, sameType);
      const other: Predicate = { op: 'xor', of: rest }, against: Predicate = { op: 'xor', of: [nnf(not(rest[0]!), sameType), ...rest.slice(1)] };
      return termsOf(or(and(head, against), and(flipped, other)), limit, sameType);
    }
  }
}
function union(all: readonly Terms[], limit: number): Terms {
  const out: (readonly Predicate[])[] = [];
  for (const terms of all) {
    if (terms === null || out.length + terms.length > limit) return null;
    out.push(...terms);
  }
  return out;
}
function product(all: readonly Terms[], limit: number): Terms {
  let out: readonly (readonly Predicate[])[] = [[]];
  for (const terms of all) {
    if (terms === null || out.length * terms.length > limit) return null;
    out = out.flatMap((left) => terms.map((right) => [...left, ...right]));
  }
  return out;
}
function subsets(of: readonly Predicate[], k: number): readonly (readonly Predicate[])[] {
  if (k === 0) return [[]];
  if (k > of.length) return [];
  const [first, ...rest] = of;
  return [...subsets(rest, k - 1).map((set) => [first!, ...set]), ...subsets(rest, k)];
}
