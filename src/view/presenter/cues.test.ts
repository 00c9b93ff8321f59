import { expect, test } from 'vitest';
import type { Chapter, PlacedBeat } from '../../runs/tour.ts';
import type { TourState } from '../../session/tour.ts';
import type { RunState } from '../../session/types.ts';
import { cueAt, cuesOf, nextCue } from './cues.ts';

const beat = (title: string) => ({ when: 'start' as const, title, text: '', ...(title === 'a' && { aside: 'say hello' }) });
const first: Chapter = { scenario: 's', variant: 'with', from: 0, beats: ['a', 'b', 'c'].map(beat) };
const second: Chapter = { scenario: 's', variant: 'without', from: 3, beats: [beat('d')] };
const placed = (...at: (number | null)[]): PlacedBeat[] => at.map((atMs, i) => ({ beat: first.beats[i]!, atMs, data: {} }));
const tour = (...at: (number | null)[]): TourState => ({ chapters: [first, second], chapter: first, placed: placed(...at) });
const run = (breakpoints: readonly object[]) => ({ document: { breakpoints }, notes: [], moves: [], failure: null, samples: { names: [], rows: 0, values: {} } }) as unknown as RunState;

test('breakpoints stand among the steps by time; steps of other runs come after', () => {
  const cues = cuesOf(tour(0, 5000, 9000), run([{ kind: 'time', atMs: 7000 }, { kind: 'time', atMs: 6000 }]));
  expect(cues.map(({ title }) => title)).toEqual(['a', 'b', 'Time 6 s', 'Time 7 s', 'c', 'd']);
  expect(cues[0]).toMatchObject({ aside: 'say hello' });
  expect(cueAt(cues, 6500)).toBe(2);
  expect(cueAt(cues, 100_000)).toBe(4);
});

test('a step that does not happen is passed over', () => {
  const cues = cuesOf(tour(0, null, 9000), run([]));
  expect(nextCue(cues, 0, 1)).toBe(2);
  expect(nextCue(cues, 2, -1)).toBe(0);
  expect(nextCue(cues, 2, 1)).toBe(3);
  expect(nextCue(cues, 3, 1)).toBe(null);
  expect(nextCue(cues, 0, -1)).toBe(null);
});
