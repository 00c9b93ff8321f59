/**
 * A log that survives a crash as far as it was fsynced. What is appended is in memory first; an fsync that takes its time makes everything
 * durable that had been appended when it began (group commit), and what comes meanwhile waits for the next one. The record itself says
 * what its engine may do once it is durable, so that "write first, then act" is one rule in one place:
 *
 *   append(log, record); sync(log, fsyncMs, ctx);
 *   onTimer: if (key === FSYNC) { for (const record of synced(log, fsyncMs, ctx)) act(record); }
 *   onRestart: afterCrash(log) holds what is left; fold it into a fresh state.
 */
import type { Context, Ms } from '../kernel/contract.ts';

export interface LogEntry<R> {
  /** Counts up from 1, whatever is dropped from the front. */
  readonly position: number;
  readonly record: R;
}
/** Plain data. Records are never changed: freeze them, and checkpoints share them. */
export interface AppendLog<R> {
  entries: LogEntry<R>[];
  /** Position of the last record appended. */
  last: number;
  /** Everything up to and including this position is on disk. */
  durable: number;
  /** The fsync under way covers up to this position; 0: none is. */
  syncing: number;
  /** Fsyncs finished so far: forced writes, as papers count them. */
  syncs: number;
}
/** Key of the timer that ends an fsync; an engine has one log. */
export const FSYNC = 'fsync';

export const createLog = <R>(): AppendLog<R> => ({ entries: [], last: 0, durable: 0, syncing: 0, syncs: 0 });

/** Adds a record in memory and gives its position. */
export function append<R>(log: AppendLog<R>, record: R): number {
  log.entries.push(Object.freeze({ position: ++log.last, record })); // frozen: checkpoints share it
  return log.last;
}

export const isDurable = <R>(log: AppendLog<R>, position: number): boolean => position <= log.durable;

/** Begins an fsync if there is something to write and none is under way. `fsyncMs` 0 still takes a step of its own. */
export function sync<R>(log: AppendLog<R>, fsyncMs: Ms, ctx: Pick<Context, 'after'>): void {
  if (log.syncing > 0 || log.durable === log.last) return;
  log.syncing = log.last;
  ctx.after(fsyncMs, FSYNC, 'completion');
}

/** The fsync is over: gives the records that it made durable, in order, and begins the next if more has come meanwhile. */
export function synced<R>(log: AppendLog<R>, fsyncMs: Ms, ctx: Pick<Context, 'after'>): R[] {
  const from = log.durable;
  log.durable = log.syncing;
  log.syncing = 0;
  log.syncs++;
  sync(log, fsyncMs, ctx);
  const { entries, durable } = log;
  let first = entries.length;
  while (first > 0 && entries[first - 1]!.position > from) first--;
  const fresh: R[] = [];
  for (let i = first; i < entries.length && entries[i]!.position <= durable; i++) fresh.push(entries[i]!.record);
  return fresh;
}

/** What a crash leaves: the durable entries. Positions of lost records are given out again: only lost memory could still hold one. */
export function afterCrash<R>(log: AppendLog<R>): AppendLog<R> {
  return { entries: log.entries.filter(({ position }) => position <= log.durable), last: log.durable, durable: log.durable, syncing: 0, syncs: log.syncs };
}

/** Records that a crash would lose, newest first: what has to be rolled back. */
export const undurable = <R>(log: AppendLog<R>): R[] => log.entries.filter(({ position }) => position > log.durable).map(({ record }) => record).reverse();

/** Drops durable records that nobody needs any more, as a real log drops old segments. */
export function compact<R>(log: AppendLog<R>, needed: (record: R) => boolean): void {
  log.entries = log.entries.filter(({ position, record }) => position > log.durable || needed(record));
}
