/**
 * The ledger: what was really let through, by all nodes together, against what each key was promised: b + r · t in any span. It keeps a
 * meter for each key that fills by the cost and drains by r: its highest mark above b is the overshoot, exactly the most by which any
 * span went over. An exact bucket beside it tells how much would not have been admitted by one that sees everything.
 */
import type { Law, Ms } from '../../kernel/contract.ts';

interface Meter {
  level: number;
  capacity: number;
  ratePerSecond: number;
  extra: number;
  atMs: Ms;
  highest: number;
  /** Of an exact bucket that sees all. */
  exact: number;
  over: number;
}
interface Books {
  meters: Map<string, Meter>;
  /** Admitted cost by client. */
  clients: Map<string, number>;
  cost: number;
  requests: number;
  /** Highest mark above what the settings promise, over all keys. */
  broken: number;
  /** Admitted in the last minute: times and costs; and the most there ever was in one. */
  minute: { atMs: Ms; cost: number }[];
  inMinute: number;
  mostInMinute: number;
}
interface Admitted {
  readonly client: string;
  readonly cost: number;
  readonly contract: readonly Quota[];
}
/** `extra`: what the settings are known to let through above b + r · t. */
interface Quota { readonly key: string; readonly capacity: number; readonly ratePerSecond: number; readonly extra: number }
const ROUNDING = 1e-6;
const MINUTE_MS = 60_000;

function meter(books: Books, { key, capacity, ratePerSecond, extra }: Quota, cost: number, atMs: Ms): void {
  let m = books.meters.get(key);
  if (m === undefined) books.meters.set(key, (m = { level: 0, capacity, ratePerSecond, extra, atMs, highest: 0, exact: capacity, over: 0 }));
  const gained = (m.ratePerSecond * (atMs - m.atMs)) / 1000;
  m.level = Math.max(0, m.level - gained) + cost;
  m.exact = Math.min(m.capacity, m.exact + gained);
  // A changed promise is a new one from now on.
  if (m.capacity !== capacity || m.ratePerSecond !== ratePerSecond) { m.level = cost; m.exact = capacity; m.capacity = capacity; m.ratePerSecond = ratePerSecond; }
  m.atMs = atMs;
  m.extra = Math.max(m.extra, extra);
  m.highest = Math.max(m.highest, m.level - capacity);
  if (m.exact >= cost - ROUNDING) m.exact -= cost;
  else m.over += cost;
  books.broken = Math.max(books.broken, m.level - capacity - m.extra);
}

export const withinBound: Law<Books> = {
  name: 'in any span a key gets at most b + r · t',
  why: 'More was let through than the settings promise: the nodes do not know enough of each other, or somebody decided unasked.',
  init: () => ({ meters: new Map(), clients: new Map(), cost: 0, requests: 0, broken: 0, minute: [], inMinute: 0, mostInMinute: 0 }),
  onEffect(books, { name, data, atMs }) {
    if (name !== 'admitted') return;
    const { client, cost, contract } = data as unknown as Admitted;
    for (const promise of contract) meter(books, promise, cost, atMs);
    books.clients.set(client, (books.clients.get(client) ?? 0) + cost);
    books.cost += cost;
    books.requests++;
    books.minute.push({ atMs, cost });
    books.inMinute += cost;
    while (books.minute[0]!.atMs <= atMs - MINUTE_MS) books.inMinute -= books.minute.shift()!.cost;
    books.mostInMinute = Math.max(books.mostInMinute, books.inMinute);
  },
  holds: ({ broken }) => broken <= ROUNDING,
  inspect: ({ meters, clients, cost }) => ({
    admittedCost: tenth(cost), jain: fairness(clients),
    rows: Array.from(meters, ([key, m]) => ({ key, of: m.capacity, perSecond: m.ratePerSecond, overshoot: tenth(Math.max(0, m.highest)), tooMuch: tenth(m.over) })).slice(0, 40),
  }),
  figures({ meters, clients, cost, requests, mostInMinute }) {
    let overshoot = 0, tooMuch = 0;
    for (const { highest, over } of meters.values()) { overshoot = Math.max(overshoot, highest); tooMuch += over; }
    return { overshoot, tooMuch, admittedCost: cost, admittedRequests: requests, jain: fairness(clients) ?? 0, mostInMinute };
  },
};
const tenth = (value: number): number => Math.round(value * 10) / 10;
function fairness(clients: ReadonlyMap<string, number>): number | null {
  let sum = 0, squares = 0;
  for (const cost of clients.values()) { sum += cost; squares += cost * cost; }
  return squares === 0 ? null : Math.round(((sum * sum) / (clients.size * squares)) * 1000) / 1000;
}

export const laws: readonly Law[] = [withinBound];
