import { describe, expect, test } from 'vitest';
import { breakerRig, FAIL, OK, QUIET } from '../../../test/support/breakerRig.ts';
import type { BreakerParams } from './params.ts';

const trip = { slidingWindowSizeCalls: 4, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 1000 } as const;

describe('a breaker per key', () => {
  test('keeps one sick shard from shutting off the healthy ones', () => {
    const rig = breakerRig({ ...trip, keyBy: 'entity' });
    for (let i = 0; i < 6; i++) rig.go(i * 10, i % 3 === 0 ? 'f' : 'o', 0, `shard-${i % 3}`);
    expect([0, 1, 2].map((i) => rig.mode(`shard-${i}`))).toEqual(['open', 'closed', 'closed']);
    expect(rig.wentOut(rig.request(100, { entity: 'shard-1' }))).toBe(true);
    expect(rig.wentOut(rig.request(100, { entity: 'shard-0' }))).toBe(false);
    expect(rig.moves()).toEqual(['shard-0 rateExceeded open']);
    expect(rig.decisions('note').find(({ name }) => name === 'opened')?.data).toMatchObject({ key: 'shard-0', of: ' for shard-0' });
    expect(rig.inspect()).toMatchObject({
      mode: '2 closed, 1 open of 3', tone: 'alert', meters: { openings: 1, notPermitted: 1, permitted: 7 },
      machines: [{ instance: 'shard-0', state: 'open' }, { instance: 'shard-1', state: 'closed' }, { instance: 'shard-2', state: 'closed' }],
      views: { window: { key: 'shard-0' }, keys: [{ key: 'shard-0', mode: 'open', failed: 2, calls: 2, notPermitted: 1 }, { key: 'shard-1' }, { key: 'shard-2' }] },
    });
  });

  test('by target, too', () => {
    const rig = breakerRig({ ...trip, keyBy: 'target' }, { setup: { downstream: ['db'] } });
    rig.series(0, 'ff');
    expect(rig.mode('db')).toBe('open');
  });

  test('calls without an entity share one', () => {
    const rig = breakerRig({ ...trip, keyBy: 'entity' });
    rig.series(0, 'ff');
    expect(rig.mode('(none)')).toBe('open');
  });

  test('never makes more breakers than maxKeys: later keys share the last', () => {
    const rig = breakerRig({ ...trip, keyBy: 'entity', maxKeys: 3 });
    for (let i = 0; i < 20; i++) rig.go(i, 'o', 0, `k${i}`);
    expect([...rig.state.breakers.keys()]).toEqual(['k0', 'k1', '(others)']);
    expect(rig.notes(...QUIET)).toEqual(['keysSpilled']);
    expect(rig.breaker('(others)').permitted).toBe(18);
  });

  test('each with its own timers and draws', () => {
    const purposes: string[] = [];
    const rig = breakerRig({ ...trip, keyBy: 'entity', automaticTransitionFromOpenToHalfOpen: true, randomizedWaitFactor: 0.5 }, {
      uniform: (purpose) => { purposes.push(purpose); return purpose.endsWith('a') ? 0 : 0.5; },
    });
    for (const atMs of [0, 1]) for (const key of ['a', 'b:c']) rig.go(atMs, 'f', 0, key);
    expect(rig.timers().map(({ key, dueMs }) => [key, dueMs])).toEqual([['halfOpen:a', 501], ['halfOpen:b:c', 1001]]);
    rig.advance(600);
    expect([rig.mode('a'), rig.mode('b:c')]).toEqual(['halfOpen', 'open']);
    rig.advance(1001);
    expect(rig.mode('b:c')).toBe('halfOpen');
    expect(purposes).toEqual(['openWait:a', 'openWait:b:c']);
  });
});

