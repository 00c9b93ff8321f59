/** The ledger: what really happened to the money, as the outside observer saw it, against what the systems say. */
import type { Json, Law } from '../../kernel/contract.ts';

type Data = { readonly [key: string]: Json };
interface Truth {
  /** Balance by version, from `base` on: index 0 is that of version `base`. */
  readonly base: number;
  readonly balances: number[];
  readonly limits: number[];
}
interface Books { accounts: Map<string, Truth>; rows: Map<string, number> }

/** Writes an effect down. Gives the account's truth if it changed. */
function book({ accounts }: Books, name: string, data: Data): Truth | null {
  const account = String(data['account'] ?? data['key']);
  if (name === 'opened') {
    if (!accounts.has(account)) accounts.set(account, { base: data['version'] as number, balances: [data['balance'] as number], limits: [data['limit'] as number] });
    return null;
  }
  const truth = accounts.get(account);
  if (truth === undefined || (name !== 'stored' && name !== 'applied')) return null;
  const delta = name === 'stored' ? data['delta'] : (data['value'] as Data)['delta'];
  truth.balances.push(truth.balances.at(-1)! + (delta as number));
  truth.limits.push((data['limit'] as number | null | undefined) ?? truth.limits.at(-1)!);
  return truth;
}
const at = ({ base, balances, limits }: Truth, version: number): { readonly balance: number; readonly limit: number } | null => {
  const i = version - base;
  return i >= 0 && i < balances.length ? { balance: balances[i]!, limit: limits[i]! } : null;
};
const emptyBooks = (): Books => ({ accounts: new Map(), rows: new Map() });

interface Overdrawn extends Books { overdrafts: number; overdrawnCents: number; moves: number }
export const neverBelowZero: Law<Overdrawn> = {
  name: 'no account goes below zero',
  why: 'Two withdrawals were decided by the same balance, and both were paid out.',
  init: () => ({ ...emptyBooks(), overdrafts: 0, overdrawnCents: 0, moves: 0 }),
  onEffect(state, { name, data }) {
    const truth = book(state, name, data as Data);
    if (truth === null) return;
    state.moves++;
    const [before, after] = [truth.balances.at(-2)!, truth.balances.at(-1)!];
    if (after >= 0 || after >= before) return;
    state.overdrafts++;
    state.overdrawnCents += Math.min(before - after, -after);
  },
  holds: ({ overdrafts }) => overdrafts === 0,
  inspect: ({ moves, overdrafts, overdrawnCents }) => ({ moves, overdrafts, overdrawn: overdrawnCents / 100 }),
  figures: ({ overdrafts, overdrawnCents }) => ({ overdrafts, overdrawn: overdrawnCents / 100 }),
};

interface Lost extends Books { updates: number; lost: number; offCents: number }
export const noUpdateLost: Law<Lost> = {
  name: 'no update is lost',
  why: 'A row was overwritten by somebody who had read it before the last change: that change is gone.',
  init: () => ({ ...emptyBooks(), updates: 0, lost: 0, offCents: 0 }),
  onEffect(state, { name, data }) {
    const truth = book(state, name, data as Data);
    if (truth === null) return;
    state.updates++;
    if (name !== 'applied') return;
    const { key, value } = data as Data;
    const { balance, delta } = value as { readonly balance: number; readonly delta: number };
    const before = state.rows.get(key as string) ?? truth.balances[0]!;
    if (balance !== before + delta) state.lost++;
    state.offCents += Math.abs(balance - truth.balances.at(-1)!) - Math.abs(before - truth.balances.at(-2)!);
    state.rows.set(key as string, balance);
  },
  holds: ({ lost }) => lost === 0,
  inspect: ({ updates, lost, offCents }) => ({ updates, lost, wrongBy: offCents / 100 }),
  figures: ({ lost, offCents }) => ({ lostUpdates: lost, wrongBalance: offCents / 100 }),
};

