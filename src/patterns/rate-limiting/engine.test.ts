import { describe, expect, test } from 'vitest';
import { OK, type Outcome } from '../../kernel/contract.ts';
import type { LimiterParams } from './params.ts';
import { every, limiterRig } from './testing.ts';

const bucket = { algorithm: 'tokenBucket', capacity: 3, ratePerSecond: 1 } as const;
const window = { algorithm: 'fixedWindow', limit: 2, windowMs: 1000 } as const;

describe('the limit', () => {
  test('from full, a burst of the capacity passes; then one for each that comes in', () => {
    const rig = limiterRig(bucket);
    expect(rig.row([0, 0, 0, 0, 500, 1000, 1001, 2000])).toBe('11100101');
    expect(rig.state).toMatchObject({ calls: 8, admitted: 5, denied: 3 });
  });
  test.each(['client', 'entity', 'op'] as const)('each %s has its own', (key) => {
    const rig = limiterRig({ ...bucket, key });
    const request = (name: string) => (key === 'op' ? { op: name } : { entity: name });
    rig.row([0, 0, 0, 0], request('a'));
    if (key !== 'client') expect(rig.row([0, 0, 0, 0], request('b'))).toBe('1110');
    expect(rig.state.keys.size).toBe(key === 'client' ? 1 : 2);
  });
  test('one for all lets the first take what was for the second', () => {
    const rig = limiterRig({ ...bucket, key: 'global' });
    expect(rig.row([0, 0, 0], { entity: 'a' })).toBe('111');
    expect(rig.row([0], { entity: 'b' })).toBe('0');
  });
  test('a dear request takes its cost, or 1 if asked so', () => {
    expect(limiterRig(bucket).row([0, 0], { cost: 2 })).toBe('10');
    expect(limiterRig({ ...bucket, charge: 'one' }).row([0, 0], { cost: 2 })).toBe('11');
  });
  test('what is above the limit can never be admitted, and is told so for good', () => {
    const rig = limiterRig(bucket);
    const call = rig.request(0, { cost: 4 });
    expect(rig.outcomeOf(call)).toMatchObject({ kind: 'permanentError' });
    expect(rig.notes()).toContain('tooDear');
  });
  test('urgent calls find what is kept for them', () => {
    const rig = limiterRig({ algorithm: 'concurrency', key: 'global', limit: 5, reservedRatio: 0.2 }, { below: () => undefined });
    expect(rig.row([0, 0, 0, 0, 0])).toBe('11110');
    expect(rig.row([0, 0], { priority: 1 })).toBe('10');
  });
  test('concurrency: an answer, or a caller who gives up, frees a place', () => {
    const rig = limiterRig({ algorithm: 'concurrency', key: 'global', limit: 1 }, { below: () => undefined });
    const first = rig.request(0);
    expect(rig.row([1])).toBe('0');
    rig.answer(10, first, { kind: 'transientError' });
    const second = rig.request(11);
    expect(rig.wentOut(second)).toBe(true);
    rig.giveUp(12, second);
    expect(rig.row([13])).toBe('1');
  });
});

describe('a refusal', () => {
  const refusal = (params: Partial<LimiterParams>, inbound: boolean): Outcome | undefined => {
    const rig = limiterRig({ ...bucket, ...params }, inbound ? { setup: { self: 'below', downstream: ['below'] } } : {});
    rig.row([0, 0, 0]);
    return rig.outcomeOf(rig.request(250));
  };
  test('on the way out it is a refusal by the limiter, with the exact time', () => {
    expect(refusal({}, false)).toEqual({ kind: 'rejected', by: 'limiter', retryAfterMs: 750 });
  });
  test('at the door it is 429, with Retry-After in whole seconds, rounded up', () => {
    expect(refusal({}, true)).toEqual({ kind: 'throttled', retryAfterMs: 1000 });
    expect(refusal({ headers: 'rateLimit' }, true)).toEqual({ kind: 'throttled', retryAfterMs: 1000 });
    expect(refusal({ headers: 'exact' }, true)).toEqual({ kind: 'throttled', retryAfterMs: 750 });
    expect(refusal({ headers: 'none' }, true)).toEqual({ kind: 'throttled', retryAfterMs: 0 });
  });
  test('whoever comes back then is let in', () => {
    const rig = limiterRig(bucket);
    expect(rig.row([0, 0, 0, 250, 999, 1000])).toBe('111001');
  });
  test('tried out only, it is counted and not carried out', () => {
    const rig = limiterRig({ ...bucket, enforcedRatio: 0 });
    expect(rig.row(every(0, 10))).toBe('1111111111');
    expect(rig.count('wouldDeny')).toBe(7);
    const half = limiterRig({ ...bucket, enforcedRatio: 0.5 }, { uniform: (_, call) => (call!.id % 2 === 0 ? 0.2 : 0.8) });
    half.row(every(0, 10));
    expect(half.count('wouldDeny') + half.count('denied')).toBe(7);
  });
});