describe('by hand', () => {
  test('forced open refuses until somebody says otherwise', () => {
    const rig = breakerRig(trip);
    rig.control(0, 'forceOpen');
    expect(rig.outcomeOf(rig.request(1_000_000))).toEqual({ kind: 'rejected', by: 'breaker', detail: 'forced open' });
    expect(rig.inspect()).toMatchObject({ mode: 'forced open (refusing)', tone: 'alert' });
    rig.control(1_000_001, 'close');
    expect(rig.wentOut(rig.request(1_000_002))).toBe(true);
  });

  test('disabled passes and counts nothing', () => {
    const rig = breakerRig(trip);
    rig.control(0, 'disable');
    rig.series(1, 'ffffffffff');
    expect(rig.mode()).toBe('disabled');
    expect(rig.inspect().meters).toMatchObject({ buffered: 0, permitted: 10 });
    expect(rig.notes()).toEqual(['disabled']);
  });

  test('metrics only passes, counts, and says once of each that it would have opened', () => {
    const rig = breakerRig({ ...trip, slowCallDurationThresholdMs: 100, slowCallRateThresholdPercent: 50 });
    rig.control(0, 'metricsOnly');
    for (let i = 1; i < 8; i++) rig.go(i * 1000, 'f', 200);
    expect(rig.mode()).toBe('metricsOnly');
    expect(rig.notes().filter((name) => name === 'wouldHaveOpened')).toHaveLength(2);
    expect(rig.notes().filter((name) => name.endsWith('RateExceeded'))).toEqual(['failureRateExceeded', 'slowCallRateExceeded']);
    expect(rig.inspect().meters).toMatchObject({ failureRatePercent: 100, buffered: 4 });
  });

  test('probing can be asked for before the wait is over, but not of a closed breaker', () => {
    const rig = breakerRig(trip);
    rig.control(0, 'halfOpen');
    expect(rig.decisions('note')[0]).toMatchObject({ name: 'controlRefused', data: { control: 'halfOpen', mode: 'closed' } });
    rig.series(1, 'ff');
    rig.control(10, 'halfOpen');
    expect(rig.mode()).toBe('halfOpen');
  });

  test('reset closes and sets every count to zero', () => {
    const rig = breakerRig(trip);
    rig.series(0, 'ff');
    rig.request(10);
    const { generation } = rig.breaker();
    rig.control(20, 'reset');
    expect(rig.inspect()).toMatchObject({ mode: 'closed (passing)', meters: { permitted: 0, notPermitted: 0, openings: 0, buffered: 0 } });
    expect(rig.breaker().generation).toBeGreaterThan(generation);
    expect(rig.notes(...QUIET)).toEqual(['opened', 'closed', 'wasReset']);
  });

  test('reset of a closed breaker makes results under way late', () => {
    const rig = breakerRig({ ...trip, minimumNumberOfCalls: 1 });
    const call = rig.request(0);
    rig.control(1, 'reset');
    rig.answer(2, call, FAIL);
    expect(rig.mode()).toBe('closed');
    expect(rig.moves()).toEqual([]); // it never left its mode
  });

  test('an unknown control is a mistake', () => {
    expect(() => breakerRig().control(0, 'explode')).toThrow('no control "explode"');
  });
});

describe('parameters changed in mid-run', () => {
  test('a smaller window keeps the newest results, a larger one all', () => {
    const rig = breakerRig({ slidingWindowSizeCalls: 8, minimumNumberOfCalls: 8 });
    rig.series(0, 'fffoo');
    rig.setParams(10, { slidingWindowSizeCalls: 3 });
    expect(rig.inspect().meters).toMatchObject({ buffered: 3, failed: 1 });
    rig.setParams(20, { slidingWindowSizeCalls: 100 });
    expect(rig.inspect().meters).toMatchObject({ buffered: 3, failed: 1 });
  });

  test('a shorter time window lets the oldest go', () => {
    const rig = breakerRig({ slidingWindowType: 'TIME', slidingWindowSizeMs: 10_000 });
    rig.go(500, 'f');
    rig.go(5500, 'o');
    rig.setParams(6000, { slidingWindowSizeMs: 2000 });
    expect(rig.inspect().meters).toMatchObject({ buffered: 1, failed: 0 });
  });

  test('the wait of an open breaker is measured anew from its opening', () => {
    const rig = breakerRig({ ...trip, automaticTransitionFromOpenToHalfOpen: true, waitDurationInOpenStateMs: 60_000 });
    rig.series(0, 'ff');
    rig.setParams(2000, { waitDurationInOpenStateMs: 5000 });
    expect(rig.timers().map(({ dueMs }) => dueMs)).toEqual([5001]);
    rig.setParams(6000 - 1000, { waitDurationInOpenStateMs: 100 }); // over already
    rig.advance(5000);
    expect(rig.mode()).toBe('halfOpen');
  });

  test('going half-open by itself can be switched on and off meanwhile', () => {
    const rig = breakerRig(trip);
    rig.series(0, 'ff');
    rig.setParams(100, { automaticTransitionFromOpenToHalfOpen: true });
    expect(rig.timers()).toHaveLength(1);
    rig.setParams(200, { automaticTransitionFromOpenToHalfOpen: false });
    expect(rig.timers()).toEqual([]);
    rig.advance(5000);
    expect(rig.mode()).toBe('open');
  });

  test('the guard of a stuck half-open breaker can be switched on', () => {
    const rig = breakerRig(trip);
    rig.series(0, 'ff');
    for (let i = 0; i < 5; i++) rig.request(2000);
    rig.setParams(10_000, { maxWaitDurationInHalfOpenStateMs: 9000 });
    rig.advance(10_999);
    expect(rig.mode()).toBe('halfOpen');
    rig.advance(11_000);
    expect(rig.mode()).toBe('open');
  });

  test('permits count from the next time on', () => {
    const rig = breakerRig(trip);
    rig.series(0, 'ff');
    rig.request(2000);
    rig.setParams(2001, { permittedNumberOfCallsInHalfOpenState: 1 });
    expect(rig.inspect().slots).toEqual({ used: 1, of: 3 });
  });

  test.each<[string, Partial<BreakerParams>]>([['another scope', { keyBy: 'entity' }], ['another window', { slidingWindowType: 'TIME' }]])('%s begins empty', (_, changed) => {
    const rig = breakerRig(trip);
    rig.series(0, 'f');
    rig.setParams(10, changed);
    rig.go(20, 'o', 0, 'x');
    expect(rig.inspect().meters).toMatchObject({ buffered: 1, failed: 0 });
  });

  test('another scope closes what was open and lets go of those that wait', () => {
    const rig = breakerRig({ ...trip, halfOpenExcess: 'wait', permittedNumberOfCallsInHalfOpenState: 1 });
    rig.series(0, 'ff');
    const probe = rig.request(2000);
    const waits = rig.request(2001);
    rig.setParams(2002, { keyBy: 'entity' });
    expect(rig.wentOut(waits)).toBe(true);
    rig.answer(2003, probe, FAIL);
    rig.answer(2004, waits, OK);
    expect([rig.outcomeOf(probe)?.kind, rig.outcomeOf(waits)?.kind]).toEqual(['transientError', 'ok']);
    expect(rig.moves().at(-1)).toBe('reset closed');
  });

  test('fewer keys drop the oldest breakers', () => {
    const rig = breakerRig({ ...trip, keyBy: 'entity' });
    for (const atMs of [0, 1]) for (const key of ['a', 'b', 'c', 'd']) rig.go(atMs, 'f', 0, key);
    rig.setParams(100, { maxKeys: 3 });
    expect([...rig.state.breakers.keys()]).toEqual(['c', 'd']);
    expect(rig.moves().slice(-2)).toEqual(['a reset closed', 'b reset closed']);
    rig.go(200, 'o', 0, 'e');
    expect([...rig.state.breakers.keys()]).toEqual(['c', 'd', '(others)']);
  });
});

