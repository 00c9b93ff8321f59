/** What is under the pointer, in words. */
import type { PaintView } from '../protocol/paint.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK, MS, OUTCOMES } from './codes.ts';
import type { PaintHistory } from './history.ts';
import { isOrphan, sceneAt } from './scene.ts';
import type { Segment } from './segment.ts';

const WITHIN_PX = 12;

export interface Hit {
  /** The user's request; 0 for a message on its own. */
  readonly root: number;
  readonly call: number;
  /** Such as "browse #1042 · reply ok · attempt 2". */
  readonly text: string;
}

/** The drawn mark nearest to a point of the canvas (CSS px), no farther than 12 px; of equally near ones the one on top. */
export function hitTest(history: PaintHistory, view: PaintView, atMs: number, x: number, y: number): Hit | null {
  const { marks } = sceneAt(history, view, atMs);
  let best = -1, least = WITHIN_PX * WITHIN_PX;
  for (let i = 0; i < marks.length; i++) {
    const dx = marks.x[i]! - x, dy = marks.y[i]! - y;
    const distance = dx * dx + dy * dy;
    if (distance <= least) { least = distance; best = i; }
  }
  if (best < 0) return null;
  const segment = history.segments[marks.segment[best]!]!;
  const row = marks.row[best]!;
  return row >= 0 ? hopHit(history, segment, row, Math.round(atMs * MS)) : spotHit(history, segment, -1 - row);
}

/** 'transientError' → 'transient error'. */
const words = (outcome: number): string => (OUTCOMES[outcome] ?? 'unknown').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function hopHit(history: PaintHistory, segment: Segment, row: number, atNs: number): Hit {
  const { hops } = segment;
  const call = hops.call[row]!, root = hops.root[row]!, kind = hops.kind[row]!, flags = hops.flags[row]!, attempt = hops.attempt[row]!;
  const what = kind === HOP.reply ? `reply ${words(hops.outcome[row]!)}` : kind === HOP.message ? 'message' : kind === HOP.cancel ? 'cancel' : 'request';
  const parts = [`${history.names.ops[hops.op[row]!] ?? 'call'} #${root === 0 ? call : root}`, what];
  if (attempt > 0) parts.push(`attempt ${attempt + 1}`);
  if ((flags & DUPLICATE) !== 0) parts.push('duplicate');
  if ((flags & LOST) !== 0 && atNs >= (hops.sentNs[row]! + hops.arriveNs[row]!) / 2) parts.push('lost');
  if (kind !== HOP.cancel && ((flags & LATE) !== 0 || isOrphan(history, segment, row, atNs))) parts.push('nobody waits any more');
  return { root, call, text: parts.join(' · ') };
}

function spotHit(history: PaintHistory, { spots }: Segment, spot: number): Hit {
  const call = spots.call[spot]!, root = spots.root[spot]!, kind = spots.kind[spot]!;
  const layer = history.names.layers[spots.layer[spot]!];
  const outcome = words(spots.outcome[spot]!);
  const what = kind === MARK.refused ? `refused${layer === undefined ? '' : ` by ${layer}`}: ${outcome}`
    : kind === MARK.gaveUp ? `caller gave up: ${outcome}` : `answer came too late: ${outcome}`;
  return { root, call, text: `#${root === 0 ? call : root} · ${what}` };
}
