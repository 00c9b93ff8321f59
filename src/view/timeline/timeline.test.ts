import { describe, expect, test } from 'vitest';
import type { CrashPoint, Fault } from '../../kernel/faults.ts';
import type { NoteRow } from '../../session/types.ts';
import { dragged, rowsOf } from './faultRows.ts';
import { noteMarks } from './noteMarks.ts';
import { strikesOf, struckSpan } from './strikes.ts';
import { ticks } from './ticks.ts';

describe('faults', () => {
  test('overlapping ones stand in rows below each other, others share a row', () => {
    expect(rowsOf([{ fromMs: 0, untilMs: 10 }, { fromMs: 5, untilMs: 15 }, { fromMs: 10, untilMs: 20 }, { fromMs: 12, untilMs: 13 }])).toEqual([0, 1, 0, 2]);
  });
  test('a drag snaps to tenths of a second and stays inside the run', () => {
    const span = { fromMs: 1000, untilMs: 3000 };
    expect(dragged(span, 'move', 149, 10_000)).toEqual({ fromMs: 1100, untilMs: 3100 });
    expect(dragged(span, 'move', 99_999, 10_000)).toEqual({ fromMs: 8000, untilMs: 10_000 });
    expect(dragged(span, 'from', 99_999, 10_000)).toEqual({ fromMs: 2900, untilMs: 3000 });
    expect(dragged(span, 'until', -99_999, 10_000)).toEqual({ fromMs: 1000, untilMs: 1100 });
  });
});

describe('crash points', () => {
  const note = (atMs: number, name: string, layer = 'app'): NoteRow => ({ atMs, name, layer, data: undefined, call: 0 });
  const at = (occurrence: number, fromMs = 0): Fault => ({ kind: 'crashAt', node: 'shop', note: 'sold', occurrence, fromMs, downMs: 500 });
  const nodeOf = (layer: string) => (layer === 'app' ? 'shop' : 'other');
  const notes = [note(1, 'sold'), note(2, 'sold', 'far'), note(3, 'bought'), note(4, 'sold'), note(9, 'sold')];
  test('strike at the note of that number on their node, counted from their beginning', () => {
    expect(strikesOf([at(1), at(2), at(1, 2), at(4), { kind: 'crash', node: 'shop', fromMs: 0 }], notes, 1, nodeOf)).toEqual([1, 4, 4, null, null]);
  });
  test('strike as the run is computed, and anew when it is revised', () => {
    const growing = notes.slice(0, 3), faults = [at(2)];
    expect(strikesOf(faults, growing, 1, nodeOf)).toEqual([null]);
    growing.push(note(4, 'sold'));
    expect(strikesOf(faults, growing, 1, nodeOf)).toEqual([4]);
    expect(strikesOf(faults, growing, 2, nodeOf)).toEqual([4]);
  });
  test('are drawn from where they struck until the node is back; before that, where they begin to count', () => {
    expect(struckSpan({ ...at(1), fromMs: 100 } as CrashPoint, 4000, 10_000)).toEqual({ fromMs: 4000, untilMs: 4500 });
    expect(struckSpan({ ...at(1), fromMs: 100 } as CrashPoint, null, 10_000)).toEqual({ fromMs: 100, untilMs: 100 });
  });
});

describe('notes', () => {
  const note = (atMs: number, name: string): NoteRow => ({ atMs, name, layer: 'l', data: undefined, call: 0 });
  const stories = { opened: { text: '', tone: 'bad' }, closed: { text: '', tone: 'good' }, hum: { text: '', quiet: true } } as const;
  const marks = noteMarks([note(0, 'closed'), note(2, 'opened'), note(3, 'hum'), note(50, 'closed'), note(51, 'unknown')], ({ name }) => stories[name as keyof typeof stories], (ms) => ms);
  test('close ones share a mark in the gravest tone; quiet and unknown ones have none', () => {
    expect(marks).toEqual([{ x: 0, tone: 'bad', notes: [0, 1] }, { x: 50, tone: 'good', notes: [3] }]);
  });
});

describe('the ruler', () => {
  test.each([[120_000, 1300], [120_000, 300], [1000, 800], [86_400_000, 1000]])('of %d ms on %d px has steps far enough apart, from 0', (durationMs, width) => {
    const { major, minor } = ticks(durationMs, width, 64);
    expect(major[0]).toBe(0);
    expect(major.length).toBeLessThanOrEqual(width / 64 + 2);
    expect(major.length).toBeGreaterThan(1);
    expect(minor.length).toBeGreaterThanOrEqual(major.length);
  });
});
