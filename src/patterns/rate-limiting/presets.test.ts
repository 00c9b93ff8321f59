/** Each preset does what its library's documentation and tests say of the library set up so. */
import { describe, expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import { drive } from '../../kernel/harness.ts';
import { validateParams } from '../../runs/validate-params.ts';
import { limitStore } from './limitStore.ts';
import { limiterStory, termsOf, type LimiterParams } from './params.ts';
import { every, limiterRig, presetOf, type LimiterRig } from './testing.ts';

type Name = keyof typeof limiterStory.presets;
const rigOf = (name: Name, more: Partial<LimiterParams> = {}): LimiterRig => limiterRig(more, { base: presetOf(name) });
const ones = (row: string): number => [...row].filter((letter) => letter === '1').length;

test.each(Object.keys(limiterStory.presets) as Name[])('%s is legal and says where it comes from', (name) => {
  expect(validateParams(limiterStory, presetOf(name)).problems).toEqual([]);
  expect(limiterStory.presets[name].source.length).toBeGreaterThan(20);
});

describe('resilience4j', () => {
  test('out of the box it limits nothing that a network can bring: 50 every 500 ns', () => {
    expect(rigOf('resilience4j').row(every(0.01, 2000))).toBe('1'.repeat(2000));
  });
  test('at one instant 50 pass; the next fifty have a place half a microsecond later', () => {
    const rig = rigOf('resilience4j');
    expect(rig.row(every(0, 60))).toBe('1'.repeat(50) + 'w'.repeat(10));
    expect(rig.timers().filter(({ key }) => typeof key === 'number').map(({ dueMs }) => dueMs)).toEqual(new Array(10).fill(0.0005));
  });
  test('who has to wait longer than timeoutDuration is refused at once; others reserve permits of cycles to come', () => {
    const rig = rigOf('resilience4j-per-second');
    expect(rig.row(every(0, 12, 100))).toBe('111111111100');
    // 500 ms before the next cycle a place in it can be had: ten, then no more.
    expect(rig.row(every(0, 12, 500))).toBe('w'.repeat(10) + '00');
    expect([...rig.state.keys.values()][0]!.limit).toMatchObject({ kind: 'cycles', state: { permits: -10 } });
    rig.advance(1000);
    expect(rig.starts().filter((at) => at === 1000)).toHaveLength(10);
    // The reserved permits are those of that cycle.
    expect(rig.row([1001])).toBe('0');
    expect(rig.row([2000])).toBe('1');
  });
  test('unused permits are lost, they do not pile up', () => {
    expect(ones(rigOf('resilience4j-per-second').row(every(0, 30, 10_000)))).toBe(10);
  });
});

describe('.NET', () => {
  test('token bucket: tokens come in fills of TokensPerPeriod', () => {
    const rig = rigOf('dotnet-token-bucket');
    expect(ones(rig.row(every(0, 120)))).toBe(100);
    expect(rig.row([999, 1000])).toBe('01');
    expect(ones(rig.row(every(0, 20, 1001)))).toBe(9);
  });
  test('fixed window: four in twelve seconds, two queue, oldest first, the rest fails', () => {
    const rig = rigOf('dotnet-fixed-window');
    expect(rig.row(every(1, 8))).toBe('1111ww00');
    rig.advance(12_000);
    expect(rig.starts().slice(4)).toEqual([12_000, 12_000]);
    expect(rig.row(every(1, 3, 12_001))).toBe('11w');
  });
  test('sliding window: what was taken in a segment comes back one window later', () => {
    const rig = rigOf('dotnet-sliding-window');
    // Microsoft's own table: 100 in 30 s, three segments: 20 + 30 + 40 used leave 10; then 20 come back.
    expect(ones(rig.row(every(0, 20, 1000)))).toBe(20);
    expect(ones(rig.row(every(0, 30, 11_000)))).toBe(30);
    expect(ones(rig.row(every(0, 40, 21_000)))).toBe(40);
    expect(ones(rig.row(every(0, 100, 29_999)))).toBe(10);
    expect(ones(rig.row(every(0, 100, 30_000)))).toBe(20);
    expect(ones(rig.row(every(0, 100, 40_000)))).toBe(30);
    expect(ones(rig.row(every(0, 100, 50_000)))).toBe(50);
  });
  test('concurrency: four at once, two queue', () => {
    const rig = limiterRig({}, { base: presetOf('dotnet-concurrency'), below: () => ({ afterMs: 100, outcome: OK }) });
    expect(rig.row(every(1, 8))).toBe('1111ww00');
    rig.advance(150);
    expect(rig.starts()).toEqual([0, 1, 2, 3, 100, 101]);
  });
});

describe('Envoy', () => {
  test('local: max_tokens at once, then tokens_per_fill each fill_interval, for the process', () => {
    const rig = rigOf('envoy-local');
    expect(ones(rig.row(every(0, 150), { entity: 'a' }))).toBe(100);
    expect(rig.row([999], { entity: 'b' })).toBe('0');
    expect(ones(rig.row(every(0, 150, 1000)))).toBe(100);
  });
  test('local: not enforced unless asked, but counted', () => {
    const rig = rigOf('envoy-local-shadow');
    expect(ones(rig.row(every(0, 150)))).toBe(150);
    expect(rig.count('wouldDeny')).toBe(50);
  });
  test('global: without an answer in 20 ms all is let through, unless failure_mode_deny', () => {
    const setup = { downstream: ['below', 'redis'] };
    for (const [onStoreFailure, passes] of [['open', true], ['closed', false]] as const) {
      const rig = limiterRig({ store: 'redis', onStoreFailure }, { base: presetOf('envoy-global'), setup, below: (call) => (call.to === 'redis' ? undefined : { afterMs: 0, outcome: OK }) });
      const call = rig.request(0);
      rig.advance(19);
      expect(rig.outcomeOf(call) === undefined && !rig.wentOut(call)).toBe(true);
      rig.advance(20);
      expect(rig.wentOut(call)).toBe(passes);
    }
  });
});

describe('redis-cell', () => {
  const store = drive(limitStore, { params: { workTime: { kind: 'constant', ms: 0 }, durable: true, maxKeys: 1000 }, layer: 'store' });
  /** CL.THROTTLE user123 15 30 60 n: [limited, limit, remaining, retry after, reset after], seconds rounded up as it prints them. */
  const throttle = (atS: number, cost = 1): readonly number[] => {
    const call = store.request(atS * 1000, { op: 'take', entity: 'user123', payload: { terms: termsOf(presetOf('redis-cell')), cost, maxWaitMs: 0, urgent: false } });
    store.advance(atS * 1000);
    const { value } = store.outcomeOf(call) as unknown as { readonly value: { allowed: boolean; limit: number; remaining: number; retryAfterMs: number; resetAfterMs: number } };
    const seconds = (ms: number): number => Math.ceil(ms / 1000 - 1e-6);
    return [value.allowed ? 0 : 1, value.limit, Math.floor(value.remaining + 1e-9), value.allowed ? -1 : seconds(value.retryAfterMs), seconds(value.resetAfterMs)];
  };
  test('the reply of its readme: 0, 16, 15, −1, 2', () => {
    expect(throttle(0)).toEqual([0, 16, 15, -1, 2]);
  });
  test('sixteen at once, the seventeenth in two seconds, all in 32', () => {
    for (let i = 0; i < 14; i++) throttle(0);
    expect(throttle(0)).toEqual([0, 16, 0, -1, 32]);
    expect(throttle(0)).toEqual([1, 16, 0, 2, 32]);
    expect(throttle(1)).toEqual([1, 16, 0, 1, 31]);
    expect(throttle(2)).toEqual([0, 16, 0, -1, 32]);
  });
  test('a quantity takes so many at once, or none', () => {
    expect(throttle(12, 5)).toEqual([0, 16, 0, -1, 32]);
    expect(throttle(12, 5)).toEqual([1, 16, 0, 10, 32]);
    // What can never be is −1 on the way.
    expect(throttle(100, 17)[0]).toBe(1);
  });
});

describe('nginx', () => {
  test('burst 20 at 10/s: the first at once, twenty 100 ms apart, the rest turned away', () => {
    const rig = rigOf('nginx');
    expect(rig.row(every(0, 25))).toBe('1' + 'w'.repeat(20) + '0000');
    rig.advance(3000);
    expect(rig.starts()).toEqual(every(100, 21));
  });
  test('nodelay: twenty-one at once, then one every 100 ms', () => {
    const rig = rigOf('nginx-nodelay');
    expect(ones(rig.row(every(0, 25)))).toBe(21);
    expect(rig.row([99, 100, 101, 200])).toBe('0101');
  });
});

describe('Sentinel', () => {
  test('DEFAULT: twenty in a second of two samples', () => {
    const rig = rigOf('sentinel-default');
    expect(ones(rig.row(every(0, 30, 400)))).toBe(20);
    expect(rig.row([999])).toBe('0');
    expect(rig.row([1000])).toBe('1');
  });
  test('RATE_LIMITER: 50 ms apart, nobody waits longer than 500 ms', () => {
    const rig = rigOf('sentinel-rate-limiter');
    expect(rig.row(every(0, 15))).toBe('1' + 'w'.repeat(10) + '0000');
    rig.advance(1000);
    expect(rig.starts()).toEqual(every(50, 11));
  });
  test('WARM_UP: cold it lets ten a second through, warm thirty', () => {
    const rig = rigOf('sentinel-warm-up');
    rig.row(every(5, 2800));
    const between = (fromMs: number, untilMs: number): number => rig.starts().filter((at) => at >= fromMs && at < untilMs).length;
    expect(between(0, 1000)).toBeGreaterThanOrEqual(9);
    expect(between(0, 1000)).toBeLessThanOrEqual(12);
    expect(between(13_000, 14_000)).toBeGreaterThanOrEqual(27);
    expect(between(13_000, 14_000)).toBeLessThanOrEqual(31);
  });
});

describe('Stripe', () => {
  test('request rate: a bucket for each user; without Redis all is let through', () => {
    const rig = limiterRig({ scope: 'local' }, { base: presetOf('stripe-requests') });
    expect(ones(rig.row(every(0, 60), { entity: 'acct_1' }))).toBe(50);
    expect(rig.row([1], { entity: 'acct_2' })).toBe('1');
    expect(presetOf('stripe-requests').onStoreFailure).toBe('open');
  });
  test('concurrent requests: twenty under way for each user', () => {
    const rig = limiterRig({}, { base: presetOf('stripe-concurrent'), below: () => undefined });
    expect(ones(rig.row(every(0, 25), { entity: 'acct_1' }))).toBe(20);
    expect(rig.row([1], { entity: 'acct_2' })).toBe('1');
  });
  test('fleet: a fifth is kept for critical requests', () => {
    const rig = limiterRig({}, { base: presetOf('stripe-fleet'), below: () => undefined });
    expect(ones(rig.row(every(0, 100)))).toBe(80);
    expect(ones(rig.row(every(0, 100, 1), { priority: 1 }))).toBe(20);
  });
});

describe('the sketch', () => {
  test('its bucket does not look at who asks: A takes all, B gets nothing', () => {
    const rig = rigOf('original-bucket');
    expect(ones(rig.row(every(0, 100), { entity: 'A' }))).toBe(100);
    expect(rig.row([0], { entity: 'B' })).toBe('0');
    expect(rig.row([100])).toBe('1');
  });
  test('its bucket goes below zero when the clock goes back', () => {
    const rig = rigOf('original-bucket');
    rig.row(every(0, 50, 1000));
    rig.advance(2000);
    // Sixty tokens; the clock is read as twelve seconds earlier.
    rig.state.rawMs = 14_000;
    expect(rig.row([2000, 3900, 4200])).toBe('001');
  });
  test('its log: a request is forgotten when it is 60 s old, not before', () => {
    const rig = rigOf('original-log');
    expect(ones(rig.row(every(0, 101)))).toBe(100);
    expect(rig.row([59_999, 60_000])).toBe('01');
  });
});
