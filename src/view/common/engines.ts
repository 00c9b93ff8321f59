/** What is known of engines by reference: the open pattern's own, roles, and guests from other patterns once their stories have loaded. */
import { useEffect, useMemo, useState } from 'react';
import type { LayerId } from '../../kernel/contract.ts';
import type { Card, EngineStory, NoteStory, Story } from '../../kernel/story.ts';
import type { ResolvedScenario } from '../../runs/plan.ts';
import { useRun, useSelect, useSession } from './session.tsx';

export type EngineLookup = (ref: string) => EngineStory | undefined;

export const engineParts = (ref: string): { readonly pattern: string; readonly name: string } => {
  const slash = ref.indexOf('/');
  return slash < 0 ? { pattern: ref, name: ref } : { pattern: ref.slice(0, slash), name: ref.slice(slash + 1) };
};

const known = new Map<string, Story['engines']>();
const lookupIn = (roles: Readonly<Record<string, EngineStory>>, story: Story | null, id: string | undefined): EngineLookup => (ref) => {
  if (Object.hasOwn(roles, ref)) return roles[ref];
  const { pattern, name } = engineParts(ref);
  return (pattern === id ? story?.engines : known.get(pattern))?.[name];
};

/** Loads what is known of the engines of cards; says whether anything came. */
async function loadEngines(cards: readonly Card[]): Promise<boolean> {
  const missing = cards.filter(({ id }) => !known.has(id));
  await Promise.all(missing.map(async (card) => { known.set(card.id, await card.engineStories()); }));
  return missing.length > 0;
}

/** A layer that can be put into a stack. */
export interface LayerChoice {
  readonly ref: string;
  readonly title: string;
  /** Of the pattern that it comes from. */
  readonly pattern: string;
  readonly rank: number | undefined;
}
/** All layers of all patterns, those of the recommended order first, in that order. Loads what is known of every engine. */
export async function loadLayerChoices(catalogue: readonly Card[]): Promise<readonly LayerChoice[]> {
  await loadEngines(catalogue);
  const choices = catalogue.flatMap((card) => Object.entries(known.get(card.id) ?? {}).filter(([, story]) => (story.place ?? 'layer') === 'layer')
    .map(([name, { title, rank }]): LayerChoice => ({ ref: name === card.id ? name : `${card.id}/${name}`, title, pattern: card.title, rank })));
  const plain = (ref: string): number => (ref.includes('/') ? 1 : 0);
  return choices.toSorted((a, b) => plain(a.ref) - plain(b.ref) || (a.rank ?? 1000) - (b.rank ?? 1000));
}

export function useEngines(): EngineLookup {
  const { roles, catalogue } = useSession();
  const story = useSelect((state) => state.story);
  const id = useSelect((state) => state.card?.id);
  const resolved = useRun((run) => run.resolved);
  const [arrived, setArrived] = useState(0);
  useEffect(() => {
    const wanted = new Set(resolved?.nodes.flatMap((node) => node.layers.map(({ engine }) => engineParts(engine).pattern)));
    wanted.delete(id ?? '');
    let on = true;
    void loadEngines(catalogue.filter((card) => wanted.has(card.id))).then((some) => { if (on && some) setArrived((n) => n + 1); }, () => undefined);
    return () => { on = false; };
  }, [resolved, catalogue, id]);
  // `arrived` stands for the stories that came in.
  return useMemo(() => (arrived < 0 ? () => undefined : lookupIn(roles, story, id)), [roles, story, id, arrived]);
}

/** Everything about a layer by its id. */
export interface LayerInfo {
  readonly id: LayerId;
  readonly node: string;
  readonly nodeTitle: string;
  readonly engine: string;
  readonly story: EngineStory | undefined;
}
export const layerInfos = (resolved: ResolvedScenario, engines: EngineLookup): ReadonlyMap<LayerId, LayerInfo> => new Map(resolved.nodes.flatMap((node) => node.layers.map((layer) => [layer.id, {
  id: layer.id, node: node.id, nodeTitle: node.title, engine: layer.engine, story: engines(layer.engine),
}] as const)));

export function useLayers(): ReadonlyMap<LayerId, LayerInfo> {
  const engines = useEngines();
  const resolved = useRun((run) => run.resolved);
  return useMemo(() => (resolved === undefined ? new Map<LayerId, LayerInfo>() : layerInfos(resolved, engines)), [resolved, engines]);
}
export const noteStory = (layers: ReadonlyMap<LayerId, LayerInfo>, layer: LayerId, name: string): NoteStory | undefined => layers.get(layer)?.story?.notes[name];
