import { highWord } from './math.ts';

/**
 * A log-linear histogram of milliseconds, as plain data: it survives structuredClone, and two of them add up.
 *
 * Every power of two from 2^-10 (0.00098 ms) to 2^24 (16.8 million ms) is cut into 64 equal bins; a bin's middle is at most 1/128 = 0.8 % away
 * from anything in it. What lies below or above falls into one end bin each. The bin's number is the upper 18 bits of the double itself (sign,
 * exponent, six bits of mantissa), so no logarithm is needed.
 */
export interface Histogram {
  /** How many values fell into each bin; a bin stays at 4,294,967,295 once it is full. */
  readonly counts: Uint32Array;
  /** How many values there are. */
  count: number;
  /** Their sum, ms, added in the order of recording. */
  sum: number;
  /** The smallest of them, ms, exact; Infinity while there are none. */
  min: number;
  /** The largest of them, ms, exact; -Infinity while there are none. */
  max: number;
}

const MANTISSA_BITS = 6;
const LOWEST_EXPONENT = -10;
const HIGHEST_EXPONENT = 23;
const SHIFT = 20 - MANTISSA_BITS;
/** The upper bits of the largest double below the first inner bin; the first inner bin has number 1. */
const OFFSET = ((1023 + LOWEST_EXPONENT) << MANTISSA_BITS) - 1;
const INNER_BINS = (HIGHEST_EXPONENT - LOWEST_EXPONENT + 1) << MANTISSA_BITS;
const LAST = INNER_BINS + 1;
const FULL = 0xffffffff;

/** @returns an empty histogram: 2,178 bins, 8.7 kB */
export function createHistogram(): Histogram {
  return { counts: new Uint32Array(INNER_BINS + 2), count: 0, sum: 0, min: Infinity, max: -Infinity };
}

/**
 * Adds one value.
 * @param value ms, finite; negative and tiny ones count in the lowest bin, huge ones in the highest
 * @throws RangeError for NaN and the infinities, which would spoil the sum for good
 */
export function recordValue(histogram: Histogram, value: number): void {
  if (value - value !== 0) throw new RangeError(`recordValue: ${value} is not a finite number`);
  const place = (highWord(value) >> SHIFT) - OFFSET;
  const bin = place < 0 ? 0 : place > LAST ? LAST : place;
  const counts = histogram.counts;
  const inBin = counts[bin] as number;
  if (inBin !== FULL) counts[bin] = inBin + 1;
  histogram.count++;
  histogram.sum += value;
  if (value < histogram.min) histogram.min = value + 0; // never -0, which would make the order of recording visible
  if (value > histogram.max) histogram.max = value + 0;
}

/**
 * The value which the share `q` of all values does not exceed: the smallest value whose rank is at least q * count (nearest rank).
 * @param q 0 to 1; 0 gives the exact minimum, 1 the exact maximum
 * @returns ms, within 1 % of the exact one from 0.001 to 10^7 ms; below and above the exact minimum or maximum stands for all; NaN while empty
 * @throws RangeError for a q outside 0 .. 1
 */
export function quantile(histogram: Histogram, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile: the share must be from 0 to 1, not ${q}`);
  const { counts, count, min, max } = histogram;
  if (count === 0) return NaN;
  // 0.07 * 100 is a little more than 7, and must stay rank 7
  const rank = -Math.floor(-q * count * (1 - 4.440892098500626e-16));
  if (rank <= 1) return min;
  if (rank >= count) return max;
  let left = rank;
  let bin = 0;
  while (bin < LAST && left > (counts[bin] as number)) left -= counts[bin++] as number;
  if (bin === 0) return min;
  if (bin === LAST) return max;
  const middle = (lowerEdge(bin) + lowerEdge(bin + 1)) / 2;
  return middle < min ? min : middle > max ? max : middle;
}

/**
 * Adds all values of `from` to `into`, as if they had been recorded there (but for the rounding of the sum, which depends on order).
 * @param into changed
 * @param from unchanged; may be `into` itself
 */
export function mergeHistogram(into: Histogram, from: Histogram): void {
  for (let bin = 0; bin <= LAST; bin++) {
    const total = (into.counts[bin] as number) + (from.counts[bin] as number);
    into.counts[bin] = total < FULL ? total : FULL;
  }
  into.count += from.count;
  into.sum += from.sum;
  if (from.min < into.min) into.min = from.min;
  if (from.max > into.max) into.max = from.max;
}

/** Empties a histogram in place. */
export function clearHistogram(histogram: Histogram): void {
  histogram.counts.fill(0);
  histogram.count = 0;
  histogram.sum = 0;
  histogram.min = Infinity;
  histogram.max = -Infinity;
}

/** Where an inner bin (1 .. INNER_BINS) begins, ms; the end of the last one for INNER_BINS + 1. */
function lowerEdge(bin: number): number {
  const step = bin - 1;
  const exponent = (step >> MANTISSA_BITS) + LOWEST_EXPONENT;
  const power = exponent < 0 ? 1 / (1 << -exponent) : 1 << exponent;
  return power * (1 + (step & ((1 << MANTISSA_BITS) - 1)) / (1 << MANTISSA_BITS));
}
