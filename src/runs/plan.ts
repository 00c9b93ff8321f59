/** From a document to what is really simulated: first as plain data for the page, then, with engines, as the kernel's plan. */
import type { Engine, Intervention, Law, LayerId, Ms, NodeId, Plan } from '../kernel/contract.ts';
import type { Distribution } from '../kernel/distributions.ts';
import type { Fault } from '../kernel/faults.ts';
import type { Card, EngineStory, Headline, LayerSpec, NodeSpec, PatternEngines, Scenario, Variant } from '../kernel/story.ts';
import { own } from './document-plain.ts';
import { engineParts, type Stories } from './document-stories.ts';
import { linkName, type RunDocument } from './document.ts';

/** A layer as it runs. */
export interface ResolvedLayer {
  readonly id: LayerId;
  /** Reference of its engine: a role, `pattern-id`, or `pattern-id/name`. */
  readonly engine: string;
  /** Every parameter of the engine. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The same before the document's own parameters: what "reset" goes back to. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly to?: readonly NodeId[];
}
export interface ResolvedNode {
  readonly id: NodeId;
  readonly title: string;
  readonly role: NodeSpec['role'];
  /** Outermost first. */
  readonly layers: readonly ResolvedLayer[];
}
/** The effective scenario: plain data, with every default and override applied. */
export interface ResolvedScenario {
  readonly pattern: string;
  readonly scenario: string;
  readonly variant: string;
  readonly seed: number;
  readonly durationMs: Ms;
  /** Cut to the duration. */
  readonly measure: { readonly fromMs: Ms; readonly untilMs: Ms; readonly label: string };
  readonly nodes: readonly ResolvedNode[];
  readonly links: readonly { readonly from: NodeId; readonly to: NodeId; readonly latency: Distribution }[];
  readonly faults: readonly Fault[];
  readonly interventions: readonly Intervention[];
  readonly headlines: readonly Headline[];
}

/** The parts of a document that decide its topology. */
export type Frame = Pick<RunDocument, 'scenario' | 'variant' | 'stacks'>;

/** The story's scenario. The document must be valid. */
export function scenarioOf(document: Frame, stories: Stories): Scenario {
  const scenario = own(stories.story.scenarios, document.scenario);
  if (scenario === undefined) throw new Error(`${stories.pattern} has no scenario ${document.scenario}.`);
  return scenario;
}

/** The scenario's variant. The document must be valid. */
export function variantOf(document: Frame, stories: Stories): Variant {
  const variant = own(scenarioOf(document, stories).variants, document.variant);
  if (variant === undefined) throw new Error(`${stories.pattern}/${document.scenario} has no variant ${document.variant}.`);
  return variant;
}

/** The stack that runs on a node: the document's, else the variant's, else the scenario's. */
export const stackOf = (document: Frame, scenario: Scenario, variant: Variant, node: NodeId): readonly LayerSpec[] =>
  own(document.stacks, node) ?? own(variant.stacks, node) ?? scenario.nodes.find(({ id }) => id === node)?.stack ?? [];

/** Engines of the layers in the variant as the story has it: what the variant's own parameters were written for. */
function enginesAsTold(scenario: Scenario, variant: Variant): Map<LayerId, string> {
  const layers = scenario.nodes.flatMap(({ id, stack }) => own(variant.stacks, id) ?? stack);
  return new Map(layers.map(({ id, engine }) => [id, engine] as const));
}

/**
 * Parameters of a layer, each source over the one before: defaults of the schema, the layer's preset, the layer's own parameters, the
 * variant's preset, the variant's parameters. A variant speaks only of layers with the engine that it knows, so that a layer which the
 * stack editor put in under the same id gets none of it.
 */
function baseParams(layer: LayerSpec, variant: Variant, told: ReadonlyMap<LayerId, string>, engine: EngineStory | undefined): Record<string, unknown> {
  const preset = (name: string | undefined) => (name === undefined ? undefined : own(engine?.presets, name)?.params);
  const known = told.get(layer.id) === layer.engine;
  const merged: Record<string, unknown> = {
    ...preset(layer.preset),
    ...layer.params,
    ...(known && preset(own(variant.presets, layer.id))),
    ...(known && own(variant.params, layer.id)),
  };
  if (engine === undefined) return merged;
  const params: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(engine.params)) params[name] = own(merged, name) ?? param.initial;
  return params;
}

