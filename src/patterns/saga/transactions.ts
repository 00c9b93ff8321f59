/**
 * How a participant works on commands, whoever sent them: look into the inbox, wait for a lock, do the work, decide, commit, and only when
 * the commit is on disk take effect and answer. `host` says what an answer is: the reply to a call, or an event.
 */
import type { Outcome } from '../../kernel/contract.ts';
import { append, compact, sync, synced } from '../../primitives/appendLog.ts';
import type { Command } from './command.ts';
import { drawKey } from './command.ts';
import {
  accountOf, addJob, answersWith, dropJob, forget, isDone, jobsOf, keyOf, rowCommitted, rowWith, showLevels, showMove, write, type Account, type Books, type BooksContext, type Holding, type Job, type Transaction,
} from './holdings.ts';
import { enterQueue, giveWay, lockFor, unlock } from './locks.ts';
import type { HoldingEvent } from './machine.ts';
import type { ParticipantNote } from './participant.params.ts';

export interface Host<S> {
  /** Everything about the command is durable; tell whoever waits. */
  answer(source: S, command: Command, outcome: Outcome, ctx: BooksContext): void;
  /** Called when a commit has reached the disk and its effect is told, before anything is noted or answered. */
  onDisk?(job: Job<S> | undefined, tx: Transaction, ctx: BooksContext): void;
}

const DONE: Outcome = Object.freeze({ kind: 'ok', value: Object.freeze({ done: true }) });
const NOT_DONE: Outcome = Object.freeze({ kind: 'ok', value: Object.freeze({ done: false }) });
const FAILED: Outcome = Object.freeze({ kind: 'transientError', detail: 'failed before anything changed' });
const TOMBSTONED: Outcome = Object.freeze({ kind: 'permanentError', detail: 'tombstoned: its compensation came first' });
const FINAL: Outcome = Object.freeze({ kind: 'permanentError', detail: 'final: confirmed already' });
const REFUSED: Outcome = Object.freeze({ kind: 'permanentError', detail: 'refused: before' });
const BUSY: Outcome = Object.freeze({ kind: 'transientError', detail: 'still working on it' });
export const workKey = (job: number): string => `work ${job}`;

export function take<S>(books: Books<S>, command: Command, source: S, attempt: number, ctx: BooksContext, host: Host<S>): void {
  const { saga, step, deed } = command;
  const { params } = ctx;
  const key = keyOf(command);
  ctx.note('commandTaken', { saga, step, deed });
  const holding = books.holdings.get(key);
  if (params.dedupe) {
    for (const job of jobsOf(books, key)) {
      if (job.command.deed !== deed) continue;
      job.sources = [...job.sources, source];
      return;
    }
    const known = holding?.answers[deed];
    if (known !== undefined) {
      ctx.note('duplicateAnswered', { saga, step, deed });
      host.answer(source, command, known, ctx);
      return;
    }
  }
  const job: Job<S> = {
    id: ++books.lastJob, command, key, attempt, sources: [source], stage: 'working', read: accountOf(books, command.account, params), sinceMs: ctx.nowMs,
  };
  if (deed === 'query') return answerQuery(books, job, ctx, host);
  addJob(books, job);
  if (deed === 'act' && isShut(holding, params.tombstones)) return turnAway(books, job, ctx, host);
  if (deed === 'act' && command.mode === 'lock' && !lockFor(books, job, ctx)) {
    if (params.onLocked === 'wait') enterQueue(books, job, ctx);
    else lockLost(books, job, ctx, host);
    return;
  }
  begin(books, job, ctx, host);
}

/** Undone before it was done, or done and undone: with tombstones nothing may happen here any more. */
const isShut = (holding: Holding | undefined, tombstones: boolean): boolean =>
  holding !== undefined && (holding.mode === 'tombstoned' || (tombstones && holding.mode === 'undone'));

