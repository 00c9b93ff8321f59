import type { Json } from '../../kernel/contract.ts';

export type SlotCell = 'free' | 'busy' | 'waiting' | 'gone';

/** What each slot is doing, as far as the application says; else only how many are taken. */
export function slotCells(slots: { readonly used: number; readonly of: number }, view: Json | undefined): SlotCell[] {
  const cells: SlotCell[] = Array.from({ length: slots.of }, () => 'free');
  if (Array.isArray(view)) {
    for (const entry of view as readonly Json[]) {
      if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) continue;
      const { cell, gone, waitingFor } = entry as { readonly cell?: Json; readonly gone?: Json; readonly waitingFor?: Json };
      if (typeof cell === 'number' && cell >= 0 && cell < cells.length) cells[cell] = gone === true ? 'gone' : typeof waitingFor === 'string' ? 'waiting' : 'busy';
    }
    if (cells.filter((cell) => cell !== 'free').length === slots.used) return cells;
  }
  return cells.map((_, i) => (i < slots.used ? 'busy' : 'free'));
}
