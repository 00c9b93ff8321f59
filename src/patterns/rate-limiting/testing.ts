/** For tests: the layer in the harness, its store beside it; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, type Call, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { scenarioPlan, type Change, type Parts } from '../../kernel/harnessScenario.ts';
import { engine, engines, laws } from './engine.ts';
import { limiterStory, type LimiterParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { LimiterState } from './state.ts';
import { story } from './story.ts';

export type ScenarioId = keyof typeof scenarios;
export const planFor = (others: Parts, scenarioId: ScenarioId, variantId: string, change?: Change): Plan =>
  scenarioPlan({ id: 'rate-limiting', engines, stories: story.engines, laws }, others, scenarios[scenarioId], variantId, change);

export const DEFAULTS = initialParams(limiterStory.params) as unknown as LimiterParams;
export const presetOf = (name: keyof typeof limiterStory.presets): LimiterParams => ({ ...DEFAULTS, ...(limiterStory.presets[name].params as Partial<LimiterParams>) });

export interface LimiterRig extends Rig<LimiterState> {
  /** Asks at these times; 1 let through at once, 0 turned away, w waits. */
  row(times: readonly Ms[], request?: object): string;
  count(note: keyof typeof limiterStory.notes): number;
  /** When calls went on. */
  starts(): Ms[];
}
/** Whatever goes on is answered at once, unless `below` says otherwise. */
export function limiterRig(params: Partial<LimiterParams> = {}, options: StackOptions & { readonly base?: LimiterParams } = {}): LimiterRig {
  const { base = DEFAULTS, ...rest } = options;
  const answered = (): { afterMs: Ms; outcome: Outcome } => ({ afterMs: 0, outcome: OK });
  const rig = drive(engine, { below: answered, ...rest, params: { ...base, ...params }, layer: 'limiter' }) as LimiterRig;
  rig.row = (times, request = {}) => times.map((atMs) => {
    const call: Call = rig.request(atMs, request);
    if (rig.wentOut(call)) return '1';
    return rig.outcomeOf(call) === undefined ? 'w' : '0';
  }).join('');
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  rig.starts = () => rig.decisions('forward').map(({ atMs }) => atMs);
  return rig;
}
/** So many requests, one every `stepMs`. */
export const every = (stepMs: Ms, count: number, fromMs: Ms = 0): Ms[] => Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
