/** What the stack editor knows of a node's layers: where each may stand, what order is recommended, and which orders are wrong. Pure. */
import type { LayerId, NodeId } from '../../kernel/contract.ts';
import type { EngineStory, LayerSpec, Misplaced, Scenario } from '../../kernel/story.ts';
import type { RunDocument } from '../../runs/document.ts';
import type { ResolvedScenario } from '../../runs/plan.ts';
import type { EngineLookup } from '../common/engines.ts';

/** The stack that a document gives a node, as layers are written: its own, else the variant's, else the scenario's. */
export function specsOf(document: RunDocument, scenario: Scenario, node: NodeId): readonly LayerSpec[] {
  return document.stacks?.[node] ?? scenario.variants[document.variant]?.stacks?.[node] ?? scenario.nodes.find(({ id }) => id === node)?.stack ?? [];
}

const ROLES: ReadonlySet<string> = new Set(['client', 'service', 'store', 'cache', 'broker']);
export const isApp = (engine: string, story: EngineStory | undefined): boolean => (story?.place ?? (ROLES.has(engine) ? 'app' : 'layer')) === 'app';

/** Nodes that call others: those whose stack can be edited. The pattern's own come first, then those with most layers. */
export function callersOf({ nodes, links }: Pick<ResolvedScenario, 'nodes' | 'links'>, engines: EngineLookup, pattern: string): readonly ResolvedScenario['nodes'][number][] {
  const layersOf = (node: ResolvedScenario['nodes'][number]) => node.layers.filter(({ engine }) => !isApp(engine, engines(engine)));
  const weight = (node: ResolvedScenario['nodes'][number]): number => layersOf(node).length + (layersOf(node).some(({ engine }) => engine === pattern) ? 100 : 0);
  return nodes.filter(({ id }) => links.some(({ from }) => from === id)).toSorted((a, b) => weight(b) - weight(a));
}

/** Places from which on layers stand on the way of outgoing calls: behind the first application. */
export const firstOut = (stack: readonly LayerSpec[], engines: EngineLookup): number => stack.findIndex(({ engine }) => isApp(engine, engines(engine))) + 1;

/** Where a layer may be put: before the application only where calls come in. */
export const leastPlace = (stack: readonly LayerSpec[], engines: EngineLookup, calledByOthers: boolean): number => (calledByOthers ? 0 : firstOut(stack, engines));

/** The stack with one layer at another place; the same when that place is not allowed. */
export function moved(stack: readonly LayerSpec[], id: LayerId, to: number, least: number): readonly LayerSpec[] {
  const from = stack.findIndex((layer) => layer.id === id);
  const place = Math.max(least, Math.min(stack.length - 1, to));
  if (from < 0 || from === place) return stack;
  const rest = stack.filter((layer) => layer.id !== id);
  return [...rest.slice(0, place), stack[from]!, ...rest.slice(place)];
}

/** A layer id that no other layer of the topology has: `timeout`, `timeout-2` … */
export function freshId(engine: string, taken: ReadonlySet<LayerId>): LayerId {
  const name = engine.slice(engine.indexOf('/') + 1);
  for (let n = 1; ; n++) {
    const id = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** Where the recommended order has a new layer; without a rank it comes last, next to the network. */
export function placeFor(stack: readonly LayerSpec[], engine: string, engines: EngineLookup): number {
  const rank = engines(engine)?.rank;
  const first = firstOut(stack, engines);
  if (rank === undefined) return stack.length;
  const later = stack.findIndex((layer, i) => i >= first && (engines(layer.engine)?.rank ?? -1) > rank);
  return later < 0 ? stack.length : later;
}

/** The same layers with those that have a rank in its order; all others stay where they are. */
export function recommended(stack: readonly LayerSpec[], engines: EngineLookup): readonly LayerSpec[] {
  const first = firstOut(stack, engines);
  const rankOf = (layer: LayerSpec): number | undefined => (isApp(layer.engine, engines(layer.engine)) ? undefined : engines(layer.engine)?.rank);
  const places = stack.flatMap((layer, i) => (i >= first && rankOf(layer) !== undefined ? [i] : []));
  const sorted = places.map((i) => stack[i]!).toSorted((a, b) => rankOf(a)! - rankOf(b)!);
  const result = [...stack];
  places.forEach((place, i) => { result[place] = sorted[i]!; });
  return result;
}
export const sameOrder = (a: readonly { readonly id: LayerId }[], b: readonly { readonly id: LayerId }[]): boolean => a.length === b.length && a.every(({ id }, i) => id === b[i]!.id);

/** A layer that stands inside another which it should stand outside of. */
export interface WrongOrder {
  readonly outer: LayerId;
  readonly inner: LayerId;
  /** What it causes and which note of which layer shows it; null where nobody has said, and only the order differs. */
  readonly cause: { readonly why: Misplaced['why']; readonly layer: LayerId; readonly note: string } | null;
}
interface Ordered {
  readonly id: LayerId;
  readonly engine: string;
  readonly to?: readonly NodeId[];
}
const meet = (a: Ordered, b: Ordered): boolean => a.to === undefined || b.to === undefined || a.to.some((node) => b.to!.includes(node));

/** Wrong pairs among the layers on the way of outgoing calls, outermost first. Layers that no call passes both don't count. */
export function wrongOrders(stack: readonly Ordered[], engines: EngineLookup): readonly WrongOrder[] {
  const first = stack.findIndex(({ engine }) => isApp(engine, engines(engine))) + 1;
  const out = stack.slice(first).filter(({ engine }) => !isApp(engine, engines(engine)));
  return out.flatMap((inner, i) => out.slice(0, i).flatMap((outer): WrongOrder[] => {
    if (!meet(outer, inner)) return [];
    const story = engines(inner.engine);
    const told = story?.misplaced?.find(({ inside }) => inside === outer.engine);
    const layer = told?.shows.of === 'outer' ? outer.id : inner.id;
    if (told !== undefined) return [{ outer: outer.id, inner: inner.id, cause: { why: told.why, layer, note: told.shows.note } }];
    const mine = story?.rank, theirs = engines(outer.engine)?.rank;
    return mine !== undefined && theirs !== undefined && mine < theirs ? [{ outer: outer.id, inner: inner.id, cause: null }] : [];
  }));
}
