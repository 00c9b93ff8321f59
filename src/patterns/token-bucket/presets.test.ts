/** Each preset does what its library's documentation says of the library. */
import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { createBucket, decideBucket } from '../../primitives/rateLimits/tokenBucket.ts';
import { createGcra, decideGcra } from '../../primitives/rateLimits/gcra.ts';
import { base64, clThrottle, limitField, policyField, retryAfterField } from './headers.ts';
import { termsOf, levelsOf } from './levels.ts';
import { limitStory } from './params.ts';
import { limitRig, presetOf, type LimitRig } from './testing.ts';

type Name = keyof typeof limitStory.presets;
/** On one node, as if the store were here: what is said of a library is said of its buckets. */
const rigOf = (name: Name): LimitRig => limitRig({ topology: 'perNode' }, { base: presetOf(name) });
const passed = (rig: LimitRig, atMs: number, count: number, cost = 1): number => cost * Array.from({ length: count }, () => rig.ask(atMs, 'A', 'call', { cost })).filter((passes) => passes).length;

test.each(Object.keys(limitStory.presets) as Name[])('%s is legal and says where it comes from', (name) => {
  expect(validateParams(limitStory, presetOf(name)).problems).toEqual([]);
  expect(limitStory.presets[name].source.length).toBeGreaterThan(20);
});

test('the sketch: a hundred at once, ten a second, one bucket whoever asks', () => {
  const rig = rigOf('original');
  expect([passed(rig, 0, 120), rig.ask(0, 'B'), passed(rig, 1000, 20)]).toEqual([100, false, 10]);
});

test('Envoy: begins with max_tokens; tokens_per_fill come at each fill_interval, never above max_tokens', () => {
  const rig = rigOf('envoy-local');
  expect([passed(rig, 0, 110, 100), passed(rig, 999, 1), passed(rig, 1000, 15, 100), passed(rig, 60_000, 110, 100)]).toEqual([10_000, 0, 1000, 10_000]);
  expect(validateParams(limitStory, { ...presetOf('envoy-local'), fillMs: 49 }).problems.map(({ path }) => path).join()).toContain('fillMs');
});

test('Envoy’s local_cluster_rate_limit: the tokens are divided by the nodes', () => {
  const rig = limitRig({}, { base: { ...presetOf('envoy-local-cluster'), nodeCount: 4 } });
  expect([passed(rig, 0, 30, 100), passed(rig, 1000, 30, 10)]).toEqual([2500, 250]);
});

test('Envoy’s quota service: decides alone, reports at each reporting_interval', () => {
  const rig = limitRig({ store: 'store' }, { base: presetOf('envoy-quota') });
  expect(passed(rig, 0, 150)).toBe(100);
  rig.advance(5000);
  expect(rig.decisions('send').filter(({ to }) => to === 'store')).toMatchObject([{ atMs: 5000, op: 'sync' }]);
});

test('Spring Cloud Gateway: burstCapacity at once, replenishRate at each whole second; without Redis requests pass', () => {
  const rig = rigOf('scg-redis');
  expect([passed(rig, 300, 30), passed(rig, 999, 5), passed(rig, 1000, 15), passed(rig, 5999, 30)]).toEqual([20, 0, 10, 20]);
  // request_rate_limiter.lua, line by line, on a random trace.
  const { capacity, ratePerSecond: rate } = presetOf('scg-redis');
  const terms = termsOf(levelsOf(presetOf('scg-redis'))[0]!, presetOf('scg-redis'), 'whole', true);
  const bucket = createBucket(terms, 0);
  let lastTokens = capacity, lastRefreshed = 0, atMs = 0, x = 12345;
  for (let i = 0; i < 2000; i++) {
    x = (x * 1_103_515_245 + 12_345) % 2_147_483_648;
    atMs += x % 190;
    const now = Math.floor(atMs / 1000);
    const filled = Math.min(capacity, lastTokens + Math.max(0, now - lastRefreshed) * rate);
    const allowed = filled >= 1;
    lastTokens = allowed ? filled - 1 : filled;
    lastRefreshed = now;
    expect(decideBucket(bucket, terms, 1, atMs).allowed, `${i}`).toBe(allowed);
  }
  const down = limitRig({ store: 'nowhere' }, { base: presetOf('scg-redis') });
  expect(passed(down, 0, 50)).toBe(50);
});

