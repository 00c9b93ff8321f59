/** The ledger of the outside observer: credits that were meant, credits that were applied, e-mails that were sent. Nobody's own statistics are asked. */
import type { Json, Law, Ms } from '../../kernel/contract.ts';

interface Facts { readonly key?: Json; readonly amount?: number; readonly account?: Json; readonly value?: { readonly businessKey?: Json; readonly account?: Json } | null }
/** Whoever has acknowledged a message has it in hand for so long at most. */
const PATIENCE_MS = 10_000;
const SHOWN = 20;

interface Books { intended: Map<string, number>; applied: Map<string, number>; suspects: Map<string, Ms>; lost: Set<string>; dead: Set<string>; duplicates: number; moneyTooMuch: number }
function judge(books: Books, nowMs: Ms): void {
  for (const [key, sinceMs] of books.suspects) {
    if (sinceMs + PATIENCE_MS > nowMs) return;
    books.suspects.delete(key);
    books.lost.add(key);
  }
}
const moneyMissing = ({ lost, intended }: Books): number => { let sum = 0; for (const key of lost) sum += intended.get(key) ?? 0; return sum; };
const createBooks = (): Books => ({ intended: new Map(), applied: new Map(), suspects: new Map(), lost: new Set(), dead: new Set(), duplicates: 0, moneyTooMuch: 0 });
function enter(books: Books, { name, data, atMs }: Parameters<Law['onEffect']>[1]): void {
  judge(books, atMs);
  const { key, amount = 0 } = data as Facts;
  if (typeof key !== 'string') return;
  if (name === 'intended') books.intended.set(key, amount);
  if (name === 'dead') { books.dead.add(key); books.suspects.delete(key); books.lost.delete(key); }
  if (name === 'acked' && !books.applied.has(key) && !books.dead.has(key) && !books.suspects.has(key) && !books.lost.has(key)) books.suspects.set(key, atMs);
  if (name !== 'applied') return;
  const times = (books.applied.get(key) ?? 0) + 1;
  books.applied.set(key, times);
  books.suspects.delete(key);
  books.lost.delete(key);
  if (times > 1) { books.duplicates++; books.moneyTooMuch += amount; }
}
export const once: Law<Books> = {
  name: 'each credit once', why: 'A credit was applied a second time: there is more money than there should be.',
  init: createBooks, onEffect: enter,
  holds: ({ duplicates }) => duplicates === 0,
  inspect: (books) => ({ totals: { intended: books.intended.size, applied: books.applied.size, again: books.duplicates, moneyTooMuch: books.moneyTooMuch }, rows: [...books.applied].filter(([, times]) => times > 1).slice(-SHOWN).reverse().map(([credit, times]) => ({ credit, times })) }),
  figures: (books) => ({ duplicates: books.duplicates, intended: books.intended.size, applied: books.applied.size, balanceError: books.moneyTooMuch + moneyMissing(books), dead: books.dead.size }),
};
export const noLoss: Law<Books> = {
  name: 'no acknowledged credit is lost', why: 'A message was acknowledged, and neither applied nor put among the dead letters: nobody will deliver it again.',
  init: createBooks, onEffect: enter,
  holds(books, nowMs) { judge(books, nowMs); return books.lost.size === 0; },
  inspect: (books) => ({ totals: { lost: books.lost.size, moneyMissing: moneyMissing(books), deadLetters: books.dead.size }, rows: [...books.lost].slice(-SHOWN).reverse().map((credit) => ({ credit })) }),
  figures: ({ lost }) => ({ lost: lost.size }),
};

interface OrderBooks { number: Map<string, number>; next: number; newest: Map<string, number>; outOfOrder: number }
export const inOrder: Law<OrderBooks> = {
  name: 'one account, one order', why: 'A later credit of an account was applied before an earlier one.',
  init: () => ({ number: new Map(), next: 0, newest: new Map(), outOfOrder: 0 }),
  onEffect(books, { name, data }) {
    const { key, account, value } = data as Facts;
    if (name === 'published' && typeof value?.businessKey === 'string' && !books.number.has(value.businessKey)) books.number.set(value.businessKey, ++books.next);
    if (name !== 'applied' || typeof key !== 'string' || typeof account !== 'string') return;
    const number = books.number.get(key) ?? 0;
    books.number.set(key, 0); // only the first time counts
    if (number === 0) return;
    const newest = books.newest.get(account) ?? 0;
    if (number < newest) books.outOfOrder++;
    else books.newest.set(account, number);
  },
  // A retry of one message holds up its account in one instance; between instances and redeliveries no order is promised.
  holds: () => true,
  inspect: ({ outOfOrder, newest }) => ({ totals: { accounts: newest.size, outOfOrder } }),
  figures: ({ outOfOrder }) => ({ outOfOrder }),
};

interface MailBooks { mails: Map<string, number>; again: number }
export const oneMail: Law<MailBooks> = {
  name: 'one e-mail for each credit', why: 'A customer got a second e-mail about one credit.',
  init: () => ({ mails: new Map(), again: 0 }),
  onEffect(books, { name, data }) {
    const { key } = data as Facts;
    if (name !== 'mailed' || typeof key !== 'string') return;
    const times = (books.mails.get(key) ?? 0) + 1;
    books.mails.set(key, times);
    if (times > 1) books.again++;
  },
  holds: ({ again }) => again === 0,
  inspect: ({ mails, again }) => ({ totals: { credits: mails.size, mailedAgain: again } }),
  figures: ({ again, mails }) => ({ mailedAgain: again, mailed: mails.size }),
};
export const laws: readonly Law[] = [once, noLoss, inOrder, oneMail];
