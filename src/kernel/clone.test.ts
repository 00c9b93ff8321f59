import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloneState } from './clone.ts';

describe('a copy', () => {
  test('is equal and shares nothing that can change', () => {
    const value = {
      list: [1, [2, { three: 3 }]], map: new Map<unknown, unknown>([['a', { b: 1 }], [2, [3]]]), set: new Set<unknown>(['x', { y: 1 }]),
      floats: Float64Array.of(1.5, -0, NaN), words: Uint32Array.of(7), nothing: null, missing: undefined, text: 'a', big: 12n, yes: true,
    };
    const copy = cloneState(value);
    expect(copy).toEqual(value);
    (copy.list[1] as unknown[])[0] = 9;
    (copy.map.get('a') as { b: number }).b = 9;
    copy.floats[0] = 9;
    copy.words[0] = 9;
    copy.set.add('z');
    expect(value.list[1]).toEqual([2, { three: 3 }]);
    expect(value.map.get('a')).toEqual({ b: 1 });
    expect(value.floats[0]).toBe(1.5);
    expect(value.words[0]).toBe(7);
    expect(value.set.size).toBe(2);
  });

  test('keeps what is shared shared', () => {
    const call = { id: 1 };
    const copy = cloneState({ open: [call], byId: new Map([[1, call]]), seen: new Set([call]) });
    expect(copy.open[0]).toBe(copy.byId.get(1));
    expect(copy.seen.has(copy.open[0]!)).toBe(true);
    expect(copy.open[0]).not.toBe(call);
  });

  test('follows a circle once', () => {
    const a: { self?: unknown; list: unknown[] } = { list: [] };
    a.self = a;
    a.list.push(a);
    const copy = cloneState(a);
    expect(copy.self).toBe(copy);
    expect(copy.list[0]).toBe(copy);
  });

  test('keeps the kinds of zero, holes as undefined, and the order of keys and entries', () => {
    const copy = cloneState({ zero: -0, b: 1, a: 2, map: new Map([['z', 1], ['y', 2]]) });
    expect(Object.is(copy.zero, -0)).toBe(true);
    expect(Object.keys(copy)).toEqual(['zero', 'b', 'a', 'map']);
    expect([...copy.map.keys()]).toEqual(['z', 'y']);
  });

  test('takes frozen things as they are: they cannot change', () => {
    const outcome = Object.freeze({ kind: 'ok' });
    expect(cloneState({ outcome }).outcome).toBe(outcome);
  });

  test('copies objects without a prototype', () => {
    const bare = Object.assign(Object.create(null) as Record<string, number>, { a: 1 });
    expect(cloneState(bare)).toEqual({ a: 1 });
  });
});

describe('state is plain data', () => {
  class Clever { value = 1; }
  test.each<[string, unknown, string]>([
    ['a function', () => 1, 'function'],
    ['a function deep inside', { list: [new Map([['a', { act() {} }]])] }, 'function'],
    ['a symbol', { a: Symbol('x') }, 'symbol'],
    ['an instance of a class', { a: new Clever() }, 'Clever'],
    ['a date', [new Date(0)], 'Date'],
    ['a promise', { later: Promise.resolve() }, 'Promise'],
    ['a pattern', /x/, 'RegExp'],
  ])('%s is refused', (_, value, named) => {
    expect(() => cloneState(value)).toThrow(`state must be plain data, but holds a ${named}`);
  });
});

test('a copy of any plain data equals it', () => {
  const leaf = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined));
  const { any } = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(fc.string().filter((key) => key !== '__proto__'), tie('any'), { maxKeys: 4 }),
      fc.array(fc.tuple(leaf, tie('any')), { maxLength: 4 }).map((pairs) => new Map(pairs)), fc.array(leaf, { maxLength: 4 }).map((list) => new Set(list)),
      fc.array(fc.integer(), { maxLength: 4 }).map((list) => Int32Array.from(list))),
  }));
  fc.assert(fc.property(any, (value) => { expect(cloneState(value)).toEqual(value); }), { numRuns: 300 });
});
