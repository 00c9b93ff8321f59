/** Slots and a queue in order of arrival, for jobs known by the id of their call. */
export interface Desk { busy: number; readonly waiting: number[] }
export const createDesk = (): Desk => ({ busy: 0, waiting: [] });
interface Limits { readonly concurrency: number; readonly queueCapacity: number }

/** `works`: it has a slot; `waits`; `full`: it can't come in. */
export function come(desk: Desk, id: number, { concurrency, queueCapacity }: Limits): 'works' | 'waits' | 'full' {
  if (desk.busy < concurrency && desk.waiting.length === 0) { desk.busy++; return 'works'; }
  if (desk.waiting.length >= queueCapacity) return 'full';
  desk.waiting.push(id);
  return 'waits';
}
/** Those who get a slot now, in order: after one became free, or more were made. */
export function fill(desk: Desk, { concurrency }: Limits): readonly number[] {
  const next = desk.waiting.splice(0, Math.max(0, concurrency - desk.busy));
  desk.busy += next.length;
  return next;
}
export function withdraw(desk: Desk, id: number): void {
  const at = desk.waiting.indexOf(id);
  if (at >= 0) desk.waiting.splice(at, 1);
}
