/** For tests: random predicates and rows over a few fields with few values, so that they often meet; nulls included. */
import fc from 'fast-check';
import type { Field, Leaf, Predicate, Row } from '../../src/primitives/predicates/tree.ts';

export const FIELDS: readonly Field[] = [
  { name: 'a', type: 'number', lo: 0, hi: 10, index: true }, { name: 'b', type: 'number', lo: 0, hi: 10 },
  { name: 'c', type: 'text', values: ['x', 'xy', 'z'], index: true }, { name: 'd', type: 'number', lo: 0, hi: 10, derived: true },
];
const few = fc.integer({ min: 0, max: 5 }), text = fc.constantFrom('x', 'xy', 'z');
const number = fc.constantFrom('a', 'b', 'd');
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({ op: fc.constantFrom('gt', 'ge', 'lt', 'le', 'eq', 'ne'), field: number, value: few, cost: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ op: fc.constantFrom('eq', 'ne'), field: fc.constant('c'), value: text }),
  fc.record({ op: fc.constant('between'), field: number, lo: few, hi: few }),
  fc.record({ op: fc.constant('in'), field: number, values: fc.array(few, { maxLength: 3 }) }),
  fc.record({ op: fc.constant('like'), field: fc.constant('c'), pattern: fc.constantFrom('x%', '%y', '_', '%', 'z') }),
  fc.record({ op: fc.constant('isNull'), field: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({ op: fc.constant('custom'), name: fc.constant('score'), field: number, value: few }),
) as fc.Arbitrary<Leaf>;
export const predicates: fc.Arbitrary<Predicate> = fc.letrec<{ node: Predicate }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.constantFrom<Predicate>({ op: 'true' }, { op: 'false' }) },
    { weight: 4, arbitrary: fc.record({ op: fc.constantFrom('and', 'or', 'xor'), of: fc.array(tie('node'), { maxLength: 3 }) }) as fc.Arbitrary<Predicate> },
    { weight: 2, arbitrary: fc.tuple(tie('node')).map((of) => ({ op: 'not', of })) as fc.Arbitrary<Predicate> },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('atLeast'), k: fc.integer({ min: 0, max: 3 }), of: fc.array(tie('node'), { maxLength: 3 }) }) as fc.Arbitrary<Predicate> },
  ),
})).node;
const cell = fc.option(few, { freq: 3 });
export const rows: fc.Arbitrary<Row> = fc.record({ a: cell, b: cell, c: fc.option(text, { freq: 3 }), d: cell });
