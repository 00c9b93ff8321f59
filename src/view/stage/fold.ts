/** A long chain in two lines, like text: the second begins on the left again, and links that cross the fold come back between the lines. */
import type { Point } from './lines.ts';
import type { Box, LinkLine, StageLayout } from './stageLayout.ts';

/** Between the lines, for the links that come back. */
const GAP = 44;
/** Between links that come back side by side. */
const APART = 12;
/** Radius of the turns. */
const TURN = 14;
const STEPS = 5;

/** Folds a layout in a row at a place between two ranks. */
export function folded(layout: StageLayout, at: number): StageLayout {
  const crossing = layout.links.filter(({ points }) => points.some(({ x }) => x < at) && points.some(({ x }) => x >= at)).length;
  const margin = TURN + crossing * APART;
  const upper = [...layout.nodes, ...layout.plates].filter(({ x }) => x < at), lower = [...layout.nodes, ...layout.plates].filter(({ x }) => x >= at);
  const floor = Math.max(...upper.map(({ y, h }) => y + h)), ceiling = Math.min(...lower.map(({ y }) => y));
  const between = GAP + crossing * APART;
  const down = floor + between - ceiling;
  const move = ({ x, y }: Point): Point => (x < at ? { x: x + margin, y } : { x: x - at + margin, y: y + down });
  const moveBox = <B extends Box>(box: B): B => ({ ...box, ...move(box) });
  let turned = 0;
  const links = layout.links.map((link): LinkLine => {
    const { points } = link;
    const cut = points.findIndex(({ x }, i) => i > 0 && x >= at !== points[i - 1]!.x >= at);
    if (cut < 0) return { ...link, points: points.map(move) };
    const forth = points[cut]!.x >= at;
    const [first, last] = [points.slice(0, cut), points.slice(cut)];
    const [above, below] = forth ? [first, last] : [last.toReversed(), first.toReversed()];
    const y = floor + between / 2 + (turned - (crossing - 1) / 2) * APART;
    const out = (crossing - turned) * APART / 2;
    turned++;
    const from = above.at(-1)!.y, to = below[0]!.y + down;
    const right = at + margin + out, left = margin - TURN - out;
    const back = rounded([{ x: at + margin - TURN, y: from }, { x: right, y: from }, { x: right, y }, { x: left, y }, { x: left, y: to }, { x: margin, y: to }]);
    const whole = [...above.map(move), ...back, ...below.map(move)];
    return { ...link, points: forth ? whole : whole.reverse() };
  });
  const nodes = layout.nodes.map(moveBox);
  const plates = layout.plates.map((plate) => ({ ...moveBox(plate), point: move(plate.point), wires: plate.x < at ? plate.wires : plate.wires.map((wire) => wire + down) }));
  return { ...layout, nodes, plates, links, width: Math.max(at, layout.width - at) + 2 * margin, height: Math.max(floor, ...[...nodes, ...plates].map(({ y, h }) => y + h)), breaks: [] };
}

/** The corners of a line that runs along the axes, rounded. */
function rounded(points: readonly Point[]): Point[] {
  return points.flatMap((corner, i) => {
    const before = points[i - 1], after = points[i + 1];
    if (before === undefined || after === undefined) return [corner];
    const r = Math.min(TURN, Math.hypot(corner.x - before.x, corner.y - before.y) / 2, Math.hypot(after.x - corner.x, after.y - corner.y) / 2);
    const start = towards(corner, before, r), end = towards(corner, after, r);
    return Array.from({ length: STEPS + 1 }, (_, k) => {
      const t = k / STEPS;
      // A quadratic curve with the corner as its handle.
      return { x: (1 - t) ** 2 * start.x + 2 * t * (1 - t) * corner.x + t ** 2 * end.x, y: (1 - t) ** 2 * start.y + 2 * t * (1 - t) * corner.y + t ** 2 * end.y };
    });
  });
}
function towards(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}
