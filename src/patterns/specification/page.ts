/** A page: the first rows in an order, missing values last, equals by their number. */
import type { Cell, Row } from '../../primitives/predicates/tree.ts';

export interface Page { readonly take: number; readonly orderBy: string }
export interface Numbered { readonly id: number; readonly row: Row }
const before = (a: Cell, b: Cell): number => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
export function pageOf<R extends Numbered>(all: readonly R[], { take, orderBy }: Page): readonly R[] {
  const ordered = orderBy === '' ? all : [...all].sort((a, b) => before(a.row[orderBy] ?? null, b.row[orderBy] ?? null) || a.id - b.id);
  return take > 0 ? ordered.slice(0, take) : ordered;
}
