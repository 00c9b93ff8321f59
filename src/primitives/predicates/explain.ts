/** Why a row does not satisfy a specification, and what it still lacks. */
import { T, F, evaluate, type Evaluation, type Truth } from './evaluate.ts';
import { TRUE, and, isInner, or, type Predicate, type Row } from './tree.ts';

export interface Failing {
  readonly leaf: Predicate;
  /** What it says; under a negation T is what fails. */
  readonly truth: Truth;
  /** It stands under an odd number of negations. */
  readonly negated: boolean;
}
const THREE: Evaluation = { logic: 'threeValued' };

/** Leaves because of which the row is not satisfied; empty if and only if it is. */
export function explain(p: Predicate, row: Row, how: Evaluation = THREE): readonly Failing[] {
  return why(p, row, how, true, false);
}
/** Leaves because of which p is not T (`wanted`) or not F. */
function why(p: Predicate, row: Row, how: Evaluation, wanted: boolean, negated: boolean): readonly Failing[] {
  const truth = evaluate(p, row, how);
  if (truth === (wanted ? T : F)) return [];
  if (!isInner(p)) return [{ leaf: p, truth, negated }];
  switch (p.op) {
    case 'not': return why(p.of[0], row, how, !wanted, !negated);
    // Whichever answer it has, every part of a parity counts.
    case 'xor': return leavesWith(p, row, how, negated);
    default: {
      const found = p.of.flatMap((child) => why(child, row, how, wanted, negated));
      return found.length > 0 ? found : [{ leaf: p, truth, negated }];
    }
  }
}
function leavesWith(p: Predicate, row: Row, how: Evaluation, negated: boolean): readonly Failing[] {
  return isInner(p) && p.of.length > 0 ? p.of.flatMap((child) => leavesWith(child, row, how, negated)) : [{ leaf: p, truth: evaluate(p, row, how), negated }];
}

/** What the row would still have to satisfy: the specification without what is satisfied already; TRUE when it is satisfied (Evans: remainderUnsatisfiedBy). */
export function remainderUnsatisfiedBy(p: Predicate, row: Row): Predicate {
  if (evaluate(p, row) === T) return TRUE;
  if (p.op === 'and') return and(...p.of.map((child) => remainderUnsatisfiedBy(child, row)).filter(({ op }) => op !== 'true'));
  if (p.op === 'or') return or(...p.of.map((child) => remainderUnsatisfiedBy(child, row)));
  return p;
}
