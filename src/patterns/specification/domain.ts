/** The entity of the examples (the original's processed data, with what rules need) and its leaves. */
import type { Field, Leaf, Predicate } from '../../primitives/predicates/tree.ts';

export const FIELDS: readonly Field[] = [
  { name: 'value', type: 'number', lo: 0, hi: 100 },
  { name: 'algorithm', type: 'text', values: ['sha256', 'sha512', 'blake2', 'blake3', 'md5', 'crc32', 'xxhash', 'murmur3', 'siphash', 'fnv'], index: true },
  { name: 'age', type: 'number', lo: 0, hi: 100 },
  { name: 'risk', type: 'number', lo: 0, hi: 1, derived: true },
];
/** A (1 µs, passes .9), B (10 µs, .1), C (3 µs, .5). */
export const A: Leaf = { op: 'gt', field: 'value', value: 10, label: 'A', cost: 1, selectivity: 0.9 };
export const B: Leaf = { op: 'eq', field: 'algorithm', value: 'blake3', label: 'B', cost: 10, selectivity: 0.1 };
export const C: Leaf = { op: 'lt', field: 'age', value: 50, label: 'C', cost: 3, selectivity: 0.5 };
/** Code of the application: a score that no column holds. */
export const SCORE: Leaf = { op: 'custom', name: 'score', field: 'risk', value: 0.5, label: 'score', cost: 40, selectivity: 0.5 };
export const DEFAULT_TREE: Predicate = { op: 'and', of: [A, { op: 'or', of: [B, { op: 'not', of: [C] }] }] };

/** The two leaves of the original sketch: a value strictly above a threshold, and an algorithm by name. */
export const valueGreaterThan = (threshold: number): Leaf => ({ op: 'gt', field: 'value', value: threshold, label: `value > ${threshold}` });
export const algorithmIs = (algorithm: string): Leaf => ({ op: 'eq', field: 'algorithm', value: algorithm, label: algorithm });
