/**
 * The ledger: what the outside observer makes of the effects at the participants. Each says what it has prepared, applied (on disk, for
 * certain) and rolled back; nobody's memory is asked.
 */
import type { Json, Law, Ms } from '../../kernel/contract.ts';
import { liveness } from './doubtLaw.ts';

interface Page {
  readonly tx: string;
  parts: readonly string[];
  /** By participant: the money that its commit moved in (or out), and how often. */
  applied: Map<string, { money: number; times: number }>;
  prepared: string[];
  rolledBack: string[];
  /** First commit. */
  sinceMs: Ms;
  wrong: string;
}
interface Books {
  /** Transactions that are not complete and not wholly rolled back; and all that went wrong. */
  pages: Map<string, Page>;
  /** Of those, the ones that are committed somewhere and not yet everywhere. */
  halves: Set<string>;
  /** Complete ones: anything that still comes is one too many. */
  done: Set<string>;
  wrong: number;
  rows: Map<string, { moved: number; commits: number; rollbacks: number }>;
  complete: number;
  rolledBack: number;
  brokenAtMs: Ms | null;
}
type Effect = Parameters<Law['onEffect']>[1];

/** A commit whose counterpart is neither there nor promised for so long will never be followed by it. */
const PATIENCE_MS = 5000;
const PAGES = 5000;
const fresh = (): Books => ({ pages: new Map(), halves: new Set(), done: new Set(), wrong: 0, rows: new Map(), complete: 0, rolledBack: 0, brokenAtMs: null });
const rowOf = ({ rows }: Books, node: string): { moved: number; commits: number; rollbacks: number } => {
  let row = rows.get(node);
  if (row === undefined) rows.set(node, (row = { moved: 0, commits: 0, rollbacks: 0 }));
  return row;
};
function blame(books: Books, page: Page, why: string, atMs: Ms): void {
  if (page.wrong === '') books.wrong++;
  page.wrong = why;
  books.halves.delete(page.tx);
  books.brokenAtMs ??= atMs;
}

function apply(books: Books, { name, node, data, atMs }: Effect): void {
  const { tx, parts, money = 0 } = data as { readonly tx?: Json; readonly parts?: readonly string[]; readonly money?: number };
  if (typeof tx !== 'string' || (name !== 'prepared' && name !== 'applied' && name !== 'rolledBack')) return;
  const late = books.done.has(tx);
  if (late && name === 'prepared') return;
  let page = books.pages.get(tx);
  if (page === undefined) {
    page = { tx, parts: [], applied: new Map(), prepared: [], rolledBack: [], sinceMs: Infinity, wrong: '' };
    books.pages.set(tx, page);
    forgetOldest(books);
  }
  if (parts !== undefined && parts.length > page.parts.length) page.parts = parts;
  if (name === 'prepared') page.prepared.push(node);
  else if (name === 'rolledBack') {
    rowOf(books, node).rollbacks++;
    if (!page.rolledBack.includes(node)) page.rolledBack.push(node);
  } else {
    const row = rowOf(books, node);
    row.moved += money;
    row.commits++;
    const own = page.applied.get(node) ?? { money: 0, times: 0 };
    page.applied.set(node, { money: own.money + money, times: own.times + 1 });
    page.sinceMs = Math.min(page.sinceMs, atMs);
  }
  if (late) blame(books, page, `${name === 'applied' ? 'applied' : 'rolled back'} at ${node} after it was complete`, atMs);
  else judge(books, page, atMs);
}

