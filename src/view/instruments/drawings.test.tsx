import { renderToStaticMarkup } from 'react-dom/server';
import { createStore } from 'zustand/vanilla';
import { describe, expect, test } from 'vitest';
import { samples, SHOWN_MS } from '../../../test/fixtures/instrumentSamples.ts';
import { SessionProvider, type PageSession } from '../common/session.tsx';
import { CacheTable, lifeOf } from './CacheTable.tsx';
import { Compartments } from './Compartments.tsx';
import { DeadlineRing } from './DeadlineRing.tsx';
import { HitCurve, theoryAt } from './HitCurve.tsx';
import { LimitTrace } from './LimitTrace.tsx';
import { cacheOf, callsOf, compartmentsOf, curveOf, deadlineOf, dotsOf, limitOf, tanksOf } from './readings.ts';
import { Tank } from './Tank.tsx';
import { endOf, lanesOf, Waterfall } from './Waterfall.tsx';
import { piles, viewOf, WindowDots } from './WindowDots.tsx';

const session = { store: createStore(() => ({ run: { look: { atMs: SHOWN_MS } } })) } as unknown as PageSession;
const DRAWN = { tank: Tank, 'window-dots': WindowDots, waterfall: Waterfall, 'limit-trace': LimitTrace, compartments: Compartments, 'cache-table': CacheTable, 'hit-curve': HitCurve, 'deadline-ring': DeadlineRing };
const draw = (kind: keyof typeof DRAWN, value: unknown): string => {
  const Drawing = DRAWN[kind];
  return renderToStaticMarkup(<SessionProvider session={session}><Drawing value={value as never} label="Here" /></SessionProvider>);
};
const READERS: Readonly<Record<string, (value: never) => unknown>> = { tank: tanksOf, 'window-dots': dotsOf, waterfall: callsOf, 'limit-trace': limitOf, compartments: compartmentsOf, 'cache-table': cacheOf, 'hit-curve': curveOf, 'deadline-ring': deadlineOf };

describe('every kind', () => {
  const cases = Object.entries(samples).flatMap(([kind, all]) => Object.entries(all).map(([name, value]) => [kind, name, value] as const));
  test.each(cases)('%s draws what an engine says (%s), without a number that is none', (kind, _, value) => {
    expect(READERS[kind]!(value as never), 'it can be read').not.toBeNull();
    const markup = draw(kind as keyof typeof DRAWN, value);
    expect(markup).not.toMatch(/NaN|Infinity|undefined/);
    expect(markup.length).toBeGreaterThan(20);
  });
  test.each(Object.keys(DRAWN) as (keyof typeof DRAWN)[])('%s shows other data as a table, and nothing as nothing', (kind) => {
    expect(draw(kind, { strange: 5 })).toContain('<th scope="row">Strange</th><td>5</td>');
    expect(draw(kind, undefined)).toMatch(/Nothing at this moment|No call with a deadline/);
    for (const value of [7, 'text', [], [1], {}, { points: 'none' }, { rows: [{}] }, { tanks: [{}] }, [{}]]) expect(() => draw(kind, value)).not.toThrow();
  });
});

describe('labels say the numbers', () => {
  test.each([
    ['tank', 'one', 'Here: 6.4 of 10, filled by 5 a second; of the last 24 calls 4 were refused'],
    ['window-dots', 'fixed', 'Here: 20 of 20 used in the fixed window of 1 s of client-a'],
    ['waterfall', 'some', 'retry 1 after a wait of 150 ms: timeout after 500 ms; retry 2 after a wait of 300 ms: ok after 90 ms, won'],
    ['limit-trace', 'some', 'Here: 11 under way of a limit of 12.5, 3 waiting, of gradient'],
    ['compartments', 'three', 'checkout 4 of 10; browse 10 of 10, 7 waiting, 132 refused'],
    ['hit-curve', 'some', 'Here: measured 60 % at 300, theory says 62.5 %'],
    ['deadline-ring', 'some', '340 ms of 1 s left; gateway began with 1 s and spent 120 ms'],
  ] as const)('%s', (kind, name, words) => expect(draw(kind, samples[kind]![name])).toContain(words));
  test('of the cache the table says them', () => expect(draw('cache-table', samples['cache-table']!.some)).toMatch(/69\.9 %<\/b> of 103 reads were hits/));
  test('empty ones say so', () => {
    expect([draw('waterfall', []), draw('compartments', []), draw('cache-table', samples['cache-table']!.none), draw('limit-trace', samples['limit-trace']!.none)].map((markup) => /No call yet|no compartment yet|cache is empty|Nothing has been recorded/.test(markup))).toEqual([true, true, true, true]);
  });
});

