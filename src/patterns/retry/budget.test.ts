import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutcomeKind } from '../../kernel/contract.ts';
import { askBudget, createBudget, DENIED, hearFailure, hearRequest, hearSuccess, isSound, levelOf, withinBound, type Budget, type UnderWay } from './budget.ts';
import type { RetryParams } from './params.ts';
import { DEFAULTS } from './testing.ts';

const none: UnderWay = { attempts: 0, retries: 0 };
const make = (changes: Partial<RetryParams>) => {
  const params = { ...DEFAULTS, ...changes };
  const budget = createBudget(params, 0);
  return {
    budget, params,
    request: (nowMs: number, times = 1) => { for (let i = 0; i < times; i++) hearRequest(budget, nowMs); },
    /** How many of so many retries are granted. */
    ask: (nowMs: number, times = 1, after: OutcomeKind = 'transientError', underWay = none) => Array.from({ length: times }, () => askBudget(budget, params, nowMs, after, underWay)).filter((paid) => paid !== DENIED).length,
  };
};

test('none grants everything', () => {
  const { ask, budget } = make({ budget: 'none' });
  expect(ask(0, 1000)).toBe(1000);
  expect(levelOf(budget, DEFAULTS, 0, none)).toBeNull();
});

test('a share of requests: ratio × requests of the window, and a minimum a second for its length', () => {
  const bare = make({ budget: 'requestRatio', budgetRatio: 0.2, budgetMinPerSecond: 0, budgetTtlMs: 10_000 });
  bare.request(0, 100);
  expect(bare.ask(100, 50)).toBe(20);
  bare.request(200, 5);
  expect(bare.ask(300, 50)).toBe(1);
  expect(bare.budget.denied).toBe(30 + 49);
  // Linkerd's default: ten a second for ten seconds come free.
  const linkerd = make({ budget: 'requestRatio', budgetRatio: 0.2, budgetMinPerSecond: 10, budgetTtlMs: 10_000 });
  expect(linkerd.ask(0, 500)).toBe(100);
});

test('a request’s credit runs out with its time, and so does what was spent', () => {
  const { request, ask } = make({ budget: 'requestRatio', budgetRatio: 0.1, budgetMinPerSecond: 0, budgetTtlMs: 1000 });
  request(0, 100);
  expect(ask(999, 4)).toBe(4);
  expect(ask(1200, 4)).toBe(0);
  request(2500, 100);
  expect(ask(2500, 20)).toBe(10);
});

test('successes earn retries', () => {
  const { ask, budget, params } = make({ budget: 'successBucket', budgetRatio: 0.1, bucketMax: 3 });
  expect(ask(0, 10)).toBe(3);
  for (let i = 0; i < 19; i++) hearSuccess(budget, params, 0);
  expect(ask(0, 10)).toBe(1);
});

test('Envoy: a share of what is under way, cut to whole calls, at least the minimum', () => {
  const { ask } = make({ budget: 'activePercent', activePercent: 20, activeMin: 3 });
  expect(ask(0, 1, 'overload', { attempts: 1, retries: 2 })).toBe(1);
  expect(ask(0, 1, 'overload', { attempts: 1, retries: 3 })).toBe(0);
  expect(ask(0, 1, 'overload', { attempts: 24, retries: 3 })).toBe(1);
  expect(ask(0, 1, 'overload', { attempts: 24, retries: 4 })).toBe(0);
});

test('gRPC: a failure takes a token, a success gives the ratio, retries only above the half', () => {
  const { ask, budget, params } = make({ budget: 'grpc', grpcMaxTokens: 10, grpcTokenRatio: 0.1 });
  const verdicts = Array.from({ length: 6 }, () => { hearFailure(budget); return ask(0); });
  expect(verdicts).toEqual([1, 1, 1, 1, 0, 0]);
  for (let i = 0; i < 10; i++) hearSuccess(budget, params, 0);
  expect([budget.account!.level, ask(0)]).toEqual([expect.closeTo(5, 9), 0]);
  hearSuccess(budget, params, 0);
  expect(ask(0)).toBe(1);
  for (let i = 0; i < 20; i++) hearFailure(budget);
  expect(budget.account!.level).toBe(0);
});

test('AWS: 5 a retry, 10 after a time-out, given back when it succeeds, 1 for a clean success', () => {
  const { ask, budget, params } = make({ budget: 'aws' });
  expect(ask(0, 1000)).toBe(100);
  expect(budget.account!.level).toBe(0);
  for (let i = 0; i < 9; i++) hearSuccess(budget, params, 0);
  expect(ask(0, 1, 'timeout')).toBe(0);
  hearSuccess(budget, params, 0);
  expect(askBudget(budget, params, 0, 'timeout', none)).toBe(10);
  hearSuccess(budget, params, 10);
  expect(budget.account!.level).toBe(10);
});

test('whatever happens, no budget breaks its bound or leaves 0 … cap', () => {
  const kinds = fc.constantFrom('requestRatio', 'successBucket', 'activePercent', 'grpc', 'aws');
  const acts = fc.array(fc.tuple(fc.constantFrom('request', 'ask', 'ask', 'success', 'failure'), fc.nat(400), fc.integer({ min: 1, max: 40 })), { maxLength: 150, size: 'max' });
  const terms = fc.record({ budget: kinds, budgetRatio: fc.double({ min: 0, max: 1, noNaN: true }), budgetMinPerSecond: fc.constantFrom(0, 0.5, 10), budgetTtlMs: fc.constantFrom(100, 1000, 10_000), grpcMaxTokens: fc.constantFrom(1, 10), awsCapacity: fc.constantFrom(0, 20) });
  fc.assert(fc.property(terms, acts, (changes, list) => {
    const { budget, params, request, ask } = make(changes as Partial<RetryParams>);
    let nowMs = 0, granted = 0, requests = 0;
    const check = (b: Budget): void => {
      expect(isSound(b)).toBe(true);
      expect(withinBound(b, params, nowMs)).toBe(true);
      if (b.kind === 'requestRatio') expect(granted).toBeLessThanOrEqual(params.budgetRatio * requests + (params.budgetMinPerSecond * (nowMs + params.budgetTtlMs)) / 1000 + 1e-6);
    };
    for (const [act, afterMs, times] of list) {
      nowMs += afterMs;
      if (act === 'request') { request(nowMs, times); requests += times; }
      else if (act === 'ask') granted += ask(nowMs, times, times % 2 === 0 ? 'timeout' : 'overload', { attempts: times, retries: afterMs % 7 });
      else if (act === 'success') hearSuccess(budget, params, times % 3);
      else hearFailure(budget);
      check(budget);
    }
  }), { numRuns: 300 });
});
