import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Param } from '../kernel/story.ts';
import { anyValue } from '../../test/fuzz/arbitrary.ts';
import { breakerEngine as engine } from '../../test/fuzz/fixture.ts';
import { hostileValues } from '../../test/fuzz/hostile.ts';
import { nearestLegal, paramProblem, validateParams } from './validate-params.ts';

const problems = (params: unknown) => validateParams(engine, params, 'params.breaker').problems.map(({ path, rule, nearest }) => [path, rule, nearest]);

describe('a value', () => {
  it('out of range is refused with its path, its rule and the nearest legal value', () => {
    expect(validateParams(engine, { slidingWindowSize: 5000 }, 'params.breaker').problems).toEqual([{
      path: 'params.breaker.slidingWindowSize', value: 5000, rule: 'a whole number from 1 to 1000', nearest: 1000,
      message: 'params.breaker.slidingWindowSize is 5000, but must be a whole number from 1 to 1000. Nearest: 1000.',
    }]);
  });
  it.each<[Record<string, unknown>, string, unknown]>([
    [{ slidingWindowSize: 20.4 }, 'a whole number from 1 to 1000', 20],
    [{ slidingWindowSize: 0 }, 'a whole number from 1 to 1000', 1],
    [{ slidingWindowSize: '20' }, 'a whole number from 1 to 1000', 20],
    [{ slidingWindowSize: NaN }, 'a whole number from 1 to 1000', undefined],
    [{ slidingWindowSize: Infinity }, 'a whole number from 1 to 1000', 1000],
    [{ slidingWindowSize: null }, 'a whole number from 1 to 1000', undefined],
    [{ failureRatio: 0 }, 'a number above 0 and up to 1', 0.01],
    [{ failureRatio: 1.5 }, 'a number above 0 and up to 1', 1],
    [{ openMs: -1e-9 }, 'a number from 0 to 600000', 0],
    [{ windowType: 'tiem' }, 'one of: count, time, the last & best', 'time'],
    [{ windowType: 'constructor' }, 'one of: count, time, the last & best', undefined],
    [{ countSlow: 1 }, 'true or false', undefined],
    [{ weights: [1, 9] }, 'a list of at most 8 numbers from -5 to 5', [1, 5]],
    [{ weights: Array.from({ length: 9 }, () => 1) }, 'a list of at most 8 numbers from -5 to 5', Array.from({ length: 8 }, () => 1)],
    [{ weights: 'x' }, 'a list of at most 8 numbers from -5 to 5', undefined],
    [{ label: 7 }, 'a text (text)', undefined],
    [{ rules: {} }, 'a list ([{ op, ratio }])', undefined],
  ])('%j is refused: %s', (params, rule, nearest) => {
    expect(problems(params)).toEqual([[`params.breaker.${Object.keys(params)[0]}`, rule, nearest]]);
  });
  it('that is a distribution is refused at the field that is wrong', () => {
    expect(problems({ probeEvery: { kind: 'exponential', meanMs: -1 } })[0]![0]).toBe('params.breaker.probeEvery.meanMs');
    expect(problems({ probeEvery: { kind: 'exponental', meanMs: 1 } })[0]![0]).toBe('params.breaker.probeEvery.kind');
    expect(problems({ probeEvery: { kind: 'constant', ms: 1, meanMs: 1 } })[0]![0]).toBe('params.breaker.probeEvery.meanMs');
    expect(problems({ probeEvery: 20 })[0]![0]).toBe('params.breaker.probeEvery');
  });
  it('that is free data is refused when it is too deep, too large, or not finite', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 17; i++) deep = [deep];
    for (const extra of [deep, 'x'.repeat(70_000), [NaN], { a: { b: Infinity } }, { constructor: 1 }, () => 1]) expect(problems({ extra })).toHaveLength(1);
    expect(problems({ extra: { any: [1, 'x', null, { thing: true }] } })).toEqual([]);
  });
  it('of an unknown parameter is refused with the nearest name', () => {
    expect(problems({ slidingWindowsSize: 5 })).toEqual([['params.breaker.slidingWindowsSize', expect.stringContaining('a parameter: slidingWindowSize'), 'slidingWindowSize']]);
    expect(problems({ toString: 5 })).toHaveLength(1);
    expect(problems(JSON.parse('{"__proto__":5}'))).toHaveLength(1);
  });
});

describe('a relation', () => {
  it('is refused between what is given and the defaults of the rest, with the nearest value that keeps it', () => {
    expect(validateParams(engine, { slidingWindowSize: 5 }, 'params.breaker').problems).toEqual([{
      path: 'params.breaker.minimumCalls', value: 10, rule: 'at most slidingWindowSize (5)', nearest: 5,
      message: 'params.breaker.minimumCalls is 10, but must be at most slidingWindowSize (5): it would never judge. Nearest: 5.',
    }]);
    expect(problems({ slidingWindowSize: 10 })).toEqual([]);
  });
  it('does not count while its condition does not hold', () => {
    expect(problems({ slidingWindowSize: 5, windowType: 'time' })).toEqual([]);
  });
  it('that only warns lets the run go on', () => {
    const { problems: found, warnings } = validateParams(engine, { openMs: 10 });
    expect(found).toEqual([]);
    expect(warnings.map(({ path, nearest }) => [path, nearest])).toEqual([['openMs', expect.any(Number)]]);
    expect((warnings[0]!.nearest as number) > 10).toBe(true);
    expect(validateParams(engine, { openMs: 11 }).warnings).toEqual([]);
  });
});

describe('the nearest legal value', () => {
  const params = Object.values(engine.params);
  const anything = fc.oneof(fc.anything(), fc.double(), fc.constantFrom(...hostileValues.filter((value) => typeof value !== 'string' || value.length < 1e6)));
  it('is legal whatever the value was, and the value itself where that is legal', () => {
    fc.assert(fc.property(fc.constantFrom<Param>(...params), anything, (param, value) => {
      const nearest = nearestLegal(param, value);
      expect(paramProblem(param, nearest, 'x')).toBeUndefined();
      if (paramProblem(param, value, 'x') === undefined) expect(nearest).toBe(value);
    }), { numRuns: 3000 });
  });
  it('of a distribution mends the fields that are wrong and keeps the others', () => {
    const param = engine.params.probeEvery!;
    expect(nearestLegal(param, { kind: 'lognormal', medianMs: 20, p99Ms: -3 })).toMatchObject({ kind: 'lognormal', medianMs: 20 });
    expect(nearestLegal(param, { kind: 'exponential', meanMs: 9, k: 3 })).toEqual({ kind: 'exponential', meanMs: 9 });
    expect(nearestLegal(param, 'soon')).toEqual({ kind: 'exponential', meanMs: 20 });
  });
  it('need not be asked for where a value was drawn from the schema', () => {
    for (const param of params) fc.assert(fc.property(anyValue(param), (value) => { expect(paramProblem(param, value, 'x')).toBeUndefined(); }), { numRuns: 200 });
  });
});
