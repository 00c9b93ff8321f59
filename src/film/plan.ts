/**
 * Which moment each frame of a film shows. A pure function of the tour and the options: nothing in it asks how fast a machine draws. Time
 * stands still while a step of the tour is read, and goes on, faster where the way is long, to the next.
 */
import type { Ms } from '../kernel/contract.ts';
import type { FilmOptions, FilmRange } from './options.ts';

export interface FilmBeat {
  /** Its number in the tour, from 0. */
  readonly step: number;
  readonly title: string;
  /** Holes filled. */
  readonly text: string;
  readonly focus?: string;
  readonly atMs: Ms;
}
/** A run that the film shows: a chapter of the tour. */
export interface FilmRun {
  readonly title: string;
  readonly subtitle: string;
  readonly durationMs: Ms;
  /** Simulated seconds per second at which the scenario is watched. */
  readonly speed: number;
  readonly faults: readonly { readonly fromMs: Ms; readonly untilMs: Ms }[];
  readonly beats: readonly FilmBeat[];
}
export interface FilmFrame {
  readonly chapter: number;
  /** Number of the beat in the tour; -1 before the first. */
  readonly beat: number;
  readonly atMs: Ms;
  /** Film time since the beat came up. */
  readonly sinceMs: number;
}
export interface FilmPlan {
  readonly frames: readonly FilmFrame[];
  readonly filmMs: number;
  /** Captions by film time. */
  readonly cues: readonly { readonly fromMs: number; readonly untilMs: number; readonly title: string; readonly text: string }[];
  /** Frame of the poster: in the middle of the tour, where most has happened. */
  readonly poster: number;
}

/** About so many characters a second are read with one eye on the stage. */
const READ_PER_SECOND = 19;
const READ_LEAST_MS = 2200, READ_MOST_MS = 11_000;
/** The share of reading for which time stands still; the rest is read while it goes on. */
const STANDS = 0.65;
const WAY_LEAST_MS = 1000, WAY_MOST_MS = 5000;
export const readingMs = ({ title, text }: Pick<FilmBeat, 'title' | 'text'>): number => Math.min(READ_MOST_MS, Math.max(READ_LEAST_MS, (1000 * (title.length + text.length)) / READ_PER_SECOND));

interface Stretch {
  readonly chapter: number;
  readonly beat: number;
  readonly fromMs: Ms;
  readonly untilMs: Ms;
  readonly filmMs: number;
  /** Film time since the beat came up when the stretch begins. */
  readonly sinceMs: number;
}
const wayMs = (simMs: Ms, speed: number): number => Math.min(WAY_MOST_MS, Math.max(WAY_LEAST_MS, simMs / speed));

/** A tour: every beat is stood at and read. */
function tourStretches(runs: readonly FilmRun[]): Stretch[] {
  const stretches: Stretch[] = [];
  runs.forEach(({ beats, speed }, chapter) => {
    const [first] = beats;
    if (first === undefined) return;
    if (first.atMs > 0) stretches.push({ chapter, beat: -1, fromMs: Math.max(0, first.atMs - WAY_MOST_MS * speed), untilMs: first.atMs, filmMs: wayMs(first.atMs, speed), sinceMs: 0 });
    beats.forEach((beat, i) => {
      const { step } = beat;
      const next = beats[i + 1];
      const reading = readingMs(beat);
      const stands = next === undefined || next.atMs <= beat.atMs ? reading : reading * STANDS;
      stretches.push({ chapter, beat: step, fromMs: beat.atMs, untilMs: beat.atMs, filmMs: stands, sinceMs: 0 });
      if (next !== undefined && next.atMs > beat.atMs) stretches.push({ chapter, beat: step, fromMs: beat.atMs, untilMs: next.atMs, filmMs: Math.max(reading - stands, wayMs(next.atMs - beat.atMs, speed)), sinceMs: stands });
    });
  });
  return stretches;
}
/** A range: time goes on evenly; beats that lie in it are captions. */
function rangeStretches(run: FilmRun, { fromMs, untilMs }: FilmRange): Stretch[] {
  const inside = run.beats.map(({ atMs, step }) => ({ atMs, beat: step })).filter(({ atMs }) => atMs < untilMs);
  const before = inside.findLast(({ atMs }) => atMs <= fromMs);
  const marks = [{ atMs: fromMs, beat: before?.beat ?? -1 }, ...inside.filter(({ atMs }) => atMs > fromMs)];
  return marks.map(({ atMs, beat }, i): Stretch => {
    const until = marks[i + 1]?.atMs ?? untilMs;
    return { chapter: 0, beat, fromMs: atMs, untilMs: until, filmMs: (until - atMs) / run.speed, sinceMs: 0 };
  }).filter(({ filmMs }) => filmMs > 0);
}

export function planFilm(runs: readonly FilmRun[], { fps, speed }: Pick<FilmOptions, 'fps' | 'speed'>, range?: FilmRange): FilmPlan {
  const stretches = (range === undefined ? tourStretches(runs) : rangeStretches(runs[0]!, range)).map((stretch) => ({ ...stretch, filmMs: stretch.filmMs / speed, sinceMs: stretch.sinceMs / speed }));
  const filmMs = stretches.reduce((sum, stretch) => sum + stretch.filmMs, 0);
  const frames: FilmFrame[] = [];
  const cues: { fromMs: number; untilMs: number; title: string; text: string; beat: number }[] = [];
  let begun = 0, i = 0;
  stretches.forEach(({ chapter, beat, fromMs, untilMs, filmMs: takes, sinceMs }, n) => {
    const end = n === stretches.length - 1 ? Infinity : begun + takes;
    const count = Math.max(1, Math.round((filmMs * fps) / 1000));
    for (; i < count && (i * 1000) / fps < end; i++) {
      const into = (i * 1000) / fps - begun;
      frames.push({ chapter, beat, atMs: fromMs + (untilMs - fromMs) * Math.min(1, into / takes), sinceMs: sinceMs + into });
    }
    const run = runs[chapter]!;
    const told = run.beats.find(({ step }) => step === beat);
    const last = cues.at(-1);
    if (last !== undefined && last.beat === beat && beat >= 0) last.untilMs = begun + takes;
    else if (told !== undefined) cues.push({ fromMs: begun, untilMs: begun + takes, title: told.title, text: told.text, beat });
    begun += takes;
  });
  const middle = stretches.filter(({ beat, fromMs, untilMs }) => beat >= 0 && fromMs === untilMs);
  const shown = middle[Math.floor(middle.length / 2)];
  const poster = Math.max(0, shown === undefined ? Math.floor(frames.length / 2) : frames.findLastIndex(({ chapter, beat, atMs }) => chapter === shown.chapter && beat === shown.beat && atMs === shown.fromMs));
  return { frames, filmMs, cues: cues.map(({ fromMs, untilMs, title, text }) => ({ fromMs, untilMs, title, text })), poster };
}
