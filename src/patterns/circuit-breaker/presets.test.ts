/**
 * Library conformance: under its preset the breaker does what the library's documentation and own tests say. Each test names the place;
 * `[src]` is the library's source where neither speaks. Revisions are those in presets.ts. This file: resilience4j and
 * the textbook sketch; presetsPolly.test.ts: Polly and Hystrix; presetsNode.test.ts: opossum and cockatiel.
 */
import { describe, expect, test } from 'vitest';
import { breakerRig, FAIL, OK, type BreakerRig } from '../../../test/support/breakerRig.ts';
import { holds } from '../../../test/support/arbitraryParams.ts';
import { presetParams } from '../../kernel/harnessParams.ts';
import { breakerStory, type BreakerParams } from './params.ts';

const meters = (rig: BreakerRig) => rig.inspect().meters!;

test.each(Object.keys(breakerStory.presets))('the preset %s is legal and breaks no rule, not even one that only warns', (name) => {
  const params = presetParams(breakerStory, name) as BreakerParams;
  for (const [key, value] of Object.entries(params)) {
    const param = breakerStory.params[key as keyof BreakerParams];
    expect(param, key).toBeDefined();
    if (param.kind === 'number') expect((value as number) >= param.min && (value as number) <= param.max, key).toBe(true);
    if (param.kind === 'choice') expect(param.options, key).toContain(value);
    if (param.kind === 'flag') expect(typeof value, key).toBe('boolean');
  }
  for (const relation of breakerStory.relations) expect(holds(relation, params), relation.message).toBe(true);
});

