/** Lists of a run as they grow chunk by chunk, and are cut back when the run is revised. */
import type { LayerId, Ms } from '../kernel/contract.ts';
import type { PageChunk } from '../protocol/messages.ts';
import type { EffectRow, MoveRow, NoteRow, Samples } from './types.ts';

const SAMPLE_MS = 100;
/** Log rows a page keeps; beyond it the run goes on and the page says that the log was cut. */
export const MAX_ROWS = 200_000;

export class RunData {
  notes: NoteRow[] = [];
  moves: MoveRow[] = [];
  effects: EffectRow[] = [];
  samples: Samples = { names: [], rows: 0, values: {} };
  layerIds: readonly LayerId[] = [];
  cut = false;
  private names: string[] = [];
  private capacity = 0;

  reset(sampleNames: readonly string[], layerIds: readonly LayerId[], durationMs: Ms): void {
    this.layerIds = layerIds;
    this.notes = []; this.moves = []; this.effects = []; this.names = [];
    this.cut = false;
    this.capacity = Math.ceil(durationMs / SAMPLE_MS) + 1;
    const values: Record<string, Float64Array> = {};
    for (const name of sampleNames) values[name] = new Float64Array(this.capacity).fill(NaN);
    this.samples = { names: sampleNames, rows: 0, values };
  }

  /** Forgets everything after `fromMs`: it is computed anew. */
  truncate(fromMs: Ms): void {
    const upTo = <T extends { atMs: Ms }>(list: readonly T[]): T[] => list.slice(0, firstAfter(list, fromMs));
    this.notes = upTo(this.notes);
    this.moves = upTo(this.moves);
    this.effects = upTo(this.effects);
    const rows = Math.min(this.samples.rows, Math.floor(fromMs / SAMPLE_MS));
    for (const name of this.samples.names) this.samples.values[name]!.fill(NaN, rows);
    this.samples = { ...this.samples, rows };
  }

  add(chunk: PageChunk): void {
    for (let i = 0; i < chunk.names.length; i++) this.names[chunk.namesFrom + i] = chunk.names[i]!;
    const text = (index: number): string => this.names[index] ?? '?';
    const layer = (index: number): string => this.layerIds[index] ?? '?';
    const { notes, moves, effects } = chunk;
    if (this.notes.length + this.moves.length + this.effects.length > MAX_ROWS) this.cut = true;
    if (!this.cut) {
      for (let i = 0; i < notes.length; i++) this.notes.push({ atMs: notes.atNs[i]! / 1e6, layer: layer(notes.layer[i]!), name: text(notes.name[i]!), data: notes.data[i], call: notes.call[i]! });
      for (let i = 0; i < moves.length; i++) this.moves.push({ atMs: moves.atNs[i]! / 1e6, layer: layer(moves.layer[i]!), instance: text(moves.instance[i]!), from: text(moves.from[i]!), to: text(moves.to[i]!), event: text(moves.event[i]!) });
      for (let i = 0; i < effects.length; i++) this.effects.push({ atMs: effects.atNs[i]! / 1e6, layer: layer(effects.layer[i]!), name: text(effects.name[i]!), holds: effects.holds[i] === 1, data: effects.data[i]! });
    }
    const width = this.samples.names.length + 1;
    let { rows } = this.samples;
    for (let at = 0; at + width <= chunk.samples.length; at += width) {
      const row = Math.round(chunk.samples[at]! / 1e6 / SAMPLE_MS) - 1;
      if (row < 0 || row >= this.capacity) continue;
      for (let k = 1; k < width; k++) this.samples.values[this.samples.names[k - 1]!]![row] = chunk.samples[at + k]!;
      rows = Math.max(rows, row + 1);
    }
    this.samples = { ...this.samples, rows };
  }
}

/** Index of the first row after a moment, in a list ordered by time. */
export function firstAfter(list: readonly { readonly atMs: Ms }[], ms: Ms): number {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.atMs <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next row after, or the last before, a moment. */
export function stepRow<T extends { readonly atMs: Ms }>(rows: readonly T[], atMs: Ms, direction: 1 | -1, wanted: (row: T) => boolean): Ms | null {
  let i = firstAfter(rows, atMs);
  if (direction === 1) {
    for (; i < rows.length; i++) if (wanted(rows[i]!)) return rows[i]!.atMs;
    return null;
  }
  for (i -= 1; i >= 0; i--) if (rows[i]!.atMs < atMs && wanted(rows[i]!)) return rows[i]!.atMs;
  return null;
}
