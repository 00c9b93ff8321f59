/**
 * The ledger: what the outside observer makes of all applied effects. Participants tell what they did and undid (on disk, for certain),
 * whoever runs the sagas tells how they began and ended; no engine's memory is ever asked.
 */
import type { Json, Law, Ms } from '../../kernel/contract.ts';

/** Names of the laws, by which instruments find them. */
export const LEDGERS = { ledger: 'all or nothing', counters: 'counters add up', limits: 'limits are kept' } as const;

interface Entry {
  resource: string;
  /** Times done less times undone. */
  times: number;
  amount: number;
}
interface Case {
  began: boolean;
  node: string;
  steps: readonly string[];
  irrevocable: readonly string[];
  reverse: boolean;
  beganMs: Ms;
  patienceMs: Ms | null;
  status: string;
  /** By step. */
  entries: Map<string, Entry>;
  /** Steps done, in order. */
  order: string[];
  /** Something that no later effect can mend: an undo in the wrong place. */
  amiss: string;
  why: string;
}
interface Books {
  open: Map<string, Case>;
  /** Sagas that ended well and left the right thing behind: all of it or nothing. */
  closed: Map<string, { readonly status: string; readonly entries: ReadonlyMap<string, Entry> }>;
  /** Sagas that ended and left something wrong behind, or are gone. */
  wrong: Map<string, Case>;
  rows: Map<string, Row>;
  ended: { completed: number; undone: number };
  lost: number;
  /** Some saga was announced with a patience. */
  hurried: boolean;
  brokenAtMs: Ms | null;
}
/** What a resource's holdings belong to, in its own units. */
interface Row {
  done: number;
  undone: number;
  orphaned: number;
  doubled: number;
  missing: number;
}
type Effect = Parameters<Law['onEffect']>[1];
type Data = { readonly [key: string]: Json };

const CLOSED_KEPT = 5000;
const fresh = (): Books => ({ open: new Map(), closed: new Map(), wrong: new Map(), rows: new Map(), ended: { completed: 0, undone: 0 }, lost: 0, hurried: false, brokenAtMs: null });
const newCase = (node: string, atMs: Ms): Case => ({
  began: false, node, steps: [], irrevocable: [], reverse: true, beganMs: atMs, patienceMs: null, status: '', entries: new Map(), order: [], amiss: '', why: '',
});
const rowOf = (books: Books, resource: string): Row => {
  let row = books.rows.get(resource);
  if (row === undefined) books.rows.set(resource, (row = { done: 0, undone: 0, orphaned: 0, doubled: 0, missing: 0 }));
  return row;
};
const texts = (json: Json | undefined): readonly string[] => (Array.isArray(json) ? json.filter((item): item is string => typeof item === 'string') : []);

/** What is wrong with a saga that has ended: '' if nothing. */
function verdict({ status, steps, entries }: Case): string {
  if (status === 'completed') {
    for (const step of steps) {
      const times = entries.get(step)?.times ?? 0;
      if (times < 1) return `${step} is missing`;
      if (times > 1) return `${step} was done ${times} times`;
    }
    return '';
  }
  for (const [step, { times }] of entries) if (times !== 0) return status === 'lost' ? `forgotten, with ${step} done` : `${step} was left behind`;
  return status === 'lost' ? 'forgotten' : '';
}

/** Moves a saga's holdings between the columns of the ledger. */
function weigh(books: Books, { status, steps, entries }: Case, sign: 1 | -1): void {
  if (status === '') return;
  for (const [, { resource, times, amount }] of entries) {
    const row = rowOf(books, resource);
    if (status !== 'completed') row.orphaned += sign * times * amount;
    else if (times > 1) row.doubled += sign * (times - 1) * amount;
  }
  if (status === 'completed') for (const step of steps) if ((entries.get(step)?.times ?? 0) < 1) rowOf(books, entries.get(step)?.resource ?? step).missing += sign;
}

