/** For tests: the layer in the harness; scenarios as plans, without documents and without the catalogue (tests bring the roles along). */
import { OK, TIMEOUT, type Call, type Ms, type Outcome, type Plan } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { scenarioPlan, type Change, type Parts } from '../../kernel/harnessScenario.ts';
import { engine, engines, laws } from './engine.ts';
import { retryStory, type RetryParams } from './params.ts';
import { scenarios } from './scenarios.ts';
import type { RetryState } from './state.ts';
import { story } from './story.ts';

export type ScenarioId = keyof typeof scenarios;
export const planFor = (others: Parts, scenarioId: ScenarioId, variantId: string, change?: Change): Plan =>
  scenarioPlan({ id: 'retry', engines, stories: story.engines, laws }, others, scenarios[scenarioId], variantId, change);

export const DEFAULTS = initialParams(retryStory.params) as unknown as RetryParams;
export const presetOf = (name: keyof typeof retryStory.presets): RetryParams => ({ ...DEFAULTS, ...retryStory.presets[name].params });

export const LETTERS: Readonly<Record<string, Outcome>> = {
  o: OK, f: { kind: 'transientError' }, t: TIMEOUT, v: { kind: 'overload' }, p: { kind: 'permanentError' }, r: { kind: 'rejected', by: 'breaker' }, q: { kind: 'throttled', retryAfterMs: 300 },
};
export interface RetryRig extends Rig<RetryState> {
  /** Ids of the attempts of a call so far, in order. */
  attemptsOf(call: Call): number[];
  /** A call whose attempts are answered, each `tookMs` after it was sent, as the letters say; gives the waits between the attempts. */
  play(atMs: Ms, letters: string, request?: object, tookMs?: Ms): { readonly call: Call; readonly waitsMs: readonly Ms[]; readonly outcome: Outcome | undefined };
  count(note: keyof typeof retryStory.notes): number;
}
/** Draws default to one half: full jitter then waits half its bound. Without a budget unless one is asked for. */
export function retryRig(params: Partial<RetryParams> = {}, options: StackOptions & { readonly base?: RetryParams } = {}): RetryRig {
  const { base = { ...DEFAULTS, budget: 'none' }, ...rest } = options;
  const rig = drive(engine, { ...rest, params: { ...base, ...params }, layer: 'retry' }) as RetryRig;
  rig.attemptsOf = (call) => rig.state.rows.flatMap((row) => (row.call === call.id ? [row.id] : []));
  rig.play = (atMs, letters, request = {}, tookMs = 10) => {
    const call = rig.request(atMs, request);
    const waitsMs: Ms[] = [];
    for (const [i, letter] of [...letters].entries()) {
      const id = rig.attemptsOf(call)[i];
      if (id === undefined) break;
      const sentMs = rig.nowMs;
      rig.answer(sentMs + tookMs, id, LETTERS[letter]!);
      const due = rig.timers().find(({ key }) => key === call.id);
      if (due === undefined) {
        if (rig.outcomeOf(call) === undefined) waitsMs.push(0);
        continue;
      }
      waitsMs.push(due.dueMs - rig.nowMs);
      rig.advance(due.dueMs);
    }
    return { call, waitsMs, outcome: rig.outcomeOf(call) };
  };
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  return rig;
}
