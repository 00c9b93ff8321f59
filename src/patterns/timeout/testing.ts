/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, TIMEOUT, type Call, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { scenarioPlan, type Change, type Parts } from '../../kernel/harnessScenario.ts';
import { engine, engines, laws } from './engine.ts';
import { timeoutStory, type TimeoutNote, type TimeoutParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { TimeoutState } from './state.ts';
import { story } from './story.ts';

export type ScenarioId = keyof typeof scenarios;
export const planFor = (others: Parts, scenarioId: ScenarioId, variantId: string, change?: Change): Plan =>
  scenarioPlan({ id: 'timeout', engines, stories: story.engines, laws }, others, scenarios[scenarioId], variantId, change);

export const DEFAULTS = initialParams(timeoutStory.params) as unknown as TimeoutParams;
export const presetOf = (name: keyof typeof timeoutStory.presets): TimeoutParams => ({ ...DEFAULTS, ...timeoutStory.presets[name].params }) as TimeoutParams;

export const LETTERS: Readonly<Record<string, Outcome>> = {
  o: OK, f: { kind: 'transientError' }, t: TIMEOUT, v: { kind: 'overload' }, p: { kind: 'permanentError' }, r: { kind: 'rejected', by: 'breaker' }, q: { kind: 'throttled', retryAfterMs: 300 }, s: { kind: 'throttled', retryAfterMs: -1 },
};
export interface TimeoutRig extends Rig<TimeoutState> {
  /** Ids of the attempts of a call that are out, in order; of orphans too. */
  attemptsOf(call: Call): number[];
  count(note: TimeoutNote): number;
  sends(): readonly { readonly atMs: Ms; readonly call: number; readonly op: string; readonly to: string; readonly attempt: number }[];
}
/** Cancels take no time unless asked for, so that scripts are short. */
export function timeoutRig(params: Partial<TimeoutParams> = {}, options: StackOptions & { readonly base?: TimeoutParams } = {}): TimeoutRig {
  const { base = { ...DEFAULTS, cancelMs: { kind: 'constant', ms: 0 } as const }, ...rest } = options;
  const rig = drive(engine, { ...rest, params: { ...base, ...params }, layer: 'timeout' }) as TimeoutRig;
  rig.attemptsOf = (call) => [...rig.state.attempts.values(), ...[...rig.state.orphans.values()].map(({ attempt }) => attempt)]
    .filter(({ ticket }) => ticket.call.id === call.id).map((attempt) => attempt.call.id).sort((a, b) => a - b);
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  rig.sends = () => rig.decisions('send') as ReturnType<TimeoutRig['sends']>;
  return rig;
}
