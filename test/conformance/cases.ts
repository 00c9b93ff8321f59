/** Everything that a catalogue can run: each pattern's scenarios and variants, loaded and ready. No law here names a pattern. */
import type { Engine, Plan } from '../../src/kernel/contract.ts';
import type { Card, EngineStory, PatternEngines, Scenario, Story, Variant } from '../../src/kernel/story.ts';
import { shelfOf, type Stories } from '../../src/runs/document-stories.ts';
import { defaultDocument, type RunDocument } from '../../src/runs/document.ts';
import { buildPlan, loadEngines, resolve, type LoadedEngines, type ResolvedScenario } from '../../src/runs/plan.ts';
import { roles } from '../../src/roles/index.ts';
import { roleStories } from '../../src/roles/stories.ts';

export interface Pattern {
  readonly card: Card;
  readonly story: Story;
  readonly stories: Stories;
  readonly own: PatternEngines;
  /** XState machines by name. */
  readonly machines: Readonly<Record<string, unknown>>;
  readonly cases: readonly Case[];
}
/** A scenario under one of its variants. */
export interface Case {
  /** `pattern/scenario/variant` */
  readonly name: string;
  readonly scenarioId: string;
  readonly variantId: string;
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly document: RunDocument;
  readonly resolved: ResolvedScenario;
  /** The plan, or that of a changed document of the same variant and stacks. */
  plan(document?: RunDocument): Plan;
  /** Engine reference and story by layer. */
  readonly layers: ReadonlyMap<string, { readonly ref: string; readonly story: EngineStory; readonly engine: Engine }>;
}

export async function loadPattern(card: Card, catalogue: readonly Card[]): Promise<Pattern> {
  const stories = await shelfOf(catalogue, roleStories).load(card.id);
  if (stories === undefined) throw new Error(`${card.id} is not in the catalogue`);
  const { story } = stories;
  const own = await card.engines();
  const cases: Case[] = [];
  for (const [scenarioId, scenario] of Object.entries(story.scenarios)) {
    for (const [variantId, variant] of Object.entries(scenario.variants)) {
      const document = defaultDocument(stories, scenarioId, variantId);
      const resolved = resolve(document, stories);
      const loaded = await loadEngines(resolved, catalogue, roles);
      cases.push({ name: `${card.id}/${scenarioId}/${variantId}`, scenarioId, variantId, scenario, variant, document, resolved, plan: planner(resolved, stories, loaded), layers: layersOf(resolved, stories, loaded) });
    }
  }
  return { card, story, stories, own, machines: (await card.machines?.()) ?? {}, cases };
}
export const loadCatalogue = (catalogue: readonly Card[]): Promise<Pattern[]> => Promise.all(catalogue.map((card) => loadPattern(card, catalogue)));

const planner = (resolved: ResolvedScenario, stories: Stories, { engineOf, laws }: LoadedEngines) => (document?: RunDocument): Plan =>
  buildPlan(document === undefined ? resolved : resolve(document, stories), engineOf, laws);

const layersOf = ({ nodes }: ResolvedScenario, stories: Stories, { engineOf }: LoadedEngines): Case['layers'] =>
  new Map(nodes.flatMap((node) => node.layers.map(({ id, engine }) => [id, { ref: engine, story: stories.of(engine)!, engine: engineOf(engine)! }] as const)));
