/**
 * Lays a state machine out from top to bottom. Labels of moves take part as boxes of their own between the ranks, so that none covers
 * another; compound and parallel states hold a layout of their children.
 */
import { backEdges, layered, type LayeredNode } from '../common/layered.ts';
import { groupMoves, type FromAnywhere, type MachineModel, type MachineState, type MoveGroup, type StatePath } from './machineModel.ts';

export interface StateBox {
  readonly state: MachineState;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly depth: number;
  readonly tags: readonly FromAnywhere[];
}
export interface MoveLine {
  readonly group: MoveGroup;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly label: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
export interface MachineLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly StateBox[];
  readonly lines: readonly MoveLine[];
}

const CHAR = 6.3, LINE_H = 15;
const BOX_H = 40, TAG_H = 17, RANK_GAP = 26, PAD = 14, HEAD = 26;
export const labelLines = (group: MoveGroup): readonly string[] => group.moves.map(({ event, guard }) => `${event === '' ? 'always' : spaced(event)}${guard === '' ? '' : ` [${spaced(guard)}]`}`);
export const spaced = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
export const tagText = ({ event, from }: FromAnywhere): string => `${spaced(event)} · from ${from.length === 1 ? 'anywhere in it' : from.length}`;

interface Inner {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly StateBox[];
  readonly lines: readonly MoveLine[];
}

/** Which child of a state a path lies in; null if it does not. */
const childOf = (state: MachineState, path: StatePath): MachineState | null => state.children.find((child) => path === child.path || path.startsWith(`${child.path}.`)) ?? null;

function inside(state: MachineState, groups: readonly MoveGroup[], anywhere: readonly FromAnywhere[], depth: number): Inner {
  const shapes = state.children.map((child) => shape(child, groups, anywhere, depth));
  if (state.kind === 'parallel') {
    // Regions side by side.
    let x = 0;
    const placed = shapes.map((it) => { const moved = shift(it, x, 0); x += it.width + PAD; return moved; });
    return { width: Math.max(0, x - PAD), height: Math.max(0, ...shapes.map(({ height }) => height)), boxes: placed.flatMap(({ boxes }) => boxes), lines: placed.flatMap(({ lines }) => lines) };
  }
  // Moves whose ends lie in two different children of this state, or that return to the same child.
  const mine = groups.flatMap((group) => {
    const from = childOf(state, group.from), to = childOf(state, group.to);
    if (from === null || to === null || (from === to && (group.from !== from.path || group.to !== from.path))) return [];
    return [{ group, from: from.path, to: to.path }];
  });
  const straight = mine.filter(({ from, to }) => from !== to);
  const sizes = straight.map(({ group }) => labelSize(group));
  const ordered = state.children.map(({ path }) => ({ id: path, first: path === state.initial }));
  // A move that leads back up takes its label along, so that the label stands between its two ends.
  const up = backEdges(ordered, straight);
  // States that no drawn move reaches or leaves (reached by tags alone) stand below, in rows.
  const joined = new Set(straight.flatMap(({ from, to }) => [from, to]));
  const alone = joined.size === 0 ? [] : state.children.filter(({ path }) => !joined.has(path));
  const nodes: LayeredNode[] = [
    ...state.children.flatMap((child, i) => (alone.includes(child) ? [] : [{ id: child.path, cross: shapes[i]!.width + selfRoom(mine, child.path), first: child.path === state.initial }])),
    ...straight.map((_, i) => ({ id: `label:${i}`, cross: sizes[i]!.w })),
  ];
  const order = new Map(straight.map((it, i) => [it, i] as const));
  const edges = straight.flatMap((it, i) => {
    const label = `label:${order.get(it)!}`;
    const [from, to] = up.has(i) ? [it.to, it.from] : [it.from, it.to];
    return [{ from, to: label }, { from: label, to }];
  });
  const plan = layered(nodes, edges, { crossGap: 16, passCross: 16, portGap: () => 22 });
  const shapeOf = new Map(state.children.map((child, i) => [child.path, shapes[i]!] as const));
  const heights = Array.from({ length: plan.ranks }, (_, rank) => Math.max(12,
    ...state.children.filter(({ path }) => plan.rankOf.get(path) === rank).map(({ path }) => shapeOf.get(path)!.height),
    ...straight.flatMap((_it, i) => (plan.rankOf.get(`label:${i}`) === rank ? [sizes[i]!.h] : []))));
  const top: number[] = [];
  let y = 0;
  for (const height of heights) { top.push(y); y += height + RANK_GAP; }
  const middle = (rank: number): number => top[rank]! + heights[rank]! / 2;
  const half = (id: string): number => (shapeOf.get(id)?.height ?? sizes[Number(id.slice(6))]!.h) / 2;

  const boxes: StateBox[] = [], lines: MoveLine[] = [];
  for (const child of state.children.filter((it) => !alone.includes(it))) {
    const it = shapeOf.get(child.path)!;
    const moved = shift(it, plan.at.get(child.path)! - (it.width + selfRoom(mine, child.path)) / 2, middle(plan.rankOf.get(child.path)!) - it.height / 2);
    boxes.push(...moved.boxes);
    lines.push(...moved.lines);
  }
  /** A port on the edge of its box: the box stands left of the room for its own loop, and may be narrower than its ports. */
  const onBox = (id: string, x: number): number => {
    const it = shapeOf.get(id);
    if (it === undefined) return x;
    const centre = plan.at.get(id)! - selfRoom(mine, id) / 2, reach = it.width / 2 - 10;
    return Math.max(centre - reach, Math.min(centre + reach, x - selfRoom(mine, id) / 2));
  };
  /** The points of one half of a move, from its lower rank to its higher. */
  const way = (edge: number): { x: number; y: number }[] => {
    const line = plan.lines[edge]!, { from, to } = edges[edge]!;
    const low = line.reversed ? to : from, high = line.reversed ? from : to;
    const last = line.ranks.length - 1;
    const points = line.ranks.flatMap((rank, i) => {
      const x = line.at[i]!;
      if (i === 0) return [{ x: onBox(low, x), y: middle(rank) + half(low) }];
      if (i === last) return [{ x: onBox(high, x), y: middle(rank) - half(high) }];
      return [{ x, y: top[rank]! }, { x, y: top[rank]! + heights[rank]! }];
    });
    return line.reversed ? points.reverse() : points;
  };
  straight.forEach(({ group }, i) => {
    const rank = plan.rankOf.get(`label:${i}`)!, size = sizes[i]!;
    const label = { x: plan.at.get(`label:${i}`)! - size.w / 2, y: middle(rank) - size.h / 2, ...size };
    const points = [...way(2 * i), ...way(2 * i + 1)];
    lines.push({ group, points: up.has(i) ? points.reverse() : points, label });
  });
  // Rows of those that stand alone.
  const across = Math.max(plan.cross, 360);
  let width = plan.cross, left = 0, below = y, rowHeight = 0;
  for (const child of alone) {
    const it = shapeOf.get(child.path)!, room = it.width + selfRoom(mine, child.path);
    if (left > 0 && left + room > across) { left = 0; below += rowHeight + 12; rowHeight = 0; }
    const moved = shift(it, left, below);
    boxes.push(...moved.boxes);
    lines.push(...moved.lines);
    left += room + 12;
    rowHeight = Math.max(rowHeight, it.height);
    width = Math.max(width, left - 12);
  }
  const height = alone.length > 0 ? below + rowHeight : y - RANK_GAP;
  for (const { group, from } of mine.filter((it) => it.from === it.to)) {
    const box = boxes.find(({ state: { path } }) => path === from)!;
    const size = labelSize(group), x = box.x + box.w, at = box.y + box.h / 2;
    lines.push({ group, points: [{ x, y: at - 9 }, { x: x + 16, y: at - 9 }, { x: x + 16, y: at + 9 }, { x, y: at + 9 }], label: { x: x + 20, y: at - size.h / 2, ...size } });
  }
  return { width, height: Math.max(0, height), boxes, lines };
}

