import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fnv1a, murmur3, utf8 } from './stableHash.ts';
import { BUCKETS, bucketOf, groupOf, HASHES, inPair, inShare, reachOf } from './stickySplit.ts';

test.each([
  ['', 0, 0], ['', 1, 0x514e28b7], ['', 0xffffffff, 0x81f16f39], ['test', 0, 0xba6bd213], ['test', 0x9747b28c, 0x704b81dc], ['Hello, world!', 0, 0xc0363e43], ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723], ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd], ['aaaa', 0x9747b28c, 0x5a97808a], ['aaa', 0x9747b28c, 0x283e0130],
  ['aa', 0x9747b28c, 0x5d211726], ['a', 0x9747b28c, 0x7fa09ea6], ['abcd', 0x9747b28c, 0xf0478627], ['abc', 0x9747b28c, 0xc84a62dd], ['ab', 0x9747b28c, 0x74875592], ['ππππππππ', 0x9747b28c, 0xd58063c1],
])('MurmurHash3_x86_32 of "%s" with seed %i is the published value', (text, seed, hash) => expect(murmur3(text, seed)).toBe(hash));
test.each([['', 0x811c9dc5], ['a', 0xe40c292c], ['b', 0xe70c2de5], ['fo', 0x6222e842], ['foobar', 0xbf9cf968]])('FNV-1a of "%s" is the published value', (text, hash) => expect(fnv1a(text)).toBe(hash));
test('UTF-8 is that of the platform', () => fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => { expect(utf8(text)).toEqual([...new TextEncoder().encode(text)]); })));

const user = fc.string({ minLength: 1 }), weight = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100);
test('a rising weight never moves a user back', () => fc.assert(fc.property(user, fc.string(), fc.constantFrom(...HASHES), weight, weight, (id, salt, hash, a, b) => {
  const bucket = bucketOf(id, salt, hash);
  if (inShare(bucket, Math.min(a, b))) expect(inShare(bucket, Math.max(a, b))).toBe(true);
  expect(inShare(bucket, 0)).toBe(false);
  expect(inShare(bucket, 100)).toBe(true);
})));
test('the slice for comparison is as large and never overlaps', () => fc.assert(fc.property(fc.nat(BUCKETS - 1), weight, (bucket, percent) => {
  expect(inShare(bucket, percent) && inPair(bucket, percent)).toBe(false);
  // A bucket is in the slice where its mirror image is in the share, as long as both have room.
  if (percent <= 50) expect(inPair(bucket, percent)).toBe(inShare(BUCKETS - 1 - bucket, percent));
  expect(reachOf(percent)).toBe(Math.round(percent * 100));
})));
test.each(HASHES)('%s spreads users evenly: each share within four standard errors, each tenth by chi-square', (hash) => {
  const tenths = new Array<number>(10).fill(0), N = 20_000;
  for (let i = 0; i < N; i++) tenths[Math.floor(bucketOf(`e${i}`, 'v2', hash) / 1000)]!++;
  // 27.9 is passed by chance once in a thousand with nine degrees of freedom.
  expect(tenths.reduce((sum, n) => sum + ((n - N / 10) * (n - N / 10)) / (N / 10), 0)).toBeLessThan(27.9);
});
test('another salt is another order: of the first tenth a tenth is first again', () => {
  const first = Array.from({ length: 20_000 }, (_, i) => `e${i}`).filter((id) => inShare(bucketOf(id, 'v2'), 10));
  expect(first.filter((id) => inShare(bucketOf(id, 'v3'), 10)).length / first.length).toBeCloseTo(0.1, 1);
});
test('groups are lasting and independent of the buckets', () => {
  const inFirst = Array.from({ length: 8000 }, (_, i) => `e${i}`).filter((id) => groupOf(id, 4) === 0);
  expect(inFirst.length / 8000).toBeCloseTo(0.25, 1);
  expect(inFirst.filter((id) => inShare(bucketOf(id, 'v2'), 50)).length / inFirst.length).toBeCloseTo(0.5, 1);
});
