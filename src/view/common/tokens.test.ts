import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const sheet = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const tokens = new Map([...sheet.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [name!, { light: light!, dark: dark! }]));

/** WCAG contrast of two colours. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = [1, 3, 5].map((i) => {
      const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

const GROUNDS = ['paper', 'surface', 'raised'];
const TEXTS = ['ink', 'soft', 'faint', 'accent', 'ok', 'error', 'late', 'refused', 'throttled-ink', 'retry'];
const MARKS = ['edge', 'series-3', 'series-4'];

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  const colour = (name: string): string => tokens.get(name)![theme];
  test.each(TEXTS)('%s can be read as text on every ground', (name) => {
    for (const ground of GROUNDS) expect(contrast(colour(name), colour(ground)), `on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
  test.each(MARKS)('%s can be seen as a mark on every ground', (name) => {
    for (const ground of GROUNDS) expect(contrast(colour(name), colour(ground)), `on ${ground}`).toBeGreaterThanOrEqual(3);
  });
  test.each([['ok', 'ok-wash'], ['error', 'error-wash'], ['late', 'late-wash'], ['refused', 'refused-wash'], ['accent', 'accent-wash'], ['soft', 'accent-wash'], ['faint', 'accent-wash'], ['soft', 'refused-wash'], ['soft', 'late-wash']])('%s can be read on %s', (name, wash) => {
    expect(contrast(colour(name), colour(wash))).toBeGreaterThanOrEqual(4.5);
  });
  test('words on a filled button can be read', () => expect(contrast(colour('accent-ink'), colour('accent'))).toBeGreaterThanOrEqual(4.5));
});