function conclude(books: Books, saga: string, entry: Case, atMs: Ms): void {
  entry.why = verdict(entry) || entry.amiss;
  weigh(books, entry, 1);
  books.open.delete(saga);
  if (entry.why !== '') {
    books.wrong.set(saga, entry);
    books.brokenAtMs ??= atMs;
    return;
  }
  books.wrong.delete(saga);
  books.closed.set(saga, Object.freeze({ status: entry.status, entries: entry.entries })); // frozen: checkpoints share it
  if (books.closed.size > CLOSED_KEPT) books.closed.delete(books.closed.keys().next().value!);
}

/** The saga's page, wherever it is kept; one that had been closed is opened again. */
function caseOf(books: Books, saga: string, node: string, atMs: Ms): Case {
  const known = books.open.get(saga) ?? books.wrong.get(saga);
  if (known !== undefined) return known;
  const closed = books.closed.get(saga);
  const entry = newCase(node, atMs);
  if (closed !== undefined) {
    books.closed.delete(saga);
    entry.began = true;
    entry.status = closed.status;
    entry.steps = [...closed.entries.keys()];
    entry.entries = new Map([...closed.entries].map(([step, each]) => [step, { ...each }]));
  } else books.open.set(saga, entry);
  return entry;
}

function apply(books: Books, { name, data, node, atMs }: Effect): void {
  const fields = data as Data;
  if (name === 'recovered') return recovered(books, String(fields.node), texts(fields.known), atMs);
  if (typeof fields.saga !== 'string') return;
  const saga = fields.saga;
  if (name === 'sagaBegan') {
    const entry = caseOf(books, saga, node, atMs);
    weigh(books, entry, -1);
    books.wrong.delete(saga);
    books.open.set(saga, entry);
    books.hurried ||= typeof fields.patienceMs === 'number';
    Object.assign(entry, {
      began: true, node, status: '', steps: texts(fields.steps), irrevocable: texts(fields.irrevocable), reverse: fields.reverse !== false, beganMs: atMs,
      patienceMs: typeof fields.patienceMs === 'number' ? fields.patienceMs : null,
    });
  } else if (name === 'sagaEnded') {
    const entry = caseOf(books, saga, node, atMs);
    weigh(books, entry, -1);
    entry.status = String(fields.status);
    if (entry.status === 'completed') books.ended.completed++;
    else books.ended.undone++;
    conclude(books, saga, entry, atMs);
  } else if (name === 'done' || name === 'undone') {
    const entry = caseOf(books, saga, node, atMs);
    weigh(books, entry, -1);
    note(books, entry, name, fields);
    if (entry.status === '') return;
    conclude(books, saga, entry, atMs);
  }
}

function note(books: Books, entry: Case, name: string, { step, resource, change }: Data): void {
  const key = String(step), what = String(resource), amount = Math.abs(Number(change));
  const held = entry.entries.get(key) ?? { resource: what, times: 0, amount };
  held.times += name === 'done' ? 1 : -1;
  entry.entries.set(key, held);
  const row = rowOf(books, what);
  if (name === 'done') {
    row.done += amount;
    entry.order.push(key);
    return;
  }
  row.undone += amount;
  if (entry.irrevocable.includes(key)) entry.amiss = `${key} was undone after the point of no return`;
  else if (entry.reverse && entry.order.some((later, i) => i > entry.order.indexOf(key) && entry.entries.get(later)!.times > 0 && later !== key)) {
    entry.amiss = `${key} was undone before what came after it`;
  }
}

/** Whoever came back from a crash tells which sagas it still knows: the others of its own are gone for good. */
function recovered(books: Books, node: string, known: readonly string[], atMs: Ms): void {
  const kept = new Set(known);
  for (const [saga, entry] of Array.from(books.open)) {
    if (entry.node !== node || !entry.began || kept.has(saga)) continue;
    entry.status = 'lost';
    books.lost++;
    conclude(books, saga, entry, atMs);
  }
}

/** Sagas that are overdue by the patience which they were announced with: the first ones open tell. */
function late(books: Books, atMs: Ms): void {
  if (!books.hurried) return;
  for (const [saga, entry] of books.open) {
    if (entry.patienceMs === null) continue;
    if (entry.beganMs + entry.patienceMs >= atMs) return;
    entry.status = 'lost';
    books.lost++;
    conclude(books, saga, entry, atMs);
  }
}

