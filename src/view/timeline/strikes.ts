/** When crash points struck: the moment of the note that each names, by its number since the point's beginning. */
import type { CrashPoint, Fault } from '../../kernel/faults.ts';
import type { NoteRow } from '../../session/types.ts';
import type { Span } from './faultRows.ts';

interface Read {
  revision: number;
  until: number;
  /** By fault: how often its note has been seen, and when it struck. */
  readonly points: { seen: number; struckMs: number | null }[];
}
const read = new WeakMap<readonly NoteRow[], { readonly faults: readonly Fault[] } & Read>();

/** One moment for each fault; null for one that is no crash point, or has not struck as far as the run is computed. */
export function strikesOf(faults: readonly Fault[], notes: readonly NoteRow[], revision: number, nodeOf: (layer: string) => string | undefined): readonly (number | null)[] {
  let known = read.get(notes);
  if (known === undefined || known.revision !== revision || known.faults !== faults || known.until > notes.length) {
    read.set(notes, (known = { faults, revision, until: 0, points: faults.map(() => ({ seen: 0, struckMs: null })) }));
  }
  const points = faults.flatMap((fault, i) => (fault.kind === 'crashAt' ? [[fault, known.points[i]!] as const] : []));
  for (; known.until < notes.length; known.until++) {
    const { name, layer, atMs } = notes[known.until]!;
    for (const [fault, point] of points) {
      if (fault.note !== name || point.struckMs !== null || atMs < fault.fromMs || (fault.untilMs !== undefined && atMs >= fault.untilMs)) continue;
      if ((fault.layer !== undefined && fault.layer !== layer) || nodeOf(layer) !== fault.node) continue;
      if (++point.seen === fault.occurrence) point.struckMs = atMs;
    }
  }
  return known.points.map(({ struckMs }) => struckMs);
}

/** What the lane shows of a crash point: from where it struck until the node is back; where it has not struck, only a mark where it begins to count. */
export const struckSpan = ({ fromMs, downMs = Infinity }: CrashPoint, struckMs: number | null, durationMs: number): Span =>
  (struckMs === null ? { fromMs, untilMs: fromMs } : { fromMs: struckMs, untilMs: Math.min(durationMs, struckMs + downMs) });
