/**
 * The ledger of the outside observer: what was committed, what the broker has, what consumers have applied. Databases, relays, brokers and
 * consumers each say what they have really done; nobody's own statistics are asked.
 */
import type { Json, Law, Ms } from '../../kernel/contract.ts';

type Effect = Parameters<Law['onEffect']>[1];
interface Facts { readonly event?: Json; readonly aggregate?: Json; readonly position?: number; readonly to?: number; readonly value?: { readonly event?: Json; readonly aggregate?: Json } | null }
/** The event that an effect is about: that of the outbox, or the one inside a message of the broker. */
function eventOf({ name, data }: Effect): string | undefined {
  const facts = data as Facts;
  const event = name === 'published' ? facts.value?.event : facts.event;
  return typeof event === 'string' ? event : undefined;
}
/** Whoever is to publish an event has it in hand for so long at most. */
const PATIENCE_MS = 5000;
const SHOWN = 20;

/** Nothing that was committed is lost: it is with the broker, or somebody still has it to publish. */
interface Owed { position: number; inOutbox: boolean; sinceMs: Ms }
interface LossBooks { owed: Map<string, Owed>; suspects: Map<string, Ms>; lost: Map<string, Ms>; early: Set<string>; parked: number; cursor: number; committed: number; delivered: number }
function suspect(books: LossBooks, event: string, atMs: Ms): void {
  if (!books.suspects.has(event) && !books.lost.has(event)) books.suspects.set(event, atMs);
}
function judgeSuspects(books: LossBooks, nowMs: Ms): void {
  for (const [event, sinceMs] of books.suspects) {
    if (sinceMs + PATIENCE_MS > nowMs) return;
    books.suspects.delete(event);
    books.lost.set(event, sinceMs);
  }
}
export const noLoss: Law<LossBooks> = {
  name: 'no committed event is lost',
  why: 'An event was committed, the broker never got it, and nobody has it to publish any more.',
  init: () => ({ owed: new Map(), suspects: new Map(), lost: new Map(), early: new Set(), parked: 0, cursor: 0, committed: 0, delivered: 0 }),
  onEffect(books, effect) {
    judgeSuspects(books, effect.atMs);
    const facts = effect.data as Facts;
    if (effect.name === 'cursorMoved') {
      books.cursor = Math.max(books.cursor, facts.to ?? 0);
      for (const [event, { position }] of books.owed) if (position > 0 && position <= books.cursor) suspect(books, event, effect.atMs);
      return;
    }
    const event = eventOf(effect);
    if (event === undefined) return;
    const owed = books.owed.get(event);
    switch (effect.name) {
      case 'committed':
        books.committed++;
        if (books.early.delete(event)) { books.delivered++; return; }
        books.owed.set(event, { position: 0, inOutbox: false, sinceMs: effect.atMs });
        return suspect(books, event, effect.atMs);
      case 'owed':
        if (owed === undefined) return;
        owed.inOutbox = true;
        owed.position = facts.position ?? 0;
        // Committed behind the reader: nobody will look there again.
        if (owed.position > books.cursor) { books.suspects.delete(event); books.lost.delete(event); }
        return;
      case 'settled': if (owed !== undefined) suspect(books, event, effect.atMs); return;
      case 'parked':
        if (!books.owed.delete(event)) return;
        books.suspects.delete(event);
        books.lost.delete(event);
        books.parked++;
        return;
      case 'published':
        if (owed === undefined) { if (!books.lost.has(event)) books.early.add(event); return; }
        books.owed.delete(event);
        books.suspects.delete(event);
        books.lost.delete(event);
        books.delivered++;
    }
  },
  holds(books, nowMs) { judgeSuspects(books, nowMs); return books.lost.size === 0; },
  inspect: ({ committed, delivered, owed, lost, parked }) => ({
    totals: { committed, delivered, toBePublished: owed.size - lost.size, parked, lost: lost.size },
    rows: [...lost].slice(-SHOWN).reverse().map(([event, sinceMs]) => ({ event, lostMs: Math.round(sinceMs) })),
  }),
  figures: ({ lost, committed, delivered, owed, parked }) => ({ lost: lost.size, committed, delivered, owed: owed.size - lost.size, parked }),
};

