import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Param } from '../kernel/story.ts';
import { distributionForms } from './link-distributions.ts';
import { formatTime, parseNumber, parseTime } from './link-numbers.ts';
import { formatValue, parseFlag, parseValue } from './link-values.ts';
import { anyValue } from '../../test/fuzz/arbitrary.ts';
import { breakerEngine, fixtureRoles } from '../../test/fuzz/fixture.ts';
import { hostileTexts } from '../../test/fuzz/hostile.ts';

const { slidingWindowSize, countSlow, windowType, probeEvery, weights, rules, label, extra } = breakerEngine.params as Record<string, Param>;
const all = [...Object.values(breakerEngine.params), ...Object.values(fixtureRoles).flatMap(({ params }) => Object.values(params))];

describe('a value as text', () => {
  it.each<[Param, unknown, string]>([
    [slidingWindowSize!, 20, '20'], [countSlow!, true, '1'], [countSlow!, false, '0'], [windowType!, 'the last & best', 'the last & best'], [weights!, [1, -2.5, 0], '1,-2.5,0'], [weights!, [], ''],
    [label!, 'a "b" c', 'a "b" c'], [rules!, [{ op: 'x' }], '[{"op":"x"}]'], [extra!, null, 'null'],
    [probeEvery!, { kind: 'constant', ms: 5 }, 'const:5'], [probeEvery!, { kind: 'exponential', meanMs: 20 }, 'exp:20'], [probeEvery!, { kind: 'lognormal', medianMs: 20, p99Ms: 90 }, 'lognormal:20:90'],
    [probeEvery!, { kind: 'uniform', minMs: 1, maxMs: 2.5 }, 'uniform:1:2.5'], [probeEvery!, { kind: 'erlang', k: 3, meanMs: 20 }, 'erlang:3:20'], [probeEvery!, { kind: 'pareto', alpha: 1.5, minMs: 10 }, 'pareto:1.5:10'],
    [probeEvery!, { kind: 'pareto', alpha: 1.5, minMs: 10, maxMs: 500 }, 'pareto:1.5:10:500'], [probeEvery!, { kind: 'bimodal', slowRatio: 0.05, fastMs: 10, slowMs: 400 }, 'bimodal:0.05:10:400'],
    [probeEvery!, { kind: 'empirical', values: [1, 2, 3] }, 'empirical:1,2,3'], [probeEvery!, { kind: 'histogram', edgesMs: [0, 10, 20], counts: [3, 1] }, 'histogram:0,10,20:3,1'],
  ])('of $label: %j is %s, and back', (param, value, text) => {
    expect(formatValue(param, value)).toBe(text);
    expect(parseValue(param, text)).toEqual({ value });
  });
  it('is the same value again but for -0, which is 0, for every kind of parameter', () => {
    for (const param of all) fc.assert(fc.property(anyValue(param), (value) => { expect(parseValue(param, formatValue(param, value))).toEqual({ value: JSON.parse(JSON.stringify(value)) as unknown }); }), { numRuns: 300 });
  });
  it.each<[Param, string, unknown]>([
    [countSlow!, 'yes', true], [countSlow!, 'OFF', false], [countSlow!, 'true', true], [probeEvery!, 'exponential:20', { kind: 'exponential', meanMs: 20 }], [probeEvery!, '20', { kind: 'constant', ms: 20 }],
    [probeEvery!, '{"kind":"constant","ms":5}', { kind: 'constant', ms: 5 }], [weights!, '1, 2', [1, 2]], [slidingWindowSize!, '2e1', 20],
  ])('is also read in other forms', (param, text, value) => {
    expect(parseValue(param, text)).toEqual({ value });
  });
  it.each<[Param, string, string]>([
    [slidingWindowSize!, 'many', 'a whole number from 1 to 1000'], [slidingWindowSize!, '', 'a whole number from 1 to 1000'], [slidingWindowSize!, '1e309', 'a whole number from 1 to 1000'], [countSlow!, 'maybe', 'true or false'],
    [probeEvery!, 'exp', 'of the form exp:meanMs'], [probeEvery!, 'exp:1:2', 'of the form exp:meanMs'], [probeEvery!, 'expo:5', 'a distribution that begins with one of'], [weights!, '1,,2', 'a list of at most 8 numbers'], [rules!, '[', 'JSON'],
  ])('that is wrong is refused: %s %s', (param, text, rule) => {
    expect(parseValue(param, text, 'params.x.y').problem?.rule).toContain(rule);
    expect(parseValue(param, text, 'params.x.y').problem?.path).toContain('params.x.y');
  });
  it('never throws', () => {
    for (const param of all) for (const text of hostileTexts) parseValue(param, text);
    for (const param of all) fc.assert(fc.property(fc.string(), (text) => { parseValue(param, text); }), { numRuns: 200 });
  });
  it('has a form for every kind of distribution', () => {
    expect(distributionForms()).toContain('lognormal:medianMs:p99Ms');
  });
});

describe('a time as text', () => {
  it.each([[0, '0s'], [41_200, '41.2s'], [1500, '1.5s'], [60_000, '60s'], [1, '1ms'], [0.000001, '0.000001ms'], [12_345.678901, '12.345678901s'], [86_400_000, '86400s'], [1 / 3, '0.3333333333333333ms']])('%d ms is %s', (ms, text) => {
    expect(formatTime(ms)).toBe(text);
    expect(parseTime(text)).toBe(ms);
  });
  it('is exact for every time', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 86_400_000, noNaN: true }), (ms) => { expect(parseTime(formatTime(ms))).toBe(ms + 0); }), { numRuns: 5000 });
    fc.assert(fc.property(fc.integer({ min: 0, max: 86_400_000_000 }), (us) => { expect(parseTime(formatTime(us / 1000))).toBe(us / 1000); }), { numRuns: 5000 });
  });
  it('is read in seconds, milliseconds, minutes and hours; a bare number is seconds', () => {
    expect([parseTime('41.2'), parseTime('850ms'), parseTime('2min'), parseTime('1h'), parseTime('1e3ms'), parseTime(' 3s ')]).toEqual([41_200, 850, 120_000, 3_600_000, 1000, 3000]);
    for (const text of ['', 's', '5 s', '5d', 'x5s', '--5s', 'NaNs', '0x5s', '1_000']) expect(parseTime(text)).toBeUndefined();
  });
});

it('a number is a decimal number and nothing else', () => {
  expect([parseNumber('7'), parseNumber('-1.5e3'), parseNumber('.5'), parseNumber('1e309')]).toEqual([7, -1500, 0.5, Infinity]);
  expect(Object.is(parseNumber('-0'), 0)).toBe(true);
  for (const text of ['', ' ', '0x10', '1_0', 'NaN', 'Infinity', '1,5', '١', '7 ', `1${'0'.repeat(50)}`]) expect(parseNumber(text)).toBeUndefined();
});

it('a flag is one of a few words', () => {
  expect(['1', '0', 'on', 'off', 'True', 'no'].map(parseFlag)).toEqual([true, false, true, false, true, false]);
  for (const text of ['', '2', 'toString', '__proto__']) expect(parseFlag(text)).toBeUndefined();
});
