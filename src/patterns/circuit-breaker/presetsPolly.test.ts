/** Library conformance of the presets polly and hystrix; see presets.test.ts for how to read it. */
import { describe, expect, test } from 'vitest';
import { presetParams } from '../../kernel/harnessParams.ts';
import { breakerRig, FAIL, OK, TIMEOUT, type BreakerRig } from '../../../test/support/breakerRig.ts';
import { breakerStory, type BreakerParams } from './params.ts';

const meters = (rig: BreakerRig) => rig.inspect().meters!;

describe('Polly', () => {
  const breaker = (params: Partial<BreakerParams> = {}) => breakerRig(params, { preset: 'polly' });

  test('defaults (pollydocs.org, "Defaults")', () => {
    expect(presetParams(breakerStory, 'polly')).toMatchObject({ failureRateThresholdPercent: 10, minimumNumberOfCalls: 100, slidingWindowSizeMs: 30_000, waitDurationInOpenStateMs: 5000 });
  });

  test.each([[10, 0, false], [10, 1, true], [10, 2, true], [11, 3, true], [9, 1, false]])(
    'AdvancedCircuitBehaviorTests: at a minimum of 10 and 10 %%, %i calls of which %i failed break it: %s', (calls, failed, breaks) => {
      const rig = breaker({ minimumNumberOfCalls: 10 });
      rig.series(0, 'o'.repeat(calls - failed) + 'f'.repeat(failed));
      expect(rig.mode()).toBe(breaks ? 'open' : 'closed');
    });

  test('RollingHealthMetricsTests.GetHealthInfo_EnsureWindowRespected, EnsureWindowCapacityRespected, SamplingDurationRespected', () => {
    const rig = breaker({ slidingWindowSizeMs: 10_000, slidingWindowBucketMs: 1000 });
    const seen: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      rig.go(i * 2000, i < 2 ? 'f' : 'o');
      rig.go(i * 2000, 'o');
      rig.advance((i + 1) * 2000);
      seen.push([meters(rig).buffered, meters(rig).failed]);
    }
    rig.advance(12_000);
    seen.push([meters(rig).buffered, meters(rig).failed]);
    expect(seen).toEqual([[2, 1], [4, 2], [6, 2], [8, 2], [8, 1], [6, 0]]);
    const full = breaker({ slidingWindowSizeMs: 10_000, slidingWindowBucketMs: 1000 });
    full.series(0, 'o'.repeat(10), 1000);
    full.advance(10_000);
    expect(meters(full).buffered).toBe(9);
    full.advance(11_000);
    expect(meters(full).buffered).toBe(8);
  });

  test('[src] a sub-window begins with its first result, not at whole multiples', () => {
    const rig = breaker({ slidingWindowSizeMs: 10_000, slidingWindowBucketMs: 1000 });
    rig.go(900, 'f');
    rig.advance(10_899);
    expect(meters(rig).buffered).toBe(1);
    rig.advance(10_900);
    expect(meters(rig).buffered).toBe(0);
  });

  test('docs, "Failure handling": with a minimum of 3, three calls fail and the other seven are refused', () => {
    const rig = breaker({ failureRateThresholdPercent: 10, slidingWindowSizeMs: 1000, slidingWindowBucketMs: 100, minimumNumberOfCalls: 3, waitDurationInOpenStateMs: 30_000 });
    const calls = Array.from({ length: 10 }, (_, i) => rig.go(i, 'f'));
    expect(calls.map((call) => rig.outcomeOf(call)!.kind)).toEqual([...Array<string>(3).fill('transientError'), ...Array<string>(7).fill('rejected')]);
  });

  test('docs, "Simple": o o f (0.33) stays closed, o f (0.5) opens', () => {
    const simple = { slidingWindowSizeMs: 2000, slidingWindowBucketMs: 200, minimumNumberOfCalls: 2, failureRateThresholdPercent: 50 };
    const happy = breaker(simple);
    happy.series(0, 'oof');
    expect(happy.mode()).toBe('closed');
    const unhappy = breaker(simple);
    unhappy.series(0, 'of');
    expect(unhappy.mode()).toBe('open');
  });

  test('[src] AdvancedCircuitBehavior looks at failures only: a success that completes the minimum opens nothing', () => {
    const rig = breaker({ minimumNumberOfCalls: 3, failureRateThresholdPercent: 50 });
    rig.series(0, 'ffo');
    expect(rig.mode()).toBe('closed');
  });

  const opened = (params: Partial<BreakerParams> = {}) => {
    const rig = breaker({ minimumNumberOfCalls: 2, ...params });
    rig.series(0, 'ff'); // opens at 1 ms
    return rig;
  };

  test('CircuitStateControllerTests: retry-after is what is left of the break, and the break ends at its last instant', () => {
    const rig = opened();
    expect(rig.outcomeOf(rig.request(2))).toMatchObject({ kind: 'rejected', retryAfterMs: 4999 });
    expect(rig.wentOut(rig.request(5001))).toBe(true);
  });

  test('OnActionPreExecute_HalfOpen, HalfOpen_EnsureCorrectStateTransitionAfterExecution: one probe, success closes, failure breaks again', () => {
    for (const [letter, mode] of [['o', 'closed'], ['f', 'open']] as const) {
      const rig = opened();
      const probe = rig.request(6000);
      expect(rig.wentOut(rig.request(6001))).toBe(false);
      rig.answer(6002, probe, letter === 'o' ? OK : FAIL);
      expect(rig.mode()).toBe(mode);
    }
  });

  test('OnCircuitClosed_Ok: closing empties the metrics', () => {
    const rig = opened();
    rig.go(6000, 'o');
    expect(meters(rig).buffered).toBe(0);
  });

  test('OnActionFailureAsync_EnsureCorrectBehavior: a late failure neither breaks it again nor prolongs the break', () => {
    const rig = breaker({ minimumNumberOfCalls: 2 });
    const late = rig.request(0);
    rig.series(0, 'ff');
    rig.answer(3000, late, FAIL);
    expect([rig.moves(), rig.breaker().openUntilMs]).toEqual([['rateExceeded open'], 5001]);
  });

  test('OnActionSuccess_EnsureCorrectBehavior: while half-open any success closes, also a late one', () => {
    const rig = breaker({ minimumNumberOfCalls: 2 });
    const late = rig.request(0);
    rig.series(0, 'ff');
    rig.request(6000);
    rig.answer(6001, late, OK);
    expect(rig.mode()).toBe('closed');
  });

  test('[src] it stays half-open until its single probe reports', () => {
    const rig = opened();
    rig.request(6000);
    expect(rig.wentOut(rig.request(10_000_000))).toBe(false);
  });
});

