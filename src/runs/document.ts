/** The run document: everything that decides a run, and nothing else. A run is a pure function of it. */
import type { Intervention, LayerId, Ms, NodeId } from '../kernel/contract.ts';
import type { Distribution } from '../kernel/distributions.ts';
import type { Fault } from '../kernel/faults.ts';
import type { LayerSpec } from '../kernel/story.ts';
import { DOCUMENT_VERSION } from './document-limits.ts';
import { own, sameText, sorted } from './document-plain.ts';
import type { Stories } from './document-stories.ts';
import { orderBreakpoint, orderDistribution, orderFault, orderIntervention, orderLayer, orderValue } from './document-order.ts';
import { resolve, scenarioOf, variantOf } from './plan.ts';

export { DOCUMENT_VERSION, LIMITS } from './document-limits.ts';

/** Where play stops by itself. Breakpoints never change a run. */
export type Breakpoint =
  | { readonly kind: 'note'; readonly note: string; readonly layer?: LayerId }
  /** A machine of the layer enters this state. */
  | { readonly kind: 'mode'; readonly layer: LayerId; readonly instance?: string; readonly mode: string }
  /** A sample of the metric lies above or below the value. */
  | { readonly kind: 'metric'; readonly metric: string; readonly is: 'above' | 'below'; readonly value: number }
  | { readonly kind: 'invariant' }
  | { readonly kind: 'firstRetry' }
  | { readonly kind: 'time'; readonly atMs: Ms };

/** Parameters by layer. */
export type ParamsByLayer = Readonly<Record<LayerId, Readonly<Record<string, unknown>>>>;

/** A run document in full, as everything in the program holds it. Files and links hold its minimal form. */
export interface RunDocument {
  readonly version: 1;
  /** Id of a pattern in the catalogue. */
  readonly pattern: string;
  readonly scenario: string;
  readonly variant: string;
  /** Only what differs from the scenario and its variant. */
  readonly params: ParamsByLayer;
  /** Whole number from 0 to 2^32 - 1. Default: the scenario's. */
  readonly seed: number;
  /** Whole stacks by node, in place of those of the scenario and its variant. */
  readonly stacks?: Readonly<Record<NodeId, readonly LayerSpec[]>>;
  /** Latency by link, named `from>to`. */
  readonly links?: Readonly<Record<string, Distribution>>;
  /** The whole fault lane, when it differs from that of the variant (or scenario). The order counts: draws are keyed by it. */
  readonly faults?: readonly Fault[];
  /** The whole lane, sorted by time. Default: the scenario's. */
  readonly interventions: readonly Intervention[];
  readonly breakpoints: readonly Breakpoint[];
  /** Simulated, from 1 ms to one day. Default: the scenario's. */
  readonly durationMs?: Ms;
}
/** The same with all that equals a default left out; `validateDocument` fills it up again. */
export type MinimalDocument = Pick<RunDocument, 'version' | 'pattern'> & Partial<RunDocument>;

/** The document of a scenario as the story tells it; scenario and variant default to those the story opens with. */
export function defaultDocument(stories: Stories, scenarioId: string = stories.story.opensWith, variantId?: string): RunDocument {
  const scenario = own(stories.story.scenarios, scenarioId);
  if (scenario === undefined) throw new Error(`${stories.pattern} has no scenario ${scenarioId}.`);
  return {
    version: DOCUMENT_VERSION,
    pattern: stories.pattern,
    scenario: scenarioId,
    variant: variantId ?? scenario.opensWith,
    params: {},
    seed: scenario.seed,
    interventions: sortedByTime(scenario.interventions ?? []),
    breakpoints: [],
  };
}

/** Interventions in order of time; those of one instant keep their order. */
export const sortedByTime = (lane: readonly Intervention[]): readonly Intervention[] => [...lane].sort((a, b) => a.atMs - b.atMs);

/** The links name of a latency override. */
export const linkName = (from: NodeId, to: NodeId): string => `${from}>${to}`;

/**
 * Leaves out all that equals a default and puts the rest into canonical order, so that equal runs have equal JSON. `version` and
 * `pattern` always stay. The document must be valid.
 */