describe('resilience4j', () => {
  const breaker = (params: Partial<BreakerParams> = {}) => breakerRig(params, { preset: 'resilience4j' });
  /** The settings of CircuitBreakerStateMachineTest. */
  const tested = (params: Partial<BreakerParams> = {}) => breaker({
    failureRateThresholdPercent: 50, permittedNumberOfCallsInHalfOpenState: 4, slowCallDurationThresholdMs: 4000, slowCallRateThresholdPercent: 50,
    maxWaitDurationInHalfOpenStateMs: 1000, slidingWindowType: 'TIME', slidingWindowSizeMs: 20_000, minimumNumberOfCalls: 5, waitDurationInOpenStateMs: 5000, ...params,
  });
  const halfOpen = (params: Partial<BreakerParams> = {}) => {
    const rig = tested({ maxWaitDurationInHalfOpenStateMs: 0, ...params });
    rig.series(0, 'fffff');
    rig.control(100, 'halfOpen');
    return rig;
  };

  test('defaults (CircuitBreakerConfig)', () => {
    expect(presetParams(breakerStory, 'resilience4j')).toMatchObject({
      slidingWindowType: 'COUNT', slidingWindowSizeCalls: 100, minimumNumberOfCalls: 100, failureRateThresholdPercent: 50, slowCallRateThresholdPercent: 100,
      slowCallDurationThresholdMs: 60_000, waitDurationInOpenStateMs: 60_000, permittedNumberOfCallsInHalfOpenState: 10, maxWaitDurationInHalfOpenStateMs: 0,
      transitionToStateAfterWaitDuration: 'OPEN', automaticTransitionFromOpenToHalfOpen: false,
    });
  });

  test('CircuitBreakerMetricsTest.testCircuitBreakerMetrics: 4 calls have no rate; after 12 the last 10 count; three successes later it is 30 %', () => {
    const rig = breaker({ slidingWindowSizeCalls: 10, minimumNumberOfCalls: 10 });
    rig.control(0, 'metricsOnly');
    rig.series(1, 'ooff');
    expect(meters(rig)).toMatchObject({ buffered: 4, failed: 2, failureRatePercent: null });
    rig.series(10, 'ffffoooo');
    expect(meters(rig)).toMatchObject({ buffered: 10, failed: 6, failureRatePercent: 60 });
    rig.series(20, 'ooo');
    expect(meters(rig)).toMatchObject({ failureRatePercent: 30 });
  });

  test('SlidingTimeWindowMetricsTest.shouldClearSlidingTimeWindowMetrics: five buckets of whole seconds keep a result for 4 s, not for 5 s', () => {
    const rig = breaker({ slidingWindowType: 'TIME', slidingWindowSizeMs: 5000 });
    rig.go(0, 'f');
    rig.go(100, 'o');
    rig.go(800, 'f');
    rig.advance(4800);
    expect(meters(rig)).toMatchObject({ buffered: 3, failed: 2 });
    rig.advance(5800);
    expect(meters(rig)).toMatchObject({ buffered: 0 });
    rig.go(5900, 'o');
    rig.go(10_900, 'o');
    expect(meters(rig)).toMatchObject({ buffered: 1, failed: 0 });
  });

  test('shouldOpenAfterFailureRateThresholdExceeded: the fifth call, a success, completes the minimum and opens it at 60 %', () => {
    const rig = tested();
    rig.series(0, 'fffo');
    expect([rig.mode(), meters(rig).failureRatePercent]).toEqual(['closed', null]);
    rig.series(10, 'o');
    expect([rig.mode(), meters(rig).failureRatePercent, meters(rig).failed]).toEqual(['open', 60, 3]);
    expect(rig.notes().filter((name) => name === 'failureRateExceeded')).toHaveLength(1);
    rig.request(20);
    expect(meters(rig).notPermitted).toBe(1);
  });

  test('shouldOpenAfterFailureRateThresholdExceeded2: o o o f f f, a second apart, opens at exactly 50 % (docs: equal or greater)', () => {
    const rig = tested();
    rig.series(0, 'ooofff', 1000);
    expect([rig.mode(), meters(rig).failureRatePercent]).toEqual(['open', 50]);
  });

  test('shouldOpenAfterSlowCallRateThresholdExceeded: three of five longer than 4 s, successful or not', () => {
    const rig = tested();
    rig.go(0, 'f', 5000);
    rig.go(5000, 'o', 5000);
    rig.go(10_000, 'f', 100);
    rig.go(10_100, 'o', 100);
    rig.go(10_200, 'o', 5000);
    expect(rig.moves()).toEqual(['slowRateExceeded open']);
    expect(meters(rig)).toMatchObject({ slow: 3, slowRatePercent: 60, failureRatePercent: 40 });
  });

  test('shouldTransitionToHalfOpenAfterWaitDuration: refuses after 3 of 5 s, permits after 6; [src] only once the clock is after the wait', () => {
    const rig = tested();
    rig.series(0, 'fffff'); // opens at 4 ms
    expect(rig.wentOut(rig.request(3004))).toBe(false);
    expect(rig.wentOut(rig.request(5004))).toBe(false);
    expect(rig.wentOut(rig.request(6004))).toBe(true);
    expect(rig.mode()).toBe('halfOpen');
    expect(meters(rig)).toMatchObject({ failureRatePercent: null, buffered: 0 });
  });

  test('shouldTransitionToHalfOpenAfterWaitInterval: with the default multiplier of 1.5 the second wait is 7.5 s', () => {
    const rig = tested({ enableExponentialBackoff: true, permittedNumberOfCallsInHalfOpenState: 1 });
    rig.series(0, 'fffff');
    rig.go(6000, 'f');
    expect(rig.wentOut(rig.request(12_000))).toBe(false);
    expect(rig.wentOut(rig.request(17_000))).toBe(true);
  });

  test('shouldOnlyPermitFourCallsInHalfOpenState, shouldThrowCallNotPermittedExceptionWhenNotFurtherTestCallsArePermitted', () => {
    const rig = halfOpen();
    expect([1, 2, 3, 4, 5, 6].map((i) => rig.wentOut(rig.request(100 + i)))).toEqual([true, true, true, true, false, false]);
  });

  test('shouldIncreaseCounterOnReleasePermission, shouldIgnoreExceptionsAndThenTransitionToClosed: ignored results give the permit back', () => {
    const rig = halfOpen({ recordPermanentErrors: false });
    for (let i = 0; i < 4; i++) rig.go(200 + i, { kind: 'permanentError' });
    expect([rig.mode(), meters(rig).buffered]).toEqual(['halfOpen', 0]);
    rig.series(300, 'ooo');
    expect([rig.mode(), meters(rig).buffered, meters(rig).failureRatePercent]).toEqual(['halfOpen', 3, null]);
    rig.series(400, 'o');
    expect([rig.mode(), meters(rig).buffered]).toEqual(['closed', 0]);
  });

  test('shouldTransitionBackToOpenStateWhenFailureRateIsAboveThreshold: f f o f is 75 %', () => {
    const rig = halfOpen();
    rig.series(200, 'ffo');
    expect(rig.mode()).toBe('halfOpen');
    rig.series(300, 'f');
    expect(rig.mode()).toBe('open');
    expect(rig.decisions('note').findLast(({ name }) => name === 'opened')?.data).toMatchObject({ ratePercent: 75, calls: 4, failed: 3 });
  });

  test('shouldTransitionBackToOpenStateWhenSlowCallRateIsAboveThreshold', () => {
    const rig = halfOpen();
    for (const [i, durationMs] of [5000, 5000, 5000, 1000].entries()) rig.go(1000 + i * 5000, 'o', durationMs);
    expect(rig.moves().at(-1)).toBe('probesFailed open');
  });

  test('shouldTransitionBackToClosedStateWhenFailureIsBelowThreshold: f o o o, and the metrics start over', () => {
    const rig = halfOpen();
    rig.series(200, 'fooo');
    expect([rig.mode(), meters(rig).buffered]).toEqual(['closed', 0]);
  });

  test('[src] CircuitBreakerMetrics.forHalfOpen: the minimum is min(minimumNumberOfCalls, permits); a maintainer says "only permits" (issue 1533), the source rules', () => {
    const fewer = halfOpen({ minimumNumberOfCalls: 2, permittedNumberOfCallsInHalfOpenState: 10 });
    fewer.series(200, 'oo');
    expect(fewer.mode()).toBe('closed');
    const more = halfOpen({ minimumNumberOfCalls: 5, permittedNumberOfCallsInHalfOpenState: 3 });
    more.series(200, 'ooo');
    expect(more.mode()).toBe('closed');
  });

  test('line 913 of CircuitBreakerStateMachineTest, issue 2028: an undecided half-open breaker opens after maxWaitDurationInHalfOpenState, or (issue 2289) closes', () => {
    for (const [target, mode] of [['OPEN', 'open'], ['CLOSED', 'closed']] as const) {
      const rig = halfOpen({ maxWaitDurationInHalfOpenStateMs: 1000, transitionToStateAfterWaitDuration: target });
      rig.request(200);
      rig.advance(1100);
      expect(rig.mode()).toBe(mode);
    }
  });

  test('issues 903, 935: without it a call that never returns keeps it half-open', () => {
    const rig = halfOpen();
    for (let i = 0; i < 4; i++) rig.request(200 + i);
    rig.advance(3_600_000);
    expect(rig.outcomeOf(rig.request(3_600_001))).toMatchObject({ kind: 'rejected' });
  });

  test('shouldForceOpenCircuitBreaker, shouldDisableCircuitBreaker', () => {
    const forced = tested();
    forced.control(0, 'forceOpen');
    expect(forced.wentOut(forced.request(6000))).toBe(false);
    expect(forced.mode()).toBe('forcedOpen');
    const disabled = tested();
    disabled.control(0, 'disable');
    disabled.series(1, 'offff');
    expect([disabled.mode(), meters(disabled).buffered]).toEqual(['disabled', 0]);
  });

  test('shouldPublishEachEventOnceInMetricOnlyState', () => {
    const rig = tested();
    rig.control(0, 'metricsOnly');
    const calls = [1, 2, 3, 4, 5].map((atMs) => rig.request(atMs));
    for (const call of calls) rig.answer(5000 + call.id, call, FAIL);
    expect(rig.notes().filter((name) => name === 'failureRateExceeded' || name === 'slowCallRateExceeded')).toHaveLength(2);
    expect(rig.mode()).toBe('metricsOnly');
  });

  test('shouldNotAllowTransitionFromClosedToHalfOpen', () => {
    const rig = tested();
    rig.control(0, 'halfOpen');
    expect([rig.mode(), rig.notes()]).toEqual(['closed', ['controlRefused']]);
  });

  test('[src] a late result counts in the mode it meets: it may close a half-open breaker, and is only on show in an open one', () => {
    const rig = tested({ maxWaitDurationInHalfOpenStateMs: 0, permittedNumberOfCallsInHalfOpenState: 1, slowCallDurationThresholdMs: 60_000 });
    const [first, second] = [rig.request(0), rig.request(0)];
    rig.series(1, 'fffff');
    rig.answer(100, first, OK);
    expect([rig.mode(), meters(rig).buffered]).toEqual(['open', 6]);
    rig.request(6000);
    rig.answer(6100, second, OK);
    expect(rig.mode()).toBe('closed');
  });

  test('[src] a cap on the wait applies after the random part', () => {
    const rig = breakerRig(
      { enableExponentialBackoff: true, exponentialMaxWaitDurationInOpenStateMs: 60_000, randomizedWaitFactor: 0.5, minimumNumberOfCalls: 1 },
      { preset: 'resilience4j', uniform: () => 0.9 },
    );
    rig.series(0, 'f');
    expect(rig.breaker().waitMs).toBe(60_000);
  });
});