describe('what instruments see', () => {
  test('values behind the guards, and a countdown while open', () => {
    const rig = breakerRig(trip);
    rig.series(0, 'o');
    expect(rig.inspect()).toMatchObject({
      mode: 'closed (passing)', tone: 'calm',
      machines: [{ instance: '', state: 'closed', guards: [
        { label: 'failure rate', value: null, limit: 50, unit: 'percent', text: '0 of 1 failed' },
        { label: 'slow call rate', value: null, limit: 100, unit: 'percent', text: '0 of 1 slow' },
        { label: 'calls', value: 1, limit: 2, unit: 'count', text: '1 of at least 2' },
      ] }],
    });
    rig.series(10, 'f');
    expect(rig.inspect()).toMatchObject({
      mode: 'open (refusing)', tone: 'alert',
      machines: [{ state: 'open', guards: [], countdown: { label: 'until a call may probe', fromMs: 10, untilMs: 1010 } }],
    });
  });

  test('a ring of cells, or buckets of a time window', () => {
    const ring = breakerRig({ ...trip, slowCallDurationThresholdMs: 5 });
    ring.go(0, 'o');
    ring.go(10, FAIL, 10);
    expect(ring.inspect().views?.window).toMatchObject({
      shape: 'ring', size: 4, over: 'the window of 4', minimum: 2, calls: 2, failed: 1, slow: 1, failureRatePercent: 50,
      cells: [{ outcome: 0, failed: false, slow: false, atMs: 0 }, { outcome: 1, failed: true, slow: true, atMs: 20 }],
    });
    const time = breakerRig({ slidingWindowType: 'TIME' });
    time.go(500, 'f');
    time.go(2500, 'o');
    expect(time.inspect().views?.window).toMatchObject({
      shape: 'buckets', size: 10, bucketMs: 1000, over: 'the 10 s window',
      buckets: [{ fromMs: 0, calls: 1, failed: 1 }, { fromMs: 1000, calls: 0 }, { fromMs: 2000, calls: 1, failed: 0 }],
    });
  });

  test('before the first call of a keyed breaker there is nothing', () => {
    expect(breakerRig({ keyBy: 'entity' }).inspect()).toMatchObject({ mode: 'closed (no calls yet)', machines: [], views: { window: null, keys: [] } });
  });
});
