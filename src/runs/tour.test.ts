import { describe, expect, test } from 'vitest';
import type { Beat, Scenario } from '../kernel/story.ts';
import { chapterOf, chaptersOf, currentBeat, factHolds, factValue, placeBeats } from './tour.ts';

const lesson: readonly Beat[] = [
  { when: 'start', title: 'start', text: 'go' },
  { when: { fault: 0, edge: 'start' }, title: 'fault', text: 'hangs' },
  { when: { note: 'opened' }, title: 'opened', text: '{failed} of {calls} failed' },
  { when: { note: 'never' }, title: 'never', text: 'x' },
  { when: { note: 'opened' }, title: 'again', text: 'x' },
  { when: 'end', title: 'end', text: 'x' },
];
const note = (atMs: number, name: string) => ({ atMs, layer: 'breaker', name, data: { failed: 5, calls: 8 }, call: 0 });
const run = (computedMs: number) => ({
  notes: [note(10, 'opened'), note(3000, 'opened'), note(5000, 'closed')], durationMs: 9000, computedMs,
  faults: [{ kind: 'hang', node: 'p', fromMs: 2000 } as const],
});

describe('beats', () => {
  test('each is looked for after the one before; one that never happens is passed over', () => {
    expect(placeBeats(lesson, run(9000)).map(({ atMs }) => atMs)).toEqual([0, 2000, 3000, null, 3000, 9000]);
  });
  test('each has what its note said', () => expect(placeBeats(lesson, run(9000))[2]!.data).toEqual({ failed: 5, calls: 8 }));
  test('the end is reached when the run has been computed', () => expect(placeBeats(lesson, run(8000)).at(-1)!.atMs).toBeNull());
  test('a moment belongs to the last beat that happened', () => {
    const beats = placeBeats(lesson, run(9000));
    expect([0, 1999, 2500, 3000, 9000].map((atMs) => currentBeat(beats, atMs))).toEqual([0, 0, 1, 4, 5]);
  });
});

describe('chapters', () => {
  const scenario = (opensWith: string) => ({ opensWith }) as Scenario;
  const act = (title: string, to?: Beat['act']): Beat => ({ when: 'start', title, text: '', ...(to !== undefined && { act: to }) });
  const chapters = chaptersOf({ opensWith: 'storm', scenarios: { storm: scenario('with'), other: scenario('plain') }, lesson: [act('a'), act('b'), act('c', { variant: 'without' }), act('d', { scenario: 'other' }), act('e')] });

  test('begin where a beat turns to another run, which opens as it does on the page', () => {
    expect(chapters.map(({ scenario: of, variant, from, beats }) => [of, variant, from, beats.map(({ title }) => title).join('')])).toEqual([['storm', 'with', 0, 'ab'], ['storm', 'without', 2, 'c'], ['other', 'plain', 3, 'de']]);
  });
  test('a run shows that of its variant, else the first of its scenario, else the first of all', () => {
    expect([['storm', 'without'], ['storm', 'x'], ['other', 'x'], ['nowhere', 'x']].map(([of, variant]) => chapterOf(chapters, { scenario: of!, variant: variant! })!.from)).toEqual([2, 0, 3, 0]);
  });
});

describe('facts', () => {
  const measured = { samples: { rows: 30, values: { 'shop.queue': Float64Array.from({ length: 30 }, (_, i) => i) } }, summary: { 'users.good': 7 } };
  test('of a series are the mean of the last second', () => {
    expect(factValue({ metric: 'shop.queue' }, 2000, measured)).toBe(14.5);
    expect(factValue({ metric: 'shop.queue' }, 50, measured)).toBeNull();
  });
  test('of the summary are of the whole run', () => expect(factValue({ metric: 'users.good' }, 0, measured)).toBe(7));
  test('hold between their bounds, and never of nothing', () => {
    expect([3, 4, 5, 6, null].map((value) => factHolds({ metric: 'x', above: 3, below: 6 }, value))).toEqual([false, true, true, false, false]);
  });
});
