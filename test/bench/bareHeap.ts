/**
 * The floor under everything: a binary heap over typed arrays with lazy cancellation, and nothing around it. It is a copy made to stay as it is,
 * not the kernel's own queue: a yardstick must not grow with what it measures.
 */

/** Order of events at the same instant, as in the kernel: completions, then timers, then arrivals. */
export const COMPLETION = 1, TIMER = 2, ARRIVAL = 3;
const STRIDE = 2 ** 50;

export interface BareHeap {
  at: Float64Array;
  order: Float64Array;
  slot: Int32Array;
  length: number;
  sequence: number;
  /** By slot: what is to happen; 0 free, −1 cancelled. */
  kind: Int8Array;
  /** By slot: whom it concerns. */
  subject: Int32Array;
  free: Int32Array;
  freeLength: number;
}

/** @param capacity most events that can be pending; it does not grow */
export function createHeap(capacity: number): BareHeap {
  return {
    at: new Float64Array(capacity), order: new Float64Array(capacity), slot: new Int32Array(capacity), length: 0, sequence: 0,
    kind: new Int8Array(capacity), subject: new Int32Array(capacity), free: Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i), freeLength: capacity,
  };
}

/** Adds an event; returns the slot by which it can be cancelled. `atNs` is a whole number. */
export function schedule(h: BareHeap, atNs: number, cls: number, kind: number, subject: number): number {
  const slot = h.free[--h.freeLength]!;
  h.kind[slot] = kind;
  h.subject[slot] = subject;
  const order = cls * STRIDE + h.sequence++;
  const { at, order: orders, slot: slots } = h;
  let i = h.length++;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const parentAt = at[parent]!;
    if (parentAt < atNs || (parentAt === atNs && orders[parent]! < order)) break;
    at[i] = parentAt; orders[i] = orders[parent]!; slots[i] = slots[parent]!;
    i = parent;
  }
  at[i] = atNs; orders[i] = order; slots[i] = slot;
  return slot;
}

/** The entry stays until it comes to the top. */
export function cancel(h: BareHeap, slot: number): void { h.kind[slot] = -1; }

/** Time of the next event that was not cancelled; Infinity when there is none. */
export function nextNs(h: BareHeap): number {
  while (h.length > 0) {
    const slot = h.slot[0]!;
    if (h.kind[slot]! > 0) return h.at[0]!;
    removeTop(h);
    h.free[h.freeLength++] = slot;
  }
  return Infinity;
}

/** Takes the event that `nextNs` spoke of. Its slot may be given out again from now on: read it at once. */
export function take(h: BareHeap): number {
  const slot = h.slot[0]!;
  removeTop(h);
  h.free[h.freeLength++] = slot;
  return slot;
}

function removeTop(h: BareHeap): void {
  const last = --h.length;
  if (last === 0) return;
  const { at, order, slot } = h;
  const atNs = at[last]!, key = order[last]!, id = slot[last]!;
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
