/** Which plates stand on which side of a node, and which links pass through each. */
import type { LayerId, NodeId } from '../../kernel/contract.ts';
import { backEdges } from '../common/layered.ts';
import type { Topology } from './topology.ts';

export interface PlatePlan {
  readonly layer: LayerId;
  /** 0 is next to the card. */
  readonly slot: number;
  /** Links, by index, whose calls pass it. */
  readonly edges: readonly number[];
}
export interface SidePlan {
  readonly edges: readonly number[];
  readonly plates: readonly PlatePlan[];
  readonly slots: number;
}
export interface NodeSides {
  readonly in: SidePlan;
  readonly out: SidePlan;
}

export function sidePlans(topology: Topology): ReadonlyMap<NodeId, NodeSides> {
  const { links } = topology;
  // Links that close a cycle are drawn against the ranks: they leave their caller on its left.
  const back = backEdges(topology.nodes.map(({ id, role }) => ({ id, first: role === 'client' })), links);
  return new Map(topology.nodes.map((node) => {
    const rightOut: number[] = [], leftOut: number[] = [], leftIn: number[] = [], rightIn: number[] = [];
    links.forEach(({ from, to }, i) => {
      if (from === node.id) (back.has(i) ? leftOut : rightOut).push(i);
      if (to === node.id) (back.has(i) ? rightIn : leftIn).push(i);
    });
    const plates = { in: [] as PlatePlan[], out: [] as PlatePlan[] };
    const put = (side: 'in' | 'out', layer: LayerId, edges: readonly number[]): void => {
      // Plates that no link has in common may stand in the same place.
      const taken = plates[side].filter((plate) => edges.length === 0 || plate.edges.length === 0 || plate.edges.some((edge) => edges.includes(edge)));
      plates[side].push({ layer, slot: taken.length === 0 ? 0 : Math.max(...taken.map(({ slot }) => slot)) + 1, edges });
    };
    const outward = node.layers.filter(({ place }) => place === 'out');
    // Outgoing calls pass the outermost layer first, so it stands next to the card; incoming ones meet it first, so it stands farthest out.
    for (const layer of outward) {
      const passes = (edges: readonly number[]) => edges.filter((i) => layer.to === undefined || layer.to.includes(links[i]!.to));
      const right = passes(rightOut), left = passes(leftOut);
      if (right.length > 0 || left.length === 0) put('out', layer.id, right);
      else put('in', layer.id, left);
    }
    for (const layer of node.layers.filter(({ place }) => place === 'in').reverse()) put(leftIn.length > 0 || rightIn.length === 0 ? 'in' : 'out', layer.id, leftIn.length > 0 ? leftIn : rightIn);
    const side = (name: 'in' | 'out', edges: readonly number[]): SidePlan => ({ edges, plates: plates[name], slots: Math.max(0, ...plates[name].map(({ slot }) => slot + 1)) });
    return [node.id, { in: side('in', [...leftIn, ...leftOut]), out: side('out', [...rightOut, ...rightIn]) }] as const;
  }));
}
