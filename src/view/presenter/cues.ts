/** The moments that a speaker goes through: the steps of the tour, and the breakpoints of the shown run among them. */
import type { Ms } from '../../kernel/contract.ts';
import { describeBreakpoint, nextBreak } from '../../session/breakpoints.ts';
import type { TourState } from '../../session/tour.ts';
import type { RunState } from '../../session/types.ts';
import { capital } from '../common/format.ts';

export type Cue =
  | { readonly kind: 'beat'; readonly beat: number; readonly title: string; /** null: of another run, or not in this one. */ readonly atMs: Ms | null; /** Where it can be gone to at all. */ readonly there: boolean; readonly aside?: string }
  | { readonly kind: 'break'; readonly title: string; readonly atMs: Ms };

export function cuesOf({ chapters, chapter, placed }: TourState, run: RunState): readonly Cue[] {
  const breaks = run.document.breakpoints.flatMap((breakpoint): Cue[] => {
    const found = nextBreak(run, [breakpoint], -1);
    return found === null ? [] : [{ kind: 'break', title: capital(describeBreakpoint(breakpoint)), atMs: found.atMs }];
  });
  const cues = chapters.flatMap((it): Cue[] => {
    const own = it === chapter;
    const beats = it.beats.map((beat, i): Cue => {
      const atMs = own ? placed[i]!.atMs : null;
      return { kind: 'beat', beat: it.from + i, title: beat.title, atMs, there: !own || atMs !== null, ...(beat.aside !== undefined && { aside: beat.aside }) };
    });
    // Steps keep their order; a breakpoint stands before the first step that comes after it.
    return own ? breaks.sort(byTime).reduce(inserted, beats) : beats;
  });
  return chapter === undefined ? breaks.sort(byTime) : cues;
}
const byTime = (a: Cue, b: Cue): number => (a.atMs ?? 0) - (b.atMs ?? 0);
function inserted(cues: readonly Cue[], cue: Cue): Cue[] {
  const at = cues.findIndex((other) => other.atMs !== null && other.atMs > cue.atMs!);
  return at < 0 ? [...cues, cue] : [...cues.slice(0, at), cue, ...cues.slice(at)];
}

/** The cue that the shown moment belongs to: the last that has come; -1 before the first. */
export const cueAt = (cues: readonly Cue[], atMs: Ms): number => cues.findLastIndex((cue) => cue.atMs !== null && cue.atMs <= atMs);

/** The next cue in a direction that can be gone to; null at the ends. */
export function nextCue(cues: readonly Cue[], from: number, direction: 1 | -1): number | null {
  for (let i = from + direction; i >= 0 && i < cues.length; i += direction) {
    const cue = cues[i]!;
    if (cue.kind === 'break' || cue.there) return i;
  }
  return null;
}
