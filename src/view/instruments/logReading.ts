/**
 * Reading a `log-ribbon`: { records: [{ offset, label, state, key?, value?, atMs? }], cursors: [{ name, at }], folded?, before?, of?, unit? }. Where records
 * say which key they set to what, the ribbon can be folded to any of its positions.
 */
import type { Json } from '../../kernel/contract.ts';
import { isList, isRecord, numberIn, textIn, type JsonRecord } from './json.ts';

export interface LogRecord {
  readonly offset: number;
  readonly label: string;
  readonly state: string;
  /** What it is about, and the value that this has from here on. */
  readonly key: string | null;
  readonly value: string;
  readonly atMs: number | null;
}
export interface LogReading {
  readonly records: readonly LogRecord[];
  readonly cursors: readonly { readonly name: string; readonly at: number }[];
  /** Values before the first record. */
  readonly before: JsonRecord;
  readonly foldable: boolean;
  /** How many there are in all. */
  readonly of: number | null;
  readonly unit: string;
}
const MOST = 400;
const plain = (value: Json | undefined): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));

export function logOf(value: Json | undefined): LogReading | null {
  if (!isRecord(value) || !isList(value.records)) return null;
  const records: LogRecord[] = [];
  for (const item of value.records.slice(-MOST)) {
    if (!isRecord(item)) return null;
    const offset = numberIn(item, 'offset'), state = textIn(item, 'state');
    if (offset === null || state === null) return null;
    records.push({ offset, state, label: textIn(item, 'label') ?? '', key: textIn(item, 'key'), value: plain(item.value), atMs: numberIn(item, 'atMs') });
  }
  const cursors = (isList(value.cursors) ? value.cursors.filter(isRecord) : []).flatMap((item) => {
    const at = numberIn(item, 'at'), name = textIn(item, 'name');
    return at === null || name === null ? [] : [{ name, at }];
  });
  return { records, cursors, before: isRecord(value.before) ? value.before : {}, foldable: records.some(({ key }) => key !== null), of: numberIn(value, 'of'), unit: textIn(value, 'unit') ?? 'value' };
}

/** Everything that has a value after the record at `offset`; before the first, what was there already. */
export function foldTo({ records, before }: LogReading, offset: number): ReadonlyMap<string, string> {
  const values = new Map(Object.entries(before).map(([key, value]) => [key, plain(value)]));
  for (const record of records) if (record.offset <= offset && record.key !== null) values.set(record.key, record.value);
  return values;
}
export interface Change { readonly key: string; readonly was: string; readonly is: string; readonly events: number }
/** What differs between two positions, and by how many records; most of them first. */
export function changesBetween(log: LogReading, from: number, to: number): readonly Change[] {
  const early = foldTo(log, from), late = foldTo(log, to);
  const counts = new Map<string, number>();
  for (const { offset, key } of log.records) if (key !== null && offset > from && offset <= to) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].map(([key, events]) => ({ key, was: early.get(key) ?? '', is: late.get(key) ?? '', events })).sort((a, b) => b.events - a.events || (a.key < b.key ? -1 : 1));
}
