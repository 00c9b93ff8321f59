/** Bad input is refused with its place and the nearest legal value; presets are legal and say what their library does. */
import { describe, expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { rowsStory } from './rows.params.ts';
import { specificationStory } from './params.ts';
import { DEFAULTS, specRig } from './testing.ts';

const bad = (params: object): string[] => validateParams(specificationStory, { ...DEFAULTS, ...params }).problems.map(({ message }) => message);
describe('bad input', () => {
  test.each([
    ['an unknown field', { tree: { op: 'gt', field: 'nope', value: 1 } }, /tree\.field/],
    ['an operator of another type', { tree: { op: 'like', field: 'value', pattern: '%' } }, /tree\.op/],
    ['a share that is none', { tree: { op: 'gt', field: 'value', value: 1, selectivity: 1.5 } }, /selectivity/],
    ['a negative cost', { tree: { op: 'gt', field: 'value', value: 1, cost: -1 } }, /cost/],
    ['too deep', { tree: [1, 2, 3, 4, 5, 6].reduce<object>((of) => ({ op: 'not', of: [of] }), { op: 'true' }) }, /levels deep/],
    ['no fields', { fields: [] }, /fields/],
    ['an order by what there is not', { orderBy: 'nope' }, /orderBy/],
    ['no operator', { tree: { op: 'nand', of: [] } }, /tree\.op/],
  ])('%s', (_, params, words) => expect(bad(params).join(' ')).toMatch(words));
  test('an impossible interval and an empty node are warned of, and run', () => {
    for (const tree of [{ op: 'between', field: 'value', lo: 5, hi: 3 }, { op: 'and', of: [] }, { op: 'or', of: [] }]) expect(specificationStory.check({ ...DEFAULTS, tree }).map(({ level }) => level)).toEqual(['warn']);
    expect(specRig({ tree: { op: 'between', field: 'value', lo: 5, hi: 3 }, execution: 'pushDown' }).state.plan.text).toBe('FALSE');
  });
  test('a bad constraint', () => expect(rowsStory.check({ fields: DEFAULTS.fields, constraint: { op: 'gt', field: 'x', value: 1 } })[0]!.path).toBe('constraint.field'));
});
test.each(Object.entries(specificationStory.presets))('preset %s is legal and says where it comes from', (_, { params, source }) => {
  expect(bad(params)).toEqual([]);
  expect(source.length).toBeGreaterThan(40);
});
test('presets behave as their libraries: the sketch raises on None; Ardalis, Spring and Elasticsearch refuse code', () => {
  const sketch = specRig(specificationStory.presets.original.params);
  sketch.select(0, [{ value: null, algorithm: 'md5', age: 1, risk: 0 }]);
  expect(sketch.notes()).toContain('raised');
  for (const name of ['ardalis', 'spring-data-jpa', 'elasticsearch'] as const) {
    const rig = specRig({ ...specificationStory.presets[name].params, tree: { op: 'custom', name: 'score', field: 'risk', value: 0.5 } });
    rig.request(0, { op: 'select' });
    expect(rig.notes(), name).toEqual(['untranslatable']);
  }
});
