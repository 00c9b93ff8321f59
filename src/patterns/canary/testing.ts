/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, type Call, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { scenarioPlan, type Change, type Parts } from '../../kernel/harnessScenario.ts';
import { engine, engines, laws } from './engine.ts';
import { canaryStory, type CanaryNote, type CanaryParams } from './params.ts';
import type { scenarios } from './scenarios.ts';
import type { CanaryState } from './state.ts';
import { story } from './story.ts';

export type ScenarioId = keyof typeof scenarios;
export const planFor = (others: Parts, scenarioId: ScenarioId, variantId: string, change?: Change): Plan =>
  scenarioPlan({ id: 'canary', engines, stories: story.engines, laws }, others, story.scenarios[scenarioId], variantId, change);

export const DEFAULTS = initialParams(canaryStory.params) as unknown as CanaryParams;
export const presetOf = (name: keyof typeof canaryStory.presets): CanaryParams => ({ ...DEFAULTS, ...canaryStory.presets[name].params }) as CanaryParams;

export interface CanaryRig extends Rig<CanaryState> {
  /** Requests one after the other, `gapMs` apart, each of another user; how they end is said by the node they go to. */
  flow(fromMs: number, untilMs: number, gapMs?: number): void;
  count(note: CanaryNote): number;
}
/** Old and new release answer after 10 ms; `bad` says which of the new one's requests fail: every so manieth. */
export function canaryRig(params: Partial<CanaryParams> = {}, { bad = 0, oldBad = 0, ...options }: StackOptions & { readonly bad?: number; readonly oldBad?: number } = {}): CanaryRig {
  let fresh = 0, old = 0;
  const failing: Outcome = { kind: 'transientError' };
  const rig = drive(engine, {
    setup: { downstream: ['stable', 'canary'] },
    below: (call: Call) => ({ afterMs: 10, outcome: (call.to === 'canary' ? bad > 0 && ++fresh % bad === 0 : oldBad > 0 && ++old % oldBad === 0) ? failing : OK }),
    ...options, params: { ...DEFAULTS, ...params }, layer: 'rollout',
  }) as unknown as CanaryRig;
  let user = 0;
  rig.flow = (fromMs, untilMs, gapMs = 5) => {
    for (let atMs = fromMs; atMs < untilMs; atMs += gapMs) rig.request(atMs, { op: 'order', entity: `u${user++ % 1000}` });
    rig.advance(untilMs);
  };
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  return rig;
}
