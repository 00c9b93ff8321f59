import { describe, expect, test } from 'vitest';
import type { NoteRow } from '../../session/types.ts';
import { around, currentIn, listed } from './logRows.ts';

const notes: readonly NoteRow[] = [[0, 'a', 'x'], [100, 'b', 'quiet'], [100, 'a', 'y'], [300, 'b', 'z']].map(([atMs, layer, name]) => ({ atMs, layer, name, data: undefined, call: 0 }) as NoteRow);
const isQuiet = (note: NoteRow) => note.name === 'quiet';

describe('the log', () => {
  test('leaves quiet notes out unless asked', () => {
    expect(listed(notes, { layer: null, quiet: false }, isQuiet)).toEqual([0, 2, 3]);
    expect(listed(notes, { layer: null, quiet: true }, isQuiet)).toEqual([0, 1, 2, 3]);
  });
  test('filters by layer', () => expect(listed(notes, { layer: 'b', quiet: true }, isQuiet)).toEqual([1, 3]));
  test('the current line is the last that has happened', () => {
    const list = listed(notes, { layer: null, quiet: true }, isQuiet);
    expect([-1, 0, 99, 100, 299, 9999].map((atMs) => currentIn(list, notes, atMs))).toEqual([-1, 0, 0, 2, 2, 3]);
  });
  test('at most 500 lines, around the current one', () => {
    expect(around(20, 3)).toEqual([0, 20]);
    for (const place of [0, 1, 499, 2500, 9999]) {
      const [from, to] = around(10_000, place);
      expect(to - from).toBe(500);
      expect(place).toBeGreaterThanOrEqual(from);
      expect(place).toBeLessThan(to);
    }
  });
});
