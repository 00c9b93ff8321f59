/**
 * Layered layout of a small directed graph: ranks by longest path, rows in the order of declaration unless another order crosses less,
 * places on the cross axis by pulling neighbours level. Axes are abstract: `main` runs along the ranks, `cross` across them.
 */
export interface LayeredNode {
  readonly id: string;
  /** Size across the ranks, ports included. */
  readonly cross: number;
  /** Stays in the first rank. Other sources move next to what they point at. */
  readonly first?: boolean;
}
export interface LayeredEdge {
  readonly from: string;
  readonly to: string;
}
export interface LayeredOptions {
  readonly crossGap: number;
  /** Room across for an edge that passes a rank. */
  readonly passCross: number;
  /** Distance between the ports of a node's side. */
  readonly portGap: (node: string, side: 'in' | 'out') => number;
}
/** A place where an edge passes a rank, or ends. */
interface Slot {
  readonly id: string;
  readonly rank: number;
  readonly cross: number;
  at: number;
  readonly edge?: number;
}
export interface LayeredLine {
  /** Drawn against the ranks, because it closes a cycle. */
  readonly reversed: boolean;
  /** Centres on the cross axis by rank, from the lower rank to the higher: end ports first and last. */
  readonly ranks: readonly number[];
  readonly at: readonly number[];
}
export interface Layered {
  readonly rankOf: ReadonlyMap<string, number>;
  readonly at: ReadonlyMap<string, number>;
  readonly lines: readonly LayeredLine[];
  readonly ranks: number;
  /** Extent on the cross axis; the least is 0. */
  readonly cross: number;
}

/** Edges, by index, that would close a cycle when nodes are visited in order of declaration, the first ranks first. */
export function backEdges(nodes: readonly Pick<LayeredNode, 'id' | 'first'>[], edges: readonly LayeredEdge[]): Set<number> {
  const state = new Map<string, 'open' | 'done'>();
  const back = new Set<number>();
  const visit = (id: string): void => {
    state.set(id, 'open');
    edges.forEach((edge, i) => {
      if (edge.from !== id) return;
      const seen = state.get(edge.to);
      if (seen === 'open') back.add(i);
      else if (seen === undefined) visit(edge.to);
    });
    state.set(id, 'done');
  };
  for (const node of nodes.toSorted((a, b) => Number(b.first ?? false) - Number(a.first ?? false))) if (!state.has(node.id)) visit(node.id);
  return back;
}

function rankNodes(nodes: readonly LayeredNode[], forward: readonly LayeredEdge[]): Map<string, number> {
  const rank = new Map<string, number>(nodes.map(({ id }) => [id, 0] as const));
  for (let round = 0; round < nodes.length; round++) {
    let moved = false;
    for (const { from, to } of forward) {
      if (rank.get(to)! < rank.get(from)! + 1) { rank.set(to, rank.get(from)! + 1); moved = true; }
    }
    if (!moved) break;
  }
  // A source that is nobody's first (a relay, a poller) stands next to what it points at.
  for (const node of nodes) {
    if (node.first === true || forward.some(({ to }) => to === node.id)) continue;
    const targets = forward.filter(({ from }) => from === node.id).map(({ to }) => rank.get(to)!);
    if (targets.length > 0) rank.set(node.id, Math.min(...targets) - 1);
  }
  return rank;
}

interface Segment {
  readonly low: Slot;
  readonly high: Slot;
  readonly edge: number;
}
const crossings = (segments: readonly Segment[], order: ReadonlyMap<Slot, number>): number => {
  let count = 0;
  for (let i = 0; i < segments.length; i++) {
    for (let j = i + 1; j < segments.length; j++) {
      const a = segments[i]!, b = segments[j]!;
      if (a.low.rank !== b.low.rank) continue;
      const low = order.get(a.low)! - order.get(b.low)!, high = order.get(a.high)! - order.get(b.high)!;
      if (low * high < 0) count++;
    }
  }
  return count;
};
const indexOrder = (ranks: readonly (readonly Slot[])[]): Map<Slot, number> => new Map(ranks.flatMap((slots) => slots.map((slot, i) => [slot, i] as const)));

/** Barycentre sweeps; an order is taken over only when it crosses less than the best so far. */
function orderRanks(initial: readonly (readonly Slot[])[], segments: readonly Segment[]): Slot[][] {
  let best = initial.map((slots) => [...slots]);
  let fewest = crossings(segments, indexOrder(best));
  let current = best.map((slots) => [...slots]);
  for (let sweep = 0; sweep < 8 && fewest > 0; sweep++) {
    const down = sweep % 2 === 0;
    const sequence = current.map((_, i) => i);
    for (const r of down ? sequence : sequence.reverse()) {
      const order = indexOrder(current);
      const pull = (slot: Slot): number => {
        const others = segments.filter((s) => (down ? s.high : s.low) === slot).map((s) => order.get(down ? s.low : s.high)!);
        return others.length === 0 ? order.get(slot)! : others.reduce((sum, at) => sum + at, 0) / others.length;
      };
      const pulls = new Map(current[r]!.map((slot) => [slot, pull(slot)] as const));
      current[r]!.sort((a, b) => pulls.get(a)! - pulls.get(b)!);
    }
    const count = crossings(segments, indexOrder(current));
    if (count < fewest) { fewest = count; best = current.map((slots) => [...slots]); }
    else current = current.map((slots) => [...slots]);
  }
  return best;
}

