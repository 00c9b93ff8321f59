/**
 * A hash table from numbers to numbers over typed arrays: linear probing, at most half full, and what is deleted leaves no trace, because
 * those that had to stand aside move up. Plain data, copied in one go, and nothing for the garbage collector to visit.
 */
export interface NumberTable {
  /** NaN: free. */
  keys: Float64Array;
  values: Int32Array;
  size: number;
}
const SMALLEST = 16;
export const createTable = (capacity = SMALLEST): NumberTable => ({ keys: new Float64Array(capacity).fill(NaN), values: new Int32Array(capacity), size: 0 });

/** Where a key would best stand. Neighbouring keys, as ids are, must be scattered: side by side they would make one long row to be looked through at every deletion. */
function home(key: number, mask: number): number {
  const mixed = Math.imul(key ^ (key / 4_294_967_296), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & mask;
}

/** The place of a key, or -1. */
export function findPlace({ keys }: NumberTable, key: number): number {
  const mask = keys.length - 1;
  for (let i = home(key, mask); ; i = (i + 1) & mask) {
    const there = keys[i]!;
    if (there === key) return i;
    if (there !== there) return -1;
  }
}

/** Adds a key that is not there. */
export function addKey(table: NumberTable, key: number, value: number): void {
  if (key !== key) throw new RangeError('NaN is no key');
  if (2 * (table.size + 1) > table.keys.length) grow(table);
  put(table, key, value);
  table.size++;
}
function put({ keys, values }: NumberTable, key: number, value: number): void {
  const mask = keys.length - 1;
  let i = home(key, mask);
  while (keys[i] === keys[i]) i = (i + 1) & mask;
  keys[i] = key;
  values[i] = value;
}
function grow(table: NumberTable): void {
  const { keys, values } = table;
  const wider = createTable(2 * keys.length);
  for (let i = 0; i < keys.length; i++) if (keys[i] === keys[i]) put(wider, keys[i]!, values[i]!);
  table.keys = wider.keys;
  table.values = wider.values;
}

export function deletePlace(table: NumberTable, place: number): void {
  const { keys, values } = table;
  const mask = keys.length - 1;
  let free = place;
  for (let i = (place + 1) & mask; keys[i] === keys[i]; i = (i + 1) & mask) {
    // Moves up unless its home lies behind the gap.
    if (((i - home(keys[i]!, mask)) & mask) < ((i - free) & mask)) continue;
    keys[free] = keys[i]!;
    values[free] = values[i]!;
    free = i;
  }
  keys[free] = NaN;
  table.size--;
}
