/** What can be worked out by hand: what a check of n samples misses, false alarms, sample sizes, looks, and how long a rollout takes. */
import { expect, test } from 'vitest';
import { normalQuantile } from '../../kernel/math.ts';
import { uniform } from '../../kernel/random.ts';
import { binomialCdf, fisherWorse, rankLarger, samplesPerArm, sequential } from '../../primitives/twoSampleTests.ts';
import { canaryRig, presetOf } from './testing.ts';

test.each([[20, 0.05, 0.358], [50, 0.05, 0.0769], [100, 0.05, 0.0371], [300, 0.05, 0.0002], [300, 0.03, 0.02]])('n = %i, true rate %f: at most 1 %% errors are seen with probability %f', (n, p, missed) => {
  expect(binomialCdf(Math.floor(n / 100), n, p)).toBeCloseTo(missed, n === 300 && p === 0.03 ? 2 : 3);
});
test('a good release of 0.5 % shows more than 1 % in 6.5 % of checks of 300, in 1.35 % of 1000', () => {
  expect(1 - binomialCdf(3, 300, 0.005)).toBeCloseTo(0.065, 3);
  expect(1 - binomialCdf(10, 1000, 0.005)).toBeCloseTo(0.0135, 3);
});
test.each([[0.005, 0.01, 3681], [0.01, 0.02, 1826], [0.005, 0.02, 677], [0.005, 0.03, 338], [0.01, 0.05, 222]])('to see %f become %f one-sided at 5 %% with power 80 %% takes %i per arm', (p0, p1, n) => {
  expect(Math.abs(samplesPerArm(p0, p1, 0.05, 0.8) - n)).toBeLessThanOrEqual(3);
});
test('and they do: a z test of that many finds it in 80 % of 2000 cases, or a little more, as counts are whole', () => {
  const [p0, p1, n] = [0.01, 0.05, samplesPerArm(0.01, 0.05, 0.05, 0.8)];
  let found = 0;
  for (let k = 0; k < 2000; k++) {
    let a = 0, b = 0;
    for (let i = 0; i < n; i++) { if (uniform(1, k, i, 0) < p1) a++; if (uniform(2, k, i, 0) < p0) b++; }
    const p = (a + b) / (2 * n);
    if ((a - b) / n / Math.sqrt((2 * p * (1 - p)) / n) > normalQuantile(0.95)) found++;
  }
  expect(found / 2000).toBeGreaterThan(0.78);
  expect(found / 2000).toBeLessThan(0.87);
});
test('no error in n happens with (1 − p)^n: the rule of three', () => {
  for (const n of [50, 100, 300]) expect(binomialCdf(0, n, 3 / n)).toBeCloseTo((1 - 3 / n) ** n, 10);
  expect(binomialCdf(0, 300, 0.01)).toBeCloseTo(0.05, 2);
});
/** 1000 rollouts of a release that is no worse: the share that some look of ten fails. */
function falseAlarms(fails: (rollout: number, look: number) => boolean): number {
  let alarms = 0;
  for (let rollout = 0; rollout < 1000; rollout++) for (let look = 0; look < 10; look++) if (fails(rollout, look)) { alarms++; break; }
  return alarms / 1000;
}
function ranks(rollout: number, look: number): number {
  const a = new Array<number>(200).fill(0), b = new Array<number>(200).fill(0);
  for (let i = 0; i < 40; i++) { a[Math.floor(uniform(3, rollout, look, i) * 200)]!++; b[Math.floor(uniform(4, rollout, look, i) * 200)]!++; }
  return rankLarger(a, b);
}
test('ten looks at 5 % are 1 − 0.95^10 = 40 %; shared out they are 5 % again', () => {
  expect(1 - 0.95 ** 10).toBeCloseTo(0.401, 3);
  expect(Math.abs(falseAlarms((r, l) => ranks(r, l) < 0.05) - 0.401)).toBeLessThan(0.06);
  expect(falseAlarms((r, l) => ranks(r, l) < 0.005)).toBeLessThan(0.08);
});
test('Fisher is never wrong more often than α, and Wald’s test keeps its promises however often one looks', () => {
  let fisher = 0, good = 0, bad = 0;
  for (let k = 0; k < 1000; k++) {
    let a = 0, b = 0;
    for (let i = 0; i < 300; i++) { if (uniform(5, k, i, 0) < 0.03) a++; if (uniform(6, k, i, 0) < 0.03) b++; }
    if (fisherWorse(a, 300, b, 300) < 0.05) fisher++;
    for (const [p, wrong] of [[0.01, 'bad'], [0.05, 'good']] as const) {
      let seen = 0, verdict: string = 'open';
      for (let n = 1; verdict === 'open'; n++) { if (uniform(7, k, n, wrong === 'bad' ? 0 : 1) < p) seen++; verdict = sequential(seen, n, 0.01, 0.05, 0.05, 0.2); }
      if (verdict === wrong) { if (wrong === 'bad') bad++; else good++; }
    }
  }
  expect(fisher / 1000).toBeLessThan(0.05);
  expect(bad / 1000).toBeLessThan(0.065);
  expect(good / 1000).toBeLessThan(0.23);
});
test('the shortest rollout takes interval · max / step, the way back interval · threshold', () => {
  const good = canaryRig({ ...presetOf('flagger'), startAtMs: 100, intervalMs: 1000, bakeMs: 0 });
  good.flow(0, 7000);
  expect(good.decisions('note').find(({ name }) => name === 'promoted')!.atMs - 100).toBe((1000 * 50) / 10);
  const bad = canaryRig({ ...presetOf('flagger'), startAtMs: 100, intervalMs: 1000 }, { bad: 4 });
  bad.flow(0, 5000);
  expect(bad.decisions('note').find(({ name }) => name === 'rolledBack')!.atMs - 100).toBe(1000 * 3);
});
