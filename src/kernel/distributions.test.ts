import fc from 'fast-check';
import { describe as group, expect, test } from 'vitest';
import { checkDistribution } from './distributionCheck.ts';
import { describe, LONGEST_MS, mean, normalQuantile, sample, sampleOne, SHORTEST_MS } from './distributions.ts';
import type { Distribution } from './distributions.ts';
import { exp, log, pow } from './math.ts';
import { uniform } from './random.ts';

const COUNT = 100000;
const MAX_DISTANCE = 1.95; // Kolmogorov and Smirnov, exceeded by one sample in a thousand

/** Kolmogorov and Smirnov's distance between 100,000 samples and a distribution function, times the root of the count. */
function distance(distribution: Distribution, cdf: (ms: number) => number, seed = 1): number {
  let key = 0;
  const draw = (index: number): number => uniform(seed, 17, key, index);
  const values = new Float64Array(COUNT);
  for (; key < COUNT; key++) values[key] = sample(distribution, draw);
  let worst = 0;
  values.sort().forEach((ms, i) => {
    const share = cdf(ms);
    worst = Math.max(worst, share - i / COUNT, (i + 1) / COUNT - share);
  });
  return worst * Math.sqrt(COUNT);
}

/** The mean over evenly spaced draws, which needs no luck. */
function evenMean(distribution: Distribution): number {
  let sum = 0;
  for (let i = 0; i < COUNT; i++) sum += sampleOne(distribution, (i + 0.5) / COUNT);
  return sum / COUNT;
}

const constant: Distribution = { kind: 'constant', ms: 5 };
const even: Distribution = { kind: 'uniform', minMs: 10, maxMs: 30 };
const exponential: Distribution = { kind: 'exponential', meanMs: 20 };
const erlang: Distribution = { kind: 'erlang', k: 3, meanMs: 30 };
const lognormal: Distribution = { kind: 'lognormal', medianMs: 20, p99Ms: 80 };
const pareto: Distribution = { kind: 'pareto', alpha: 1.5, minMs: 2 };
const bounded: Distribution = { kind: 'pareto', alpha: 1.5, minMs: 2, maxMs: 500 };
const bimodal: Distribution = { kind: 'bimodal', slowRatio: 0.1, fastMs: 5, slowMs: 200 };
const empirical: Distribution = { kind: 'empirical', values: [1, 2, 2, 7] };
const histogram: Distribution = { kind: 'histogram', edgesMs: [0, 10, 20, 50], counts: [1, 0, 3] };
const all = [constant, even, exponential, erlang, lognormal, pareto, bounded, bimodal, empirical, histogram];