function judge(books: Books, page: Page, atMs: Ms): void {
  const { applied, rolledBack, parts, tx } = page;
  const twice = [...applied].find(([, { times }]) => times > 1)?.[0];
  if (twice !== undefined) return blame(books, page, `applied twice at ${twice}`, atMs);
  if (applied.size > 0 && rolledBack.length > 0) return blame(books, page, `committed at ${[...applied.keys()].join(', ')}, rolled back at ${rolledBack.join(', ')}`, atMs);
  if (parts.length > 0 && parts.every((part) => applied.has(part))) {
    let sum = 0;
    for (const { money } of applied.values()) sum += money;
    if (sum !== 0) return blame(books, page, `moves ${sum} out of nowhere`, atMs);
    // It may have been given up for lost before.
    if (page.wrong !== '') books.wrong--;
    books.complete++;
    books.pages.delete(tx);
    books.halves.delete(tx);
    books.done.add(tx);
    if (books.done.size > PAGES) books.done.delete(books.done.values().next().value!);
  } else if (applied.size > 0 && page.wrong === '') books.halves.add(tx);
  else if (applied.size === 0 && parts.length > 0 && parts.every((part) => rolledBack.includes(part))) {
    books.pages.delete(tx);
    books.rolledBack++;
  }
}

/** Halves that wait for a promised other half may wait for long; those that wait for nothing are lost. */
function findLost(books: Books, atMs: Ms): void {
  for (const tx of books.halves) {
    const page = books.pages.get(tx)!;
    if (page.sinceMs + PATIENCE_MS > atMs) return;
    const missing = page.parts.find((part) => !page.applied.has(part) && !page.prepared.includes(part));
    if (missing !== undefined) blame(books, page, `nothing came to ${missing}`, atMs);
  }
}

function forgetOldest(books: Books): void {
  if (books.pages.size <= PAGES) return;
  for (const [tx, page] of books.pages) {
    if (page.wrong !== '' || page.applied.size > 0) continue;
    books.pages.delete(tx);
    return;
  }
}

const SHOWN = 30;
function show({ rows, pages, halves, wrong, complete, rolledBack, brokenAtMs }: Books): Json {
  let error = 0, promised = 0;
  for (const row of rows.values()) error += row.moved;
  const bad: Page[] = [];
  for (const page of pages.values()) {
    if (page.wrong !== '') bad.push(page);
    else if (halves.has(page.tx)) for (const { money } of page.applied.values()) error -= money;
    else if (page.prepared.length > page.rolledBack.length) promised++;
  }
  return {
    rows: [...rows].map(([participant, { moved, commits, rollbacks }]) => ({ account: participant, moved, commits, rollbacks })),
    totals: { error, wrong, complete, rolledBack, underWay: halves.size, promised },
    wrongTransactions: bad.slice(-SHOWN).reverse().map(({ tx, wrong: why }) => ({ transaction: tx, why })),
    brokenAtMs,
  };
}

export const atomicity: Law<Books> = {
  name: 'one outcome for all',
  why: 'A transaction was committed at one participant and rolled back, applied twice or never carried out at another.',
  init: fresh,
  onEffect(books, effect) {
    findLost(books, effect.atMs);
    apply(books, effect);
  },
  holds: ({ wrong }) => wrong === 0,
  inspect: show,
  figures: ({ wrong, complete }) => ({ halfDone: wrong, complete }),
};

