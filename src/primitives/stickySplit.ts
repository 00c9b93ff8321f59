/**
 * A split of users by weight that is sticky and monotone: each user has one bucket out of 10 000, made of a salt and the user's id alone, and
 * is on the new side while the weight reaches above it. A rising weight only ever adds users; nobody is moved back.
 */
import { fnv1a, murmur3 } from './stableHash.ts';

export const BUCKETS = 10_000;
export const HASHES = ['murmur3', 'fnv1a'] as const;
export type SplitHash = (typeof HASHES)[number];

/**
 * The user's bucket.
 * @param salt another salt is another, independent order of the users
 * @returns 0 … 9999; no errors
 */
export const bucketOf = (user: string, salt: string, hash: SplitHash = 'murmur3'): number =>
  (hash === 'murmur3' ? murmur3(user, murmur3(salt)) : fnv1a(`${salt}/${user}`)) % BUCKETS;

/** The number of buckets that a weight reaches. @param weight percent, 0–100, in steps of a hundredth */
export const reachOf = (weight: number): number => Math.round((weight * BUCKETS) / 100);
/** Whether a bucket is on the new side. */
export const inShare = (bucket: number, weight: number): boolean => bucket < reachOf(weight);
/** Whether it is in the slice of the same size at the other end, kept for comparison; the two meet at 50 % and never overlap below. */
export const inPair = (bucket: number, weight: number): boolean => bucket >= BUCKETS - Math.min(reachOf(weight), BUCKETS - reachOf(weight));

/** Which of `count` lasting groups (regions, shards) a user belongs to, independent of every bucket. @returns 0 … count − 1 */
export const groupOf = (user: string, count: number): number => murmur3(user, 0x67726f75) % count;
