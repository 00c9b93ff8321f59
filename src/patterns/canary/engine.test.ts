/** The rollout step by step: steps, verdicts, waiting, pauses, promotion, the way back, and what survives a crash. */
import { describe, expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import { bucketOf, inShare } from '../../primitives/stickySplit.ts';
import { canaryRig, DEFAULTS, presetOf } from './testing.ts';

const quick = { startAtMs: 100, intervalMs: 1000, minSamples: 10, bakeMs: 3000, scaleDownDelayMs: 1000, maxStepMs: 5000 } as const;
const weights = (rig: ReturnType<typeof canaryRig>): number[] => rig.decisions('note').flatMap(({ name, data }) => (name === 'weightSet' ? [(data as { readonly weight: number }).weight] : []));

describe('a good release', () => {
  test('goes through its steps, bakes, and the old one is kept and switched off', () => {
    const rig = canaryRig(quick);
    rig.flow(0, 8000);
    expect(weights(rig)).toEqual([0, 10, 50, 100]);
    expect(rig.notes('weightSet', 'checkPassed', 'checkInconclusive')).toEqual(['deployed', 'stepEntered', 'stepEntered', 'promoted', 'finalising', 'retired']);
    expect(rig.decisions('cast').map(({ to, post }) => `${post.topic} ${to}`)).toEqual(['settled stable', 'deploy canary', 'retire stable']);
    expect(rig.state.mode).toBe('succeeded');
  });
  test('the next release goes to the place of the old one', () => {
    const rig = canaryRig({ ...quick, nextAfterMs: 500 });
    rig.flow(0, 7500);
    expect(rig.decisions('cast').slice(3).map(({ to, post }) => `${post.topic} ${to}`)).toEqual(['settled canary', 'deploy stable']);
    expect(rig.state).toMatchObject({ release: 3, oldRelease: 2, live: 1, weight: 10 });
  });
});

describe('a bad release', () => {
  test('is rolled back at the third failed check: by interval times threshold, at the first weight', () => {
    const rig = canaryRig({ ...presetOf('flagger'), startAtMs: 100, intervalMs: 1000 }, { bad: 5 });
    rig.flow(0, 5000);
    expect(weights(rig)).toEqual([0, 10, 0]);
    expect(rig.decisions('note').find(({ name }) => name === 'rolledBack')).toMatchObject({ atMs: 3100, data: { weight: 10 } });
    expect(rig.state.loop.failed).toBe(3);
    expect(rig.state.exposure).toBe(rig.state.canaryErrors);
    const before = rig.state.canaryRequests;
    rig.flow(5000, 6000);
    expect(rig.state.canaryRequests).toBe(before);
  });
  test('found in the bake time: back, though it was promoted', () => {
    let fresh = 0;
    const rig = canaryRig({ ...quick, threshold: 1, bakeMs: 10_000 }, { below: (call) => ({ afterMs: 10, outcome: call.to === 'canary' && ++fresh > 200 && fresh % 4 === 0 ? { kind: 'transientError' } : OK }) });
    rig.flow(0, 8000);
    expect(weights(rig)).toEqual([0, 10, 50, 100, 0]);
    expect(rig.state).toMatchObject({ mode: 'failed', promotions: 1, rollbacks: 1 });
  });
  test('without rolling back by itself it pauses and asks', () => {
    const rig = canaryRig({ ...quick, threshold: 1, autoRollback: false }, { bad: 3 });
    rig.flow(0, 3000);
    expect(rig.state).toMatchObject({ mode: 'paused', weight: 10 });
  });
  test('whose users give up is a bad one too', () => {
    const rig = canaryRig({ ...quick, steps: [50] }, { below: () => undefined });
    rig.advance(200);
    for (let i = 0; i < 20; i++) rig.giveUp(300 + i, rig.request(300 + i, { op: 'order', entity: `u${i}` }));
    expect(rig.state).toMatchObject({ gaveUp: 20, passing: new Map() });
    expect(rig.state.canaryErrors + rig.state.stableErrors).toBe(20);
  });
});

describe('too little to judge by', () => {
  test('the step goes on until the samples are there; nothing was judged before', () => {
    const rig = canaryRig({ ...quick, minSamples: 60, maxStepMs: 60_000 });
    rig.flow(0, 6000);
    const { n, baseN } = rig.state.checks.find(({ verdict }) => verdict === 'pass')!;
    expect(Math.min(n, baseN)).toBeGreaterThanOrEqual(60);
    expect(rig.decisions('transition').map(({ event }) => event).slice(0, 4)).toEqual(['started', 'tooFewSamples', 'judged', 'stepPassed']);
  });
  test('after the longest step it waits for a person; approved, it goes on', () => {
    const rig = canaryRig({ ...quick, minSamples: 10_000 });
    rig.flow(0, 5600);
    expect(rig.state).toMatchObject({ mode: 'paused', weight: 10 });
    rig.control(5700, 'approve');
    expect(rig.notes('checkInconclusive').slice(-2)).toEqual(['weightSet', 'stepEntered']);
    expect(rig.state).toMatchObject({ mode: 'progressing', weight: 50 });
  });
  test('or goes on waiting', () => {
    const rig = canaryRig({ ...quick, minSamples: 10_000, inconclusive: 'hold' });
    rig.flow(0, 9000);
    expect(rig.state.mode).toBe('waiting');
  });
  test('no progress for too long: back', () => {
    const rig = canaryRig({ ...quick, minSamples: 10_000, inconclusive: 'hold', progressDeadlineMs: 7000 });
    rig.flow(0, 9000);
    expect(rig.decisions('note').find(({ name }) => name === 'rolledBack')).toMatchObject({ atMs: 7100, data: { why: 'no progress before the deadline' } });
  });
  test.each([['fail', 'failed', 0], ['hold', 'waiting', 10], ['pass', 'promoting', 100]] as const)('silence, treated as %s: %s', (onMissing, mode, weight) => {
    const rig = canaryRig({ ...quick, onMissing, minSamples: 0, bakeMs: 60_000, maxStepMs: 60_000 });
    rig.advance(3500);
    expect(rig.state).toMatchObject({ mode, weight });
  });
});

describe('by hand', () => {
  const started = () => { const rig = canaryRig({ ...quick, startAtMs: 0 }); rig.control(100, 'start'); return rig; };
  test('promote skips the plan, rollBack is possible until the old release is off', () => {
    const rig = started();
    rig.control(200, 'promote');
    expect(rig.state).toMatchObject({ mode: 'promoting', weight: 100, byHand: true });
    rig.advance(3500);
    expect(rig.state.mode).toBe('finalising');
    rig.control(3600, 'rollBack');
    expect(rig.state).toMatchObject({ mode: 'failed', weight: 0 });
    rig.advance(9000);
    expect(rig.decisions('cast').some(({ post }) => post.topic === 'retire')).toBe(false);
  });
  test('what is not possible is refused and says so', () => {
    const rig = started();
    rig.control(150, 'approve');
    rig.control(160, 'start');
    rig.control(170, 'pause');
    rig.control(180, 'abort');
    rig.control(190, 'abort');
    rig.control(195, 'rollBack');
    rig.control(197, 'promote');
    expect(rig.count('refused')).toBe(5);
    expect(() => { rig.control(200, 'explode'); }).toThrow(/no control/);
  });
  test('without promoting by itself the plan ends in a pause', () => {
    const rig = canaryRig({ ...quick, autoPromote: false });
    rig.flow(0, 5000);
    expect(rig.state).toMatchObject({ mode: 'paused', weight: 50 });
    rig.control(5100, 'approve');
    expect(rig.state.mode).toBe('promoting');
  });
});

describe('who gets it', () => {
  test('the share is that of the buckets, and the same user is always on the same side', () => {
    const rig = canaryRig({ ...quick, steps: [30], analysis: false });
    rig.advance(200);
    for (let round = 0; round < 3; round++) for (let i = 0; i < 100; i++) rig.request(300 + round * 1000 + i, { op: 'order', entity: `u${i}` });
    const sent = rig.decisions('send').map(({ to }) => to);
    const expected = Array.from({ length: 100 }, (_, i) => (inShare(bucketOf(`u${i}`, 'shop/2'), 30) ? 'canary' : 'stable'));
    expect(sent).toEqual([...expected, ...expected, ...expected]);
  });
  test('who has no id has the old release, and it is noted', () => {
    const rig = canaryRig({ ...quick, steps: [50], analysis: false });
    for (let i = 0; i < 10; i++) rig.request(200 + i, { op: 'order' });
    expect(rig.decisions('send').every(({ to }) => to === 'stable')).toBe(true);
    expect(rig.count('noUser')).toBe(10);
  });
  test('by header: those who send it, nobody else', () => {
    const rig = canaryRig({ ...quick, assignment: 'header', analysis: false });
    rig.request(200, { op: 'order', entity: 'a', payload: { canary: true } });
    rig.request(201, { op: 'order', entity: 'a' });
    expect(rig.decisions('send').map(({ to }) => to)).toEqual(['canary', 'stable']);
  });
  test('mirrored requests go to both; nobody waits for the copy', () => {
    const rig = canaryRig({ ...quick, mirrorFirst: true });
    rig.flow(100, 900, 20);
    expect(rig.state).toMatchObject({ weight: 0, mirrored: 40, canaryRequests: 0, stableRequests: 40, exposure: 0 });
    expect(rig.decisions('reply')).toHaveLength(40 - 0);
    rig.flow(900, 1500, 5);
    expect(rig.state.weight).toBe(10);
  });
});

test('a crash forgets requests under way, not the rollout', () => {
  const rig = canaryRig(quick);
  rig.flow(0, 1500);
  rig.crash(1600);
  rig.restart(2000);
  expect(rig.state).toMatchObject({ mode: 'progressing', weight: 50, passing: new Map() });
  rig.flow(2000, 5000);
  expect(rig.state.promotions).toBe(1);
});

test('the counters of the sketch are there under their names, and its split never ends', () => {
  const rig = canaryRig({ ...DEFAULTS, ...presetOf('original') }, { bad: 2 });
  rig.flow(10, 3000);
  const { canary_requests: fresh, stable_requests: old, canary_errors: bad, stable_errors: oldBad } = rig.inspect().views!['metrics'] as Record<string, number>;
  expect(fresh! + old!).toBe(598);
  expect([bad! > 0, oldBad]).toEqual([true, 0]);
  expect(rig.state).toMatchObject({ mode: 'progressing', weight: 10 });
});
