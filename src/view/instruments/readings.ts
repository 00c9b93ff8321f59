/**
 * Reading the views that engines give their instruments: plain data of a known shape, one reader for each kind. A reader returns null where the
 * data has another shape; the panel then shows it as a table.
 */
import type { Json } from '../../kernel/contract.ts';
import { isList, isRecord, numberIn, textIn, type JsonRecord } from './json.ts';

const flag = (value: JsonRecord, name: string): boolean => value[name] === true;
const records = (value: Json | undefined, most: number): readonly JsonRecord[] => (isList(value) ? value.filter(isRecord).slice(-most) : []);
/** Every item read, or null as soon as one can't be. */
function each<T>(items: readonly JsonRecord[], read: (item: JsonRecord) => T | null): readonly T[] | null {
  const list: T[] = [];
  for (const item of items) {
    const one = read(item);
    if (one === null) return null;
    list.push(one);
  }
  return list;
}

// ---- tank ----
export interface Drop {
  readonly atMs: number;
  readonly cost: number;
  readonly admitted: boolean;
}
export interface TankReading {
  readonly name: string;
  readonly level: number;
  readonly capacity: number;
  readonly ratePerSecond: number | null;
  readonly floor: number | null;
  readonly drops: readonly Drop[];
  /** What else is said, for the table beside it. */
  readonly rest: JsonRecord;
}
const LEVEL = ['level', 'tokens', 'value', 'used'] as const, CAPACITY = ['capacity', 'size', 'max', 'limit', 'of'] as const;
const SHOWN = new Set<string>([...LEVEL, ...CAPACITY, 'ratePerSecond', 'floor', 'drops', 'name']);
const dropOf = (item: JsonRecord): Drop | null => {
  const atMs = numberIn(item, 'atMs');
  return atMs === null ? null : { atMs, cost: numberIn(item, 'cost') ?? 1, admitted: flag(item, 'admitted') };
};
function tankOf(value: JsonRecord): TankReading | null {
  const level = numberIn(value, ...LEVEL), capacity = numberIn(value, ...CAPACITY);
  const drops = each(records(value.drops, 40), dropOf);
  if (level === null || capacity === null || capacity <= 0 || drops === null) return null;
  return {
    name: textIn(value, 'name') ?? '', level, capacity, ratePerSecond: numberIn(value, 'ratePerSecond'), floor: numberIn(value, 'floor'), drops,
    rest: Object.fromEntries(Object.entries(value).filter(([name]) => !SHOWN.has(name))),
  };
}
export function tanksOf(value: Json | undefined): readonly TankReading[] | null {
  if (!isRecord(value)) return null;
  if (!isList(value.tanks)) { const one = tankOf(value); return one === null ? null : [one]; }
  return each(records(value.tanks, 64), tankOf);
}

// ---- window of dots ----
export interface DotsReading {
  readonly windowMs: number;
  readonly limit: number;
  readonly used: number;
  /** Windows at fixed times; else the window slides with the moment. */
  readonly aligned: boolean;
  readonly startMs: number;
  readonly dots: readonly Drop[];
  readonly key: string;
  readonly brackets: readonly { readonly fromMs: number; readonly untilMs: number; readonly count: number }[];
}
export function dotsOf(value: Json | undefined): DotsReading | null {
  if (!isRecord(value)) return null;
  const windowMs = numberIn(value, 'windowMs'), limit = numberIn(value, 'limit'), used = numberIn(value, 'used'), startMs = numberIn(value, 'startMs');
  const dots = each(records(value.dots, 400), dropOf);
  const brackets = each(records(value.brackets, 60), (item) => {
    const fromMs = numberIn(item, 'fromMs'), untilMs = numberIn(item, 'untilMs');
    return fromMs === null || untilMs === null ? null : { fromMs, untilMs, count: numberIn(item, 'count') ?? 0 };
  });
  if (windowMs === null || windowMs <= 0 || limit === null || used === null || startMs === null || dots === null || brackets === null) return null;
  return { windowMs, limit, used, aligned: flag(value, 'aligned'), startMs, dots, key: textIn(value, 'key') ?? '', brackets };
}

// ---- waterfall of attempts ----
export interface AttemptReading {
  readonly attempt: number;
  readonly kind: 'first' | 'retry' | 'hedge';
  readonly waitMs: number;
  readonly fromMs: number;
  /** Null while it is out. */
  readonly untilMs: number | null;
  readonly outcome: string | null;
  readonly won: boolean;
}
export interface CallReading {
  readonly call: number;
  readonly op: string;
  readonly sinceMs: number;
  readonly attempts: readonly AttemptReading[];
}
function attemptOf(item: JsonRecord): AttemptReading | null {
  const fromMs = numberIn(item, 'fromMs'), kind = textIn(item, 'kind');
  if (fromMs === null || (kind !== 'first' && kind !== 'retry' && kind !== 'hedge')) return null;
  return { attempt: numberIn(item, 'attempt') ?? 0, kind, waitMs: numberIn(item, 'waitMs') ?? 0, fromMs, untilMs: numberIn(item, 'untilMs'), outcome: textIn(item, 'outcome'), won: flag(item, 'won') };
}
export function callsOf(value: Json | undefined): readonly CallReading[] | null {
  if (!isList(value) || !value.every(isRecord)) return null;
  return each(value.slice(-20) as readonly JsonRecord[], (item) => {
    const sinceMs = numberIn(item, 'sinceMs'), attempts = isList(item.attempts) ? each(records(item.attempts, 32), attemptOf) : null;
    return sinceMs === null || attempts === null ? null : { call: numberIn(item, 'call') ?? 0, op: textIn(item, 'op') ?? '', sinceMs, attempts };
  });
}

