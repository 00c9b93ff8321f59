/** Values of one field that satisfy leaves: intervals, finite sets, and holes in them. What neither can say is left open. */
import { holdsFor } from './evaluate.ts';
import type { Cell, Leaf } from './tree.ts';

export interface Range {
  readonly lo: number;
  readonly hi: number;
  readonly loOpen: boolean;
  readonly hiOpen: boolean;
  /** All that are allowed; null: no such list. */
  readonly among: readonly (number | string)[] | null;
  readonly except: readonly (number | string)[];
  /** Numbers alone may lie in it (an order or an interval was asked for). */
  readonly numeric: boolean;
  /** Leaves that must hold and that no interval says: patterns, orders of texts. */
  readonly also: readonly { readonly leaf: Leaf; readonly holds: boolean }[];
  /** null: a value or none; true: none; false: a value. */
  readonly isNull: boolean | null;
}
export const ANY: Range = { lo: -Infinity, hi: Infinity, loOpen: false, hiOpen: false, among: null, except: [], numeric: false, also: [], isNull: null };

/** The range within `range` in which `leaf` is T (`holds`), or F. */
export function narrow(range: Range, leaf: Leaf, holds: boolean): Range {
  if (leaf.op === 'isNull') return { ...range, isNull: range.isNull !== null && range.isNull !== holds ? null : holds, also: range.isNull !== null && range.isNull !== holds ? [...range.also, { leaf, holds }] : range.also, among: range.isNull !== null && range.isNull !== holds ? [] : range.among };
  const known: Range = range.isNull === true ? { ...range, among: [] } : { ...range, isNull: false };
  const list = (among: readonly (number | string)[]): Range => ({ ...known, among: known.among === null ? among : known.among.filter((value) => among.includes(value)) });
  switch (leaf.op) {
    case 'eq': return holds ? list([leaf.value]) : { ...known, except: [...known.except, leaf.value] };
    case 'ne': return holds ? { ...known, except: [...known.except, leaf.value] } : list([leaf.value]);
    case 'in': return holds ? list(leaf.values) : { ...known, except: [...known.except, ...leaf.values] };
    case 'between': return holds ? above(below({ ...known, numeric: true }, leaf.hi, false), leaf.lo, false) : { ...known, also: [...known.also, { leaf, holds }] };
    case 'custom': return holds ? below({ ...known, numeric: true }, leaf.value, true) : above({ ...known, numeric: true }, leaf.value, false);
    case 'like': return { ...known, also: [...known.also, { leaf, holds }] };
    default: {
      if (typeof leaf.value !== 'number' || !holds) return { ...known, also: [...known.also, { leaf, holds }] };
      const numeric = { ...known, numeric: true };
      return leaf.op === 'gt' ? above(numeric, leaf.value, true) : leaf.op === 'ge' ? above(numeric, leaf.value, false) : leaf.op === 'lt' ? below(numeric, leaf.value, true) : below(numeric, leaf.value, false);
    }
  }
}
const above = (r: Range, lo: number, open: boolean): Range => (lo > r.lo || (lo === r.lo && open) ? { ...r, lo, loOpen: open } : r);
const below = (r: Range, hi: number, open: boolean): Range => (hi < r.hi || (hi === r.hi && open) ? { ...r, hi, hiOpen: open } : r);

/** Whether a cell lies in the range; exact. */
export function contains(range: Range, cell: Cell): boolean {
  if (cell === null) return range.isNull !== false && range.among === null;
  if (range.isNull === true || range.except.includes(cell) || (range.among !== null && !range.among.includes(cell))) return false;
  if (range.numeric && (typeof cell !== 'number' || cell < range.lo || cell > range.hi || (range.loOpen && cell === range.lo) || (range.hiOpen && cell === range.hi))) return false;
  return range.also.every(({ leaf, holds }) => (leaf.op === 'isNull' ? !holds : holdsFor(leaf, cell) === holds));
}
/** No value lies in it for sure. False may mean that it is not known. */
export const isEmpty = (range: Range): boolean =>
  range.among !== null ? range.among.every((value) => !contains(range, value)) : range.numeric && (range.lo > range.hi || (range.lo === range.hi && (range.loOpen || range.hiOpen || range.except.includes(range.lo))));
