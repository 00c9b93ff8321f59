/**
 * A participant's database: one holding for each step of each saga, and the accounts they change. Rows are frozen and replaced, never
 * changed, so that what a crash rolls back is simply the row from before.
 */
import { canTake } from '../../primitives/tabulate.ts';
import { createLog, undurable, type AppendLog } from '../../primitives/appendLog.ts';
import type { Context, Ms, Outcome } from '../../kernel/contract.ts';
import type { Command, Deed } from './command.ts';
import { holdingTable, type HoldingEvent, type HoldingMode } from './machine.ts';
import type { ParticipantNote, ParticipantParams } from './participant.params.ts';

export interface Holding {
  readonly saga: string;
  readonly step: string;
  readonly mode: HoldingMode;
  /** How often the action has been applied and not undone; more than once only where nobody looks for duplicates. */
  readonly times: number;
  readonly account: string;
  readonly amount: number;
  readonly gives: boolean;
  readonly provisional: boolean;
  readonly locks: boolean;
  readonly atMs: Ms;
  /** The inbox: what each deed was answered. */
  readonly answers: { readonly [D in Deed]?: Outcome | undefined };
}
/** A row with other contents. Field by field: spreading what is frozen takes twenty times as long. */
export const rowWith = (row: Holding, mode: HoldingMode, times: number, locks: boolean): Holding => ({
  saga: row.saga, step: row.step, mode, times, account: row.account, amount: row.amount, gives: row.gives, provisional: row.provisional, locks, atMs: row.atMs, answers: row.answers,
});
/** The row as it is committed: for good, and so frozen. */
export const rowCommitted = (row: Holding, atMs: Ms, answers: Holding['answers']): Holding => Object.freeze({
  saga: row.saga, step: row.step, mode: row.mode, times: row.times, account: row.account, amount: row.amount, gives: row.gives, provisional: row.provisional, locks: row.locks, atMs, answers,
});
export const answersWith = ({ act, undo, confirm, query }: Holding['answers'], deed: Deed, outcome: Outcome): Holding['answers'] => Object.freeze({
  act: deed === 'act' ? outcome : act, undo: deed === 'undo' ? outcome : undo, confirm: deed === 'confirm' ? outcome : confirm, query: deed === 'query' ? outcome : query,
});
export interface Account {
  /** What the counter says is taken. */
  readonly used: number;
  /** What the holdings add up to. The two part when an update was lost. */
  readonly taken: number;
  readonly version: number;
}
/** A local transaction: what it changed, and what to say once it is on disk. */
export interface Transaction {
  readonly job: number;
  readonly key: string;
  readonly deed: Deed;
  readonly before: Holding | undefined;
  readonly after: Holding;
  readonly account: string;
  readonly accountBefore: Account | undefined;
  readonly event: HoldingEvent | null;
  /** Signed change of the account, 0 for none. */
  readonly change: number;
  readonly used: number;
  readonly note: ParticipantNote;
  readonly why: string;
  readonly outcome: Outcome;
}
export interface Lock {
  readonly saga: string;
  readonly sinceMs: Ms;
  /** Steps of the saga for which the account is locked. */
  readonly keys: readonly string[];
}
/** A command under way. `S` is where it came from: a call, or an event. */
export interface Job<S> {
  readonly id: number;
  readonly command: Command;
  readonly key: string;
  readonly attempt: number;
  /** All who wait for the answer: repeated commands join the first. */
  sources: S[];
  stage: 'waiting' | 'working' | 'committing';
  read: Account;
  sinceMs: Ms;
}
export interface Books<S> {
  holdings: Map<string, Holding>;
  accounts: Map<string, Account>;
  log: AppendLog<Transaction>;
  /** How many settled holdings have been forgotten. */
  forgotten: number;
  /** Keys of settled holdings, in the order in which they may be forgotten. */
  settled: { readonly key: string; readonly atMs: Ms }[];
  jobs: Map<number, Job<S>>;
  /** The same by key. */
  byKey: Map<string, Job<S>[]>;
  lastJob: number;
  /** Holdings which charts show as working. */
  shown: Set<string>;
  locks: Map<string, Lock>;
  queues: Map<string, number[]>;
  /** How many stand in all queues. */
  waiting: number;
  /** Levels, kept up to date with every change. */
  pending: number;
  doubled: number;
  overLimit: number;
  /** To be told at the start after a crash. */
  rolledBack: { readonly keys: readonly string[]; readonly count: number } | null;
}
export type BooksContext = Context<ParticipantParams, ParticipantNote>;
export const GAUGES = ['busy', 'waiting', 'pending', 'doubled', 'overLimit'] as const;

export const keyOf = ({ saga, step }: { readonly saga: string; readonly step: string }): string => `${saga}/${step}`;

export const openBooks = <S>(): Books<S> => ({
  holdings: new Map(), accounts: new Map(), log: createLog(), forgotten: 0, settled: [], jobs: new Map(), byKey: new Map(), lastJob: 0, shown: new Set(), locks: new Map(),
  queues: new Map(), waiting: 0, pending: 0, doubled: 0, overLimit: 0, rolledBack: null,
});

