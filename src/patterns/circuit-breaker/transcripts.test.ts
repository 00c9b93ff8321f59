/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { breakerRig, FAIL, OK, QUIET, type BreakerRig } from '../../../test/support/breakerRig.ts';
import { breakerStory, type BreakerParams } from './params.ts';

/** Of what is said about every call only what the page is about. */
const TOLD = ['waited', 'cameLate', 'ranSlow'];
const print = (rig: BreakerRig): string => rig.transcript({ sentences: breakerStory.notes, without: QUIET.filter((name) => !TOLD.includes(name)) });
const page = (title: string, ...parts: [string, BreakerRig][]): string => [`# ${title}\n`, ...parts.map(([settings, rig]) => `\n## ${settings}\n\n${print(rig)}`)].join('');
const say = (params: Partial<BreakerParams>): string => Object.entries(params).map(([name, value]) => `${name} ${String(value)}`).join(', ');
const small = { slidingWindowSizeCalls: 4, minimumNumberOfCalls: 4, waitDurationInOpenStateMs: 1000, permittedNumberOfCallsInHalfOpenState: 2 } as const;

test('opens, goes half-open and closes', async () => {
  const rig = breakerRig(small);
  rig.series(0, 'ooff', 10);
  rig.request(500);
  rig.series(1100, 'oo', 10);
  rig.go(1200, 'o');
  await expect(page('Half of the last four calls failed: it opens, refuses for a second, probes twice and closes', [say(small), rig])).toMatchFileSnapshot('transcripts/opens-and-closes.txt');
});

test('a failed probe opens it again, for longer', async () => {
  const params = { ...small, permittedNumberOfCallsInHalfOpenState: 1, enableExponentialBackoff: true, exponentialBackoffMultiplier: 2, exponentialMaxWaitDurationInOpenStateMs: 3000, automaticTransitionFromOpenToHalfOpen: true } as const;
  const rig = breakerRig(params);
  rig.series(0, 'ffff', 10);
  for (const atMs of [1500, 4000, 8000]) rig.go(atMs, 'f', 20);
  rig.go(12_000, 'o', 20);
  rig.series(13_000, 'ffff', 10);
  await expect(page('Each failed probe doubles the wait up to 3 s; closing starts over at 1 s', [say(params), rig])).toMatchFileSnapshot('transcripts/wait-grows.txt');
});

test('slow calls open it although all succeed', async () => {
  const params = { ...small, slowCallDurationThresholdMs: 300, slowCallRateThresholdPercent: 75 };
  const rig = breakerRig(params);
  for (const [i, durationMs] of [400, 20, 350, 900].entries()) rig.go(i * 1000, 'o', durationMs);
  rig.request(4000);
  await expect(page('Three of four calls took longer than 300 ms', [say(params), rig])).toMatchFileSnapshot('transcripts/slow-calls.txt');
});

test('a late result is ignored or counted', async () => {
  const late = (lateResults: BreakerParams['lateResults']): BreakerRig => {
    const rig = breakerRig({ ...small, permittedNumberOfCallsInHalfOpenState: 1, recordSlowCalls: false, lateResults });
    rig.request(0, {}, 'early');
    rig.series(1, 'ffff', 10);
    rig.request(1200, {}, 'probe');
    rig.answer(1300, 'early', OK);
    rig.answer(1400, 'probe', FAIL);
    return rig;
  };
  await expect(page('A call of before the opening succeeds while the probe is still out',
    ['lateResults ignoreOldGeneration: only the probe decides', late('ignoreOldGeneration')],
    ['lateResults countInCurrentState: the late success closes it, and the probe’s own failure is late then', late('countInCurrentState')],
  )).toMatchFileSnapshot('transcripts/late-results.txt');
});

test('a probe that never returns', async () => {
  const stuck = (params: Partial<BreakerParams>): BreakerRig => {
    const rig = breakerRig({ ...small, ...params });
    rig.series(0, 'ffff', 10);
    rig.request(1100);
    rig.request(1200);
    for (const atMs of [2000, 6000, 7000, 600_000]) rig.request(atMs);
    return rig;
  };
  await expect(page('Both probes are lost and no time-out is inside',
    ['maxWaitDurationInHalfOpenStateMs 0: it refuses for ever', stuck({})],
    ['maxWaitDurationInHalfOpenStateMs 3000: it opens again and probes anew', stuck({ maxWaitDurationInHalfOpenStateMs: 3000 })],
  )).toMatchFileSnapshot('transcripts/stuck-half-open.txt');
});

test('by hand: forced open, disabled, metrics only', async () => {
  const rig = breakerRig(small);
  rig.control(0, 'halfOpen');
  rig.control(10, 'forceOpen');
  rig.request(20);
  rig.control(30, 'disable');
  rig.series(40, 'fffff');
  rig.control(50, 'metricsOnly');
  rig.series(60, 'fffff');
  rig.control(70, 'reset');
  rig.series(80, 'o');
  await expect(page('What an operator can do', [say(small), rig])).toMatchFileSnapshot('transcripts/by-hand.txt');
});

test('further callers wait for the decision', async () => {
  const wait = (outcome: 'o' | 'f'): BreakerRig => {
    const rig = breakerRig({ ...small, permittedNumberOfCallsInHalfOpenState: 1, halfOpenExcess: 'wait', halfOpenMaxWaiting: 2 });
    rig.series(0, 'ffff', 10);
    rig.request(1100, {}, 'probe');
    for (const [i, name] of ['second', 'third', 'too many'].entries()) rig.request(1110 + i * 10, {}, name);
    rig.giveUp(1150, 'third');
    rig.answer(1200, 'probe', outcome === 'o' ? OK : FAIL);
    return rig;
  };
  await expect(page('One probe is out; two may wait, the fourth caller finds no place, the third gives up', ['the probe succeeds', wait('o')], ['the probe fails', wait('f')]))
    .toMatchFileSnapshot('transcripts/waiting-callers.txt');
});

test('a breaker per shard', async () => {
  const params = { ...small, minimumNumberOfCalls: 2, keyBy: 'entity', maxKeys: 4 } as const;
  const rig = breakerRig(params);
  for (let i = 0; i < 6; i++) rig.go(i * 10, i % 3 === 2 ? 'f' : 'o', 5, `shard-${i % 3}`);
  for (let i = 0; i < 3; i++) rig.go(200 + i * 10, 'o', 5, `shard-${i}`);
  rig.go(300, 'o', 5, 'shard-3');
  rig.go(310, 'o', 5, 'shard-4');
  await expect(page('One of three shards is sick; only its calls are refused', [say(params), rig])).toMatchFileSnapshot('transcripts/per-shard.txt');
});
