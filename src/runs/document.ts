/** The run document: everything that decides a run, and nothing else. A run is a pure function of it. */
import type { Intervention, LayerId, Ms, NodeId } from '../kernel/contract.ts';
import type { Distribution } from '../kernel/distributions.ts';
import type { Fault } from '../kernel/faults.ts';
import type { LayerSpec } from '../kernel/story.ts';
import { DOCUMENT_VERSION } from './document-limits.ts';
import { own, sameText } from './document-plain.ts';
import type { Stories } from './document-stories.ts';
import { resolve } from './plan.ts';

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
/** The same with all that equals a default left out; `validateDocument` fills it up again; `minimise` makes it. */
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

/** Does it say nothing of its own but scenario, variant and seed? Then it is valid as it stands. */
export function isUntouched({ scenario, params, stacks, links, faults, interventions, breakpoints, durationMs }: RunDocument, stories: Stories): boolean {
  return Object.keys(params).length === 0 && breakpoints.length === 0 && stacks === undefined && links === undefined && faults === undefined && durationMs === undefined
    && sameText(interventions, sortedByTime(own(stories.story.scenarios, scenario)?.interventions ?? []));
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
