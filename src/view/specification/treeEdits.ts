/** Changes of a tree as plain data: each gives a new tree. A path is the positions of the children from the root. */
import type { Json } from '../../kernel/contract.ts';

export type TreeNode = { readonly op: string; readonly of?: readonly TreeNode[]; readonly [name: string]: unknown };
export type Path = readonly number[];
export const INNER_OPS = ['and', 'or', 'not', 'xor', 'atLeast'] as const;
export const NUMBER_OPS = ['gt', 'ge', 'lt', 'le', 'eq', 'ne', 'between', 'in', 'isNull', 'custom'] as const;
export const TEXT_OPS = ['eq', 'ne', 'like', 'in', 'gt', 'ge', 'lt', 'le', 'isNull'] as const;
export const OP_WORDS: Readonly<Record<string, string>> = {
  and: 'all of', or: 'any of', not: 'not', xor: 'an odd number of', atLeast: 'at least … of', true: 'always', false: 'never', gt: '>', ge: '≥', lt: '<', le: '≤', eq: '=', ne: '≠',
  between: 'between', in: 'one of', like: 'like', isNull: 'is missing', custom: 'code, below',
};
export interface EditorField { readonly name: string; readonly type: string }
export const isInner = ({ op }: TreeNode): boolean => (INNER_OPS as readonly string[]).includes(op);

export const nodeAt = (tree: TreeNode, path: Path): TreeNode => path.reduce((node, i) => node.of![i]!, tree);
export function replaced(tree: TreeNode, path: Path, node: TreeNode): TreeNode {
  if (path.length === 0) return node;
  const [first, ...rest] = path;
  return { ...tree, of: tree.of!.map((child, i) => (i === first ? replaced(child, rest, node) : child)) };
}
/** Without the node; the root and the only part of a negation can't go alone: they become “always”, and the negation goes with its part. */
export function removed(tree: TreeNode, path: Path): TreeNode {
  if (path.length === 0) return { op: 'true' };
  const above = path.slice(0, -1), parent = nodeAt(tree, above), at = path.at(-1)!;
  if (parent.op === 'not') return removed(tree, above);
  return replaced(tree, above, { ...parent, of: parent.of!.filter((_, i) => i !== at) });
}
/** One place up (−1) or down (1) among its siblings; unchanged at the end. */
export function moved(tree: TreeNode, path: Path, by: -1 | 1): TreeNode {
  if (path.length === 0) return tree;
  const above = path.slice(0, -1), parent = nodeAt(tree, above), at = path.at(-1)!, to = at + by;
  if (to < 0 || to >= parent.of!.length) return tree;
  const of = [...parent.of!];
  [of[at], of[to]] = [of[to]!, of[at]!];
  return replaced(tree, above, { ...parent, of });
}
export const added = (tree: TreeNode, path: Path, node: TreeNode): TreeNode => {
  const parent = nodeAt(tree, path);
  return replaced(tree, path, { ...parent, of: [...(parent.of ?? []), node] });
};
/** Put under a new “not”, or taken out of the one that it is. */
export const negated = (tree: TreeNode, path: Path): TreeNode => {
  const node = nodeAt(tree, path);
  return replaced(tree, path, node.op === 'not' ? node.of![0]! : { op: 'not', of: [node] });
};
/** A leaf on a field with an operator, keeping what fits of an old one. */
export function leafOf(field: EditorField, op: string, old: TreeNode = { op }): TreeNode {
  const text = field.type === 'text', kind = text ? 'string' : 'number', empty = text ? '' : 0;
  const base: TreeNode = { op, field: field.name, ...(typeof old['cost'] === 'number' && { cost: old['cost'] }), ...(typeof old['selectivity'] === 'number' && { selectivity: old['selectivity'] }), ...(typeof old['label'] === 'string' && { label: old['label'] }) };
  const value = typeof old['value'] === kind ? old['value'] : empty;
  switch (op) {
    case 'isNull': return base;
    case 'between': return { ...base, lo: old['lo'] ?? (typeof value === 'number' ? value : 0), hi: old['hi'] ?? (typeof value === 'number' ? value : 0) };
    case 'in': return { ...base, values: Array.isArray(old['values']) && old['values'].every((each) => typeof each === kind) ? old['values'] : [value] };
    case 'like': return { ...base, pattern: typeof old['pattern'] === 'string' ? old['pattern'] : `${String(value)}%` };
    case 'custom': return { ...base, name: old['name'] ?? 'rule', value };
    default: return { ...base, value };
  }
}
/** An inner node with another operator: a negation keeps its first part. */
export function innerOf(node: TreeNode, op: string): TreeNode {
  const { k: _, ...rest } = node;
  const of = node.of ?? [];
  if (op === 'not') return { op: 'not', of: [of.length === 1 ? of[0]! : { op: node.op, of }] };
  return { ...rest, op, of, ...(op === 'atLeast' && { k: Math.max(1, Math.min(of.length, 2)) }) };
}
export const readTree = (value: Json | undefined): TreeNode | null => (typeof value === 'object' && value !== null && 'op' in value ? (value as unknown as TreeNode) : null);
