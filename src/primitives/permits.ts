/**
 * Slots and the queue before them: what a server station, a bulkhead, a thread pool and a breaker's half-open permits have in common.
 * Plain data and functions; the caller owns time and says what happens to whoever gets a slot.
 *
 * Whoever waits is a record of the caller's own which carries two numbers for the queue (`Waiter`), so nothing is looked up by key and
 * giving up is a mark on the record. Marked records stay until they surface or outnumber the live ones: O(1) amortised. First come first
 * served and last come first served cost O(1), the two ranked disciplines O(log n).
 */

import type { Discipline } from './disciplines.ts';

export type { Discipline };

/** What the queue keeps on the record of one that waits. Start with `{ turn: NOT_WAITING, rank: 0 }`. */
export interface Waiter {
  /** Place in the order of arrival; negative while not waiting. */
  turn: number;
  /** Smaller is served first under a ranked discipline; ties go by turn. */
  rank: number;
}
export const NOT_WAITING = -1;

export interface Permits<W extends Waiter> {
  /** How many may hold a slot; 0 lets nobody in. */
  limit: number;
  used: number;
  /** After a shrink `used` may be above the limit, but only ever falls; this follows it down. */
  usedCeiling: number;
  /** How many may wait. */
  capacity: number;
  /** How many do wait. */
  waiting: number;
  /** The same for the queue after its capacity shrank. */
  waitingCeiling: number;
  discipline: Discipline;
  /** Adaptive LIFO: while more than so many wait, the newest is next. */
  lifoAbove: number;
  /** A heap under a ranked discipline, else in order of arrival. Holds those that gave up too. */
  line: W[];
  /** Where the line begins (unranked disciplines). */
  head: number;
  nextTurn: number;
}

export const createPermits = <W extends Waiter>(limit: number, capacity: number, discipline: Discipline = 'fifo', lifoAbove = 0): Permits<W> => ({
  limit, used: 0, usedCeiling: limit, capacity, waiting: 0, waitingCeiling: capacity, discipline, lifoAbove, line: [], head: 0, nextTurn: 0,
});

/** What the discipline orders by: priority (larger first), absolute deadline (earlier first), or nothing but the arrival. */
export const rankOf = (discipline: Discipline, priority: number, deadlineMs: number): number =>
  discipline === 'priority' ? -priority : discipline === 'earliestDeadline' ? deadlineMs : 0;

const isRanked = (discipline: Discipline): boolean => discipline === 'priority' || discipline === 'earliestDeadline';
/** Whether the newest is next. */
const isNewestFirst = ({ discipline, waiting, lifoAbove }: Permits<Waiter>): boolean =>
  discipline === 'lifo' || (discipline === 'adaptiveLifo' && waiting > lifoAbove);
const before = (a: Waiter, b: Waiter): boolean => a.rank < b.rank || (a.rank === b.rank && a.turn < b.turn);

function siftUp<W extends Waiter>(heap: W[], from: number): void {
  const moved = heap[from]!;
  let i = from;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(moved, heap[parent]!)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = moved;
}

function siftDown<W extends Waiter>(heap: W[], from: number): void {
  const moved = heap[from]!;
  const { length } = heap;
  let i = from;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= length) break;
    if (child + 1 < length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, moved)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = moved;
}

/** Takes a slot, joins the queue, or finds both full. A slot is free only while nobody waits, so nobody is overtaken here. */
export function enter<W extends Waiter>(permits: Permits<W>, waiter: W, rank = 0): 'entered' | 'queued' | 'full' {
  if (permits.used < permits.limit && permits.waiting === 0) {
    permits.used++;
    return 'entered';
  }
  if (permits.waiting >= permits.capacity) return 'full';
  waiter.turn = permits.nextTurn++;
  waiter.rank = rank;
  permits.waiting++;
  permits.line.push(waiter);
  if (isRanked(permits.discipline)) siftUp(permits.line, permits.line.length - 1);
  return 'queued';
}

/** Takes a free slot past those that wait: a thread that a pool starts because its queue is full begins with the call that found it so. */
export function enterAhead<W extends Waiter>(permits: Permits<W>): boolean {
  if (permits.used >= permits.limit) return false;
  permits.used++;
  return true;
}

/** Gives a slot back. Follow it with `admit` until that gives nobody. */
export function leave<W extends Waiter>(permits: Permits<W>): void {
  permits.used--;
  permits.usedCeiling = Math.max(permits.limit, permits.used);
}

/** Hands a free slot to the next in the queue; undefined when there is no free slot or nobody waits. */
export function admit<W extends Waiter>(permits: Permits<W>): W | undefined {
  if (permits.used >= permits.limit || permits.waiting === 0) return undefined;
  const waiter = take(permits);
  settle(permits, waiter);
  permits.used++;
  return waiter;
}

/** Whose turn is next, without moving anything but the marks of those that gave up. */
export function peek<W extends Waiter>(permits: Permits<W>): W | undefined {
  if (permits.waiting === 0) return undefined;
  const { line } = permits;
  if (isRanked(permits.discipline)) {
    while (line[0]!.turn < 0) popRoot(line);
    return line[0];
  }
  if (!isNewestFirst(permits)) return oldest(permits);
  while (line[line.length - 1]!.turn < 0) line.pop();
  return line[line.length - 1];
}

