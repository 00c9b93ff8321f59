import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashText, seedFrom, uniform } from '../kernel/random.ts';
import { entityAt, entityLaw } from '../roles/entities.ts';
import { EVICTING_RULES, createEvicting, peek, put, resizeTo, take, touch, withPolicy, type Eviction } from './evictingStore.ts';
import { EVICTIONS } from './evictions.ts';

const one = (n = 0, weight = 1) => ({ n, weight });
const filled = (policy: Eviction, capacity: number, keys: string) => {
  const store = createEvicting<{ n: number; weight: number }>(policy, capacity);
  for (const key of keys) put(store, key, one());
  return store;
};

describe('who makes room', () => {
  test('none: a new key that does not fit stays out', () => {
    const store = filled('none', 2, 'ab');
    expect(put(store, 'c', one())).toEqual(['c']);
    expect([...store.entries.keys()]).toEqual(['a', 'b']);
    expect(put(store, 'a', one(7))).toEqual([]);
    expect(peek(store, 'a')).toMatchObject({ n: 7 });
  });
  test('lru: the one unused for longest; a use and an overwrite count', () => {
    const store = filled('lru', 3, 'abc');
    touch(store, 'a');
    put(store, 'b', one());
    expect(put(store, 'd', one())).toEqual(['c']);
  });
  test('fifo: the one in for longest, however much it is used', () => {
    const store = filled('fifo', 3, 'abc');
    touch(store, 'a');
    put(store, 'a', one());
    expect(put(store, 'd', one())).toEqual(['a']);
  });
  test('lfu: the one used least; of equals the one not used for longer; never the newest', () => {
    const store = filled('lfu', 3, 'abc');
    for (const key of 'aabc') touch(store, key);
    expect(put(store, 'd', one())).toEqual(['b']);
    expect(put(store, 'e', one())).toEqual(['d']);
  });
  test('wTinyLfu: a key asked for once does not displace one asked for often', () => {
    const store = createEvicting('wTinyLfu', 100);
    for (let i = 0; i < 100; i++) put(store, `k${i}`, one());
    for (let round = 0; round < 5; round++) for (let i = 0; i < 99; i++) touch(store, `k${i}`);
    for (let i = 0; i < 300; i++) { touch(store, `once${i}`); put(store, `once${i}`, one()); }
    expect([...store.entries.keys()].filter((key) => key.startsWith('k')).length).toBeGreaterThan(90);
  });
  test('weights count: a heavy entry takes the room of several, one too heavy is not kept', () => {
    const store = filled('lru', 4, 'abcd');
    expect(put(store, 'x', one(0, 3))).toEqual(['a', 'b', 'c']);
    expect(put(store, 'y', one(0, 5))).toEqual(['y']);
    expect(put(store, 'x', one(0, 4))).toEqual(['d']);
    expect(store.weight).toBe(4);
  });
  test('another policy keeps the entries', () => {
    const store = withPolicy(filled('lru', 3, 'abc'), 'lfu');
    expect([...store.entries.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(resizeTo(store, 1)).toEqual(['a', 'b']);
  });
});

test.each(EVICTIONS)('%s holds its rules under any use, and gives back what was put', (policy) => {
  const step = fc.record({ do: fc.constantFrom('put', 'put', 'use', 'use', 'take', 'resize'), key: fc.integer({ min: 0, max: 12 }), weight: fc.integer({ min: 1, max: 4 }) });
  fc.assert(fc.property(fc.nat(10), fc.array(step, { maxLength: 150 }), (capacity, steps) => {
    const store = createEvicting<{ n: number; weight: number }>(policy, capacity);
    const model = new Map<string, number>();
    steps.forEach(({ do: what, key, weight }, n) => {
      const name = `k${key}`;
      let gone: readonly string[] = [];
      if (what === 'put') { model.set(name, n); gone = put(store, name, { n, weight }); }
      else if (what === 'use') expect(touch(store, name)?.n).toBe(model.get(name));
      else if (what === 'take') expect(take(store, name)).toBe(model.delete(name));
      else gone = resizeTo(store, key);
      for (const each of gone) model.delete(each);
      expect([...store.entries.keys()].sort()).toEqual([...model.keys()].sort());
      for (const { name: rule, holds } of EVICTING_RULES) expect(holds(store), rule).toBe(true);
      expect(structuredClone(store)).toEqual(store);
    });
  }), { numRuns: 100 });
});

test('under Zipf traffic: FIFO < LRU < W-TinyLFU, and LFU is near the best there is', () => {
  const law = entityLaw(2000, 0.9);
  const ratio = (policy: Eviction) => {
    const store = createEvicting(policy, 100);
    let hits = 0;
    for (let i = 0; i < 40_000; i++) {
      const key = `e${entityAt(law, uniform(seedFrom(3), hashText('zipf'), i, 0))}`;
      if (touch(store, key) !== undefined) { if (i >= 10_000) hits++; } else put(store, key, one());
    }
    return hits / 30_000;
  };
  const [fifo, lru, lfu, tiny] = (['fifo', 'lru', 'lfu', 'wTinyLfu'] as const).map(ratio) as [number, number, number, number];
  expect(fifo).toBeLessThan(lru - 0.01);
  expect(lru).toBeLessThan(tiny - 0.03);
  expect(lru).toBeLessThan(lfu - 0.03);
});
