/** The pool of threads does what java.util.concurrent.ThreadPoolExecutor says of itself. */
import { expect, test } from 'vitest';
import { bulkheadRig, type BulkheadRig } from './testing.ts';

const pool = { kind: 'threadPool', coreSize: 2, maxSize: 4, queueCapacity: 3, limitWait: false, keepAliveMs: 100 } as const;
const threads = (rig: BulkheadRig): number => rig.state.limit;

test('a core is started call by call; then calls wait; more threads start only when the queue is full; then calls are refused', () => {
  const rig = bulkheadRig(pool);
  const calls = rig.burst(0, 9);
  expect(rig.fates(calls)).toEqual(['in', 'in', 'waits', 'waits', 'waits', 'in', 'in', 'queue full', 'queue full']);
  expect(threads(rig)).toBe(4);
});

test('a core thread is started for a call even while another idles', () => {
  const rig = bulkheadRig(pool);
  const [first] = rig.burst(0, 1);
  rig.done(10, first!);
  rig.burst(20, 1);
  expect(rig.inspect().meters).toMatchObject({ threads: 2, idleThreads: 1 });
});

test('threads beyond the core end after idling for the keep-alive, the core stays', () => {
  const rig = bulkheadRig(pool);
  const calls = rig.burst(0, 7);
  for (const call of calls.slice(0, 2)) rig.done(10, call);
  for (const call of calls.slice(5, 7)) rig.done(20, call);
  for (const call of calls.slice(2, 5)) rig.done(30, call);
  rig.advance(129);
  expect([threads(rig), rig.state.used]).toEqual([3, 0]);
  rig.advance(130);
  expect(threads(rig)).toBe(2);
  rig.advance(10_000);
  expect(threads(rig)).toBe(2);
  expect(rig.timers()).toEqual([]);
});

test('work that comes in time keeps a thread alive', () => {
  const rig = bulkheadRig({ ...pool, queueCapacity: 0 });
  const calls = rig.burst(0, 3);
  for (const call of calls) rig.done(10, call);
  for (let t = 60; t <= 360; t += 50) {
    const [a, b, c] = rig.burst(t, 3);
    for (const call of [a!, b!, c!]) rig.done(t + 10, call);
  }
  expect(threads(rig)).toBe(3);
});

test('without a queue a call is handed to a thread or refused (SynchronousQueue)', () => {
  const rig = bulkheadRig({ ...pool, queueCapacity: 0 });
  expect(rig.fates(rig.burst(0, 5))).toEqual(['in', 'in', 'in', 'in', 'full']);
});

test('with a core of 0 the first call starts a thread all the same', () => {
  const rig = bulkheadRig({ ...pool, coreSize: 0 });
  expect(rig.fates(rig.burst(0, 2))).toEqual(['in', 'waits']);
});

test('smaller in mid-run: idle threads beyond the most end at once, busy ones after their call', () => {
  const rig = bulkheadRig({ ...pool, coreSize: 4 });
  const calls = rig.burst(0, 4);
  rig.done(10, calls[0]!);
  rig.setParams(20, { coreSize: 1, maxSize: 2 });
  expect(threads(rig)).toBe(3);
  rig.done(30, calls[1]!);
  expect(threads(rig)).toBe(2);
  rig.done(40, calls[2]!);
  expect(threads(rig)).toBe(2);
});

test('a larger core in mid-run starts threads for those that wait', () => {
  const rig = bulkheadRig(pool);
  const calls = rig.burst(0, 4);
  expect(rig.fates(calls)).toEqual(['in', 'in', 'waits', 'waits']);
  rig.setParams(10, { coreSize: 3, maxSize: 4 });
  expect(rig.fates(calls)).toEqual(['in', 'in', 'in', 'waits']);
});

test('each compartment is a pool of its own: reserve is its core, max its most', () => {
  const rig = bulkheadRig({
    ...pool, queueCapacity: 1, compartmentBy: 'op',
    compartments: [{ name: 'a', reserve: 1, max: 2, of: ['a'] }, { name: 'b', reserve: 1, max: 1, of: ['b'] }],
  });
  expect(rig.fates(rig.burst(0, 4, { op: 'a' }))).toEqual(['in', 'waits', 'in', 'queue full']);
  expect(rig.fates(rig.burst(0, 3, { op: 'b' }))).toEqual(['in', 'waits', 'queue full']);
});
