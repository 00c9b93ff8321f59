import { expect, test } from 'vitest';
import type { EngineStory } from '../kernel/story.ts';
import { validateParams } from './validate-params.ts';

const engine: EngineStory = {
  title: 'Shares', notes: {},
  params: { total: { kind: 'number', unit: 'count', min: 0, max: 100, initial: 10, label: 'Total', help: '.' }, shares: { kind: 'data', shape: 'list of numbers', initial: [5, 5], label: 'Shares', help: '.' } },
  check: ({ total, shares }) => {
    const sum = (shares as readonly number[]).reduce((a, b) => a + b, 0);
    return sum > (total as number) ? [{ path: 'shares[0]', value: sum, rule: `at most ${total as number}`, nearest: total, level: 'refuse', message: 'All shares together exceed the total.' }] : [];
  },
};
test('an engine’s own check refuses with path, value, rule and the nearest legal value', () => {
  expect(validateParams(engine, {}, 'params.x').problems).toEqual([]);
  expect(validateParams(engine, { total: 9 }, 'params.x').problems).toEqual([{
    path: 'params.x.shares[0]', value: 10, rule: 'at most 9', nearest: 9,
    message: 'params.x.shares[0] is 10, but must be at most 9: All shares together exceed the total. Nearest: 9.',
  }]);
});
test('it is asked only about values that are legal one by one', () => {
  expect(validateParams(engine, { total: -1 }, 'params.x').problems.map(({ path }) => path)).toEqual(['params.x.total']);
});
