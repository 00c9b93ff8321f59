import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import type { Outcome } from '../../kernel/contract.ts';
import { canaryStory, type CanaryParams } from './params.ts';
import { canaryRig } from './testing.ts';

const anyParams = arbitraryParams(canaryStory) as unknown as fc.Arbitrary<CanaryParams>;
const lively = anyParams.map((p): CanaryParams => ({ ...p, startAtMs: 100, intervalMs: 500, maxStepMs: Math.max(500, p.maxStepMs % 5000), minSamples: p.minSamples % 30, bakeMs: p.bakeMs % 2000, scaleDownDelayMs: p.scaleDownDelayMs % 1000, nextAfterMs: p.nextAfterMs % 1500 }));
type Step = { readonly gapMs: number; readonly user: number } | { readonly gapMs: number; readonly control: string } | { readonly gapMs: number; readonly crashMs: number };
const gapMs = fc.nat(120);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.oneof(
  { weight: 30, arbitrary: fc.record({ gapMs, user: fc.nat(30) }) }, { weight: 1, arbitrary: fc.record({ gapMs, control: fc.constantFrom(...Object.keys(canaryStory.controls)) }) }, { weight: 1, arbitrary: fc.record({ gapMs, crashMs: fc.nat(500) }) },
), { maxLength: 120 });
const outcome: fc.Arbitrary<Outcome> = fc.constantFrom({ kind: 'ok' }, { kind: 'ok' }, { kind: 'transientError' }, { kind: 'overload' }, { kind: 'stale' });

function play(params: CanaryParams, script: readonly Step[], outcomes: readonly Outcome[], copyStates: boolean) {
  let i = 0;
  const rig = canaryRig(params, { copyStates, below: () => ({ afterMs: 5 + (i % 40), outcome: outcomes[i++ % outcomes.length]! }) });
  let atMs = 0;
  for (const step of script) {
    atMs += step.gapMs;
    if ('user' in step) rig.request(atMs, { op: 'order', entity: `u${step.user}` });
    else if ('control' in step) rig.control(atMs, step.control);
    else { rig.crash(atMs); rig.restart((atMs += step.crashMs)); }
  }
  rig.advance(atMs + 3000);
  return rig;
}
const some = fc.array(outcome, { minLength: 1, maxLength: 10 });

test('the rules hold under any parameters and any script', () => {
  fc.assert(fc.property(fc.oneof(anyParams, lively), steps, some, (params, script, outcomes) => { expect(play(params, script, outcomes, true).state.passing.size).toBe(0); }), { numRuns: 120 });
});
test('a copied state decides as the original does', () => {
  fc.assert(fc.property(lively, steps, some, (params, script, outcomes) => { expect(play(params, script, outcomes, true).decisions()).toEqual(play(params, script, outcomes, false).decisions()); }), { numRuns: 40 });
});
test('with a hash nobody falls back between two rollbacks, whatever happens', () => {
  fc.assert(fc.property(lively, steps, some, (params, script, outcomes) => {
    const side = new Map<string, number>();
    for (const decision of play({ ...params, assignment: 'userHash', hash: 'murmur3' }, script, outcomes, false).decisions('effect')) {
      if (decision.name === 'rolledBack') side.clear();
      if (decision.name !== 'routed') continue;
      const { user, release } = decision.data as { readonly user: string; readonly release: number };
      expect(release).toBeGreaterThanOrEqual(side.get(user) ?? 0);
      side.set(user, release);
    }
  }), { numRuns: 80 });
});
test('a weight rises only after a check that passed, unless a person says so; after a rollback it is 0 at once', () => {
  fc.assert(fc.property(lively, steps, some, (params, script, outcomes) => {
    let passed = true, byHand = false, last = 0;
    for (const { name, data } of play(params, script, outcomes, false).decisions('note')) {
      if (name === 'checkPassed' || name === 'deployed' || (name === 'noData' && params.onMissing === 'pass')) passed = true;
      if (name === 'approved' || name === 'paused') byHand = true;
      if (name !== 'weightSet') continue;
      const { weight } = data as { readonly weight: number };
      if (weight > last && weight < 100 && !byHand) { expect(passed).toBe(true); passed = false; }
      last = weight;
    }
  }), { numRuns: 80 });
});
test('the observed share of random draws lies in the binomial band', () => {
  let n = 0;
  const rig = canaryRig({ assignment: 'random', steps: [10], analysis: false, startAtMs: 1 }, { uniform: () => ((n++ * 2_654_435_761) % 4_294_967_296) / 4_294_967_296 });
  rig.flow(10, 10_010, 5);
  const share = rig.state.canaryRequests / (rig.state.canaryRequests + rig.state.stableRequests);
  expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / 2000));
});
