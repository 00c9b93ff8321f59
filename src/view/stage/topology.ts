/** What the stage draws of a topology, before any geometry: nodes, the layers on each side of them, links. */
import type { LayerId, NodeId } from '../../kernel/contract.ts';
import type { EngineStory, NodeSpec, Scenario, Variant } from '../../kernel/story.ts';
import type { ResolvedScenario } from '../../runs/plan.ts';

export interface StageLayer {
  readonly id: LayerId;
  readonly engine: string;
  readonly to?: readonly NodeId[];
  /** Where it stands: a policy for incoming calls, the application itself, a policy for outgoing calls. */
  readonly place: 'in' | 'app' | 'out';
}
export interface StageNode {
  readonly id: NodeId;
  readonly title: string;
  readonly role: NodeSpec['role'];
  readonly layers: readonly StageLayer[];
}
export interface Topology {
  readonly nodes: readonly StageNode[];
  readonly links: readonly { readonly from: NodeId; readonly to: NodeId }[];
}
export type EngineStories = (ref: string) => EngineStory | undefined;

const ROLES: ReadonlySet<string> = new Set(['client', 'service', 'store', 'cache', 'broker']);
const isApp = (engine: string, stories: EngineStories): boolean => (stories(engine)?.place ?? (ROLES.has(engine) ? 'app' : 'layer')) === 'app';

/** Layers before the application guard what comes in; those after it stand on the way of what goes out. */
function placed(layers: readonly { readonly id: LayerId; readonly engine: string; readonly to?: readonly NodeId[] }[], stories: EngineStories): StageLayer[] {
  const first = layers.findIndex(({ engine }) => isApp(engine, stories));
  return layers.map((layer, i) => ({ ...layer, place: isApp(layer.engine, stories) ? 'app' : i < first ? 'in' : 'out' }));
}

export const topologyOf = (resolved: Pick<ResolvedScenario, 'nodes' | 'links'>, stories: EngineStories): Topology => ({
  nodes: resolved.nodes.map(({ id, title, role, layers }) => ({ id, title, role, layers: placed(layers, stories) })),
  links: resolved.links,
});

/** The same straight from a story, for pictures of scenarios that don't run. */
export const topologyOfScenario = (scenario: Scenario, variant: Variant | undefined, stories: EngineStories): Topology => ({
  nodes: scenario.nodes.map(({ id, title, role, stack }) => ({ id, title: title ?? id, role, layers: placed(variant?.stacks?.[id] ?? stack, stories) })),
  links: scenario.links,
});
