import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashText, mix2, seedFrom, uniform } from './random.ts';

type Draw = (i: number) => number;
const COUNT = 100000;
const word = fc.integer({ min: 0, max: 0xffffffff });

/** One input counts, the others stand still or take turns: the ways in which a simulation asks. */
const slices: Readonly<Record<string, Draw>> = {
  'key, all else 0': (i) => uniform(0, 0, i, 0),
  'key, some stream': (i) => uniform(seedFrom(1), mix2(hashText('gateway'), hashText('service time')), i, 0),
  'key, in steps of 2^16': (i) => uniform(1, 2, Math.imul(i, 65536) ^ (i >>> 16), 0),
  'key, downwards from 2^32': (i) => uniform(1, 2, ~i, 0),
  'key, mixed from an origin and a number': (i) => uniform(1, 2, mix2(3, i), 0),
  'attempt': (i) => uniform(1, 2, 3, i),
  'stream': (i) => uniform(1, i, 2, 0),
  'seed': (i) => uniform(i, 1, 2, 0),
  'key, four attempts each': (i) => uniform(7, 8, i >>> 2, i & 3),
  'key, ten streams in turn': (i) => uniform(7, i % 10, Math.floor(i / 10), 0),
  'key, ten seeds in turn': (i) => uniform(i % 10, 7, Math.floor(i / 10), 0),
};

function tally(cells: Uint32Array, cell: number, by = 1): void {
  cells[cell] = (cells[cell] as number) + by;
}

/** How far a chi-square sum over equally likely cells lies from its mean, in standard deviations. */
function chiSquare(cells: Uint32Array, total: number): number {
  const expected = total / cells.length;
  let sum = 0;
  for (const seen of cells) sum += ((seen - expected) * (seen - expected)) / expected;
  return (sum - (cells.length - 1)) / Math.sqrt(2 * (cells.length - 1));
}

/** Correlation of x and y, both uniform on 0 .. 1, in standard deviations. */
function correlation(count: number, x: Draw, y: Draw): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (x(i) - 0.5) * (y(i) - 0.5);
  return (12 * sum) / Math.sqrt(count);
}

/** Every statistic that should look like a standard normal draw, by name, and Kolmogorov and Smirnov's distance times the root of the count. */
function statistics(draw: Draw): { normal: Map<string, number>; distance: number } {
  const values = Float64Array.from({ length: COUNT }, (_, i) => draw(i));
  const value: Draw = (i) => values[i] as number;
  const normal = new Map<string, number>();

  const cells = new Uint32Array(1000);
  const pairs = new Uint32Array(4096);
  const tails = new Uint32Array(1024);
  const bits = new Uint32Array(53);
  for (let i = 0; i < COUNT; i++) {
    const u = value(i);
    tally(cells, Math.floor(u * 1000));
    tally(tails, (u * 9007199254740992) % 1024);
    if (i > 0) tally(pairs, Math.floor(u * 64) * 64 + Math.floor(value(i - 1) * 64));
    const high = Math.floor(u * 134217728);
    const low = (u * 134217728 - high) * 67108864;
    for (let bit = 0; bit < 26; bit++) tally(bits, bit, (low >>> bit) & 1);
    for (let bit = 0; bit < 27; bit++) tally(bits, bit + 26, (high >>> bit) & 1);
  }
  normal.set('1000 cells', chiSquare(cells, COUNT));
  normal.set('64 x 64 pairs', chiSquare(pairs, COUNT - 1));
  normal.set('lowest ten bits', chiSquare(tails, COUNT));
  bits.forEach((ones, bit) => normal.set(`bit ${bit}`, (2 * ones - COUNT) / Math.sqrt(COUNT)));
  for (const lag of [1, 2, 3, 4, 10, 16, 1024]) normal.set(`lag ${lag}`, correlation(COUNT - lag, value, (i) => value(i + lag)));

  let ascents = 0; // mean (n - 1) / 2, variance (n + 1) / 12
  for (let i = 1; i < COUNT; i++) if (value(i) > value(i - 1)) ascents++;
  normal.set('ascents', (ascents - (COUNT - 1) / 2) / Math.sqrt((COUNT + 1) / 12));

  let distance = 0;
  values.sort().forEach((u, i) => (distance = Math.max(distance, u - i / COUNT, (i + 1) / COUNT - u)));
  return { normal, distance: distance * Math.sqrt(COUNT) };
}

function poor(draw: Draw): string[] {
  const { normal, distance } = statistics(draw);
  const found = [...normal].filter(([, z]) => !(Math.abs(z) < 4.4)).map(([name, z]) => `${name}: ${z.toFixed(1)}`);
  return distance < 1.95 ? found : [...found, `distance: ${distance}`];
}

