/** When laws broke, from the notes of a run: read once each, however often they are asked for. */
import type { NoteRow } from '../../session/types.ts';

interface Read {
  revision: number;
  until: number;
  /** Moments by law, in order. */
  readonly breaks: Map<string, number[]>;
}
const read = new WeakMap<readonly NoteRow[], Read>();

export function lawBreaks(notes: readonly NoteRow[], revision: number): ReadonlyMap<string, readonly number[]> {
  let known = read.get(notes);
  if (known === undefined || known.revision !== revision || known.until > notes.length) read.set(notes, (known = { revision, until: 0, breaks: new Map() }));
  for (; known.until < notes.length; known.until++) {
    const { name, data, atMs } = notes[known.until]!;
    if (name !== 'lawBroken') continue;
    const { law } = data as { readonly law: string };
    known.breaks.set(law, [...(known.breaks.get(law) ?? []), atMs]);
  }
  return known.breaks;
}
