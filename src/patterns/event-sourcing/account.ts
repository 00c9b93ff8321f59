/**
 * The bank account, as pure functions: what is decided, what changes, and how old events read in new shapes. Amounts are whole cents.
 *
 * | schema | types | data | state in |
 * |---|---|---|---|
 * | 1 | MoneyIn, MoneyOut | { amount } in whole units | whole units |
 * | 2 | Deposited, Withdrawn | { cents } | cents |
 * | 3 | Deposited, Withdrawn | { minor, currency } | cents |
 *
 * Opened { holder, limit } and LimitSet { limit } are the same in all; limits are in cents.
 */
import type { Call, Json } from '../../kernel/contract.ts';
import type { NewEvent, RecordedEvent } from '../../primitives/eventStream.ts';
import type { Evolve, Upcasters } from '../../primitives/eventStreamFold.ts';

export const SCHEMAS = 3;
const UNIT = 100;
/** A withdrawal above the limit is refused. */
export const FIRST_LIMIT = 50_000;

export interface Account {
  /** In the unit of the schema that it was folded by. */
  readonly balance: number;
  readonly limit: number;
  readonly opened: boolean;
}
export const NO_ACCOUNT: Account = Object.freeze({ balance: 0, limit: 0, opened: false });

export type Deed = 'deposit' | 'withdraw' | 'setLimit';
export interface Command {
  readonly deed: Deed;
  /** Cents. */
  readonly amount: number;
}
export const isDeed = (op: string): op is Deed => op === 'deposit' || op === 'withdraw' || op === 'setLimit';

/** Which sums a command may be about: even, so that chance brings them often to the edge. */
const STEPS = 8, STEP = 1000;
/** What a `command` turns out to be, and its sum: drawn by the request's own key, the same whatever handles it. */
export function commandOf(call: Pick<Call, 'op' | 'payload'>, depositShare: number, draw: (purpose: string) => number): Command {
  const told = amountIn(call.payload);
  const deed = isDeed(call.op) ? call.op : draw('deed') < depositShare ? 'deposit' : 'withdraw';
  const steps = 1 + Math.floor(draw('amount') * STEPS);
  return { deed, amount: told ?? steps * STEP };
}
function amountIn(payload: Json): number | null {
  const amount = typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as { readonly [key: string]: Json })['amount'] : undefined;
  return typeof amount === 'number' && Number.isInteger(amount / UNIT) && amount > 0 ? amount : null;
}

/** In cents, whatever the schema keeps. */
export const centsOf = ({ balance }: Account, schema: number): number => (schema === 1 ? balance * UNIT : balance);

/** What a command comes to: events to record, or why not. */
export function decide(account: Account, { deed, amount }: Command, schema: number): { readonly event: Pick<NewEvent, 'type' | 'schema' | 'data'>; readonly delta: number } | { readonly refused: string } {
  if (!account.opened) return { refused: 'no such account' };
  if (deed === 'setLimit') return { event: { type: 'LimitSet', schema, data: { limit: amount } }, delta: 0 };
  if (deed === 'withdraw' && amount > account.limit) return { refused: 'above the limit' };
  if (deed === 'withdraw' && centsOf(account, schema) < amount) return { refused: 'insufficient funds' };
  return { event: moved(deed, amount, schema), delta: deed === 'deposit' ? amount : -amount };
}
export function moved(deed: 'deposit' | 'withdraw', amount: number, schema: number): Pick<NewEvent, 'type' | 'schema' | 'data'> {
  const into = deed === 'deposit';
  if (schema === 1) return { type: into ? 'MoneyIn' : 'MoneyOut', schema, data: { amount: amount / UNIT } };
  return { type: into ? 'Deposited' : 'Withdrawn', schema, data: schema === 2 ? { cents: amount } : { minor: amount, currency: 'EUR' } };
}

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
/** The reducer of one schema. It reads only what that schema has: a field of an older shape is not there for it. */
export function evolveBy(schema: number): Evolve<Account> {
  const [into, out, field] = schema === 1 ? ['MoneyIn', 'MoneyOut', 'amount'] as const : ['Deposited', 'Withdrawn', schema === 2 ? 'cents' : 'minor'] as const;
  return (account, { type, data }) => {
    switch (type) {
      case 'Opened': return { balance: 0, limit: number(data['limit']), opened: true };
      case 'LimitSet': return { ...account, limit: number(data['limit']) };
      case into: return { ...account, balance: account.balance + number(data[field]) };
      case out: return { ...account, balance: account.balance - number(data[field]) };
      default: return null;
    }
  };
}
export const EVOLVE: readonly Evolve<Account>[] = [1, 2, 3].map(evolveBy);

export const UPCASTERS: Upcasters = [
  ({ type, data }) => (type === 'MoneyIn' || type === 'MoneyOut' ? { type: type === 'MoneyIn' ? 'Deposited' : 'Withdrawn', data: { cents: number(data['amount']) * UNIT } } : { type, data }),
  ({ type, data }) => (type === 'Deposited' || type === 'Withdrawn' ? { type, data: { minor: number(data['cents']), currency: 'EUR' } } : { type, data }),
];

/** By how many cents an event changes the balance, read right: for ledger, ribbon and rows. */
export function deltaOf({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): number {
  const cents = 'amount' in data ? number(data['amount']) * UNIT : 'cents' in data ? number(data['cents']) : number(data['minor']);
  return type === 'MoneyIn' || type === 'Deposited' ? cents : type === 'MoneyOut' || type === 'Withdrawn' ? -cents : 0;
}
export const euros = (cents: number): string => `${cents < 0 ? '−' : ''}${Math.floor(Math.abs(cents) / UNIT)}.${String(Math.abs(cents) % UNIT).padStart(2, '0')}`;
