/** Each preset does what its library's documentation and tests say of the library as it comes out of the box. */
import { expect, test } from 'vitest';
import { OK, TIMEOUT } from '../../kernel/contract.ts';
import { validateParams } from '../../runs/validate-params.ts';
import { bulkheadStory, type BulkheadParams } from './params.ts';
import { bulkheadRig, presetOf, type PresetName } from './testing.ts';

const rigOf = (name: PresetName, params: Partial<BulkheadParams> = {}, uniform = 0.5) => bulkheadRig(params, { base: presetOf(name), uniform: () => uniform });
const tally = (fates: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const fate of fates) counts[fate] = (counts[fate] ?? 0) + 1;
  return counts;
};
const fill = (name: PresetName, count: number, params: Partial<BulkheadParams> = {}) => {
  const rig = rigOf(name, params);
  return tally(rig.fates(rig.burst(0, count)));
};

test.each(Object.keys(bulkheadStory.presets) as PresetName[])('%s is legal and says where it comes from', (name) => {
  expect(validateParams(bulkheadStory, presetOf(name)).problems).toEqual([]);
  expect(bulkheadStory.presets[name].source.length).toBeGreaterThan(20);
});

test('the sketch: of ten at limit 2 eight are refused, and its queue of 100 is never used', () => {
  const rig = rigOf('original', { maxConcurrentCalls: 2 });
  expect(tally(rig.fates(rig.burst(0, 10)))).toEqual({ in: 2, full: 8 });
  expect(rig.inspect().views!['stats']).toMatchObject({ 'active tasks': 2, 'max concurrent': 2, 'queue depth': 0 });
  expect(validateParams(bulkheadStory, presetOf('original')).warnings.map(({ path }) => path)).toEqual(['maxWaitDurationMs']);
});
test('the sketch: a call that hangs owns its place for ever, caller or no caller', () => {
  const rig = rigOf('original');
  const calls = rig.burst(0, 5);
  for (const call of calls) rig.giveUp(1000, call);
  expect(tally(rig.fates(rig.burst(3_600_000, 2)))).toEqual({ full: 2 });
});

test('resilience4j, semaphore: 25 at once, no wait by default', () => {
  expect(fill('resilience4j', 30)).toEqual({ in: 25, full: 5 });
});
test('resilience4j, semaphore: with a maxWaitDuration any number wait, in order (fair), and are refused after it', () => {
  const rig = rigOf('resilience4j', { maxConcurrentCalls: 1, maxWaitDurationMs: 100 });
  const calls = rig.burst(0, 500);
  expect(tally(rig.fates(calls))).toEqual({ in: 1, waits: 499 });
  rig.done(50, calls[0]!);
  expect(rig.fates(calls.slice(1, 3))).toEqual(['in', 'waits']);
  rig.advance(100);
  expect(tally(rig.fates(calls.slice(2)))).toEqual({ 'waited too long': 498 });
});
test('resilience4j, semaphore: changeConfig to fewer calls acquires the difference, and waits for it', () => {
  const rig = rigOf('resilience4j', { maxConcurrentCalls: 5 });
  const calls = rig.burst(0, 5);
  rig.setParams(10, { maxConcurrentCalls: 3 });
  rig.done(20, calls[0]!); rig.done(20, calls[1]!);
  expect(rig.inspect().meters).toMatchObject({ available: 0, maxAllowed: 3, active: 3 });
  expect(rig.fates(rig.burst(30, 1))).toEqual(['full']);
});

test('resilience4j, thread pool: 3 core threads, 100 places, and a fourth thread only then', () => {
  expect(fill('resilience4j-thread-pool', 103)).toEqual({ in: 3, waits: 100 });
  expect(fill('resilience4j-thread-pool', 110)).toEqual({ in: 4, waits: 100, 'queue full': 6 });
  const rig = rigOf('resilience4j-thread-pool');
  rig.burst(0, 50);
  expect(rig.inspect().meters).toMatchObject({ queueDepth: 47, queueRemaining: 53, threads: 3, maxAllowed: 4 });
});
test('resilience4j, thread pool: an idle thread beyond the core ends after 20 ms', () => {
  const rig = rigOf('resilience4j-thread-pool', { queueCapacity: 0 });
  const calls = rig.burst(0, 4);
  for (const call of calls) rig.done(10, call);
  rig.advance(29.9);
  expect(rig.state.limit).toBe(4);
  rig.advance(30);
  expect(rig.state.limit).toBe(3);
});

