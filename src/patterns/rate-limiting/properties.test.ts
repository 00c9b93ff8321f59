/** The rules of the layer under any parameters and any script: calls, answers, people who give up, a store that fails, parameters that change, crashes. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { OK, type Json, type Outcome } from '../../kernel/contract.ts';
import { ALGORITHMS, createLimit, decide, peek, promiseOf, type Algorithm, type Terms } from './limits.ts';
import { limiterStory, termsOf, type LimiterParams } from './params.ts';
import { DEFAULTS, limiterRig } from './testing.ts';

const RUNS = Number(process.env['LIMITER_RUNS'] ?? 40);
const data = { store: fc.constantFrom('', 'store'), peers: fc.constantFrom([], ['b']) };
/** Timers that come round and round would only take time: the lively ones have short ones. */
const anyParams = arbitraryParams(limiterStory, { data, fixed: { gossipMs: 30_000, idleMs: 400_000 } }) as fc.Arbitrary<LimiterParams>;
/** Small limits and short waits, so that scripts go round. */
const lively = arbitraryParams(limiterStory, {
  data, fixed: { capacity: 4, ratePerSecond: 20, limit: 4, windowMs: 200, segments: 4, warmUpMs: 500, maxCost: 1, maxWaitMs: 150, maxWaiting: 3, maxKeys: 3, idleMs: 300, storeTimeoutMs: 40, gossipMs: 100, fillMs: 100, key: 'entity' },
}) as fc.Arbitrary<LimiterParams>;

type Step = { afterMs: number } & (
  | { do: 'request'; entity: string; cost: number; priority: number } | { do: 'answer'; which: number; bad: boolean } | { do: 'giveUp'; which: number }
  | { do: 'heard'; cost: number } | { do: 'forget' } | { do: 'params'; params: LimiterParams } | { do: 'crash' });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: fc.nat(10) }, { weight: 4, arbitrary: fc.nat(120) }, { weight: 1, arbitrary: fc.constant(2000) }),
    fc.oneof(
      { weight: 14, arbitrary: fc.record({ do: fc.constant('request' as const), entity: fc.constantFrom('a', 'a', 'b', 'c', 'd', 'e'), cost: fc.constantFrom(0, 0.5, 1, 1, 1, 2, 9), priority: fc.nat(1) }) },
      { weight: 8, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(30), bad: fc.boolean() }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('giveUp' as const), which: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('heard' as const), cost: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'forget' as const }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('params' as const), params: fc.oneof(anyParams, lively) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
    ),
  ).map(([afterMs, step]) => ({ afterMs, ...step })),
  { maxLength: 90, size: 'max' },
);
const answerOf = (op: string, bad: boolean): Outcome => {
  if (bad) return { kind: 'transientError' };
  if (op !== 'take') return OK;
  return { kind: 'ok', value: { allowed: true, remaining: 1, limit: 4, retryAfterMs: 0, resetAfterMs: 100, waitMs: 0 } as Json };
};

/** Plays the steps; the harness checks every invariant after each. */
function play(start: LimiterParams, script: readonly Step[], copyStates: boolean) {
  const rig = limiterRig({}, {
    base: start, copyStates, setup: { downstream: ['below', 'store', 'b'], nodes: ['self', 'below', 'store', 'b'] }, below: () => undefined,
    uniform: (purpose, call) => ((purpose.length * 7 + (call?.id ?? 3) * 13) % 97) / 97,
  });
  let calls: number[] = [];
  const out = (): { id: number; op: string }[] => {
    const sent = rig.decisions('send').map(({ call, op }) => ({ id: call, op }));
    return [...calls.filter((id) => rig.wentOut(id)).map((id) => ({ id, op: 'call' })), ...sent.filter(({ id }) => rig.state.asks.has(id))].filter(({ id }) => rig.outcomeOf(id) === undefined);
  };
  for (const step of script) {
    const atMs = rig.nowMs + step.afterMs;
    rig.advance(atMs);
    switch (step.do) {
      case 'request': calls.push(rig.request(atMs, { entity: step.entity, cost: step.cost, priority: step.priority }).id); break;
      case 'answer': {
        const open = out();
        if (open.length > 0) { const { id, op } = open[step.which % open.length]!; rig.answer(atMs, id, answerOf(op, step.bad)); }
        break;
      }
      case 'giveUp': {
        const open = calls.filter((id) => rig.outcomeOf(id) === undefined);
        if (open.length > 0) rig.giveUp(atMs, open[step.which % open.length]!);
        break;
      }
      case 'heard': rig.message(atMs, { topic: 'used', payload: { policy: 'limit', used: [['a', step.cost]] } }); break;
      case 'forget': rig.control(atMs, 'forget'); break;
      case 'params': rig.setParams(atMs, step.params); break;
      case 'crash':
        rig.crash(atMs);
        rig.restart(atMs + 5);
        calls = [];
        break;
    }
  }
  for (let round = 0; round < 400; round++) {
    const [next] = out();
    if (next !== undefined) rig.answer(rig.nowMs, next.id, answerOf(next.op, false));
    else if (rig.state.tickets.size === 0) break;
    else if (round === 399) throw new Error(`a call waits for ever: ${JSON.stringify([...rig.state.tickets.values()])}`);
    else rig.advance(rig.timers().filter(({ key }) => key !== 'tell' && key !== 'sweep').reduce((due, { dueMs }) => Math.min(due, dueMs), rig.nowMs + 600_000));
  }
  return { rig, calls };
}

