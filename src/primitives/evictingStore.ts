/**
 * A store with room for so much, and a rule for who makes room when it is full. Plain data; values are the caller's and carry a weight
 * (1 where all count alike). It knows no time: what has expired its owner takes out.
 *
 * | policy | who makes room |
 * |---|---|
 * | none | nobody: a new key that does not fit is not taken in |
 * | lru | the one not used for the longest time |
 * | fifo | the one that has been in for the longest time; an overwrite keeps its place |
 * | lfu | the one used least often since it came in; of equals the one not used for longer |
 * | wTinyLfu | a small window (1 %) takes new keys in; one that leaves it stays only if it was asked for more often lately than the one it would displace (Caffeine) |
 */
import type { Eviction } from './evictions.ts';
import { countUse, createSketch, usesOf, type FrequencySketch } from './frequencySketch.ts';

export type { Eviction };
export interface Weighed {
  /** How much room it takes, ≥ 0. */
  readonly weight: number;
}
export interface EvictingStore<V extends Weighed> {
  policy: Eviction;
  /** Room for weights, ≥ 0. */
  capacity: number;
  /** Next to go first, for lru and fifo; else in the order in which they came. */
  readonly entries: Map<string, V>;
  /** Sum of the weights. */
  weight: number;
  lfu: Frequencies | null;
  tiny: Segments | null;
}
interface Frequencies {
  readonly uses: Map<string, number>;
  /** Number of uses → keys with so many, least recently used first. */
  readonly byUses: Map<number, Set<string>>;
}
/** Each least recently used first. */
interface Segments {
  readonly window: Set<string>;
  readonly probation: Set<string>;
  readonly protected: Set<string>;
  windowWeight: number;
  protectedWeight: number;
  readonly sketch: FrequencySketch;
}
type Store = EvictingStore<Weighed>;

export const createEvicting = <V extends Weighed>(policy: Eviction, capacity: number): EvictingStore<V> => ({
  policy, capacity, entries: new Map(), weight: 0,
  lfu: policy === 'lfu' ? { uses: new Map(), byUses: new Map() } : null,
  tiny: policy === 'wTinyLfu'
    ? { window: new Set(), probation: new Set(), protected: new Set(), windowWeight: 0, protectedWeight: 0, sketch: createSketch(capacity) }
    : null,
});

/** Looks without using. */
export const peek = <V extends Weighed>(store: EvictingStore<V>, key: string): V | undefined => store.entries.get(key);

/** Asks for a key; a policy that counts uses hears of it, found or not. */
export function touch<V extends Weighed>(store: EvictingStore<V>, key: string): V | undefined {
  if (store.tiny !== null) countUse(store.tiny.sketch, key);
  const value = store.entries.get(key);
  if (value === undefined) return undefined;
  if (store.policy === 'lru') {
    store.entries.delete(key);
    store.entries.set(key, value);
  }
  if (store.lfu !== null) countFrequency(store.lfu, key);
  if (store.tiny !== null) promote(store, store.tiny, key);
  return value;
}

/** Takes a value in, and gives the keys that made room; the key itself is among them when it was not kept. */
export function put<V extends Weighed>(store: EvictingStore<V>, key: string, value: V): string[] {
  const old = store.entries.get(key);
  if (value.weight > store.capacity) {
    take(store, key);
    return [key];
  }
  if (old !== undefined) {
    if (store.policy === 'lru') store.entries.delete(key);
    store.entries.set(key, value);
    store.weight += value.weight - old.weight;
    reweigh(store, key, value.weight - old.weight);
    return shrink(store, key);
  }
  if (store.policy === 'none' && store.weight + value.weight > store.capacity) return [key];
  store.entries.set(key, value);
  store.weight += value.weight;
  if (store.lfu !== null) addFrequency(store.lfu, key, 1);
  if (store.tiny !== null) {
    store.tiny.window.add(key);
    store.tiny.windowWeight += value.weight;
  }
  return shrink(store, key);
}

/** Takes a key out; false when it was not there. */
export function take(store: Store, key: string): boolean {
  const value = store.entries.get(key);
  if (value === undefined) return false;
  store.entries.delete(key);
  store.weight -= value.weight;
  const { lfu, tiny } = store;
  if (lfu !== null) removeFrequency(lfu, key);
  if (tiny !== null) {
    if (tiny.window.delete(key)) tiny.windowWeight -= value.weight;
    else if (tiny.protected.delete(key)) tiny.protectedWeight -= value.weight;
    else tiny.probation.delete(key);
  }
  return true;
}

/** More or less room; gives the keys that had to go. */
export function resizeTo(store: Store, capacity: number): string[] {
  store.capacity = capacity;
  return shrink(store, '');
}

/** The same entries under another policy; what was learnt of their use is lost. */
export function withPolicy<V extends Weighed>(store: EvictingStore<V>, policy: Eviction): EvictingStore<V> {
  const next = createEvicting<V>(policy, store.capacity);
  for (const [key, value] of store.entries) put(next, key, value);
  return next;
}