group('samples follow their law', () => {
  const laws: [string, Distribution, (ms: number) => number][] = [
    ['uniform', even, (ms) => (ms - 10) / 20],
    ['exponential', exponential, (ms) => 1 - exp(-ms / 20)],
    ['erlang', erlang, (ms) => 1 - exp(-ms / 10) * (1 + ms / 10 + (ms * ms) / 200)],
    ['erlang of one', { ...erlang, k: 1 }, (ms) => 1 - exp(-ms / 30)],
    ['pareto', pareto, (ms) => 1 - pow(2 / ms, 1.5)],
    ['bounded pareto', bounded, (ms) => (1 - pow(2 / ms, 1.5)) / (1 - pow(2 / 500, 1.5))],
    ['histogram', histogram, (ms) => (ms < 10 ? ms / 40 : ms < 20 ? 0.25 : 0.25 + (ms - 20) / 40)],
  ];
  test.each(laws)('%s', (_, distribution, cdf) => {
    for (const seed of [1, 2, 3]) expect(distance(distribution, cdf, seed)).toBeLessThan(MAX_DISTANCE);
  });

  test('the same test refuses a law that is off by three percent', () => {
    expect(distance(exponential, (ms) => 1 - exp(-ms / 20.6))).toBeGreaterThan(MAX_DISTANCE);
    expect(distance(erlang, (ms) => 1 - exp(-ms / 10.3) * (1 + ms / 10.3 + (ms * ms) / (2 * 10.3 * 10.3)))).toBeGreaterThan(MAX_DISTANCE);
  });

  test('lognormal has its median and its 99th percentile, and normal deciles on the log scale', () => {
    expect(sampleOne(lognormal, 0.5)).toBe(20);
    expect(sampleOne(lognormal, 0.99)).toBeCloseTo(80, 10);
    const sigma = log(80 / 20) / 2.3263478740408408;
    expect(sampleOne(lognormal, 0.9)).toBeCloseTo(20 * exp(sigma * 1.2815515655446004), 10);
    expect(sampleOne(lognormal, 0.2)).toBeCloseTo(20 * exp(sigma * -0.8416212335729142), 10);
  });

  test('bimodal and empirical meet their shares', () => {
    const shares = new Map<number, number>();
    for (let i = 0; i < COUNT; i++) {
      for (const each of [bimodal, empirical]) {
        const ms = sampleOne(each, uniform(3, 4, i, each.kind.length));
        shares.set(ms, (shares.get(ms) ?? 0) + 1 / COUNT);
      }
    }
    for (const [ms, share] of [[5, 0.9], [200, 0.1], [1, 0.25], [2, 0.5], [7, 0.25]] as const) {
      expect(Math.abs((shares.get(ms) as number) - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / COUNT));
    }
    expect(shares.size).toBe(5);
  });

  test('the first and the last draw give the ends', () => {
    const last = 1 - 1.1102230246251565e-16;
    const ends = all.filter((each) => each.kind !== 'erlang').map((each) => [sampleOne(each, 0), sampleOne(each, last)]);
    expect(ends.slice(0, 3)).toEqual([[5, 5], [10, expect.closeTo(30, 10)], [0, expect.closeTo(734.736, 2)]]);
    const sigma = log(4) / 2.3263478740408408;
    expect(ends[3]).toEqual([expect.closeTo(20 * exp(-8.292361075813595 * sigma), 10), expect.closeTo(20 * exp(8.209536151601387 * sigma), 8)]);
    expect(ends.slice(4)).toEqual([[2, LONGEST_MS], [2, expect.closeTo(500, 8)], [5, 200], [1, 7], [0, 50]]);
  });

  test('extreme shares and bins', () => {
    for (const u of [0, 0.5, 0.9999999999999999]) {
      expect(sampleOne({ ...bimodal, slowRatio: 0 }, u)).toBe(5);
      expect(sampleOne({ ...bimodal, slowRatio: 1 }, u)).toBe(200);
      expect(sampleOne({ kind: 'histogram', edgesMs: [1, 2, 2, 3], counts: [0, 4, 0] }, u)).toBe(2);
      expect(sampleOne({ kind: 'pareto', alpha: 2, minMs: 3, maxMs: 3 }, u)).toBe(3);
      expect(sampleOne({ kind: 'lognormal', medianMs: 3, p99Ms: 3 }, u)).toBe(3);
    }
  });

  test('the last draw stays in the last bin that holds anything, although the shares were rounded', () => {
    expect(sampleOne({ kind: 'histogram', edgesMs: [0, 1, 2, 3, 4], counts: [0.4, 0.7, 0.8, 0] }, 1 - 1.1102230246251565e-16)).toBe(3);
  });

  test('a sample is never -0 and never longer than exact time reaches', () => {
    expect(sampleOne({ kind: 'constant', ms: -0 }, 0)).toBe(0);
    expect(sampleOne({ kind: 'exponential', meanMs: 5 }, 0)).toBe(0);
    expect(sampleOne({ kind: 'pareto', alpha: 0.01, minMs: 1 }, 0.9)).toBe(LONGEST_MS);
  });

  test('erlang adds its draws, also where their product leaves the doubles', () => {
    const k = 1000;
    expect(sample({ kind: 'erlang', k, meanMs: k }, () => 0.999)).toBeCloseTo(-k * log(0.001), 6);
    expect(sample({ kind: 'erlang', k: 2, meanMs: 2 }, (i) => (i === 0 ? 0.5 : 0.75))).toBeCloseTo(-log(0.125), 12);
    expect(() => sampleOne(erlang, 0.5)).toThrow(RangeError);
  });

  test('sample asks for one draw, erlang for k of them, each once', () => {
    for (const each of all) {
      const asked: number[] = [];
      sample(each, (index) => (asked.push(index), 0.3));
      expect(asked).toEqual(each.kind === 'erlang' ? [0, 1, 2] : [0]);
    }
  });
});

