/** Each preset behaves as the library that it is named after documents. */
import { expect, test } from 'vitest';
import { cacheAsideStory } from './params.ts';
import { cacheRig, found, missing, presetOf, record, stale } from './testing.ts';

const of = (name: keyof typeof cacheAsideStory.presets) => cacheRig({}, { base: presetOf(name) });
/** So many readers at once, all told the same by the cache; gives the number of loads. */
function loadsOf(rig: ReturnType<typeof cacheRig>, readers: number, answer = missing()): number {
  for (let i = 0; i < readers; i++) rig.read(0);
  for (const { id } of rig.out('fetch')) rig.answer(1, id, answer);
  return rig.out('get').length;
}

test('the original: five minutes, every reader loads, nothing known of absence, invalidate deletes', () => {
  const rig = of('original');
  expect(loadsOf(rig, 3)).toBe(3);
  rig.answer(2, rig.last('get'), record());
  expect(rig.decisions('note').at(-1)).toMatchObject({ name: 'filled', data: { ttlMs: 300_000 } });
  const none = of('original');
  none.read(0);
  none.answer(1, none.last('fetch'), missing());
  none.answer(2, none.last('get'), record(null, 0));
  expect(none.out('set')).toEqual([]);
  none.write(3);
  none.commit(4);
  expect(none.out('delete')).toHaveLength(1);
});
test('Caffeine LoadingCache: one load of a key at a time, its failure reaches all who wait, null is not kept', () => {
  const rig = of('caffeine');
  expect(loadsOf(rig, 5)).toBe(1);
  rig.answer(2, rig.last('get'), { kind: 'transientError' });
  expect(rig.decisions('reply').filter(({ outcome }) => outcome.kind === 'transientError')).toHaveLength(5);
  expect(rig.out('set')).toEqual([]);
});
test('Caffeine refreshAfterWrite: before that time nothing, after it one refresh behind while the old value is given out', () => {
  const rig = of('caffeine-refresh');
  const ageOf = (ageMs: number) => found({ ageMs, leftMs: 600_000 - ageMs });
  expect(loadsOf(rig, 2, ageOf(59_999))).toBe(0);
  const late = of('caffeine-refresh');
  expect(loadsOf(late, 4, ageOf(60_000))).toBe(1);
  expect(late.decisions('reply').filter(({ outcome }) => outcome.kind === 'ok')).toHaveLength(4);
});
test('memcached meta: the winner (W) loads, the others (Z) take the stale value (X); md I marks as stale', () => {
  const rig = of('memcached-meta');
  const [winner, other] = [rig.read(0), rig.read(0)];
  const [a, b] = rig.out('fetch');
  rig.answer(1, a!.id, stale({ token: 9 }));
  rig.answer(1, b!.id, stale());
  for (const call of [winner, other]) expect(rig.outcomeOf(call)).toMatchObject({ kind: 'ok' });
  expect(rig.out('get')).toHaveLength(1);
  expect(presetOf('memcached-meta')).toMatchObject({ leaseWaiters: 'stale', leaseVoidedByDelete: true });
});
test('Facebook: a token every 10 s at most, others wait and ask again, a delete voids it', () => {
  const rig = of('facebook-leases');
  expect(presetOf('facebook-leases')).toMatchObject({ leaseMs: 10_000, leaseWaiters: 'poll', leaseVoidedByDelete: true });
  rig.read(0);
  rig.answer(1, rig.last('fetch'), missing(0));
  expect(rig.out('get')).toEqual([]);
  rig.advance(21);
  expect(rig.out('fetch')).toHaveLength(2);
});
test('Redis lock: the same, but a delete of the data leaves the lock', () => {
  expect(presetOf('redis-lock')).toMatchObject({ stampede: 'lease', leaseVoidedByDelete: false });
});
test('XFetch: early by chance with β = 1', () => {
  const rig = cacheRig({}, { base: presetOf('redis-xfetch'), uniform: () => 0.7 });
  rig.read(0);
  // −100 · ln(0.3) = 120
  rig.answer(1, rig.last('fetch'), found({ loadMs: 100, leftMs: 121 }));
  expect(rig.out('get')).toEqual([]);
  rig.read(2);
  rig.answer(3, rig.last('fetch'), found({ loadMs: 100, leftMs: 120 }));
  expect(rig.out('get')).toHaveLength(1);
});
test('opossum coalesce: calls of the same key share one promise, and its result for the TTL, in the process', () => {
  const rig = of('opossum-coalesce');
  expect(loadsOf(rig, 3)).toBe(1);
  rig.answer(100, rig.last('get'), record());
  const fetches = rig.out('fetch').length;
  expect(rig.outcomeOf(rig.read(9000))).toMatchObject({ kind: 'ok' });
  expect(rig.out('fetch')).toHaveLength(fetches);
  rig.read(10_101);
  expect(rig.out('fetch')).toHaveLength(fetches + 1);
});
test('Go singleflight: duplicates get the same result, an error too; the next call after it runs again', () => {
  const rig = of('go-singleflight');
  expect(loadsOf(rig, 3)).toBe(1);
  rig.answer(5, rig.last('get'), { kind: 'overload' });
  expect(rig.decisions('reply').filter(({ outcome }) => outcome.kind === 'overload')).toHaveLength(3);
  rig.read(6);
  rig.answer(7, rig.last('fetch'), missing());
  expect(rig.out('get')).toHaveLength(2);
});
test('HTTP: fresh for 600 s, then for 30 s given out stale while one request revalidates', () => {
  const rig = of('http-swr');
  expect(presetOf('http-swr')).toMatchObject({ ttlMs: 600_000, graceMs: 30_000, writePolicy: 'none' });
  expect(loadsOf(rig, 3, stale())).toBe(1);
  expect(rig.decisions('reply').filter(({ outcome }) => outcome.kind === 'ok')).toHaveLength(3);
});
test('every preset is tested here', () => {
  expect(Object.keys(cacheAsideStory.presets)).toEqual(['original', 'caffeine', 'caffeine-refresh', 'memcached-meta', 'facebook-leases', 'redis-lock', 'redis-xfetch', 'opossum-coalesce', 'go-singleflight', 'http-swr']);
});
