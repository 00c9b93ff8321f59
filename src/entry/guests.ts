/**
 * Whose engines meet in the scenario that a pattern opens with, by pattern id; made when the site is built (scripts/early-load.mjs), so that
 * what is known of them is asked for together with the pattern's own story.
 */
import { catalogue } from '../patterns/catalogue.ts';
import { engineParts, refsOfScenario } from '../runs/document-stories.ts';

export const guests: Readonly<Record<string, readonly string[]>> = Object.fromEntries(await Promise.all(catalogue.map(async (card) => {
  const { scenarios, opensWith } = await card.story();
  const others = new Set(refsOfScenario(scenarios[opensWith]!).map((ref) => engineParts(ref).pattern).filter((id) => id !== card.id && catalogue.some((other) => other.id === id)));
  return [card.id, [...others]] as const;
})));
