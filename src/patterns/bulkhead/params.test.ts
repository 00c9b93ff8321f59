import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { bulkheadStory } from './params.ts';

const refused = (params: object) => validateParams(bulkheadStory, params).problems.map(({ path }) => path);
const warned = (params: object) => validateParams(bulkheadStory, params).warnings.map(({ path }) => path);
const part = (more: object) => [{ name: 'payments', reserve: 4, max: 8, of: ['payments'], ...more }];

test('the defaults are legal and warn of nothing', () => {
  expect(validateParams(bulkheadStory, {})).toMatchObject({ problems: [], warnings: [] });
});

test.each([
  [{ maxConcurrentCalls: -1 }, 'maxConcurrentCalls'], [{ maxConcurrentCalls: 2.5 }, 'maxConcurrentCalls'], [{ queueCapacity: -1 }, 'queueCapacity'], [{ maxWaitDurationMs: -1 }, 'maxWaitDurationMs'],
  [{ coreSize: 5, maxSize: 4 }, 'coreSize'], [{ minLimit: 30 }, 'initialLimit'], [{ minLimit: 30, maxLimit: 20 }, 'minLimit'], [{ initialLimit: 20, maxLimit: 10 }, 'initialLimit'],
  [{ backoffRatio: 0.4 }, 'backoffRatio'], [{ backoffRatio: 1 }, 'backoffRatio'], [{ vegasAlpha: 7 }, 'vegasAlpha'], [{ kind: 'mutex' }, 'kind'], [{ discipline: 'random' }, 'discipline'], [{ algorithm: 'cubic' }, 'algorithm'],
  [{ compartments: 'all' }, 'compartments'], [{ compartments: [7] }, 'compartments[0]'], [{ compartments: part({ reserve: 11, max: 11 }) }, 'compartments'],
  [{ compartments: part({ reserve: 9 }) }, 'compartments[0].max'], [{ compartments: part({ max: 0 }) }, 'compartments[0].max'], [{ compartments: part({ reserve: -1 }) }, 'compartments[0].reserve'],
  [{ compartments: part({ name: '' }) }, 'compartments[0].name'], [{ compartments: part({ of: [] }) }, 'compartments[0].of'], [{ compartments: [...part({}), ...part({})] }, 'compartments[1].name'],
])('%j is refused, naming %s', (params, path) => {
  expect(refused(params)).toContain(path);
});

test('a refusal says what would be legal', () => {
  expect(validateParams(bulkheadStory, { coreSize: 5, maxSize: 4 }).problems[0]!.message).toContain('Nearest: 4');
  expect(validateParams(bulkheadStory, { compartments: part({ reserve: 9 }) }).problems[0]).toMatchObject({ nearest: 9 });
  expect(validateParams(bulkheadStory, { compartments: part({ reserve: 30, max: 30 }) }).problems[0]!.message ?? '').toContain('More is promised than there is');
});

test('reserves are compared with the semaphore’s size only where it is one', () => {
  expect(refused({ kind: 'threadPool', compartments: part({ reserve: 30, max: 30 }) })).toEqual([]);
  expect(warned({ kind: 'adaptive', initialLimit: 10, maxLimit: 20, compartments: part({ reserve: 30, max: 30 }) })).toEqual(['maxLimit']);
});

test('what is legal and no use is warned of', () => {
  expect(warned({ maxConcurrentCalls: 0 })).toEqual(['maxConcurrentCalls']);
  expect(warned({ queueCapacity: 100 })).toEqual(['maxWaitDurationMs']);
  expect(warned({ maxWaitDurationMs: 100 })).toEqual(['queueCapacity']);
  expect(warned({ queueCapacity: 5, maxWaitDurationMs: 100, whenFull: 'displaceOldest', discipline: 'priority' })).toEqual(['whenFull']);
});
