import { describe, expect, test } from 'vitest';
import { OK, TIMEOUT } from '../../kernel/contract.ts';
import { bulkheadRig } from './testing.ts';

const allIn = (n: number): string[] => Array.from({ length: n }, () => 'in');

describe('semaphore', () => {
  test('so many calls at once, the next is refused at once and does no work', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 2 });
    const calls = rig.burst(0, 3);
    expect(rig.fates(calls)).toEqual(['in', 'in', 'full']);
    expect(rig.outcomeOf(calls[2]!)).toEqual({ kind: 'rejected', by: 'bulkhead', detail: 'all calls: full' });
    expect(rig.wentOut(calls[2]!)).toBe(false);
    rig.done(10, calls[0]!);
    expect(rig.fates(rig.burst(10, 1))).toEqual(['in']);
    expect(rig.outcomeOf(calls[0]!)).toEqual(OK);
  });

  test('0 is closed', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 0 });
    expect(rig.fates(rig.burst(0, 2))).toEqual(['full', 'full']);
    expect(rig.inspect().mode).toBe('closed (refusing)');
    expect(rig.count('filled')).toBe(1);
  });

  test('a call waits for a permit, at most so long, and in order of arrival', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 3, maxWaitDurationMs: 100 });
    const calls = rig.burst(0, 5);
    expect(rig.fates(calls)).toEqual(['in', 'waits', 'waits', 'waits', 'queue full']);
    rig.done(40, calls[0]!);
    expect(rig.fates(calls.slice(1, 4))).toEqual(['in', 'waits', 'waits']);
    rig.advance(100);
    expect(rig.fates(calls.slice(1, 4))).toEqual(['in', 'waited too long', 'waited too long']);
    expect(rig.decisions('note').filter(({ name }) => name === 'waitTimeout').map(({ data }) => data)).toEqual([{ compartment: 'all calls', waitedMs: 100 }, { compartment: 'all calls', waitedMs: 100 }]);
    expect(rig.timers()).toEqual([]);
  });

  test('a permit that comes at the very end of the wait is in time', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 1, maxWaitDurationMs: 100 });
    const [first, second] = rig.burst(0, 2);
    rig.done(100, first!);
    expect(rig.fates([second!])).toEqual(['in']);
  });

  test('places in the queue are no use to those who may not wait', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 100 });
    expect(rig.fates(rig.burst(0, 2))).toEqual(['in', 'full']);
  });

  test('without a limit on the wait it lasts as long as it takes', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 1, limitWait: false });
    const [first, second] = rig.burst(0, 2);
    rig.advance(3_600_000);
    expect(rig.fates([second!])).toEqual(['waits']);
    rig.done(3_600_001, first!);
    expect(rig.fates([second!])).toEqual(['in']);
  });

  test('whatever the answer says, the permit comes back', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1 });
    for (const [i, outcome] of [OK, TIMEOUT, { kind: 'permanentError' }, { kind: 'rejected', by: 'breaker' }].entries()) {
      const [call] = rig.burst(i * 10, 1);
      rig.done(i * 10 + 5, call!, outcome as never);
      expect(rig.outcomeOf(call!)).toEqual(outcome);
    }
    expect(rig.state.compartments[0]).toMatchObject({ permitted: 4, finished: 4 });
  });
});

describe('cancellation', () => {
  test('heeded: the permit is free at once, the news goes on, and a late answer is passed up', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 1, limitWait: false });
    const [first, second] = rig.burst(0, 2);
    rig.giveUp(10, first!);
    expect(rig.decisions('cancel').map(({ call }) => call)).toEqual([first!.id]);
    expect(rig.fates([second!])).toEqual(['in']);
    rig.giveUp(20, second!);
    expect(rig.state.used).toBe(0);
  });

  test('heeded: whoever waits leaves the queue', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 1, maxWaitDurationMs: 100 });
    const [, second] = rig.burst(0, 2);
    rig.giveUp(10, second!);
    expect(rig.state).toMatchObject({ waiting: 0, used: 1 });
    expect(rig.timers()).toEqual([]);
    expect(rig.fates(rig.burst(20, 1))).toEqual(['waits']);
  });

  test('not heeded: the permit is held until the answer, the place in the queue until its turn, and no work is done for nobody', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 2, limitWait: false, heedCancel: false });
    const [first, second, third] = rig.burst(0, 3);
    rig.giveUp(10, first!);
    rig.giveUp(10, second!);
    expect(rig.state).toMatchObject({ used: 1, waiting: 2 });
    rig.done(50, first!);
    expect(rig.wentOut(second!)).toBe(false);
    expect(rig.fates([third!])).toEqual(['in']);
    expect(rig.count('withdrawn')).toBe(1);
  });
});

