/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, type Call, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { scenarioPlan, type Change, type Parts } from '../../kernel/harnessScenario.ts';
import { engine, engines, laws } from './engine.ts';
import { limitStory, type LimitNote, type LimitParams } from './params.ts';
import type { scenarios } from './scenarios.ts';
import type { LimitState } from './state.ts';
import { story } from './story.ts';

export type ScenarioId = keyof typeof scenarios;
export const planFor = (others: Parts, scenarioId: ScenarioId, variantId: string, change?: Change): Plan =>
  scenarioPlan({ id: 'token-bucket', engines, stories: story.engines, laws }, others, story.scenarios[scenarioId], variantId, change);

export const DEFAULTS = initialParams(limitStory.params) as unknown as LimitParams;
export const presetOf = (name: keyof typeof limitStory.presets): LimitParams => ({ ...DEFAULTS, ...limitStory.presets[name].params }) as LimitParams;

export interface LimitRig extends Rig<LimitState> {
  /** A request of a client; whether it was let through at once. */
  ask(atMs: number, client?: string, op?: string, more?: object): boolean;
  /** The newest request of `ask`. */
  readonly call: Call;
  /** What the newest request was answered. */
  outcome(): Outcome | undefined;
  count(note: LimitNote): number;
}
/** Draws are 0 unless told otherwise: Retry-After is then exact. */
export function limitRig(params: Partial<LimitParams> = {}, options: StackOptions & { readonly base?: LimitParams } = {}): LimitRig {
  const { base = DEFAULTS, ...rest } = options;
  const rig = drive(engine, {
    setup: { downstream: ['shop', 'store'] }, uniform: () => 0, below: (call) => (call.to === 'store' ? undefined : { afterMs: 1, outcome: OK }), ...rest, params: { ...base, ...params }, layer: 'limit',
  }) as unknown as LimitRig & { call: Call };
  rig.ask = (atMs, client = 'A', op = 'call', more = {}) => {
    rig.call = rig.request(atMs, { op, payload: { client }, ...more });
    return rig.wentOut(rig.call);
  };
  rig.outcome = () => rig.outcomeOf(rig.call);
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  return rig;
}