const SHOWN = 30;
function show({ rows, open, wrong, ended, lost, brokenAtMs }: Books): Json {
  const held = new Map<string, number>();
  for (const { entries } of open.values()) for (const { resource, times, amount } of entries.values()) held.set(resource, (held.get(resource) ?? 0) + times * amount);
  let orphaned = 0, doubled = 0, missing = 0;
  for (const row of rows.values()) { orphaned += Math.abs(row.orphaned); doubled += row.doubled; missing += row.missing; }
  return {
    rows: [...rows].map(([resource, { done, undone, orphaned: left, doubled: twice, missing: lacking }]) => ({
      account: resource, done, undone, openSagas: held.get(resource) ?? 0, completed: done - undone - (held.get(resource) ?? 0) - left, orphaned: left, doubled: twice, missing: lacking,
      balanced: left === 0 && twice === 0 && lacking === 0,
    })),
    totals: { completed: ended.completed, undone: ended.undone, open: open.size, wrong: wrong.size, lost, orphaned, doubled, missing },
    wrongSagas: [...wrong].slice(-SHOWN).reverse().map(([saga, { why, status }]) => ({ saga, status, why })),
    brokenAtMs,
  };
}

export const atomicity: Law<Books> = {
  name: LEDGERS.ledger,
  why: 'A saga that completed has every step once; one that was undone has left nothing; none is silently gone.',
  init: fresh,
  onEffect(books, effect) {
    late(books, effect.atMs);
    apply(books, effect);
  },
  holds: (books) => books.wrong.size === 0,
  inspect: show,
};

interface Accounts {
  accounts: Map<string, { sum: number; told: number; limit: number; peak: number }>;
  brokenAtMs: Ms | null;
}
const accountsLaw = (name: string, why: string, isWrong: (account: { sum: number; told: number; limit: number }) => boolean): Law<Accounts> => ({
  name, why,
  init: () => ({ accounts: new Map(), brokenAtMs: null }),
  onEffect(state, { name: effect, data, node, atMs }) {
    if (effect !== 'done' && effect !== 'undone') return;
    const { resource, account, change, used, limit, opening } = data as Data;
    const key = `${node}: ${String(resource)} of ${String(account)}`;
    let entry = state.accounts.get(key);
    if (entry === undefined) state.accounts.set(key, (entry = { sum: Number(opening), told: 0, limit: 0, peak: 0 }));
    entry.sum += Number(change);
    entry.told = Number(used);
    entry.limit = Number(limit);
    entry.peak = Math.max(entry.peak, entry.sum);
    if (isWrong(entry)) state.brokenAtMs ??= atMs;
  },
  holds: ({ brokenAtMs }) => brokenAtMs === null,
  inspect({ accounts, brokenAtMs }) {
    const all = [...accounts];
    const wrong = all.filter(([, entry]) => isWrong(entry));
    let sum = 0, told = 0;
    for (const [, entry] of all) { sum += entry.sum; told += entry.told; }
    return {
      rows: [...wrong, ...all.filter(([, entry]) => !isWrong(entry))].slice(0, SHOWN).map(([account, entry]) => ({ account, truly: entry.sum, counter: entry.told, limit: entry.limit || null, highest: entry.peak, balanced: !isWrong(entry) })),
      totals: { accounts: all.length, wrong: wrong.length, truly: sum, counters: told },
      brokenAtMs,
    };
  },
});

/** A counter that lost an update says less than was taken. The counter is told with each commit, so equal sums mean that none was lost. */
export const counters = accountsLaw(LEDGERS.counters, 'What a participant’s counter says is what its committed changes add up to: no update was lost.', ({ sum, told }) => sum !== told);
export const limits = accountsLaw(LEDGERS.limits, 'Nobody has more credit than granted, and no more is sold than was there.', ({ sum, limit }) => limit > 0 && sum > limit);

export const sagaLaws: readonly Law[] = [atomicity, counters, limits];
