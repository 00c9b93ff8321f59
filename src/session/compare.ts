/** Two runs side by side: where they part, and what became of the headline numbers. */
import type { Ms } from '../kernel/contract.ts';
import { figure } from '../runs/figure.ts';
import type { RunState } from './types.ts';

const SAMPLE_MS = 100;

/** First moment at which something differs between two runs that both have been computed that far; null where nothing does. */
export function firstDivergence(a: RunState, b: RunState): Ms | null {
  const computedMs = Math.min(a.computedMs, b.computedMs);
  const times: Ms[] = [];
  const lists = (left: readonly { readonly atMs: Ms }[], right: readonly { readonly atMs: Ms }[], same: (i: number) => boolean) => {
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      if (i < left.length && i < right.length && same(i)) continue;
      times.push(Math.min(left[i]?.atMs ?? Infinity, right[i]?.atMs ?? Infinity));
      return;
    }
  };
  lists(a.moves, b.moves, (i) => a.moves[i]!.atMs === b.moves[i]!.atMs && a.moves[i]!.layer === b.moves[i]!.layer && a.moves[i]!.to === b.moves[i]!.to);
  const shared = a.samples.names.filter((name) => b.samples.values[name] !== undefined);
  const rows = Math.min(a.samples.rows, b.samples.rows);
  for (let row = 0; row < rows; row++) {
    if (shared.every((name) => Object.is(a.samples.values[name]![row], b.samples.values[name]![row]))) continue;
    times.push((row + 1) * SAMPLE_MS);
    break;
  }
  const first = Math.min(...times, Infinity);
  return first <= computedMs ? first : null;
}

export interface Change {
  readonly label: string;
  readonly metric: string;
  readonly unit: string;
  readonly a: number | null;
  readonly b: number | null;
  /** b − a; null where one of them is not known. */
  readonly difference: number | null;
  readonly betterIs: 'higher' | 'lower';
}
export function changesOf(a: RunState, b: RunState): Change[] {
  return a.resolved.headlines.map(({ label, metric, unit, better }) => {
    const left = a.summary === null ? null : figure(a.summary, metric), right = b.summary === null ? null : figure(b.summary, metric);
    return { label, metric, unit, a: left, b: right, difference: left === null || right === null ? null : right - left, betterIs: better };
  });
}
export { figure };