test('redis-cell: the answers of its README', () => {
  // CL.THROTTLE user123 15 30 60 1 → 0, 16, 15, −1, 2
  const params = presetOf('redis-cell');
  const terms = termsOf(levelsOf(params)[0]!, params, 'whole', true);
  const gcra = createGcra(terms, 0);
  expect(clThrottle(decideGcra(gcra, terms, 1, 0))).toEqual([0, 16, 15, -1, 2]);
  for (let i = 0; i < 15; i++) decideGcra(gcra, terms, 1, 0);
  expect(clThrottle(decideGcra(gcra, terms, 1, 0))).toEqual([1, 16, 0, 2, 32]);
  // A quantity above max_burst + 1 never passes; zero asks without taking.
  expect(clThrottle(decideGcra(gcra, terms, 0, 0))).toEqual([0, 16, 0, -1, 32]);
  const rig = rigOf('redis-cell');
  expect([passed(rig, 0, 20), passed(rig, 60_000, 40)]).toEqual([16, 16]);
});

test('Bucket4j: two limits, both must admit', () => {
  const rig = rigOf('bucket4j');
  expect([passed(rig, 0, 100), passed(rig, 1000, 100)]).toEqual([50, 50]);
  let all = 100;
  for (let s = 2; s < 60; s++) all += passed(rig, s * 1000, 60);
  expect(all).toBe(Math.floor(1000 + (59 * 1000) / 60));
});

test('Bucket4j refillIntervally: nothing for a minute, then all at once', () => {
  const rig = rigOf('bucket4j-interval');
  expect(rig.ask(0)).toBe(false);
  expect([passed(rig, 59_999, 1), passed(rig, 60_000, 150), passed(rig, 119_000, 1)]).toEqual([0, 100, 0]);
});

test('less than one a second by scaling the cost', () => {
  const rig = rigOf('one-per-minute');
  expect([0, 1000, 59_999, 60_000, 60_001, 120_000].map((atMs) => rig.ask(atMs, 'A', 'read'))).toEqual([true, false, false, true, false, true]);
});

test('IETF header fields: quota, window, partition key; what is left and for how long', () => {
  expect(policyField('default', { capacity: 100, ratePerSecond: 10 })).toBe('"default";q=100;w=10');
  expect(policyField('peruser', { capacity: 100, ratePerSecond: 100 / 60 }, 'cdsfdsf')).toBe('"peruser";q=100;w=60;pk=:Y2RzZmRzZg==:');
  const terms = { capacity: 100, ratePerSecond: 100 / 60 };
  const bucket = createBucket(terms, 0);
  const decision = decideBucket(bucket, terms, 50, 0);
  expect(limitField('default', decision)).toBe('"default";r=50;t=30');
  expect(retryAfterField({ retryAfterMs: 1001 })).toBe('2');
  expect(retryAfterField({ retryAfterMs: 3 })).toBe('1');
  expect(['', 'A', 'AB', 'ABC', 'grüß'].map(base64)).toEqual(['', 'QQ==', 'QUI=', 'QUJD', 'Z3I/Pw==']);
  const rig = limitRig({ capacity: 1, ratePerSecond: 1 });
  rig.ask(0); rig.ask(0);
  expect(rig.inspect().views!['headers']).toEqual([
    { field: 'RateLimit-Policy', value: `"client";q=1;w=1;pk=:${base64('client A')}:` }, { field: 'RateLimit', value: `"client";r=0;t=1;pk=:${base64('client A')}:` },
    { field: 'Retry-After', value: '1' }, { field: 'CL.THROTTLE answers', value: '1 1 0 1 1' },
  ]);
});
