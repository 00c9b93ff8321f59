/** What a run says about its machines: where they are, and which moves were made when. */
import type { MoveRow } from '../../session/types.ts';
import type { StatePath } from './machineModel.ts';

/** States of a machine as the run names them: one path, or several of parallel regions. */
export const activePaths = (state: string | undefined): readonly StatePath[] => (state === undefined ? [] : state.split(/[\s,|&+]+/).filter(Boolean));
export const isActive = (active: readonly StatePath[], path: StatePath): boolean => active.some((it) => it === path || it.startsWith(`${path}.`));

/** Rows of one machine up to a moment. */
export function movesUntil(moves: readonly MoveRow[], layer: string, instance: string, atMs: number): readonly MoveRow[] {
  const out: MoveRow[] = [];
  for (const row of moves) {
    if (row.atMs > atMs) break;
    if (row.layer === layer && row.instance === instance) out.push(row);
  }
  return out;
}
export const countKey = (from: string, event: string, to: string): string => `${from}\n${event}\n${to}`;
export function moveCounts(rows: readonly MoveRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { from, to, event } of rows) {
    const key = countKey(from, event, to);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
