/** Order and cost: the closed forms, the catalogue's numbers, and no order better than the one that is chosen. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMeter, evaluate, type Truth } from './evaluate.ts';
import { bestOrder, costOfOrder, declaredShares, expect as expected, greedyOrder, reorderIndependent, reorderJoint } from './order.ts';
import { rowAt } from './table.ts';
import { leavesOf, nodeCount, withChildren, type Inner, type Leaf, type Predicate } from './tree.ts';

const RUNS = Number(process.env.PREDICATE_RUNS ?? 60);
export function permutations<X>(of: readonly X[]): X[][] {
  return of.length === 0 ? [[]] : of.flatMap((first, i) => permutations([...of.slice(0, i), ...of.slice(i + 1)]).map((rest) => [first, ...rest]));
}
const leaf = (label: string, cost: number, selectivity: number): Leaf => ({ op: 'lt', field: label.toLowerCase(), value: selectivity, label, cost, selectivity });
const A = leaf('A', 1, 0.9), B = leaf('B', 10, 0.1), C = leaf('C', 3, 0.5);
const labels = (p: Predicate): string => leavesOf(p).map(({ label }) => label).join('');
const cost = (p: Predicate): number => expected(p, declaredShares).costUs;

test('a conjunction of A (1 µs, .9), B (10, .1), C (3, .5): from 10.37 down to 8.00; a disjunction from 13.15 to 1.80', () => {
  const all = (op: 'and' | 'or') => permutations([A, B, C]).map((of) => ({ order: of.map(({ label }) => label).join(''), us: cost({ op, of }) })).sort((a, b) => a.us - b.us);
  expect(all('and')[0]!.order).toBe('CAB');
  expect(all('and')[0]!.us).toBeCloseTo(8, 9);
  expect(all('and')[5]!.us).toBeCloseTo(10.37, 9);
  expect(all('or')[0]!.order).toBe('ACB');
  expect(all('or')[0]!.us).toBeCloseTo(1.8, 9);
  expect(all('or')[5]!.us).toBeCloseTo(13.15, 9);
  expect(labels(reorderIndependent({ op: 'and', of: [B, A, C] }, declaredShares))).toBe('CAB');
  expect(labels(reorderIndependent({ op: 'or', of: [B, C, A] }, declaredShares))).toBe('ACB');
});
test('survivors: Πs and 1 − Π(1 − s)', () => {
  expect(expected({ op: 'and', of: [A, B, C] }, declaredShares).t).toBeCloseTo(0.045, 12);
  expect(expected({ op: 'or', of: [A, B, C] }, declaredShares).t).toBeCloseTo(1 - 0.1 * 0.9 * 0.5, 12);
});

const shares = fc.tuple(fc.double({ min: 0.01, max: 0.98, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })).map(([t, rest]) => ({ t, f: (1 - t) * rest }));
const leaves = (maxLength: number) => fc.array(fc.tuple(fc.double({ min: 0.1, max: 50, noNaN: true }), shares), { minLength: 1, maxLength });
describe('the order that is chosen is the best', () => {
  test('up to 8 leaves, with unknowns: ascending rank equals brute force', () => fc.assert(fc.property(leaves(Number(process.env.PREDICATE_LEAVES ?? 6)), fc.constantFrom('and', 'or'), (all, op) => {
    const of = all.map(([us, share], i) => ({ ...leaf(`L${i}`, us, share.t), share }));
    const look = (l: Leaf) => (l as unknown as { share: { t: number; f: number } }).share;
    const least = Math.min(...permutations(of).map((order) => expected({ op, of: order }, look).costUs));
    expect(expected(reorderIndependent({ op, of }, look), look).costUs).toBeCloseTo(least, 8);
  }), { numRuns: RUNS }));
  test('eight leaves once: all 40,320 orders', () => {
    const of = [A, B, C, leaf('D', 2, 0.3), leaf('E', 7, 0.8), leaf('G', 5, 0.05), leaf('H', 0.5, 0.97), leaf('I', 4, 0.6)];
    const least = Math.min(...permutations(of).map((order) => cost({ op: 'and', of: order })));
    expect(cost(reorderIndependent({ op: 'and', of }, declaredShares))).toBeCloseTo(least, 9);
  });
  test('nested: every level in the best order, against all orders of all levels', () => {
    const tree: Inner = { op: 'and', of: [A, { op: 'or', of: [B, C, { op: 'not', of: [leaf('D', 2, 0.7)] }] }, leaf('E', 6, 0.2), { op: 'or', of: [leaf('G', 1, 0.2), leaf('H', 4, 0.6)] }] };
    const orders = (p: Predicate): Predicate[] => {
      if (!('of' in p)) return [p];
      const children = p.of.map(orders).reduce<Predicate[][]>((lists, options) => lists.flatMap((list) => options.map((option) => [...list, option])), [[]]);
      return children.flatMap((of) => (p.op === 'not' ? [of] : permutations(of)).map((order) => withChildren(p as Inner, order)));
    };
    expect(cost(reorderIndependent(tree, declaredShares))).toBeCloseTo(Math.min(...orders(tree).map(cost)), 9);
  });
  test('on a sample, however the leaves hang together: sets of children do what all orders do; greedy is at most four times as dear', () => fc.assert(fc.property(
    fc.integer({ min: 1, max: 6 }).chain((n) => fc.tuple(fc.constantFrom('and', 'or'), fc.array(fc.array(fc.constantFrom<Truth>(0, 1, 2), { minLength: 12, maxLength: 12 }), { minLength: n, maxLength: n }), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: n, maxLength: n }))),
    ([op, truths, costs]) => {
      const joint = { truths, costsUs: costs.map((us) => new Array<number>(12).fill(us)) };
      const least = Math.min(...permutations(costs.map((_, i) => i)).map((order) => costOfOrder(op, joint, order)));
      expect(costOfOrder(op, joint, bestOrder(op, joint))).toBeCloseTo(least, 9);
      expect(costOfOrder(op, joint, greedyOrder(op, joint))).toBeLessThanOrEqual(4 * least + 1e-9);
    }), { numRuns: RUNS }));
});

test('what is expected is what is measured: 20,000 rows, each node', () => {
  const fields = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'number' as const, nullRatio: name === 'd' ? 0.3 : 0 }));
  const D = leaf('D', 2, 0.6);
  const tree: Predicate = { op: 'and', of: [A, { op: 'or', of: [B, { op: 'not', of: [C] }] }, { op: 'atLeast', k: 1, of: [D, { op: 'xor', of: [D, D] }] }, { op: 'true' }] };
  const meter = createMeter(nodeCount(tree));
  const N = 20_000;
  for (let i = 0; i < N; i++) evaluate(tree, rowAt({ seed: 1, fields, correlation: 0, nullRatio: 0 }, i), { logic: 'threeValued', meter });
  const part: Predicate = { op: 'and', of: [A, { op: 'or', of: [B, { op: 'not', of: [C] }] }] };
  expect(meter.in[0]).toBe(N);
  // A, then B for .9 of them, then C for .9 · .9.
  expect(cost(part)).toBeCloseTo(1 + 0.9 * (10 + 0.9 * 3), 9);
  expect(meter.in[2]! / N).toBeCloseTo(0.9, 2);
  expect(meter.t[2]! / meter.in[2]!).toBeCloseTo(1 - 0.9 * 0.5, 2);
  expect(expected({ op: 'atLeast', k: 2, of: [A, B, C] }, declaredShares).t).toBeCloseTo(0.9 * 0.1 * 0.5 + 0.9 * 0.1 * 0.5 + 0.9 * 0.9 * 0.5 + 0.1 * 0.1 * 0.5, 12);
});

test('correlated leaves: the copula moves the joint share, not the single ones; a joint sample sees it', () => {
  const fields = ['a', 'b', 'c'].map((name) => ({ name, type: 'number' as const }));
  const both = (correlation: number) => {
    const all = Array.from({ length: 4000 }, (_, i) => rowAt({ seed: 3, fields, correlation, nullRatio: 0 }, i));
    return [all.filter(({ a }) => (a as number) < 0.1).length / 4000, all.filter(({ a, b }) => (a as number) < 0.1 && (b as number) < 0.1).length / 4000];
  };
  for (const correlation of [0, 0.9, 1, -0.9]) expect(both(correlation)[0]).toBeCloseTo(0.1, 1);
  expect(both(0)[1]).toBeLessThan(0.017);
  expect(both(1)[1]).toBeCloseTo(both(1)[0]!, 9);
  expect(both(-0.9)[1]).toBe(0);
  const twins: Inner = { op: 'and', of: [leaf('A', 2, 0.3), leaf('B', 2.2, 0.3), leaf('C', 3, 0.5)] };
  const rows = Array.from({ length: 300 }, (_, i) => { const row = rowAt({ seed: 5, fields, correlation: 0, nullRatio: 0 }, i); return { ...row, b: row['a']! }; });
  expect(labels(reorderIndependent(twins, declaredShares))).toBe('ABC');
  expect(labels(reorderJoint(twins, rows, 'greedy'))).toBe('ACB');
  expect(labels(reorderJoint(twins, rows, 'best'))).toBe('ACB');
});
