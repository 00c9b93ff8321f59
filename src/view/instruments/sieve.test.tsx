import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Sieve } from './Sieve.tsx';
import { columns, heightOf, LEAF, placeSieve, sieveOf, type SieveNode } from './sieveLayout.ts';

const leaf = (label: string, entered: number, out: number): SieveNode => ({ label, op: 'gt', text: `${label} > 1`, cost: 3, selectivity: 0.5, in: entered, out, children: [] });
const node = (op: string, entered: number, out: number, ...children: SieveNode[]): SieveNode => ({ label: op, op, text: '', cost: 0, selectivity: 0, in: entered, out, children });
const A = leaf('A', 1000, 900), B = leaf('B', 900, 90), C = leaf('C', 810, 405);
const tree = node('and', 1000, 495, A, node('or', 900, 495, B, node('not', 810, 405, C)));
const draw = (value: unknown): string => renderToStaticMarkup(<Sieve value={value as never} label="The sieve" />);

test('parts of an and stand below one another, of an or side by side; a not is a frame', () => {
  expect([columns(tree), heightOf(A)]).toEqual([2, LEAF]);
  const { leaves, frames, height } = placeSieve(tree, 340, 0);
  const [a, b, c] = ['A', 'B', 'C'].map((name) => leaves.find((each) => each.node.label === name)!);
  expect(a!.y).toBeLessThan(b!.y);
  expect(b!.x).toBeLessThan(c!.x);
  expect(frames.map(({ word }) => word)).toEqual(['not']);
  expect(height).toBe(heightOf(tree));
});
test('a leaf keeps its key when the order changes', () => {
  const keys = (...of: SieveNode[]) => placeSieve(node('and', 1, 1, ...of), 340, 0).leaves.map(({ key }) => key);
  expect(new Set(keys(A, B, C))).toEqual(new Set(keys(C, A, B)));
  expect(new Set(keys(A, A)).size).toBe(2);
});
test('it says its numbers, and draws none that is none', () => {
  const markup = draw({ tree, candidates: 1000, survivors: 495, query: "a > 1 AND c = 'x'", where: 'in memory', costUs: 8, bestUs: 7.5 });
  expect(markup).toContain('The sieve, in memory: 1,000 rows, 495 left (49.5 %). one after the other (A: 1,000 in, 900 out; side by side (B: 900 in, 90 out; not (C: 810 in, 405 out)))');
  expect(markup).toContain('WHERE a &gt; 1 AND');
  for (const value of [{ tree: node('and', 0, 0), candidates: 0 }, { tree: leaf('A', 0, 0), candidates: 0, survivors: 0 }, { tree, candidates: 1000 }]) expect(draw(value)).not.toMatch(/NaN|Infinity|undefined/);
});
test('other data is a table, nothing is nothing', () => {
  expect([sieveOf(undefined), sieveOf(7), sieveOf({ tree: 5, candidates: 1 }), sieveOf({ candidates: 1 })]).toEqual([null, null, null, null]);
  expect(draw({ strange: 5 })).toContain('<td>5</td>');
  for (const value of [7, [], {}, { tree: { op: 'and', children: [3] }, candidates: 1 }]) expect(() => draw(value)).not.toThrow();
});
