/** The plain data of a relay. Nothing of it survives a crash but its counters: what matters lies in the database. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import { createHistogram } from '../../kernel/histogram.ts';
import type { RelayMode } from './machine.ts';
import type { OutboxNote, OutboxParams } from './params.ts';
import type { Question, RowToPublish } from './rows.ts';

export type RelayContext = Context<OutboxParams, OutboxNote>;
/** A batch under way. Its rules are those of the moment when it was asked for. */
export interface Job {
  readonly question: Question;
  readonly markFirst: boolean;
  readonly concurrency: number;
  readonly token: number;
  readonly rows: readonly RowToPublish[];
  /** Not begun yet, by index in `rows`, ascending. */
  waiting: number[];
  /** Publications under way: call → index, and the calls themselves. */
  out: Map<number, number>;
  calls: Map<number, Call>;
  /** Positions. */
  published: number[];
  failed: { position: number; waitMs: Ms }[];
  /** Aggregates behind a failure; in global order one is enough. */
  held: Set<string>;
}
export interface RelayState {
  mode: RelayMode;
  stopping: boolean;
  /** The question or report that waits for its answer. */
  asking: Call | null;
  question: Question | null;
  job: Job | null;
  counts: { looks: number; batches: number; published: number; failed: number; again: number; reportsLost: number; fenced: number; crashes: number };
  lag: ReturnType<typeof createHistogram>;
  /** A crash caught it there. */
  diedIn: RelayMode | null;
  lostRows: number;
  recent: { atMs: Ms; event: string; lagMs: Ms; times: number }[];
}
export const createRelay = (): RelayState => ({
  mode: 'waiting', stopping: false, asking: null, question: null, job: null,
  counts: { looks: 0, batches: 0, published: 0, failed: 0, again: 0, reportsLost: 0, fenced: 0, crashes: 0 },
  lag: createHistogram(), diedIn: null, lostRows: 0, recent: [],
});
export const afterRelayCrash = ({ counts, lag, mode, job, recent }: RelayState): RelayState => ({
  ...createRelay(), counts: { ...counts, crashes: counts.crashes + 1 }, lag, recent, diedIn: mode, lostRows: job === null ? 0 : job.rows.length,
});
