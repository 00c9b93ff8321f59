/** The story of one request, joined from the trace: its legs, who refused it, what was noted on its way. */
import { OUTCOME_KINDS, type Ms } from '../kernel/contract.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK, type Chunk } from '../kernel/trace.ts';
import type { Followed, Leg } from '../protocol/messages.ts';
import type { Timeline } from './timeline.ts';

const HOP_KINDS = Object.keys(HOP) as (keyof typeof HOP)[];
const MARK_NAMES = Object.fromEntries(Object.entries(MARK).map(([name, code]) => [code, name]));

function legOf({ hops }: Chunk, i: number, timeline: Timeline): Leg {
  const link = timeline.plan.links[hops.link[i]!]!;
  const kind = HOP_KINDS[hops.kind[i]!]!;
  const back = kind === 'reply';
  const flags = hops.flags[i]!;
  return {
    call: hops.call[i]!, root: hops.root[i]!, parent: hops.parent[i]!, attempt: hops.attempt[i]!, op: timeline.names.list[hops.op[i]!] ?? '', kind,
    from: back ? link.to : link.from, to: back ? link.from : link.to, sentMs: hops.sentNs[i]! / 1e6, arriveMs: hops.arriveNs[i]! / 1e6,
    outcome: OUTCOME_KINDS[hops.outcome[i]!]!, lost: (flags & LOST) !== 0, late: (flags & LATE) !== 0, duplicate: (flags & DUPLICATE) !== 0,
  };
}

export function follow(chunks: readonly Chunk[], timeline: Timeline, root: number): Followed {
  const { layerIds } = timeline.world;
  const names = timeline.names.list;
  const legs: Leg[] = [];
  const marks: Followed['marks'][number][] = [];
  const notes: Followed['notes'][number][] = [];
  const calls = new Set<number>([root]);
  for (const chunk of chunks) {
    const { hops, marks: rows } = chunk;
    for (let i = 0; i < hops.length; i++) {
      if (hops.root[i] !== root || hops.kind[i] === HOP.message) continue;
      calls.add(hops.call[i]!);
      legs.push(legOf(chunk, i, timeline));
    }
    for (let i = 0; i < rows.length; i++) {
      if (rows.root[i] !== root) continue;
      calls.add(rows.call[i]!);
      marks.push({ atMs: rows.atNs[i]! / 1e6, call: rows.call[i]!, layer: layerIds[rows.layer[i]!] ?? '', kind: MARK_NAMES[rows.kind[i]!] ?? '', outcome: OUTCOME_KINDS[rows.outcome[i]!]! });
    }
  }
  for (const { notes: rows } of chunks) {
    for (let i = 0; i < rows.length; i++) {
      if (!calls.has(rows.call[i]!)) continue;
      notes.push({ atMs: rows.atNs[i]! / 1e6, layer: layerIds[rows.layer[i]!] ?? '', name: names[rows.name[i]!] ?? '', data: rows.data[i] });
    }
  }
  return { root, legs, marks, notes };
}

const MAX_LEGS = 2000;
/** Every packet on its way at some moment of [fromMs, untilMs], in the order of sending. */
export function lanes(chunks: readonly Chunk[], timeline: Timeline, fromMs: Ms, untilMs: Ms): { readonly legs: readonly Leg[]; readonly cut: boolean } {
  const legs: Leg[] = [];
  for (const chunk of chunks) {
    const { hops } = chunk;
    for (let i = 0; i < hops.length; i++) {
      if (hops.sentNs[i]! > untilMs * 1e6 || hops.arriveNs[i]! < fromMs * 1e6) continue;
      if (legs.length === MAX_LEGS) return { legs, cut: true };
      legs.push(legOf(chunk, i, timeline));
    }
  }
  return { legs, cut: false };
}

/** The next or previous instant at which a hop of the request starts or ends. */
export function nextHop(chunks: readonly Chunk[], root: number, atMs: Ms, direction: 1 | -1): Ms | null {
  let best: number | null = null;
  for (const { hops } of chunks) {
    for (let i = 0; i < hops.length; i++) {
      if (hops.root[i] !== root) continue;
      for (const ms of [hops.sentNs[i]! / 1e6, hops.arriveNs[i]! / 1e6]) {
        const ahead = (ms - atMs) * direction;
        if (ahead > 0 && (best === null || ahead < (best - atMs) * direction)) best = ms;
      }
    }
  }
  return best;
}
