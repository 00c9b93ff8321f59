import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkFields, checkTree } from './checkTree.ts';
import { FIELDS, predicates } from '../../../test/support/arbitraryPredicates.ts';
import { accessOf } from './query.ts';
import { shareOf } from './table.ts';
import { depthOf, nodeCount, type Predicate } from './tree.ts';

const paths = (tree: unknown): string[] => checkTree(tree, FIELDS).map(({ path, level }) => `${level} ${path}`);

test('bad trees are refused with the place and the nearest legal value', () => {
  expect(checkTree({ op: 'gt', field: 'nope', value: 1 }, FIELDS)).toMatchObject([{ path: 'tree.field', level: 'refuse', nearest: 'a' }]);
  expect(paths({ op: 'gt', field: 'a', value: 'x' })).toEqual(['refuse tree.value']);
  expect(paths({ op: 'like', field: 'a', pattern: '%' })).toEqual(['refuse tree.op']);
  expect(paths({ op: 'between', field: 'c', lo: 1, hi: 2 })).toEqual(['refuse tree.op']);
  expect(paths({ op: 'between', field: 'a', lo: 5, hi: 3 })).toEqual(['warn tree.lo']);
  expect(paths({ op: 'and', of: [] })).toEqual(['warn tree.of']);
  expect(paths({ op: 'not', of: [] })).toEqual(['refuse tree.of']);
  expect(paths({ op: 'eq', field: 'a', value: 1, cost: -1, selectivity: 2 })).toEqual(['refuse tree.cost', 'refuse tree.selectivity']);
  expect(paths({ op: 'nor', of: [] })).toEqual(['refuse tree.op']);
  expect(paths({ op: 'atLeast', k: 1.5, of: [] })).toEqual(['refuse tree.k']);
  const deep = (n: number): unknown => (n === 1 ? { op: 'true' } : { op: 'not', of: [deep(n - 1)] });
  expect([paths(deep(6)), paths(deep(7))]).toEqual([[], ['refuse tree']]);
  expect(paths({ op: 'or', of: Array.from({ length: 31 }, () => ({ op: 'true' })) })).toEqual(['refuse tree']);
  expect(paths(null)).toEqual(['refuse tree']);
});
test('whatever comes is answered, and what is legal is left alone', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => { checkTree(value, FIELDS); checkFields(value); }));
  fc.assert(fc.property(predicates, (tree) => {
    if (nodeCount(tree) <= 31 && depthOf(tree) <= 6) expect(checkTree(tree, FIELDS).filter(({ level }) => level === 'refuse')).toEqual([]);
  }));
});
test('fields', () => {
  expect(checkFields(FIELDS)).toEqual([]);
  expect(checkFields([{ name: '1', type: 'date', nullRatio: 2 }, { name: 'a', type: 'number', lo: 3, hi: 1 }, { name: 'a', type: 'text' }]).map(({ path }) => path))
    .toEqual(['fields[0].name', 'fields[0].type', 'fields[0].nullRatio', 'fields[1].hi', 'fields[2].name', 'fields[2].values']);
  expect(checkFields([])).toHaveLength(1);
});
test('the index: a conjunct on an indexed field, a disjunction all of whose branches have one, else none', () => {
  const a: Predicate = { op: 'between', field: 'a', lo: 1, hi: 2 }, b: Predicate = { op: 'eq', field: 'b', value: 1 }, c: Predicate = { op: 'eq', field: 'c', value: 'x' };
  const share = (leaf: Parameters<typeof shareOf>[0]) => shareOf(leaf, FIELDS);
  expect(accessOf({ op: 'and', of: [c, b, a] }, FIELDS, share)).toEqual({ by: [a], share: 0.1 });
  expect(accessOf({ op: 'or', of: [c, a] }, FIELDS, share).share).toBeCloseTo(1 / 3 + 0.1, 12);
  expect(accessOf({ op: 'or', of: [a, b] }, FIELDS, share)).toEqual({ by: [], share: 1 });
  expect(accessOf({ op: 'like', field: 'c', pattern: '%y' }, FIELDS, share).by).toEqual([]);
});
