import { describe, expect, test } from 'vitest';
import { breakerRig, FAIL, OK, QUIET, type BreakerRig } from '../../../test/support/breakerRig.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { Call } from '../../kernel/contract.ts';
import type { BreakerParams } from './params.ts';

/** A breaker that opened at 1 ms and may be probed from 1001 ms on. */
function opened(params: Partial<BreakerParams> = {}, options: StackOptions = {}): BreakerRig {
  const rig = breakerRig({ slidingWindowSizeCalls: 2, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 1000, openWaitEnds: 'at', ...params }, options);
  rig.series(0, 'ff');
  return rig;
}
const passed = (rig: BreakerRig, calls: readonly Call[]) => calls.map((call) => rig.wentOut(call));
const requests = (rig: BreakerRig, count: number, fromMs = 2000): Call[] => Array.from({ length: count }, (_, i) => rig.request(fromMs + i));

describe('permits', () => {
  test('only so many probes pass; the rest are refused (defect b of the textbook sketch)', () => {
    const rig = opened();
    const calls = requests(rig, 50);
    expect(passed(rig, calls).filter(Boolean)).toHaveLength(3);
    expect(rig.outcomeOf(calls[3]!)).toEqual({ kind: 'rejected', by: 'breaker', detail: 'half-open, all probes are out' });
    expect(rig.inspect()).toMatchObject({ mode: 'half-open (0 of 3 probes left)', slots: { used: 3, of: 3 }, tone: 'warn' });
    expect(rig.decisions('gauge').at(-1)).toMatchObject({ name: 'waiting', value: 0 });
    expect(rig.decisions('gauge').filter(({ name }) => name === 'probesOut').map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  });

  test.each<[string, Parameters<BreakerRig['answer']>[2]]>([['cancelled', { kind: 'cancelled' }], ['rejected', { kind: 'rejected', by: 'bulkhead' }], ['permanentError', { kind: 'permanentError' }]])(
    'an uncounted result (%s) gives its permit back', (_, outcome) => {
      const rig = opened();
      const [first] = requests(rig, 3);
      rig.answer(2100, first!, outcome);
      expect(rig.inspect().mode).toBe('half-open (1 of 3 probes left)');
      expect(passed(rig, requests(rig, 2, 2200))).toEqual([true, false]);
    });

  test('a counted result does not', () => {
    const rig = opened({ minimumNumberOfCalls: 10 });
    const [first] = requests(rig, 3);
    rig.answer(2100, first!, OK);
    expect(passed(rig, requests(rig, 1, 2200))).toEqual([false]);
  });

  test('a probe given up gives its permit back', () => {
    const rig = opened();
    const [first] = requests(rig, 3);
    rig.giveUp(2100, first!);
    expect(passed(rig, requests(rig, 2, 2200))).toEqual([true, false]);
  });

  test('giving back an earlier call does not make a permit', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 2, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 1000, lateResults: 'countInCurrentState' });
    const early = rig.request(0);
    rig.series(1, 'ff');
    requests(rig, 3);
    rig.answer(2100, early, { kind: 'cancelled' });
    expect(passed(rig, requests(rig, 1, 2200))).toEqual([false]);
  });
});

