/** The shortest form of a document, in which files and links hold it. Apart from document.ts, for a page that only shows a run needs none of this. */
import type { Distribution } from '../kernel/distributions.ts';
import type { Intervention, LayerId, NodeId } from '../kernel/contract.ts';
import type { LayerSpec } from '../kernel/story.ts';
import { own, sameText, sorted } from './document-plain.ts';
import { orderBreakpoint, orderDistribution, orderFault, orderIntervention, orderLayer, orderValue } from './document-order.ts';
import type { Stories } from './document-stories.ts';
import { DOCUMENT_VERSION, linkName, sortedByTime, type MinimalDocument, type RunDocument } from './document.ts';
import { resolve, scenarioOf, variantOf } from './plan.ts';

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
