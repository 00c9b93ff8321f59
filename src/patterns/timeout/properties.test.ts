import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { OK, OUTCOME_KINDS, type Outcome } from '../../kernel/contract.ts';
import { timeoutStory, type TimeoutParams } from './params.ts';
import { timeoutRig } from './testing.ts';

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom(...OUTCOME_KINDS).chain((kind) =>
  kind === 'throttled' ? fc.constantFrom(-1, 0, 40).map((retryAfterMs): Outcome => ({ kind, retryAfterMs })) : fc.constant<Outcome>(kind === 'rejected' ? { kind, by: 'bulkhead', retryAfterMs: 50 } : { kind }));
const mixed = fc.oneof({ weight: 3, arbitrary: fc.constant<Outcome>({ kind: 'transientError' }) }, { weight: 2, arbitrary: fc.constant<Outcome>(OK) }, outcome);
const anyParams = arbitraryParams(timeoutStory, { fixed: { replicas: [] } }) as fc.Arbitrary<TimeoutParams>;
/** Short times, so that scripts go round. */
const lively = arbitraryParams(timeoutStory, {
  fixed: { replicas: [], totalMs: 400, perTryMs: 120, connectMs: 60, hopReserveMs: 20, minUsefulMs: 10, hedgeDelayMs: 40, maxHedges: 2, idempotency: 'byKey', cancelMs: { kind: 'constant', ms: 30 }, adaptiveCapMs: 500, adaptiveFloorMs: 50, adaptiveWindow: 10 },
}) as fc.Arbitrary<TimeoutParams>;

type Step = { afterMs: number } & (
  | { do: 'request'; keyed: boolean; deadlineMs: number | undefined } | { do: 'answer'; which: number; outcome: Outcome } | { do: 'giveUp'; which: number } | { do: 'params'; params: TimeoutParams } | { do: 'crash' });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: fc.nat(20) }, { weight: 4, arbitrary: fc.nat(200) }, { weight: 1, arbitrary: fc.constant(6000) }),
    fc.oneof(
      { weight: 10, arbitrary: fc.record({ do: fc.constant('request' as const), keyed: fc.boolean(), deadlineMs: fc.option(fc.nat(600), { nil: undefined }) }) },
      { weight: 12, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(30), outcome: mixed }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('giveUp' as const), which: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('params' as const), params: fc.oneof(anyParams, lively) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
    ),
  ).map(([afterMs, step]) => ({ afterMs, ...step })),
  { maxLength: 80, size: 'max' },
);

/** Plays the steps; the harness checks every invariant after each. */
function play(start: TimeoutParams, script: readonly Step[], copyStates: boolean) {
  const rig = timeoutRig({}, { base: start, copyStates, uniform: (purpose, call) => ((purpose.length * 7 + (call?.id ?? 3) * 13) % 97) / 97 });
  let calls: { id: number; deadlineMs: number; totalMs: number; atMs: number }[] = [];
  let params = start;
  for (const step of script) {
    const atMs = rig.nowMs + step.afterMs;
    switch (step.do) {
      case 'request': {
        const deadlineMs = step.deadlineMs === undefined ? Infinity : atMs + step.deadlineMs;
        calls.push({ id: rig.request(atMs, { idempotencyKey: step.keyed ? 'k' : '', deadlineMs }).id, deadlineMs, totalMs: params.mode === 'adaptive' ? params.adaptiveCapMs : params.totalMs, atMs });
        break;
      }
      case 'answer': {
        rig.advance(atMs);
        const out = [...rig.state.attempts.keys(), ...rig.state.orphans.keys()];
        if (out.length > 0) rig.answer(atMs, out[step.which % out.length]!, step.outcome);
        break;
      }
      case 'giveUp': {
        rig.advance(atMs);
        const open = calls.filter(({ id }) => rig.outcomeOf(id) === undefined);
        if (open.length > 0) rig.giveUp(atMs, open[step.which % open.length]!.id);
        break;
      }
      case 'params': params = step.params; rig.setParams(atMs, params); break;
      case 'crash':
        rig.crash(atMs);
        rig.restart(atMs + 5);
        calls = [];
        break;
    }
  }
  // Whatever is still out is answered, until all is over.
  for (let round = 0; round < 300 && rig.state.tickets.size + rig.state.orphans.size > 0; round++) {
    const [attempt] = [...rig.state.attempts.keys(), ...rig.state.orphans.keys()];
    if (attempt === undefined) rig.advance(rig.timers().reduce((next, { dueMs }) => Math.min(next, dueMs), Infinity));
    else rig.answer(rig.nowMs, attempt, OK);
  }
  return { rig, calls };
}

test.each([['any parameters', anyParams], ['lively ones', lively]] as const)('the rules hold under %s and any script, every call is answered, no timer is left behind', (_, drawn) => {
  fc.assert(fc.property(drawn, steps, (start, script) => {
    const { rig, calls } = play(start, script, true);
    for (const { id } of calls) expect(rig.outcomeOf(id)).toBeDefined();
    expect(rig.timers()).toEqual([]);
    expect(rig.state.attempts.size + rig.state.orphans.size).toBe(0);
  }), { numRuns: 150 });
});

const exact = lively.filter(({ enforce }) => enforce === 'exact');
test('every call has its one outcome by its deadline, and none is good after it', () => {
  fc.assert(fc.property(exact, steps.map((script) => script.filter(({ do: what }) => what !== 'params')), (start, script) => {
    const { rig, calls } = play(start, script, false);
    const replies = new Map<number, number[]>();
    for (const { call, atMs } of rig.decisions('reply')) replies.set(call, [...(replies.get(call) ?? []), atMs]);
    for (const { id, atMs, deadlineMs, totalMs } of calls) {
      const told = replies.get(id) ?? [];
      expect(told.length).toBeLessThanOrEqual(1);
      const untilMs = start.mode === 'fixed' ? atMs + totalMs : Math.max(atMs, Math.min(atMs + totalMs, deadlineMs - start.hopReserveMs));
      for (const toldMs of told) expect(toldMs).toBeLessThanOrEqual(untilMs + 1e-6);
    }
  }), { numRuns: 150 });
});

test('with cancelling, an orphan is over as soon as the cancel is out', () => {
  fc.assert(fc.property(lively.filter(({ cancelDownstream }) => cancelDownstream), steps.map((script) => script.filter(({ do: what }) => what !== 'params')), (start, script) => {
    const { rig } = play(start, script, false);
    expect(rig.state.orphanMs).toBeLessThanOrEqual(rig.state.orphaned * 30 + 1e-6);
  }), { numRuns: 80 });
});

test('a copied state decides as the original does', () => {
  fc.assert(fc.property(lively, steps, (start, script) => {
    const one = play(start, script, false).rig, two = play(start, script, true).rig;
    expect(isDeepStrictEqual(one.decisions(), two.decisions())).toBe(true);
  }), { numRuns: 60 });
});
