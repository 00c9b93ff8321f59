/** How often a layer has noted something by a moment. Lists of notes only grow, so each is gone through once. */
import type { LayerId, Ms } from '../../kernel/contract.ts';
import type { NoteRow } from '../../session/types.ts';

interface Index {
  upTo: number;
  readonly times: Map<string, Ms[]>;
}
const indexes = new WeakMap<readonly NoteRow[], Index>();

function timesOf(notes: readonly NoteRow[], layer: LayerId, name: string): readonly Ms[] {
  let index = indexes.get(notes);
  if (index === undefined || index.upTo > notes.length) { index = { upTo: 0, times: new Map() }; indexes.set(notes, index); }
  for (; index.upTo < notes.length; index.upTo++) {
    const note = notes[index.upTo]!;
    const key = `${note.layer}/${note.name}`;
    const known = index.times.get(key);
    if (known === undefined) index.times.set(key, [note.atMs]);
    else known.push(note.atMs);
  }
  return index.times.get(`${layer}/${name}`) ?? [];
}

export interface Seen {
  readonly count: number;
  readonly firstMs: Ms;
  readonly lastMs: Ms;
}
/** Null while it has not happened yet. */
export function seenBy(notes: readonly NoteRow[], layer: LayerId, name: string, atMs: Ms): Seen | null {
  const times = timesOf(notes, layer, name);
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= atMs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : { count: low, firstMs: times[0]!, lastMs: times[low - 1]! };
}
