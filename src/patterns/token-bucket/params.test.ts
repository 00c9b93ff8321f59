import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { limitStory } from './params.ts';

const refused = (params: object) => validateParams(limitStory, params).problems.map(({ path }) => path);
const warned = (params: object) => validateParams(limitStory, params).warnings.map(({ path }) => path);
const level = { name: 'all', keyBy: 'none', capacity: 50, ratePerSecond: 20 };

test('the defaults are legal and warn of nothing', () => {
  expect(validateParams(limitStory, {})).toMatchObject({ problems: [], warnings: [] });
});

test.each([
  [{ capacity: 0.5 }, 'capacity'], [{ ratePerSecond: 0 }, 'ratePerSecond'], [{ ratePerSecond: -1 }, 'ratePerSecond'], [{ capacity: Infinity }, 'capacity'], [{ ratePerSecond: NaN }, 'ratePerSecond'],
  [{ capacity: '100' }, 'capacity'], [{ startsFull: false, initial: 101 }, 'initial'], [{ refill: 'interval', fillMs: 20, envoyRules: true }, 'fillMs'], [{ refill: 'aligned', fillMs: 49, envoyRules: true }, 'fillMs'],
  [{ action: 'shape', maxWaitMs: 0 }, 'maxWaitMs'], [{ topology: 'quotaLease', leaseTokens: 101 }, 'leaseTokens'], [{ algo: 'gcra', refill: 'interval' }, 'algo'],
  [{ capacity: 10 }, 'costs.export'], [{ costs: { read: -1 } }, 'costs.read'], [{ costs: { read: 2e6 } }, 'costs.read'], [{ costs: [] }, 'costs'], [{ store: 7 }, 'store'],
  [{ levels: 'all' }, 'levels'], [{ levels: [level, level] }, 'levels[1].name'], [{ levels: [{ ...level, name: 'client' }] }, 'levels[0].name'], [{ levels: [1] }, 'levels[0]'],
  [{ levels: [level, { ...level, name: 'b' }, { ...level, name: 'c' }, { ...level, name: 'd' }] }, 'levels'], [{ levels: [{ ...level, keyBy: 'ip' }] }, 'levels[0].keyBy'],
  [{ levels: [{ ...level, capacity: 0 }] }, 'levels[0].capacity'], [{ levels: [{ ...level, ratePerSecond: 0 }] }, 'levels[0].ratePerSecond'], [{ levels: [{ ...level, burst: 3 }] }, 'levels[0].burst'],
  [{ levels: [{ ...level, capacity: 10 }] }, 'costs.export'], [{ maxKeys: 0 }, 'maxKeys'], [{ retryAfterJitter: 1.1 }, 'retryAfterJitter'], [{ tokens: 3 }, 'tokens'],
])('%j is refused, naming %s', (params, path) => {
  expect(refused(params).join(' ')).toContain(path);
});

test('a refusal names the value, the bound that was computed, and the nearest legal value', () => {
  expect(validateParams(limitStory, { capacity: 10 }).problems[0]!.message).toMatch(/costs\.export.*20.*at most 10.*can never be admitted/s);
  expect(validateParams(limitStory, { startsFull: false, initial: 101 }).problems[0]!.message).toContain('100');
});

test('what is off is not compared', () => {
  expect(refused({ initial: 500 })).toEqual([]);
  expect(refused({ maxWaitMs: 0 })).toEqual([]);
  expect(refused({ leaseTokens: 5000 })).toEqual([]);
  expect(refused({ refill: 'interval', fillMs: 20 })).toEqual([]);
  expect(refused({ capacity: 10, overCapacityCost: 'allowWhenFullDebt' })).toEqual([]);
});

test('a child that promises more than its parent, no store, and shares below a token are warned of', () => {
  expect(warned({ ratePerSecond: 30, levels: [level] })).toEqual(['ratePerSecond']);
  expect(warned({ ratePerSecond: 10, levels: [level, { ...level, name: 'tenant', keyBy: 'tenant', ratePerSecond: 25 }] })).toEqual(['levels[1].ratePerSecond']);
  expect(warned({ ratePerSecond: 20, levels: [level] })).toEqual([]);
  // Two buckets of the same key are no parent and child: the smaller one bounds bursts.
  expect(warned({ levels: [{ ...level, keyBy: 'client', ratePerSecond: 5 }] })).toEqual([]);
  expect(warned({ topology: 'central' })).toEqual(['store']);
  expect(warned({ topology: 'perNode', split: true, capacity: 20, nodeCount: 50 })).toEqual(['nodeCount']);
});
