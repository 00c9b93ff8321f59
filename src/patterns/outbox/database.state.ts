/** The plain data of the database, and how rows come and go. All of it is durable, but for open transactions and queries. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import { createFencedLease, type FencedLease } from '../../primitives/fencedLease.ts';
import { createGapCursor, type GapCursor } from '../../primitives/gapCursor.ts';
import type { DatabaseNote, DatabaseParams } from './database.params.ts';
import type { OutboxEvent } from './rows.ts';

export type DatabaseContext = Context<DatabaseParams, DatabaseNote>;
export interface Row extends OutboxEvent {
  readonly position: number;
  /** Order of commits, as in the log. */
  readonly lsn: number;
  readonly committedMs: Ms;
  state: 'pending' | 'published' | 'parked';
  attempts: number;
  handed: number;
  notBeforeMs: Ms;
  claimedBy: string;
  claimUntilMs: Ms;
  doneMs: Ms;
}
/** A transaction that is open. */
export interface Tx extends OutboxEvent {
  readonly call: Call;
  /** Taken at the insert; 0 while it waits for the row lock, or without an outbox row. */
  position: number;
  readonly writesOutbox: boolean;
  readonly writesBusiness: boolean;
}
export interface DatabaseState {
  /** The outbox table, by position. */
  rows: Row[];
  lastPosition: number;
  lastLsn: number;
  /** Highest position that is visible. */
  seen: number;
  open: Map<number, Tx>;
  /** Who holds the row of an aggregate, and who waits for it, by call. */
  locks: Map<string, number[]>;
  /** Looks and reports under way. */
  queries: Map<number, Call>;
  /** Unique keys: business rows and outbox rows that were ever written. */
  business: Set<string>;
  announced: Set<string>;
  lease: FencedLease;
  cursor: GapCursor;
  /** Replication slot: null before a relay has opened it; then the log is kept from what it has confirmed. */
  slot: { confirmed: number } | null;
  log: Row[];
  counts: { committed: number; rolledBack: number; outbox: number; published: number; parked: number; purged: number; looks: number; fenced: number; late: number };
}
export const createDatabase = (): DatabaseState => ({
  rows: [], lastPosition: 0, lastLsn: 0, seen: 0, open: new Map(), locks: new Map(), queries: new Map(), business: new Set(), announced: new Set(),
  lease: createFencedLease(), cursor: createGapCursor(), slot: null, log: [],
  counts: { committed: 0, rolledBack: 0, outbox: 0, published: 0, parked: 0, purged: 0, looks: 0, fenced: 0, late: 0 },
});
/** Open transactions are rolled back by a crash; what is committed stays. */
export const afterDatabaseCrash = (state: DatabaseState): DatabaseState => ({ ...state, open: new Map(), locks: new Map(), queries: new Map() });

export const lowestOpen = ({ open }: DatabaseState): number => {
  let lowest = Infinity;
  for (const { position } of open.values()) if (position > 0 && position < lowest) lowest = position;
  return lowest;
};
/** Index of the first row above a position. */
export function indexAbove(rows: readonly Row[], position: number): number {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.position <= position) low = middle + 1; else high = middle;
  }
  return low;
}
export function rowAt(state: DatabaseState, position: number): Row | undefined {
  const row = state.rows[indexAbove(state.rows, position - 1)];
  return row?.position === position ? row : undefined;
}
export const pendingOf = ({ counts }: DatabaseState): number => counts.outbox - counts.published - counts.parked;

export const GAUGES = ['pending', 'rows', 'log', 'openTransactions'] as const;
export function showGauges(state: DatabaseState, ctx: DatabaseContext): void {
  ctx.gauge(0, pendingOf(state));
  ctx.gauge(1, state.rows.length);
  ctx.gauge(2, state.slot === null ? 0 : state.log.length);
  ctx.gauge(3, state.open.size);
}
