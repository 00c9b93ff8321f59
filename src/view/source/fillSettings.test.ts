import { expect, test } from 'vitest';
import { fillSettings } from './fillSettings.ts';

test('holes are filled in the unit they ask for; braces of the language stay', () => {
  const params = { size: 20, waitMs: 2500, percent: 7, on: true, type: 'COUNT' };
  expect(fillSettings('new X({ size: {size}, wait: {waitMs:s}, r: {percent:ratio}, on: {on}, t: {type}_BASED })', params)).toBe('new X({ size: 20, wait: 2.5, r: 0.07, on: true, t: COUNT_BASED })');
  expect(fillSettings('{unknown} {}', params)).toBe('{unknown} {}');
});
