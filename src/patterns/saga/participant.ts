/** A participant that takes commands as calls: the payload is a command, the answer says whether it is done. */
import type { Call, Engine, Inspection, Invariant, Json } from '../../kernel/contract.ts';
import { FSYNC } from '../../primitives/appendLog.ts';
import { readCommand } from './command.ts';
import { GAUGES, isDone, openBooks, recover, showLevels, showMove, type Books, type BooksContext } from './holdings.ts';
import { lockTimer } from './locks.ts';
import type { ParticipantNote, ParticipantParams } from './participant.params.ts';
import { lockLost, settleCommits, take, workKey, worked, type Host } from './transactions.ts';

const host: Host<Call> = { answer: (call, _command, outcome, ctx) => ctx.reply(call, outcome) };

/** Timers of the books; false for a timer that is none of theirs. */
export function onBooksTimer<S>(books: Books<S>, key: string | number, ctx: BooksContext, who: Host<S>): boolean {
  if (key === FSYNC) {
    settleCommits(books, ctx, who);
    return true;
  }
  const name = String(key);
  const job = books.jobs.get(Number(name.slice(name.indexOf(' ') + 1)));
  if (job === undefined) return false;
  if (name === workKey(job.id)) worked(books, job, ctx, who);
  else if (name === lockTimer(job.id)) lockLost(books, job, ctx, who);
  else return false;
  return true;
}

/** Tells what the crash undid. */
export function tellRecovery<S>(books: Books<S>, ctx: BooksContext): void {
  if (books.rolledBack !== null) {
    const { keys, count } = books.rolledBack;
    for (const key of keys) books.shown.add(key);
    for (const key of keys) showMove(books, key, 'working', 'crashed', ctx);
    books.rolledBack = null;
    if (count > 0) ctx.note('rolledBack', { count });
  }
  showLevels(books, ctx);
}

const SHOWN = 40;
const last = <T>(map: ReadonlyMap<string, T>, count: number): [string, T][] => {
  const skip = Math.max(0, map.size - count);
  const found: [string, T][] = [];
  let at = 0;
  for (const entry of map) if (at++ >= skip) found.push(entry);
  return found.reverse();
};

export function inspectBooks<S>(books: Books<S>, params: ParticipantParams): Inspection {
  const { jobs, waiting, locks, accounts, holdings, pending, doubled, overLimit } = books;
  const wrong = overLimit > 0 || doubled > 0;
  const table = [...accounts].slice(0, SHOWN).map(([name, { used, taken }]): Json => ({ account: name, counter: used, truly: taken, limit: params.limit === 0 ? null : params.limit }));
  const rows = last(holdings, SHOWN);
  return {
    mode: waiting > 0 ? `${waiting} wait for a lock` : jobs.size > 0 ? `${jobs.size} at work` : 'idle',
    tone: wrong ? 'alert' : waiting > 0 ? 'warn' : jobs.size > 0 ? 'active' : 'calm',
    meters: { atWork: jobs.size - waiting, waiting, pending, doubled, overLimit, locks: locks.size, accounts: accounts.size },
    machines: rows.map(([key, { mode }]) => ({ instance: key, state: books.shown.has(key) ? 'working' : mode })),
    views: {
      accounts: table,
      holdings: rows.map(([, { saga, step, mode, times, account, amount }]): Json => ({ saga, step, state: mode, times, account, amount })),
      locks: [...locks].slice(0, SHOWN).map(([account, { saga, sinceMs }]): Json => ({ account, saga, sinceMs })),
    },
  };
}

/** Adding everything up at every check is for small worlds; tests have many of those. */
const FEW = 100;
const sum = (books: Books<unknown>, account: string): number => {
  let total = 0;
  for (const holding of books.holdings.values()) if (isDone(holding) && holding.account === account) total += (holding.gives ? -1 : 1) * holding.amount * holding.times;
  return total;
};
export const booksInvariants: readonly Invariant<ParticipantParams, { readonly books: Books<unknown> }>[] = [
  {
    name: 'levels are what the holdings add up to', why: 'A level shown to the outside and the rows of the database disagree.',
    holds({ books }) {
      if (books.holdings.size > FEW) return true;
      let pending = 0, doubled = 0;
      for (const holding of books.holdings.values()) {
        if (!isDone(holding)) continue;
        if (holding.mode === 'held' && holding.provisional) pending += holding.amount * holding.times;
        doubled += holding.amount * (holding.times - 1);
      }
      return pending === books.pending && doubled === books.doubled;
    },
  },
  {
    name: 'an account’s holdings are in its balance', why: 'What holdings take from an account is not what the account says was taken.',
    holds({ books }) {
      // What was taken at the start has no holding, so the balance may be higher.
      if (books.holdings.size > FEW || books.forgotten > 0) return true;
      let seen = 0;
      for (const [name, { taken }] of books.accounts) {
        if (++seen > 8) return true;
        if (sum(books, name) > taken) return false;
      }
      return true;
    },
  },
  {
    name: 'a lock has a holder and a queue has a lock', why: 'A command waits for an account that nobody holds: it would wait for nothing.',
    holds({ books }) {
      for (const account of books.queues.keys()) if (!books.locks.has(account)) return false;
      for (const { keys } of books.locks.values()) if (keys.length === 0) return false;
      return true;
    },
  },
];

export interface ParticipantState {
  books: Books<Call>;
}
export const participant: Engine<ParticipantParams, ParticipantState, ParticipantNote> = {
  gauges: GAUGES,
  init: () => ({ books: openBooks() }),
  onStart: (state, ctx) => tellRecovery(state.books, ctx),
  onRestart: (state, params) => ({ books: recover(state.books, params) }),
  onRequest(state, call, ctx) {
    const command = readCommand(call.payload);
    if (command === undefined) ctx.reply(call, { kind: 'permanentError', detail: `unknownCommand: ${call.op}` });
    else take(state.books, command, call, call.attempt, ctx, host);
  },
  onTimer(state, key, ctx) { onBooksTimer(state.books, key, ctx, host); },
  onParams(state, before, ctx) {
    const { limit } = ctx.params;
    if (limit === before.limit) return;
    state.books.overLimit = 0;
    if (limit > 0) for (const { taken } of state.books.accounts.values()) state.books.overLimit += Math.max(0, taken - limit);
    showLevels(state.books, ctx);
  },
  inspect: (state, params) => inspectBooks(state.books, params),
  invariants: booksInvariants,
};
