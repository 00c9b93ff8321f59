/** Exclusive row locks with waiting queues. A lock that is free is not in the table. */
import type { Ms } from '../../kernel/contract.ts';

export interface RowLock {
  holder: string;
  sinceMs: Ms;
  /** Transactions that want the row, first come first. */
  queue: string[];
}
export type LockTable = Map<string, RowLock>;

/** Takes the row, or queues for it. True when the row is the transaction's own. */
export function takeLock(table: LockTable, row: string, tx: string, nowMs: Ms): boolean {
  const lock = table.get(row);
  if (lock === undefined) {
    table.set(row, { holder: tx, sinceMs: nowMs, queue: [] });
    return true;
  }
  if (lock.holder === tx) return true;
  if (!lock.queue.includes(tx)) lock.queue.push(tx);
  return false;
}

/** Frees a row and gives the next in the queue, who holds it now. */
export function freeLock(table: LockTable, row: string, tx: string, nowMs: Ms): string | undefined {
  const lock = table.get(row);
  if (lock === undefined) return undefined;
  if (lock.holder !== tx) {
    lock.queue = lock.queue.filter((waiting) => waiting !== tx);
    return undefined;
  }
  const next = lock.queue.shift();
  if (next === undefined) {
    table.delete(row);
    return undefined;
  }
  lock.holder = next;
  lock.sinceMs = nowMs;
  return next;
}
