/** Small pieces of messaging: the gap-aware cursor, the dedup store, the lease with a fencing token. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDedupStore, isKnown, purge, recall, remember } from './dedupStore.ts';
import { createFencedLease, isNewest, takeLease } from './fencedLease.ts';
import { createGapCursor, moveTo, readableBelow, readablePastGaps } from './gapCursor.ts';

describe('gap-aware cursor', () => {
  test('waits in front of a gap until its row is there', () => {
    const cursor = createGapCursor();
    expect(readablePastGaps(cursor, [1, 2, 4], 0, 1000)).toBe(2);
    moveTo(cursor, 2);
    expect(readablePastGaps(cursor, [4], 999, 1000)).toBe(0);
    expect(readablePastGaps(cursor, [3, 4], 999, 1000)).toBe(2);
  });
  test('takes a position that never comes for rolled back after its wait, and waits anew for the next', () => {
    const cursor = createGapCursor();
    expect(readablePastGaps(cursor, [2, 4], 0, 1000)).toBe(0);
    expect(readablePastGaps(cursor, [2, 4], 1000, 1000)).toBe(1);
    moveTo(cursor, 2);
    expect(readablePastGaps(cursor, [4], 1500, 1000)).toBe(0);
    expect(readablePastGaps(cursor, [4], 2000, 1000)).toBe(1);
  });
  test('never moves back', () => {
    const cursor = createGapCursor();
    moveTo(cursor, 7);
    moveTo(cursor, 3);
    expect(cursor.at).toBe(7);
  });
  test('reads up to the lowest open transaction; whatever the order of commits, it reads every committed position once and in order', () => {
    expect(readableBelow([1, 2, 4, 5], 3)).toBe(2);
    expect(readableBelow([1, 2], Infinity)).toBe(2);
    fc.assert(fc.property(fc.array(fc.record({ lasts: fc.integer({ min: 1, max: 20 }), rolledBack: fc.boolean(), look: fc.boolean() }), { maxLength: 40 }), (txs) => {
      const cursor = createGapCursor();
      const read: number[] = [];
      const commitAt = txs.map(({ lasts }, i) => i + lasts);
      for (let now = 0; now < txs.length + 25; now++) {
        if (now < txs.length && !txs[now]!.look) continue;
        const visible = txs.flatMap(({ rolledBack }, i) => (!rolledBack && commitAt[i]! <= now && i <= now && i + 1 > cursor.at ? [i + 1] : []));
        const open = txs.flatMap((_tx, i) => (i <= now && commitAt[i]! > now ? [i + 1] : []));
        const count = readableBelow(visible, open[0] ?? Infinity);
        read.push(...visible.slice(0, count));
        if (count > 0) moveTo(cursor, visible[count - 1]!);
      }
      expect(read).toEqual(txs.flatMap(({ rolledBack }, i) => (rolledBack ? [] : [i + 1])));
    }));
  });
});

describe('dedup store', () => {
  test('keeps the first value of a key, and counts who asks again', () => {
    const store = createDedupStore<string>();
    expect(remember(store, 'a', 'first', 0)).toBe(true);
    expect(remember(store, 'a', 'second', 1)).toBe(false);
    expect(recall(store, 'a')).toBe('first');
    expect(recall(store, 'b')).toBeUndefined();
    expect(store.hits).toBe(1);
  });
  test('forgets by age and by number, oldest first; asking prolongs nothing', () => {
    const store = createDedupStore();
    for (let i = 0; i < 5; i++) remember(store, `k${i}`, true, i * 100);
    recall(store, 'k0');
    expect(purge(store, 250, 150)).toBe(2);
    expect([isKnown(store, 'k1'), isKnown(store, 'k2')]).toEqual([false, true]);
    expect(purge(store, 250, Infinity, 1)).toBe(2);
    expect([...store.entries.keys()]).toEqual(['k4']);
    expect(store.purged).toBe(4);
  });
});

describe('lease with a fencing token', () => {
  test('one holder at a time; the token grows with each change, and old ones are turned away', () => {
    const lease = createFencedLease();
    expect(takeLease(lease, 'a', 0, 100)).toBe(1);
    expect(takeLease(lease, 'b', 99, 100)).toBe(0);
    expect(takeLease(lease, 'a', 99, 100)).toBe(1);
    expect(takeLease(lease, 'b', 199, 100)).toBe(2);
    expect([isNewest(lease, 1), isNewest(lease, 2)]).toEqual([false, true]);
  });
});
