/**
 * The same work on a bare heap: what the kernel's figures are measured against. Draws are the kernel's own (the same sequence of uniforms and the
 * same logarithm), so that a ratio tells of what lies around them: world, layers, contexts, timers by name, metrics.
 */
import { sampleOne } from '../../src/kernel/distributions.ts';
import { uniform } from '../../src/kernel/random.ts';
import { ARRIVAL, cancel, COMPLETION, createHeap, nextNs, schedule, take, TIMER, type BareHeap } from './bareHeap.ts';
import { DEADLINE_MS, GAP, HOLD_MS_EACH, SERVERS, WORK, WORK_OF_MANY } from './workloads.ts';

const ARRIVED = 1, DONE = 2, TOO_LATE = 3;
const toNs = (ms: number): number => Math.round(ms * 1e6);

/**
 * W1, M/M/1 at ρ 0.9, two events a customer, each a callback.
 * @returns events
 */
export function referenceLoop(customers: number): number {
  const heap = createHeap(256);
  const queue = { arrived: 0, served: 0, waiting: 0 };
  let now = 0, events = 0;
  const begin = (): void => { schedule(heap, now + toNs(sampleOne(WORK, uniform(1, 2, queue.served, 0))), COMPLETION, DONE, 0); };
  const arrive = (): void => {
    schedule(heap, now + toNs(sampleOne(GAP, uniform(1, 1, ++queue.arrived, 0))), ARRIVAL, ARRIVED, 0);
    if (queue.waiting++ === 0) begin();
  };
  const complete = (): void => {
    queue.served++;
    if (--queue.waiting > 0) begin();
  };
  const callbacks: (() => void)[] = [];
  callbacks[ARRIVED] = arrive;
  callbacks[DONE] = complete;
  schedule(heap, toNs(sampleOne(GAP, uniform(1, 1, 0, 0))), ARRIVAL, ARRIVED, 0);
  while (queue.served < customers) {
    now = nextNs(heap);
    const slot = take(heap);
    events++;
    callbacks[heap.kind[slot]!]!();
  }
  return events;
}

const RING = 1 << 16;

/**
 * W2, M/M/16 at ρ 0.9 with a deadline for each customer, set as it comes and cancelled as it leaves; whoever is still waiting when it rings, goes.
 * @returns events that happened and the share of deadlines that were cancelled
 */
export function referenceDeadlines(customers: number): { events: number; cancelled: number } {
  const heap = createHeap(RING);
  // By number of the customer, modulo the ring: the slot of the deadline, −1 once it has rung.
  const deadline = new Int32Array(RING), waiting = new Int32Array(RING), serving = new Int32Array(SERVERS).fill(-1), idle = Int32Array.from({ length: SERVERS }, (_, i) => i);
  let now = 0, arrived = 0, served = 0, begun = 0, head = 0, tail = 0, free = SERVERS, events = 0, cancelled = 0, late = 0;
  const begin = (customer: number): void => {
    const server = idle[--free]!;
    serving[server] = customer;
    schedule(heap, now + toNs(sampleOne(WORK_OF_MANY, uniform(1, 2, begun++, 0))), COMPLETION, DONE, server);
  };
  schedule(heap, toNs(sampleOne(GAP, uniform(1, 1, 0, 0))), ARRIVAL, ARRIVED, 0);
  while (served + late < customers) {
    now = nextNs(heap);
    const slot = take(heap);
    events++;
    const kind = heap.kind[slot], subject = heap.subject[slot]!;
    if (kind === ARRIVED) {
      const customer = arrived++ & (RING - 1);
      schedule(heap, now + toNs(sampleOne(GAP, uniform(1, 1, arrived, 0))), ARRIVAL, ARRIVED, 0);
      deadline[customer] = schedule(heap, now + DEADLINE_MS * 1e6, TIMER, TOO_LATE, customer);
      if (free > 0) begin(customer);
      else waiting[tail++ & (RING - 1)] = customer;
    } else if (kind === DONE) {
      const customer = serving[subject]!;
      idle[free++] = subject;
      if (deadline[customer]! >= 0) { cancel(heap, deadline[customer]!); cancelled++; served++; }
      while (head < tail) {
        const next = waiting[head++ & (RING - 1)]!;
        if (deadline[next]! >= 0) { begin(next); break; }
      }
    } else {
      deadline[subject] = -1;
      late++;
    }
  }
  return { events, cancelled: cancelled / (cancelled + late) };
}

/** W3, hold model: takes the next of `pending` events and schedules another. */
export function referenceHold(pending: number): (operations: number) => number {
  const heap: BareHeap = createHeap(pending);
  const gap = { kind: 'exponential', meanMs: pending * HOLD_MS_EACH } as const;
  let now = 0, drawn = 0;
  for (let i = 0; i < pending; i++) schedule(heap, toNs(sampleOne(gap, uniform(1, 1, drawn++, 0))), TIMER, ARRIVED, i);
  return (operations) => {
    for (let i = 0; i < operations; i++) {
      now = nextNs(heap);
      const slot = take(heap);
      schedule(heap, now + toNs(sampleOne(gap, uniform(1, 1, drawn++, 0))), TIMER, ARRIVED, heap.subject[slot]!);
    }
    return operations;
  };
}
