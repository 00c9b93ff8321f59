import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DISCIPLINES as RANKED_AND_PLAIN } from './disciplines.ts';
import {
  NOT_WAITING, PERMIT_RULES, admit, createPermits, displaceOldest, enter, enterAhead, leave, lineUp, peek, rankOf, reorder, resize, resizeQueue, withdraw,
} from './permits.ts';
import type { Discipline, Permits, Waiter } from './permits.ts';

const DISCIPLINES: readonly Discipline[] = [...RANKED_AND_PLAIN, 'adaptiveLifo'];
const LIFO_ABOVE = 3;
interface Guest extends Waiter { id: number; priority: number; deadlineMs: number }
let nextId = 0;
const guest = (priority = 0, deadlineMs = Infinity): Guest => ({ turn: NOT_WAITING, rank: 0, id: nextId++, priority, deadlineMs });
const come = (permits: Permits<Guest>, one: Guest) => enter(permits, one, rankOf(permits.discipline, one.priority, one.deadlineMs));
/** Like expect().toBe, without its cost: the property below compares millions of values. */
function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${String(actual)} instead of ${String(expected)}`);
}
const ids = (guests: readonly Guest[]) => guests.map(({ id }) => id);

/** The same service written as plainly as possible: one list in order of arrival, searched every time. */
class Naive {
  inside = 0;
  line: Guest[] = [];
  constructor(public limit: number, public capacity: number, public discipline: Discipline) {}
  next(): Guest | undefined {
    const { line } = this;
    if (this.discipline === 'fifo') return line[0];
    if (this.discipline === 'lifo') return line[line.length - 1];
    if (this.discipline === 'adaptiveLifo') return line.length > LIFO_ABOVE ? line[line.length - 1] : line[0];
    const key = (one: Guest) => (this.discipline === 'priority' ? -one.priority : one.deadlineMs);
    let best = line[0];
    for (const one of line) if (key(one) < key(best!)) best = one;
    return best;
  }
  come(one: Guest) {
    if (this.inside < this.limit && this.line.length === 0) { this.inside++; return 'entered'; }
    if (this.line.length >= this.capacity) return 'full';
    this.line.push(one);
    return 'queued';
  }
  admit(): Guest | undefined {
    const one = this.next();
    if (one === undefined || this.inside >= this.limit) return undefined;
    this.line.splice(this.line.indexOf(one), 1);
    this.inside++;
    return one;
  }
  withdraw(one: Guest): boolean {
    const at = this.line.indexOf(one);
    if (at < 0) return false;
    this.line.splice(at, 1);
    return true;
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('come' as const), priority: fc.integer({ min: 0, max: 3 }), deadlineMs: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'leave' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), which: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'displace' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resize' as const), limit: fc.integer({ min: 0, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resizeQueue' as const), capacity: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reorder' as const), discipline: fc.constantFrom(...DISCIPLINES) }) },
);

describe('permits', () => {
  test('serve whom a plain list would serve, under every discipline and change', () => {
    fc.assert(fc.property(
      fc.constantFrom(...DISCIPLINES), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 60 }), fc.array(step, { maxLength: 400, size: 'max' }),
      (discipline, limit, capacity, steps) => {
        const permits = createPermits<Guest>(limit, capacity, discipline, LIFO_ABOVE);
        const naive = new Naive(limit, capacity, discipline);
        const all: Guest[] = [];
        const drain = () => {
          for (;;) {
            const expected = naive.admit();
            same(admit(permits)?.id, expected?.id);
            if (expected === undefined) return;
          }
        };
        for (const one of steps) {
          if (one.kind === 'come') {
            const who = guest(one.priority, one.deadlineMs);
            all.push(who);
            same(come(permits, who), naive.come(who));
          } else if (one.kind === 'leave') {
            if (naive.inside === 0) continue;
            leave(permits);
            naive.inside--;
            drain();
          } else if (one.kind === 'withdraw') {
            const who = all[one.which % Math.max(1, all.length)];
            if (who !== undefined) same(withdraw(permits, who), naive.withdraw(who));
          } else if (one.kind === 'displace') {
            const plain = naive.discipline !== 'priority' && naive.discipline !== 'earliestDeadline';
            const who = plain ? naive.line.shift() : undefined;
            same(displaceOldest(permits)?.id, who?.id);
          } else if (one.kind === 'resize') {
            naive.limit = one.limit;
            resize(permits, one.limit);
            drain();
          } else if (one.kind === 'resizeQueue') {
            naive.capacity = one.capacity;
            resizeQueue(permits, one.capacity);
          } else {
            naive.discipline = one.discipline;
            reorder(permits, one.discipline, (who) => rankOf(one.discipline, who.priority, who.deadlineMs));
          }
          same(permits.used, naive.inside);
          same(permits.waiting, naive.line.length);
          same(peek(permits)?.id, naive.next()?.id);
          same(lineUp(permits, 1000).length, naive.line.length);
          same(lineUp(permits, 1)[0]?.id, naive.next()?.id);
          same(PERMIT_RULES.find((rule) => !rule.holds(permits))?.name, undefined);
        }
      },
    ), { numRuns: 500 });
  });

  test.each([
    ['fifo', [0, 1, 2, 3]], ['lifo', [3, 2, 1, 0]], ['priority', [1, 3, 0, 2]], ['earliestDeadline', [2, 0, 1, 3]], ['adaptiveLifo', [3, 0, 1, 2]],
  ] as const)('%s serves in its order, equals in order of arrival', (discipline, order) => {
    const permits = createPermits<Guest>(1, 10, discipline, LIFO_ABOVE);
    come(permits, guest());
    const line = [guest(1, 20), guest(5, 20), guest(1, 10), guest(5, 30)];
    for (const one of line) come(permits, one);
    const expected = order.map((index) => line[index]!.id);
    expect(ids(lineUp(permits, 10))).toEqual(expected);
    const served: number[] = [];
    while (permits.waiting > 0) {
      leave(permits);
      served.push(admit(permits)!.id);
    }
    expect(served).toEqual(expected);
  });

  test('a shrink interrupts nobody and lets nobody in until enough have left', () => {
    const permits = createPermits<Guest>(3, 5);
    for (let i = 0; i < 5; i++) come(permits, guest());
    resize(permits, 1);
    expect(permits.used).toBe(3);
    leave(permits);
    expect(admit(permits)).toBeUndefined();
    leave(permits);
    expect(admit(permits)).toBeUndefined();
    leave(permits);
    expect(admit(permits)).toBeDefined();
    expect([permits.used, permits.waiting]).toEqual([1, 1]);
  });

  test('after a shrink a rule breaks when somebody enters above the limit', () => {
    const permits = createPermits<Guest>(3, 5);
    for (let i = 0; i < 3; i++) come(permits, guest());
    resize(permits, 1);
    leave(permits);
    permits.used++;
    expect(PERMIT_RULES[0]!.holds(permits)).toBe(false);
  });

  test('a smaller queue sends nobody away and refuses until it has drained', () => {
    const permits = createPermits<Guest>(1, 3);
    for (let i = 0; i < 4; i++) come(permits, guest());
    resizeQueue(permits, 1);
    expect(permits.waiting).toBe(3);
    leave(permits); admit(permits);
    leave(permits); admit(permits);
    expect(come(permits, guest())).toBe('full');
    leave(permits); admit(permits);
    expect(come(permits, guest())).toBe('queued');
  });

  test.each(DISCIPLINES)('those that gave up do not pile up (%s)', (discipline) => {
    const permits = createPermits<Guest>(1, 1_000_000, discipline);
    come(permits, guest());
    const stays = guest(9, 1);
    come(permits, stays);
    let longest = 0;
    for (let i = 0; i < 5_000; i++) {
      const one = guest(i % 7, i % 11);
      come(permits, one);
      withdraw(permits, one);
      longest = Math.max(longest, permits.line.length);
    }
    expect(longest).toBeLessThan(64);
    leave(permits);
    expect(admit(permits)).toBe(stays);
  });

  test('one may go ahead of those that wait only where a slot is free', () => {
    const permits = createPermits<Guest>(1, 2);
    come(permits, guest());
    come(permits, guest());
    expect(enterAhead(permits)).toBe(false);
    resize(permits, 2);
    expect(enterAhead(permits)).toBe(true);
    expect([permits.used, permits.waiting]).toEqual([2, 1]);
  });

  test('no slots let nobody in', () => {
    const permits = createPermits<Guest>(0, 1);
    expect([come(permits, guest()), come(permits, guest())]).toEqual(['queued', 'full']);
    expect(admit(permits)).toBeUndefined();
  });

  test.each(DISCIPLINES)('many that wait cost a few looks each, not a search of the whole line (%s)', (discipline) => {
    const many = 20_000;
    let looks = 0;
    const watched = (one: Guest): Guest => {
      let { turn, rank } = one;
      return Object.defineProperties(one, {
        turn: { get: () => { looks++; return turn; }, set: (to: number) => { turn = to; } },
        rank: { get: () => { looks++; return rank; }, set: (to: number) => { rank = to; } },
      });
    };
    const permits = createPermits<Guest>(1, many, discipline);
    const all = Array.from({ length: many + 1 }, (_, i) => watched(guest(i % 97, (i * 7919) % 10_007)));
    for (const one of all) come(permits, one);
    for (let i = 1; i < all.length; i += 2) withdraw(permits, all[i]!);
    let served = 0;
    do { leave(permits); served++; } while (admit(permits) !== undefined);
    expect(served).toBe(many / 2 + 1);
    // 2.5 in order of arrival, 48 and 70 by rank (log2(20,000) is 14 levels). A search would take thousands.
    expect(looks / many).toBeLessThan(discipline === 'priority' || discipline === 'earliestDeadline' ? 100 : 6);
  });
});
