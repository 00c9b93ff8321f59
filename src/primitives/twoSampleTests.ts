/** What two samples of good and bad, or of durations, can tell: bounds, exact and rank tests, sample sizes. Own numerics, the same bits everywhere. */
import { exp, log, normalQuantile } from '../kernel/math.ts';

const HALF_LOG_TAU = 0.9189385332046727;
const small: number[] = [0];
for (let i = 1; i <= 256; i++) small.push(small[i - 1]! + log(i));
/** ln n!, relative error below 1e-12. @param n whole, ≥ 0 */
export function logFactorial(n: number): number {
  if (n <= 256) return small[n]!;
  const x = n + 1, r = 1 / (x * x);
  return (x - 0.5) * log(x) - x + HALF_LOG_TAU + (1 / 12 - r * (1 / 360 - r / 1260)) / x;
}
const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** P(X ≤ k) of a binomial. @param p 0–1 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  const a = log(p), b = log(1 - p);
  let sum = 0;
  for (let i = 0; i <= k; i++) sum += exp(logChoose(n, i) + i * a + (n - i) * b);
  return Math.min(1, sum);
}

/** Distribution of the standard normal, absolute error below 1.5e-15 (series below 3, continued fraction above). */
export function normalCdf(z: number): number {
  const x = Math.abs(z), density = exp(-x * x / 2) / 2.5066282746310002;
  let upper: number;
  if (x < 3) {
    let term = x, sum = x;
    for (let k = 3; term > 1e-17 * sum; k += 2) sum += term = (term * x * x) / k;
    upper = 0.5 - density * sum;
  } else {
    let fraction = x;
    for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
    upper = density / fraction;
  }
  return z > 0 ? 1 - upper : upper;
}

/** The interval of a ratio that its `bad` of `n` leaves likely. @param confidence 0–1, two-sided @see E. B. Wilson 1927 */
export function wilson(bad: number, n: number, confidence: number): { readonly low: number; readonly mid: number; readonly high: number } {
  if (n === 0) return { low: 0, mid: 0, high: 1 };
  const z = normalQuantile(0.5 + confidence / 2), p = bad / n, zz = z * z;
  const centre = (p + zz / (2 * n)) / (1 + zz / n);
  const half = (z * Math.sqrt(p * (1 - p) / n + zz / (4 * n * n))) / (1 + zz / n);
  return { low: bad === 0 ? 0 : Math.max(0, centre - half), mid: p, high: bad === n ? 1 : Math.min(1, centre + half) };
}

/** Fisher's exact test, one-sided: how likely so many bad ones, or more, are in the first sample if both are alike. @returns p, 0–1 */
export function fisherWorse(bad: number, n: number, baseBad: number, baseN: number): number {
  const all = bad + baseBad, whole = logChoose(n + baseN, all);
  let p = 0;
  for (let k = Math.min(n, all); k >= bad; k--) if (all - k <= baseN) p += exp(logChoose(n, k) + logChoose(baseN, all - k) - whole);
  return Math.min(1, p);
}

/**
 * Mann–Whitney rank test by the normal approximation, corrected for ties, one-sided: how likely the first sample is so much larger by chance.
 * @param counts of equal or nearly equal values, smallest first; both of one length
 * @returns p, 0–1; 1 where there is nothing to compare
 */
export function rankLarger(counts: ArrayLike<number>, base: ArrayLike<number>): number {
  let n = 0, m = 0;
  for (let i = 0; i < counts.length; i++) { n += counts[i]!; m += base[i]!; }
  if (n === 0 || m === 0) return 1;
  let below = 0, u = 0, ties = 0;
  for (let i = 0; i < counts.length; i++) {
    const a = counts[i]!, b = base[i]!, t = a + b;
    u += a * (below + b / 2);
    below += b;
    ties += t * t * t - t;
  }
  const N = n + m, variance = (n * m / 12) * (N + 1 - ties / (N * (N - 1)));
  return variance <= 0 ? 1 : normalCdf(-(u - n * m / 2 - 0.5) / Math.sqrt(variance));
}

/**
 * Wald's sequential test of a ratio: good (p0) against bad (p1).
 * @param alpha chance to call good bad; @param beta chance to call bad good
 * @returns 'bad', 'good', or 'open': more samples are needed
 */
export function sequential(bad: number, n: number, p0: number, p1: number, alpha: number, beta: number): 'good' | 'bad' | 'open' {
  const ratio = bad * log(p1 / p0) + (n - bad) * log((1 - p1) / (1 - p0));
  return ratio >= log((1 - beta) / alpha) ? 'bad' : ratio <= log(beta / (1 - alpha)) ? 'good' : 'open';
}

/** Samples that each of two arms needs to see p1 where p0 is usual. @param alpha one-sided; @param power 0–1 @see Fleiss, without continuity correction */
export function samplesPerArm(p0: number, p1: number, alpha: number, power: number): number {
  const p = (p0 + p1) / 2;
  const z = normalQuantile(1 - alpha) * Math.sqrt(2 * p * (1 - p)) + normalQuantile(power) * Math.sqrt(p0 * (1 - p0) + p1 * (1 - p1));
  return Math.ceil((z * z) / ((p1 - p0) * (p1 - p0)));
}
