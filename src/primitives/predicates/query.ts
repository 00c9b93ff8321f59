/** A predicate as a query: its text, the part that a store can answer and the part that is left, and the index that fits. */
import { fromTerms, dnf, normalise, type SameType } from './normalise.ts';
import { and, childrenOf, isConstant, isInner, isLeaf, leavesOf, or, type Field, type Leaf, type Predicate } from './tree.ts';

const SIGNS = { gt: '>', ge: '>=', lt: '<', le: '<=', eq: '=', ne: '<>' } as const;
const quote = (value: number | string): string => (typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`);

/** As the condition of a WHERE. Custom code is written as a call, which no store would understand. */
export function textOf(p: Predicate): string {
  if (isConstant(p)) return p.op.toUpperCase();
  if (!isInner(p)) return leafText(p);
  switch (p.op) {
    case 'not': return `NOT (${textOf(p.of[0])})`;
    case 'and': return p.of.length === 0 ? 'TRUE' : p.of.map((child) => wrapped(child, 'and')).join(' AND ');
    case 'or': return p.of.length === 0 ? 'FALSE' : p.of.map((child) => wrapped(child, 'or')).join(' OR ');
    case 'xor': return p.of.length === 0 ? 'FALSE' : p.of.map((child) => `(${textOf(child)})`).join(' <> ');
    // Null stays null in a CASE without ELSE only; the sum of casts does what three values do as long as none is unknown.
    case 'atLeast': return p.of.length === 0 ? (p.k <= 0 ? 'TRUE' : 'FALSE') : `${p.of.map((child) => `(${textOf(child)})::int`).join(' + ')} >= ${p.k}`;
  }
}
const wrapped = (p: Predicate, inside: 'and' | 'or'): string => (isInner(p) && p.op !== 'not' && p.op !== inside && p.of.length > 0 ? `(${textOf(p)})` : textOf(p));
function leafText(leaf: Leaf): string {
  const { field } = leaf;
  switch (leaf.op) {
    case 'in': return leaf.values.length === 0 ? `${field} IN (NULL)` : `${field} IN (${leaf.values.map(quote).join(', ')})`;
    case 'between': return `${field} BETWEEN ${leaf.lo} AND ${leaf.hi}`;
    case 'like': return `${field} LIKE ${quote(leaf.pattern)}`;
    case 'isNull': return `${field} IS NULL`;
    case 'custom': return `${leaf.name}(${field}) < ${leaf.value}`;
    default: return `${field} ${SIGNS[leaf.op]} ${quote(leaf.value)}`;
  }
}

/** What a store can look at: columns, and no code of the application. `xor` and `atLeast` over what may be null are no plain SQL. */
export const pushes = (p: Predicate, fields: readonly Field[]): boolean =>
  isConstant(p) ? true : isInner(p) ? p.op !== 'xor' && p.op !== 'atLeast' && p.of.every((child) => pushes(child, fields))
    : p.op !== 'custom' && fields.some(({ name, derived }) => name === p.field && derived !== true);
export const sameTypeIn = (fields: readonly Field[]): SameType => (leaf) =>
  fields.some(({ name, type }) => name === leaf.field && type === (typeof leaf.value === 'number' ? 'number' : 'text'));

export interface Query {
  /** What the store filters by: every row that satisfies the whole satisfies this. */
  readonly pushed: Predicate;
  /** What is left to check of the rows that come back; TRUE when nothing is. */
  readonly residual: Predicate;
  readonly text: string;
}
export interface Splitting {
  /** Of a disjunction with a part that no store can answer, send what it can answer of every branch and check the whole again. Default true. */
  readonly bounds?: boolean;
}
/**
 * Splits so that filtering by `pushed`, then by `residual`, gives the rows with T. Conjuncts go one by one; of a disjunction all branches must
 * be answerable, or each must at least give a bound.
 */
export function toQuery(p: Predicate, fields: readonly Field[], { bounds = true }: Splitting = {}): Query {
  const whole = normalise(p, { filter: true }, sameTypeIn(fields));
  const [pushed, residual] = split(whole, fields, bounds);
  const sent = normalise(pushed, { filter: true }, sameTypeIn(fields));
  return { pushed: sent, residual: normalise(residual, { filter: true }, sameTypeIn(fields)), text: textOf(sent) };
}
function split(p: Predicate, fields: readonly Field[], bounds: boolean): readonly [Predicate, Predicate] {
  if (pushes(p, fields)) return [p, and()];
  if (p.op === 'and') {
    const parts = p.of.map((child) => split(child, fields, bounds));
    return [and(...parts.map(([pushed]) => pushed)), and(...parts.map(([, residual]) => residual))];
  }
  if (p.op === 'or' && bounds) {
    const parts = p.of.map((child) => split(child, fields, bounds)[0]);
    if (parts.every((part) => part.op !== 'true')) return [or(...parts), p];
  }
  return [and(), p];
}

/** The pushed part as a disjunction of terms, as a naive translator writes it; the tree itself when there would be more than `limit` terms. */
export function asTerms(pushed: Predicate, limit: number, fields: readonly Field[]): { readonly pushed: Predicate; readonly terms: number; readonly exploded: boolean } {
  const terms = dnf(pushed, limit, sameTypeIn(fields));
  return terms === null ? { pushed, terms: 1, exploded: true } : { pushed: fromTerms(terms), terms: terms.length, exploded: false };
}

/** Which index narrows the search: leaves of which a store reads only the rows that satisfy them. Empty: it reads every row. */
export interface Access { readonly by: readonly Leaf[]; readonly share: number }
const SARGABLE: ReadonlySet<string> = new Set(['eq', 'in', 'between', 'gt', 'ge', 'lt', 'le']);
const usable = (leaf: Leaf, fields: readonly Field[]): boolean =>
  (SARGABLE.has(leaf.op) || (leaf.op === 'like' && !/^[%_]/.test(leaf.pattern))) && fields.some(({ name, index }) => name === leaf.field && index === true);
/** A conjunct on an indexed field, or a disjunction all of whose branches have one. Of several, the one that reads least. */
export function accessOf(pushed: Predicate, fields: readonly Field[], shareOf: (leaf: Leaf) => number): Access {
  return best(pushed, fields, shareOf) ?? { by: [], share: 1 };
}
function best(p: Predicate, fields: readonly Field[], shareOf: (leaf: Leaf) => number): Access | null {
  if (isLeaf(p)) return usable(p, fields) ? { by: [p], share: shareOf(p) } : null;
  const parts = childrenOf(p).map((child) => best(child, fields, shareOf));
  if (p.op === 'and') return parts.reduce((least, part) => (part !== null && (least === null || part.share < least.share) ? part : least), null);
  if (p.op !== 'or' || parts.length === 0) return null;
  let share = 0;
  const by: Leaf[] = [];
  for (const part of parts) {
    if (part === null) return null;
    by.push(...part.by);
    share += part.share;
  }
  return { by, share: Math.min(1, share) };
}
export const leafCount = (p: Predicate): number => leavesOf(p).length;
