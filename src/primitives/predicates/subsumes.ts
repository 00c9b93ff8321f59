/** Whether one specification takes in another: every row that satisfies b satisfies a. */
import { holdsFor } from './evaluate.ts';
import { normalise } from './normalise.ts';
import { ANY, contains, isEmpty, narrow, type Range } from './ranges.ts';
import { isLeaf, sameAs, type Leaf, type Predicate } from './tree.ts';

/** `no` only where a value was found that shows it. */
export type Subsumption = 'yes' | 'no' | 'unknown';

/** By intervals and finite sets, structure by structure; what these cannot decide is unknown. */
export function subsumes(a: Predicate, b: Predicate): Subsumption {
  const x = normalise(a, { filter: true }), y = normalise(b, { filter: true });
  if (implied(x, y)) return 'yes';
  const [p, q] = [literal(x), literal(y)];
  if (p !== null && q !== null && p.leaf.field === q.leaf.field) {
    for (const value of probes(q.leaf, p.leaf)) if (satisfies(q, value) && !satisfies(p, value)) return 'no';
  }
  return 'unknown';
}
interface Literal { readonly leaf: Leaf; readonly holds: boolean }
const literal = (p: Predicate): Literal | null => (isLeaf(p) ? { leaf: p, holds: true } : p.op === 'not' && isLeaf(p.of[0]) ? { leaf: p.of[0], holds: false } : null);
const satisfies = ({ leaf, holds }: Literal, value: number | string): boolean => leaf.op !== 'isNull' && holdsFor(leaf, value) === holds;

/** b ⇒ a, for sure. Both in negation normal form. */
function implied(a: Predicate, b: Predicate): boolean {
  if (sameAs(a, b) || a.op === 'true' || b.op === 'false') return true;
  if (b.op === 'or') return b.of.every((part) => implied(a, part));
  if (a.op === 'and') return a.of.every((part) => implied(part, b));
  if (a.op === 'or' && a.of.some((part) => implied(part, b))) return true;
  const p = literal(a);
  const parts = b.op === 'and' ? b.of : [b];
  if (parts.some((part) => part !== b && implied(a, part))) return true;
  if (p === null) return false;
  const literals = parts.flatMap((part) => { const found = literal(part); return found !== null && found.leaf.field === p.leaf.field ? [found] : []; });
  if (literals.length === 0) return false;
  return within(literals.reduce((range, { leaf, holds }) => narrow(range, leaf, holds), ANY), p);
}
/** Every value of the range satisfies the literal. */
function within(range: Range, { leaf, holds }: Literal): boolean {
  if (isEmpty(range)) return true;
  if (leaf.op === 'isNull') return range.isNull === holds;
  if (range.isNull !== false) return false;
  if (range.among !== null) return range.among.every((value) => !contains(range, value) || holdsFor(leaf, value) === holds);
  const wanted = narrow(ANY, leaf, holds);
  if (wanted.also.length > 0 || wanted.among !== null || (wanted.numeric && !range.numeric)) return false;
  if (!wanted.except.every((value) => !contains(range, value))) return false;
  return !wanted.numeric || ((range.lo > wanted.lo || (range.lo === wanted.lo && (range.loOpen || !wanted.loOpen))) && (range.hi < wanted.hi || (range.hi === wanted.hi && (range.hiOpen || !wanted.hiOpen))));
}
function probes(...leaves: readonly Leaf[]): readonly (number | string)[] {
  return leaves.flatMap((leaf): readonly (number | string)[] => {
    const around = (value: number | string): readonly (number | string)[] => (typeof value === 'number' ? [value, value - 1, value + 1] : [value, `${value}a`]);
    switch (leaf.op) {
      case 'in': return leaf.values;
      case 'between': return [...around(leaf.lo), ...around(leaf.hi)];
      case 'like': return [leaf.pattern.replaceAll('%', ''), leaf.pattern.replaceAll('%', 'x')];
      case 'isNull': return [];
      default: return around(leaf.value);
    }
  });
}
