/**
 * Pending events: a binary heap over typed arrays, ordered by (time in whole nanoseconds, class, sequence). Cancelled entries stay until
 * they surface (their slot is marked dead), which is cheaper than looking for them. Refuses NaN, fractions and the past.
 */
import type { Ns } from './contract.ts';

/** Same-instant order. A freed slot is usable by an arrival of the same instant; a person's action comes before all. */
export const CLASS = { control: 0, completion: 1, timer: 2, arrival: 3, sampling: 4 } as const;
export type EventClass = (typeof CLASS)[keyof typeof CLASS];
const CLASS_STRIDE = 1_125_899_906_842_624; // 2^50 sequence numbers a class
const MAX_NS = 9_007_199_254_740_991;

/** Plain data: it is part of every checkpoint. */
export interface EventQueue {
  /** Heap arrays: time, class and sequence as one number, slot. */
  at: Float64Array;
  order: Float64Array;
  slot: Int32Array;
  length: number;
  sequence: number;
  /** Slots: what is to happen. `kind` 0 is free, negative is dead. */
  kind: Int8Array;
  /** Layer or node index. */
  target: Int32Array;
  payload: unknown[];
  free: Int32Array;
  freeLength: number;
  /** Entries in the heap that are still to happen. */
  live: number;
}

export function createQueue(capacity = 256): EventQueue {
  const free = new Int32Array(capacity);
  for (let i = 0; i < capacity; i++) free[i] = capacity - 1 - i;
  return {
    at: new Float64Array(capacity), order: new Float64Array(capacity), slot: new Int32Array(capacity), length: 0, sequence: 0,
    kind: new Int8Array(capacity), target: new Int32Array(capacity), payload: Array.from({ length: capacity }, () => null),
    free, freeLength: capacity, live: 0,
  };
}

function grow(q: EventQueue): void {
  const old = q.kind.length;
  const size = old * 2;
  const wider = <T extends Float64Array | Int32Array | Int8Array>(from: T, to: T): T => { to.set(from as never); return to; };
  q.at = wider(q.at, new Float64Array(size));
  q.order = wider(q.order, new Float64Array(size));
  q.slot = wider(q.slot, new Int32Array(size));
  q.kind = wider(q.kind, new Int8Array(size));
  q.target = wider(q.target, new Int32Array(size));
  q.free = wider(q.free, new Int32Array(size));
  for (let i = old; i < size; i++) q.payload.push(null);
  for (let i = 0; i < old; i++) q.free[q.freeLength++] = size - 1 - i;
}

/** Adds an event and returns its slot, by which it can be killed. */
export function push(q: EventQueue, nowNs: Ns, atNs: Ns, cls: EventClass, kind: number, target: number, payload: unknown): number {
  if (!(atNs >= nowNs && atNs <= MAX_NS) || atNs !== Math.floor(atNs)) {
    throw new RangeError(`an event at ${atNs} ns was asked for at ${nowNs} ns; it must be a whole number, not in the past`);
  }
  if (q.freeLength === 0) grow(q);
  const slot = q.free[--q.freeLength]!;
  q.kind[slot] = kind;
  q.target[slot] = target;
  q.payload[slot] = payload;
  const order = cls * CLASS_STRIDE + q.sequence++;
  const { at, order: orders, slot: slots } = q;
  let i = q.length++;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const parentAt = at[parent]!;
    if (parentAt < atNs || (parentAt === atNs && orders[parent]! < order)) break;
    at[i] = parentAt; orders[i] = orders[parent]!; slots[i] = slots[parent]!;
    i = parent;
  }
  at[i] = atNs; orders[i] = order; slots[i] = slot;
  q.live++;
  return slot;
}

/** Marks an event as not to happen. */
export function kill(q: EventQueue, slot: number): void {
  if (q.kind[slot]! <= 0) return;
  q.kind[slot] = -1;
  q.payload[slot] = null;
  q.live--;
}

/** Drops dead entries from the top; the time of the next event, or Infinity. */
export function peekNs(q: EventQueue): Ns {
  while (q.length > 0) {
    const slot = q.slot[0]!;
    if (q.kind[slot]! > 0) return q.at[0]!;
    removeTop(q);
    q.kind[slot] = 0;
    q.free[q.freeLength++] = slot;
  }
  return Infinity;
}

/** Takes the next event's slot; read it, then `release` it. Call only after peekNs said that there is one. */
export function pop(q: EventQueue): number {
  const slot = q.slot[0]!;
  removeTop(q);
  q.live--;
  return slot;
}

export function release(q: EventQueue, slot: number): void {
  q.kind[slot] = 0;
  q.payload[slot] = null;
  q.free[q.freeLength++] = slot;
}

function removeTop(q: EventQueue): void {
  const last = --q.length;
  if (last === 0) return;
  const { at, order, slot } = q;
  const atNs = at[last]!;
  const key = order[last]!;
  const id = slot[last]!;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= last) break;
    const right = child + 1;
    if (right < last && (at[right]! < at[child]! || (at[right]! === at[child]! && order[right]! < order[child]!))) child = right;
    const childAt = at[child]!;
    if (atNs < childAt || (atNs === childAt && key < order[child]!)) break;
    at[i] = childAt; order[i] = order[child]!; slot[i] = slot[child]!;
    i = child;
  }
  at[i] = atNs; order[i] = key; slot[i] = id;
}