/** The largest bias of any output bit when any single input bit is flipped, in standard deviations. */
function avalanche(inputs: number, outputs: number, rounds: number, bitsOf: (words: readonly number[]) => readonly [number, number]): number {
  const flips = new Float64Array(inputs * outputs);
  for (let n = 0; n < rounds; n++) {
    // Half of the rounds use small numbers. Multiples of 3 never differ in one bit only, so no pair is counted twice.
    const words = Array.from({ length: inputs / 32 }, (_, i) => (n % 2 === 0 ? mix2(n, i) : i === 0 ? 3 * n : mix2(n, i) % 1000));
    const [high, low] = bitsOf(words);
    for (let bit = 0; bit < inputs; bit++) {
      const changed = [...words];
      changed[bit >>> 5] = ((changed[bit >>> 5] as number) ^ (1 << (bit & 31))) >>> 0;
      const [otherHigh, otherLow] = bitsOf(changed);
      for (let out = 0; out < outputs; out++) {
        const flipped = out < 32 ? ((low ^ otherLow) >>> out) & 1 : ((high ^ otherHigh) >>> (out - 32)) & 1;
        flips[bit * outputs + out] = (flips[bit * outputs + out] as number) + flipped;
      }
    }
  }
  return flips.reduce((worst, seen) => Math.max(worst, Math.abs(2 * seen - rounds) / Math.sqrt(rounds)), 0);
}

function distinct(count: number, value: Draw): number {
  const values = Uint32Array.from({ length: count }, (_, i) => value(i)).sort();
  return values.reduce((sum, each, i) => (i > 0 && each === values[i - 1] ? sum : sum + 1), 0);
}

describe('uniform', () => {
  test.each(Object.entries(slices))('looks random along: %s', (_, draw) => {
    expect(poor(draw)).toEqual([]);
  });

  test('the same tests refuse poor generators', () => {
    let state = 1;
    const last = Float64Array.from({ length: COUNT }, () => (state = (Math.imul(state, 69069) + 1) >>> 0) / 4294967296);
    expect(poor((i) => (i * 0.6180339887498949) % 1)).not.toEqual([]);
    expect(poor((i) => (Math.imul(i, 0x9e3779b1) >>> 0) / 4294967296)).not.toEqual([]);
    expect(poor((i) => last[i] as number)).not.toEqual([]);
    expect(poor((i) => uniform(1, 2, i >>> 1, 0))).not.toEqual([]);
    expect(poor((i) => uniform(1, 2, i, 0) * 0.99)).not.toEqual([]);
  });

  test('is uncorrelated between neighbouring seeds, streams, keys and attempts', () => {
    const draw: Draw = (i) => uniform(5, 6, i, 1);
    const others: Draw[] = [
      (i) => uniform(6, 6, i, 1), (i) => uniform(5, 7, i, 1), (i) => uniform(5, 6, i, 2), (i) => uniform(5, 6, i, 0), (i) => uniform(6, 5, i, 1),
      (i) => uniform(5, 6, 1, i), (i) => uniform(5, i, 6, 1), (i) => uniform(i, 6, 5, 1), (i) => uniform(6, 7, i + 1, 2),
    ];
    for (let bit = 0; bit < 32; bit++) {
      const flip = 1 << bit;
      others.push((i) => uniform(5 ^ flip, 6, i, 1), (i) => uniform(5, 6 ^ flip, i, 1), (i) => uniform(5, 6, i ^ flip, 1), (i) => uniform(5, 6, i, 1 ^ flip));
    }
    // flipping a key's low bit pairs every draw twice, which widens the spread by the root of 2
    for (const other of others) expect(Math.abs(correlation(20000, draw, other))).toBeLessThan(5.5);
  });

  test('flips every one of its 53 bits half the time when any input bit flips', () => {
    const worst = avalanche(128, 53, 4096, ([seed, stream, key, attempt]) => {
      const whole = uniform(seed as number, stream as number, key as number, attempt as number) * 9007199254740992;
      return [Math.floor(whole / 4294967296), whole | 0];
    });
    expect(worst).toBeLessThan(5.2);
  });

  test('is a multiple of 2^-53 from 0 to less than 1', () => {
    fc.assert(fc.property(word, word, word, word, (seed, stream, key, attempt) => {
      const u = uniform(seed, stream, key, attempt);
      expect(u >= 0 && u < 1 && Number.isInteger(u * 9007199254740992)).toBe(true);
    }));
  });

  test('takes its arguments modulo 2^32 without their fraction', () => {
    expect(uniform(-1, 4294967298, 3.7, 0)).toBe(uniform(4294967295, 2, 3, 0));
  });

  test('gives the golden bits for 100,000 inputs', () => {
    let hash = 0x811c9dc5;
    for (let i = 0; i < COUNT; i++) {
      const whole = uniform(i % 7, Math.imul(i, 0x9e3779b1), i, i % 3) * 9007199254740992;
      hash = Math.imul(hash ^ Math.floor(whole / 4294967296), 0x01000193);
      hash = Math.imul(hash ^ (whole % 4294967296), 0x01000193);
      hash ^= hash >>> 15;
    }
    expect(hash >>> 0).toBe(1980867394);
    expect([uniform(0, 0, 0, 0), uniform(1, 2, 3, 4)]).toEqual([0.7416710668605533, 0.8423082874874398]);
  });
});