export function addJob<S>(books: Books<S>, job: Job<S>): void {
  books.jobs.set(job.id, job);
  const others = books.byKey.get(job.key);
  if (others === undefined) books.byKey.set(job.key, [job]);
  else others.push(job);
}
export function dropJob<S>(books: Books<S>, job: Job<S>): void {
  if (!books.jobs.delete(job.id)) return;
  const left = books.byKey.get(job.key)!.filter(({ id }) => id !== job.id);
  if (left.length === 0) books.byKey.delete(job.key);
  else books.byKey.set(job.key, left);
}
/** Commands under way for one step of one saga, oldest first. */
export const jobsOf = <S>(books: Books<S>, key: string): readonly Job<S>[] => books.byKey.get(key) ?? [];

export const accountOf = (books: Books<unknown>, name: string, { openingBalance }: ParticipantParams): Account =>
  books.accounts.get(name) ?? { used: openingBalance, taken: openingBalance, version: 0 };

export const isDone = (holding: Holding | undefined): holding is Holding & { readonly mode: 'held' | 'confirmed' } => holding !== undefined && (holding.mode === 'held' || holding.mode === 'confirmed');

const weigh = (holding: Holding | undefined): { pending: number; doubled: number } => {
  if (!isDone(holding)) return { pending: 0, doubled: 0 };
  return { pending: holding.mode === 'held' && holding.provisional ? holding.amount * holding.times : 0, doubled: holding.amount * (holding.times - 1) };
};
const excess = (account: Account | undefined, limit: number): number => (account === undefined || limit === 0 ? 0 : Math.max(0, account.taken - limit));

/** Puts a row and its account in place, in memory. */
export function write(books: Books<unknown>, tx: Transaction, account: Account, limit: number): void {
  const was = weigh(books.holdings.get(tx.key)), is = weigh(tx.after);
  books.pending += is.pending - was.pending;
  books.doubled += is.doubled - was.doubled;
  books.overLimit += excess(account, limit) - excess(tx.accountBefore, limit);
  books.holdings.set(tx.key, tx.after);
  if (tx.change !== 0) books.accounts.set(tx.account, account);
}

/** What a crash leaves: transactions that were not on disk are undone, newest first; open work and waiting are gone. */
export function recover<S>(books: Books<S>, params: ParticipantParams): Books<S> {
  const lost = undurable(books.log);
  const holdings = new Map(books.holdings), accounts = new Map(books.accounts);
  for (const { key, before, account, accountBefore } of lost) {
    if (before === undefined) holdings.delete(key);
    else holdings.set(key, before);
    if (accountBefore === undefined) accounts.delete(account);
    else accounts.set(account, accountBefore);
  }
  const fresh: Books<S> = { ...openBooks<S>(), holdings, accounts, forgotten: books.forgotten, settled: books.settled.slice(), lastJob: books.lastJob };
  for (const [key, holding] of holdings) {
    const { pending, doubled } = weigh(holding);
    fresh.pending += pending;
    fresh.doubled += doubled;
    if (holding.locks && holding.mode === 'held') {
      const { saga, account, atMs } = holding;
      fresh.locks.set(account, { saga, sinceMs: atMs, keys: [...(fresh.locks.get(account)?.keys ?? []), key] });
    }
  }
  for (const account of accounts.values()) fresh.overLimit += excess(account, params.limit);
  fresh.rolledBack = { keys: [...books.shown], count: Math.max(lost.length, books.jobs.size) };
  return fresh;
}

/** Drops what nobody can ask about any more. What is held stays, however old, and so does the proof that something was done twice. */
export function forget(books: Books<unknown>, nowMs: Ms, rememberMs: Ms): void {
  let gone = 0;
  for (const { key, atMs } of books.settled) {
    if (atMs + rememberMs > nowMs) break;
    gone++;
    const holding = books.holdings.get(key);
    if (holding !== undefined && holding.atMs === atMs && holding.mode !== 'held' && holding.times < 2) {
      books.holdings.delete(key);
      books.forgotten++;
    }
  }
  if (gone > 0) books.settled.splice(0, gone);
}

/** Tells the charts that a holding moved. What is being worked on shows as such only where nothing was there before. */
export function showMove(books: Books<unknown>, key: string, from: HoldingMode, event: HoldingEvent, ctx: BooksContext): void {
  const seen = books.shown.has(key) ? 'working' : from;
  if (!canTake(holdingTable, seen, event)) return;
  const to = holdingTable.next[seen][event]!;
  if (to === 'working') books.shown.add(key);
  else books.shown.delete(key);
  ctx.transition(key, seen, to, event);
}

export function showLevels(books: Books<unknown>, ctx: BooksContext): void {
  ctx.gauge(0, books.jobs.size - books.waiting);
  ctx.gauge(1, books.waiting);
  ctx.gauge(2, books.pending);
  ctx.gauge(3, books.doubled);
  ctx.gauge(4, books.overLimit);
}