describe('order of the queue', () => {
  const order = (params: object, requests: readonly object[]): number[] => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 10, limitWait: false, ...params });
    let [holder] = rig.burst(0, 1);
    const calls = requests.map((request) => rig.request(0, request));
    return requests.map((_, i) => {
      rig.done(10 * (i + 1), holder!);
      holder = calls.find((call) => rig.wentOut(call) && rig.outcomeOf(call) === undefined);
      return calls.indexOf(holder!);
    });
  };
  const plain = [{}, {}, {}, {}];
  test.each([
    ['fifo', {}, plain, [0, 1, 2, 3]],
    ['lifo', {}, plain, [3, 2, 1, 0]],
    ['adaptiveLifo', { lifoAbove: 2 }, plain, [3, 2, 0, 1]],
    ['priority', {}, [{ priority: 1 }, { priority: 5 }, { priority: 1 }, { priority: 9 }], [3, 1, 0, 2]],
    ['earliestDeadline', {}, [{ deadlineMs: 900 }, { deadlineMs: 500 }, {}, { deadlineMs: 700 }], [1, 3, 0, 2]],
  ] as const)('%s', (discipline, more, requests, expected) => {
    expect(order({ discipline, ...more }, requests)).toEqual(expected);
  });

  test('a full queue sends its oldest away, if told to', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 2, limitWait: false, discipline: 'lifo', whenFull: 'displaceOldest' });
    const calls = rig.burst(0, 4);
    expect(rig.fates(calls)).toEqual(['in', 'displaced', 'waits', 'waits']);
  });
});

