/** Build to order: a row that satisfies a specification, made from what it asks of each field. */
import { T, evaluate } from './evaluate.ts';
import { dnf } from './normalise.ts';
import { sameTypeIn } from './query.ts';
import { ANY, contains, narrow, type Range } from './ranges.ts';
import { isLeaf, type Cell, type Field, type Predicate, type Row } from './tree.ts';

/**
 * @param uniform a draw in [0, 1) for a field
 * @returns a row of the declared fields, or null when no term of the specification can be met within their ranges
 */
export function build(p: Predicate, fields: readonly Field[], uniform: (field: string) => number, limit = 1024): Row | null {
  for (const term of dnf(p, limit, sameTypeIn(fields)) ?? []) {
    const ranges = new Map<string, Range>();
    for (const part of term) {
      const [leaf, holds] = isLeaf(part) ? [part, true] as const : part.op === 'not' && isLeaf(part.of[0]) ? [part.of[0], false] as const : [null, true] as const;
      if (leaf !== null) ranges.set(leaf.field, narrow(ranges.get(leaf.field) ?? ANY, leaf, holds));
    }
    const row: Record<string, Cell> = {};
    let possible = true;
    for (const field of fields) {
      const cell = pick(field, ranges.get(field.name) ?? ANY, uniform(field.name));
      if (cell === undefined) { possible = false; break; }
      row[field.name] = cell;
    }
    if (possible && evaluate(p, row) === T) return row;
  }
  return null;
}
const STEPS = 64;
/** A value of the field in the range; undefined: none was found. */
function pick(field: Field, range: Range, u: number): Cell | undefined {
  if (range.isNull === true) return range.among === null ? null : undefined;
  if (field.type === 'text') {
    const some = (range.among ?? field.values ?? []).filter((value) => typeof value === 'string' && (field.values ?? []).includes(value) && contains(range, value));
    return some[Math.floor(u * some.length)];
  }
  const low = field.lo ?? 0, high = field.hi ?? 1;
  if (range.among !== null) {
    const some = range.among.filter((value) => typeof value === 'number' && value >= low && value <= high && contains(range, value));
    return some[Math.floor(u * some.length)];
  }
  const lo = Math.max(low, range.lo), hi = Math.min(high, range.hi);
  // From the drawn place onwards round the interval, its ends last: an open end or a hole is stepped over.
  for (let i = 0; i <= STEPS; i++) {
    const at = u + i / STEPS;
    const value = lo + (hi - lo) * (at - Math.floor(at));
    if (contains(range, value)) return value;
  }
  return [lo, hi].find((value) => value >= low && value <= high && contains(range, value));
}
