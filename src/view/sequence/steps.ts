/** Steps of layers: what one noted and how its machines moved at one instant. And the crash points that they make. */
import type { CrashPoint } from '../../kernel/faults.ts';
import type { MoveRow, NoteRow } from '../../session/types.ts';

export interface Step {
  readonly atMs: number;
  readonly layer: string;
  readonly moves: readonly MoveRow[];
  readonly notes: readonly NoteRow[];
}
/** Notes that the kernel makes in a layer's name: nothing of the layer's own step. */
const KERNEL_NOTES: ReadonlySet<string> = new Set(['nodeCrashed', 'nodeRestarted', 'lawBroken', 'paramsChanged', 'controlUsed']);
export const isOwnNote = (note: Pick<NoteRow, 'name'>): boolean => !KERNEL_NOTES.has(note.name);

/** Index of the first row at or after a moment. */
export function firstFrom(rows: readonly { readonly atMs: number }[], ms: number): number {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.atMs < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
export function rowsWithin<T extends { readonly atMs: number }>(rows: readonly T[], fromMs: number, untilMs: number): T[] {
  const found: T[] = [];
  for (let i = firstFrom(rows, fromMs); i < rows.length && rows[i]!.atMs <= untilMs; i++) found.push(rows[i]!);
  return found;
}

/** Steps of a stretch of time, in order. */
export function stepsWithin(notes: readonly NoteRow[], moves: readonly MoveRow[], fromMs: number, untilMs: number): readonly Step[] {
  const steps = new Map<string, { atMs: number; layer: string; moves: MoveRow[]; notes: NoteRow[] }>();
  const stepOf = ({ atMs, layer }: { readonly atMs: number; readonly layer: string }) => {
    const key = `${atMs}\n${layer}`;
    let step = steps.get(key);
    if (step === undefined) { step = { atMs, layer, moves: [], notes: [] }; steps.set(key, step); }
    return step;
  };
  for (const move of rowsWithin(moves, fromMs, untilMs)) stepOf(move).moves.push(move);
  for (const note of rowsWithin(notes, fromMs, untilMs)) if (isOwnNote(note)) stepOf(note).notes.push(note);
  return [...steps.values()].sort((a, b) => a.atMs - b.atMs);
}

export interface NotedStep {
  readonly note: string;
  /** How many times the layer had noted it then, this time included. */
  readonly occurrence: number;
}
/** What a layer noted at exactly this moment, each note once. With an instance only what speaks of it, if anything does. */
export function notedAt(notes: readonly NoteRow[], layer: string, atMs: number, instance = ''): readonly NotedStep[] {
  const here = rowsWithin(notes, atMs, atMs).filter((note) => note.layer === layer && isOwnNote(note));
  const about = instance === '' ? [] : here.filter(({ data }) => JSON.stringify(data ?? null).includes(JSON.stringify(instance)));
  const wanted = new Map((about.length > 0 ? about : here).map((note) => [note.name, note] as const));
  if (wanted.size === 0) return [];
  const times = new Map<string, number>();
  const found: NotedStep[] = [];
  for (const note of notes) {
    if (note.atMs > atMs) break;
    if (note.layer !== layer || !wanted.has(note.name)) continue;
    const occurrence = (times.get(note.name) ?? 0) + 1;
    times.set(note.name, occurrence);
    if (wanted.get(note.name) === note) found.push({ note: note.name, occurrence });
  }
  return found;
}

export const CRASH_MS = 5000;
export const crashPoint = (node: string, layer: string, { note, occurrence }: NotedStep): CrashPoint => ({ kind: 'crashAt', node, note, layer, occurrence, downMs: CRASH_MS, fromMs: 0 });

export interface DownTime {
  readonly node: string;
  readonly fromMs: number;
  readonly untilMs: number;
}
/** From when until when nodes were down, by the notes of the kernel. */
export function downTimes(notes: readonly NoteRow[], nodeOf: (layer: string) => string | undefined): readonly DownTime[] {
  const since = new Map<string, number>();
  const times: DownTime[] = [];
  for (const { name, layer, atMs } of notes) {
    if (name !== 'nodeCrashed' && name !== 'nodeRestarted') continue;
    const node = nodeOf(layer);
    if (node === undefined) continue;
    const fromMs = since.get(node);
    if (name === 'nodeCrashed') { if (fromMs === undefined) since.set(node, atMs); }
    else if (fromMs !== undefined) { times.push({ node, fromMs, untilMs: atMs }); since.delete(node); }
  }
  return [...times, ...[...since].map(([node, fromMs]) => ({ node, fromMs, untilMs: Infinity }))];
}