group('mean', () => {
  test('agrees with the mean over evenly spaced draws', () => {
    const light = all.filter((each) => each !== erlang && each !== pareto);
    const bounds = [0.01, 0.5, 0.999999, 1, 1.000001, 3, 40].map((alpha): Distribution => ({ kind: 'pareto', alpha, minMs: 2, maxMs: 200 }));
    for (const each of [...light, ...bounds]) expect(evenMean(each) / mean(each)).toBeCloseTo(1, 3);
  });

  test('has the values of the textbook', () => {
    expect(mean(erlang)).toBe(30);
    expect(mean(pareto)).toBe(6);
    for (const alpha of [0.75, 1]) expect(mean({ kind: 'pareto', alpha, minMs: 2 })).toBe(Infinity);
    for (const alpha of [1 - 1e-11, 1 + 1e-11]) expect(mean({ kind: 'pareto', alpha, minMs: 1, maxMs: 2 })).toBeCloseTo(2 * Math.LN2, 10);
    expect(mean({ kind: 'pareto', alpha: 1, minMs: 1, maxMs: 2 })).toBeCloseTo(2 * Math.LN2, 14);
    expect(mean({ kind: 'pareto', alpha: 2, minMs: 3, maxMs: 3 })).toBe(3);
    expect(mean(bimodal)).toBeCloseTo(24.5, 12);
    expect(mean(histogram)).toBe((5 + 3 * 35) / 4);
    expect(mean(empirical)).toBe(3);
  });

  test('of erlang is met by its samples', () => {
    let key = 0;
    let sum = 0;
    const draw = (index: number): number => uniform(8, 9, key, index);
    for (; key < COUNT; key++) sum += sample(erlang, draw);
    expect(Math.abs(sum / COUNT - 30)).toBeLessThan((4 * 30) / Math.sqrt(3 * COUNT));
  });
});

group('normalQuantile', () => {
  test('has a relative error below 2e-15', () => {
    const exact = new Map([
      [0.5, 0], [0.6, 0.2533471031357998], [0.9, 1.2815515655446006], [0.925, 1.4395314709384561], [0.95, 1.6448536269514722], [0.99, 2.3263478740408408],
      [0.999, 3.090232306167813], [1e-5, -4.264890793922825], [1e-10, -6.361340902404057], [1e-12, -7.034483825301132], [1e-15, -7.941345326170997],
      [1e-100, -21.273453560965326], [1e-300, -37.0470962993612],
    ]);
    for (const [p, z] of exact) expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(2e-15 * Math.abs(z));
  });

  test('is odd around a half and never falls', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1048575 }), (n) => normalQuantile(n / 1048576) === -normalQuantile(1 - n / 1048576)));
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (p, q) => {
      const [low, high] = [normalQuantile(Math.min(p, q)), normalQuantile(Math.max(p, q))];
      return low <= high || low - high < 1e-14;
    }));
  });

  test('has the agreed values at and beyond the ends', () => {
    expect([0, 1, -0.1, 1.1, NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN]);
  });
});

