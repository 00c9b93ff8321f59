import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { breakerRig, FAIL, OK } from '../../../test/support/breakerRig.ts';
import { OUTCOME_KINDS, type Outcome } from '../../kernel/contract.ts';
import { breakerStory, type BreakerParams } from './params.ts';

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom(...OUTCOME_KINDS).map((kind) =>
  kind === 'throttled' ? { kind, retryAfterMs: 100 } : kind === 'rejected' ? { kind, by: 'bulkhead' } : { kind });
const mostlyPlain = fc.oneof({ weight: 3, arbitrary: fc.constant(FAIL) }, { weight: 3, arbitrary: fc.constant(OK) }, outcome);
const params = arbitraryParams(breakerStory) as fc.Arbitrary<BreakerParams>;

/** Short waits and few permits, so that scripts go round through all modes. */
const small = {
  consecutiveFailures: 2, slidingWindowSizeCalls: 4, minimumNumberOfCalls: 2, waitDurationInOpenStateMs: 50, maxKeys: 3, failureRateThresholdPercent: 40,
  permittedNumberOfCallsInHalfOpenState: 2,
} as const;
const lively = fc.oneof(
  arbitraryParams(breakerStory, { fixed: small }),
  arbitraryParams(breakerStory, { fixed: { ...small, keyBy: 'layer', halfOpenExcess: 'wait', halfOpenMaxWaiting: 2 } }),
) as fc.Arbitrary<BreakerParams>;

type Step =
  | { do: 'request'; entity: number }
  | { do: 'answer'; which: number; outcome: Outcome }
  | { do: 'giveUp'; which: number }
  | { do: 'control'; control: string }
  | { do: 'params'; params: Partial<BreakerParams> }
  | { do: 'crash' };
const steps: fc.Arbitrary<(Step & { afterMs: number })[]> = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: fc.nat(20) }, { weight: 4, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.constant(6000) }),
    fc.oneof(
      { weight: 10, arbitrary: fc.record({ do: fc.constant('request' as const), entity: fc.nat(5) }) },
      { weight: 10, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(30), outcome: mostlyPlain }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('giveUp' as const), which: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('control' as const), control: fc.constantFrom(...Object.keys(breakerStory.controls)) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('params' as const), params: fc.oneof(params, lively) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
    ),
  ).map(([afterMs, step]) => ({ afterMs, ...step })),
  { maxLength: 80, size: 'max' },
);

/** Plays the steps; the harness checks every invariant after each. At the end whatever is still out is answered. */
function play(start: BreakerParams, script: (Step & { afterMs: number })[], copyStates: boolean) {
  const rig = breakerRig(start, { copyStates, uniform: (purpose) => (purpose.length % 7) / 7 });
  const calls: { id: number; over: boolean }[] = [];
  const generations = new Map<string, number>();
  let epoch = 0;
  const open = (): { id: number; over: boolean }[] => calls.filter(({ id, over }) => !over && rig.outcomeOf(id) === undefined);
  for (const step of script) {
    const atMs = rig.nowMs + step.afterMs;
    switch (step.do) {
      case 'request': calls.push({ id: rig.request(atMs, { entity: `e${step.entity}` }).id, over: false }); break;
      case 'answer': {
        const out = calls.filter(({ id, over }) => !over && rig.wentOut(id));
        const call = out[step.which % Math.max(1, out.length)];
        if (call === undefined) { rig.advance(atMs); break; }
        call.over = true;
        rig.answer(atMs, call.id, step.outcome);
        break;
      }
      case 'giveUp': {
        const call = open()[step.which % Math.max(1, open().length)];
        if (call === undefined) rig.advance(atMs);
        else rig.giveUp(atMs, call.id);
        break;
      }
      case 'control': rig.control(atMs, step.control); break;
      case 'params': rig.setParams(atMs, step.params); break;
      case 'crash':
        rig.crash(atMs);
        rig.restart(atMs + 5);
        for (const call of calls) call.over = true;
        generations.clear();
        epoch++;
        break;
    }
    if (step.do === 'params') generations.clear(); // another scope begins with fresh breakers
    for (const [key, { generation }] of rig.state.breakers) {
      if (generation < (generations.get(key) ?? 0)) throw new Error(`the generation of "${key}" fell`);
      generations.set(key, generation);
    }
  }
  const endMs = rig.nowMs + 1;
  for (const call of calls) if (!call.over && rig.wentOut(call.id)) rig.answer(endMs, call.id, OK);
  return { rig, calls, epoch };
}