function turnAway<S>(books: Books<S>, job: Job<S>, ctx: BooksContext, host: Host<S>): void {
  const { saga, step } = job.command;
  ctx.note('zombieStopped', { saga, step });
  showMove(books, job.key, books.holdings.get(job.key)!.mode, 'blocked', ctx);
  answer(books, job, TOMBSTONED, ctx, host);
}

/** The work begins. What needs none is committed at once: a confirm, and an undo that finds nothing. */
export function begin<S>(books: Books<S>, job: Job<S>, ctx: BooksContext, host: Host<S>): void {
  const { deed, account } = job.command;
  const holding = books.holdings.get(job.key);
  job.stage = 'working';
  job.read = accountOf(books, account, ctx.params);
  if (deed === 'confirm' || (deed === 'undo' && !isDone(holding))) return worked(books, job, ctx, host);
  if (deed === 'act' && (holding === undefined || holding.mode === 'absent')) showMove(books, job.key, 'absent', 'commandTaken', ctx);
  ctx.after(timeOf(job, ctx), workKey(job.id), 'completion');
  showLevels(books, ctx);
}

/** Keyed like all draws by saga and attempt; only a call tells how slow the node is just now. */
function timeOf<S>({ command: { deed }, key, attempt, sources }: Job<S>, ctx: BooksContext): number {
  const { workTime, undoTime } = ctx.params;
  const time = deed === 'act' ? workTime : undoTime;
  const [source] = sources;
  const slow = isCall(source) ? ctx.work({ kind: 'constant', ms: 1 }, source) : 1;
  return ctx.sample(time, deed, drawKey(key, attempt)) * slow;
}
const isCall = (source: unknown): source is import('../../kernel/contract.ts').Call => typeof source === 'object' && source !== null && 'rootId' in source;

/** The work is done: decide and commit, or fail without a trace. */
export function worked<S>(books: Books<S>, job: Job<S>, ctx: BooksContext, host: Host<S>): void {
  const { deed, saga, step, account: name } = job.command;
  const { params } = ctx;
  const holding = books.holdings.get(job.key);
  const account = accountOf(books, name, params);
  if (deed === 'confirm') {
    if (holding?.mode === 'held') commit(books, job, rowWith(holding, 'confirmed', holding.times, false), 'confirmed', 0, account, 'confirmed', '', DONE, ctx);
    else answer(books, job, DONE, ctx, host);
    return;
  }
  if (deed === 'undo') return undo(books, job, holding, account, ctx, host);
  if (isShut(holding, params.tombstones)) return turnAway(books, job, ctx, host);
  if (holding?.mode === 'refused') return answer(books, job, holding.answers.act ?? REFUSED, ctx, host);
  if (ctx.uniform('transient', drawKey(job.key, job.attempt)) < params.transientRatio) return fail(books, job, ctx, host);
  if (job.command.mode === 'reread' && account.version !== job.read.version) {
    ctx.note('startedOver', { saga, step, account: name });
    return begin(books, job, ctx, host);
  }
  act(books, job, holding, account, ctx, host);
}

function act<S>(books: Books<S>, job: Job<S>, holding: Holding | undefined, account: Account, ctx: BooksContext, host: Host<S>): void {
  const { saga, step, account: name, amount, gives, mode, provisional } = job.command;
  const { params } = ctx;
  const seen = mode === 'overwrite' ? job.read.used : account.used;
  const change = gives ? -amount : amount;
  const row: Holding = holding ?? { saga, step, mode: 'absent', times: 0, account: name, amount, gives, provisional, locks: false, atMs: ctx.nowMs, answers: {} };
  const refusal = ctx.uniform('refuse', drawKey(job.key)) < params.refuseRatio ? 'no'
    : !gives && params.limit > 0 && seen + amount > params.limit ? `${name} has ${params.limit - seen} left of ${params.limit}`
    : gives && seen < amount ? `${name} has nothing to give back` : '';
  if (refusal !== '') {
    const outcome: Outcome = { kind: 'permanentError', detail: `refused: ${refusal}` };
    if (params.dedupe && row.mode === 'absent') return commit(books, job, rowWith(row, 'refused', row.times, row.locks), 'refused', 0, account, 'refused', refusal, outcome, ctx);
    // Without an inbox nothing is remembered of a refusal.
    ctx.note('refused', { saga, step, why: refusal });
    if (!anotherWorks(books, job)) showMove(books, job.key, row.mode, 'failed', ctx);
    return answer(books, job, outcome, ctx, host);
  }
  const repeats = isDone(holding);
  const next: Account = { used: seen + change, taken: account.taken + change, version: account.version + 1 };
  const after: Holding = { ...rowWith(row, repeats ? row.mode : 'held', row.times + 1, mode === 'lock'), amount, provisional };
  const outcome: Outcome = { kind: 'ok', value: { [`${step}Id`]: job.key } };
  commit(books, job, after, repeats ? 'repeated' : 'committed', change, next, repeats ? 'repeated' : 'committed', '', outcome, ctx);
}

