/**
 * Buckets by key, at most so many of them. Used by the limiter for buckets of its own and by the central store. A request that must pass
 * several buckets passes all of them or takes from none.
 *
 * Safe eviction forgets only buckets that are full: whoever comes back finds what would have been there anyway. When no bucket can be
 * forgotten, newcomers of a level share one bucket. Unsafe eviction forgets the one that was asked least recently, whatever it holds.
 */
import type { Context, Ms } from '../../kernel/contract.ts';
import type { Decision } from '../../primitives/rateLimits/decision.ts';
import { askGcra, createGcra, gcraLevel, peekGcra, reconfigureGcra, refundGcra, takeFromGcra, type Gcra } from '../../primitives/rateLimits/gcra.ts';
import {
  askBucket, bucketLevel, createBucket, peekBucket, reconfigureBucket, refundBucket, takeFromBucket, toNs, type BucketTerms, type Inheritance, type TokenBucket,
} from '../../primitives/rateLimits/tokenBucket.ts';
import { nextState } from '../../primitives/tabulate.ts';
import type { Row } from './levels.ts';
import { keyTable, type KeyEvent, type KeyMode } from './machine.ts';

export const OVERFLOW = 'everybody else';
/** So many keys are shown and followed through their states; the rest is only counted. */
export const FOLLOWED = 24;
const DROPS = 240;
/** How many of the longest-untouched keys are looked at for one that is full. */
const LOOKS = 16;

export interface Drop { readonly atMs: Ms; readonly cost: number; readonly admitted: boolean }
export interface Slot {
  readonly key: string;
  readonly level: string;
  /** One of them, by the algorithm. */
  bucket: TokenBucket | null;
  gcra: Gcra | null;
  terms: BucketTerms;
  admitted: number;
  rejected: number;
  costAdmitted: number;
  /** For the bound: what was there when the count began, when that was, and what was taken (less what was given back) since. */
  first: number;
  sinceMs: Ms;
  taken: number;
  /** Largest cost above capacity that was let in on credit. */
  credit: number;
  drops: Drop[];
}
export interface Shelf {
  /** Longest untouched first. */
  slots: Map<string, Slot>;
  /** The modes of the first keys, for the chart; kept over evictions. */
  followed: Map<string, KeyMode>;
  evicted: number;
  /** Requests that had to share a bucket. */
  overflowed: number;
  /** So many keys there may be now: after the limit was lowered, those that are there stay until they are full. */
  most: number;
}
export interface ShelfTerms {
  readonly algo: 'bucket' | 'gcra';
  readonly maxKeys: number;
  readonly eviction: 'whenFull' | 'leastRecent';
  readonly clock: 'lastSeen' | 'naive';
  /** What becomes of the tokens under new terms. */
  readonly inherit: Inheritance;
}
export type ShelfNote = 'bucketFull' | 'keyEvicted';
/** The part of a context that a shelf speaks to. */
export type ShelfContext = Pick<Context<unknown, ShelfNote>, 'nowMs' | 'note' | 'transition' | 'after' | 'clear'>;
/** A decision, and the level that refused or is the tightest. */
export type Verdict = Decision & { readonly key: string; readonly level: string };

export const createShelf = (): Shelf => ({ slots: new Map(), followed: new Map(), evicted: 0, overflowed: 0, most: 0 });
export const fullTimer = (key: string): string => `full ${key}`;

export const levelOf = ({ bucket, gcra, terms }: Slot, nowMs: Ms): number => (bucket !== null ? bucketLevel(bucket, terms, nowMs) : gcraLevel(gcra!, terms, nowMs));
const fullInMs = ({ bucket, gcra, terms }: Slot, nowMs: Ms): Ms => (bucket !== null ? peekBucket(bucket, terms, nowMs) : peekGcra(gcra!, terms, nowMs)).resetAfterMs;
const ask = ({ bucket, gcra, terms }: Slot, cost: number, nowMs: Ms, maxWaitMs: Ms): Decision =>
  bucket !== null ? askBucket(bucket, terms, cost, nowMs, maxWaitMs) : askGcra(gcra!, terms, cost, nowMs, maxWaitMs);

