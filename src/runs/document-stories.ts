/**
 * What validation, links and resolution know of patterns. Engines of several patterns meet in one scenario, and the stack editor may
 * bring in any of them, so the story of one pattern is not enough: a document is always read beside its `Stories`.
 */
import type { Card, EngineStory, Scenario, Story } from '../kernel/story.ts';
import { isRecord, own } from './document-plain.ts';

/** What is known of a pattern of which only engines are used. */
type Guest = Pick<Story, 'engines'>;

/** The story of a document's pattern, and all that is known of the engines it may name. */
export interface Stories {
  readonly pattern: string;
  readonly story: Story;
  /** What is known of an engine by its reference: a role, `pattern-id`, or `pattern-id/name`. */
  of(ref: string): EngineStory | undefined;
  /** Every reference that may be written, for suggestions and choosers: also those whose story is not loaded. */
  readonly refs: readonly string[];
}

/** Where stories come from. The page and the command line make one with `shelfOf`; tests with `fixedShelf`. */
export interface Shelf {
  /** Ids of all patterns, in the order of the catalogue. */
  readonly patterns: readonly string[];
  /**
   * The story of a pattern, and what is known of the engines its scenarios use and of the further engines named. Undefined: no such pattern.
   * `only`: of its scenarios this one will do (without a name, or with a wrong one: the one that it opens with), for a page that shows one.
   */
  load(pattern: string, refs?: readonly string[], only?: { readonly scenario: string | undefined }): Promise<Stories | undefined>;
}

/** The parts of an engine reference: `retry` and `retry/budget` are engines `retry` and `budget` of the pattern `retry`. */
export function engineParts(ref: string): { readonly pattern: string; readonly name: string } {
  const slash = ref.indexOf('/');
  return slash < 0 ? { pattern: ref, name: ref } : { pattern: ref.slice(0, slash), name: ref.slice(slash + 1) };
}

/** Puts together what is loaded already. `told`, by pattern id, must hold the whole story of `pattern`; of others their engines are enough. */
export function storiesFrom(pattern: string, told: Readonly<Record<string, Story | Guest>>, roles: Readonly<Record<string, EngineStory>>, patterns: readonly string[] = Object.keys(told)): Stories {
  const story = own(told, pattern);
  if (story === undefined || !('scenarios' in story)) throw new Error(`The story of ${pattern} is missing.`);
  const refs = new Set<string>(Object.keys(roles));
  for (const id of patterns) refs.add(id);
  for (const [id, { engines }] of Object.entries(told)) {
    for (const name of Object.keys(engines)) refs.add(name === id ? id : `${id}/${name}`);
  }
  return {
    pattern,
    story,
    refs: [...refs],
    of(ref) {
      const role = own(roles, ref);
      if (role !== undefined) return role;
      const { pattern: id, name } = engineParts(ref);
      return own(own(told, id)?.engines, name);
    },
  };
}

/** Every engine that a scenario names, in any of its variants. */
export function refsOfScenario(scenario: Scenario): string[] {
  const stacks = [...scenario.nodes.map(({ stack }) => stack), ...Object.values(scenario.variants).flatMap((variant) => Object.values(variant.stacks ?? {}))];
  return stacks.flatMap((stack) => stack.map(({ engine }) => engine));
}

/** The engines that a document names in its own stacks, as far as it can be read: the document need not be valid. At most 200. */
export function refsOfDocument(plain: unknown): string[] {
  const found = new Set<string>();
  const stacks = isRecord(plain) && isRecord(plain.stacks) ? Object.values(plain.stacks) : [];
  for (const stack of stacks) {
    for (const layer of Array.isArray(stack) ? stack : []) {
      if (found.size < 200 && isRecord(layer) && typeof layer.engine === 'string') found.add(layer.engine);
    }
  }
  return [...found];
}

/** A shelf over the catalogue: stories load when they are asked for. */
export function shelfOf(catalogue: readonly Card[], roles: Readonly<Record<string, EngineStory>>): Shelf {
  const cards = new Map(catalogue.map((card) => [card.id, card] as const));
  const patterns = catalogue.map(({ id }) => id);
  return {
    patterns,
    async load(pattern, refs = [], only) {
      const card = cards.get(pattern);
      if (card === undefined) return undefined;
      const story = await card.story();
      const scenarios = only === undefined ? Object.values(story.scenarios) : [own(story.scenarios, only.scenario ?? story.opensWith) ?? story.scenarios[story.opensWith]!];
      const wanted = new Set([...scenarios.flatMap(refsOfScenario), ...refs].map((ref) => engineParts(ref).pattern));
      const told: Record<string, Story | Guest> = { [pattern]: story };
      const others = [...wanted].map((id) => cards.get(id)).filter((other) => other !== undefined && other !== card);
      await Promise.all(others.map(async (other) => {
        told[other!.id] = { engines: await other!.engineStories() };
      }));
      return storiesFrom(pattern, told, roles, patterns);
    },
  };
}

/** A shelf of stories that are at hand. */
export function fixedShelf(stories: Readonly<Record<string, Story>>, roles: Readonly<Record<string, EngineStory>>): Shelf {
  const patterns = Object.keys(stories);
  return { patterns, load: (pattern) => Promise.resolve(Object.hasOwn(stories, pattern) ? storiesFrom(pattern, stories, roles) : undefined) };
}