describe('mix2', () => {
  test('never collides for one origin', () => {
    for (const a of [0, 1, 0xffffffff, hashText('client')]) expect(distinct(1 << 19, (b) => mix2(a, b))).toBe(1 << 19);
    expect(distinct(1 << 19, (b) => mix2(3, Math.imul(b, 8192) ^ b))).toBe(1 << 19);
    fc.assert(fc.property(word, word, word, (a, b, c) => b === c || mix2(a, b) !== mix2(a, c)));
  });

  test('collides across origins no more often than random words', () => {
    // 250,000 words hold 7.3 equal pairs on average, more than 20 in one case of 40,000
    for (const scale of [1, 65536]) expect(250000 - distinct(250000, (i) => mix2((i % 500) * scale, Math.floor(i / 500)))).toBeLessThan(20);
    expect(250000 - distinct(250000, (i) => mix2(mix2(9, i % 500), Math.floor(i / 500)))).toBeLessThan(20);
  });

  test('flips every bit half the time when any input bit flips', () => {
    expect(avalanche(64, 32, 8192, ([a, b]) => [0, mix2(a as number, b as number)])).toBeLessThan(5.2);
  });

  test('tells its arguments apart, and returns a uint32', () => {
    expect(mix2(1, 2)).not.toBe(mix2(2, 1));
    fc.assert(fc.property(word, word, (a, b) => mix2(a, b) >>> 0 === mix2(a, b)));
  });

  test('looks random along either argument', () => {
    const whole: Draw = (i) => (mix2(i, 5) * 2097152 + (mix2(i, 6) >>> 11)) / 9007199254740992;
    expect(poor(whole)).toEqual([]);
    expect(poor((i) => (mix2(5, i) * 2097152 + (mix2(6, i) >>> 11)) / 9007199254740992)).toEqual([]);
  });
});

describe('seedFrom', () => {
  test('keeps different seeds different, and spreads small ones', () => {
    expect(distinct(1 << 19, seedFrom)).toBe(1 << 19);
    expect(avalanche(32, 32, 8192, ([seed]) => [0, seedFrom(seed as number)])).toBeLessThan(5.2);
    expect([0, 1, 2, 4294967295].map(seedFrom)).toEqual([4249023594, 4140627544, 3791196696, 4156664319]);
  });
});

describe('hashText', () => {
  test('has the golden values', () => {
    const golden = { '': 3828879698, a: 630643602, b: 3263848433, service: 2147371059, '\ud800': 912083425, größer: 1301973083, constructor: 3516973355 };
    for (const [text, hash] of Object.entries(golden)) expect(hashText(text)).toBe(hash);
  });

  test('keeps 100,000 names apart as well as random words would', () => {
    // 1.2 equal pairs on average, more than 7 in one case of 10,000
    expect(COUNT - distinct(COUNT, (i) => hashText(`node-${i}`))).toBeLessThan(8);
    expect(COUNT - distinct(COUNT, (i) => hashText(String.fromCharCode(i & 0xffff, i >>> 16)))).toBeLessThan(8);
  });

  test('depends on every code unit and on the length', () => {
    fc.assert(fc.property(fc.array(fc.nat(0xffff), { minLength: 1 }), fc.nat(), (units, at) => {
      const text = String.fromCharCode(...units);
      const i = at % text.length;
      const other = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1);
      return hashText(text) !== hashText(other) && hashText(text) !== hashText(`${text}\0`) && hashText(text) !== hashText(`\0${text}`);
    }));
  });

  test('looks random along a counted name', () => {
    expect(poor((i) => (hashText(`call ${i}`) * 2097152 + (hashText(`${i} call`) >>> 11)) / 9007199254740992)).toEqual([]);
  });
});