function undo<S>(books: Books<S>, job: Job<S>, holding: Holding | undefined, account: Account, ctx: BooksContext, host: Host<S>): void {
  const { saga, step, account: name, amount, gives, provisional, mode } = job.command;
  const { params } = ctx;
  if (holding?.mode === 'confirmed') return answer(books, job, FINAL, ctx, host);
  if (isDone(holding)) {
    if (ctx.uniform('undoFails', drawKey(job.key, job.attempt)) < params.undoFailRatio) return fail(books, job, ctx, host);
    // With an inbox the action was done once; without one, an undo takes back one time.
    const times = holding.times - 1;
    const change = holding.gives ? holding.amount : -holding.amount;
    const seen = mode === 'overwrite' ? job.read.used : account.used;
    const next: Account = { used: seen + change, taken: account.taken + change, version: account.version + 1 };
    const after = rowWith(holding, times > 0 ? 'held' : 'undone', times, times > 0 && holding.locks);
    return commit(books, job, after, times > 0 ? null : 'undone', change, next, 'undone', '', DONE, ctx);
  }
  if (holding !== undefined && (holding.mode === 'undone' || holding.mode === 'tombstoned')) return answer(books, job, DONE, ctx, host);
  if (!params.tombstones && mode !== 'file') {
    ctx.note('nothingToUndo', { saga, step });
    return answer(books, job, DONE, ctx, host);
  }
  const row: Holding = holding ?? { saga, step, mode: 'absent', times: 0, account: name, amount, gives, provisional, locks: false, atMs: ctx.nowMs, answers: {} };
  commit(books, job, rowWith(row, 'tombstoned', row.times, row.locks), tombstoneEvent(books, job.key), 0, account, 'tombstoned', '', DONE, ctx);
}
const tombstoneEvent = (books: Books<unknown>, key: string): HoldingEvent => (books.shown.has(key) ? 'overtaken' : 'undoneBeforeDone');

/** Done, or not done; and what is not done by now never will be, if tombstones are on. */
function answerQuery<S>(books: Books<S>, job: Job<S>, ctx: BooksContext, host: Host<S>): void {
  const { saga, step, account: name, amount, gives, provisional } = job.command;
  for (const other of jobsOf(books, job.key)) if (other.command.deed === 'act' && other.stage === 'committing') return answer(books, job, BUSY, ctx, host);
  const holding = books.holdings.get(job.key);
  const done = isDone(holding);
  ctx.note('outcomeAsked', { saga, step, answer: done ? 'done' : 'not done' });
  if (done || !ctx.params.tombstones || (holding !== undefined && holding.mode !== 'refused')) return answer(books, job, done ? DONE : NOT_DONE, ctx, host);
  addJob(books, job);
  const row: Holding = holding ?? { saga, step, mode: 'absent', times: 0, account: name, amount, gives, provisional, locks: false, atMs: ctx.nowMs, answers: {} };
  commit(books, job, rowWith(row, 'tombstoned', row.times, row.locks), tombstoneEvent(books, job.key), 0, accountOf(books, name, ctx.params), 'tombstoned', '', NOT_DONE, ctx);
}