interface Sums {
  moved: Map<string, number>;
  /** Transactions under way: what their commits have moved so far, and how many are to come. */
  open: Map<string, { money: number; left: string[]; sinceMs: Ms; promised: Set<string> }>;
  /** Money moved by transactions that will not be completed: what it adds up to, and how much of it there is. */
  error: number;
  misplaced: number;
  lost: Set<string>;
  brokenAtMs: Ms | null;
}
/** What the balances are off, once everything that is under way and promised is set aside. */
export const conservation: Law<Sums> = {
  name: 'no money is made or lost',
  why: 'The balances of all participants do not add up to what they were: some transfer was carried out in part, or twice.',
  init: () => ({ moved: new Map(), open: new Map(), error: 0, misplaced: 0, lost: new Set(), brokenAtMs: null }),
  onEffect(sums, { name, node, data, atMs }) {
    const { tx, parts = [], money = 0 } = data as { readonly tx?: Json; readonly parts?: readonly string[]; readonly money?: number };
    if (typeof tx !== 'string') return;
    lateSums(sums, atMs);
    let entry = sums.open.get(tx);
    if (name === 'prepared' || name === 'applied') {
      if (entry === undefined && !(name === 'prepared' && sums.lost.has(tx))) sums.open.set(tx, (entry = { money: 0, left: [...parts], sinceMs: Infinity, promised: new Set() }));
    }
    if (name === 'prepared') entry?.promised.add(node);
    if (name === 'applied' && entry !== undefined) {
      sums.moved.set(node, (sums.moved.get(node) ?? 0) + money);
      if (sums.lost.has(tx) || !entry.left.includes(node)) misplace(sums, money);
      else {
        entry.money += money;
        entry.sinceMs = Math.min(entry.sinceMs, atMs);
        entry.left = entry.left.filter((part) => part !== node);
        if (entry.left.length === 0) close(sums, tx, entry.money);
      }
    } else if (name === 'rolledBack' && entry !== undefined) close(sums, tx, entry.money);
    if (sums.error !== 0) sums.brokenAtMs ??= atMs;
  },
  holds: ({ error }) => error === 0,
  inspect({ moved, open, error, brokenAtMs }) {
    let underWay = 0;
    for (const entry of open.values()) underWay += entry.money;
    return {
      rows: [...moved].map(([participant, sum]) => ({ account: participant, moved: sum })),
      totals: { sum: [...moved.values()].reduce((a, b) => a + b, 0), underWay, error },
      brokenAtMs,
    };
  },
  figures: ({ misplaced }) => ({ moneyMisplaced: misplaced }),
};
function misplace(sums: Sums, money: number): void {
  sums.error += money;
  sums.misplaced += Math.abs(money);
}
function close(sums: Sums, tx: string, money: number): void {
  sums.open.delete(tx);
  misplace(sums, money);
  if (sums.lost.size > PAGES) sums.lost.delete(sums.lost.values().next().value!);
  sums.lost.add(tx);
}
function lateSums(sums: Sums, atMs: Ms): void {
  for (const [tx, { money, left, sinceMs, promised }] of sums.open) {
    if (sinceMs + PATIENCE_MS > atMs || left.every((part) => promised.has(part))) continue;
    close(sums, tx, money);
  }
}

/** Who commits only after everybody's Yes. */
interface Votes {
  yes: Map<string, Set<string>>;
  broken: string[];
  brokenAtMs: Ms | null;
}
export const unanimity: Law<Votes> = {
  name: 'commit only after every Yes',
  why: 'A participant committed in the second phase although somebody had not prepared.',
  init: () => ({ yes: new Map(), broken: [], brokenAtMs: null }),
  onEffect(votes, { name, node, data, atMs }) {
    const { tx, parts = [], how } = data as { readonly tx?: Json; readonly parts?: readonly string[]; readonly how?: string };
    if (typeof tx !== 'string') return;
    if (name === 'prepared') {
      const yes = votes.yes.get(tx) ?? new Set<string>();
      votes.yes.set(tx, yes.add(node));
      if (votes.yes.size > PAGES) votes.yes.delete(votes.yes.keys().next().value!);
    } else if (name === 'applied' && (how === 'commit' || how === 'heuristicCommit')) {
      const yes = votes.yes.get(tx);
      if (yes !== undefined && parts.every((part) => yes.has(part))) return;
      votes.broken.push(tx);
      votes.brokenAtMs ??= atMs;
    }
  },
  holds: ({ broken }) => broken.length === 0,
  inspect: ({ broken, brokenAtMs }) => ({ rows: broken.slice(-SHOWN).map((transaction) => ({ transaction })), totals: { broken: broken.length }, brokenAtMs }),
};

export const commitLaws: readonly Law[] = [atomicity, conservation, unanimity, liveness];
