import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { OK, OUTCOME_KINDS, type Outcome } from '../../kernel/contract.ts';
import { retryStory, type RetryParams } from './params.ts';
import { LETTERS, retryRig } from './testing.ts';

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom(...OUTCOME_KINDS).map((kind) =>
  kind === 'throttled' ? { kind, retryAfterMs: 100 } : kind === 'rejected' ? { kind, by: 'bulkhead', retryAfterMs: 50 } : { kind });
const mostlyBad = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(LETTERS['f']!, LETTERS['v']!) }, { weight: 2, arbitrary: fc.constant(OK) }, outcome);
const anyParams = arbitraryParams(retryStory) as fc.Arbitrary<RetryParams>;
/** Short waits, so that scripts go round. */
const lively = arbitraryParams(retryStory, {
  fixed: { baseDelayMs: 20, maxDelayMs: 300, perTryTimeoutMs: 150, overallDeadlineMs: 600, maxAttempts: 4, maxHedges: 2, hedgeDelayMs: 40, idempotency: 'byKey', budgetTtlMs: 500, shedMs: 200, retryRejectedWithinMs: 100 },
}) as fc.Arbitrary<RetryParams>;

type Step = { afterMs: number } & (
  | { do: 'request'; keyed: boolean; deadlineMs: number | undefined } | { do: 'answer'; which: number; outcome: Outcome } | { do: 'giveUp'; which: number }
  | { do: 'control'; control: string } | { do: 'params'; params: RetryParams } | { do: 'crash' });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: fc.nat(20) }, { weight: 4, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.constant(6000) }),
    fc.oneof(
      { weight: 10, arbitrary: fc.record({ do: fc.constant('request' as const), keyed: fc.boolean(), deadlineMs: fc.option(fc.nat(1000), { nil: undefined }) }) },
      { weight: 12, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(30), outcome: mostlyBad }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('giveUp' as const), which: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('control' as const), control: fc.constantFrom('push', 'endPush') }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('params' as const), params: fc.oneof(anyParams, lively) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
    ),
  ).map(([afterMs, step]) => ({ afterMs, ...step })),
  { maxLength: 80, size: 'max' },
);

/** Plays the steps; the harness checks every invariant after each: attempts, deadlines, waits, budgets, books. */
function play(start: RetryParams, script: readonly Step[], copyStates: boolean) {
  const rig = retryRig({}, { base: start, copyStates, uniform: (purpose, call) => ((purpose.length * 7 + (call?.id ?? 3) * 13) % 97) / 97 });
  let calls: { id: number; deadlineMs: number }[] = [];
  for (const step of script) {
    const atMs = rig.nowMs + step.afterMs;
    switch (step.do) {
      case 'request': {
        const deadlineMs = step.deadlineMs === undefined ? Infinity : atMs + step.deadlineMs;
        calls.push({ id: rig.request(atMs, { idempotencyKey: step.keyed ? 'k' : '', deadlineMs }).id, deadlineMs });
        break;
      }
      case 'answer': {
        rig.advance(atMs);
        const out = [...rig.state.attempts.keys()];
        if (out.length > 0) rig.answer(atMs, out[step.which % out.length]!, step.outcome);
        break;
      }
      case 'giveUp': {
        rig.advance(atMs);
        const open = calls.filter(({ id }) => rig.outcomeOf(id) === undefined);
        if (open.length > 0) rig.giveUp(atMs, open[step.which % open.length]!.id);
        break;
      }
      case 'control': rig.control(atMs, step.control); break;
      case 'params': rig.setParams(atMs, step.params); break;
      case 'crash':
        rig.crash(atMs);
        rig.restart(atMs + 5);
        calls = [];
        break;
    }
  }
  // Whatever is still out is answered, until all is over.
  for (let round = 0; round < 200 && rig.state.tickets.size > 0; round++) {
    const [attempt] = rig.state.attempts.keys();
    if (attempt === undefined) rig.advance(rig.timers().reduce((next, { dueMs }) => Math.min(next, dueMs), Infinity));
    else rig.answer(rig.nowMs, attempt, OK);
  }
  return { rig, calls };
}

test.each([['any parameters', anyParams], ['lively ones', lively]] as const)('the rules hold under %s and any script, every call is answered, no timer is left behind', (_, drawn) => {
  fc.assert(fc.property(drawn, steps, (start, script) => {
    const { rig, calls } = play(start, script, true);
    for (const { id } of calls) expect(rig.outcomeOf(id)).toBeDefined();
    expect(rig.timers().filter(({ key }) => key !== 'push')).toEqual([]);
    expect(rig.state).toMatchObject({ waiting: 0, retriesActive: 0 });
  }), { numRuns: 250 });
});

test('no attempt begins at or after its caller’s deadline, none after its caller has its answer or gave up', () => {
  fc.assert(fc.property(lively, steps, (start, script) => {
    const { rig, calls } = play(start, script, false);
    const deadlines = new Map(calls.map(({ id, deadlineMs }) => [id, deadlineMs]));
    for (const { call, sentMs } of rig.state.rows) expect(sentMs).toBeLessThan(deadlines.get(call) ?? Infinity);
    const over = new Map<number, number>();
    for (const { kind, call, atMs } of rig.decisions('reply')) if (kind === 'reply' && deadlines.has(call)) over.set(call, atMs);
    for (const { call, sentMs } of rig.state.rows) expect(sentMs).toBeLessThanOrEqual(over.get(call) ?? Infinity);
  }), { numRuns: 100 });
});

test('a copied state decides as the original does', () => {
  fc.assert(fc.property(lively, steps, (start, script) => {
    const one = play(start, script, false).rig, two = play(start, script, true).rig;
    expect(isDeepStrictEqual(one.decisions(), two.decisions())).toBe(true);
  }), { numRuns: 100 });
});

test('with a budget of ratio r the load is at most (1 + r) times the calls, and the minimum, at every instant', () => {
  const bounded = fc.record({ ratio: fc.double({ min: 0, max: 0.5, noNaN: true }), perSecond: fc.constantFrom(0, 2), gaps: fc.array(fc.nat(60), { minLength: 20, maxLength: 120 }) });
  fc.assert(fc.property(bounded, ({ ratio, perSecond, gaps }) => {
    const rig = retryRig({ budget: 'requestRatio', budgetRatio: ratio, budgetMinPerSecond: perSecond, budgetTtlMs: 1000, maxAttempts: 10, backoff: 'none', jitter: 'none' }, { below: () => ({ afterMs: 5, outcome: LETTERS['v']! }) });
    let atMs = 0;
    for (const gapMs of gaps) rig.request((atMs += gapMs));
    rig.advance(atMs + 1000);
    let calls = 0, sent = 0;
    for (const decision of rig.decisions()) {
      if (decision.kind !== 'send') continue;
      sent++;
      if (decision.attempt === 0) calls++;
      expect(sent).toBeLessThanOrEqual((1 + ratio) * calls + perSecond * (decision.atMs / 1000 + 1) + 1e-6);
    }
  }), { numRuns: 100 });
});