test('describe says in a few words what it is', () => {
  expect(all.map(describe)).toEqual([
    'constant 5 ms', 'uniform 10–30 ms', 'exp 20 ms', 'erlang-3 30 ms', 'lognormal 20 ms, p99 80 ms', 'pareto(1.5) 2 ms and more', 'pareto(1.5) 2–500 ms',
    'bimodal 5 ms, 10 % 200 ms', 'empirical, 4 values, mean 3 ms', 'histogram, 3 bins, mean 27.5 ms',
  ]);
  expect(describe({ kind: 'bimodal', slowRatio: 0.07, fastMs: 1 / 3, slowMs: 1e6 })).toBe('bimodal 0.3333 ms, 7 % 1000000 ms');
});

group('checkDistribution', () => {
  test('passes what is legal', () => {
    for (const each of all) expect(checkDistribution(each)).toBeUndefined();
    expect(checkDistribution({ ...pareto, maxMs: undefined })).toBeUndefined();
    expect(checkDistribution({ kind: 'histogram', edgesMs: [1, 1], counts: [1] })).toBeUndefined();
  });

  const wrong: [unknown, string, unknown, RegExp][] = [
    [null, '', { kind: 'constant', ms: 0 }, /object/],
    [[constant], '', { kind: 'constant', ms: 0 }, /object/],
    [{}, 'kind', 'constant', /one of constant, uniform/],
    [{ kind: 'Exp' }, 'kind', 'exponential', /one of/],
    [{ kind: '__proto__' }, 'kind', 'constant', /one of/],
    [{ kind: { toString: null } }, 'kind', 'constant', /one of/],
    [{ ...constant, ms: -1 }, 'ms', 0, /number from 0 to/],
    [{ ...constant, ms: NaN }, 'ms', 0, /number/],
    [{ ...constant, ms: '5' }, 'ms', 0, /number/],
    [{ ...constant, ms: Infinity }, 'ms', LONGEST_MS, /number/],
    [{ ...constant, colour: 1 }, 'colour', undefined, /no field of constant, which has ms$/],
    [JSON.parse('{"kind":"constant","ms":1,"__proto__":{}}'), '__proto__', undefined, /no field/],
    [{ ...even, maxMs: 9 }, 'maxMs', 10, /from 10 \(minMs\)/],
    [{ ...exponential, meanMs: 0 }, 'meanMs', SHORTEST_MS, /from 0.000001/],
    [{ kind: 'exponential' }, 'meanMs', SHORTEST_MS, /number/],
    [{ ...erlang, k: 0 }, 'k', 1, /whole number from 1 to 1000/],
    [{ ...erlang, k: 2.5 }, 'k', 3, /whole/],
    [{ ...erlang, k: Infinity }, 'k', 1000, /whole/],
    [{ ...lognormal, p99Ms: 19 }, 'p99Ms', 20, /from 20 \(medianMs\)/],
    [{ ...pareto, alpha: 0 }, 'alpha', 0.01, /from 0.01 to 1000/],
    [{ ...pareto, alpha: -1 }, 'alpha', 0.01, /number/],
    [{ ...pareto, maxMs: 1 }, 'maxMs', 2, /\(minMs\)/],
    [{ ...bimodal, slowRatio: 1.01 }, 'slowRatio', 1, /from 0 to 1/],
    [{ ...bimodal, slowMs: 4 }, 'slowMs', 5, /\(fastMs\)/],
    [{ ...empirical, values: [] }, 'values', [1], /list of 1 to 100000/],
    [{ ...empirical, values: 'long' }, 'values', [1], /list/],
    [{ ...empirical, values: [1, -2] }, 'values[1]', 0, /number/],
    [{ ...empirical, values: new Array(2) }, 'values[0]', 0, /number/],
    [{ ...empirical, values: new Array(100001).fill(1) }, 'values', new Array(100000).fill(1), /list/],
    [{ ...histogram, edgesMs: [0] }, 'edgesMs', [0, 1], /list of 2 to 1001/],
    [{ ...histogram, edgesMs: [0, 20, 10, 50] }, 'edgesMs[2]', 20, /from 20/],
    [{ ...histogram, counts: [1, -1, 3] }, 'counts[1]', 0, /number/],
    [{ ...histogram, counts: [1, 2] }, 'counts', [1, 2, 0], /3 numbers, one for each bin/],
    [{ ...histogram, counts: [1, 2, 3, 4] }, 'counts', [1, 2, 3], /3 numbers/],
    [{ ...histogram, counts: [0, 0, 0] }, 'counts', [1, 0, 0], /not all of them 0/],
  ];
  test.each(wrong)('%j', (value, path, nearest, rule) => {
    const problem = checkDistribution(value);
    expect(problem).toMatchObject({ path, rule: expect.stringMatching(rule) });
    expect(problem?.nearest).toEqual(nearest);
  });

  test('names the value it found', () => {
    expect(checkDistribution({ ...lognormal, medianMs: -3 })).toMatchObject({ path: 'medianMs', value: -3 });
  });

  const odd = fc.oneof(fc.double(), fc.constantFrom<unknown>(0, -0, -1, 1, NaN, Infinity, 1e21, null, undefined, '7', true, [], {}), fc.array(fc.double({ min: -1, max: 9 })));
  const names = ['ms', 'minMs', 'maxMs', 'meanMs', 'k', 'medianMs', 'p99Ms', 'alpha', 'slowRatio', 'fastMs', 'slowMs', 'values', 'edgesMs', 'counts', 'x'];
  const mutant = fc.tuple(fc.constantFrom(...all), fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 4 })).map(([base, change]) => ({ ...base, ...change }));

  /** Puts the nearest value in the place that the problem names. */
  function repair(value: Record<string, unknown>): Distribution {
    for (let step = 0; step < 100; step++) {
      const problem = checkDistribution(value);
      if (problem === undefined) return value as unknown as Distribution;
      const [name = '', index] = problem.path.split(/[[\]]/);
      if (index !== undefined) value = { ...value, [name]: (value[name] as unknown[]).map((each, i) => (i === Number(index) ? problem.nearest : each)) };
      else if (problem.nearest === undefined) delete value[name];
      else value = { ...value, [name]: problem.nearest };
    }
    throw new Error(`still wrong: ${JSON.stringify(checkDistribution(value))}`);
  }

  test('following the nearest values always ends in a legal distribution, whose samples are times', () => {
    fc.assert(fc.property(mutant, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, u) => {
      const legal = repair(value);
      const ms = sample(legal, () => u);
      expect(ms >= 0 && ms <= LONGEST_MS && !Object.is(ms, -0)).toBe(true);
      expect(mean(legal)).toBeGreaterThanOrEqual(0);
      expect(describe(legal)).not.toMatch(/NaN|undefined/);
    }), { numRuns: 2000 });
  });

  test('takes anything at all without an exception', () => {
    fc.assert(fc.property(fc.anything(), (value) => checkDistribution(value) !== undefined));
  });

  test('a larger draw never gives a smaller sample', () => {
    const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(fc.property(fc.constantFrom(...all), draws, draws, (each, u, v) => {
      const [low, high] = [sample(each, () => Math.min(u, v)), sample(each, () => Math.max(u, v))];
      return low <= high * (1 + 1e-14);
    }), { numRuns: 1000 });
  });
});

test('gives the golden samples', () => {
  let hash = 0x811c9dc5;
  const words = new Uint32Array(2);
  const double = new Float64Array(words.buffer);
  for (let i = 0; i < 10000; i++) {
    for (const each of all) {
      double[0] = sample(each, (index) => uniform(11, 12, i, index));
      hash = Math.imul(Math.imul(hash ^ (words[0] as number), 0x01000193) ^ (words[1] as number), 0x01000193);
      hash ^= hash >>> 15;
    }
  }
  expect(hash >>> 0).toBe(1064810030);
});
