import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { retryStory } from './params.ts';

const refused = (params: object) => validateParams(retryStory, params).problems.map(({ path }) => path);
const warned = (params: object) => validateParams(retryStory, params).warnings.map(({ path }) => path);

test('the defaults are legal and warn of nothing', () => {
  expect(validateParams(retryStory, {})).toMatchObject({ problems: [], warnings: [] });
});

test.each([
  [{ maxAttempts: 0 }, 'maxAttempts'], [{ maxAttempts: 2.5 }, 'maxAttempts'], [{ baseDelayMs: 3000 }, 'baseDelayMs'], [{ factor: 0.5 }, 'factor'], [{ jitterRatio: 1.2 }, 'jitterRatio'],
  [{ jitterRatio: -0.1 }, 'jitterRatio'], [{ perTryTimeoutMs: 3000 }, 'perTryTimeoutMs'], [{ budgetRatio: -0.1 }, 'budgetRatio'], [{ maxHedges: 1, idempotency: 'none' }, 'maxHedges'],
  [{ maxHedges: 3 }, 'maxHedges'], [{ grpcTokenRatio: 0 }, 'grpcTokenRatio'], [{ backoff: 'fibonacci' }, 'backoff'], [{ jitter: 'half' }, 'jitter'], [{ budget: 'infinite' }, 'budget'],
])('%j is refused, naming %s', (params, path) => {
  expect(refused(params)).toContain(path);
});

test('a refusal says what would be legal', () => {
  expect(validateParams(retryStory, { maxAttempts: 0 }).problems[0]).toMatchObject({ nearest: 1 });
  expect(validateParams(retryStory, { baseDelayMs: 3000 }).problems[0]!.message).toContain('Nearest: 2000');
});

test('limits that are off are not compared', () => {
  expect(refused({ perTryTimeoutMs: 3000, overallDeadline: false })).toEqual([]);
  expect(refused({ perTryTimeoutMs: 3000, perTryTimeout: false })).toEqual([]);
});

test('the metastable region, a useless budget and a hedge that never comes are warned of', () => {
  expect(warned({ budget: 'none', maxAttempts: 4 })).toEqual(['maxAttempts']);
  expect(warned({ budget: 'none', maxAttempts: 3 })).toEqual([]);
  expect(warned({ budgetRatio: 0.8 })).toEqual(['budgetRatio']);
  expect(warned({ maxHedges: 1, hedgeDelayMs: 500 })).toEqual(['hedgeDelayMs']);
});

test('maxAttempts says what 1 means, and who counts otherwise', () => {
  expect(retryStory.params.maxAttempts.help).toContain('1 is no retry');
});