describe('the tank', () => {
  test('takes older names for level and capacity, and leaves the rest to the table', () => expect(tanksOf({ tokens: 3, of: 10, earned: 1 })).toEqual([{ name: '', level: 3, capacity: 10, ratePerSecond: null, floor: null, drops: [], rest: { earned: 1 } }]));
  test('without a capacity is none', () => expect([tanksOf({ level: 3 }), tanksOf({ level: 3, capacity: 0 }), tanksOf(null)]).toEqual([null, null, null]));
});

describe('the window of dots', () => {
  test('shows a fixed window to its end, a sliding one up to now', () => {
    expect(viewOf({ windowMs: 1000, startMs: 9000, aligned: true }, 9300)).toEqual({ fromMs: 7000, untilMs: 10_000 });
    expect(viewOf({ windowMs: 1000, startMs: 9000, aligned: false }, 10_000)).toEqual({ fromMs: 7000, untilMs: 10_000 });
  });
  test('piles dots of one time up, refused ones on top, and leaves out what is out of view', () => {
    const at = (atMs: number, admitted: boolean) => ({ atMs, cost: 1, admitted });
    const placed = piles([at(500, false), at(500, true), at(501, true), at(5000, true)], 0, 3000);
    expect(placed.map(({ admitted }) => admitted)).toEqual([true, true, false]);
    expect(placed[0]!.y).toBeGreaterThan(placed[1]!.y);
    expect(placed[1]!.y).toBeGreaterThan(placed[2]!.y);
  });
});

describe('the waterfall', () => {
  const attempt = (fromMs: number, untilMs: number | null) => ({ attempt: 0, kind: 'first', waitMs: 0, fromMs, untilMs, outcome: null, won: false }) as const;
  test('gives attempts that overlap lanes of their own', () => {
    expect(lanesOf([attempt(0, 100), attempt(100, 200), attempt(150, 300), attempt(210, null)], 400)).toEqual([0, 0, 1, 0]);
    expect(lanesOf([attempt(0, null), attempt(50, 60)], 100)).toEqual([0, 1]);
  });
  test('lets what is still out last until now', () => expect(endOf({ call: 1, op: '', sinceMs: 5, attempts: [attempt(10, null)] }, 90)).toBe(90));
});

describe('time left in the cache', () => {
  test('is a share of time and grace together', () => {
    expect(lifeOf({ storedMs: 0, untilMs: 1000, graceUntilMs: null }, 250)).toEqual({ left: 75, grace: 0, text: '750 ms' });
    expect(lifeOf({ storedMs: 0, untilMs: 1000, graceUntilMs: 2000 }, 500)).toEqual({ left: 25, grace: 50, text: '500 ms' });
    expect(lifeOf({ storedMs: 0, untilMs: 1000, graceUntilMs: 2000 }, 1500)).toEqual({ left: 0, grace: 25, text: '500 ms of grace' });
    expect(lifeOf({ storedMs: 0, untilMs: 1000, graceUntilMs: null }, 1000).text).toBe('over');
    expect(lifeOf({ storedMs: null, untilMs: null, graceUntilMs: null }, 0).text).toBe('');
    expect(lifeOf({ storedMs: 1, untilMs: null, graceUntilMs: null }, 5)).toEqual({ left: 100, grace: 0, text: 'no end' });
  });
});

test('theory between two points of its line is on the straight between them', () => {
  const line = [{ x: 0, y: 0 }, { x: 10, y: 1 }, { x: 20, y: 1 }];
  expect([theoryAt(line, 5), theoryAt(line, 15), theoryAt(line, 25)]).toEqual([0.5, 1, null]);
});