// ---- limit over time ----
export interface LimitReading {
  readonly limit: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly points: readonly { readonly atMs: number; readonly limit: number; readonly inFlight: number }[];
  readonly of: string;
}
export function limitOf(value: Json | undefined): LimitReading | null {
  if (!isRecord(value)) return null;
  const limit = numberIn(value, 'limit'), inFlight = numberIn(value, 'inFlight');
  const points = each(records(value.points, 240), (item) => {
    const atMs = numberIn(item, 'atMs'), high = numberIn(item, 'limit'), busy = numberIn(item, 'inFlight');
    return atMs === null || high === null || busy === null ? null : { atMs, limit: high, inFlight: busy };
  });
  return limit === null || inFlight === null || points === null ? null : { limit, inFlight, queued: numberIn(value, 'queued') ?? 0, points, of: textIn(value, 'of') ?? '' };
}

// ---- compartments ----
export interface Compartment {
  readonly name: string;
  readonly used: number;
  readonly reserve: number;
  readonly max: number;
  readonly queued: number;
  readonly refused: number;
}
export function compartmentsOf(value: Json | undefined): readonly Compartment[] | null {
  if (!isList(value) || !value.every(isRecord)) return null;
  return each(value as readonly JsonRecord[], (item) => {
    const used = numberIn(item, 'used'), max = numberIn(item, 'max'), name = textIn(item, 'name');
    return used === null || max === null || max <= 0 || name === null ? null : { name, used, max, reserve: numberIn(item, 'reserve') ?? 0, queued: numberIn(item, 'queued') ?? 0, refused: numberIn(item, 'refused') ?? 0 };
  });
}

// ---- cache ----
export type RowState = 'fresh' | 'stale' | 'loading' | 'negative' | 'void';
const ROW_STATES: readonly string[] = ['fresh', 'stale', 'loading', 'negative', 'void'];
export interface CacheRow {
  readonly key: string;
  readonly version: string;
  readonly storedMs: number | null;
  /** Null: it has no end. */
  readonly untilMs: number | null;
  readonly graceUntilMs: number | null;
  readonly state: RowState;
  readonly hits: number;
}
export interface CacheReading {
  readonly rows: readonly CacheRow[];
  readonly size: number;
  readonly capacity: number | null;
  readonly hits: number;
  readonly misses: number;
  readonly more: number;
}
export function cacheOf(value: Json | undefined): CacheReading | null {
  if (!isRecord(value) || !isList(value.rows)) return null;
  const rows = each(value.rows.filter(isRecord).slice(0, 60), (item): CacheRow | null => {
    const key = textIn(item, 'key'), state = textIn(item, 'state'), { version } = item;
    if (key === null || state === null || !ROW_STATES.includes(state)) return null;
    return {
      key, version: typeof version === 'number' || typeof version === 'string' ? String(version) : '', storedMs: numberIn(item, 'storedMs'), untilMs: numberIn(item, 'untilMs'),
      graceUntilMs: numberIn(item, 'graceUntilMs'), state: state as RowState, hits: numberIn(item, 'hits') ?? 0,
    };
  });
  return rows === null ? null : { rows, size: numberIn(value, 'size') ?? rows.length, capacity: numberIn(value, 'capacity'), hits: numberIn(value, 'hits') ?? 0, misses: numberIn(value, 'misses') ?? 0, more: numberIn(value, 'more') ?? 0 };
}

// ---- curve ----
export interface Spot {
  readonly x: number;
  readonly y: number;
}
export interface CurveReading {
  readonly xLabel: string;
  readonly points: readonly Spot[];
  /** Null while nothing has been measured. */
  readonly at: Spot | null;
  readonly marks: readonly (Spot & { readonly label: string })[];
}
const spotOf = (item: JsonRecord): Spot | null => {
  const x = numberIn(item, 'x'), y = numberIn(item, 'y');
  return x === null || y === null ? null : { x, y };
};
export function curveOf(value: Json | undefined): CurveReading | null {
  if (!isRecord(value) || !isList(value.points)) return null;
  const points = each(records(value.points, 400), spotOf);
  const marks = each(records(value.marks, 20), (item) => { const spot = spotOf(item); return spot === null ? null : { ...spot, label: textIn(item, 'label') ?? '' }; });
  return points === null || marks === null ? null : { xLabel: textIn(value, 'xLabel') ?? '', points, at: isRecord(value.at) ? spotOf(value.at) : null, marks };
}

// ---- deadline ----
export interface DeadlineReading {
  readonly totalMs: number;
  readonly leftMs: number;
  readonly hops: readonly { readonly node: string; readonly leftMs: number; readonly spentMs: number }[];
  readonly call: string;
}
export function deadlineOf(value: Json | undefined): DeadlineReading | null {
  if (!isRecord(value)) return null;
  const totalMs = numberIn(value, 'totalMs'), leftMs = numberIn(value, 'leftMs');
  const hops = each(records(value.hops, 12), (item) => {
    const left = numberIn(item, 'leftMs'), node = textIn(item, 'node');
    return left === null || node === null ? null : { node, leftMs: left, spentMs: numberIn(item, 'spentMs') ?? 0 };
  });
  return totalMs === null || totalMs <= 0 || leftMs === null || hops === null ? null : { totalMs, leftMs, hops, call: textIn(value, 'call') ?? '' };
}
