/** Each preset behaves as its tool says it does. */
import { describe, expect, test } from 'vitest';
import { fnv1a } from '../../primitives/stableHash.ts';
import { canaryPresets } from './presets.ts';
import { canaryRig, DEFAULTS, presetOf } from './testing.ts';

test('every preset names its source or its pitfall', () => { for (const preset of Object.values(canaryPresets)) expect('source' in preset || preset.title.startsWith('Pitfall')).toBe(true); });
test('the safe one is the defaults', () => expect(presetOf('safe')).toEqual(DEFAULTS));

describe('Flagger', () => {
  test('rises by stepWeight up to maxWeight, then promotes', () => {
    const rig = canaryRig({ ...presetOf('flagger'), startAtMs: 1, bakeMs: 0 });
    rig.flow(0, 60_000, 50);
    expect(rig.decisions('note').flatMap(({ name, data }) => (name === 'stepEntered' ? [(data as { readonly weight: number }).weight] : []))).toEqual([10, 20, 30, 40, 50]);
  });
  test('“no values found” is a failed check: after three of them it goes back', () => {
    const rig = canaryRig({ ...presetOf('flagger'), startAtMs: 1 });
    rig.advance(31_000);
    expect(rig.state).toMatchObject({ mode: 'failed', loop: { failed: 3, noData: 3 } });
  });
});
test('Argo: the first failed check aborts (failureLimit 0), at 20 %', () => {
  const rig = canaryRig({ ...presetOf('argo'), startAtMs: 1 }, { bad: 10 });
  rig.flow(0, 11_000, 20);
  expect(rig.state).toMatchObject({ mode: 'failed', loop: { failed: 1 }, rollbacks: 1 });
});
test('Kayenta: no data fails, a slower release fails by its ranks, though no limit is broken', () => {
  const silent = canaryRig({ ...presetOf('kayenta'), startAtMs: 1 });
  silent.advance(10_500);
  expect(silent.state.mode).toBe('failed');
  let i = 0;
  const slow = canaryRig({ ...presetOf('kayenta'), startAtMs: 1, minSamples: 30, steps: [50] }, { below: (call) => ({ afterMs: (call.to === 'canary' ? 15 : 10) + (++i % 7), outcome: { kind: 'ok' } }) });
  slow.flow(0, 10_500, 20);
  expect(slow.state.checks[0]).toMatchObject({ verdict: 'fail' });
});
test('CodeDeploy: a tenth for five minutes, then everything', () => {
  const rig = canaryRig({ ...presetOf('codedeploy'), startAtMs: 1 });
  rig.flow(0, 301_000, 500);
  expect(rig.decisions('note').find(({ name }) => name === 'promoted')!.atMs).toBe(300_001);
});
test.each(['original', 'kong', 'envoy'] as const)('%s splits and judges nothing', (name) => {
  const rig = canaryRig({ ...presetOf(name), startAtMs: 1 }, { bad: 1 });
  rig.flow(0, 30_000, 50);
  expect(rig.state).toMatchObject({ mode: 'progressing', weight: 10, checks: [] });
});
test('Envoy without a hash policy draws at each request', () => {
  let n = 0;
  const rig = canaryRig({ ...presetOf('envoy'), startAtMs: 1 }, { uniform: () => (n++ % 2) * 0.9 });
  for (let i = 0; i < 4; i++) rig.request(10 + i, { op: 'order', entity: 'u1' });
  expect(new Set(rig.decisions('send').map(({ to }) => to)).size).toBe(2);
});
test('the sketch’s hash is another one after every restart, a published one is not', () => {
  const sides = (hash: 'perProcess' | 'fnv1a') => {
    let start = 0;
    const rig = canaryRig({ ...presetOf('original'), hash, steps: [50] }, { uniform: () => (++start * 0.37) % 1 });
    const ask = (atMs: number) => { for (let i = 0; i < 40; i++) rig.request(atMs + i, { op: 'order', entity: `u${i}` }); return rig.decisions('send').slice(-40).map(({ to }) => to).join(); };
    const before = ask(10);
    rig.crash(100);
    rig.restart(200);
    return before === ask(300);
  };
  expect([sides('perProcess'), sides('fnv1a')]).toEqual([false, true]);
  expect(fnv1a('shop/u1') % 10_000).toBe(fnv1a('shop/u1') % 10_000);
});
test('a cookie keeps its bucket while it lives', () => {
  let n = 0;
  const rig = canaryRig({ ...presetOf('flagger-sticky'), steps: [50], plan: 'steps', analysis: false, cookieMaxAgeMs: 1000, startAtMs: 1 }, { uniform: () => (n++ % 2) * 0.9 });
  for (const atMs of [10, 200, 400, 1100]) rig.request(atMs, { op: 'order', entity: 'u1' });
  const sides = rig.decisions('send').map(({ to }) => to);
  expect(new Set(sides.slice(0, 3)).size).toBe(1);
  expect(sides[3]).not.toBe(sides[0]);
});
test.each(['one-region', 'total-rate', 'peeking', 'flipping', 'no-bake', 'silence-passes', 'too-few-samples'] as const)('the pitfall %s can be chosen as a preset', (name) => expect(Object.keys(canaryPresets[name].params).length).toBeGreaterThan(0));
