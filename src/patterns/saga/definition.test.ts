import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { DefinitionError, readDefinition, readDefinitions, reordered } from './definition.ts';
import { sagaStory } from './params.ts';
import { readReactions } from './reactions.ts';
import { cancelSteps, chargeFirstSteps, fourSteps, orderSteps } from './sagaTypes.ts';

const reading = { sagaTimeoutMs: 30_000, check: true, kinds: true };
const step = (name: string, kind: string, more: object = {}) => ({ name, service: 'svc', action: `do-${name}`, kind, ...(kind === 'compensable' ? { compensation: `undo-${name}` } : {}), ...more });
const codeOf = (type: string, steps: unknown): string => {
  try {
    readDefinition(type, steps as never, reading);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(DefinitionError);
    return (error as DefinitionError).code;
  }
};

test.each<[string, string, unknown]>([
  ['noSteps', 'empty', []],
  ['noSteps', 'text', 'steps'],
  ['noType', '', [step('a', 'compensable')]],
  ['duplicateStep', 'twice', [step('a', 'compensable'), step('a', 'compensable')]],
  ['severalPivots', 'pivots', [step('a', 'pivot'), step('b', 'pivot')]],
  ['pivotAfterRetriable', 'late', [step('a', 'retriable'), step('b', 'pivot')]],
  ['compensableAfterPivot', 'back', [step('a', 'pivot'), step('b', 'compensable')]],
  ['compensableAfterPivot', 'back2', [step('a', 'retriable'), step('b', 'compensable')]],
  ['noCompensation', 'stuckfast', [step('a', 'compensable', { compensation: null })]],
  ['lockWithoutConfirm', 'locked', [step('a', 'compensable', { lock: true })]],
  ['stepTimeoutAboveSagaTimeout', 'slow', [step('a', 'compensable', { timeoutMs: 30_001 })]],
  ['invalidStep', 'kind', [step('a', 'maybe')]],
  ['invalidStep', 'service', [{ ...step('a', 'pivot'), service: '' }]],
  ['invalidStep', 'amount', [step('a', 'pivot', { amount: -1 })]],
  ['invalidStep', 'object', ['a']],
])('%s: the saga %j is refused', (code, type, steps) => expect(codeOf(type, steps)).toBe(code));

test('every saga of the scenarios is legal, and knows its point of no return', () => {
  const found = readDefinitions({ order: orderSteps, early: chargeFirstSteps, four: fourSteps, cancel: cancelSteps }, reading);
  expect([...found.values()].map(({ type, pivotAt, steps }) => [type, steps[pivotAt]!.name])).toEqual([['order', 'charge'], ['early', 'stock'], ['four', 'charge'], ['cancel', 'recall']]);
});
test('without a pivot the last compensable step is the point of no return', () => {
  expect(readDefinition('a', [step('x', 'compensable'), step('y', 'compensable')], reading).pivotAt).toBe(1);
  expect(readDefinition('b', [step('x', 'compensable'), step('y', 'retriable')], reading).pivotAt).toBe(0);
  expect(readDefinition('c', [step('x', 'retriable')], reading).pivotAt).toBe(-1);
});
test('unchecked, as in the sketch, anything goes; kinds ignored, all steps are alike', () => {
  const sketch = readDefinition('s', [step('a', 'pivot'), step('a', 'pivot'), step('b', 'compensable')], { ...reading, check: false, kinds: false });
  expect(sketch.steps.map(({ kind }) => kind)).toEqual(['compensable', 'compensable', 'compensable']);
  expect(sketch.pivotAt).toBe(2);
});
test('the pessimistic view gives back only past the pivot, where it must succeed', () => {
  const cancel = reordered(readDefinition('cancel', cancelSteps, reading));
  expect(cancel.steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['recall pivot', 'release retriable', 'refund retriable']);
  expect(cancel.pivotAt).toBe(0);
  const order = readDefinition('order', orderSteps, reading);
  expect(reordered(order)).toBe(order);
});

test('bad parameters are refused with what would be right', () => {
  expect(validateParams(sagaStory, { stepTimeoutMs: 5000, sagaTimeoutMs: 1000 }).problems.map(({ message }) => message)).toEqual([expect.stringContaining('a step may not take longer than the whole saga')]);
  expect(validateParams(sagaStory, { retryDelayMs: 20_000 }).problems).toHaveLength(1);
  expect(validateParams(sagaStory, { isolation: 'prayer' }).problems).toHaveLength(1);
  expect(validateParams(sagaStory, { sagas: { order: [step('a', 'pivot'), step('b', 'pivot')] } }).problems.map(({ path, message }) => [path, message])).toEqual([['sagas', expect.stringContaining('has more than one pivot')]]);
  const limited = validateParams(sagaStory, { retriableAttempts: 5 });
  expect([limited.problems.length, limited.warnings.length]).toEqual([0, 1]);
});

test.each<[unknown, string]>([
  [{}, 'must be a list'], [[1], 'is not an object'], [[{ step: 'a', deed: 'act' }], 'names no event'], [[{ on: 'x', deed: 'act' }], 'names no step'],
  [[{ on: 'x', step: 'a', deed: 'sing' }], 'must do one of act, undo, confirm, query'], [[{ on: 'x', step: 'a', deed: 'act', emits: 'x' }], 'answers the event with itself'],
  [[{ on: 'x', step: 'a', deed: 'act', ends: 'somehow' }], 'ends neither completed nor compensated'],
])('reactions %j are refused', (json, message) => expect(() => readReactions(json as never)).toThrow(message));
