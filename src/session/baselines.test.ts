import { expect, test } from 'vitest';
import type { Fault } from '../kernel/faults.ts';
import { defaultDocument } from '../runs/document.ts';
import { shelf } from '../runs/shelf.ts';
import { baselinesOf } from './baselines.ts';

test('a fault that was added strikes every variant, beside those that the variant has of its own', async () => {
  const stories = (await shelf.load('two-phase-commit'))!;
  const usual = defaultDocument(stories, 'transfers', 'with');
  const scenario = stories.story.scenarios.transfers!;
  const added: Fault = { kind: 'crashAt', node: 'bank-a', note: 'prepared', occurrence: 3, fromMs: 0, downMs: 5000 };
  const faultsOf = (faults: readonly Fault[]) => Object.fromEntries(baselinesOf({ ...usual, faults }, stories).map(([id, document]) => [id, document.faults]));
  const own = scenario.variants.without!.faults!;
  expect(own).not.toEqual(scenario.faults);
  const more = faultsOf([...scenario.faults, added]);
  expect(more.without).toEqual([...own, added]);
  expect(more['one-by-one']).toEqual([...scenario.faults, added]);
  // What was taken away is gone from those that had it; the others keep their own.
  const fewer = faultsOf(scenario.faults.slice(1));
  expect(fewer['one-by-one']).toEqual(scenario.faults.slice(1));
  expect(fewer.without).toEqual(own);
  expect(Object.values(Object.fromEntries(baselinesOf(usual, stories))).every(({ faults }) => faults === undefined)).toBe(true);
});
