import { describe, expect, test } from 'vitest';
import { breakerRig, FAIL, OK, QUIET, TIMEOUT } from '../../../test/support/breakerRig.ts';
import type { Outcome } from '../../kernel/contract.ts';

const opened = (rig: ReturnType<typeof breakerRig>) => rig.decisions('note').filter(({ name }) => name === 'opened').map(({ data }) => data as Record<string, unknown>);

describe('closed', () => {
  test('opens when the failure rate reaches its threshold, not before the minimum', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 8, minimumNumberOfCalls: 8 });
    rig.series(0, 'fofofoo');
    expect(rig.mode()).toBe('closed');
    expect(rig.inspect().meters).toMatchObject({ failureRatePercent: null, buffered: 7, failed: 3 });
    rig.series(10, 'f');
    expect(rig.mode()).toBe('open');
    expect(opened(rig)).toEqual([expect.objectContaining({
      failed: 4, calls: 8, ratePercent: 50, windowText: 'the window of 8', waitMs: 5000, key: '', why: '4 of 8 calls in the window of 8 failed',
    })]);
  });

  test('a count window clamps the minimum to its size', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 4, minimumNumberOfCalls: 10 });
    rig.series(0, 'ffff');
    expect(rig.mode()).toBe('open');
  });

  test('old results leave a count window', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 4, minimumNumberOfCalls: 4 });
    rig.series(0, 'foooofoo'); // never two failures within four
    expect(rig.mode()).toBe('closed');
    rig.series(20, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('a time window of N one-second buckets spans between N − 1 and N seconds', () => {
    const params = { slidingWindowType: 'TIME', slidingWindowSizeMs: 10_000, slidingWindowBucketMs: 1000, minimumNumberOfCalls: 2, failureRateThresholdPercent: 100 } as const;
    const within = breakerRig(params);
    within.go(1000, 'f');
    within.go(10_999, 'f');
    expect(within.mode()).toBe('open');
    const beyond = breakerRig(params);
    beyond.go(1999, 'f');
    beyond.go(11_000, 'f'); // 9 001 ms later
    expect(beyond.mode()).toBe('closed');
  });

  test('slow calls count, successful or not, when they take longer than the threshold', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 4, minimumNumberOfCalls: 4, slowCallRateThresholdPercent: 75, slowCallDurationThresholdMs: 100, failureRateThresholdPercent: 60 });
    rig.go(0, 'o', 101);
    rig.go(200, 'f', 101);
    rig.go(400, 'o', 100); // not longer
    expect(rig.inspect().meters).toMatchObject({ slow: 2 });
    rig.go(600, 'o', 100.000001);
    expect(rig.moves()).toEqual(['slowRateExceeded open']);
    expect(opened(rig)[0]).toMatchObject({ why: '3 of 4 calls in the window of 4 were slow', slowRatePercent: 75, ratePercent: 25 });
  });

  test('slow calls do not count when they are not recorded', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 2, minimumNumberOfCalls: 2, recordSlowCalls: false, slowCallDurationThresholdMs: 1 });
    for (let i = 0; i < 5; i++) rig.go(i * 1000, 'o', 500);
    expect(rig.inspect().meters).toMatchObject({ slow: 0 });
    expect(rig.mode()).toBe('closed');
  });

  test.each([['atLeast', 'open'], ['above', 'closed']] as const)('tripOn %s: two of four at 50 %% are %s', (tripOn, mode) => {
    const rig = breakerRig({ slidingWindowSizeCalls: 4, minimumNumberOfCalls: 4, tripOn });
    rig.series(0, 'ofof');
    expect(rig.mode()).toBe(mode);
  });

  test.each([['everyResult', 'open'], ['failures', 'closed']] as const)('evaluateOn %s: a success that completes the minimum leaves it %s', (evaluateOn, mode) => {
    const rig = breakerRig({ slidingWindowSizeCalls: 4, minimumNumberOfCalls: 4, evaluateOn });
    rig.series(0, 'fffo');
    expect(rig.mode()).toBe(mode);
    rig.series(10, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('evaluateOn interval: opens at the end of the interval, also when successes age out of the window', () => {
    const rig = breakerRig({ slidingWindowType: 'TIME', slidingWindowSizeMs: 1000, slidingWindowBucketMs: 100, minimumNumberOfCalls: 2, evaluateOn: 'interval', evaluateEveryMs: 250 });
    rig.series(0, 'ooo');
    rig.series(300, 'ff');
    rig.advance(999);
    expect(rig.mode()).toBe('closed');
    rig.advance(1000); // the three successes are gone
    expect(rig.mode()).toBe('open');
    expect(rig.timers()).toEqual([]);
  });

  test('evaluateOn interval: stops looking when nothing is left to look at', () => {
    const rig = breakerRig({ slidingWindowType: 'TIME', slidingWindowSizeMs: 1000, slidingWindowBucketMs: 100, evaluateOn: 'interval', evaluateEveryMs: 250 });
    rig.series(0, 'f');
    rig.advance(60_000);
    expect(rig.timers()).toEqual([]);
  });

  test('rateBase fired: calls in flight and refused ones thin the rate', () => {
    const params = { slidingWindowType: 'TIME', rateBase: 'fired', minimumNumberOfCalls: 1, failureRateThresholdPercent: 50 } as const;
    const rig = breakerRig(params);
    rig.request(0);
    rig.request(0);
    rig.go(1, 'f'); // 1 of 3
    expect(rig.mode()).toBe('closed');
    rig.go(2, 'f'); // 2 of 4
    expect(opened(rig)[0]).toMatchObject({ failed: 2, calls: 4 });
    const recorded = breakerRig({ ...params, rateBase: 'recorded' });
    recorded.request(0);
    recorded.go(1, 'f');
    expect(recorded.mode()).toBe('open');
  });

  test('consecutive: opens at the N-th failure in a row, and a success starts over', () => {
    const rig = breakerRig({ failureCounting: 'consecutive', consecutiveFailures: 3 });
    rig.series(0, 'ffoffo');
    expect(rig.mode()).toBe('closed');
    rig.series(10, 'fff');
    expect(rig.moves()).toEqual(['streakReached open']);
    expect(opened(rig)[0]).toMatchObject({ why: '3 calls in a row failed' });
  });

  test('consecutive: once closed again it takes a whole new streak', () => {
    const rig = breakerRig({ failureCounting: 'consecutive', consecutiveFailures: 3, waitDurationInOpenStateMs: 10, permittedNumberOfCallsInHalfOpenState: 1 });
    rig.series(0, 'fff');
    rig.series(100, 'o');
    rig.series(200, 'ff');
    expect(rig.mode()).toBe('closed');
  });

  test('consecutive: 80 % failures with every fifth a success never open it (defect a of the textbook sketch, here a documented limit)', () => {
    const rig = breakerRig({ failureCounting: 'consecutive', consecutiveFailures: 5 });
    for (let i = 0; i < 200; i++) rig.series(i * 10, 'ffffo');
    expect(rig.mode()).toBe('closed');
    const rate = breakerRig();
    rate.series(0, 'ffffoffffo');
    expect(rate.mode()).toBe('open');
  });
});

describe('what counts as a failure', () => {
  const verdicts: [Outcome, 'failed' | 'succeeded' | 'ignored'][] = [
    [OK, 'succeeded'], [{ kind: 'stale' }, 'succeeded'], [FAIL, 'failed'], [TIMEOUT, 'failed'], [{ kind: 'overload' }, 'failed'],
    [{ kind: 'permanentError' }, 'ignored'], [{ kind: 'throttled', retryAfterMs: 10 }, 'ignored'],
    [{ kind: 'rejected', by: 'bulkhead' }, 'ignored'], [{ kind: 'cancelled' }, 'ignored'],
  ];
  test.each(verdicts)('%j is %s', (outcome, note) => {
    const rig = breakerRig();
    const call = rig.go(0, outcome);
    expect(rig.notes()).toEqual([note]);
    expect(rig.outcomeOf(call)).toEqual(outcome); // passed up as it came
    expect(rig.inspect().meters).toMatchObject({ buffered: note === 'ignored' ? 0 : 1, failed: note === 'failed' ? 1 : 0 });
  });

  test('permanent errors and throttling count when asked to', () => {
    const rig = breakerRig({ recordPermanentErrors: true, recordThrottled: true });
    rig.go(0, { kind: 'permanentError' });
    rig.go(1, { kind: 'throttled', retryAfterMs: 10 });
    expect(rig.notes()).toEqual(['failed', 'failed']);
  });

  test('refusals made below never open it, however many', () => {
    const rig = breakerRig({ minimumNumberOfCalls: 1, recordPermanentErrors: true, recordThrottled: true });
    for (let i = 0; i < 100; i++) rig.go(i, { kind: 'rejected', by: 'bulkhead' });
    expect(rig.mode()).toBe('closed');
  });
});

describe('open', () => {
  const trip = { slidingWindowSizeCalls: 2, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 1000 } as const;

  test('refuses at once, says why and when to come back, and lets nothing through', () => {
    const rig = breakerRig(trip);
    rig.series(0, 'ff');
    const refused = rig.request(401);
    expect(rig.wentOut(refused)).toBe(false);
    expect(rig.outcomeOf(refused)).toEqual({ kind: 'rejected', by: 'breaker', detail: 'open', retryAfterMs: expect.closeTo(600, 3) });
    expect(rig.inspect().meters).toMatchObject({ permitted: 2, notPermitted: 1, openings: 1, inModeMs: 400, openMs: 400, closedMs: 1 });
  });

  test('whoever comes back when told to is let through', () => {
    for (const openWaitEnds of ['after', 'at'] as const) {
      const rig = breakerRig({ ...trip, openWaitEnds });
      rig.series(0, 'ff');
      const refused = rig.outcomeOf(rig.request(500)) as Extract<Outcome, { kind: 'rejected' }>;
      expect(rig.wentOut(rig.request(500 + refused.retryAfterMs!))).toBe(true);
    }
  });

  test.each([['after', false], ['at', true]] as const)('openWaitEnds %s: at the last instant of the wait a call passes: %s', (openWaitEnds, passes) => {
    const rig = breakerRig({ ...trip, openWaitEnds });
    rig.series(0, 'ff'); // opens at 1 ms
    expect(rig.wentOut(rig.request(1001))).toBe(passes);
    expect(rig.wentOut(rig.request(1001.000001))).toBe(true);
  });

  test('lazily: stays open until a call comes; automatically: a timer moves it', () => {
    const lazy = breakerRig(trip);
    lazy.series(0, 'ff');
    lazy.advance(50_000);
    expect([lazy.mode(), lazy.inspect().mode]).toEqual(['open', 'open (the next call probes)']);
    expect(lazy.timers()).toEqual([]);
    const automatic = breakerRig({ ...trip, automaticTransitionFromOpenToHalfOpen: true });
    automatic.series(0, 'ff');
    expect(automatic.timers()).toEqual([{ layer: 'breaker', key: 'halfOpen', dueMs: 1001 }]);
    automatic.advance(1001);
    expect(automatic.mode()).toBe('halfOpen');
    expect(automatic.timers()).toEqual([]);
    const closed = breakerRig({ ...trip, automaticTransitionFromOpenToHalfOpen: true });
    closed.series(0, 'ff');
    closed.control(500, 'close');
    expect(closed.timers()).toEqual([]);
  });

  test('the wait grows with each failed probe up to its cap, and closing starts over', () => {
    const rig = breakerRig({ ...trip, enableExponentialBackoff: true, exponentialBackoffMultiplier: 3, exponentialMaxWaitDurationInOpenStateMs: 5000, permittedNumberOfCallsInHalfOpenState: 1 });
    rig.series(0, 'ff');
    for (const atMs of [2000, 6000, 12_000, 18_000]) rig.series(atMs, 'f');
    expect(opened(rig).map(({ waitMs, attempt }) => [waitMs, attempt])).toEqual([[1000, 1], [3000, 2], [5000, 3], [5000, 4], [5000, 5]]);
    rig.series(24_000, 'o');
    expect(rig.mode()).toBe('closed');
    rig.series(25_000, 'ff');
    expect(opened(rig).at(-1)).toMatchObject({ waitMs: 1000, attempt: 1 });
  });

  test.each([[0, 500], [0.5, 1000], [0.999, 1499]])('a random part of one half at the draw %d makes 1 s into %d ms', (draw, waitMs) => {
    const rig = breakerRig({ ...trip, randomizedWaitFactor: 0.5 }, { uniform: () => draw });
    rig.series(0, 'ff');
    expect(opened(rig)[0]).toMatchObject({ waitMs });
  });

  test('a growing and random wait never exceeds its cap', () => {
    const rig = breakerRig({ ...trip, enableExponentialBackoff: true, exponentialMaxWaitDurationInOpenStateMs: 1200, randomizedWaitFactor: 0.5 }, { uniform: () => 0.9 });
    rig.series(0, 'ff');
    expect(opened(rig)[0]).toMatchObject({ waitMs: 1200 });
  });

  test('a late failure does not prolong the wait (defect d of the textbook sketch)', () => {
    for (const lateResults of ['ignoreOldGeneration', 'countInCurrentState'] as const) {
      const rig = breakerRig({ ...trip, lateResults });
      const slow = rig.request(0);
      rig.series(1, 'ff');
      const before = rig.breaker().openUntilMs;
      rig.answer(500, slow, FAIL);
      expect([rig.mode(), rig.breaker().openUntilMs]).toEqual(['open', before]);
    }
  });
});

describe('a call given up', () => {
  test('in flight: the layers below hear of it, and it counts for nothing', () => {
    const rig = breakerRig();
    const call = rig.request(0);
    rig.giveUp(10, call);
    expect(rig.decisions('cancel')).toHaveLength(1);
    expect(rig.inspect().meters).toMatchObject({ buffered: 0 });
    expect(rig.state.tickets.size).toBe(0);
    rig.answer(20, call, FAIL); // it was under way already
    expect(rig.inspect().meters).toMatchObject({ buffered: 0 });
  });

  test('recordGivenUp: it counts as a failure, so that a time-out outside of the breaker can open it', () => {
    const rig = breakerRig({ minimumNumberOfCalls: 2, slidingWindowSizeCalls: 2, recordGivenUp: true });
    const calls = [rig.request(0), rig.request(1)];
    calls.forEach((call, i) => rig.giveUp(2000 + i, call, TIMEOUT));
    expect(rig.mode()).toBe('open');
    expect(rig.notes(...QUIET)).toEqual(['opened']);
  });
});

describe('a crash', () => {
  test('forgets everything and says that the breaker is closed again', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 2, minimumNumberOfCalls: 2 });
    rig.series(0, 'ff');
    rig.crash(100);
    rig.restart(200);
    expect(rig.moves()).toEqual(['rateExceeded open', 'reset closed']);
    expect(rig.mode()).toBe('closed');
    expect(rig.wentOut(rig.request(201))).toBe(true);
    expect(rig.inspect().meters).toMatchObject({ inModeMs: 1, openings: 0 });
  });
});

test('the state is plain data', () => {
  const rig = breakerRig({ halfOpenExcess: 'wait', slidingWindowSizeCalls: 2, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 10 });
  rig.series(0, 'ff');
  for (let i = 0; i < 6; i++) rig.request(100 + i);
  expect(structuredClone(rig.state)).toEqual(rig.state);
  expect(rig.notes(...QUIET)).toEqual(['opened', 'halfOpened']);
});