/** `newest` goes last where nobody else has a better claim to stay (none). */
function shrink(store: Store, newest: string): string[] {
  const gone: string[] = [];
  if (store.tiny !== null) {
    shrinkTiny(store, store.tiny, gone);
    return gone;
  }
  while (store.weight > store.capacity) {
    const victim = victimOf(store, newest);
    if (victim === undefined) break;
    take(store, victim);
    gone.push(victim);
  }
  return gone;
}

function victimOf({ policy, entries, lfu }: Store, newest: string): string | undefined {
  if (policy === 'none' && entries.has(newest)) return newest;
  if (lfu === null) return entries.keys().next().value;
  let least = Infinity;
  for (const uses of lfu.byUses.keys()) if (uses < least) least = uses;
  const [first, second] = lfu.byUses.get(least) ?? [];
  // The newest has had no time to be used: it goes only when it is alone.
  if (first !== newest) return first;
  if (second !== undefined) return second;
  let next = Infinity;
  for (const uses of lfu.byUses.keys()) if (uses > least && uses < next) next = uses;
  return lfu.byUses.get(next)?.values().next().value ?? first;
}

// ── lfu ──
function addFrequency({ uses, byUses }: Frequencies, key: string, count: number): void {
  uses.set(key, count);
  const same = byUses.get(count);
  if (same === undefined) byUses.set(count, new Set([key]));
  else same.add(key);
}
function removeFrequency({ uses, byUses }: Frequencies, key: string): number {
  const count = uses.get(key)!;
  uses.delete(key);
  const same = byUses.get(count)!;
  same.delete(key);
  if (same.size === 0) byUses.delete(count);
  return count;
}
const countFrequency = (lfu: Frequencies, key: string): void => addFrequency(lfu, key, removeFrequency(lfu, key) + 1);

// ── wTinyLfu ──
const windowRoom = (capacity: number): number => Math.max(1, capacity / 100);
const protectedRoom = (capacity: number): number => 0.8 * (capacity - windowRoom(capacity));
const toEnd = (keys: Set<string>, key: string): void => { keys.delete(key); keys.add(key); };

function promote(store: Store, tiny: Segments, key: string): void {
  if (tiny.window.has(key)) return toEnd(tiny.window, key);
  if (tiny.protected.has(key)) return toEnd(tiny.protected, key);
  tiny.probation.delete(key);
  tiny.protected.add(key);
  tiny.protectedWeight += store.entries.get(key)!.weight;
  demote(store, tiny);
}
function demote({ entries, capacity }: Store, tiny: Segments): void {
  while (tiny.protectedWeight > protectedRoom(capacity) && tiny.protected.size > 1) {
    const [key] = tiny.protected as ReadonlySet<string> & Iterable<string>;
    tiny.protected.delete(key!);
    tiny.protectedWeight -= entries.get(key!)!.weight;
    tiny.probation.add(key!);
  }
}
function reweigh(store: Store, key: string, more: number): void {
  const { tiny } = store;
  if (tiny === null) return;
  if (tiny.window.has(key)) tiny.windowWeight += more;
  else if (tiny.protected.has(key)) tiny.protectedWeight += more;
}
function shrinkTiny(store: Store, tiny: Segments, gone: string[]): void {
  // While there is room, what leaves the window simply moves on.
  let candidate: string | undefined;
  const evict = (key: string): void => { take(store, key); gone.push(key); };
  while (tiny.windowWeight > windowRoom(store.capacity) && tiny.window.size > 1) {
    const [key] = tiny.window as Set<string> & Iterable<string>;
    tiny.window.delete(key!);
    tiny.windowWeight -= store.entries.get(key!)!.weight;
    tiny.probation.add(key!);
    candidate = key;
    while (store.weight > store.capacity) {
      const [victim = tiny.protected.values().next().value] = tiny.probation;
      if (victim === undefined) break;
      if (victim === candidate || candidate === undefined || usesOf(tiny.sketch, candidate) > usesOf(tiny.sketch, victim)) evict(victim);
      else evict(candidate);
      if (candidate !== undefined && !store.entries.has(candidate)) candidate = undefined;
    }
  }
  while (store.weight > store.capacity) {
    const victim = tiny.probation.values().next().value ?? tiny.protected.values().next().value ?? tiny.window.values().next().value;
    if (victim === undefined) break;
    evict(victim);
  }
  demote(store, tiny);
}

/** Rules for the invariants of whoever holds such a store. */
export const EVICTING_RULES: readonly { readonly name: string; readonly why: string; holds(store: Store): boolean }[] = [
  { name: 'no more entries than room', why: 'The cache holds more entries than its capacity.', holds: ({ weight, capacity }) => weight <= capacity + 1e-6 },
  {
    name: 'every entry is known to the policy once', why: 'An entry could never be evicted, or would be evicted twice.',
    holds: ({ entries, lfu, tiny }) => (lfu === null || lfu.uses.size === entries.size) && (tiny === null || tiny.window.size + tiny.probation.size + tiny.protected.size === entries.size),
  },
];
