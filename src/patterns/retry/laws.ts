/** The ledger: how often each order was really charged, as the outside observer saw it. */
import type { Json, Law } from '../../kernel/contract.ts';

interface Books {
  /** Order → times charged; only while it is 1, or for ever once it is more. */
  charged: Map<string, number>;
  charges: number;
  duplicates: number;
  amountTwice: number;
}

export const chargedOnce: Law<Books> = {
  name: 'an order is charged once',
  why: 'A customer has paid twice: the first attempt was carried out, its answer never came, and the retry was carried out too.',
  init: () => ({ charged: new Map(), charges: 0, duplicates: 0, amountTwice: 0 }),
  onEffect(books, { name, data }) {
    if (name !== 'charged') return;
    const { order, amount } = data as { readonly [key: string]: Json };
    const times = (books.charged.get(order as string) ?? 0) + 1;
    books.charged.set(order as string, times);
    books.charges++;
    if (times === 1) return;
    books.duplicates++;
    books.amountTwice += amount as number;
  },
  holds: ({ duplicates }) => duplicates === 0,
  inspect: ({ charged, charges, duplicates, amountTwice }) => ({ orders: charged.size, charges, duplicates, amountTwice }),
};

export const laws: readonly Law[] = [chargedOnce];
