/** What a run says about its machines: where they are, and which moves were made when. */
import type { MoveRow } from '../../session/types.ts';
import type { StatePath } from './machineModel.ts';

/** States of a machine as the run names them: one path, or several of parallel regions. */
export const activePaths = (state: string | undefined): readonly StatePath[] => (state === undefined ? [] : state.split(/[\s,|&+]+/).filter(Boolean));
export const isActive = (active: readonly StatePath[], path: StatePath): boolean => active.some((it) => it === path || it.startsWith(`${path}.`));

const keyOf = (layer: string, instance: string): string => `${layer}\n${instance}`;
interface Read {
  revision: number;
  until: number;
  readonly rows: Map<string, MoveRow[]>;
}
const read = new WeakMap<readonly MoveRow[], Read>();
/** All moves of one machine. A run’s moves are read once each, however often they are asked for. */
export function movesOf(moves: readonly MoveRow[], revision: number, layer: string, instance: string): readonly MoveRow[] {
  let known = read.get(moves);
  if (known === undefined || known.revision !== revision || known.until > moves.length) read.set(moves, (known = { revision, until: 0, rows: new Map() }));
  for (; known.until < moves.length; known.until++) {
    const row = moves[known.until]!;
    const key = keyOf(row.layer, row.instance);
    const rows = known.rows.get(key);
    if (rows === undefined) known.rows.set(key, [row]);
    else rows.push(row);
  }
  return known.rows.get(keyOf(layer, instance)) ?? NONE;
}
const NONE: readonly MoveRow[] = [];
/** How many rows lie at or before a moment. */
export const countUntil = (rows: readonly { readonly atMs: number }[], atMs: number): number => {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};
/** How far back is looked for machines that have moved. */
const LOOKED = 3000;
/** Machines of a layer that moved last before a moment, the latest first. */
export function lastMoved(moves: readonly MoveRow[], layer: string, atMs: number, most = 1): readonly string[] {
  const found = new Set<string>();
  const end = countUntil(moves, atMs);
  for (let i = end - 1; i >= 0 && end - i <= LOOKED && found.size < most; i--) if (moves[i]!.layer === layer) found.add(moves[i]!.instance);
  return [...found];
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