describe('compartments', () => {
  const hard = { maxConcurrentCalls: 40, compartments: [{ name: 'payments', reserve: 10, max: 10, of: ['payments'] }, { name: 'catalog', reserve: 30, max: 30, of: ['catalog'] }] };
  const to = (target: string) => ({ setup: { downstream: ['payments', 'catalog', 'mail'], nodes: ['node', 'payments', 'catalog', 'mail'] }, target });
  const byOp = { ...hard, compartmentBy: 'op' as const };

  test('a hard partition: one that is full refuses while the other has room', () => {
    const rig = bulkheadRig(byOp);
    expect(rig.fates(rig.burst(0, 12, { op: 'payments' }))).toEqual([...allIn(10), 'full', 'full']);
    expect(rig.fates(rig.burst(0, 30, { op: 'catalog' }))).toEqual(allIn(30));
  });

  test('told apart by target', () => {
    const { setup } = to('payments');
    const rig = bulkheadRig(hard, { setup: { ...setup, downstream: ['payments'] } });
    expect(rig.fates(rig.burst(0, 11))).toEqual([...allIn(10), 'full']);
  });

  test('what matches none shares what is left', () => {
    const rig = bulkheadRig({ ...byOp, maxConcurrentCalls: 42 });
    expect(rig.fates(rig.burst(0, 3, { op: 'mail' }))).toEqual(['in', 'in', 'full']);
    expect(rig.fates(rig.burst(0, 10, { op: 'payments' }))).toEqual(allIn(10));
  });

  test('a reserve and what is shared: one may borrow what nobody reserved, never the reserve of another', () => {
    const rig = bulkheadRig({
      maxConcurrentCalls: 10, compartmentBy: 'op',
      compartments: [{ name: 'a', reserve: 2, max: 8, of: ['a'] }, { name: 'b', reserve: 4, max: 10, of: ['b'] }],
    });
    const a = rig.burst(0, 8, { op: 'a' });
    // 2 of its own and the 4 that nobody reserved.
    expect(rig.fates(a)).toEqual([...allIn(6), 'full', 'full']);
    expect(rig.fates(rig.burst(0, 5, { op: 'b' }))).toEqual([...allIn(4), 'full']);
    rig.done(10, a[0]!);
    expect(rig.fates(rig.burst(10, 2, { op: 'b' }))).toEqual(['in', 'full']);
  });

  test('a permit that is given back lets the first in that may use it, of whichever compartment', () => {
    const rig = bulkheadRig({
      maxConcurrentCalls: 2, queueCapacity: 5, limitWait: false, compartmentBy: 'op',
      compartments: [{ name: 'a', reserve: 0, max: 2, of: ['a'] }, { name: 'b', reserve: 0, max: 2, of: ['b'] }],
    });
    const a = rig.burst(0, 3, { op: 'a' }), b = rig.burst(1, 1, { op: 'b' });
    rig.done(10, a[0]!);
    expect(rig.fates([a[2]!, b[0]!])).toEqual(['in', 'waits']);
    rig.done(20, a[1]!);
    expect(rig.fates(b)).toEqual(['in']);
  });

  test('by priority: the first whose lowest priority the call reaches', () => {
    const rig = bulkheadRig({
      maxConcurrentCalls: 5, compartmentBy: 'priority',
      compartments: [{ name: 'urgent', reserve: 3, max: 5, of: [10] }, { name: 'batch', reserve: 0, max: 1, of: ['*'] }],
    });
    expect(rig.fates(rig.burst(0, 2, { priority: 1 }))).toEqual(['in', 'full']);
    expect(rig.fates(rig.burst(0, 5, { priority: 12 }))).toEqual([...allIn(4), 'full']);
  });

  test('when an adaptive limit falls below all reserves, they shrink in proportion', () => {
    const rig = bulkheadRig({
      kind: 'adaptive', algorithm: 'aimd', initialLimit: 4, minLimit: 1, compartmentBy: 'op',
      compartments: [{ name: 'a', reserve: 6, max: 6, of: ['a'] }, { name: 'b', reserve: 2, max: 2, of: ['b'] }],
    });
    expect(rig.fates(rig.burst(0, 4, { op: 'a' }))).toEqual([...allIn(3), 'full']);
    expect(rig.fates(rig.burst(0, 2, { op: 'b' }))).toEqual(['in', 'full']);
  });
});

describe('resize', () => {
  test('a shrink interrupts nobody and lets nobody in until enough have left', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 4 });
    const calls = rig.burst(0, 4);
    rig.setParams(10, { maxConcurrentCalls: 2 });
    expect(rig.fates(calls)).toEqual(allIn(4));
    rig.done(20, calls[0]!); rig.done(20, calls[1]!);
    expect(rig.fates(rig.burst(20, 1))).toEqual(['full']);
    expect([rig.count('resized'), rig.count('drained')]).toEqual([1, 1]);
    rig.done(30, calls[2]!);
    expect(rig.fates(rig.burst(30, 2))).toEqual(['in', 'full']);
  });

  test('growth lets those that wait in at once', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 5, limitWait: false });
    const calls = rig.burst(0, 4);
    rig.setParams(10, { maxConcurrentCalls: 3 });
    expect(rig.fates(calls)).toEqual(['in', 'in', 'in', 'waits']);
  });

  test('other compartments in mid-run: calls under way are let go of, those that wait come again', () => {
    const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 5, limitWait: false });
    const calls = rig.burst(0, 3);
    rig.setParams(10, { compartmentBy: 'op', compartments: [{ name: 'calls', reserve: 1, max: 1, of: ['call'] }] });
    expect(rig.fates(calls)).toEqual(['in', 'in', 'waits']);
    rig.done(20, calls[0]!);
    expect(rig.outcomeOf(calls[0]!)).toEqual(OK);
    rig.done(30, calls[1]!);
    expect(rig.fates(calls)).toEqual(['ok', 'ok', 'in']);
  });
});