/** Takes from a slot without asking. */
export function takeFrom(slot: Slot, cost: number, nowMs: Ms): void {
  if (slot.bucket !== null) takeFromBucket(slot.bucket, slot.terms, cost, nowMs);
  else takeFromGcra(slot.gcra!, slot.terms, cost, nowMs);
  slot.taken += cost;
}
export function giveBack(slot: Slot, tokens: number, nowMs: Ms): void {
  slot.taken -= slot.bucket !== null ? refundBucket(slot.bucket, slot.terms, tokens, nowMs) : refundGcra(slot.gcra!, slot.terms, tokens, nowMs);
}
/** Says what the level is from now on, whatever was there. */
export function setLevel(slot: Slot, level: number, nowMs: Ms): void {
  const change = level - levelOf(slot, nowMs);
  if (change < 0) takeFrom(slot, -change, nowMs);
  else giveBack(slot, change, nowMs);
}
const sameTerms = (a: BucketTerms, b: BucketTerms): boolean =>
  a.capacity === b.capacity && a.ratePerSecond === b.ratePerSecond && a.refill === b.refill && a.fillMs === b.fillMs && a.debt === b.debt;

/** Goes over to new terms or another algorithm; the tokens stay, as far as they fit. */
export function changeTerms(slot: Slot, terms: BucketTerms, { algo, inherit }: Pick<ShelfTerms, 'algo' | 'inherit'>, nowMs: Ms): void {
  const level = levelOf(slot, nowMs);
  if ((algo === 'gcra') !== (slot.gcra !== null)) {
    slot.bucket = algo === 'gcra' ? null : createBucket(terms, nowMs);
    slot.gcra = algo === 'gcra' ? createGcra(terms, nowMs) : null;
    slot.terms = terms;
    setLevel(slot, Math.min(level, terms.capacity), nowMs);
  } else if (!sameTerms(slot.terms, terms)) {
    if (slot.bucket !== null) reconfigureBucket(slot.bucket, slot.terms, terms, nowMs, inherit);
    else reconfigureGcra(slot.gcra!, slot.terms, terms, nowMs, inherit);
    slot.terms = terms;
  } else return;
  slot.first = levelOf(slot, nowMs);
  slot.sinceMs = nowMs;
  slot.taken = 0;
  slot.credit = Math.max(0, -slot.first);
}

/** The bucket of a row, made if there is none; newcomers share one when there is no room. `rows` are those of the same request. */
export function slotFor(shelf: Shelf, { key, level, terms }: Row, rows: readonly Row[], how: ShelfTerms, ctx: ShelfContext): Slot {
  shelf.most = Math.max(how.maxKeys, Math.min(shelf.most, shelf.slots.size));
  if (shelf.slots.has(key) || shelf.slots.size < how.maxKeys || makeRoom(shelf, rows, how, ctx)) return slotNamed(shelf, key, level, terms, how, ctx);
  shelf.overflowed++;
  return slotNamed(shelf, `${level}: ${OVERFLOW}`, level, terms, how, ctx);
}
function slotNamed(shelf: Shelf, key: string, level: string, terms: BucketTerms, how: ShelfTerms, ctx: ShelfContext): Slot {
  const { nowMs } = ctx;
  let slot = shelf.slots.get(key);
  if (slot === undefined) {
    const gcra = how.algo === 'gcra';
    slot = {
      key, level, bucket: gcra ? null : createBucket(terms, nowMs), gcra: gcra ? createGcra(terms, nowMs) : null, terms, admitted: 0, rejected: 0, costAdmitted: 0,
      first: terms.initial ?? terms.capacity, sinceMs: nowMs, taken: 0, credit: 0, drops: [],
    };
    shelf.slots.set(key, slot);
    if (shelf.followed.size < FOLLOWED && !shelf.followed.has(key)) shelf.followed.set(key, 'absent');
    const mode = shelf.followed.get(key);
    if (mode === 'absent' || mode === 'evicted') move(shelf, key, mode === 'absent' ? 'appeared' : 'returned', ctx);
  } else {
    // The newest at the end: what stands first was not asked for the longest time.
    shelf.slots.delete(key);
    shelf.slots.set(key, slot);
    changeTerms(slot, terms, how, nowMs);
  }
  // The naive bucket believes its clock: put back, it takes away what the time between would have brought.
  if (how.clock === 'naive') (slot.bucket ?? slot.gcra!).lastNs = toNs(nowMs);
  return slot;
}

function makeRoom(shelf: Shelf, rows: readonly Row[], { eviction }: ShelfTerms, ctx: ShelfContext): boolean {
  let looks = 0;
  for (const slot of shelf.slots.values()) {
    if (rows.some(({ key }) => key === slot.key) || slot.key.endsWith(OVERFLOW)) continue;
    if (eviction === 'leastRecent' || fullInMs(slot, ctx.nowMs) === 0) {
      if (eviction === 'whenFull') settleMode(shelf, slot, ctx);
      shelf.slots.delete(slot.key);
      shelf.evicted++;
      if (shelf.followed.has(slot.key)) { ctx.clear(fullTimer(slot.key)); move(shelf, slot.key, 'evicted', ctx); }
      ctx.note('keyEvicted', { key: slot.key, tokens: Math.round(levelOf(slot, ctx.nowMs) * 10) / 10 });
      return true;
    }
    if (++looks >= LOOKS) return false;
  }
  return false;
}

