/** That the benchmarks still run; how fast anything is, is no matter here. */
import { expect, test } from 'vitest';
import { groups, runGroup } from './groups.ts';
import { inProcess } from './hosts.ts';
import { pool, reached, toComparison, toMarkdown, toText, type Result } from './report.ts';

/** Groups that are others again, with another size or document. */
const TWINS: ReadonlySet<string> = new Set(['seek-long', 'breaker-map', 'storm-map', 'broker', 'stack']);
const TINY = { runs: 1, warmMs: 0, size: 0.001, quick: true } as const;

test('every group runs, and its result can be read, compared and put in a table', async () => {
  const reports = [];
  for (const name of Object.keys(groups)) if (!TWINS.has(name)) reports.push(await runGroup(name, TINY, inProcess));
  const { measurements, figures } = pool(reports);
  const result: Result = { measurements, figures, date: '2026-01-01 00:00', machine: { cpu: 'a cpu', cores: 1, node: '20', load: 0 }, quick: true, failed: [] };
  for (const { name, values } of figures) for (const value of values) expect(value, name).toSatisfy(Number.isFinite);
  const shown = new Set(figures.flatMap(({ target }) => (target === undefined ? [] : [target.id])));
  expect([...shown].toSorted()).toEqual(['T1', 'T10', 'T12', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9']);
  const text = toText(result), table = toMarkdown(result), comparison = toComparison(result, result);
  for (const { name } of measurements) expect(text).toContain(name);
  for (const { name, target } of figures) if (target !== undefined) expect(table).toContain(name);
  expect(comparison).toContain('1.000 ×');
});

test('a target is held against the median, or against the worst run where it says so', () => {
  const figure = (values: number[], is: 'atLeast' | 'atMost', than: number, of: 'median' | 'worst') => ({ group: 'g', name: 'f', unit: '×', values, target: { id: 'T1', is, than, of } });
  expect(reached(figure([1, 2, 9], 'atMost', 2, 'median'))).toBe(true);
  expect(reached(figure([1, 2, 9], 'atMost', 2, 'worst'))).toBe(false);
  expect(reached(figure([1, 3, 9], 'atLeast', 3, 'median'))).toBe(true);
  expect(reached(figure([1, 3, 9], 'atLeast', 2, 'worst'))).toBe(false);
});

test('runs whose spreads overlap are said to', () => {
  const result = (values: number[]): Result => ({ measurements: [], figures: [{ group: 'g', name: 'f', unit: '×', values }], date: '', machine: { cpu: '', cores: 1, node: '', load: 0 }, quick: false, failed: [] });
  expect(toComparison(result([1, 2, 3]), result([3, 4, 5]))).toContain('spreads overlap');
  expect(toComparison(result([1, 2, 3]), result([4, 5, 6]))).not.toContain('spreads overlap');
});
