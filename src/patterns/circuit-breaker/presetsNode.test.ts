/** Library conformance of the presets opossum and cockatiel; see presets.test.ts for how to read it. */
import { describe, expect, test } from 'vitest';
import { presetParams } from '../../kernel/harnessParams.ts';
import { breakerRig, FAIL, OK, type BreakerRig } from '../../../test/support/breakerRig.ts';
import { breakerStory, type BreakerParams } from './params.ts';

const meters = (rig: BreakerRig) => rig.inspect().meters!;

describe('opossum', () => {
  const breaker = (params: Partial<BreakerParams> = {}) => breakerRig(params, { preset: 'opossum' });

  test('defaults (test.js: errorThresholdPercentage 50, resetTimeout 30000, rollingCountTimeout 10000, rollingCountBuckets 10)', () => {
    expect(presetParams(breakerStory, 'opossum')).toMatchObject({
      failureRateThresholdPercent: 50, waitDurationInOpenStateMs: 30_000, slidingWindowSizeMs: 10_000, slidingWindowBucketMs: 1000, minimumNumberOfCalls: 1,
    });
  });

  test('volume-threshold-test: by default the first failure opens it', () => {
    const rig = breaker({ failureRateThresholdPercent: 1 });
    rig.go(0, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('volume-threshold-test: with volumeThreshold 3 the third does', () => {
    const rig = breaker({ failureRateThresholdPercent: 1, minimumNumberOfCalls: 3 });
    expect([0, 1, 2].map((atMs) => { rig.go(atMs, 'f'); return rig.mode(); })).toEqual(['closed', 'closed', 'open']);
  });

  test('volume-threshold-test: the volume threshold does not affect the half-open state', () => {
    const rig = breaker({ failureRateThresholdPercent: 1, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 300, slidingWindowSizeMs: 300, slidingWindowBucketMs: 100 });
    rig.series(0, 'ff');
    rig.advance(450);
    expect([rig.mode(), rig.inspect().meters!.buffered]).toEqual(['halfOpen', 0]);
    rig.go(451, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('half-open-test: goes half-open by itself at resetTimeout, lets one request through, and its failure opens again', () => {
    const rig = breaker({ failureRateThresholdPercent: 1, waitDurationInOpenStateMs: 100 });
    rig.go(0, 'f');
    rig.advance(100);
    expect(rig.mode()).toBe('halfOpen');
    const probe = rig.request(150);
    expect(rig.wentOut(rig.request(160))).toBe(false);
    rig.answer(650, probe, FAIL);
    expect(rig.mode()).toBe('open');
    expect(rig.outcomeOf(rig.request(651))).toMatchObject({ kind: 'rejected' });
  });

  test('closed-test: when open, an existing request resolving does not close it', () => {
    const rig = breaker({ failureRateThresholdPercent: 1, waitDurationInOpenStateMs: 60_000 });
    const existing = rig.request(0);
    rig.go(0, 'f');
    rig.answer(100, existing, OK);
    expect(rig.mode()).toBe('open');
  });

  test('[src] any success closes it while half-open, whichever call it is of', () => {
    const rig = breaker({ failureRateThresholdPercent: 1, waitDurationInOpenStateMs: 100 });
    const existing = rig.request(0);
    rig.go(0, 'f');
    rig.advance(100);
    rig.answer(150, existing, OK);
    expect(rig.mode()).toBe('closed');
  });

  test('README, "Calculating errorThresholdPercentage": 3 failures in 24 fires are 12.5 %; a second later the fires are 25, not 27', () => {
    const rig = breaker();
    [2, 1, 3, 0, 9, 3, 2, 0, 4, 0].forEach((fires, second) => rig.series(second * 1000, (second === 5 ? 'f' : 'o').repeat(fires)));
    rig.advance(9999);
    expect(rig.mode()).toBe('closed');
    expect(rig.inspect().meters!.failureRatePercent).toBe(12.5);
    rig.series(10_000, 'ooo');
    expect(rig.inspect().views?.window).toMatchObject({ base: 25, failed: 3 });
  });

  test('README: the same traffic over 3 buckets is 3 of 5, and opens', () => {
    const rig = breaker({ slidingWindowSizeMs: 3000, minimumNumberOfCalls: 5 });
    rig.series(0, 'ff');
    rig.series(1000, 'oo');
    rig.go(2000, 'f');
    expect(rig.moves()).toEqual(['rateExceeded open']);
    expect(rig.decisions('note').find(({ name }) => name === 'opened')?.data).toMatchObject({ failed: 3, calls: 5, ratePercent: 60 });
  });

  test('[src] it trips above the threshold only: 1 of 2 at 50 % does not, 2 of 3 does', () => {
    const rig = breaker();
    rig.series(0, 'of');
    expect(rig.mode()).toBe('closed');
    rig.series(10, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('[src] the denominator is fires: calls in flight and calls refused dilute the rate', () => {
    const rig = breaker({ waitDurationInOpenStateMs: 1000 });
    rig.go(0, 'f'); // 1 of 1
    rig.series(100, 'ooooooooo'); // nine refused
    rig.go(1100, 'o'); // the probe closes it
    rig.go(1200, 'f'); // 2 of 12
    expect(rig.mode()).toBe('closed');
    expect(rig.inspect().views?.window).toMatchObject({ base: 12, failed: 2 });
  });

  test('[src] the window outlives closing: the failures that opened it still count', () => {
    const rig = breaker({ waitDurationInOpenStateMs: 1000, minimumNumberOfCalls: 3 });
    rig.series(0, 'fff');
    rig.go(1100, 'o');
    expect(rig.mode()).toBe('closed');
    rig.go(1200, 'f'); // 4 of 5
    expect(rig.mode()).toBe('open');
  });

  test('enable-disable-test: disabled it stays closed; [src] and counts nothing', () => {
    const rig = breaker({ failureRateThresholdPercent: 1 });
    rig.control(0, 'disable');
    rig.series(1, 'ff');
    expect(rig.notes()).toEqual(['disabled']);
    rig.control(10, 'close');
    rig.series(11, 'f');
    expect(rig.mode()).toBe('open');
  });
});

describe('cockatiel', () => {
  /** CircuitBreakerPolicy.test.ts: ConsecutiveBreaker(2), halfOpenAfter 1000. */
  const policy = (params: Partial<BreakerParams> = {}) => breakerRig({ failureCounting: 'consecutive', consecutiveFailures: 2, waitDurationInOpenStateMs: 1000, ...params }, { preset: 'cockatiel' });
  const sampling = (params: Partial<BreakerParams> = {}) => breakerRig({ failureRateThresholdPercent: 50, slidingWindowSizeMs: 5000, minimumNumberOfCalls: 15, ...params }, { preset: 'cockatiel' });

  test('SamplingBreaker.test: the guessed minimum is 25 calls a second at a threshold of 0.2, windows are a second long', () => {
    expect(presetParams(breakerStory, 'cockatiel')).toMatchObject({ minimumNumberOfCalls: (25 * 30_000) / 1000, failureRateThresholdPercent: 20, slidingWindowBucketMs: 1000 });
  });

  test('opens after failing calls; ConsecutiveBreaker.test: a success starts over', () => {
    const rig = policy({ consecutiveFailures: 3 });
    rig.series(0, 'ffoff');
    expect(rig.mode()).toBe('closed');
    rig.series(10, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('closes if the half open test succeeds; re-opens if it fails; halfOpenAfter ends at its last instant', () => {
    for (const [letter, mode] of [['o', 'closed'], ['f', 'open']] as const) {
      const rig = policy();
      rig.series(0, 'ff'); // opens at 1 ms
      expect(rig.wentOut(rig.request(1000.999))).toBe(false);
      rig.go(1001, letter);
      expect(rig.mode()).toBe(mode);
    }
  });

  test('uses the backoff factory: after a failed test 2000, not 1000; resets the backoff when closing', () => {
    const rig = policy({ enableExponentialBackoff: true, exponentialBackoffMultiplier: 2 });
    rig.series(0, 'ff');
    rig.go(1001, 'f');
    expect(rig.wentOut(rig.request(2001))).toBe(false);
    rig.go(3001, 'o');
    rig.series(4000, 'ff');
    expect(rig.breaker().waitMs).toBe(1000);
  });

  test('dedupes half-open tests: the second call runs only when the first has returned', () => {
    const rig = policy();
    rig.series(0, 'ff');
    const [a, b] = [rig.request(1001), rig.request(1001)];
    expect([rig.wentOut(a), rig.wentOut(b)]).toEqual([true, false]);
    rig.answer(1011, a, OK);
    expect(rig.wentOut(b)).toBe(true);
  });

  test('stops deduped half-open tests if the circuit reopens', () => {
    const rig = policy();
    rig.series(0, 'ff');
    const [a, b] = [rig.request(1001), rig.request(1001)];
    rig.answer(1011, a, FAIL);
    expect([rig.wentOut(b), rig.outcomeOf(b)?.kind]).toEqual([false, 'rejected']);
  });

  test('halfOpenSampling {calls 10, threshold 0.3}: three failures and seven successes close, a fourth failure re-opens', () => {
    const params = { permittedNumberOfCallsInHalfOpenState: 10, halfOpenToleratedFailuresPercent: 30 };
    const good = policy(params);
    good.series(0, 'ff');
    good.series(1001, 'fffoooooo');
    expect(good.mode()).toBe('halfOpen');
    good.series(1100, 'o');
    expect(good.mode()).toBe('closed');
    const bad = policy(params);
    bad.series(0, 'ff');
    bad.series(1001, 'fff');
    expect(bad.mode()).toBe('halfOpen');
    bad.series(1100, 'f');
    expect(bad.mode()).toBe('open');
  });

  test('queues calls once the half-open sample is full', () => {
    const rig = policy({ permittedNumberOfCallsInHalfOpenState: 2 });
    rig.series(0, 'ff');
    const [a, b, c] = [rig.request(1001), rig.request(1001), rig.request(1001)];
    rig.answer(1011, a, OK);
    expect(rig.wentOut(c)).toBe(false);
    rig.answer(1011, b, OK);
    expect([rig.wentOut(c), rig.mode()]).toEqual([true, 'closed']);
  });

  test('handles isolation: held open until let go, then closed', () => {
    const rig = policy();
    rig.control(0, 'forceOpen');
    expect(rig.wentOut(rig.request(1_000_000))).toBe(false);
    rig.control(1_000_001, 'close');
    expect(rig.wentOut(rig.request(1_000_002))).toBe(true);
  });

  test('CountBreaker.test {threshold 0.5, size 100, minimum 50}: 49 failures do nothing; 25 of 50 do not, 26 of 50 do', () => {
    const count = () => breakerRig({ slidingWindowType: 'COUNT', slidingWindowSizeCalls: 100, minimumNumberOfCalls: 50, failureRateThresholdPercent: 50 }, { preset: 'cockatiel' });
    const few = count();
    few.series(0, 'f'.repeat(49));
    const half = count();
    half.series(0, 'o'.repeat(25) + 'f'.repeat(25));
    expect([few.mode(), half.mode()]).toEqual(['closed', 'closed']);
    const more = count();
    more.series(0, 'o'.repeat(24) + 'f'.repeat(25));
    expect(more.mode()).toBe('closed');
    more.series(100, 'f');
    expect(more.mode()).toBe('open');
  });

  test('SamplingBreaker.test: does not start failing below the threshold rate (a failure each 500 ms never is 3 a second), fails once above it', () => {
    const below = sampling();
    below.series(0, 'f'.repeat(60), 500);
    expect(below.mode()).toBe('closed');
    const above = sampling();
    above.series(0, 'f'.repeat(14), 334);
    expect(above.mode()).toBe('closed');
    above.series(14 * 334, 'f');
    expect(above.mode()).toBe('open');
  });

  test('SamplingBreaker.test: calculates rps over time: at 50 % for any while nothing happens, one more failure opens', () => {
    for (let length = 10; length < 20; length++) {
      const rig = sampling();
      for (let i = 0; i < length; i++) rig.series(i * 250, 'of', 0);
      expect(rig.mode()).toBe('closed');
      rig.go(length * 250, 'f');
      expect(rig.mode()).toBe('open');
    }
  });

  test('SamplingBreaker.test: resets when recovering from half-open', () => {
    const rig = sampling({ minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 1000 });
    rig.series(0, 'ff');
    rig.go(2000, 'o');
    expect(meters(rig).failed).toBe(0);
    rig.go(2001, 'f');
    expect(rig.mode()).toBe('closed');
  });

  test('[src] its windows rotate only with traffic: failures of an hour ago still count after a quiet time', () => {
    const rig = sampling({ minimumNumberOfCalls: 2 });
    rig.go(0, 'f');
    rig.go(3_600_000, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('[src] results rotate them, not arrivals', () => {
    const rig = sampling({ minimumNumberOfCalls: 2 });
    rig.go(0, 'f');
    for (let atMs = 1000; atMs <= 10_000; atMs += 1000) rig.request(atMs); // none is answered
    rig.go(10_000, 'f');
    expect(rig.mode()).toBe('open');
  });

  test('[src] a late result is none of the half-open test’s business', () => {
    const rig = policy();
    const late = rig.request(0);
    rig.series(0, 'ff');
    rig.request(1001);
    rig.answer(1002, late, OK);
    expect(rig.mode()).toBe('halfOpen');
  });
});
