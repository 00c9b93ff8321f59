/**
 * The pictures of the gallery as data, made when the site is built (`virtual:stills`), so that the gallery need not load any story: for
 * each pattern the topology of the scenario that it opens with.
 */
import { catalogue } from '../patterns/catalogue.ts';
import { shelf } from '../runs/shelf.ts';
import { topologyOfScenario, type Topology } from '../view/stage/topology.ts';

async function makeStills(): Promise<Record<string, Topology>> {
  const stills: Record<string, Topology> = {};
  for (const { id } of catalogue) {
    const stories = (await shelf.load(id))!;
    const scenario = stories.story.scenarios[stories.story.opensWith]!;
    const shown = Object.values(scenario.variants).find(({ kind }) => kind === 'with') ?? scenario.variants[scenario.opensWith];
    const { nodes, links } = topologyOfScenario(scenario, shown, (ref) => stories.of(ref));
    stills[id] = {
      nodes: nodes.map(({ id: node, title, role, layers }) => ({ id: node, title, role, layers: layers.map(({ id: layer, engine, to, place }) => ({ id: layer, engine, place, ...(to !== undefined && { to }) })) })),
      links: links.map(({ from, to }) => ({ from, to })),
    };
  }
  return stills;
}

// Made while the module loads: the build takes it from here.
export const stills = await makeStills();