/** The effective scenario of a valid document. */
export function resolve(document: RunDocument, stories: Stories): ResolvedScenario {
  const scenario = scenarioOf(document, stories);
  const variant = variantOf(document, stories);
  const told = enginesAsTold(scenario, variant);
  const durationMs = document.durationMs ?? scenario.durationMs;
  const nodes = scenario.nodes.map((node): ResolvedNode => ({
    id: node.id,
    title: node.title ?? node.id,
    role: node.role,
    layers: stackOf(document, scenario, variant, node.id).map((layer): ResolvedLayer => {
      const base = baseParams(layer, variant, told, stories.of(layer.engine));
      const changed = own(document.params, layer.id);
      return {
        id: layer.id,
        engine: layer.engine,
        params: changed === undefined ? base : { ...base, ...changed },
        base,
        ...(layer.to !== undefined && { to: layer.to }),
      };
    }),
  }));
  return {
    pattern: document.pattern,
    scenario: document.scenario,
    variant: document.variant,
    seed: document.seed,
    durationMs,
    measure: {
      fromMs: Math.min(scenario.measure.fromMs, durationMs),
      untilMs: Math.min(scenario.measure.untilMs, durationMs),
      label: scenario.measure.label,
    },
    nodes,
    links: scenario.links.map(({ from, to, latency }) => ({ from, to, latency: own(document.links, linkName(from, to)) ?? latency })),
    faults: document.faults ?? variant.faults ?? scenario.faults,
    interventions: document.interventions,
    headlines: scenario.headlines,
  };
}

/** References of all engines that run, each once. */
export const engineRefs = (resolved: ResolvedScenario): readonly string[] => [...new Set(resolved.nodes.flatMap((node) => node.layers.map(({ engine }) => engine)))];

/** The kernel's plan. Every engine must have been loaded (`loadEngines`); one that is missing is a mistake of the caller and throws. */
export function buildPlan(resolved: ResolvedScenario, engineOf: (ref: string) => Engine | undefined, laws: readonly Law[]): Plan {
  return {
    seed: resolved.seed,
    durationMs: resolved.durationMs,
    measure: { fromMs: resolved.measure.fromMs, untilMs: resolved.measure.untilMs },
    nodes: resolved.nodes.map((node) => ({
      id: node.id,
      layers: node.layers.map((layer) => {
        const engine = engineOf(layer.engine);
        if (engine === undefined) throw new Error(`Layer ${layer.id} of ${node.id} needs the engine ${layer.engine}, which is not loaded.`);
        return { id: layer.id, engine, params: layer.params, ...(layer.to !== undefined && { to: layer.to }) };
      }),
    })),
    links: resolved.links,
    faults: resolved.faults,
    interventions: resolved.interventions,
    laws,
  };
}

/** Engines by reference, and the laws that the observer keeps. */
export interface LoadedEngines {
  engineOf(ref: string): Engine | undefined;
  /** Those of the document's own pattern: guest engines come without theirs, for a scenario may mean to break them. */
  readonly laws: readonly Law[];
}

/** Loads the engines that a resolved scenario needs. Rejects where a reference leads nowhere or its code does not load. */
export async function loadEngines(resolved: ResolvedScenario, catalogue: readonly Card[], roles: Readonly<Record<string, { readonly engine: Engine }>>): Promise<LoadedEngines> {
  const refs = engineRefs(resolved).filter((ref) => own(roles, ref) === undefined);
  const ids = new Set([resolved.pattern, ...refs.map((ref) => engineParts(ref).pattern)]);
  const loaded = new Map<string, PatternEngines>();
  await Promise.all([...ids].map(async (id) => {
    const card = catalogue.find((candidate) => candidate.id === id);
    if (card === undefined) throw new Error(`There is no pattern or role ${id}.`);
    loaded.set(id, await card.engines());
  }));
  const engineOf = (ref: string): Engine | undefined => {
    const { pattern, name } = engineParts(ref);
    return own(roles, ref)?.engine ?? own(loaded.get(pattern)?.engines, name);
  };
  for (const ref of refs) {
    if (engineOf(ref) === undefined) throw new Error(`The pattern ${engineParts(ref).pattern} has no engine ${engineParts(ref).name}.`);
  }
  return { engineOf, laws: loaded.get(resolved.pattern)?.laws ?? [] };
}