describe('Hystrix', () => {
  /** The settings of its unit tests: 40 %, no minimum, window 5 s, a look every 100 ms (HystrixCommandPropertiesTest). */
  const breaker = (params: Partial<BreakerParams> = {}) => breakerRig({
    failureRateThresholdPercent: 40, minimumNumberOfCalls: 1, slidingWindowSizeMs: 5000, slidingWindowBucketMs: 100, evaluateEveryMs: 100, waitDurationInOpenStateMs: 200, ...params,
  }, { preset: 'hystrix' });

  test('defaults (HystrixCommandProperties)', () => {
    expect(presetParams(breakerStory, 'hystrix')).toMatchObject({
      minimumNumberOfCalls: 20, failureRateThresholdPercent: 50, waitDurationInOpenStateMs: 5000, slidingWindowSizeMs: 10_000, evaluateEveryMs: 500,
    });
  });

  test.each([['ooooffff', 'open'], ['oofofoff', 'open'], ['oofoofof', 'closed']])('testTripCircuit, …OnFailuresAboveThreshold, …DoesNotTripOnFailuresBelowThreshold: %s is %s at the next look', (letters, mode) => {
    const rig = breaker();
    rig.series(1, letters);
    expect(rig.mode()).toBe('closed'); // HealthCountsStream: "no peeking into a bucket until it is emitted"
    rig.advance(100);
    expect(rig.mode()).toBe(mode);
  });

  test('testTripCircuitOnTimeouts: time-outs are failures', () => {
    const rig = breaker();
    for (let i = 0; i < 4; i++) rig.go(i, TIMEOUT);
    rig.advance(100);
    expect(rig.mode()).toBe('open');
  });

  test('testLowVolumeDoesNotTripCircuit: four failures of a minimum of five', () => {
    const rig = breaker({ minimumNumberOfCalls: 5 });
    rig.series(1, 'ffff');
    rig.advance(5000);
    expect(rig.mode()).toBe('closed');
  });

  test('testSingleTestOnOpenCircuitAfterTimeWindow: one attempt after the sleep window; [src] strictly after it', () => {
    const rig = breaker();
    rig.series(1, 'ffff');
    rig.advance(100);
    expect(rig.wentOut(rig.request(300))).toBe(false);
    expect(rig.wentOut(rig.request(350))).toBe(true);
    expect(rig.wentOut(rig.request(351))).toBe(false);
  });

  test('testCircuitClosedAfterSuccess: closing clears the window, or the next look would open it again', () => {
    const rig = breaker();
    rig.series(1, 'ffff');
    rig.advance(100);
    rig.go(350, 'o', 60);
    expect(rig.mode()).toBe('closed');
    rig.advance(10_000);
    expect(rig.mode()).toBe('closed');
  });

  test('testMultipleTimeWindowRetriesBeforeClosingCircuit: one attempt in each sleep window', () => {
    const rig = breaker();
    rig.series(1, 'ffff');
    rig.go(350, 'f', 60);
    expect(rig.wentOut(rig.request(500))).toBe(false);
    rig.go(660, 'f', 60);
    expect(rig.wentOut(rig.request(800))).toBe(false);
    rig.go(1000, 'o', 60);
    expect(rig.mode()).toBe('closed');
  });

  test('testUnsubscriptionDoesNotLeaveCircuitStuckHalfOpen', () => {
    const rig = breaker();
    rig.series(1, 'ffff');
    rig.giveUp(360, rig.request(350));
    rig.go(2400, 'o');
    expect(rig.mode()).toBe('closed');
  });

  test('HystrixBadRequestException: the caller’s own bad input does not count', () => {
    const rig = breaker();
    for (let i = 0; i < 10; i++) rig.go(i, { kind: 'permanentError' });
    rig.advance(200);
    expect([rig.mode(), meters(rig).buffered]).toEqual(['closed', 0]);
  });
});