test('Polly: a thousand at once, no queue', () => {
  expect(fill('polly', 1003)).toEqual({ in: 1000, full: 3 });
});
test('Polly: with a queue, oldest first, as long as it takes; whoever cancels leaves it', () => {
  const rig = rigOf('polly', { maxConcurrentCalls: 1, queueCapacity: 2 });
  const [a, b, c] = rig.burst(0, 3);
  expect(rig.fates(rig.burst(1, 1))).toEqual(['queue full']);
  rig.giveUp(5, b!);
  rig.done(600_000, a!);
  expect(rig.fates([c!])).toEqual(['in']);
});
test('Polly, newest first: a full queue sends its oldest away and serves the newest', () => {
  const rig = rigOf('polly-newest-first', { maxConcurrentCalls: 1, queueCapacity: 2 });
  const [a, b, c, d] = rig.burst(0, 4);
  expect(rig.fates([a!, b!, c!, d!])).toEqual(['in', 'displaced', 'waits', 'waits']);
  rig.done(10, a!);
  expect(rig.fates([c!, d!])).toEqual(['waits', 'in']);
});

test('cockatiel: capacity, then queue, then refusal; executionSlots and queueSlots tell', () => {
  const rig = rigOf('cockatiel');
  expect(tally(rig.fates(rig.burst(0, 20)))).toEqual({ in: 12, waits: 4, 'queue full': 4 });
  expect(rig.inspect().meters).toMatchObject({ available: 0, queueRemaining: 0 });
});
test('cockatiel: a cancelled call keeps its place in the queue until its turn, and then is skipped', () => {
  const rig = rigOf('cockatiel', { maxConcurrentCalls: 1, queueCapacity: 2 });
  const [a, b, c] = rig.burst(0, 3);
  rig.giveUp(5, b!);
  expect(rig.fates(rig.burst(6, 1))).toEqual(['queue full']);
  rig.done(10, a!);
  expect([rig.wentOut(b!), rig.fates([c!])]).toEqual([false, ['in']]);
});

test('opossum: capacity calls, the rest is refused at once; a permit comes back when the call settles', () => {
  expect(fill('opossum', 12)).toEqual({ in: 10, full: 2 });
  const rig = rigOf('opossum', { maxConcurrentCalls: 1 });
  const [a] = rig.burst(0, 1);
  rig.giveUp(5, a!);
  expect(rig.fates(rig.burst(6, 1))).toEqual(['full']);
  rig.done(10, a!, TIMEOUT);
  expect(rig.fates(rig.burst(11, 1))).toEqual(['in']);
});

test('Hystrix, thread pool: ten threads and no queue by default', () => {
  expect(fill('hystrix', 12)).toEqual({ in: 10, full: 2 });
});
test('Hystrix, with a queue: the threshold of 5 refuses long before the queue is full, and the pool never grows', () => {
  expect(fill('hystrix-queue', 30)).toEqual({ in: 10, waits: 5, 'queue full': 15 });
  // Without the threshold: 10 in, 100 wait, then 10 threads more.
  expect(fill('hystrix-queue', 125, { rejectionThreshold: 0 })).toEqual({ in: 20, waits: 100, 'queue full': 5 });
});
test('Hystrix, semaphore: ten at once', () => {
  expect(fill('hystrix-semaphore', 11)).toEqual({ in: 10, full: 1 });
});

test('Envoy, circuit_breakers: max_requests under way, further ones fail at once', () => {
  expect(fill('envoy', 1002)).toEqual({ in: 1000, full: 2 });
});
test('Envoy, HTTP/1: requests wait for a connection up to max_pending_requests, without a limit of their own', () => {
  const rig = rigOf('envoy-http1', { maxConcurrentCalls: 2, queueCapacity: 1 });
  const calls = rig.burst(0, 4);
  expect(rig.fates(calls)).toEqual(['in', 'in', 'waits', 'queue full']);
  rig.advance(600_000);
  expect(rig.fates(calls)).toEqual(['in', 'in', 'waits', 'queue full']);
});
test('Istio: maxConnections, then http1MaxPendingRequests, then 503', () => {
  expect(fill('istio', 115)).toEqual({ in: 100, waits: 10, 'queue full': 5 });
});
test('Sentinel, grade THREAD: blocks when the count would pass the threshold', () => {
  expect(fill('sentinel', 11)).toEqual({ in: 10, full: 1 });
});

