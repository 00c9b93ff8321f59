/** The ledger by hand: what each law counts. */
import { expect, test } from 'vitest';
import type { Json, Law } from '../../kernel/contract.ts';
import { appliedOnce, foldIsRight, mailedOnce, neverBelowZero, noUpdateLost, rowsAreRight } from './laws.ts';

type Seen = readonly [name: string, data: Json];
function judge(law: Law, ...seen: readonly Seen[]): { readonly holds: boolean; readonly figures: Readonly<Record<string, number>> } {
  const state: unknown = law.init();
  for (const [name, data] of seen) law.onEffect(state, { atMs: 0, node: 'n', layer: 'l', name, data });
  return { holds: law.holds(state, 0), figures: law.figures!(state) };
}
const opened: Seen = ['opened', { account: 'a', version: 1, balance: 10_000, limit: 500 }];
const stored = (version: number, delta: number, command = version): Seen => ['stored', { account: 'a', version, delta, limit: null, command, id: `e${version}` }];
const applied = (balance: number, delta: number): Seen => ['applied', { key: 'a', value: { balance, limit: 500, delta } }];

test('two withdrawals of 80 from 100: one overdraft, of 60', () => {
  expect(judge(neverBelowZero, opened, stored(2, -8000), stored(3, -8000))).toEqual({ holds: false, figures: { overdrafts: 1, overdrawn: 60 } });
  expect(judge(neverBelowZero, opened, stored(2, -8000), stored(3, 1000)).holds).toBe(true);
});
test('a row written from an old reading loses an update', () => {
  expect(judge(noUpdateLost, opened, applied(11_000, 1000), applied(12_000, 2000))).toEqual({ holds: false, figures: { lostUpdates: 1, wrongBalance: 10 } });
  expect(judge(noUpdateLost, opened, applied(11_000, 1000), applied(13_000, 2000)).holds).toBe(true);
});
test('a fold is held against the version that it is of', () => {
  const folded = (version: number, balance: number, until: number | null = null): Seen => ['folded', { account: 'a', version, balance, limit: 500, until }];
  expect(judge(foldIsRight, opened, stored(2, 500), folded(1, 10_000), folded(2, 10_500)).holds).toBe(true);
  expect(judge(foldIsRight, opened, stored(2, 500), folded(2, 10_000)).figures).toEqual({ folds: 1, wrongFolds: 1 });
  expect(judge(foldIsRight, opened, folded(-1, 0)).holds).toBe(false);
  expect(judge(foldIsRight, opened, folded(-1, 0, 3)).holds).toBe(true);
});
test('commands and mails count by what they are about', () => {
  expect(judge(appliedOnce, stored(2, 5, 7), stored(3, 5, 7)).figures).toEqual({ recordedTwice: 1 });
  expect(judge(mailedOnce, ['mailed', { event: 'a' }], ['mailed', { event: 'b' }], ['mailed', { event: 'a' }]).figures).toEqual({ mailsTwice: 1 });
});
test('a row that is mended is wrong no more', () => {
  const row = (balance: number): Seen => ['projected', { account: 'a', version: 1, balance }];
  expect(judge(rowsAreRight, opened, row(1)).figures).toEqual({ wrongRows: 1 });
  expect(judge(rowsAreRight, opened, row(1), row(10_000)).holds).toBe(true);
});
