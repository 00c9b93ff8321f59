import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clamp, exp, highWord, log, pow, powInt, tanh } from './math.ts';

/** Bits after the binary point of the exact reference, which knows only whole numbers. */
const POINT = 1200n;
const ONE = 1n << POINT;

/** A finite double as a fixed-point number; bits below the point are cut off. */
function fixed(x: number): bigint {
  const bits = new BigUint64Array(new Float64Array([x]).buffer)[0] as bigint;
  const exponent = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0n ? 0n : 1n << 52n);
  const size = (mantissa << POINT) >> 1074n;
  const scaled = exponent === 0n ? size : size << (exponent - 1n);
  return x < 0 ? -scaled : scaled;
}

/** e^x by Taylor's series of x / 2^20, squared twenty times. */
function exactExp(x: bigint): bigint {
  if (x < 0n) return (ONE * ONE) / exactExp(-x);
  const small = x >> 20n;
  let sum = ONE;
  let term = ONE;
  for (let n = 1n; term > 0n; n++) {
    term = ((term * small) >> POINT) / n;
    sum += term;
  }
  for (let i = 0; i < 20; i++) sum = (sum * sum) >> POINT;
  return sum;
}

/** The step from one double to the next, at x. */
function ulp(x: number): bigint {
  const bits = new BigUint64Array(new Float64Array([x]).buffer);
  bits[0] = (bits[0] as bigint) & 0x7fffffffffffffffn;
  const low = new Float64Array(bits.buffer)[0] as number;
  bits[0]++;
  return fixed(new Float64Array(bits.buffer)[0] as number) - fixed(low);
}

function ulpsBetween(found: number, exact: bigint): number {
  const gap = fixed(found) - exact;
  return Number(((gap < 0n ? -gap : gap) * 1000n) / ulp(found)) / 1000;
}

const expError = (x: number): number => ulpsBetween(exp(x), exactExp(fixed(x)));

/** The error of y = log(x) is log(x / e^y), and that is x / e^y - 1 as long as it is tiny. */
function logError(x: number): number {
  const y = log(x);
  const residue = (fixed(x) * ONE) / exactExp(fixed(y)) - ONE;
  return Number(((residue < 0n ? -residue : residue) * 1000n) / ulp(y)) / 1000;
}

/** Numbers 0 .. 1 that need nothing but whole-number arithmetic, so that the golden inputs are the same everywhere. */
function* sequence(count: number): Generator<number> {
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 4294967296;
  }
}

/** FNV-1a over the bits of doubles, word by word. */
function fingerprint(values: Iterable<number>): string {
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  let hash = 0x811c9dc5;
  for (const value of values) {
    double[0] = value;
    for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  return (hash >>> 0).toString(16);
}

function* map(values: Iterable<number>, change: (value: number) => number): Generator<number> {
  for (const value of values) yield change(value);
}

/** Doubles of every size, all exponents alike. */
const positive = (lowest: number, highest: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }), fc.integer({ min: lowest, max: highest }))
    .map(([mantissa, exponent]) => mantissa * powInt(2, exponent));
const once = { seed: 20, numRuns: 300 };

describe('log', () => {
  test('is within 1 ulp of the exact value at every size', () => {
    fc.assert(fc.property(positive(-600, 1023), (x) => x === 1 || logError(x) < 1), once);
  });

  test('is within 1 ulp close to 1, where it is close to 0', () => {
    for (const u of sequence(300)) expect(logError(0.6 + 0.9 * u)).toBeLessThan(1);
    for (const u of sequence(300)) expect(logError(1 - u / 1e6)).toBeLessThan(1);
    expect(log(1 - 1.1102230246251565e-16)).toBe(-1.1102230246251565e-16);
  });

  test('has the agreed values at the edges', () => {
    expect([0, -0, 1, -1, NaN, -Infinity, Infinity].map(log)).toEqual([-Infinity, -Infinity, 0, NaN, NaN, NaN, Infinity]);
    expect(log(5e-324)).toBe(-744.4400719213812);
    expect(log(Number.MAX_VALUE)).toBe(709.782712893384);
    expect(log(2)).toBe(Math.LN2);
  });

  test('gives the golden bits for 100,000 inputs', () => {
    expect(fingerprint(map(sequence(50000), log))).toBe('f167d7c0');
    expect(fingerprint(map(sequence(50000), (u) => log(u * powInt(2, Math.floor(u * 2000) - 1000))))).toBe('bed42a38');
  });
});