/** A fill brings at once what its whole interval would have brought. */
const fillOf = ({ refill, fillMs = 1000 }: BucketTerms): Ms => (refill === undefined || refill === 'greedy' ? 0 : fillMs);

/** Decides over all rows at once; takes from all of them or from none. */
export function decideRows(shelf: Shelf, rows: readonly Row[], how: ShelfTerms, maxWaitMs: Ms, ctx: ShelfContext): Verdict {
  const { nowMs } = ctx;
  const slots = rows.map((row) => slotFor(shelf, row, rows, how, ctx));
  let verdict: Verdict | null = null, tightest: Verdict | null = null, waitMs = 0;
  for (const [i, slot] of slots.entries()) {
    const decision = { ...ask(slot, rows[i]!.cost, nowMs, maxWaitMs), key: slot.key, level: slot.level };
    if (!decision.allowed && (verdict === null || decision.retryAfterMs > verdict.retryAfterMs)) verdict = decision;
    if (tightest === null || decision.remaining < tightest.remaining) tightest = decision;
    waitMs = Math.max(waitMs, decision.waitMs);
  }
  for (const [i, slot] of slots.entries()) {
    const { cost } = rows[i]!;
    settleMode(shelf, slot, ctx);
    if (verdict === null) {
      takeFrom(slot, cost, nowMs);
      slot.admitted++;
      slot.costAdmitted += cost;
      slot.credit = Math.max(slot.credit, cost - slot.terms.capacity, waitMs > 0 ? ((waitMs + fillOf(slot.terms)) * slot.terms.ratePerSecond) / 1000 + cost : 0);
      settleMode(shelf, slot, ctx);
      watchFull(shelf, slot, ctx);
    } else if (slot.key === verdict.key) slot.rejected++;
    if (shelf.followed.has(slot.key) && (verdict === null || slot.key === verdict.key)) remember(slot, { atMs: nowMs, cost, admitted: verdict === null });
  }
  return verdict ?? { ...tightest!, waitMs };
}
export function remember(slot: Slot, drop: Drop): void {
  if (slot.drops.length >= DROPS) slot.drops.shift();
  slot.drops.push(drop);
}

/** Moves a followed key to the state that its level means. */
export function settleMode(shelf: Shelf, slot: Slot, ctx: ShelfContext): void {
  const mode = shelf.followed.get(slot.key);
  if (mode === undefined) return;
  const level = levelOf(slot, ctx.nowMs);
  const should: KeyMode = fullInMs(slot, ctx.nowMs) === 0 ? 'full' : level < 1 ? 'empty' : 'partial';
  if (should === mode) return;
  if (should === 'full') {
    move(shelf, slot.key, 'refilled', ctx);
    ctx.note('bucketFull', { key: slot.key });
  } else move(shelf, slot.key, should === 'empty' ? 'drained' : mode === 'empty' ? 'regained' : 'taken', ctx);
}
export function watchFull(shelf: Shelf, slot: Slot, ctx: ShelfContext): void {
  if (!shelf.followed.has(slot.key)) return;
  const inMs = fullInMs(slot, ctx.nowMs);
  if (inMs > 0 && inMs < 1e9) ctx.after(inMs, fullTimer(slot.key));
}
/** The timer of a key that should be full by now. */
export function fullDue(shelf: Shelf, key: string, ctx: ShelfContext): void {
  const slot = shelf.slots.get(key);
  if (slot === undefined) return;
  settleMode(shelf, slot, ctx);
  watchFull(shelf, slot, ctx);
}
function move(shelf: Shelf, key: string, event: KeyEvent, ctx: ShelfContext): void {
  const from = shelf.followed.get(key)!;
  const to = nextState(keyTable, from, event);
  shelf.followed.set(key, to);
  ctx.transition(key, from, to, event);
}
/** After a restart: nobody is known, and the chart is told. */
export function forgetAll(shelf: Shelf, ctx: ShelfContext): void {
  for (const [key, mode] of shelf.followed) if (mode !== 'absent') move(shelf, key, 'forgotten', ctx);
}
/** What is left of a shelf after a crash: only what the chart last showed. */
export const afterCrash = ({ followed }: Shelf): Shelf => ({ ...createShelf(), followed });
