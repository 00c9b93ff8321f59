/**
 * Predicates as data: a specification is a tree that can be evaluated, explained, compared, put in another order and written as a query. A
 * predicate that is a closure can only be called.
 */
import type { Json } from '../../kernel/contract.ts';

/** What a field of a row holds; null is “not known”. */
export type Cell = number | string | null;
export type Row = Readonly<Record<string, Cell>>;
export const COMPARISONS = ['gt', 'ge', 'lt', 'le', 'eq', 'ne'] as const;
export type Comparison = (typeof COMPARISONS)[number];
interface LeafBase {
  readonly field: string;
  /** Short name in pictures. */
  readonly label?: string;
  /** Of one evaluation, µs, ≥ 0. Default 1. */
  readonly cost?: number;
  /** Share of rows that satisfy it, as its author believes, 0..1. Default 0.5. */
  readonly selectivity?: number;
}
export type Leaf =
  | (LeafBase & { readonly op: Comparison; readonly value: number | string })
  | (LeafBase & { readonly op: 'in'; readonly values: readonly (number | string)[] })
  | (LeafBase & { readonly op: 'between'; readonly lo: number; readonly hi: number })
  /** % is any text, _ any character. */
  | (LeafBase & { readonly op: 'like'; readonly pattern: string })
  | (LeafBase & { readonly op: 'isNull' })
  /** Code of the application, named `name`: true where the field lies below `value`. No store can see into it. */
  | (LeafBase & { readonly op: 'custom'; readonly name: string; readonly value: number });
export type Inner = { readonly label?: string } & (
  | { readonly op: 'and' | 'or' | 'xor'; readonly of: readonly Predicate[] }
  | { readonly op: 'not'; readonly of: readonly [Predicate] }
  | { readonly op: 'atLeast'; readonly k: number; readonly of: readonly Predicate[] });
export interface Constant { readonly op: 'true' | 'false'; readonly label?: string }
export type Predicate = Leaf | Inner | Constant;

export const TRUE: Predicate = Object.freeze({ op: 'true' });
export const FALSE: Predicate = Object.freeze({ op: 'false' });
export const INNER: ReadonlySet<string> = new Set(['and', 'or', 'xor', 'not', 'atLeast']);
export const isInner = (p: Predicate): p is Inner => INNER.has(p.op);
export const isConstant = (p: Predicate): p is Constant => p.op === 'true' || p.op === 'false';
export const isLeaf = (p: Predicate): p is Leaf => !isInner(p) && !isConstant(p);
export const childrenOf = (p: Predicate): readonly Predicate[] => (isInner(p) ? p.of : []);
export const withChildren = (p: Inner, of: readonly Predicate[]): Predicate => ({ ...p, of }) as Inner;

/** Operators that take any number of specifications; one alone is itself, none is the neutral constant. */
export const and = (...of: readonly Predicate[]): Predicate => (of.length === 0 ? TRUE : of.length === 1 ? of[0]! : { op: 'and', of });
export const or = (...of: readonly Predicate[]): Predicate => (of.length === 0 ? FALSE : of.length === 1 ? of[0]! : { op: 'or', of });
export const not = (p: Predicate): Predicate => ({ op: 'not', of: [p] });

export const nodeCount = (p: Predicate): number => childrenOf(p).reduce((sum, child) => sum + nodeCount(child), 1);
export const depthOf = (p: Predicate): number => 1 + Math.max(0, ...childrenOf(p).map(depthOf));
export const leavesOf = (p: Predicate): readonly Leaf[] => (isInner(p) ? p.of.flatMap(leavesOf) : isConstant(p) ? [] : [p]);
export const costOf = (leaf: Leaf): number => leaf.cost ?? 1;
/** What it says, without what it costs or is called: equal predicates have equal keys. */
export function keyOf(p: Predicate): string {
  if (isInner(p)) return `${p.op}${p.op === 'atLeast' ? p.k : ''}(${p.of.map(keyOf).join(',')})`;
  if (isConstant(p)) return p.op;
  const { op, field } = p;
  const rest: Json = op === 'in' ? p.values : op === 'between' ? [p.lo, p.hi] : op === 'like' ? p.pattern : op === 'isNull' ? null : op === 'custom' ? [p.name, p.value] : p.value;
  return `${op} ${field} ${JSON.stringify(rest)}`;
}
export const sameAs = (a: Predicate, b: Predicate): boolean => keyOf(a) === keyOf(b);

/** Fields that a row has. */
export interface Field {
  readonly name: string;
  readonly type: 'number' | 'text';
  /** Of a number: rows lie between them, evenly spread. */
  readonly lo?: number;
  readonly hi?: number;
  /** Of a text: all that occur, equally often. */
  readonly values?: readonly string[];
  /** Share of rows without a value, 0..1. Default: that of the table. */
  readonly nullRatio?: number;
  /** The store keeps an index on it. */
  readonly index?: boolean;
  /** Only the application can know it: no column of the store. */
  readonly derived?: boolean;
}
