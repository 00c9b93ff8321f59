/** The plain data of a consumer. All of it is memory: what matters lies in the database. */
import type { Call, Context, Message } from '../../kernel/contract.ts';
import type { InboxMode } from './machine.ts';
import type { Credit, DbOp } from './messages.ts';
import type { InboxNote, InboxParams } from './params.ts';

export type InboxContext = Context<InboxParams, InboxNote>;
export type Step = DbOp | 'work' | 'mail';
/** A delivery in hand. Its rules are those of the moment when it came. */
export interface Hand {
  readonly number: number;
  readonly message: Message;
  readonly id: string;
  readonly key: string;
  readonly credit: Credit;
  readonly steps: readonly Step[];
  /** For each account one after the other. */
  readonly serial: boolean;
  done: number;
  mode: InboxMode;
  /** Has a worker. */
  busy: boolean;
  attempts: number;
  failing: boolean;
}
export interface InboxState {
  hands: Map<number, Hand>;
  /** Waiting for a worker, in order of arrival. */
  line: number[];
  /** Questions to the database (and to the mail) → delivery, or 0 for a clean-up. */
  asking: Map<number, { readonly call: Call; readonly hand: number }>;
  busy: number;
  arrivals: number;
  /** Modes of what a crash found in hand. */
  lost: { instance: string; mode: InboxMode }[];
  crashes: number;
  counts: { delivered: number; processed: number; done: number; skipped: number; deferred: number; retried: number; dead: number; givenUp: number; forgotten: number };
  newest: { key: string; mode: InboxMode } | null;
}
export const createInbox = (): InboxState => ({
  hands: new Map(), line: [], asking: new Map(), busy: 0, arrivals: 0, lost: [], crashes: 0,
  counts: { delivered: 0, processed: 0, done: 0, skipped: 0, deferred: 0, retried: 0, dead: 0, givenUp: 0, forgotten: 0 }, newest: null,
});
export const instanceOf = ({ key, number }: Hand): string => `${key}#${number}`;
export function afterCrash(state: InboxState): InboxState {
  const lost = [...state.hands.values()].map((hand) => ({ instance: instanceOf(hand), mode: hand.mode }));
  return { ...createInbox(), arrivals: state.arrivals, crashes: state.crashes + 1, lost, counts: { ...state.counts, forgotten: state.counts.forgotten + lost.length } };
}
