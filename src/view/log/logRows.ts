/** Which notes the log lists, and which of them is current. */
import type { NoteRow } from '../../session/types.ts';

export interface LogFilter {
  readonly layer: string | null;
  readonly quiet: boolean;
}
/** Indexes of the notes that are listed, in order of time. */
export function listed(notes: readonly NoteRow[], filter: LogFilter, isQuiet: (note: NoteRow) => boolean): readonly number[] {
  const out: number[] = [];
  notes.forEach((note, i) => {
    if (filter.layer !== null && note.layer !== filter.layer) return;
    if (!filter.quiet && isQuiet(note)) return;
    out.push(i);
  });
  return out;
}

/** The place in the list of the last note at or before a moment; -1 before the first. */
export function currentIn(list: readonly number[], notes: readonly NoteRow[], atMs: number): number {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (notes[list[middle]!]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A stretch of at most `most` entries around a place; moves in steps, so that the list stands still for a while. */
export function around(length: number, place: number, most = 500): readonly [number, number] {
  if (length <= most) return [0, length];
  const step = most / 5;
  const from = Math.max(0, Math.min(length - most, Math.floor((place - most / 2) / step) * step));
  return [from, from + most];
}
