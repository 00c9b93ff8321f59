/** When each beat of the lesson happens in a run, and what it says with the data of its note. */
import type { Beat } from '../../kernel/story.ts';
import type { RunState } from '../../session/types.ts';
import { fill } from '../common/sentence.ts';

export interface PlacedBeat {
  readonly beat: Beat;
  /** null: not in this run, or not yet computed. */
  readonly atMs: number | null;
  readonly text: string;
}
type BeatRun = Pick<RunState, 'notes' | 'durationMs' | 'computedMs' | 'resolved'>;

/** Beats follow each other: each is looked for from the moment of the last one that happened. */
export function placeBeats(lesson: readonly Beat[], run: BeatRun): readonly PlacedBeat[] {
  let afterMs = 0;
  return lesson.map((beat): PlacedBeat => {
    const found = find(beat, run, afterMs);
    if (found === null) return { beat, atMs: null, text: fill(beat.text, {}) };
    afterMs = found.atMs;
    return { beat, atMs: found.atMs, text: fill(beat.text, found.data) };
  });
}

function find({ when }: Beat, run: BeatRun, afterMs: number): { readonly atMs: number; readonly data: Readonly<Record<string, unknown>> } | null {
  if (when === 'start') return { atMs: 0, data: {} };
  if (when === 'end') return run.computedMs >= run.durationMs ? { atMs: run.durationMs, data: {} } : null;
  if ('fault' in when) {
    const fault = run.resolved.faults[when.fault];
    const atMs = when.edge === 'start' ? fault?.fromMs : fault?.untilMs;
    return atMs === undefined || atMs > run.durationMs ? null : { atMs, data: {} };
  }
  const note = run.notes.find((row) => row.atMs >= afterMs && row.name === when.note && (when.layer === undefined || when.layer === row.layer));
  if (note === undefined) return null;
  const { data } = note;
  return { atMs: note.atMs, data: typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Readonly<Record<string, unknown>>) : {} };
}

/** The beat that a moment belongs to: the last that has happened. -1 before the first. */
export const currentBeat = (beats: readonly PlacedBeat[], atMs: number): number => beats.findLastIndex((placed) => placed.atMs !== null && placed.atMs <= atMs);
