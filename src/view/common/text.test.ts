import { describe, expect, test } from 'vitest';
import { cellText } from '../instruments/cellText.ts';
import { durationText, measured, momentText, number, secondsText, steady, withUnit, words } from './format.ts';
import { metricHelp } from './metricHelp.ts';
import { fill, noteSentence } from './sentence.ts';

describe('numbers', () => {
  test.each([[0, '0'], [1234567, '1,234,567'], [59.27, '59.3'], [0.1234, '0.123'], [2.5, '2.5'], [-3.2468, '−3.25'], [149.6, '150'], [NaN, 'n/a'], [null, 'n/a'], [Infinity, '∞']])('%s → %s', (value, text) => expect(number(value)).toBe(text));
  test('a changing number does not flicker', () => expect([steady(59.7), steady(0.25), steady(9.96), steady(null)]).toEqual(['60', '0.3', '10', '–']));
  test('times', () => {
    expect(momentText(41_200)).toBe('41.200 s');
    expect(secondsText(120_000)).toBe('120 s');
    expect([0, 0.02, 130, 3300, 720_000, 7_200_000].map(durationText)).toEqual(['0 ms', '20 µs', '130 ms', '3.3 s', '12 min', '2 h']);
  });
  test('units', () => {
    expect(withUnit(59.27, 'perSecond')).toBe('59.3/s');
    expect(withUnit(0.305, 'ratio')).toBe('30.5 %');
    expect(withUnit(3300, 'ms')).toBe('3.3 s');
    expect(withUnit(2, 'factor')).toBe('×2');
    expect(measured(NaN, 'ms')).toEqual({ value: 'n/a', unit: '' });
  });
  test('names of the code become words', () => expect(words('halfOpen.max-wait')).toBe('half open max wait'));
  test('cells know the unit by the name', () => {
    expect(cellText('sinceMs', 41_200)).toBe('41.200 s');
    expect(cellText('meanMs', 1500)).toBe('1.5 s');
    expect(cellText('failureRatePercent', 62.5)).toBe('62.5 %');
    expect(cellText('x', null)).toBe('–');
  });
});

describe('sentences', () => {
  test('holes are filled, nested ones too; a hole that was left out leaves no trace', () => {
    expect(fill('opened{of}: {failed} of {calls} failed, {a.b}', { failed: 5, calls: 8, a: { b: 0.126 } })).toBe('opened: 5 of 8 failed, 0.126');
    expect(fill('{layer} went on {why} .', { layer: 'x' })).toBe('x went on.');
  });
  test('a note begins with a capital and knows its layer and node', () => {
    const note = { name: 'opened', layer: 'breaker', data: { failed: 5 } };
    expect(noteSentence(note, { text: '{layer} of {node} opened: {failed} failed' }, 'Gateway')).toBe('Breaker of Gateway opened: 5 failed');
  });
  test('a note without a story still says something', () => expect(noteSentence({ name: 'wentWrong', layer: 'my-layer', data: { a: 1 } }, undefined, '')).toBe('My layer went wrong: a 1'));
  test('how a metric is measured', () => {
    expect(metricHelp('browse.goodputPerSecond')).toBe('Requests of browse that were answered well before the caller’s deadline, per second.');
    expect(metricHelp('gateway>payments.requests')).toBe('Calls sent over the link gateway → payments, repeated ones too.');
    expect(metricHelp('breaker.note.opened')).toBe('How often breaker noted “opened” in the window.');
    expect(metricHelp('breaker.halfOpenMs')).toBe('How long breaker was half open.');
  });
});
