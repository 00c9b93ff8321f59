/** The yardstick: an M/M/1 queue on callbacks over a bare typed-array heap, without world, routing or metrics. */
import { createQueue, peekNs, pop, push, release } from '../../src/kernel/queue.ts';
import { sampleOne } from '../../src/kernel/distributions.ts';
import { uniform } from '../../src/kernel/random.ts';

/** Serves `customers` at ρ 0.9, two events each; returns the number of events. */
export function referenceLoop(customers: number): number {
  const queue = createQueue(256);
  const gap = { kind: 'exponential', meanMs: 10 / 9 } as const, work = { kind: 'exponential', meanMs: 1 } as const;
  let now = 0, arrived = 0, served = 0, waiting = 0, events = 0;
  const schedule = (kind: number, ms: number): void => { push(queue, now, now + Math.round(ms * 1e6), 3, kind, 0, null); };
  schedule(1, sampleOne(gap, uniform(1, 1, 0, 0)));
  while (served < customers) {
    now = peekNs(queue);
    const slot = pop(queue);
    const kind = queue.kind[slot]!;
    release(queue, slot);
    events++;
    if (kind === 1) {
      schedule(1, sampleOne(gap, uniform(1, 1, ++arrived, 0)));
      if (waiting++ === 0) schedule(2, sampleOne(work, uniform(1, 2, arrived, 0)));
    } else {
      served++;
      if (--waiting > 0) schedule(2, sampleOne(work, uniform(1, 2, served, 1)));
    }
  }
  return events;
}
