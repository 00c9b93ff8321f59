import { LONGEST_MS, SHORTEST_MS } from './distributionCheck.ts';
import { clamp, exp, log, normalQuantile } from './math.ts';
export { normalQuantile };

/**
 * How long something takes, or how far apart things are: plain data, milliseconds. `checkDistribution` (distributionCheck.ts) tells what is legal; the functions here
 * expect that it was asked.
 *
 * - `constant`, `uniform`: as named; 0 and more.
 * - `exponential`: by its mean. `erlang`: sum of k exponentials, by the mean of the sum.
 * - `lognormal`: by median and 99th percentile.
 * - `pareto`: density falls as x^-(alpha+1) from minMs; with `maxMs` truncated there (bounded Pareto), without it the mean is infinite for
 *   alpha <= 1.
 * - `bimodal`: slowMs with probability slowRatio, else fastMs.
 * - `empirical`: every value equally likely; sort them ascending for larger draws to give larger samples.
 * - `histogram`: bin i spans edgesMs[i] to edgesMs[i + 1], has weight counts[i], and is uniform inside.
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'erlang'; readonly k: number; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly p99Ms: number }
  | { readonly kind: 'pareto'; readonly alpha: number; readonly minMs: number; readonly maxMs?: number }
  | { readonly kind: 'bimodal'; readonly slowRatio: number; readonly fastMs: number; readonly slowMs: number }
  | { readonly kind: 'empirical'; readonly values: readonly number[] }
  | { readonly kind: 'histogram'; readonly edgesMs: readonly number[]; readonly counts: readonly number[] };

export { LONGEST_MS, SHORTEST_MS };

const Z99 = normalQuantile(0.99);
const SMALLEST_P = 5.551115123125783e-17;

/**
 * A sample from one uniform draw, by inversion: but for rounding, a larger u never gives a smaller sample (`empirical`: if its
 * values ascend).
 * @param distribution a legal one of any kind but `erlang`
 * @param u 0 (inclusive) to 1 (exclusive)
 * @returns ms, 0 to LONGEST_MS
 * @throws RangeError for `erlang`, which needs k draws: `sample`
 */
export function sampleOne(distribution: Distribution, u: number): number {
  return cut(invert(distribution, u));
}

/**
 * A sample.
 * @param distribution a legal one
 * @param draw gives the i-th independent uniform of this sample, 0 (inclusive) to 1 (exclusive); asked for i = 0, for `erlang` 0 .. k - 1
 * @returns ms, 0 to LONGEST_MS; no errors of its own
 */
export function sample(distribution: Distribution, draw: (index: number) => number): number {
  if (distribution.kind !== 'erlang') return sampleOne(distribution, draw(0));
  // -log of a product is the sum of the -logs: one logarithm, unless the product nears the end of the doubles
  let sum = 0;
  let product = 1;
  for (let i = 0; i < distribution.k; i++) {
    product *= 1 - draw(i);
    if (product < 1e-200) {
      sum -= log(product);
      product = 1;
    }
  }
  return cut((distribution.meanMs / distribution.k) * (sum - log(product)));
}

/** Cuts at LONGEST_MS, and turns -0 into 0, which a text form of the sample could not keep apart. */
function cut(ms: number): number {
  return ms > LONGEST_MS ? LONGEST_MS : ms + 0;
}

function invert(distribution: Distribution, u: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return distribution.minMs + u * (distribution.maxMs - distribution.minMs);
    case 'exponential':
      return -distribution.meanMs * log(1 - u);
    case 'lognormal': {
      const sigma = log(distribution.p99Ms / distribution.medianMs) / Z99;
      // u = 0 stands for the interval from 0 to 2^-53: its middle keeps the sample above 0
      return distribution.medianMs * exp(sigma * normalQuantile(u > SMALLEST_P ? u : SMALLEST_P));
    }
    case 'pareto': {
      const { alpha, minMs, maxMs } = distribution;
      if (maxMs === undefined) return minMs * exp(-log(1 - u) / alpha);
      const beyond = exp(alpha * log(minMs / maxMs));
      return clamp(minMs * exp(-log(1 - u * (1 - beyond)) / alpha), minMs, maxMs);
    }
    case 'bimodal':
      return u < 1 - distribution.slowRatio ? distribution.fastMs : distribution.slowMs;
    case 'empirical':
      return distribution.values[Math.floor(u * distribution.values.length)] as number;
    case 'histogram':
      return invertHistogram(distribution.edgesMs, distribution.counts, u);
    case 'erlang':
      throw new RangeError('sampleOne: erlang needs k draws, use sample');
  }
}

