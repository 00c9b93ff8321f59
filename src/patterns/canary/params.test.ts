import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { looksOf, weightsOf } from './check.ts';
import { canaryStory } from './params.ts';

const refused = (params: object) => validateParams(canaryStory, params).problems.map(({ path }) => path);
const warnings = (params: object) => validateParams(canaryStory, params).warnings;

test('the defaults are legal and warn of nothing', () => expect(validateParams(canaryStory, {})).toMatchObject({ problems: [], warnings: [] }));
test.each([
  [{ steps: [] }, 'steps'], [{ steps: [10, 10] }, 'steps[1]'], [{ steps: [50, 10] }, 'steps[1]'], [{ steps: [10, 120] }, 'steps'], [{ steps: [10, 60] }, 'steps'], [{ plan: 'linear', stepWeight: 30, maxWeight: 20 }, 'stepWeight'],
  [{ plan: 'linear', maxWeight: 80 }, 'maxWeight'], [{ threshold: 0 }, 'threshold'], [{ threshold: -1 }, 'threshold'], [{ alpha: 0.3 }, 'alpha'], [{ minSamples: -1 }, 'minSamples'], [{ minSamples: 2.5 }, 'minSamples'],
  [{ intervalMs: 200_000 }, 'intervalMs'], [{ steps: [100], baseline: 'stableAll' }, 'judge'], [{ successRate: false }, 'successRate'], [{ badErrorRatio: 0.01 }, 'badErrorRatio'], [{ salt: 7 }, 'salt'], [{ judge: 'guess' }, 'judge'],
  [{ assignment: 'ip' }, 'assignment'], [{ cookieMaxAgeMs: 0 }, 'cookieMaxAgeMs'], [{ bakeMs: Number.NaN }, 'bakeMs'], [{ canary_percentage: 10 }, 'canary_percentage'],
])('%j is refused, naming %s', (params, path) => expect(refused(params)).toContain(path));
test('a refusal says the bound and what would be legal', () => {
  expect(validateParams(canaryStory, { steps: [10, 60] }).problems[0]).toMatchObject({ nearest: [10] });
  expect(validateParams(canaryStory, { steps: [50, 10] }).problems[0]!.message).toContain('Weights only rise');
});
test('samples that cannot come are warned of, in seconds: 300 at 10 % of 2 a second need 1500 s', () => {
  expect(warnings({ expectedPerSecond: 2 })[0]!.message).toContain('1500 s');
  expect(warnings({ expectedPerSecond: 2 })[0]!.message).toContain('more than its longest time');
  expect(warnings({ expectedPerSecond: 300 })).toEqual([]);
});
test('more than five looks without a correction, and no bake time, are warned of', () => {
  expect(warnings({ plan: 'linear', stepWeight: 5, correction: 'none' })[0]!.message).toContain('40 %');
  expect(warnings({ bakeMs: 0 }).map(({ path }) => path)).toEqual(['bakeMs']);
});
test('equal steps end in the maximum', () => {
  expect(weightsOf({ plan: 'linear', stepWeight: 10, maxWeight: 50 })).toEqual([10, 20, 30, 40, 50]);
  expect(weightsOf({ plan: 'linear', stepWeight: 20, maxWeight: 50 })).toEqual([20, 40, 50]);
  expect(looksOf({ plan: 'linear', stepWeight: 10, maxWeight: 50, successRate: true, latency: true })).toBe(10);
});
test('every preset is legal', () => { for (const [name, { params }] of Object.entries(canaryStory.presets)) expect(refused(params), name).toEqual([]); });
