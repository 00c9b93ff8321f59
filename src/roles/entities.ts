/**
 * Which entity a request is about: the k-th of `count` with probability in proportion to 1 / k^skew (Zipf; 0 is uniform), by one draw and
 * without a table of all weights. Sums beyond the tenth follow from the Euler–Maclaurin formula (error below 1e-9 of the total).
 */
import { exp, log, pow } from '../kernel/math.ts';

export interface EntityLaw {
  readonly count: number;
  readonly skew: number;
  /** Sums of the first 0, 1 … 10 weights; empty when uniform. */
  readonly heads: readonly number[];
  readonly total: number;
}
const HEADS = 10;

export function entityLaw(count: number, skew: number): EntityLaw {
  if (skew === 0) return { count, skew, heads: [], total: count };
  const heads = [0];
  for (let k = 1; k <= HEADS; k++) heads.push(heads[k - 1]! + pow(k, -skew));
  return { count, skew, heads, total: sumTo(heads, skew, count) };
}

/** 1 + 1/2^s + … + 1/k^s */
function sumTo(heads: readonly number[], s: number, k: number): number {
  if (k <= HEADS) return heads[k]!;
  const a = HEADS;
  const fa = pow(a, -s), fk = pow(k, -s);
  const integral = Math.abs(1 - s) < 1e-6 ? log(k / a) : (k * fk - a * fa) / (1 - s);
  const third = s * (s + 1) * (s + 2);
  return heads[a]! + integral + (fk - fa) / 2 - (s * (fk / k - fa / a)) / 12 + (third * (fk / (k * k * k) - fa / (a * a * a))) / 720;
}

/** The number, from 1, of the entity at `u` in [0, 1). */
export function entityAt({ count, skew, heads, total }: EntityLaw, u: number): number {
  if (skew === 0) return Math.floor(u * count) + 1;
  const target = u * total;
  if (count <= HEADS || target < heads[HEADS]!) {
    let k = 1;
    while (k < Math.min(count, HEADS) && heads[k]! <= target) k++;
    return k;
  }
  // The integral from 10.5 falls short by a place or two, never far (the weights are convex); the sums settle it.
  const rest = target - heads[HEADS]!;
  const start = HEADS + 0.5;
  const base = pow(start, 1 - skew) + (1 - skew) * rest;
  const guess = Math.abs(1 - skew) < 1e-6 ? start * exp(rest) : base > 0 ? pow(base, 1 / (1 - skew)) : count;
  let k = Math.min(count, Math.max(HEADS + 1, Math.ceil(guess - 0.5)));
  while (k < count && sumTo(heads, skew, k) <= target) k++;
  return k;
}
