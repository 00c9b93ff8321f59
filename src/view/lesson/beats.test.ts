import { describe, expect, test } from 'vitest';
import type { Beat } from '../../kernel/story.ts';
import { currentBeat, placeBeats } from './beats.ts';

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
  resolved: { faults: [{ kind: 'hang', node: 'p', fromMs: 2000 }] } as never,
});

describe('beats', () => {
  test('each is looked for after the one before; one that never happens is passed over', () => {
    expect(placeBeats(lesson, run(9000)).map(({ atMs }) => atMs)).toEqual([0, 2000, 3000, null, 3000, 9000]);
  });
  test('holes are filled from the note', () => expect(placeBeats(lesson, run(9000))[2]!.text).toBe('5 of 8 failed'));
  test('the end is reached when the run has been computed', () => expect(placeBeats(lesson, run(8000)).at(-1)!.atMs).toBeNull());
  test('a moment belongs to the last beat that happened', () => {
    const beats = placeBeats(lesson, run(9000));
    expect([0, 1999, 2500, 3000, 9000].map((atMs) => currentBeat(beats, atMs))).toEqual([0, 0, 1, 4, 5]);
  });
});