/** Calls one after the other, `atOnce` at a time, each answered after `rttMs`. */
function load(rig: ReturnType<typeof rigOf>, atMs: number, rounds: number, atOnce: number, rttMs: number, outcome = OK): void {
  for (let i = 0; i < rounds; i++) {
    const calls = rig.burst(atMs + i * rttMs, atOnce);
    for (const call of calls) if (rig.fates([call])[0] === 'in') rig.done(atMs + (i + 1) * rttMs, call, outcome);
  }
}

test('Envoy, adaptive: three at once until fifty answers are known; then the limit grows from window to window', () => {
  const rig = rigOf('envoy-adaptive');
  expect(tally(rig.fates(rig.burst(0, 5)))).toEqual({ in: 3, full: 2 });
  const fresh = rigOf('envoy-adaptive');
  load(fresh, 0, 17, 3, 40);
  expect(fresh.count('probed')).toBe(1);
  load(fresh, 680, 30, 10, 40);
  expect(fresh.state.limit).toBeGreaterThan(20);
});
test('Envoy, adaptive: a slower dependency halves the limit, window by window; a request that is reset says nothing', () => {
  const rig = rigOf('envoy-adaptive');
  load(rig, 0, 17, 3, 40);
  load(rig, 680, 30, 10, 40);
  const before = rig.state.limit;
  load(rig, 1880, 4, 10, 200);
  expect(rig.state.limit).toBeLessThan(before * 0.75);
  rig.advance(2800);
  const { limit } = rig.state;
  const calls = rig.burst(2800, 5);
  for (const call of calls) rig.giveUp(2810, call);
  rig.advance(3000);
  expect(rig.state.limit).toBe(limit);
});

test('Netflix, Vegas: 20 at first, + 6 without a queue, − 1 after a drop; SimpleLimiter never waits', () => {
  expect(fill('netflix-vegas', 22)).toEqual({ in: 20, full: 2 });
  const rig = rigOf('netflix-vegas');
  const calls = rig.burst(0, 20);
  rig.done(10, calls[0]!);
  expect(rig.state.limit).toBe(20);
  rig.done(10, calls[19]!);
  expect(rig.state.limit).toBe(26);
  rig.done(20, calls[18]!, TIMEOUT);
  expect(rig.state.limit).toBe(25);
  // onIgnore: an error of the request itself says nothing.
  rig.done(20, calls[17]!, { kind: 'permanentError' });
  expect(rig.state.limit).toBe(25);
});
test('Netflix, Gradient2: learns once a window of a second, by 0.8', () => {
  const rig = rigOf('netflix-gradient2');
  load(rig, 0, 31, 20, 100);
  // Windows that end at 0.1 (of one answer: thrown away), 1.2 and 2.3 s.
  expect(rig.count('limitChanged')).toBe(1);
  expect(rig.state.limit).toBe(21);
});
test('Netflix, AIMD: one more an answer, a tenth less a loss, never below 20', () => {
  const rig = rigOf('netflix-aimd');
  const calls = rig.burst(0, 20);
  rig.done(10, calls[19]!); rig.done(10, calls[18]!);
  expect(rig.state.limit).toBe(22);
  rig.done(20, calls[0]!, { kind: 'overload' });
  expect(rig.state.limit).toBe(20);
  rig.done(6000, calls[17]!);
  expect(rig.state.limit).toBe(20);
});
test('Netflix, LifoBlockingLimiter: a backlog of 100, newest first, for a second', () => {
  const rig = rigOf('netflix-lifo');
  const calls = rig.burst(0, 125);
  expect(tally(rig.fates(calls))).toEqual({ in: 20, waits: 100, 'queue full': 5 });
  rig.done(10, calls[0]!);
  expect(rig.fates([calls[119]!, calls[20]!])).toEqual(['in', 'waits']);
  rig.advance(1000);
  expect(tally(rig.fates(calls.slice(20, 119)))).toEqual({ 'waited too long': 99 });
});
