/** Rows of a table, made from their number: whoever knows the table's seed sees the same rows. */
import { exp, normalQuantile } from '../../kernel/math.ts';
import { hashText, uniform } from '../../kernel/random.ts';
import { holdsFor } from './evaluate.ts';
import type { Cell, Field, Leaf, Row } from './tree.ts';

export interface TableLaw {
  readonly seed: number;
  readonly fields: readonly Field[];
  /** Between neighbouring fields, −1..1 (Gaussian copula: the ranks are those of jointly normal variables). */
  readonly correlation: number;
  /** Of fields that have none of their own, 0..1. */
  readonly nullRatio: number;
}
const SMALLEST = 1e-12;
/** Share of a standard normal variable below z; absolute error below 7.5e-8. @see Abramowitz and Stegun 26.2.17 */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = 0.3989422804014327 * exp((-z * z) / 2) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z < 0 ? tail : 1 - tail;
}
/** Row number `i`. With correlation ρ each field leans on one common draw by √|ρ|; below 0 every other field leans the other way. */
export function rowAt({ seed, fields, correlation, nullRatio }: TableLaw, i: number): Row {
  const lean = Math.sqrt(Math.abs(correlation)), own = Math.sqrt(1 - Math.abs(correlation));
  const normal = (name: string): number => normalQuantile(Math.max(SMALLEST, uniform(seed, hashText(name), i, 0)));
  const common = correlation === 0 ? 0 : normal('common');
  const row: Record<string, Cell> = {};
  fields.forEach((field, f) => {
    const { name, nullRatio: missing = nullRatio } = field;
    if (missing > 0 && uniform(seed, hashText(`null ${name}`), i, 0) < missing) { row[name] = null; return; }
    const u = correlation === 0 ? uniform(seed, hashText(name), i, 0) : normalBelow((correlation < 0 && f % 2 === 1 ? -lean : lean) * common + own * normal(name));
    row[name] = valueAt(field, u);
  });
  return row;
}
export function valueAt({ type, lo = 0, hi = 1, values = [] }: Field, u: number): Cell {
  return type === 'number' ? lo + (hi - lo) * u : (values[Math.min(values.length - 1, Math.floor(u * values.length))] ?? null);
}
/** Share of all rows, nulls included, that a leaf takes if the field is spread as declared; what an index statistic would say. */
export function shareOf(leaf: Leaf, fields: readonly Field[], nullRatio = 0): number {
  const field = fields.find(({ name }) => name === leaf.field);
  if (field === undefined) return 0;
  const missing = field.nullRatio ?? nullRatio;
  if (leaf.op === 'isNull') return missing;
  const { type, lo = 0, hi = 1, values = [] } = field;
  if (type === 'text') return values.length === 0 ? 0 : ((1 - missing) * values.filter((value) => holdsFor(leaf, value)).length) / values.length;
  const part = (from: number, to: number): number => Math.max(0, Math.min(hi, to) - Math.max(lo, from)) / (hi - lo || 1);
  switch (leaf.op) {
    case 'between': return (1 - missing) * part(leaf.lo, leaf.hi);
    case 'custom': return (1 - missing) * part(-Infinity, leaf.value);
    case 'gt': case 'ge': return typeof leaf.value === 'number' ? (1 - missing) * part(leaf.value, Infinity) : 0;
    case 'lt': case 'le': return typeof leaf.value === 'number' ? (1 - missing) * part(-Infinity, leaf.value) : 0;
    case 'ne': return 1 - missing;
    default: return 0;
  }
}
