/** The ledger’s judgement, on given effects. */
import { expect, test } from 'vitest';
import type { Json } from '../../kernel/contract.ts';
import { freshReads } from './laws.ts';

function booksOf(...effects: [atMs: number, name: string, data: object][]) {
  const books = freshReads.init();
  for (const [atMs, name, data] of effects) freshReads.onEffect(books, { atMs, node: 'n', layer: 'l', name, data: data as Json });
  return { figures: freshReads.figures!(books), holds: freshReads.holds(books, 0) };
}
const applied = (version: number) => ({ key: 'k', version });
const served = (version: number, beganMs: number) => ({ key: 'k', version, from: 'cache', beganMs });

test('a read that began after a newer write was answered is stale, since that answer', () => {
  const { figures, holds } = booksOf([10, 'applied', applied(2)], [12, 'writeAnswered', applied(2)], [50, 'served', served(1, 48)]);
  expect(figures).toEqual({ served: 1, wrongVersions: 1, staleReads: 1, maxStaleMs: 38, meanStaleMs: 38 });
  expect(holds).toBe(false);
});
test('one that began before is not, though the version is wrong already', () => {
  expect(booksOf([10, 'applied', applied(2)], [12, 'writeAnswered', applied(2)], [13, 'served', served(1, 11)]).figures).toMatchObject({ wrongVersions: 1, staleReads: 0 });
});
test('staleness counts from the first newer write, not from the last', () => {
  expect(booksOf([1, 'writeAnswered', applied(2)], [100, 'writeAnswered', applied(3)], [150, 'served', served(1, 140)]).figures).toMatchObject({ staleReads: 1, maxStaleMs: 149 });
  expect(booksOf([1, 'writeAnswered', applied(2)], [100, 'writeAnswered', applied(3)], [150, 'served', served(2, 140)]).figures).toMatchObject({ staleReads: 1, maxStaleMs: 50 });
});
test('the newest version is never stale, and an answer that was overtaken changes nothing', () => {
  const { figures, holds } = booksOf([1, 'writeAnswered', applied(3)], [2, 'writeAnswered', applied(2)], [9, 'served', served(3, 8)]);
  expect([figures['staleReads'], holds]).toEqual([0, true]);
});