test.each([['any parameters', anyParams], ['lively ones', lively]] as const)('under %s and any script every rule holds, every call is answered, no timer is left behind', (_, drawn) => {
  fc.assert(fc.property(drawn, steps, (start, script) => {
    const { rig, calls } = play(start, script, true);
    for (const id of calls) expect(rig.outcomeOf(id), `call ${id}`).toBeDefined();
    expect(rig.state).toMatchObject({ waiting: 0 });
    expect(rig.state.passed.size + rig.state.asks.size).toBe(0);
    expect(rig.timers().filter(({ key }) => key !== 'tell' && key !== 'sweep' && key !== 'calm')).toEqual([]);
  }), { numRuns: RUNS });
});

test('a copied state decides as the original does', () => {
  fc.assert(fc.property(lively, steps, (start, script) => {
    const one = play(start, script, false).rig, two = play(start, script, true).rig;
    expect(isDeepStrictEqual(one.decisions(), two.decisions())).toBe(true);
  }), { numRuns: Math.ceil(RUNS / 3) });
});

const traces = fc.array(fc.oneof({ weight: 6, arbitrary: fc.nat(20) }, { weight: 2, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.constantFrom(0, 199, 200, 1000) }), { minLength: 5, maxLength: 100 });
const small: Terms = termsOf({ ...DEFAULTS, capacity: 5, ratePerSecond: 20, limit: 5, windowMs: 200, segments: 4, warmUpMs: 500, maxWaiting: 100 });
/** How much may pass in a window in the worst case. */
const BOUNDS: Readonly<Partial<Record<Algorithm, number>>> = { tokenBucket: 5 + 4, gcra: 5 + 4, leakyQueue: 1 + 4, fixedWindow: 10, slidingLog: 5, slidingCounter: 9, segmentedWindow: 10, cycles: 10, warmUp: 1 + 10 };
test.each(Object.keys(BOUNDS) as Algorithm[])('%s: what the whole layer lets through stays within the bound, over all pairs', (algorithm) => {
  fc.assert(fc.property(traces, fc.constantFrom(0, 100), (gaps, maxWaitMs) => {
    const rig = limiterRig({ ...DEFAULTS, algorithm, capacity: 5, ratePerSecond: 20, limit: 5, windowMs: 200, segments: 4, warmUpMs: 500, maxWaitMs, maxWaiting: 100, key: 'global' });
    let atMs = 0;
    for (const gapMs of gaps) rig.request((atMs += gapMs));
    rig.advance(atMs + 1000);
    const spanMs = algorithm === 'warmUp' ? 500 : 200;
    const starts = rig.starts();
    for (let i = 0; i < starts.length; i++) {
      let n = 0;
      while (i + n < starts.length && starts[i + n]! < starts[i]! + spanMs - 1e-6) n++;
      expect(n).toBeLessThanOrEqual(BOUNDS[algorithm]!);
    }
  }), { numRuns: Math.ceil(RUNS / 3) });
});

test('the promise that the ledger holds a limiter to', () => {
  expect(promiseOf({ ...small, algorithm: 'tokenBucket' })).toEqual({ most: 9, windowMs: 200 });
  expect(promiseOf({ ...small, algorithm: 'fixedWindow' })).toEqual({ most: 5, windowMs: 200 });
  expect(promiseOf({ ...small, algorithm: 'leakyQueue' })).toEqual({ most: 5, windowMs: 200 });
  expect(promiseOf({ ...small, algorithm: 'concurrency' })).toBeNull();
});

test('bucket and GCRA decide alike on any trace, and the steps of time do not matter', () => {
  fc.assert(fc.property(traces, fc.array(fc.nat(100), { maxLength: 40 }), (gaps, looks) => {
    const limits = (['tokenBucket', 'gcra', 'tokenBucket'] as const).map((algorithm) => ({ terms: { ...small, algorithm }, limit: createLimit({ ...small, algorithm }, 0) }));
    let nowMs = 0;
    gaps.forEach((gapMs, i) => {
      // The third is looked at, and asked for too much, in between.
      for (const part of looks.slice(i, i + 2)) {
        const atMs = nowMs + (gapMs * part) / 100;
        peek(limits[2]!.limit, limits[2]!.terms, atMs);
        decide(limits[2]!.limit, limits[2]!.terms, { cost: 100, nowMs: Math.max(nowMs, Math.min(atMs, nowMs + gapMs)), maxWaitMs: 0, urgent: false });
        break;
      }
      nowMs += gapMs;
      const [bucket, gcra, watched] = limits.map(({ limit, terms }) => decide(limit, terms, { cost: 1, nowMs, maxWaitMs: 0, urgent: false }));
      expect(gcra!.allowed).toBe(bucket!.allowed);
      expect(watched).toEqual(bucket);
    });
  }), { numRuns: RUNS });
});

test('there is a promise or a bound for every algorithm', () => {
  for (const algorithm of ALGORITHMS) expect(algorithm === 'concurrency' || BOUNDS[algorithm] !== undefined).toBe(true);
});
