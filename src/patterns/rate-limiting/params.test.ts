import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { limiterStory } from './params.ts';

const refused = (params: object) => validateParams(limiterStory, params).problems.map(({ path }) => path);
const warned = (params: object) => validateParams(limiterStory, params).warnings.map(({ path }) => path);

test('the defaults are legal and warn of nothing; they are the textbook’s', () => {
  expect(validateParams(limiterStory, {})).toMatchObject({ problems: [], warnings: [] });
  const { capacity, ratePerSecond, limit, windowMs } = limiterStory.params;
  expect([capacity.initial, ratePerSecond.initial, limit.initial, windowMs.initial]).toEqual([100, 10, 100, 60_000]);
});

test.each([
  [{ ratePerSecond: 0 }, 'ratePerSecond'], [{ ratePerSecond: -1 }, 'ratePerSecond'], [{ windowMs: 0 }, 'windowMs'], [{ windowMs: 0.0000001 }, 'windowMs'], [{ limit: 0 }, 'limit'], [{ capacity: 0 }, 'capacity'],
  [{ capacity: -5 }, 'capacity'], [{ capacity: 0.5 }, 'capacity'], [{ coldFactor: 1 }, 'coldFactor'], [{ coldFactor: 0.5 }, 'coldFactor'], [{ maxWaitMs: -1 }, 'maxWaitMs'], [{ maxWaiting: -1 }, 'maxWaiting'],
  [{ capacity: 5, maxCost: 6 }, 'capacity'], [{ algorithm: 'gcra', capacity: 5, maxCost: 6 }, 'capacity'], [{ algorithm: 'slidingLog', limit: 5, maxCost: 6 }, 'limit'], [{ algorithm: 'concurrency', limit: 1, maxCost: 2 }, 'limit'],
  [{ scope: 'global', syncMode: 'localQuota', gateways: 0 }, 'gateways'], [{ algorithm: 'leaky' }, 'algorithm'], [{ segments: 0 }, 'segments'], [{ reservedRatio: 1 }, 'reservedRatio'], [{ maxKeys: 0 }, 'maxKeys'],
  [{ store: 7 }, 'store'], [{ peers: 'b' }, 'peers'], [{ peers: [1] }, 'peers'], [{ policy: '' }, 'policy'],
])('%j is refused, naming %s', (params, path) => {
  expect(refused(params)).toContain(path);
});

test('a refusal says why and what would be legal', () => {
  expect(validateParams(limiterStory, { capacity: 5, maxCost: 6 }).problems[0]!.message).toContain('could never be admitted');
  expect(validateParams(limiterStory, { limit: 0 }).problems[0]).toMatchObject({ nearest: 1 });
});

test('limits that are not in use are not compared', () => {
  expect(refused({ algorithm: 'slidingLog', capacity: 5, maxCost: 6 })).toEqual([]);
  expect(refused({ algorithm: 'leakyQueue', capacity: 1, limit: 1, maxCost: 6 })).toEqual([]);
  expect(refused({ scope: 'local', gateways: 0 })).toEqual([]);
});

test('what is legal but odd is warned of', () => {
  expect(warned({ scope: 'global' })).toEqual(['store']);
  expect(warned({ scope: 'global', syncMode: 'gossip' })).toEqual(['peers']);
  expect(warned({ scope: 'global', store: 'redis', algorithm: 'concurrency' })).toEqual(['scope']);
  expect(warned({ algorithm: 'slidingLog', idleMs: 1000 })).toEqual(['idleMs']);
  expect(warned({ enforcedRatio: 0 })).toEqual(['enforcedRatio']);
});
