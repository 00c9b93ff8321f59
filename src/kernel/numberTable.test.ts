import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addKey, createTable, deletePlace, findPlace } from './numberTable.ts';

const key = fc.oneof(fc.integer({ min: -8, max: 40 }), fc.constantFrom(0.5, 2 ** 40, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER, Infinity));

test('it is a map from numbers to numbers, whatever is added and deleted', () => {
  fc.assert(fc.property(fc.array(fc.tuple(key, fc.integer({ min: 0, max: 1_000_000 }), fc.boolean()), { maxLength: 200 }), (steps) => {
    const table = createTable(), model = new Map<number, number>();
    for (const [name, value, adds] of steps) {
      const place = findPlace(table, name);
      expect(place >= 0).toBe(model.has(name));
      if (place < 0 && adds) { addKey(table, name, value); model.set(name, value); }
      else if (place >= 0 && !adds) { deletePlace(table, place); model.delete(name); }
      expect(table.size).toBe(model.size);
      for (const [known, told] of model) expect(table.values[findPlace(table, known)]).toBe(told);
    }
  }));
});

test('rows of ids stay short: taking one out moves few others', () => {
  const table = createTable();
  for (let id = 0; id < 100_000; id++) addKey(table, id, id);
  let longest = 0, row = 0;
  for (const there of table.keys) { row = Number.isNaN(there) ? 0 : row + 1; longest = Math.max(longest, row); }
  expect(longest).toBeLessThan(100);
});

test('NaN is refused', () => { expect(() => addKey(createTable(), NaN, 1)).toThrow(RangeError); });