const labelSize = (group: MoveGroup): { w: number; h: number } => {
  const texts = labelLines(group);
  return { w: Math.max(...texts.map((text) => text.length)) * CHAR + 12, h: texts.length * LINE_H + 4 };
};
const selfRoom = (mine: readonly { readonly group: MoveGroup; readonly from: StatePath; readonly to: StatePath }[], path: StatePath): number =>
  Math.max(0, ...mine.filter(({ from, to }) => from === path && to === path).map(({ group }) => labelSize(group).w + 24));

/** A state with everything in it, at 0, 0. */
function shape(state: MachineState, groups: readonly MoveGroup[], anywhere: readonly FromAnywhere[], depth: number): Inner {
  const tags = anywhere.filter(({ to }) => to === state.path);
  const least = Math.max(84, spaced(state.key).length * 7.4 + 28, ...tags.map((tag) => tagText(tag).length * 5.8 + 14));
  const foot = tags.length * TAG_H;
  if (state.children.length === 0) return { width: least, height: BOX_H + foot, boxes: [{ state, x: 0, y: 0, w: least, h: BOX_H + foot, depth, tags }], lines: [] };
  const inner = inside(state, groups, anywhere, depth + 1);
  const width = Math.max(least, inner.width + 2 * PAD), height = inner.height + HEAD + 2 * PAD + foot;
  const moved = shift(inner, (width - inner.width) / 2, HEAD + PAD);
  return { width, height, boxes: [{ state, x: 0, y: 0, w: width, h: height, depth, tags }, ...moved.boxes], lines: moved.lines };
}

const shift = (inner: Inner, dx: number, dy: number): Inner => ({
  ...inner,
  boxes: inner.boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy })),
  lines: inner.lines.map((line) => ({ ...line, points: line.points.map(({ x, y }) => ({ x: x + dx, y: y + dy })), label: { ...line.label, x: line.label.x + dx, y: line.label.y + dy } })),
});

/** Moves that leave or enter a compound state from within are drawn between the children of the state that holds both ends. */
export function machineLayout({ root, moves }: MachineModel): MachineLayout {
  const { groups, anywhere } = groupMoves(moves);
  const inner = inside(root, groups, anywhere, 0);
  const right = Math.max(inner.width, ...inner.lines.map(({ label }) => label.x + label.w), ...inner.boxes.map(({ x, w }) => x + w));
  return { width: right, height: inner.height, boxes: inner.boxes, lines: inner.lines };
}
