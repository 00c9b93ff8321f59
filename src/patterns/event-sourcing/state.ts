/** What the command service keeps: only commands under way and counts. Everything else is in the log, which is the point. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import { createHistogram, type Histogram } from '../../kernel/histogram.ts';
import { NO_ACCOUNT, type Account, type Command } from './account.ts';
import type { CommandMode } from './machine.ts';
import type { SourcingNote, SourcingParams } from './params.ts';

/** A question or a command under way, from its call to its answer. */
export interface Ticket {
  readonly call: Call;
  readonly account: string;
  /** null: a question about the account. */
  readonly command: Command | null;
  readonly maxRetries: number;
  mode: CommandMode;
  /** Tries used up by conflicts and silence. */
  retries: number;
  /** Call to the store under way. */
  child: Call | null;
  loadedMs: Ms;
  /** What was loaded, folded by `schema`. */
  state: Account;
  version: number;
  schema: number;
  /** Events since the snapshot that the load began with. */
  tail: number;
  tookMs: Ms;
  locked: boolean;
  /** A question about the past: up to which position. */
  until: number | null;
  /** It was asked about a time before the account was opened. */
  early: boolean;
  waitFromMs: Ms;
  waitUntilMs: Ms;
}
export interface Recent { readonly atMs: Ms; readonly account: string; readonly deed: string; readonly amount: string; readonly result: string; readonly tries: number; readonly events: number; readonly tookMs: Ms }
export interface SourcingState {
  tickets: Map<number, Ticket>;
  /** One after the other: who is at work or waits, by account; the first is at work. */
  lines: Map<string, number[]>;
  /** The command that the chart follows; 0: none. */
  followed: number;
  shownMode: CommandMode;
  loads: Histogram;
  recent: Recent[];
  /** Told of what took longest so far, so that the note comes seldom. */
  longest: number;
  counts: {
    commands: number; accepted: number; rejected: number; answered: number; failed: number; cancelled: number;
    loads: number; folded: number; appends: number; conflicts: number; firstTryConflicts: number; firstTries: number; retried: number; sentAgain: number;
    snapshots: number; snapshotHits: number; discarded: number; upcasted: number; passedOver: number; mails: number;
  };
}
export type Ctx = Context<SourcingParams, SourcingNote>;
export const GAUGE = { underWay: 0, lastLoadMs: 1, replayed: 2 } as const;

export const newTicket = (call: Call, command: Command | null, maxRetries: number): Ticket => ({
  call, account: call.entity, command, maxRetries, mode: 'waiting', retries: 0, child: null, loadedMs: 0, state: NO_ACCOUNT, version: -1, schema: 0, tail: 0, tookMs: 0, locked: false, until: null, early: false, waitFromMs: 0, waitUntilMs: 0,
});
export const createState = (): SourcingState => ({
  tickets: new Map(), lines: new Map(), followed: 0, shownMode: 'waiting', loads: createHistogram(), recent: [], longest: 0,
  counts: {
    commands: 0, accepted: 0, rejected: 0, answered: 0, failed: 0, cancelled: 0, loads: 0, folded: 0, appends: 0, conflicts: 0, firstTryConflicts: 0, firstTries: 0, retried: 0, sentAgain: 0,
    snapshots: 0, snapshotHits: 0, discarded: 0, upcasted: 0, passedOver: 0, mails: 0,
  },
});