describe('waiting', () => {
  test('a place is kept: calls start when their tokens come', () => {
    const rig = limiterRig({ ...bucket, maxWaitMs: 2000 });
    expect(rig.row([0, 0, 0, 0, 0, 0])).toBe('111ww0');
    rig.advance(5000);
    expect(rig.starts()).toEqual([0, 0, 0, 1000, 2000]);
    expect(rig.state).toMatchObject({ delayed: 2, denied: 1, waiting: 0 });
  });
  test('the leaky queue spaces them, and is as long as it may be', () => {
    const rig = limiterRig({ algorithm: 'leakyQueue', ratePerSecond: 10, maxWaiting: 3, maxWaitMs: 10_000 });
    expect(rig.row(every(0, 6))).toBe('1www00');
    rig.advance(1000);
    expect(rig.starts()).toEqual([0, 100, 200, 300]);
  });
  test('windows keep no places: who is over queues, in order, and nobody overtakes', () => {
    const rig = limiterRig({ ...window, maxWaitMs: 1500, maxWaiting: 3 });
    expect(rig.row(every(10, 6))).toBe('11www0');
    // At 1000 two of those who queue go; the third of them has the next window before any newcomer.
    expect(rig.row([1001])).toBe('w');
    rig.advance(3000);
    expect(rig.starts()).toEqual([0, 10, 1000, 1000, 2000]);
    // Who came at 40 waited 1500 ms in vain; who came at 1001 had a place at 2000.
    expect(rig.count('waitedInVain')).toBe(1);
  });
  test('a queue for places under way moves on when one is given back', () => {
    const rig = limiterRig({ algorithm: 'concurrency', key: 'global', limit: 1, maxWaitMs: 1000, maxWaiting: 5 }, { below: () => ({ afterMs: 100, outcome: OK }) });
    expect(rig.row([0, 0, 0])).toBe('1ww');
    rig.advance(1000);
    expect(rig.starts()).toEqual([0, 100, 200]);
  });
  test('who gives up leaves the queue; a place that was kept is lost', () => {
    const rig = limiterRig({ ...window, maxWaitMs: 5000, maxWaiting: 5 });
    rig.row([0, 0]);
    const [a, b] = [rig.request(0), rig.request(0)];
    rig.giveUp(500, a);
    rig.advance(1000);
    expect(rig.wentOut(b)).toBe(true);
    expect(rig.state).toMatchObject({ gaveUp: 1, waiting: 0 });
    const kept = limiterRig({ ...bucket, maxWaitMs: 5000 });
    kept.row([0, 0, 0]);
    kept.giveUp(100, kept.request(0));
    expect(kept.row([200])).toBe('w');
    kept.advance(5000);
    expect(kept.starts().at(-1)).toBe(2000);
  });
});

describe('keys', () => {
  test('one too many drops the one that was idle longest, which begins anew', () => {
    const rig = limiterRig({ ...bucket, key: 'entity', maxKeys: 2 });
    expect(rig.row([0, 0, 0, 0], { entity: 'a' })).toBe('1110');
    rig.row([1], { entity: 'b' });
    rig.row([2], { entity: 'c' });
    expect([...rig.state.keys.keys()]).toEqual(['b', 'c']);
    expect(rig.row([3], { entity: 'a' })).toBe('1');
    expect(rig.state.evicted).toBe(2);
  });
  test('an idle key is forgotten once it is as new, so a hundred thousand names do not stay', () => {
    const rig = limiterRig({ ...bucket, key: 'entity', maxKeys: 1_000_000, idleMs: 2000 });
    for (let i = 0; i < 2000; i++) rig.request(0, { entity: `e${i}` });
    expect(rig.state.keys.size).toBe(2000);
    rig.advance(2000);
    expect(rig.state.keys.size).toBe(0);
    expect(rig.timers()).toEqual([]);
  });
  test('one that has used more than has come back stays', () => {
    const rig = limiterRig({ ...bucket, key: 'entity', idleMs: 1500 });
    rig.row([0, 0, 0], { entity: 'a' });
    rig.advance(1500);
    expect(rig.state.keys.size).toBe(1);
    rig.advance(3000);
    expect(rig.state.keys.size).toBe(0);
  });
});