test.each([['any parameters', params], ['lively ones', lively]] as const)('the rules hold under %s and any script', (_, drawn) => {
  fc.assert(fc.property(drawn, steps, (start, script) => {
    const { rig, calls, epoch } = play(start, script, true);
    // Everything is over: nobody is forgotten, whether let through, refused or made to wait.
    if (epoch === 0) for (const { id } of calls) if (rig.wentOut(id)) expect(rig.outcomeOf(id)).toBeDefined();
    for (const { inFlight, halfOpen } of rig.state.breakers.values()) {
      expect(inFlight).toBe(0);
      expect(halfOpen === null || halfOpen.permits.waiting === 0 || halfOpen.permits.used === halfOpen.permits.limit).toBe(true);
    }
    const before = structuredClone(rig.state);
    const { meters = {} } = rig.inspect();
    expect(isDeepStrictEqual(rig.state, before)).toBe(true); // looking changes nothing
    for (const name of ['failureRatePercent', 'slowRatePercent']) {
      const rate = meters[name]!;
      if (rate !== null) expect(rate >= 0 && rate <= 100).toBe(true);
    }
  }), { numRuns: 500 });
});

test('the scripts reach every mode and every note', () => {
  const seen = new Set<string>();
  fc.assert(fc.property(lively, steps, (start, script) => {
    const { rig } = play(start, script, false);
    for (const { to, event } of rig.decisions('transition')) seen.add(to).add(event);
    for (const name of rig.notes()) seen.add(name);
  }), { numRuns: 500, seed: 1 });
  const unreached = Object.keys(breakerStory.notes).filter((name) => !seen.has(name));
  expect(unreached).toEqual([]);
  expect(['closed', 'open', 'halfOpen', 'disabled', 'metricsOnly', 'forcedOpen'].filter((mode) => !seen.has(mode))).toEqual([]);
});

test('a copied state goes on like the one it was copied from', () => {
  fc.assert(fc.property(fc.oneof(params, lively), steps, (start, script) => {
    expect(play(start, script, true).rig.transcript()).toBe(play(start, script, false).rig.transcript());
  }), { numRuns: 200 });
});

/** Twenty lines instead of the engine: a list of results, sliced. */
test('a closed breaker opens exactly when a naive count says so', () => {
  const letters = fc.array(fc.tuple(fc.boolean(), fc.oneof(fc.nat(50), fc.nat(700)), fc.nat(200)), { maxLength: 80, size: 'max' });
  const drawn = arbitraryParams(breakerStory, {
    fixed: {
      failureCounting: 'rate', rateBase: 'recorded', bucketRotation: 'aligned', recordSlowCalls: true, slowCallDurationThresholdMs: 100, keyBy: 'layer',
      slidingWindowSizeMs: 2000, waitDurationInOpenStateMs: 3_600_000, automaticTransitionFromOpenToHalfOpen: false,
    },
  }) as fc.Arbitrary<BreakerParams>;
  fc.assert(fc.property(drawn.filter(({ evaluateOn }) => evaluateOn !== 'interval'), letters, (start, calls) => {
    const rig = breakerRig(start);
    const results: { failed: boolean; slow: boolean; atMs: number }[] = [];
    const count = start.slidingWindowType === 'COUNT';
    const bucketMs = start.slidingWindowBucketMs;
    const reaches = (part: number, whole: number, percent: number) => (start.tripOn === 'atLeast' ? part * 100 >= percent * whole : part * 100 > percent * whole);
    let atMs = 0;
    for (const [failed, gapMs, durationMs] of calls) {
      rig.go(atMs, failed ? 'f' : 'o', durationMs);
      atMs += durationMs;
      results.push({ failed, slow: durationMs > 100, atMs });
      const buckets = Math.ceil(2000 / bucketMs);
      const kept = count ? results.slice(-start.slidingWindowSizeCalls) : results.filter((result) => Math.floor(result.atMs / bucketMs) > Math.floor(atMs / bucketMs) - buckets);
      const least = count ? Math.min(start.minimumNumberOfCalls, start.slidingWindowSizeCalls) : start.minimumNumberOfCalls;
      const looked = start.evaluateOn === 'everyResult' || failed || durationMs > 100;
      const opens = looked && kept.length >= least
        && (reaches(kept.filter((result) => result.failed).length, kept.length, start.failureRateThresholdPercent)
          || reaches(kept.filter((result) => result.slow).length, kept.length, start.slowCallRateThresholdPercent));
      expect(rig.mode()).toBe(opens ? 'open' : 'closed');
      if (opens) return;
      atMs += gapMs;
    }
  }), { numRuns: 500 });
});