export function minimise(document: RunDocument, stories: Stories): MinimalDocument {
  const scenario = scenarioOf(document, stories);
  const variant = variantOf(document, stories);
  const resolved = resolve(document, stories);
  const layers = new Map(resolved.nodes.flatMap((node) => node.layers.map((layer) => [layer.id, layer] as const)));
  const story = (ref: string) => stories.of(ref);

  const params: Record<LayerId, Record<string, unknown>> = {};
  for (const id of Object.keys(document.params).sort()) {
    const layer = layers.get(id);
    const schema = layer === undefined ? undefined : story(layer.engine)?.params;
    const kept: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(sorted(document.params[id]!))) {
      const param = own(schema, name);
      const canonical = orderValue(param, value);
      if (layer === undefined || param === undefined || !sameText(canonical, orderValue(param, layer.base[name]))) kept[name] = canonical;
    }
    if (Object.keys(kept).length > 0) params[id] = kept;
  }

  const stacks: Record<NodeId, readonly LayerSpec[]> = {};
  for (const [node, stack] of Object.entries(sorted(document.stacks ?? {}))) {
    const canonical = stack.map((layer) => orderLayer(layer, story(layer.engine)));
    const usual = (own(variant.stacks, node) ?? scenario.nodes.find(({ id }) => id === node)?.stack ?? []).map((layer) => orderLayer(layer, story(layer.engine)));
    if (!sameText(canonical, usual)) stacks[node] = canonical;
  }

  const links: Record<string, Distribution> = {};
  for (const [name, latency] of Object.entries(sorted(document.links ?? {}))) {
    const canonical = orderDistribution(latency);
    const usual = scenario.links.find(({ from, to }) => linkName(from, to) === name)?.latency;
    if (!sameText(canonical, usual && orderDistribution(usual))) links[name] = canonical;
  }

  const faults = document.faults?.map(orderFault);
  const usualFaults = (variant.faults ?? scenario.faults).map(orderFault);
  const ordered = (lane: readonly Intervention[]) => sortedByTime(lane).map((item) => {
    const engine = layers.get(item.layer)?.engine;
    return orderIntervention(item, engine === undefined ? undefined : story(engine));
  });
  const interventions = ordered(document.interventions);

  return {
    version: DOCUMENT_VERSION,
    pattern: document.pattern,
    ...(document.scenario !== stories.story.opensWith && { scenario: document.scenario }),
    ...(document.variant !== scenario.opensWith && { variant: document.variant }),
    ...(Object.keys(params).length > 0 && { params }),
    ...(document.seed !== scenario.seed && { seed: document.seed }),
    ...(Object.keys(stacks).length > 0 && { stacks }),
    ...(Object.keys(links).length > 0 && { links }),
    ...(faults !== undefined && !sameText(faults, usualFaults) && { faults }),
    ...(!sameText(interventions, ordered(scenario.interventions ?? [])) && { interventions }),
    ...(document.breakpoints.length > 0 && { breakpoints: document.breakpoints.map(orderBreakpoint) }),
    ...(document.durationMs !== undefined && document.durationMs !== scenario.durationMs && { durationMs: document.durationMs }),
  };
}

/** Do both documents make the same run? Breakpoints only stop the play, so they do not count. Both must be valid. */
export function sameRun(a: RunDocument, b: RunDocument, stories: Stories): boolean {
  const bare = (document: RunDocument) => minimise({ ...document, breakpoints: [] }, stories);
  return a.pattern === b.pattern && sameText(bare(a), bare(b));
}

/** The same document with another stack on a node (null: that of its variant); whatever speaks of a layer that is gone is left out. */
export function withStack(document: RunDocument, node: NodeId, stack: readonly LayerSpec[] | null, stories: Stories): RunDocument {
  const { [node]: _old, ...others } = document.stacks ?? {};
  const stacks = stack === null ? others : { ...others, [node]: stack };
  const { stacks: _stacks, ...rest } = document;
  return onlyKnown(document, Object.keys(stacks).length === 0 ? rest : { ...rest, stacks }, stories);
}

/** The same document under another variant of its scenario; whatever speaks of a layer that the variant does not have is left out. */
export function withVariant(document: RunDocument, variant: string, stories: Stories): RunDocument {
  return onlyKnown(document, { ...document, variant }, stories);
}

/** `moved` without whatever `document` says of layers that are not there any more, or are of another engine. */
function onlyKnown(document: RunDocument, moved: RunDocument, stories: Stories): RunDocument {
  const layers = new Map(resolve(moved, stories).nodes.flatMap((node) => node.layers.map((layer) => [layer.id, layer.engine] as const)));
  const before = new Map(resolve(document, stories).nodes.flatMap((node) => node.layers.map((layer) => [layer.id, layer.engine] as const)));
  const stays = (id: LayerId | undefined) => id === undefined || (layers.has(id) && layers.get(id) === before.get(id));
  return {
    ...moved,
    params: Object.fromEntries(Object.entries(document.params).filter(([id]) => stays(id))),
    interventions: document.interventions.filter(({ layer }) => stays(layer)),
    breakpoints: document.breakpoints.filter((stop) => !('layer' in stop) || stays(stop.layer)),
  };
}
