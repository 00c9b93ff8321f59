/** Documents over time: what undo and redo go through, and the tree of branches that edits in the past grow. Pure data. */
import type { Ms } from '../kernel/contract.ts';
import type { RunDocument } from '../runs/document.ts';
import type { Branch } from './types.ts';

const MAX_UNDO = 200;

export interface Tree {
  readonly branches: readonly Branch[];
  readonly current: number;
  /** How far the current branch has been played: an edit before that is an edit of the past. */
  readonly playedMs: Ms;
  readonly undo: readonly { readonly branches: readonly Branch[]; readonly current: number }[];
  readonly redo: readonly { readonly branches: readonly Branch[]; readonly current: number }[];
}
export const plant = (document: RunDocument): Tree => ({
  branches: [{ id: 1, parent: null, forkedAtMs: null, title: 'first run', document }], current: 1, playedMs: 0, undo: [], redo: [],
});
export const documentOf = (tree: Tree): RunDocument => tree.branches.find(({ id }) => id === tree.current)!.document;

/** Edits the current branch, or forks it where the edit changes what has been seen already. */
export function edit(tree: Tree, document: RunDocument, fromMs: Ms, title: string): Tree {
  const past = [...tree.undo, { branches: tree.branches, current: tree.current }].slice(-MAX_UNDO);
  if (fromMs < tree.playedMs - 1e-6) {
    const id = Math.max(...tree.branches.map((branch) => branch.id)) + 1;
    return { branches: [...tree.branches, { id, parent: tree.current, forkedAtMs: fromMs, title, document }], current: id, playedMs: fromMs, undo: past, redo: [] };
  }
  return { ...tree, branches: tree.branches.map((branch) => (branch.id === tree.current ? { ...branch, document } : branch)), undo: past, redo: [] };
}
export function undo(tree: Tree): Tree {
  const back = tree.undo.at(-1);
  if (back === undefined) return tree;
  return { ...back, playedMs: 0, undo: tree.undo.slice(0, -1), redo: [...tree.redo, { branches: tree.branches, current: tree.current }] };
}
export function redo(tree: Tree): Tree {
  const on = tree.redo.at(-1);
  if (on === undefined) return tree;
  return { ...on, playedMs: 0, redo: tree.redo.slice(0, -1), undo: [...tree.undo, { branches: tree.branches, current: tree.current }] };
}
export const switchTo = (tree: Tree, id: number): Tree => (tree.branches.some((branch) => branch.id === id) ? { ...tree, current: id, playedMs: 0 } : tree);
export const played = (tree: Tree, atMs: Ms): Tree => (atMs > tree.playedMs ? { ...tree, playedMs: atMs } : tree);
