/**
 * What happened, in typed columns. A trace is a sink: it is never read by the simulation. `takeChunk` cuts off what has gathered so far,
 * ready to be transferred. `transcript.ts` prints it as text.
 */
import { hashText } from './random.ts';
import type { Json, Ns } from './contract.ts';

/** Texts by number. Numbers differ between sinks; the fingerprint uses the hashes. */
export interface Names {
  readonly list: string[];
  readonly hashes: number[];
  readonly index: Map<string, number>;
}
export const createNames = (): Names => ({ list: [], hashes: [], index: new Map() });
export function nameIndex(names: Names, text: string): number {
  const known = names.index.get(text);
  if (known !== undefined) return known;
  const index = names.list.length;
  names.list.push(text);
  names.hashes.push(hashText(text));
  names.index.set(text, index);
  return index;
}

export const HOP = { request: 0, reply: 1, message: 2, cancel: 3 } as const;
/** Flags of a hop. `late`: the caller had already gone when it was sent. */
export const LOST = 1;
export const DUPLICATE = 2;
export const LATE = 4;
export const MARK = { started: 1, ended: 2, refused: 3, gaveUp: 4, late: 5, began: 6 } as const;

type Column = Float64Array | Int32Array | Uint8Array;
type ColumnKind = 'f64' | 'i32' | 'u8';
type Columns<S extends Record<string, ColumnKind>> = { [K in keyof S]: S[K] extends 'f64' ? Float64Array : S[K] extends 'i32' ? Int32Array : Uint8Array };
export type Table<S extends Record<string, ColumnKind>> = Columns<S> & { length: number };

const HOP_COLUMNS = { call: 'f64', root: 'f64', parent: 'f64', sentNs: 'f64', arriveNs: 'f64', link: 'i32', op: 'i32', kind: 'u8', outcome: 'u8', attempt: 'u8', flags: 'u8' } as const;
const MARK_COLUMNS = { call: 'f64', root: 'f64', atNs: 'f64', layer: 'i32', kind: 'u8', outcome: 'u8' } as const;
const NOTE_COLUMNS = { atNs: 'f64', layer: 'i32', name: 'i32', call: 'f64' } as const;
const MOVE_COLUMNS = { atNs: 'f64', layer: 'i32', instance: 'i32', from: 'i32', to: 'i32', event: 'i32' } as const;
const EFFECT_COLUMNS = { atNs: 'f64', layer: 'i32', name: 'i32', holds: 'u8' } as const;
export type HopTable = Table<typeof HOP_COLUMNS>;
export type MarkTable = Table<typeof MARK_COLUMNS>;
export type NoteTable = Table<typeof NOTE_COLUMNS> & { data: (Json | undefined)[] };
export type MoveTable = Table<typeof MOVE_COLUMNS>;
export type EffectTable = Table<typeof EFFECT_COLUMNS> & { data: Json[] };

export interface Trace {
  hops: HopTable;
  marks: MarkTable;
  notes: NoteTable;
  moves: MoveTable;
  effects: EffectTable;
  /** Rows of `sampleWidth` numbers; the first is the time in ns. */
  samples: number[];
}
/** A finished piece of a trace: the columns hold exactly `length` rows; every row was sent or happened from fromNs to untilNs. */
export interface Chunk extends Omit<Trace, 'samples'> {
  fromNs: Ns;
  untilNs: Ns;
  samples: Float64Array;
}

const make = (kind: ColumnKind, size: number): Column => (kind === 'f64' ? new Float64Array(size) : kind === 'i32' ? new Int32Array(size) : new Uint8Array(size));
function createTable<S extends Record<string, ColumnKind>>(columns: S, size: number): Table<S> {
  const table: Record<string, unknown> = { length: 0 };
  for (const name of Object.keys(columns)) table[name] = make(columns[name]!, size);
  return table as Table<S>;
}
function growTable(table: { length: number }, columns: Record<string, ColumnKind>): void {
  const holder = table as unknown as Record<string, Column>;
  for (const name of Object.keys(columns)) {
    const old = holder[name]!;
    const wide = make(columns[name]!, old.length * 2);
    wide.set(old as never);
    holder[name] = wide;
  }
}
function cutTable<S extends Record<string, ColumnKind>>(table: Table<S>, columns: S): Table<S> {
  const out: Record<string, unknown> = { length: table.length };
  for (const name of Object.keys(columns)) out[name] = (table as unknown as Record<string, Column>)[name]!.slice(0, table.length);
  table.length = 0;
  return out as Table<S>;
}

