/** State of the layer: plain data. */
import type { Call, Context, Json, Ms } from '../../kernel/contract.ts';
import { addToBloom, createBloom, type BloomFilter } from '../../primitives/bloomFilter.ts';
import { createEvicting, type EvictingStore } from '../../primitives/evictingStore.ts';
import { createTimeWindow, type TimeWindow } from '../../primitives/rollingWindow.ts';
import type { CacheAsideNote, CacheAsideParams } from './params.ts';

export type CacheAsideContext = Context<CacheAsideParams, CacheAsideNote>;

/** What the cache keeps of a record. `value` null: the database has none. */
export interface Copy {
  readonly value: Json;
  readonly version: number;
}
/** A read under way. `how` is settled once: it is what the read is counted as. */
export interface Read {
  readonly call: Call;
  readonly key: string;
  readonly sinceMs: Ms;
  how: 'asking' | 'hit' | 'miss' | 'coalesced' | 'bypassed' | 'shed';
  /** The call to the cache that it waits for, or 0. */
  fetch: number;
  load: Load | null;
  /** It waits for somebody else's load: of this node, or of another before it asks the cache again. */
  waits: boolean;
}
/** A load under way. Readers wait for it; one in the background has none. */
export interface Load {
  readonly call: Call;
  readonly key: string;
  readonly sinceMs: Ms;
  readonly readers: Read[];
  /** Lease under which it may fill; 0 for none. */
  readonly token: number;
  /** Others of this node wait for it instead of loading themselves. */
  readonly shared: boolean;
  readonly background: boolean;
  /** The cache is to be filled with what comes. */
  readonly fills: boolean;
}
/** A write under way. */
export interface Write {
  readonly call: Call;
  readonly key: string;
  /** 'cacheFirst' waits for the cache, 'database' for the database, 'cacheLast' for the cache again. */
  stage: 'cacheFirst' | 'database' | 'cacheLast';
  version: number;
  /** What the database answered. */
  answer: Json;
}
/** Calls of this layer to others, by id. */
export type Errand =
  | { readonly kind: 'fetch'; readonly read: Read; readonly call: Call; readonly sinceMs: Ms }
  | { readonly kind: 'load'; readonly load: Load }
  | { readonly kind: 'fill'; readonly key: string; readonly version: number; readonly call: Call }
  | { readonly kind: 'write'; readonly write: Write; readonly call: Call }
  | { readonly kind: 'change'; readonly write: Write | null; readonly key: string; readonly call: Call };

/** Kept in the process. */
export interface NearCopy extends Copy {
  readonly weight: number;
  readonly untilMs: Ms;
}
/** Loads of a key at the same time, now and at most since there were none. */
export interface Crowd { now: number; total: number; told: boolean }

export interface CacheAsideState {
  readonly reads: Map<number, Read>;
  readonly errands: Map<number, Errand>;
  readonly writes: Map<number, Write>;
  /** Key → the load that others of this node may wait for. */
  readonly flights: Map<string, Load>;
  readonly crowds: Map<string, Crowd>;
  /** Second deletes to come: number → key. */
  readonly later: Map<number, string>;
  lastLater: number;
  near: EvictingStore<NearCopy>;
  filter: BloomFilter | null;
  total: Totals;
  loading: number;
  waiting: number;
  /** Failures of the cache in a row, and reads since it is taken for down. */
  failures: number;
  cacheDown: boolean;
  withoutCache: number;
  /** Hits and other reads of the last second. */
  readonly lately: TimeWindow;
  /** Ages of copies given out, by AGES. */
  readonly ages: number[];
  /** Most loads of one key at the same time. */
  mostLoads: number;
  readonly rows: LoadRow[];
  atMs: Ms;
}
export interface Totals {
  reads: number; hits: number; nearHits: number; staleServed: number; negativeHits: number; filtered: number; misses: number; coalesced: number; bypassed: number; shed: number; givenUp: number;
  loads: number; loadsFailed: number; loadsRefused: number; earlyRefreshes: number; leaseDenials: number; fills: number; fillsRejected: number;
  writes: number; invalidations: number; invalidationsLost: number; cacheFailures: number; hitCost: number; readCost: number;
}
/** For the table: the newest loads. */
export interface LoadRow {
  readonly key: string;
  readonly why: string;
  readonly sinceMs: Ms;
  readers: number;
  untilMs: Ms | null;
  outcome: string;
}
export const ROWS = 40;
/** Upper ends, ms; the last is open. */
export const AGES: readonly Ms[] = [10, 100, 1000, 10_000, 60_000, Infinity];

const noTotals = (): Totals => ({
  reads: 0, hits: 0, nearHits: 0, staleServed: 0, negativeHits: 0, filtered: 0, misses: 0, coalesced: 0, bypassed: 0, shed: 0, givenUp: 0,
  loads: 0, loadsFailed: 0, loadsRefused: 0, earlyRefreshes: 0, leaseDenials: 0, fills: 0, fillsRejected: 0,
  writes: 0, invalidations: 0, invalidationsLost: 0, cacheFailures: 0, hitCost: 0, readCost: 0,
});

export function createFilter({ absentFilter }: CacheAsideParams): BloomFilter | null {
  if (absentFilter === 0) return null;
  const filter = createBloom(absentFilter);
  for (let i = 1; i <= absentFilter; i++) addToBloom(filter, `e${i}`);
  return filter;
}
export const createState = (params: CacheAsideParams): CacheAsideState => ({
  reads: new Map(), errands: new Map(), writes: new Map(), flights: new Map(), crowds: new Map(), later: new Map(), lastLater: 0,
  near: createEvicting('lru', params.nearCapacity), filter: createFilter(params), total: noTotals(), loading: 0, waiting: 0,
  failures: 0, cacheDown: false, withoutCache: 0, lately: createTimeWindow({ bucketMs: 250, buckets: 8, rotation: 'aligned' }, 2),
  ages: AGES.map(() => 0), mostLoads: 0, rows: [], atMs: 0,
});