describe('exp', () => {
  test('is within 1 ulp of the exact value', () => {
    fc.assert(fc.property(fc.double({ min: -400, max: 700, noNaN: true }), (x) => expError(x) < 1), once);
    fc.assert(fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (x) => expError(x) < 1), once);
    for (const u of sequence(300)) expect(expError(4 * u - 2)).toBeLessThan(1);
  });

  test('has the agreed values at the edges', () => {
    expect([0, -0, NaN, -Infinity, Infinity, 709.79, -745.14].map(exp)).toEqual([1, 1, NaN, 0, Infinity, Infinity, 0]);
    expect(exp(709.782712893384)).toBe(1.7976931348622732e308);
    expect(exp(-745.1332191019411)).toBe(5e-324);
    expect(exp(-744)).toBe(1e-323);
    expect(exp(1e-300)).toBe(1);
  });

  test('undoes log to the precision that the size of the logarithm leaves', () => {
    fc.assert(fc.property(positive(-1020, 1020), (x) => Math.abs(exp(log(x)) / x - 1) < 3e-16 * (2 + Math.abs(log(x)))));
  });

  test('gives the golden bits for 100,000 inputs', () => {
    expect(fingerprint(map(sequence(50000), (u) => exp(4 * u - 2)))).toBe('1a9c0684');
    expect(fingerprint(map(sequence(50000), (u) => exp(1460 * u - 748)))).toBe('70f886a0');
  });
});

describe('powers', () => {
  test('powInt is exact while the power is an exact double', () => {
    for (let base = -9; base <= 9; base++) {
      let exact = 1n;
      for (let n = 0; n <= 15; n++, exact *= BigInt(base)) expect(powInt(base, n)).toBe(Number(exact));
    }
    expect([powInt(2, 1023), powInt(2, -1022), powInt(0.5, 10), powInt(2, -3)]).toEqual([8.98846567431158e307, 2.2250738585072014e-308, 1 / 1024, 0.125]);
    expect([powInt(0, 0), powInt(0, -1), powInt(-1, 9007199254740991), powInt(10, 400)]).toEqual([1, Infinity, -1, Infinity]);
  });

  test('powInt refuses an exponent that is not whole', () => {
    for (const n of [0.5, NaN, Infinity]) expect(() => powInt(2, n)).toThrow(RangeError);
  });

  test('powInt grows by one factor an exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 3, noNaN: true }), fc.integer({ min: -60, max: 60 }), (base, n) => {
        expect(powInt(base, n + 1) / (powInt(base, n) * base)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('pow is e to the power y log base', () => {
    expect([pow(2, 0.5), pow(7, 0), pow(0, 0), pow(0, 2), pow(0, -1), pow(-8, 0.5)]).toEqual([expect.closeTo(Math.SQRT2, 15), 1, 1, 0, Infinity, NaN]);
    fc.assert(fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.integer({ min: -20, max: 20 }), (base, n) => {
      expect(pow(base, n) / powInt(base, n)).toBeCloseTo(1, 12);
    }));
  });
});

describe('tanh', () => {
  test('is within 4 ulp of the exact value', () => {
    const error = (x: number): number => {
      const square = exactExp(fixed(2 * x));
      return ulpsBetween(tanh(x), ((square - ONE) * ONE) / (square + ONE));
    };
    for (const u of sequence(400)) expect(error(3 * u)).toBeLessThan(4);
    for (const u of sequence(400)) expect(error(0.3 + 0.4 * u)).toBeLessThan(4);
  });

  test('is odd, and ends at 1', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (x) => Object.is(tanh(-x), -tanh(x)) && Math.abs(tanh(x)) <= 1));
    expect([tanh(0), tanh(1e-300), tanh(30), tanh(-Infinity), tanh(NaN)]).toEqual([0, 1e-300, 1, -1, NaN]);
  });
});

describe('small tools', () => {
  test('clamp returns the nearest number between the bounds', () => {
    expect([clamp(-1, 0, 2), clamp(1, 0, 2), clamp(3, 0, 2), clamp(NaN, 0, 2), clamp(Infinity, 0, 2)]).toEqual([0, 1, 2, NaN, 2]);
  });

  test('highWord is sign, exponent and top of the mantissa', () => {
    expect([highWord(0), highWord(1), highWord(-2), highWord(1.5), highWord(Infinity)]).toEqual([0, 0x3ff00000, -0x40000000, 0x3ff80000, 0x7ff00000]);
  });

  test('nothing here touches a built-in function that differs between engines', () => {
    const own = Object.getOwnPropertyNames(Math).filter((name) => !['imul', 'floor', 'sqrt', 'fround'].includes(name));
    const saved = Object.getOwnPropertyDescriptors(Math);
    for (const name of own) if (typeof Math[name as keyof Math] === 'function') Object.assign(Math, { [name]: undefined });
    try {
      expect([log(3), exp(3), powInt(3, 3), pow(3, 0.3), tanh(3), tanh(0.3)].every((value) => value > 0)).toBe(true);
      expect(() => Math.abs(1)).toThrow(TypeError);
    } finally {
      Object.defineProperties(Math, saved);
    }
  });
});