test('new compartments in mid-run share one limit: those that come again never get in beyond it', () => {
  const rig = bulkheadRig({ maxConcurrentCalls: 2, queueCapacity: 5, limitWait: false });
  rig.burst(0, 2, { op: 'a' });
  const waiting = [...rig.burst(1, 2, { op: 'a' }), ...rig.burst(1, 2, { op: 'b' })];
  rig.setParams(10, { compartmentBy: 'op', compartments: [{ name: 'a', reserve: 0, max: 2, of: ['a'] }, { name: 'b', reserve: 0, max: 2, of: ['b'] }] });
  expect(rig.fates(waiting)).toEqual(['in', 'in', 'waits', 'waits']);
});

test('the same compartments as another object change nothing', () => {
  const one = () => [{ name: 'calls', reserve: 1, max: 1, of: ['call'] }];
  const rig = bulkheadRig({ maxConcurrentCalls: 1, compartmentBy: 'op', compartments: one() });
  rig.burst(0, 1);
  rig.setParams(10, { compartments: one() });
  expect(rig.fates(rig.burst(20, 1))).toEqual(['full']);
});

test('not heeded: a place in the queue ends with its longest wait, though its call was given up before', () => {
  const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 1, maxWaitDurationMs: 100, heedCancel: false });
  const [, second] = rig.burst(0, 2);
  rig.giveUp(10, second!);
  expect(rig.timers().map(({ key, dueMs }) => [key, dueMs])).toEqual([[`place ${second!.id}`, 100]]);
  rig.advance(100);
  expect([rig.state.waiting, rig.timers()]).toEqual([0, []]);
});

test('a nested call into a full compartment is a deadlock, and is noticed', () => {
  const rig = bulkheadRig({ maxConcurrentCalls: 2, queueCapacity: 5, maxWaitDurationMs: 500 });
  const parents = rig.burst(0, 2);
  const child = rig.request(10, { parent: parents[0]! });
  expect(rig.count('deadlocked')).toBe(0);
  rig.request(20, { parent: parents[1]! });
  expect(rig.count('deadlocked')).toBe(1);
  expect(rig.inspect().mode).toBe('deadlocked (nobody can leave)');
  rig.advance(510);
  expect(rig.outcomeOf(child)).toMatchObject({ kind: 'rejected' });
  expect(rig.count('unlocked')).toBe(1);
});

test('a wait that outlives its caller is warned of, once', () => {
  const rig = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 5, maxWaitDurationMs: 3000 });
  rig.burst(0, 4, { deadlineMs: 2000 });
  expect(rig.decisions('note').filter(({ name }) => name === 'waitOutlivesCaller').map(({ data }) => data)).toEqual([{ maxWaitMs: 3000, leftMs: 2000 }]);
});

test('a crash forgets everything: all permits are there again', () => {
  const rig = bulkheadRig({ maxConcurrentCalls: 2, queueCapacity: 2, limitWait: false });
  rig.burst(0, 4);
  rig.crash(10);
  rig.restart(20);
  expect(rig.fates(rig.burst(30, 3))).toEqual(['in', 'in', 'waits']);
});

test('statistics: active, available, limit, queue, waits, refusals by reason', () => {
  const rig = bulkheadRig({ maxConcurrentCalls: 2, queueCapacity: 2, maxWaitDurationMs: 50 });
  const calls = rig.burst(0, 6);
  rig.done(20, calls[0]!);
  rig.advance(60);
  expect(rig.inspect().meters).toMatchObject({
    active: 2, maxAllowed: 2, available: 0, queueDepth: 0, queueRemaining: 2, permitted: 3, finished: 1, rejectedQueueFull: 2, waitTimeouts: 1, rejectedFull: 0, waitP99Ms: 20,
  });
  expect(rig.inspect().views!['compartments']).toEqual([{ name: 'all calls', used: 2, reserve: 0, max: 2, queued: 0, refused: 3 }]);
  expect(rig.fates(calls)).toEqual(['ok', 'in', 'in', 'waited too long', 'queue full', 'queue full']);
});
