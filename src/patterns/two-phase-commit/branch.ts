/** A participant's state: accounts, locks, its durable log, and a branch for each transaction that is not over. */
import type { Call, Context, Ms, NodeId, Outcome } from '../../kernel/contract.ts';
import { append, sync, type AppendLog, createLog } from '../../primitives/appendLog.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { freeLock, type LockTable } from './locks.ts';
import { participantTable, type ParticipantEvent, type ParticipantMode } from './machine.ts';
import type { ParticipantNote, ParticipantParams } from './participant.params.ts';
import type { Brief, Decision } from './transaction.ts';

export type ParticipantContext = Context<ParticipantParams, ParticipantNote>;

/** What the log holds. `decided` is the end of a branch; what it did is applied in the step that finds it durable. */
export type BranchRecord =
  | { readonly kind: 'prepared'; readonly brief: Brief }
  | { readonly kind: 'preCommitted'; readonly tx: string }
  | { readonly kind: 'decided'; readonly tx: string; readonly how: How; readonly brief: Brief };
export type How = 'commit' | 'abort' | 'onePhase' | 'heuristicCommit' | 'heuristicRollback' | 'again';

/** A round of questions to peers (cooperative and three-phase termination). */
export interface Round {
  waiting: number[];
  /** What those that answered say. */
  said: Map<NodeId, string>;
  /** `align`: somebody knows that all voted Yes; the others are brought to know it before anybody commits. */
  stage: 'ask' | 'align';
}
export interface Branch {
  readonly brief: Brief;
  mode: ParticipantMode;
  /** What is being written; '' nothing. */
  writing: '' | BranchRecord['kind'];
  how: How | '';
  /** Calls that are answered when what they ask for is on disk. */
  callers: Call[];
  /** How many of the changes have their lock. */
  locked: number;
  sinceMs: Ms;
  preparedMs: Ms;
  inDoubt: boolean;
  /** Back from a crash: it may not speak for itself when the others find out what to do without the coordinator. */
  recovered: boolean;
  /** Questions asked so far. */
  asked: number;
  round: Round | null;
}
export interface Finished {
  readonly decision: Decision | 'none';
  /** Decided on its own, and the coordinator has not been told yet. */
  readonly heuristic: boolean;
  readonly durable: boolean;
  readonly brief: Brief;
}
export interface ParticipantState {
  /** Balances as the disk has them; a row that is not there has the opening balance. */
  balances: Map<string, number>;
  entries: number;
  locks: LockTable;
  log: AppendLog<BranchRecord>;
  branches: Map<string, Branch>;
  finished: Map<string, Finished>;
  /** Whom a question was sent, by the call's id. */
  asks: Map<number, { readonly tx: string; readonly whom: NodeId; readonly purpose: 'ask' | 'align' }>;
  /** Transactions that a crash took while they were working; the machine is told at the start. */
  lost: string[];
  inDoubt: number;
  waiting: number;
  committed: number;
  aborted: number;
  forcedWrites: number;
  restarts: number;
  lockHoldMs: Ms;
  longestDoubtMs: Ms;
}
export const GAUGE = { inDoubt: 0, locked: 1, waiting: 2 } as const;
export const waitKey = (tx: string): string => `wait ${tx}`;
export const doubtKey = (tx: string): string => `doubt ${tx}`;
export const roundKey = (tx: string): string => `round ${tx}`;

export const createParticipant = (): ParticipantState => ({
  balances: new Map(), entries: 0, locks: new Map(), log: createLog(), branches: new Map(), finished: new Map(), asks: new Map(), lost: [],
  inDoubt: 0, waiting: 0, committed: 0, aborted: 0, forcedWrites: 0, restarts: 0, lockHoldMs: 0, longestDoubtMs: 0,
});
export const createBranch = (brief: Brief, nowMs: Ms): Branch => ({
  brief, mode: participantTable.initial, writing: '', how: '', callers: [], locked: 0, sinceMs: nowMs, preparedMs: 0, inDoubt: false, recovered: false, asked: 0, round: null,
});

export function moveBranch(branch: Branch, event: ParticipantEvent, ctx: ParticipantContext): void {
  const from = branch.mode;
  branch.mode = nextState(participantTable, from, event);
  ctx.transition(branch.brief.tx, from, branch.mode, event);
}
export const isPrepared = ({ mode }: Branch): boolean => mode === 'prepared' || mode === 'preCommitted';

/** Forces a record to disk; what is to happen when it is there, `settle` does. */
export function force(state: ParticipantState, branch: Branch, record: BranchRecord, ctx: ParticipantContext): void {
  branch.writing = record.kind;
  if (record.kind === 'decided') branch.how = record.how;
  state.forcedWrites++;
  append(state.log, Object.freeze(record));
  sync(state.log, ctx.sample(ctx.params.fsyncTime, 'fsync'), ctx);
}

export function showGauges(state: ParticipantState, ctx: ParticipantContext): void {
  ctx.gauge(GAUGE.inDoubt, state.inDoubt);
  ctx.gauge(GAUGE.locked, state.locks.size);
  ctx.gauge(GAUGE.waiting, state.waiting);
}

export const balanceOf = (state: ParticipantState, row: string, { openingBalance }: ParticipantParams): number => state.balances.get(row) ?? openingBalance;

/** Rows that a transaction has to lock: each once, in one order for everybody, so that one participant alone has no deadlocks. */
export const rowsOf = ({ changes }: Brief): readonly string[] => [...new Set(changes.filter(({ kind }) => kind !== 'entry').map(({ row }) => row))].sort();

/** Frees all locks of a branch; gives those who hold one of them now. */
export function freeLocks(state: ParticipantState, branch: Branch, ctx: ParticipantContext): string[] {
  const { tx } = branch.brief;
  const next: string[] = [];
  for (const row of rowsOf(branch.brief)) {
    const lock = state.locks.get(row);
    if (lock === undefined) continue;
    if (lock.holder === tx) state.lockHoldMs += ctx.nowMs - lock.sinceMs;
    const waiter = freeLock(state.locks, row, tx, ctx.nowMs);
    if (waiter !== undefined && !next.includes(waiter)) next.push(waiter);
  }
  branch.locked = 0;
  return next;
}

/** Answers everybody who waits for this branch. */
export function answerAll(branch: Branch, outcome: Outcome, ctx: ParticipantContext): void {
  const { callers } = branch;
  branch.callers = [];
  for (const call of callers) ctx.reply(call, outcome);
}

/** Remembers how a transaction ended, for repeated and late messages. */
export function remember(state: ParticipantState, tx: string, entry: Finished, { keepFinished }: ParticipantParams): void {
  state.finished.delete(tx);
  state.finished.set(tx, Object.freeze(entry));
  if (state.finished.size > keepFinished) state.finished.delete(state.finished.keys().next().value!);
}