interface Folds extends Books { folds: number; wrong: number; unknown: number }
export const foldIsRight: Law<Folds> = {
  name: 'the fold of the events is the state',
  why: 'An account was loaded that is not what its events say: decisions and answers are made by it.',
  init: () => ({ ...emptyBooks(), folds: 0, wrong: 0, unknown: 0 }),
  onEffect(state, { name, data }) {
    if (name !== 'folded') { book(state, name, data as Data); return; }
    const { account, version, balance, limit, until } = data as Data;
    const truth = state.accounts.get(account as string);
    if (truth === undefined) return;
    const known = at(truth, version as number);
    // Older than what the observer saw from the beginning: nothing to hold it against. Nor is there where a question looks before the opening.
    if (known === null && ((version as number) >= 0 || until !== null)) return;
    state.folds++;
    if (known === null || known.balance !== balance || known.limit !== limit) state.wrong++;
  },
  holds: ({ wrong }) => wrong === 0,
  inspect: ({ folds, wrong }) => ({ folds, wrong }),
  figures: ({ folds, wrong }) => ({ folds, wrongFolds: wrong }),
};

/** Ids of things done, and how often more than once. */
interface Once { done: Map<string, number>; twice: number }
const once = (effect: string, field: string, name: string, why: string, figure: string): Law<Once> => ({
  name, why,
  init: () => ({ done: new Map(), twice: 0 }),
  onEffect(state, { name: seen, data }) {
    if (seen !== effect) return;
    const id = String((data as Data)[field]);
    const times = (state.done.get(id) ?? 0) + 1;
    state.done.set(id, times);
    if (times > 1) state.twice++;
  },
  holds: ({ twice }) => twice === 0,
  inspect: ({ done, twice }) => ({ [effect]: done.size, again: twice }),
  figures: ({ twice }) => ({ [figure]: twice }),
});
export const appliedOnce = once('stored', 'command', 'a command is recorded once', 'An append whose answer was lost was sent again, and recorded again.', 'recordedTwice');
export const mailedOnce = once('mailed', 'event', 'one mail for each event', 'Folding sent a mail, and history is folded again and again.', 'mailsTwice');

interface Rows extends Books { wrong: Set<string>; projected: number }
export const rowsAreRight: Law<Rows> = {
  name: 'the projection is what the events say',
  why: 'A row of the read model differs from its events.',
  init: () => ({ ...emptyBooks(), wrong: new Set(), projected: 0 }),
  onEffect(state, { name, data }) {
    if (name === 'rowsDropped') { state.wrong.clear(); return; }
    if (name !== 'projected') { book(state, name, data as Data); return; }
    const { account, balance, version } = data as Data;
    const truth = state.accounts.get(account as string);
    const known = truth === undefined ? null : at(truth, version as number);
    state.projected++;
    if (known === null) return;
    if (known.balance === balance) state.wrong.delete(account as string);
    else state.wrong.add(account as string);
  },
  holds: ({ wrong }) => wrong.size === 0,
  inspect: ({ wrong, projected }) => ({ projected, wrongRows: wrong.size }),
  figures: ({ wrong }) => ({ wrongRows: wrong.size }),
};

interface Whole { erased: number }
export const logIsWhole: Law<Whole> = {
  name: 'nothing leaves the log',
  why: 'Events were deleted: what they led to can no longer be explained, and positions and hashes have a hole.',
  init: () => ({ erased: 0 }),
  onEffect(state, { name, data }) { if (name === 'erased') state.erased += (data as Data)['events'] as number; },
  holds: ({ erased }) => erased === 0,
  inspect: ({ erased }) => ({ erased }),
  figures: ({ erased }) => ({ erasedEvents: erased }),
};

export const laws: readonly Law[] = [neverBelowZero, noUpdateLost, foldIsRight, appliedOnce, mailedOnce, rowsAreRight, logIsWhole];
