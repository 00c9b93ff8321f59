/**
 * A cursor over positions that are given out in one order and become visible in another: a sequence numbers rows when they are inserted, and a
 * reader sees them when they are committed. "Everything above the highest I have seen" leaves out for ever whatever commits late. This cursor
 * stops in front of a gap. The gap ends when its row becomes visible, when it is known that nobody holds that position any more (`lowestOpen`),
 * or, where nobody can know that, after a wait: a position whose transaction was rolled back never comes.
 *
 * @see event-driven.io, Ordering in Postgres outbox; Marten, high-water mark detection; PostgreSQL, pg_snapshot_xmin
 */
import type { Ms } from '../kernel/contract.ts';

export interface GapCursor {
  /** All up to and including this has been read. */
  at: number;
  /** First position of the gap that is waited for; 0: none. */
  gapAt: number;
  gapSinceMs: Ms;
}
export const createGapCursor = (): GapCursor => ({ at: 0, gapAt: 0, gapSinceMs: 0 });

/** Knows the lowest position whose transaction is open (Infinity: none is): nothing below it can still come. */
export const readableBelow = (visible: readonly number[], lowestOpen: number): number => {
  let count = 0;
  while (count < visible.length && visible[count]! < lowestOpen) count++;
  return count;
};

/**
 * Knows nothing of transactions: waits `waitMs` for a missing position, then takes it for rolled back.
 * @param visible positions above the cursor, ascending
 * @returns how many of them may be read now
 */
export function readablePastGaps(cursor: GapCursor, visible: readonly number[], nowMs: Ms, waitMs: Ms): number {
  let expected = cursor.at + 1;
  for (let i = 0; i < visible.length; i++) {
    const position = visible[i]!;
    if (position > expected) {
      if (cursor.gapAt !== expected) { cursor.gapAt = expected; cursor.gapSinceMs = nowMs; }
      if (nowMs - cursor.gapSinceMs < waitMs) return i;
      // The wait is over for this gap alone: one further on begins its own.
      cursor.gapAt = 0;
    }
    expected = position + 1;
  }
  return visible.length;
}

/** Moves on to `position`; never back. */
export function moveTo(cursor: GapCursor, position: number): void {
  if (position <= cursor.at) return;
  cursor.at = position;
  if (cursor.gapAt <= position) cursor.gapAt = 0;
}
