/**
 * Where everything on the stage stands. The layered layout works along abstract axes; here they become left-to-right (wide stages) or
 * top-to-bottom (narrow ones). Plates of a node's policies stand in the way of the calls that pass them, in the order of the stack.
 */
import type { LayerId, NodeId } from '../../kernel/contract.ts';
import { layered } from '../common/layered.ts';
import { folded } from './fold.ts';
import { curve, type Point } from './lines.ts';
import { sidePlans, type SidePlan } from './sides.ts';
import type { StageNode, Topology } from './topology.ts';

export type Orientation = 'row' | 'column';
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
export interface NodeBox extends Box {
  readonly node: StageNode;
}
export interface PlateBox extends Box {
  readonly layer: LayerId;
  readonly node: NodeId;
  /** Cross coordinates of the wires that pass through it. */
  readonly wires: readonly number[];
  /** On the wires, near where calls come in: what is refused turns round there. */
  readonly point: Point;
}
export interface LinkLine {
  readonly from: NodeId;
  readonly to: NodeId;
  /** From caller to callee. */
  readonly points: readonly Point[];
}
export interface StageLayout {
  readonly orientation: Orientation;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly NodeBox[];
  readonly plates: readonly PlateBox[];
  readonly links: readonly LinkLine[];
  /** Places along the ranks, each in the middle between two of them. */
  readonly breaks: readonly number[];
}

/** Sizes of what is laid out, in stage units. */
export interface Measures {
  /** Room of the wires inside a plate; its words stand beside them. */
  readonly wireRoom: number;
  readonly label: { readonly row: number; readonly column: number };
  readonly plateMain: { readonly row: number; readonly column: number };
  readonly plateGap: number;
  readonly rankGap: { readonly row: number; readonly column: number };
  readonly crossGap: { readonly row: number; readonly column: number };
  readonly fan: number;
  readonly card: { readonly w: number; readonly bare: number; readonly full: number };
}
export const WIRE_ROOM = 32;
/** Where on a plate a call is taken to pass it, as a share of the plate: before the switch, so that what turns round does not cover it. */
const ENTRY = 0.2;
const FULL: Measures = {
  wireRoom: WIRE_ROOM, label: { row: 40, column: 116 }, plateMain: { row: 122, column: 46 }, plateGap: 12,
  rankGap: { row: 84, column: 48 }, crossGap: { row: 22, column: 18 }, fan: 22, card: { w: 164, bare: 60, full: 94 },
};
/** For small pictures without words. */
export const SMALL: Measures = {
  wireRoom: 30, label: { row: 4, column: 4 }, plateMain: { row: 52, column: 52 }, plateGap: 8,
  rankGap: { row: 56, column: 40 }, crossGap: { row: 26, column: 20 }, fan: 14, card: { w: 104, bare: 56, full: 76 },
};