function commit<S>(
  books: Books<S>, job: Job<S>, after: Holding, event: HoldingEvent | null, change: number, account: Account, note: ParticipantNote, why: string, outcome: Outcome,
  ctx: BooksContext,
): void {
  const { key, command } = job;
  const { params } = ctx;
  const before = books.holdings.get(key);
  const accountBefore = books.accounts.get(command.account);
  const row = rowCommitted(after, ctx.nowMs, params.dedupe ? answersWith(after.answers, command.deed, outcome) : Object.freeze(after.answers));
  const tx: Transaction = Object.freeze({
    job: job.id, key, deed: command.deed, before, after: row, account: command.account, accountBefore, event, change, used: account.used, note, why, outcome,
  });
  job.stage = 'committing';
  write(books, tx, Object.freeze(account), params.limit);
  append(books.log, tx);
  sync(books.log, params.fsyncMs, ctx);
}

/** Commits have reached the disk: only now do they take effect and are answered. What is on disk is so for all of them before anything is said. */
export function settleCommits<S>(books: Books<S>, ctx: BooksContext, host: Host<S>): void {
  const { params } = ctx;
  const durable = synced(books.log, params.fsyncMs, ctx);
  for (const tx of durable) {
    const { saga, step } = tx.after;
    if (tx.change !== 0) {
      ctx.effect(tx.deed === 'undo' ? 'undone' : 'done', {
        saga, step, resource: params.resource, account: tx.account, change: tx.change, used: tx.used, limit: params.limit, opening: params.openingBalance,
      });
    }
    host.onDisk?.(books.jobs.get(tx.job), tx, ctx);
    if (tx.event !== null) showMove(books, tx.key, tx.before?.mode ?? 'absent', tx.event, ctx);
    if (tx.after.mode !== 'held') books.settled.push(Object.freeze({ key: tx.key, atMs: tx.after.atMs }));
  }
  compact(books.log, () => false);
  forget(books, ctx.nowMs, params.rememberMs);
  for (const tx of durable) {
    const { saga, step } = tx.after;
    const job = books.jobs.get(tx.job);
    ctx.note(tx.note, { saga, step, why: tx.why });
    if (!tx.after.locks) unlock(books, tx.account, tx.key, ctx, (next) => begin(books, next, ctx, host));
    if (job !== undefined) answer(books, job, tx.outcome, ctx, host);
  }
  showLevels(books, ctx);
}

function fail<S>(books: Books<S>, job: Job<S>, ctx: BooksContext, host: Host<S>): void {
  const { saga, step, deed } = job.command;
  ctx.note('failedForNow', { saga, step, deed });
  if (deed === 'act' && !anotherWorks(books, job)) showMove(books, job.key, books.holdings.get(job.key)?.mode ?? 'absent', 'failed', ctx);
  answer(books, job, FAILED, ctx, host);
}
const anotherWorks = <S>(books: Books<S>, { id, key }: Job<S>): boolean => jobsOf(books, key).some((job) => job.id !== id && job.command.deed === 'act');

/** The lock did not come. */
export function lockLost<S>(books: Books<S>, job: Job<S>, ctx: BooksContext, host: Host<S>): void {
  const { saga, account } = job.command;
  const holder = giveWay(books, job);
  ctx.note('lockTimedOut', { saga, account, holder });
  answer(books, job, { kind: 'transientError', detail: `locked by ${holder}` }, ctx, host);
}

function answer<S>(books: Books<S>, job: Job<S>, outcome: Outcome, ctx: BooksContext, host: Host<S>): void {
  dropJob(books, job);
  for (const source of job.sources) host.answer(source, job.command, outcome, ctx);
  // An action that came to nothing gives back the lock that it took at its beginning.
  if (job.command.deed === 'act' && books.holdings.get(job.key)?.locks !== true) unlock(books, job.command.account, job.key, ctx, (next) => begin(books, next, ctx, host));
  showLevels(books, ctx);
}
