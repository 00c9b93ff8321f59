/** Records by key with versions that only go up; a write may name the version that it expects to replace. Plain data, no time. */
import type { Json } from '../kernel/contract.ts';

export interface VersionedRecord {
  /** null: there is none, or it was deleted. */
  readonly value: Json;
  /** 0: never written. */
  readonly version: number;
}
/** A deleted record stays, with value null, so that its versions go on. */
export type VersionedRecords = Map<string, VersionedRecord>;
export const NO_RECORD: VersionedRecord = Object.freeze({ value: null, version: 0 });

/** Writes unconditionally, and gives the new version. */
export function writeRecord(records: VersionedRecords, key: string, value: Json, before = records.get(key) ?? NO_RECORD): number {
  const version = before.version + 1;
  records.set(key, Object.freeze({ value, version }));
  return version;
}
/** Writes if the version is still the one expected; gives the new version, or null on a conflict. */
export function compareAndSet(records: VersionedRecords, key: string, value: Json, expected: number, before = records.get(key) ?? NO_RECORD): number | null {
  return before.version === expected ? writeRecord(records, key, value, before) : null;
}