/** Puts boxes in this order as close to where they want to be as they fit (pool adjacent violators). */
export function spread(wanted: readonly number[], sizes: readonly number[], gap: number): number[] {
  const offsets: number[] = [];
  let offset = 0;
  sizes.forEach((size, i) => {
    if (i > 0) offset += sizes[i - 1]! / 2 + gap + size / 2;
    offsets.push(offset);
  });
  const pools: { sum: number; count: number }[] = [];
  for (let i = 0; i < wanted.length; i++) {
    let pool = { sum: wanted[i]! - offsets[i]!, count: 1 };
    while (pools.length > 0 && pools.at(-1)!.sum / pools.at(-1)!.count > pool.sum / pool.count) {
      const last = pools.pop()!;
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count)).map((base, i) => base + offsets[i]!);
}

export function layered(nodes: readonly LayeredNode[], edges: readonly LayeredEdge[], options: LayeredOptions): Layered {
  const back = backEdges(nodes, edges);
  const oriented = edges.map((edge, i) => (back.has(i) ? { from: edge.to, to: edge.from } : edge));
  const rankOf = rankNodes(nodes, oriented.filter(({ from, to }) => from !== to));
  const count = Math.max(0, ...rankOf.values()) + 1;
  const slots = new Map<string, Slot>(nodes.map((node) => [node.id, { id: node.id, rank: rankOf.get(node.id)!, cross: node.cross, at: 0 }] as const));
  const ranks: Slot[][] = Array.from({ length: count }, () => []);
  for (const slot of slots.values()) ranks[slot.rank]!.push(slot);
  const segments: Segment[] = [];
  const chains = oriented.map(({ from, to }, edge): Slot[] => {
    const first = slots.get(from)!, last = slots.get(to)!;
    const chain = [first];
    for (let rank = first.rank + 1; rank < last.rank; rank++) {
      const pass: Slot = { id: '', rank, cross: options.passCross, at: 0, edge };
      ranks[rank]!.push(pass);
      chain.push(pass);
    }
    if (last !== first) chain.push(last);
    for (let i = 1; i < chain.length; i++) segments.push({ low: chain[i - 1]!, high: chain[i]!, edge });
    return chain;
  });
  const ordered = orderRanks(ranks, segments);
  const order = indexOrder(ordered);

  // Ports of each side in the order of what they lead to.
  const port = (id: string, side: 'in' | 'out', edge: number): number => {
    const slot = slots.get(id)!;
    const mine = segments.filter((s) => (side === 'out' ? s.low : s.high) === slot);
    const sorted = mine.toSorted((a, b) => order.get(side === 'out' ? a.high : a.low)! - order.get(side === 'out' ? b.high : b.low)! || a.edge - b.edge);
    const i = sorted.findIndex((s) => s.edge === edge);
    return i < 0 ? 0 : (i - (sorted.length - 1) / 2) * options.portGap(id, side);
  };
  const offsetOf = (slot: Slot, side: 'in' | 'out', edge: number): number => (slot.edge === undefined ? port(slot.id, side, edge) : 0);

  for (const row of ordered) {
    let at = 0;
    for (const slot of row) { slot.at = at + slot.cross / 2; at += slot.cross + options.crossGap; }
  }
  const centre = Math.max(...ordered.map((row) => (row.length === 0 ? 0 : row.at(-1)!.at + row.at(-1)!.cross / 2))) / 2;
  for (const row of ordered) {
    const shift = row.length === 0 ? 0 : centre - (row.at(-1)!.at + row.at(-1)!.cross / 2) / 2;
    for (const slot of row) slot.at += shift;
  }
  const settle = (row: readonly Slot[], side: 'in' | 'out' | 'both'): void => {
    const wanted = row.map((slot) => {
      const pulls: number[] = [];
      for (const s of segments) {
        if (side !== 'out' && s.high === slot) pulls.push(s.low.at + offsetOf(s.low, 'out', s.edge) - offsetOf(slot, 'in', s.edge));
        if (side !== 'in' && s.low === slot) pulls.push(s.high.at + offsetOf(s.high, 'in', s.edge) - offsetOf(slot, 'out', s.edge));
      }
      return pulls.length === 0 ? slot.at : pulls.reduce((sum, x) => sum + x, 0) / pulls.length;
    });
    const placed = spread(wanted, row.map(({ cross }) => cross), options.crossGap);
    row.forEach((slot, i) => { slot.at = placed[i]!; });
  };
  for (let round = 0; round < 6; round++) {
    for (let r = 1; r < ordered.length; r++) settle(ordered[r]!, 'in');
    for (let r = ordered.length - 2; r >= 0; r--) settle(ordered[r]!, 'out');
  }
  for (const row of ordered) settle(row, 'both');

  const all = ordered.flat();
  const least = all.length === 0 ? 0 : Math.min(...all.map(({ at, cross }) => at - cross / 2));
  for (const slot of all) slot.at -= least;
  return {
    rankOf,
    at: new Map([...slots].map(([id, slot]) => [id, slot.at] as const)),
    lines: chains.map((chain, edge) => ({
      reversed: back.has(edge),
      ranks: chain.map(({ rank }) => rank),
      at: chain.map((slot, i) => slot.at + (i === 0 ? offsetOf(slot, 'out', edge) : i === chain.length - 1 ? offsetOf(slot, 'in', edge) : 0)),
    })),
    ranks: count,
    cross: all.length === 0 ? 0 : Math.max(...all.map(({ at, cross }) => at + cross / 2)),
  };
}