describe('the clock', () => {
  const back = (params: Partial<LimiterParams>, times: readonly number[], backAtMs: number, byMs: number): string => {
    // The rig's time never goes back: what the node reads is what the state is told.
    const rig = limiterRig(params);
    const first = rig.row(times.filter((at) => at < backAtMs));
    rig.state.rawMs = backAtMs + byMs;
    return first + rig.row(times.filter((at) => at >= backAtMs));
  };
  const ten = every(1000, 20);
  test('the textbook bucket loses the tokens of the time that was taken back, below zero', () => {
    expect(back({ ...bucket, clock: 'wall' }, ten, 5000, 10_000)).toBe('11111000000001111111');
  });
  test('one that never goes back does not notice', () => {
    expect(back({ ...bucket, clock: 'monotonic' }, ten, 5000, 10_000)).toBe('1'.repeat(20));
  });
  test('by the time of day a fixed window begins anew, a log keeps what lies in the future', () => {
    expect(back({ ...window, clock: 'wall' }, [4100, 4200, 4300, 5000, 5001, 5002], 5000, 1)).toBe('110110');
    expect(back({ algorithm: 'slidingLog', limit: 2, windowMs: 1000, clock: 'wall' }, [4800, 4900, 5000, 5500, 5801], 5000, 500)).toBe('11001');
  });
  test('says that it happened', () => {
    const rig = limiterRig(bucket);
    rig.row([0]);
    rig.advance(1000);
    rig.state.rawMs = 5000;
    rig.row([1000]);
    expect(rig.decisions('note').find(({ name }) => name === 'clockWentBack')!.data).toEqual({ byMs: 4000 });
  });
});

describe('in mid-run', () => {
  test('changed parameters keep what was used; another algorithm begins anew', () => {
    const rig = limiterRig(bucket);
    rig.row([0, 0, 0]);
    rig.setParams(0, { capacity: 5 });
    expect(rig.row([0])).toBe('0');
    rig.setParams(0, { algorithm: 'fixedWindow', limit: 2, windowMs: 1000 });
    expect(rig.row([0, 0, 0])).toBe('110');
    rig.setParams(0, { windowMs: 500 });
    expect(rig.row([10])).toBe('1');
  });
  test('a button forgets what was used, and those who wait in line go', () => {
    const rig = limiterRig({ ...window, maxWaitMs: 1500, maxWaiting: 5 });
    expect(rig.row([0, 0, 0, 0, 0])).toBe('11www');
    rig.control(10, 'forget');
    expect(rig.starts()).toEqual([0, 0, 10, 10]);
    expect(rig.notes()).toContain('forgotten');
  });
  test('a crash forgets all, and the chart is told', () => {
    const rig = limiterRig(bucket);
    rig.row([0, 0, 0, 0]);
    rig.crash(10);
    rig.restart(20);
    expect(rig.row([20, 20, 20, 20])).toBe('1110');
    expect(rig.decisions('transition').map(({ event }) => event)).toEqual(['exceeded', 'restarted', 'exceeded']);
  });
  test('says when it begins to limit and when that is over', () => {
    const rig = limiterRig(bucket);
    rig.row([0, 0, 0, 0, 100, 1500, 1500]);
    rig.advance(4000);
    expect(rig.decisions('note').filter(({ name }) => name.startsWith('limiting')).map(({ name, atMs, data }) => [name, atMs, data])).toEqual([
      ['limitingStarted', 0, { key: 'outside' }], ['limitingEnded', 1100, { denied: 2 }], ['limitingStarted', 1500, { key: 'outside' }], ['limitingEnded', 2500, { denied: 1 }],
    ]);
  });
});
