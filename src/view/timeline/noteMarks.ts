/** Notes as marks on the timeline: one for each few pixels, the gravest tone in front. */
import type { NoteRow } from '../../session/types.ts';
import type { NoteStory } from '../../kernel/story.ts';

export type Tone = NonNullable<NoteStory['tone']>;
const RANK: Readonly<Record<Tone, number>> = { calm: 0, good: 1, warn: 2, bad: 3 };

export interface NoteMark {
  readonly x: number;
  readonly tone: Tone;
  /** Indexes into the notes. */
  readonly notes: readonly number[];
}

/** Notes come in order of time, so marks come in order of x. */
export function noteMarks(notes: readonly NoteRow[], storyOf: (note: NoteRow) => NoteStory | undefined, x: (ms: number) => number, apart = 7): NoteMark[] {
  const marks: { x: number; tone: Tone; notes: number[] }[] = [];
  notes.forEach((note, i) => {
    const story = storyOf(note);
    if (story === undefined || story.quiet === true) return;
    const tone = story.tone ?? 'calm';
    const at = x(note.atMs);
    const last = marks.at(-1);
    if (last === undefined || at - last.x >= apart) { marks.push({ x: at, tone, notes: [i] }); return; }
    last.notes.push(i);
    if (RANK[tone] > RANK[last.tone]) last.tone = tone;
  });
  return marks;
}

/** The shape of a tone, around 0, 0: a bar, a ring, a triangle, a diamond. */
export const TONE_SHAPES: Readonly<Record<Tone, string>> = {
  calm: 'M-1,-4.500h2v9h-2z',
  good: 'M0,-4a4,4 0 1 1 -0.010,0ZM0,-2a2,2 0 1 0 0.010,0Z',
  warn: 'M0,-4.500 4.500,3.500h-9Z',
  bad: 'M0,-5 5,0 0,5 -5,0Z',
};
