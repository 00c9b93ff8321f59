/** The ledger: how much was really let through for each key, by all gateways together, in the worst stretch of time. */
import type { Json, Law, Ms } from '../../kernel/contract.ts';

interface Account {
  /** What was admitted within the last window, oldest first; those before `head` are gone. */
  atMs: number[];
  cost: number[];
  head: number;
  sum: number;
  most: number;
  mostAtMs: Ms;
  promised: number;
  windowMs: Ms;
  admitted: number;
  /** Admitted while the promise was used up already. */
  excess: number;
}
interface Books {
  readonly accounts: Map<string, Account>;
  admitted: number;
  broken: number;
}
const KEPT = 20_000;
const ROUNDING = 1e-6;

function forget(account: Account, nowMs: Ms): void {
  const { atMs, cost, windowMs } = account;
  while (account.head < atMs.length && (atMs[account.head]! + windowMs <= nowMs || atMs.length - account.head > KEPT)) account.sum -= cost[account.head++]!;
  if (account.head < 64 || account.head * 2 < atMs.length) return;
  atMs.splice(0, account.head);
  cost.splice(0, account.head);
  account.head = 0;
}

export const limitKept: Law<Books> = {
  name: 'nobody gets more than the limit',
  why: 'In some stretch of one window’s length a key got more than the limit says: over all gateways, and wherever that stretch begins.',
  init: () => ({ accounts: new Map(), admitted: 0, broken: 0 }),
  onEffect(books, { atMs, name, data }) {
    if (name !== 'admitted') return;
    const { policy, key, cost, most, windowMs } = data as { readonly policy: string; readonly key: string; readonly cost: number; readonly most: number | null; readonly windowMs: number };
    books.admitted += cost;
    if (most === null) return;
    const id = `${policy}:${key}`;
    let account = books.accounts.get(id);
    if (account === undefined || account.windowMs !== windowMs || account.promised !== most) {
      // Another promise: what was let through under the old one is not held against it.
      account = { atMs: [], cost: [], head: 0, sum: 0, most: account?.most ?? 0, mostAtMs: account?.mostAtMs ?? 0, promised: most, windowMs, admitted: account?.admitted ?? 0, excess: account?.excess ?? 0 };
      books.accounts.set(id, account);
    }
    forget(account, atMs);
    account.atMs.push(atMs);
    account.cost.push(cost);
    account.sum += cost;
    account.admitted += cost;
    if (account.sum > account.most) { account.most = account.sum; account.mostAtMs = atMs; }
    if (account.sum <= account.promised + ROUNDING) return;
    account.excess += cost;
    books.broken++;
  },
  holds: ({ broken }) => broken === 0,
  inspect: ({ accounts }) => Array.from(accounts, ([key, { admitted, most, promised, excess }]): Json => ({ key, admitted, mostInWindow: Math.round(most * 100) / 100, limit: Math.round(promised * 100) / 100, excess })).slice(0, 60),
  figures({ accounts, admitted }) {
    let mostInWindow = 0, excess = 0;
    for (const account of accounts.values()) { mostInWindow = Math.max(mostInWindow, account.most); excess += account.excess; }
    return { admitted, mostInWindow, excess };
  },
};

export const laws: readonly Law[] = [limitKept];
