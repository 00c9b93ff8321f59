import { describe, expect, test } from 'vitest';
import { modeLines, wireMark } from './mode.ts';
import { slotCells } from './slots.ts';

describe('a plate', () => {
  test.each([
    ['closed (passing)', 'closed'], ['open (refusing)', 'open'], ['forced open (refusing)', 'open'], ['half-open (2 of 3 probes left)', 'half'],
    ['disabled (passing, not counting)', 'gate'], [undefined, 'gate'],
  ] as const)('%s is drawn as %s, whatever the pattern', (mode, mark) => expect(wireMark(mode === undefined ? {} : { mode })).toBe(mark));
  test('shows the word, and what it means', () => expect(modeLines({ mode: 'half-open (2 of 3 probes left)' })).toEqual(['half-open', '2 of 3 probes left']));
  test('breaks a long mode in two', () => expect(modeLines({ mode: '3 closed, 1 open of 4' })).toEqual(['3 closed, 1 open', 'of 4']));
  test('without a mode shows its slots, else its first meter', () => {
    expect(modeLines({ slots: { used: 3, of: 10 } })).toEqual(['3 of 10', 'in use']);
    expect(modeLines({ slots: { used: 10, of: 10 }, queue: { length: 4, capacity: 9 } })).toEqual(['10 of 10', '4 waiting']);
    expect(modeLines({ meters: { none: null, retries: 12 } })).toEqual(['12', 'retries']);
    expect(modeLines({})).toEqual(['', '']);
  });
});

describe('slots', () => {
  test('say what each is doing', () => {
    expect(slotCells({ used: 3, of: 4 }, [{ cell: 0 }, { cell: 2, waitingFor: 'payments' }, { cell: 3, gone: true, waitingFor: 'x' }])).toEqual(['busy', 'free', 'waiting', 'gone']);
  });
  test('are only counted where the application says no more', () => expect(slotCells({ used: 2, of: 3 }, undefined)).toEqual(['busy', 'busy', 'free']));
});
