import { expect, test } from 'vitest';
import { added, innerOf, leafOf, moved, negated, removed, replaced, type TreeNode } from './treeEdits.ts';

const a: TreeNode = { op: 'gt', field: 'a', value: 1, label: 'A', cost: 2 }, b: TreeNode = { op: 'true' }, c: TreeNode = { op: 'false' };
const tree: TreeNode = { op: 'and', of: [a, { op: 'or', of: [b, { op: 'not', of: [c] }] }] };
const number = { name: 'a', type: 'number' }, text = { name: 't', type: 'text' };

test('a node is replaced, added, moved, negated and removed; the old tree stays', () => {
  const before = JSON.stringify(tree);
  expect(replaced(tree, [1, 0], c).of![1]!.of![0]).toBe(c);
  expect(added(tree, [1], a).of![1]!.of).toHaveLength(3);
  expect(moved(tree, [0], 1).of!.map(({ op }) => op)).toEqual(['or', 'gt']);
  expect([moved(tree, [0], -1), moved(tree, [], 1)]).toEqual([tree, tree]);
  expect(negated(tree, [0]).of![0]).toEqual({ op: 'not', of: [a] });
  expect(negated(tree, [1, 1]).of![1]!.of![1]).toBe(c);
  expect(removed(tree, [0]).of).toHaveLength(1);
  expect(removed(tree, [1, 1, 0]).of![1]!.of).toEqual([b]);
  expect(removed(tree, [])).toEqual({ op: 'true' });
  expect(JSON.stringify(tree)).toBe(before);
});
test('a leaf keeps what fits its new field and operator', () => {
  expect(leafOf(number, 'between', a)).toEqual({ op: 'between', field: 'a', lo: 1, hi: 1, label: 'A', cost: 2 });
  expect(leafOf(text, 'eq', a)).toMatchObject({ op: 'eq', field: 't', value: '' });
  expect(leafOf(text, 'in', { op: 'eq', value: 'x' })).toMatchObject({ values: ['x'] });
  expect(leafOf(number, 'custom', a)).toMatchObject({ name: 'rule', value: 1 });
  expect(leafOf(text, 'like', { op: 'eq', value: 'x' })).toMatchObject({ pattern: 'x%' });
  expect(leafOf(number, 'isNull', a)).not.toHaveProperty('value');
});
test('a group with another operator', () => {
  expect(innerOf(tree, 'atLeast')).toMatchObject({ op: 'atLeast', k: 2 });
  expect(innerOf({ op: 'atLeast', k: 2, of: [a, b] }, 'or')).toEqual({ op: 'or', of: [a, b] });
  expect(innerOf(tree, 'not').of).toHaveLength(1);
});
