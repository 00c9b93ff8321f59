import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { bandsOf, ConfidenceBars, endOfAxis } from './ConfidenceBars.tsx';
import { DotWall, pileUp, wallOf } from './DotWall.tsx';

const dots = Array.from({ length: 400 }, (_, i) => ({ user: `e${i}`, bucket: (i * 7919) % 10_000, to: (i * 7919) % 10_000 < 1000 ? 'canary' : 'stable', ok: i % 37 !== 0 }));
const bands = [{ label: 'errors, new release', low: 0.031, mid: 0.05, high: 0.08, n: 400, limit: 0.01 }, { label: 'errors, old release', low: 0.001, mid: 0.005, high: 0.018, n: 400 }];
const wall = (value: unknown): string => renderToStaticMarkup(<DotWall value={value as never} label="Here" />);
const bars = (value: unknown): string => renderToStaticMarkup(<ConfidenceBars value={value as never} label="Here" />);

test('the wall says in words what its dots say', () => {
  const markup = wall({ weight: 10, dots });
  expect(markup).toContain('Here: 41 of 400 users have the new release at a weight of 10 %; 11 had a bad answer last, 2 of them of the new release');
  expect(markup.match(/<circle/g)!.length).toBeGreaterThan(380);
  expect(markup).not.toMatch(/NaN|undefined/);
});
test('dots stand over their buckets, one on the other', () => {
  const placed = pileUp(wallOf({ weight: 0, dots: [{ user: 'b', bucket: 10, to: 'stable', ok: true }, { user: 'a', bucket: 5, to: 'stable', ok: true }, { user: 'c', bucket: 9999, to: 'canary', ok: true }] })!.dots);
  expect(placed.map(({ user, column, level }) => [user, column, level])).toEqual([['a', 0, 0], ['b', 0, 1], ['c', 41, 0]]);
});
test('the bars say the numbers, and mark what differs for certain', () => {
  const markup = bars(bands);
  expect(markup).toContain('Here: errors, new release 5 %, between 3.1 % and 8 %, of 400, limit 1 %; errors, old release 0.5 %, between 0.1 % and 1.8 %, of 400');
  expect(markup.match(/data-over="true"/g)).toHaveLength(1);
  expect(bars([{ ...bands[0]!, low: 0.009 }, bands[1]])).not.toContain('data-over="true"');
});
test('an arm that was not seen yet has no bar and does not stretch the axis', () => {
  const empty = { label: 'errors, new release', low: 0, mid: 0, high: 1, n: 0 };
  expect(bars([empty])).toContain('not seen yet');
  expect(bars([empty])).not.toContain('data-side');
  expect(endOfAxis(bandsOf([empty, bands[1]] as never)!)).toBe(0.02);
  expect(endOfAxis(bandsOf(bands as never)!)).toBe(0.1);
});
test('empty ones say so; other data is a table, nothing is nothing', () => {
  expect([wall({ weight: 0, dots: [] }), bars([])].map((markup) => /No user has come|Nothing is compared/.test(markup))).toEqual([true, true]);
  for (const draw of [wall, bars]) {
    expect(draw({ strange: 5 })).toContain('Strange');
    for (const value of [undefined, 7, 'text', [1], {}, { dots: 'none', weight: 1 }, { dots: [{}], weight: 1 }, [{}]]) expect(() => draw(value)).not.toThrow();
  }
});