/** Who has waited longest, under an unranked discipline. */
function oldest<W extends Waiter>(permits: Permits<W>): W {
  const { line } = permits;
  while (line[permits.head]!.turn < 0) permits.head++;
  return line[permits.head]!;
}

/** Sends the one away that has waited longest, to make room for a newer one; undefined when nobody waits or a rank decides. */
export function displaceOldest<W extends Waiter>(permits: Permits<W>): W | undefined {
  if (permits.waiting === 0 || isRanked(permits.discipline)) return undefined;
  const waiter = oldest(permits);
  settle(permits, waiter);
  return waiter;
}

function take<W extends Waiter>(permits: Permits<W>): W {
  const waiter = peek(permits)!;
  if (isRanked(permits.discipline)) popRoot(permits.line);
  else if (isNewestFirst(permits)) permits.line.pop();
  else permits.head++;
  return waiter;
}

function popRoot<W extends Waiter>(heap: W[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  heap[0] = last;
  siftDown(heap, 0);
}

/** One leaves the queue, served or not; sweeps the line when what is dead in it outnumbers what is alive. */
function settle<W extends Waiter>(permits: Permits<W>, waiter: W): void {
  waiter.turn = NOT_WAITING;
  permits.waiting--;
  permits.waitingCeiling = Math.max(permits.capacity, permits.waiting);
  if (permits.waiting === 0) {
    permits.line.length = 0;
    permits.head = 0;
  } else if (permits.line.length > 32 && permits.line.length > 2 * permits.waiting) {
    sweep(permits);
  }
}

function sweep<W extends Waiter>(permits: Permits<W>): void {
  permits.line = permits.line.filter((waiter, at) => at >= permits.head && waiter.turn >= 0);
  permits.head = 0;
  if (isRanked(permits.discipline)) heapify(permits.line);
}

function heapify<W extends Waiter>(heap: W[]): void {
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) siftDown(heap, i);
}

/** One that waits gives up. False when it does not wait (any more). */
export function withdraw<W extends Waiter>(permits: Permits<W>, waiter: W): boolean {
  if (waiter.turn < 0) return false;
  settle(permits, waiter);
  return true;
}

/** Changes the number of slots. Growing: follow it with `admit` until that gives nobody. Shrinking interrupts nobody. */
export function resize<W extends Waiter>(permits: Permits<W>, limit: number): void {
  permits.limit = limit;
  permits.usedCeiling = Math.max(limit, permits.used);
}

/** Changes the number of waiting places. Shrinking sends nobody away; the queue drains. */
export function resizeQueue<W extends Waiter>(permits: Permits<W>, capacity: number): void {
  permits.capacity = capacity;
  permits.waitingCeiling = Math.max(capacity, permits.waiting);
}

/** Changes the order of those that wait already, too. */
export function reorder<W extends Waiter>(permits: Permits<W>, discipline: Discipline, rank: (waiter: W) => number): void {
  const line = permits.line.filter((waiter, at) => at >= permits.head && waiter.turn >= 0).sort((a, b) => a.turn - b.turn);
  for (const waiter of line) waiter.rank = rank(waiter);
  permits.line = line;
  permits.head = 0;
  permits.discipline = discipline;
  if (isRanked(discipline)) heapify(line);
}

/** Those that wait, next first, at most `atMost` of them; for instruments. */
export function lineUp<W extends Waiter>(permits: Permits<W>, atMost: number): W[] {
  const { line, discipline } = permits;
  if (isRanked(discipline)) {
    return line.filter((waiter) => waiter.turn >= 0).sort((a, b) => (before(a, b) ? -1 : 1)).slice(0, atMost);
  }
  const found: W[] = [];
  if (discipline === 'adaptiveLifo') {
    const live = line.filter((waiter, at) => at >= permits.head && waiter.turn >= 0);
    const newest = live.splice(Math.min(live.length, permits.lifoAbove)).reverse();
    return [...newest, ...live].slice(0, atMost);
  }
  const step = discipline === 'lifo' ? -1 : 1;
  for (let i = step > 0 ? permits.head : line.length - 1; i >= permits.head && i < line.length && found.length < atMost; i += step) {
    if (line[i]!.turn >= 0) found.push(line[i]!);
  }
  return found;
}

/** The rules that hold at every moment, whoever uses the permits. */
export const PERMIT_RULES: readonly { readonly name: string; readonly why: string; holds(permits: Permits<Waiter>): boolean }[] = [
  {
    name: 'no more work than slots',
    why: 'More calls hold a slot than there are slots (after a shrink: than held one before).',
    holds: ({ used, usedCeiling }) => used >= 0 && used <= usedCeiling,
  },
  {
    name: 'no longer queue than its capacity',
    why: 'More calls wait than there are waiting places (after a shrink: than waited before).',
    holds: ({ waiting, waitingCeiling }) => waiting >= 0 && waiting <= waitingCeiling,
  },
  {
    name: 'no free slot while someone waits',
    why: 'A slot is idle although a call waits for one.',
    holds: ({ used, limit, waiting }) => waiting === 0 || used >= limit,
  },
];
