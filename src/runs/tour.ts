/** The guided tour of a pattern: its chapters (a run each), when each beat happens in a run, and whether what it states is so. */
import type { Json, LayerId, Ms } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import type { Beat, BeatFact, Story } from '../kernel/story.ts';
import { figure } from './figure.ts';

/** Beats that are about one run. */
export interface Chapter {
  readonly scenario: string;
  readonly variant: string;
  /** Number of its first beat in the tour. */
  readonly from: number;
  readonly beats: readonly Beat[];
}
export interface PlacedBeat {
  readonly beat: Beat;
  /** null: not in this run, or not yet computed. */
  readonly atMs: Ms | null;
  /** What its note said. */
  readonly data: Readonly<Record<string, unknown>>;
}
/** What must be known of a run to place beats in it. */
export interface TouredRun {
  readonly notes: readonly { readonly atMs: Ms; readonly layer: LayerId; readonly name: string; readonly data: Json | undefined }[];
  readonly durationMs: Ms;
  readonly computedMs: Ms;
  readonly faults: readonly Fault[];
}

export function chaptersOf({ lesson, opensWith, scenarios }: Pick<Story, 'lesson' | 'opensWith' | 'scenarios'>): readonly Chapter[] {
  const chapters: { scenario: string; variant: string; from: number; beats: Beat[] }[] = [];
  lesson.forEach((beat, i) => {
    const last = chapters.at(-1);
    if (last !== undefined && beat.act === undefined) { last.beats.push(beat); return; }
    const scenario = beat.act?.scenario ?? last?.scenario ?? opensWith;
    const variant = beat.act?.variant ?? (scenario === last?.scenario ? last.variant : scenarios[scenario]!.opensWith);
    chapters.push({ scenario, variant, from: i, beats: [beat] });
  });
  return chapters;
}

/** The chapter that a run shows: of its variant, else of its scenario, else the first. */
export function chapterOf(chapters: readonly Chapter[], shown: { readonly scenario: string; readonly variant: string }): Chapter | undefined {
  return chapters.findLast(({ scenario, variant }) => scenario === shown.scenario && variant === shown.variant)
    ?? chapters.find(({ scenario }) => scenario === shown.scenario) ?? chapters[0];
}

/** Beats follow each other: each is looked for from the moment of the last one that happened. */
export function placeBeats(beats: readonly Beat[], run: TouredRun): readonly PlacedBeat[] {
  let afterMs = 0;
  return beats.map((beat): PlacedBeat => {
    const found = find(beat, run, afterMs);
    if (found === null) return { beat, atMs: null, data: {} };
    afterMs = found.atMs;
    return { beat, ...found };
  });
}

function find({ when }: Beat, run: TouredRun, afterMs: Ms): { readonly atMs: Ms; readonly data: Readonly<Record<string, unknown>> } | null {
  if (when === 'start') return { atMs: 0, data: {} };
  if (when === 'end') return run.computedMs >= run.durationMs ? { atMs: run.durationMs, data: {} } : null;
  if ('fault' in when) {
    const fault = run.faults[when.fault];
    const atMs = when.edge === 'start' ? fault?.fromMs : fault?.untilMs;
    return atMs === undefined || atMs > run.durationMs ? null : { atMs, data: {} };
  }
  const note = run.notes.find((row) => row.atMs >= afterMs && row.name === when.note && (when.layer === undefined || when.layer === row.layer));
  if (note === undefined) return null;
  const { data } = note;
  return { atMs: note.atMs, data: typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Readonly<Record<string, unknown>>) : {} };
}

/** The beat that a moment belongs to: the last that has happened. -1 before the first. */
export const currentBeat = (beats: readonly PlacedBeat[], atMs: Ms): number => beats.findLastIndex((placed) => placed.atMs !== null && placed.atMs <= atMs);

export interface Measured {
  /** Sampled series by 100 ms: `values[name][i]` belongs to `(i + 1) × 100 ms`. */
  readonly samples: { readonly rows: number; readonly values: Readonly<Record<string, ArrayLike<number>>> };
  readonly summary: Readonly<Record<string, number>> | null;
}
const SAMPLE_MS = 100, SECOND = 10;

/** The number of which a fact speaks; null where it can't be known (yet). */
export function factValue({ metric }: BeatFact, atMs: Ms, { samples, summary }: Measured): number | null {
  const series = samples.values[metric];
  if (series === undefined) return summary === null ? null : figure(summary, metric);
  const until = Math.min(samples.rows, Math.floor(atMs / SAMPLE_MS + 1e-9));
  let sum = 0, n = 0;
  for (let i = Math.max(0, until - SECOND); i < until; i++) if (!Number.isNaN(series[i]!)) { sum += series[i]!; n++; }
  return n === 0 ? null : sum / n;
}
export const factHolds = ({ above = -Infinity, below = Infinity }: BeatFact, value: number | null): boolean => value !== null && value > above && value < below;
