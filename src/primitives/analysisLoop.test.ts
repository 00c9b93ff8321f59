import { describe, expect, test } from 'vitest';
import { combine, createLoop, decide, type LoopRules } from './analysisLoop.ts';
import { binomialCdf, fisherWorse, logFactorial, normalCdf, rankLarger, samplesPerArm, sequential, wilson } from './twoSampleTests.ts';

const rules: LoopRules = { threshold: 3, onMissing: 'hold', inconclusive: 'pause', maxStepMs: 1000 };
describe('the loop', () => {
  test('goes back at the third failed check, and goes on after one that passed', () => {
    const loop = createLoop();
    expect(['fail', 'pass', 'fail', 'fail'].map((verdict) => decide(loop, verdict as 'fail', 0, rules))).toEqual(['stay', 'advance', 'stay', 'rollBack']);
    expect(loop).toEqual({ checks: 4, passed: 1, failed: 3, inconclusive: 0, noData: 0 });
  });
  test.each([['fail', 'rollBack'], ['pass', 'advance'], ['hold', 'wait']] as const)('no data, treated as %s: %s', (onMissing, what) => expect(decide(createLoop(), 'noData', 0, { ...rules, threshold: 1, onMissing })).toBe(what));
  test('what stays open is extended, then waits for a person or goes on waiting', () => {
    expect(decide(createLoop(), 'inconclusive', 999, rules)).toBe('wait');
    expect(decide(createLoop(), 'inconclusive', 1000, rules)).toBe('pause');
    expect(decide(createLoop(), 'inconclusive', 1000, { ...rules, inconclusive: 'hold' })).toBe('wait');
  });
  test('one bad metric fails the check, one open one leaves it open', () => {
    expect([combine(['pass', 'fail', 'noData']), combine(['pass', 'inconclusive', 'noData']), combine(['inconclusive', 'pass']), combine(['pass', 'pass']), combine([])]).toEqual(['fail', 'noData', 'inconclusive', 'pass', 'noData']);
  });
});

describe('numerics', () => {
  test('ln n! joins its table without a step', () => {
    expect(logFactorial(5)).toBeCloseTo(Math.log(120), 12);
    for (const n of [256, 257, 1000]) expect(logFactorial(n) - logFactorial(n - 1)).toBeCloseTo(Math.log(n), 9);
  });
  test('the normal distribution at tabled places', () => {
    for (const [z, p] of [[0, 0.5], [1, 0.8413447460685429], [1.959963984540054, 0.975], [-3, 0.0013498980316300933], [3.5, 0.9997673709209645], [-5, 2.866515718791933e-7]] as const) expect(normalCdf(z)).toBeCloseTo(p, 12);
  });
  test('Fisher: the lady tasting tea, and R’s fisher.test', () => {
    expect(fisherWorse(4, 4, 0, 4)).toBeCloseTo(1 / 70, 10);
    expect(fisherWorse(3, 4, 1, 4)).toBeCloseTo(17 / 70, 10);
    expect(fisherWorse(0, 100, 5, 100)).toBeCloseTo(1, 10);
  });
  test('Wilson: 10 of 100 is 5.5 to 17.4 %; none of n stays above 0', () => {
    expect(wilson(10, 100, 0.95).low).toBeCloseTo(0.0552, 4);
    expect(wilson(10, 100, 0.95).high).toBeCloseTo(0.1744, 4);
    expect(wilson(0, 0, 0.95)).toEqual({ low: 0, mid: 0, high: 1 });
    // The rule of three, nearly: with all the error on one side it is 3 / n.
    expect(wilson(0, 300, 0.9).high).toBeCloseTo(0.009, 3);
  });
  test('ranks: all above is as unlikely as it gets, equal ones say nothing', () => {
    expect(rankLarger([0, 0, 20], [20, 0, 0])).toBeLessThan(1e-8);
    expect(rankLarger([5, 5, 5], [5, 5, 5])).toBeCloseTo(0.5, 1);
    expect(rankLarger([7], [9])).toBe(1);
    expect(rankLarger([0], [0])).toBe(1);
  });
  test('sequential: three bad ones among few are enough, a long good row too', () => {
    expect([sequential(4, 10, 0.01, 0.05, 0.05, 0.2), sequential(0, 100, 0.01, 0.05, 0.05, 0.2), sequential(1, 20, 0.01, 0.05, 0.05, 0.2)]).toEqual(['bad', 'good', 'open']);
  });
  test('binomial at its ends', () => expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialCdf(2, 5, 0), binomialCdf(2, 5, 1), binomialCdf(2, 5, 0.5)].map((p) => Math.round(p * 1e9) / 1e9)).toEqual([0, 1, 1, 0, 0.5]));
  test('samples per arm grow with the square of what is to be seen', () => expect(samplesPerArm(0.01, 0.02, 0.05, 0.8) / samplesPerArm(0.01, 0.05, 0.05, 0.8)).toBeGreaterThan(7));
});