/** Lays a topology out in one orientation. Coordinates begin at 0, 0. */
export function stageLayout(topology: Topology, orientation: Orientation, measures: Measures = FULL): StageLayout {
  const row = orientation === 'row';
  const { wireRoom, plateGap, fan, card } = measures;
  const plateMain = measures.plateMain[orientation];
  const plateCross = wireRoom + measures.label[orientation];
  const cardHeight = (node: StageNode): number => (node.role === 'client' ? card.bare : card.full);
  const sides = sidePlans(topology);
  const cardMain = (node: StageNode) => (row ? card.w : cardHeight(node));
  const cardCross = (node: StageNode) => (row ? cardHeight(node) : card.w);
  const gapOf = (side: SidePlan): number => (side.plates.some(({ edges }) => edges.length < side.edges.length) ? plateCross + 10 : row ? 26 : 30);
  const sideCross = (side: SidePlan): number => (side.edges.length - 1) * gapOf(side) + (side.plates.length > 0 ? 2 * plateCross - wireRoom : wireRoom);
  const node = new Map(topology.nodes.map((it) => [it.id, it] as const));

  const { rankOf, at, lines, ranks, cross } = layered(
    topology.nodes.map((it) => ({ id: it.id, first: it.role === 'client', cross: Math.max(cardCross(it), sideCross(sides.get(it.id)!.in), sideCross(sides.get(it.id)!.out)) })),
    topology.links,
    { crossGap: measures.crossGap[orientation], passCross: 28, portGap: (id, side) => gapOf(sides.get(id)![side]) },
  );

  // Along the ranks: plates that come before the cards, the cards, plates after them.
  const room = (side: SidePlan): number => (side.slots === 0 ? (crowded(side) ? fan : 0) : side.slots * (plateMain + plateGap) + fan);
  const crowded = (side: SidePlan): boolean => side.edges.length > 1 && (side.edges.length - 1) * gapOf(side) > 60;
  const bands = Array.from({ length: ranks }, (_, rank) => {
    const members = topology.nodes.filter(({ id }) => rankOf.get(id) === rank);
    return {
      before: Math.max(0, ...members.map(({ id }) => room(sides.get(id)!.in))),
      main: Math.max(0, ...members.map(cardMain)),
      after: Math.max(0, ...members.map(({ id }) => room(sides.get(id)!.out))),
    };
  });
  const start: number[] = [];
  let along = 0;
  for (const band of bands) { start.push(along); along += band.before + band.main + band.after + measures.rankGap[orientation]; }
  const main = Math.max(0, along - measures.rankGap[orientation]);
  const middle = (rank: number): number => start[rank]! + bands[rank]!.before + bands[rank]!.main / 2;
  const place = (u: number, v: number): Point => (row ? { x: u, y: v } : { x: v, y: u });
  const box = (u: number, v: number, du: number, dv: number): Box => (row ? { x: u, y: v, w: du, h: dv } : { x: v, y: u, w: dv, h: du });

  const nodes = topology.nodes.map((it): NodeBox => {
    const u = middle(rankOf.get(it.id)!) - cardMain(it) / 2, v = at.get(it.id)! - cardCross(it) / 2;
    return { node: it, ...box(u, v, cardMain(it), cardCross(it)) };
  });

  /** The cross coordinate of an edge at a node's side, away from the card and at its edge. */
  const laneAt = (id: NodeId, side: 'in' | 'out', edge: number): number => (side === 'out' ? lines[edge]!.at[0]! : lines[edge]!.at.at(-1)!);
  const edgeAt = (id: NodeId, side: 'in' | 'out', edge: number): number => {
    const centre = at.get(id)!, half = Math.max(0, cardCross(node.get(id)!) / 2 - 14);
    const widest = Math.max(...sides.get(id)![side].edges.map((other) => Math.abs(laneAt(id, side, other) - centre)));
    const lane = laneAt(id, side, edge) - centre;
    return centre + (widest > half ? (lane * half) / widest : lane);
  };

  const plates = topology.nodes.flatMap((it): PlateBox[] => (['in', 'out'] as const).flatMap((side) => sides.get(it.id)![side].plates.map((plate): PlateBox => {
    const rank = rankOf.get(it.id)!;
    const reach = cardMain(it) / 2 + fan + plate.slot * (plateMain + plateGap);
    const u = side === 'out' ? middle(rank) + reach : middle(rank) - reach - plateMain;
    const wires = plate.edges.map((edge) => laneAt(it.id, side, edge)).sort((a, b) => a - b);
    const v = (wires[0] ?? at.get(it.id)!) - wireRoom / 2;
    const span = (wires.at(-1) ?? 0) - (wires[0] ?? 0);
    return {
      layer: plate.layer, node: it.id, wires,
      ...box(u, v, plateMain, span + plateCross),
      point: place(u + plateMain * ENTRY, wires.length === 0 ? at.get(it.id)! : wires.reduce((sum, w) => sum + w, 0) / wires.length),
    };
  })));

  const links = topology.links.map(({ from, to }, edge): LinkLine => {
    const line = lines[edge]!;
    const low = line.reversed ? to : from, high = line.reversed ? from : to;
    const stops: [number, number][] = [];
    const first = line.ranks[0]!, last = line.ranks.at(-1)!;
    stops.push([middle(first) + cardMain(node.get(low)!) / 2, edgeAt(low, 'out', edge)]);
    const outLane = line.at[0]!;
    if (sides.get(low)!.out.slots > 0 || Math.abs(outLane - stops[0]![1]) > 0.5) stops.push([stops[0]![0] + fan, outLane]);
    if (first !== last) stops.push([start[first]! + bands[first]!.before + bands[first]!.main + bands[first]!.after, outLane]);
    for (let i = 1; i < line.ranks.length - 1; i++) {
      const rank = line.ranks[i]!;
      stops.push([start[rank]!, line.at[i]!], [start[rank]! + bands[rank]!.before + bands[rank]!.main + bands[rank]!.after, line.at[i]!]);
    }
    const end: [number, number] = [middle(last) - cardMain(node.get(high)!) / 2, edgeAt(high, 'in', edge)];
    const inLane = line.at.at(-1)!;
    if (first !== last) stops.push([start[last]!, inLane]);
    if (sides.get(high)!.in.slots > 0 || Math.abs(inLane - end[1]) > 0.5) stops.push([end[0] - fan, inLane]);
    stops.push(end);
    const points = curve(stops).map(([u, v]) => place(u, v));
    return { from, to, points: line.reversed ? points.reverse() : points };
  });

  // A plate's words may reach beyond the nodes.
  const low = Math.max(cross, ...plates.map(({ x, y, w, h }) => (row ? y + h : x + w)));
  return { orientation, width: row ? main : low, height: row ? low : main, nodes, plates, links, breaks: start.slice(1).map((begin) => begin - measures.rankGap[orientation] / 2) };
}

/** How large a drawing may be shown in a frame, at most full size times `most`. */
export const fitScale = (layout: { readonly width: number; readonly height: number }, width: number, height: number, pad: number, most = 1.5): number =>
  Math.max(0.1, Math.min(most, (width - 2 * pad) / Math.max(1, layout.width), (height - 2 * pad) / Math.max(1, layout.height)));

/** The orientation that shows the topology larger, spread out as far as that costs no size. */
export function bestLayout(topology: Topology, width: number, height: number, pad: number): StageLayout {
  const row = stageLayout(topology, 'row');
  const column = stageLayout(topology, 'column');
  const size = (layout: StageLayout): number => fitScale(layout, width, height, pad);
  const tight = size(column) > size(row) * 1.25 ? column : row;
  const { orientation } = tight;
  const wider = [3.2, 2.4, 1.7].map((factor) => stageLayout(topology, orientation, { ...FULL, crossGap: { ...FULL.crossGap, [orientation]: FULL.crossGap[orientation] * factor } }));
  const open = wider.find((layout) => size(layout) >= size(tight) * 0.999) ?? tight;
  if (size(open) >= SMALLEST) return open;
  return row.breaks.map((place) => folded(row, place)).reduce((best, layout) => (size(layout) > size(best) * 1.15 ? layout : best), open);
}
/** A drawing shown smaller than this is too small to read: a row is folded where that helps. */
const SMALLEST = 0.7;