describe('the decision', () => {
  test('falls as soon as min(minimum calls, permits) results are in', () => {
    const rig = opened({ permittedNumberOfCallsInHalfOpenState: 5 }); // minimum 2
    const calls = requests(rig, 5);
    rig.answer(2100, calls[0]!, OK);
    expect(rig.mode()).toBe('halfOpen');
    rig.answer(2101, calls[1]!, OK);
    expect(rig.mode()).toBe('closed');
  });

  test('with a larger minimum it takes all permits', () => {
    const rig = opened({ slidingWindowType: 'TIME', minimumNumberOfCalls: 2, permittedNumberOfCallsInHalfOpenState: 3 });
    rig.setParams(1500, { minimumNumberOfCalls: 100 });
    const calls = requests(rig, 3);
    rig.answer(2100, calls[0]!, FAIL);
    rig.answer(2101, calls[1]!, OK);
    expect(rig.mode()).toBe('halfOpen');
    rig.answer(2102, calls[2]!, OK); // 1 of 3 is below 50 %
    expect(rig.mode()).toBe('closed');
  });

  test('is on a fresh window: what opened the breaker does not count against the probes (defect f)', () => {
    const rig = opened();
    const calls = requests(rig, 2);
    calls.forEach((call, i) => rig.answer(2100 + i, call, OK));
    expect(rig.mode()).toBe('closed');
    expect(rig.inspect().meters).toMatchObject({ buffered: 0, failed: 0 });
  });

  test('slow probes re-open too', () => {
    const rig = opened({ slowCallDurationThresholdMs: 100 });
    requests(rig, 2).forEach((call, i) => rig.answer(3000 + i, call, OK));
    expect(rig.moves()).toEqual(['rateExceeded open', 'waitElapsed halfOpen', 'probesFailed open']);
    expect(rig.decisions('note').findLast(({ name }) => name === 'opened')?.data).toMatchObject({ why: '2 of 2 probes were slow', attempt: 2 });
  });

  test('sample: the first failure too many re-opens at once, all probes back close', () => {
    const params = { halfOpenDecision: 'sample', halfOpenToleratedFailuresPercent: 25, permittedNumberOfCallsInHalfOpenState: 4 } as const;
    const bad = opened(params);
    const badCalls = requests(bad, 4);
    bad.answer(2100, badCalls[0]!, FAIL);
    expect(bad.mode()).toBe('halfOpen');
    bad.answer(2101, badCalls[1]!, FAIL);
    expect(bad.mode()).toBe('open');
    const good = opened(params);
    requests(good, 4).forEach((call, i) => good.answer(2100 + i, call, i === 0 ? FAIL : OK));
    expect(good.mode()).toBe('closed');
  });
});

test.each([['cleared', { buffered: 0, failed: 0 }], ['kept', { buffered: 2, failed: 1 }]] as const)('windowAfterClosing %s', (windowAfterClosing, after) => {
  const rig = opened({ windowAfterClosing, permittedNumberOfCallsInHalfOpenState: 1 });
  rig.go(2000, 'o'); // kept: the probe counts in the window of two as well
  expect(rig.mode()).toBe('closed');
  expect(rig.inspect().meters).toMatchObject(after);
});

describe('a probe that never comes back', () => {
  test('leaves the breaker half-open for ever', () => {
    const rig = opened();
    requests(rig, 3);
    const later = rig.request(10_000_000);
    expect(rig.outcomeOf(later)).toMatchObject({ kind: 'rejected' });
    expect(rig.mode()).toBe('halfOpen');
  });

  test.each([['OPEN', 'open', 'halfOpenExpiredToOpen'], ['CLOSED', 'closed', 'halfOpenExpiredToClosed']] as const)('unless it has a longest time: then it becomes %s', (target, mode, event) => {
    const rig = opened({ maxWaitDurationInHalfOpenStateMs: 4000, transitionToStateAfterWaitDuration: target });
    requests(rig, 3);
    expect(rig.outcomeOf(rig.request(2500))).toMatchObject({ kind: 'rejected', retryAfterMs: 3500 });
    rig.advance(5999.999);
    expect(rig.mode()).toBe('halfOpen');
    rig.advance(6000);
    expect([rig.mode(), rig.moves().at(-1)]).toEqual([mode, `${event} ${mode}`]);
    expect(rig.notes(...QUIET)).toContain('halfOpenExpired');
    expect(rig.timers()).toEqual([]);
  });

  test('the guard is called off by a decision', () => {
    const rig = opened({ maxWaitDurationInHalfOpenStateMs: 4000 });
    requests(rig, 2).forEach((call, i) => rig.answer(2100 + i, call, OK));
    expect(rig.timers()).toEqual([]);
  });
});