/** Nothing is announced that never happened. */
interface GhostBooks { committed: Set<string>; unknown: Map<string, Ms>; ghosts: Map<string, Ms>; rolledBack: Set<string> }
export const noGhosts: Law<GhostBooks> = {
  name: 'nothing is announced that did not happen',
  why: 'An event was published whose order was rolled back or never committed: a ghost message.',
  init: () => ({ committed: new Set(), unknown: new Map(), ghosts: new Map(), rolledBack: new Set() }),
  onEffect(books, effect) {
    for (const [event, sinceMs] of books.unknown) {
      if (sinceMs + PATIENCE_MS > effect.atMs) break;
      books.unknown.delete(event);
      books.ghosts.set(event, sinceMs);
    }
    const event = eventOf(effect);
    if (event === undefined) return;
    if (effect.name === 'committed') { books.committed.add(event); books.unknown.delete(event); books.ghosts.delete(event); }
    if (effect.name === 'rolledBack' && books.unknown.delete(event)) books.ghosts.set(event, effect.atMs);
    if (effect.name === 'published' && !books.committed.has(event) && !books.ghosts.has(event) && !books.unknown.has(event)) books.unknown.set(event, effect.atMs);
  },
  holds: ({ ghosts }) => ghosts.size === 0,
  inspect: ({ ghosts, committed }) => ({ totals: { committed: committed.size, ghosts: ghosts.size }, rows: [...ghosts].slice(-SHOWN).reverse().map(([event, atMs]) => ({ event, announcedMs: Math.round(atMs) })) }),
  figures: ({ ghosts }) => ({ ghosts: ghosts.size }),
};

/** Events of one aggregate reach the broker in the order of their commits; repeats do not count. */
const THERE = 0;
interface OrderBooks { next: Map<string, number>; newest: Map<string, number>; number: Map<string, number>; outOfOrder: number; published: number; repeats: number }
export const inOrder: Law<OrderBooks> = {
  name: 'one aggregate, one order',
  why: 'A later event of an aggregate reached the broker before an earlier one.',
  init: () => ({ next: new Map(), newest: new Map(), number: new Map(), outOfOrder: 0, published: 0, repeats: 0 }),
  onEffect(books, effect) {
    const event = eventOf(effect);
    if (event === undefined || (effect.name !== 'committed' && effect.name !== 'published')) return;
    if (effect.name === 'committed') {
      const { aggregate } = effect.data as { readonly aggregate: string };
      const number = (books.next.get(aggregate) ?? 0) + 1;
      books.next.set(aggregate, number);
      if (!books.number.has(event)) books.number.set(event, number);
      return;
    }
    books.published++;
    const number = books.number.get(event);
    books.number.set(event, THERE);
    if (number === THERE) books.repeats++;
    if (number === undefined || number === THERE) return; // announced before it was committed, or again
    const aggregate = String((effect.data as Facts).value!.aggregate);
    const newest = books.newest.get(aggregate) ?? 0;
    if (number < newest) books.outOfOrder++;
    else books.newest.set(aggregate, number);
  },
  holds: ({ outOfOrder }) => outOfOrder === 0,
  inspect: ({ outOfOrder, published, repeats, next }) => ({ totals: { aggregates: next.size, published, publishedAgain: repeats, outOfOrder } }),
  figures: ({ outOfOrder, repeats }) => ({ outOfOrder, publishedAgain: repeats }),
};

/** Each consumer applies each event once. */
interface EffectBooks { applied: Map<string, Map<string, number>>; duplicates: number; total: number }
export const once: Law<EffectBooks> = {
  name: 'each consumer applies an event once',
  why: 'An event was applied a second time: a second e-mail, a second booking.',
  init: () => ({ applied: new Map(), duplicates: 0, total: 0 }),
  onEffect(books, effect) {
    const event = eventOf(effect);
    if (event === undefined || effect.name !== 'applied') return;
    let own = books.applied.get(effect.node);
    if (own === undefined) books.applied.set(effect.node, (own = new Map()));
    const times = (own.get(event) ?? 0) + 1;
    own.set(event, times);
    books.total++;
    if (times > 1) books.duplicates++;
  },
  holds: ({ duplicates }) => duplicates === 0,
  inspect: ({ applied, duplicates, total }) => ({
    totals: { applied: total, duplicates },
    rows: [...applied].map(([consumer, events]) => { let most = 0; for (const times of events.values()) most = Math.max(most, times); return { consumer, events: events.size, mostTimes: most }; }),
  }),
  figures: ({ duplicates, total }) => ({ duplicates, applied: total }),
};
export const laws: readonly Law[] = [noLoss, noGhosts, inOrder, once];
