/** Closed forms of the token bucket, measured on the layer. */
import { expect, test } from 'vitest';
import { limitRig, type LimitRig } from './testing.ts';

const even = (rig: LimitRig, perSecond: number, seconds: number, fromMs = 0): number => {
  let admitted = 0;
  const count = Math.round(perSecond * seconds);
  for (let i = 0; i < count; i++) if (rig.ask(fromMs + (i * 1000) / perSecond)) admitted++;
  return admitted;
};

test.each([[4, 10], [10, 10], [25, 10], [80, 10]])('in the long run min(λ, r): λ = %d, r = %d', (offered, ratePerSecond) => {
  const rig = limitRig({ capacity: 20, ratePerSecond });
  even(rig, offered, 20);
  expect(even(rig, offered, 60, 20_000) / 60).toBeCloseTo(Math.min(offered, ratePerSecond), 1);
});

test('under overload the share r / λ is served', () => {
  const rig = limitRig({ capacity: 20, ratePerSecond: 10 });
  even(rig, 40, 10);
  expect(even(rig, 40, 100, 10_000) / 4000).toBeCloseTo(10 / 40, 2);
});

test.each([[30, 10, 40], [110, 10, 100], [15, 10, 40]])('a burst of peak p = %d lasts b / (p − r): r = %d, b = %d', (peak, ratePerSecond, capacity) => {
  const rig = limitRig({ capacity, ratePerSecond });
  let lastMs = 0;
  for (let i = 0; ; i++) {
    const atMs = (i * 1000) / peak;
    if (!rig.ask(atMs)) break;
    lastMs = atMs;
  }
  expect(Math.abs(lastMs / 1000 - capacity / (peak - ratePerSecond))).toBeLessThanOrEqual(1 / (peak - ratePerSecond) + 1 / peak);
});

test('from empty to full in b / r', () => {
  const rig = limitRig({ capacity: 40, ratePerSecond: 12, costs: { all: 40 } });
  expect(rig.ask(0, 'A', 'all')).toBe(true);
  const fullMs = 40_000 / 12;
  expect([rig.ask(fullMs - 0.001, 'A', 'all'), rig.ask(fullMs + 0.001, 'A', 'all')]).toEqual([false, true]);
});

test('Retry-After = (cost − tokens) / r', () => {
  const rig = limitRig({ capacity: 40, ratePerSecond: 8, costs: { write: 5, export: 20 } });
  for (let i = 0; i < 7; i++) rig.ask(0, 'A', 'write');
  rig.ask(0, 'A', 'export');
  expect((rig.outcome() as { retryAfterMs: number }).retryAfterMs).toBeCloseTo(((20 - 5) * 1000) / 8, 1);
});

test('any window w admits up to b + r · w, and no more: 200 in a minute of “100 a minute”', () => {
  const rig = limitRig({ capacity: 100, ratePerSecond: 100 / 60 });
  const times: number[] = [];
  for (let i = 0; i < 480; i++) if (rig.ask(i * 250)) times.push(i * 250);
  const most = Math.max(...times.map((from) => times.filter((atMs) => atMs >= from && atMs < from + 60_000).length));
  expect(most).toBeGreaterThanOrEqual(195);
  expect(most).toBeLessThanOrEqual(200);
});

test('a second bucket of 10 makes it 110', () => {
  const rig = limitRig({ capacity: 100, ratePerSecond: 100 / 60, costs: {}, levels: [{ name: 'burst', keyBy: 'client', capacity: 10, ratePerSecond: 100 / 60 }] });
  const times: number[] = [];
  for (let i = 0; i < 480; i++) if (rig.ask(i * 250)) times.push(i * 250);
  expect(Math.max(...times.map((from) => times.filter((atMs) => atMs >= from && atMs < from + 60_000).length))).toBeLessThanOrEqual(110);
});

test('N nodes on their own admit N · (b + r · t)', () => {
  const nodes = [0, 1, 2].map(() => limitRig({ capacity: 40, ratePerSecond: 12 }));
  const split = [0, 1, 2].map(() => limitRig({ capacity: 40, ratePerSecond: 12, split: true }));
  const sum = (rigs: readonly LimitRig[]): number => {
    let admitted = 0;
    for (let i = 0; i < 1500; i++) if (rigs[i % 3]!.ask(i * 20)) admitted++;
    return admitted;
  };
  expect(sum(nodes)).toBeCloseTo(3 * (40 + 12 * 30), -1);
  expect(sum(split)).toBeCloseTo(40 + 12 * 30, -1);
});
