/** Finding patterns by what people type. */
import type { Card } from '../../kernel/story.ts';

type Found = Pick<Card, 'id' | 'number' | 'title' | 'family' | 'summary' | 'keywords'>;

const plain = (text: string): string => text.toLowerCase().normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '').replaceAll(/[^a-z0-9]+/g, ' ').trim();

/** How well a card answers a word: title before keywords before the rest; 0 for not at all. */
function weight(card: Found, word: string): number {
  if (String(card.number) === word) return 8;
  const title = plain(card.title);
  if (title.startsWith(word)) return 6;
  if (title.includes(word)) return 5;
  if (card.keywords.some((keyword) => plain(keyword).startsWith(word))) return 4;
  if (card.keywords.some((keyword) => plain(keyword).includes(word))) return 3;
  if (card.family.includes(word)) return 2;
  return plain(card.summary).includes(word) ? 1 : 0;
}

/** Cards that answer every word, in the order of the catalogue when nothing is asked, else the best first. */
export function search<C extends Found>(cards: readonly C[], query: string): readonly C[] {
  const asked = plain(query).split(' ').filter(Boolean);
  if (asked.length === 0) return cards;
  return cards
    .map((card, i) => ({ card, i, weights: asked.map((word) => weight(card, word)) }))
    .filter(({ weights }) => weights.every((it) => it > 0))
    .map(({ card, i, weights }) => ({ card, i, sum: weights.reduce((a, b) => a + b, 0) }))
    .sort((a, b) => b.sum - a.sum || a.i - b.i)
    .map(({ card }) => card);
}

const pairs = (text: string): string[] => Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2));
function likeness(a: string, b: string): number {
  const left = pairs(a), right = pairs(b);
  if (left.length + right.length === 0) return 0;
  const rest = [...right];
  let both = 0;
  for (const pair of left) {
    const at = rest.indexOf(pair);
    if (at >= 0) { both++; rest.splice(at, 1); }
  }
  return (2 * both) / (left.length + right.length);
}
/** What was probably meant, when nothing was found. */
export function suggestion<C extends Found>(cards: readonly C[], query: string): C | null {
  const asked = plain(query);
  let best: C | null = null, most = 0.34;
  for (const card of cards) {
    const score = Math.max(...[card.title, card.id, ...card.keywords].map((name) => likeness(asked, plain(name))));
    if (score > most) { best = card; most = score; }
  }
  return best;
}
