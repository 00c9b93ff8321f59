/** Plain data: records, their own keys, and their text. */

/** A value of a record that is really its own: never `constructor`, `toString` or anything else that every object has. */
export const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** Is it an object with keys (no array, no null)? */
export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** True of names that every JavaScript object answers to, such as `constructor`: they are not allowed as keys or as ids. */
export const isReserved = (name: string): boolean => name in Object.prototype || name === 'prototype';

/** Are two plain values written as the same JSON text? The order of keys counts, so compare canonical forms. */
export const sameText = (a: unknown, b: unknown): boolean => Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);

/** A record with its keys in alphabetical (code unit) order. */
export function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const result: Record<string, T> = {};
  for (const key of Object.keys(record).sort()) result[key] = record[key]!;
  return result;
}
