/** Reading a sieve and placing it: parts of an “and” below one another, of an “or” side by side. */
import type { Json } from '../../kernel/contract.ts';
import { isList, isRecord, numberIn, textIn, type JsonRecord } from './json.ts';

export interface SieveNode {
  readonly label: string;
  readonly op: string;
  readonly text: string;
  readonly cost: number;
  readonly selectivity: number;
  readonly in: number;
  readonly out: number;
  readonly children: readonly SieveNode[];
}
export interface SieveReading {
  readonly tree: SieveNode;
  readonly candidates: number;
  readonly survivors: number;
  readonly query: string;
  readonly where: string;
  readonly costUs: number | null;
  readonly bestUs: number | null;
}
const MOST_DEEP = 16;
function nodeOf(value: Json | undefined, depth = 0): SieveNode | null {
  if (!isRecord(value) || depth > MOST_DEEP) return null;
  const op = textIn(value, 'op'), list = value['children'];
  if (op === null) return null;
  const children = isList(list) ? list.map((child) => nodeOf(child, depth + 1)) : [];
  if (children.some((child) => child === null)) return null;
  return { label: textIn(value, 'label') ?? op, op, text: textIn(value, 'text') ?? '', cost: numberIn(value, 'cost') ?? 0, selectivity: numberIn(value, 'selectivity') ?? 0, in: numberIn(value, 'in') ?? 0, out: numberIn(value, 'out') ?? 0, children: children as SieveNode[] };
}
/** { tree: nested { label, op, cost, selectivity, in, out, children }, candidates, survivors, query }; null for anything else. */
export function sieveOf(value: Json | undefined): SieveReading | null {
  if (!isRecord(value)) return null;
  const tree = nodeOf(value['tree']), candidates = numberIn(value, 'candidates');
  if (tree === null || candidates === null) return null;
  return { tree, candidates, survivors: numberIn(value, 'survivors') ?? 0, query: textIn(value, 'query') ?? '', where: textIn(value, 'where') ?? '', costUs: numberIn(value, 'costUs'), bestUs: numberIn(value, 'bestUs') };
}
export type { JsonRecord };

export interface Placed {
  /** Stays with a leaf when the order changes. */
  readonly key: string;
  readonly node: SieveNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}
export interface Frame { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly word: string }
export interface Pipe { readonly from: readonly [x: number, y: number]; readonly to: readonly [x: number, y: number]; readonly rows: number }
export interface SieveLayout { readonly leaves: readonly Placed[]; readonly frames: readonly Frame[]; readonly pipes: readonly Pipe[]; readonly height: number }
/** Height of a leaf, of a fork or a join, and the margin within a frame. */
export const LEAF = 46, FORK = 34, MARGIN = 15;
const sideBySide = (op: string): boolean => op === 'or' || op === 'xor' || op === 'atLeast';
export const columns = (n: SieveNode): number => (n.children.length === 0 ? 1 : sideBySide(n.op) ? n.children.reduce((sum, child) => sum + columns(child), 0) : Math.max(...n.children.map(columns)));
export function heightOf(n: SieveNode): number {
  if (n.children.length === 0) return LEAF;
  if (sideBySide(n.op)) return 2 * FORK + Math.max(...n.children.map(heightOf));
  const stacked = n.children.reduce((sum, child) => sum + heightOf(child), 0);
  return n.op === 'not' ? stacked + 2 * MARGIN : stacked;
}
export function placeSieve(tree: SieveNode, width: number, top: number): SieveLayout {
  const leaves: Placed[] = [], frames: Frame[] = [], pipes: Pipe[] = [];
  const times = new Map<string, number>();
  const walk = (n: SieveNode, x: number, y: number, w: number): void => {
    const middle = x + w / 2;
    if (n.children.length === 0) {
      const name = `${n.label} ${n.text}`, time = times.get(name) ?? 0;
      times.set(name, time + 1);
      leaves.push({ key: `${name} ${time}`, node: n, x: middle, y, width: w });
      return;
    }
    if (!sideBySide(n.op)) {
      let at = y;
      if (n.op === 'not') {
        frames.push({ x: x + 3, y: y + 2, width: w - 6, height: heightOf(n) - 4, word: 'not' });
        pipes.push({ from: [middle, y], to: [middle, y + MARGIN], rows: n.in }, { from: [middle, y + heightOf(n) - MARGIN], to: [middle, y + heightOf(n)], rows: n.out });
        at += MARGIN;
      }
      for (const child of n.children) { walk(child, x, at, w); at += heightOf(child); }
      return;
    }
    const high = heightOf(n), unit = w / columns(n);
    let left = x;
    for (const child of n.children) {
      const wide = unit * columns(child), centre = left + wide / 2, below = y + FORK + heightOf(child);
      pipes.push({ from: [middle, y], to: [centre, y + FORK], rows: child.in });
      walk(child, left, y + FORK, wide);
      if (below < y + high - FORK) pipes.push({ from: [centre, below], to: [centre, y + high - FORK], rows: child.out });
      pipes.push({ from: [centre, y + high - FORK], to: [middle, y + high], rows: child.out });
      left += wide;
    }
    if (n.op !== 'or') frames.push({ x: x + 3, y: y + 2, width: w - 6, height: high - 4, word: n.op === 'xor' ? 'odd number of' : 'at least some of' });
  };
  walk(tree, 0, top, width);
  return { leaves, frames, pipes, height: top + heightOf(tree) };
}