describe('late results', () => {
  /** A call let through while closed; the breaker has opened since. */
  const withLate = (lateResults: BreakerParams['lateResults']) => {
    const rig = breakerRig({ slidingWindowSizeCalls: 2, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 1000, permittedNumberOfCallsInHalfOpenState: 1, recordSlowCalls: false, lateResults });
    const late = rig.request(0);
    rig.series(1, 'ff');
    return { rig, late };
  };

  test.each(['ignoreOldGeneration', 'countInCurrentState'] as const)('%s: a late success does not close an open breaker (defect c)', (lateResults) => {
    const { rig, late } = withLate(lateResults);
    rig.answer(500, late, OK);
    expect(rig.mode()).toBe('open');
  });

  test('ignoreOldGeneration: a late result is no probe', () => {
    const { rig, late } = withLate('ignoreOldGeneration');
    rig.request(2000);
    rig.answer(2100, late, OK);
    expect(rig.mode()).toBe('halfOpen');
    expect(rig.notes().at(-1)).toBe('cameLate');
    expect(rig.inspect().meters).toMatchObject({ late: 1 });
  });

  test('countInCurrentState: while open a late result is on show and does nothing else', () => {
    const { rig, late } = withLate('countInCurrentState');
    rig.answer(500, late, FAIL);
    expect(rig.notes()).toEqual(['failed', 'failed', 'failureRateExceeded', 'opened', 'failed']);
    expect(rig.breaker().streak).toBe(2);
  });

  test('countInCurrentState: a late result decides like a probe', () => {
    const { rig, late } = withLate('countInCurrentState');
    rig.request(2000);
    rig.answer(2100, late, OK);
    expect(rig.mode()).toBe('closed');
  });

  test('a result of an earlier half-open period does not count in a later one', () => {
    const rig = opened({ permittedNumberOfCallsInHalfOpenState: 2, halfOpenDecision: 'sample' });
    const [first, second] = requests(rig, 2);
    rig.answer(2100, first!, FAIL);
    rig.request(5000);
    rig.answer(5001, second!, FAIL);
    expect(rig.mode()).toBe('halfOpen');
  });
});

describe('callers that wait for the decision', () => {
  const waiting = (params: Partial<BreakerParams> = {}) => {
    const rig = opened({ halfOpenExcess: 'wait', permittedNumberOfCallsInHalfOpenState: 1, ...params });
    return { rig, calls: requests(rig, 4) };
  };

  test('pass when the probe succeeds, in the order they came', () => {
    const { rig, calls } = waiting();
    expect(passed(rig, calls)).toEqual([true, false, false, false]);
    expect(rig.inspect()).toMatchObject({ queue: { length: 3, capacity: 100 }, meters: { waiting: 3 } });
    rig.answer(2100, calls[0]!, OK);
    expect(rig.mode()).toBe('closed');
    expect(rig.decisions('forward').slice(-3).map(({ call, atMs }) => [call, atMs])).toEqual([[4, 2100], [5, 2100], [6, 2100]]);
    expect(rig.decisions('gauge').filter(({ name }) => name === 'waiting').at(-1)?.value).toBe(0);
  });

  test('are refused when it fails', () => {
    const { rig, calls } = waiting();
    rig.answer(2100, calls[0]!, FAIL);
    expect(calls.slice(1).map((call) => rig.outcomeOf(call)?.kind)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(rig.inspect().meters).toMatchObject({ notPermitted: 3, waiting: 0 });
  });

  test('get the permit of a probe whose result does not count', () => {
    const { rig, calls } = waiting();
    rig.answer(2100, calls[0]!, { kind: 'permanentError' });
    expect(passed(rig, calls)).toEqual([true, true, false, false]);
    rig.answer(2200, calls[1]!, { kind: 'permanentError' }); // nor does that of the one who got it
    expect(passed(rig, calls)).toEqual([true, true, true, false]);
  });

  test('leave when they give up, and nobody below hears of it', () => {
    const { rig, calls } = waiting();
    rig.giveUp(2050, calls[2]!);
    expect(rig.decisions('cancel')).toEqual([]);
    rig.answer(2100, calls[0]!, OK);
    expect(passed(rig, calls)).toEqual([true, true, false, true]);
  });

  test('are refused when all places are taken', () => {
    const { rig, calls } = waiting({ halfOpenMaxWaiting: 2 });
    expect(rig.outcomeOf(calls[3]!)).toMatchObject({ detail: 'half-open, waiting places are full' });
  });

  test('are let go by a longest time and by hand', () => {
    const { rig, calls } = waiting({ maxWaitDurationInHalfOpenStateMs: 1000 });
    rig.advance(3000);
    expect(calls.slice(1).map((call) => rig.outcomeOf(call)?.kind)).toEqual(['rejected', 'rejected', 'rejected']);
    const other = waiting();
    other.rig.control(2500, 'close');
    expect(passed(other.rig, other.calls)).toEqual([true, true, true, true]);
  });
});
