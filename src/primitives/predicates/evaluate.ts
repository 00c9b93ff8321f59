/**
 * Evaluation in three truth values (Kleene): what compares with an unknown is unknown, and a specification is satisfied by T alone. Children
 * are looked at in the order in which they stand, and no further than the answer needs.
 */
import { childrenOf, costOf, isConstant, isInner, type Cell, type Inner, type Leaf, type Predicate, type Row } from './tree.ts';

/** F = 0, U = 1, T = 2: and is the smaller, or the larger, not 2 − x. */
export type Truth = 0 | 1 | 2;
export const F = 0, U = 1, T = 2;
export const TRUTH_NAMES = ['F', 'U', 'T'] as const;

/**
 * `threeValued`: SQL. `twoValued`: code in which a comparison with null is simply false, so that its negation is true. `raise`: code that
 * fails on it (Python: TypeError), as the original sketch does for >.
 */
export type NullLogic = 'threeValued' | 'twoValued' | 'raise';
export const NULL_LOGICS = ['threeValued', 'twoValued', 'raise'] as const;

/** Counts by node, in the order in which a walk from the root meets the nodes of the tree as evaluated. */
export interface Meter {
  readonly in: number[];
  readonly t: number[];
  readonly f: number[];
  /** µs spent in leaves. */
  costUs: number;
  /** Leaves that were not needed for the answer. */
  skipped: number;
  /** A comparison met a null under `raise`. */
  raised: boolean;
}
export const createMeter = (nodes: number): Meter => ({ in: new Array<number>(nodes).fill(0), t: new Array<number>(nodes).fill(0), f: new Array<number>(nodes).fill(0), costUs: 0, skipped: 0, raised: false });

export function likes(text: string, pattern: string): boolean {
  // Two pointers and the last %: no regular expression, so no input makes it slow.
  let t = 0, p = 0, star = -1, mark = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '%') { star = p++; mark = t; }
    else if (p < pattern.length && (pattern[p] === '_' || pattern[p] === text[t])) { p++; t++; }
    else if (star >= 0) { p = star + 1; t = ++mark; }
    else return false;
  }
  while (p < pattern.length && pattern[p] === '%') p++;
  return p === pattern.length;
}

/** A leaf of a value that is there. Values of different types are never equal, nor is one the larger. */
export function holdsFor(leaf: Leaf, cell: number | string): boolean {
  switch (leaf.op) {
    case 'eq': return cell === leaf.value;
    case 'ne': return cell !== leaf.value;
    case 'in': return leaf.values.includes(cell);
    case 'between': return typeof cell === 'number' && cell >= leaf.lo && cell <= leaf.hi;
    case 'like': return typeof cell === 'string' && likes(cell, leaf.pattern);
    case 'isNull': return false;
    case 'custom': return typeof cell === 'number' && cell < leaf.value;
    default: {
      if (typeof cell !== typeof leaf.value) return false;
      return leaf.op === 'gt' ? cell > leaf.value : leaf.op === 'ge' ? cell >= leaf.value : leaf.op === 'lt' ? cell < leaf.value : cell <= leaf.value;
    }
  }
}
export function leafTruth(leaf: Leaf, row: Row, logic: NullLogic = 'threeValued', meter?: Meter): Truth {
  const cell: Cell = row[leaf.field] ?? null;
  if (leaf.op === 'isNull') return cell === null ? T : F;
  if (cell !== null) return holdsFor(leaf, cell) ? T : F;
  if (logic === 'threeValued') return U;
  // Python compares None for equality, but not for order.
  if (logic === 'raise' && leaf.op !== 'eq' && leaf.op !== 'ne' && leaf.op !== 'in' && meter !== undefined) meter.raised = true;
  return leaf.op === 'ne' ? T : F;
}

/** How many nodes stand in a tree, by node; kept by whoever evaluates often. */
export interface Evaluation { readonly logic: NullLogic; readonly meter?: Meter; readonly everyLeaf?: boolean }
const PLAIN: Evaluation = { logic: 'threeValued' };

export const evaluate = (p: Predicate, row: Row, how: Evaluation = PLAIN): Truth => walk(p, row, how, { at: 0 });
/** Satisfied: T. Not known is not satisfied. */
export const isSatisfiedBy = (p: Predicate, row: Row, logic: NullLogic = 'threeValued'): boolean => evaluate(p, row, { logic }) === T;

interface Place { at: number }
function walk(p: Predicate, row: Row, how: Evaluation, place: Place): Truth {
  const me = place.at++;
  const { meter } = how;
  let truth: Truth;
  if (isInner(p)) truth = inner(p, row, how, place);
  else if (isConstant(p)) truth = p.op === 'true' ? T : F;
  else {
    truth = leafTruth(p, row, how.logic, meter);
    if (meter !== undefined) meter.costUs += costOf(p);
  }
  if (meter !== undefined) {
    meter.in[me]!++;
    if (truth === T) meter.t[me]!++;
    else if (truth === F) meter.f[me]!++;
  }
  return truth;
}
function inner(p: Inner, row: Row, how: Evaluation, place: Place): Truth {
  const { of } = p;
  let low: Truth = T, high: Truth = F, sum = 0, yes = 0, no = 0, unknown = 0;
  for (let i = 0; i < of.length; i++) {
    const decided = p.op === 'and' ? low === F : p.op === 'or' ? high === T : p.op === 'xor' ? unknown > 0 : p.op === 'atLeast' && (yes >= p.k || of.length - no < p.k);
    if (decided && how.everyLeaf !== true) {
      const { meter } = how;
      for (; i < of.length; i++) place.at += skip(of[i]!, meter);
      break;
    }
    const truth = walk(of[i]!, row, how, place);
    if (truth < low) low = truth;
    if (truth > high) high = truth;
    if (truth === T) { yes++; sum ^= 1; } else if (truth === F) no++; else unknown++;
  }
  switch (p.op) {
    case 'and': return low;
    case 'or': return high;
    case 'not': return (2 - low) as Truth;
    case 'xor': return unknown > 0 ? U : sum === 1 ? T : F;
    case 'atLeast': return yes >= p.k ? T : of.length - no < p.k ? F : U;
  }
}
function skip(p: Predicate, meter: Meter | undefined): number {
  if (!isInner(p)) {
    if (meter !== undefined && !isConstant(p)) meter.skipped++;
    return 1;
  }
  return childrenOf(p).reduce((sum, child) => sum + skip(child, meter), 1);
}
