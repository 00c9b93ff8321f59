/** The ledger: how often each write was really applied, as the outside observer saw it. */
import type { Json, Law } from '../../kernel/contract.ts';

interface Books {
  readonly applied: Map<number, number>;
  writes: number;
  duplicates: number;
}

export const appliedOnce: Law<Books> = {
  name: 'a write is applied once',
  why: 'Both copies of a hedged write were carried out: the first was slow, not lost.',
  init: () => ({ applied: new Map(), writes: 0, duplicates: 0 }),
  onEffect(books, { name, data }) {
    if (name !== 'written') return;
    const { write } = data as { readonly [key: string]: Json };
    const times = (books.applied.get(write as number) ?? 0) + 1;
    books.applied.set(write as number, times);
    books.writes++;
    if (times > 1) books.duplicates++;
  },
  holds: ({ duplicates }) => duplicates === 0,
  inspect: ({ applied, writes, duplicates }) => ({ requests: applied.size, writes, duplicates }),
  figures: ({ duplicates }) => ({ writtenTwice: duplicates }),
};

export const laws: readonly Law[] = [appliedOnce];
