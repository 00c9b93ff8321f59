/** Figures of many runs, and whether they lie where a text says. */
import { expect } from 'vitest';
import { figure } from '../../src/runs/figure.ts';
import { deviation, mean } from '../conformance/claims.ts';
import type { Run } from './runs.ts';

export const figuresOf = (runs: readonly Run[], metric: string): number[] => runs.map(({ summary }) => figure(summary, metric) ?? NaN);

/** "59.8 (sd 1.2)", for messages. */
export const told = (values: readonly number[]): string => `${mean(values).toPrecision(4)} (sd ${deviation(values).toPrecision(2)}, ${Math.min(...values).toPrecision(4)} to ${Math.max(...values).toPrecision(4)})`;

/** The mean over all seeds lies in the range that a text may quote, and nine in ten seeds lie in the wider one. */
export function expectFigure(what: string, values: readonly number[], [low, high]: readonly [number, number], wide: readonly [number, number] = [-Infinity, Infinity]): void {
  const message = `${what}: ${told(values)}`;
  expect(mean(values), message).toBeGreaterThanOrEqual(low);
  expect(mean(values), message).toBeLessThanOrEqual(high);
  expect(values.filter((value) => value >= wide[0] && value <= wide[1]).length, `${message}, in ${wide.join(' to ')}`).toBeGreaterThanOrEqual(0.9 * values.length);
}