function invertHistogram(edgesMs: readonly number[], counts: readonly number[], u: number): number {
  let left = 0;
  for (let i = 0; i < counts.length; i++) left += counts[i] as number;
  left *= u;
  let last = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    const low = edgesMs[i] as number;
    if (left < count) return low + (left / count) * ((edgesMs[i + 1] as number) - low);
    if (count > 0) last = i;
    left -= count;
  }
  return edgesMs[last + 1] as number; // rounding of the sums can pass the end of the last bin
}

/**
 * The mean, before samples are cut at LONGEST_MS.
 * @param distribution a legal one
 * @returns ms; Infinity for `pareto` without maxMs and with alpha <= 1; no errors
 */
export function mean(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return (distribution.minMs + distribution.maxMs) / 2;
    case 'exponential':
    case 'erlang':
      return distribution.meanMs;
    case 'lognormal': {
      const sigma = log(distribution.p99Ms / distribution.medianMs) / Z99;
      return distribution.medianMs * exp((sigma * sigma) / 2);
    }
    case 'pareto': {
      const { alpha, minMs, maxMs } = distribution;
      if (maxMs === undefined) return alpha > 1 ? (alpha * minMs) / (alpha - 1) : Infinity;
      if (maxMs === minMs) return minMs;
      const span = log(maxMs / minMs);
      return (minMs * growth((1 - alpha) * span)) / growth(-alpha * span);
    }
    case 'bimodal':
      return distribution.fastMs + distribution.slowRatio * (distribution.slowMs - distribution.fastMs);
    case 'empirical': {
      let sum = 0;
      for (const value of distribution.values) sum += value;
      return sum / distribution.values.length;
    }
    case 'histogram': {
      let sum = 0;
      let total = 0;
      for (const [i, count] of distribution.counts.entries()) {
        sum += (count * ((distribution.edgesMs[i] as number) + (distribution.edgesMs[i + 1] as number))) / 2;
        total += count;
      }
      return sum / total;
    }
  }
}

/** (exp(x) - 1) / x, which is the mean of exp over 0 .. x; by its series where the difference would cancel. */
function growth(x: number): number {
  if (x < -0.01 || x > 0.01) return (exp(x) - 1) / x;
  return 1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + (x / 5) * (1 + (x / 6) * (1 + x / 7)))));
}

/**
 * A few words for labels and logs, numbers to four digits.
 * @param distribution a legal one
 * @returns such as `exp 20 ms` or `lognormal 20 ms, p99 80 ms`; no errors
 */
export function describe(distribution: Distribution): string {
  switch (distribution.kind) {
    case 'constant':
      return `constant ${short(distribution.ms)} ms`;
    case 'uniform':
      return `uniform ${short(distribution.minMs)}–${short(distribution.maxMs)} ms`;
    case 'exponential':
      return `exp ${short(distribution.meanMs)} ms`;
    case 'erlang':
      return `erlang-${distribution.k} ${short(distribution.meanMs)} ms`;
    case 'lognormal':
      return `lognormal ${short(distribution.medianMs)} ms, p99 ${short(distribution.p99Ms)} ms`;
    case 'pareto': {
      const range = short(distribution.minMs) + (distribution.maxMs === undefined ? ' ms and more' : `–${short(distribution.maxMs)} ms`);
      return `pareto(${short(distribution.alpha)}) ${range}`;
    }
    case 'bimodal':
      return `bimodal ${short(distribution.fastMs)} ms, ${short(distribution.slowRatio * 100)} % ${short(distribution.slowMs)} ms`;
    case 'empirical':
      return `empirical, ${distribution.values.length} values, mean ${short(mean(distribution))} ms`;
    case 'histogram':
      return `histogram, ${distribution.counts.length} bins, mean ${short(mean(distribution))} ms`;
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