export const createTrace = (): Trace => ({
  hops: createTable(HOP_COLUMNS, 1024),
  marks: createTable(MARK_COLUMNS, 512),
  notes: Object.assign(createTable(NOTE_COLUMNS, 64), { data: [] }),
  moves: createTable(MOVE_COLUMNS, 64),
  effects: Object.assign(createTable(EFFECT_COLUMNS, 64), { data: [] }),
  samples: [],
});

export function addHop(trace: Trace, call: number, root: number, parent: number, link: number, op: number, sentNs: Ns, arriveNs: Ns, kind: number, outcome: number, attempt: number, flags: number): void {
  const t = trace.hops;
  if (t.length === t.call.length) growTable(t, HOP_COLUMNS);
  const i = t.length++;
  t.call[i] = call; t.root[i] = root; t.parent[i] = parent; t.link[i] = link; t.op[i] = op; t.sentNs[i] = sentNs; t.arriveNs[i] = arriveNs;
  t.kind[i] = kind; t.outcome[i] = outcome; t.attempt[i] = attempt; t.flags[i] = flags;
}
export function addMark(trace: Trace, call: number, root: number, layer: number, atNs: Ns, kind: number, outcome: number): void {
  const t = trace.marks;
  if (t.length === t.call.length) growTable(t, MARK_COLUMNS);
  const i = t.length++;
  t.call[i] = call; t.root[i] = root; t.layer[i] = layer; t.atNs[i] = atNs; t.kind[i] = kind; t.outcome[i] = outcome;
}
export function addNote(trace: Trace, layer: number, name: number, atNs: Ns, call: number, data: Json | undefined): void {
  const t = trace.notes;
  if (t.length === t.atNs.length) growTable(t, NOTE_COLUMNS);
  const i = t.length++;
  t.atNs[i] = atNs; t.layer[i] = layer; t.name[i] = name; t.call[i] = call;
  t.data.push(data);
}
export function addMove(trace: Trace, layer: number, atNs: Ns, instance: number, from: number, to: number, event: number): void {
  const t = trace.moves;
  if (t.length === t.atNs.length) growTable(t, MOVE_COLUMNS);
  const i = t.length++;
  t.atNs[i] = atNs; t.layer[i] = layer; t.instance[i] = instance; t.from[i] = from; t.to[i] = to; t.event[i] = event;
}
export function addEffect(trace: Trace, layer: number, name: number, atNs: Ns, holds: boolean, data: Json): void {
  const t = trace.effects;
  if (t.length === t.atNs.length) growTable(t, EFFECT_COLUMNS);
  const i = t.length++;
  t.atNs[i] = atNs; t.layer[i] = layer; t.name[i] = name; t.holds[i] = holds ? 1 : 0;
  t.data.push(data);
}

export function takeChunk(trace: Trace, fromNs: Ns, untilNs: Ns): Chunk {
  const noteData = trace.notes.data;
  const effectData = trace.effects.data;
  trace.notes.data = [];
  trace.effects.data = [];
  const samples = Float64Array.from(trace.samples);
  trace.samples = [];
  return {
    fromNs, untilNs,
    hops: cutTable(trace.hops, HOP_COLUMNS),
    marks: cutTable(trace.marks, MARK_COLUMNS),
    notes: Object.assign(cutTable(trace.notes, NOTE_COLUMNS), { data: noteData }),
    moves: cutTable(trace.moves, MOVE_COLUMNS),
    effects: Object.assign(cutTable(trace.effects, EFFECT_COLUMNS), { data: effectData }),
    samples,
  };
}

/** The buffers of a chunk, for postMessage's transfer list. */
export function chunkBuffers(chunk: Chunk): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [chunk.samples.buffer as ArrayBuffer];
  for (const table of [chunk.hops, chunk.marks, chunk.notes, chunk.moves, chunk.effects]) {
    for (const value of Object.values(table)) if (ArrayBuffer.isView(value)) buffers.push(value.buffer as ArrayBuffer);
  }
  return buffers;
}