describe('the textbook sketch', () => {
  const breaker = () => breakerRig({}, { preset: 'original' });

  test('five failures in a row open it for 60 s; it still refuses at exactly 60 s', () => {
    const rig = breaker();
    rig.series(0, 'ffffoffff');
    expect(rig.mode()).toBe('closed');
    rig.series(9, 'f');
    expect(rig.wentOut(rig.request(60_009))).toBe(false);
    expect(rig.wentOut(rig.request(60_010))).toBe(true);
  });

  test('all callers probe at once, and the first result decides', () => {
    const rig = breaker();
    rig.series(0, 'fffff');
    const calls = Array.from({ length: 50 }, (_, i) => rig.request(70_000 + i));
    expect(calls.every((call) => rig.wentOut(call))).toBe(true);
    rig.answer(71_000, calls[7]!, OK);
    expect(rig.mode()).toBe('closed');
  });

  test('a failed probe opens it for another 60 s', () => {
    const rig = breaker();
    rig.series(0, 'fffff');
    rig.go(70_000, 'f');
    expect([rig.mode(), rig.breaker().openUntilMs]).toEqual(['open', 130_000]);
  });

  test('every exception counts, the caller’s own mistakes too; slow calls never do', () => {
    const rig = breaker();
    for (let i = 0; i < 5; i++) rig.go(i * 1_000_000, { kind: 'permanentError' }, 500_000);
    expect(rig.moves()).toEqual(['streakReached open']);
    expect(meters(rig).slow).toBe(0);
  });
});
