/** The circuit breaker in the harness, with the few phrases its tests are made of. */
import { OK, TIMEOUT, type Call, type Outcome } from '../../src/kernel/contract.ts';
import { drive, type Rig } from '../../src/kernel/harness.ts';
import type { StackOptions } from '../../src/kernel/harnessStack.ts';
import { engine } from '../../src/patterns/circuit-breaker/engine.ts';
import { breakerStory, type BreakerParams } from '../../src/patterns/circuit-breaker/params.ts';
import type { Breaker, BreakerState } from '../../src/patterns/circuit-breaker/state.ts';
import { initialParams, presetParams } from '../../src/kernel/harnessParams.ts';

export const FAIL: Outcome = Object.freeze({ kind: 'transientError' });
export { OK, TIMEOUT };
/** Notes of every call, left out where only moves matter. */
export const QUIET = Object.entries(breakerStory.notes).flatMap(([name, note]) => ('quiet' in note && note.quiet ? [name] : []));

export interface BreakerRig extends Rig<BreakerState> {
  /** A call from request to answer; refused or waiting ones get none. Letters: `o` ok, `f` failed. */
  go(atMs: number, outcome: Outcome | 'o' | 'f', durationMs?: number, entity?: string): Call;
  /** Calls one after the other, each answered at once, `stepMs` apart: 'ooff'. Gives the time after the last. */
  series(fromMs: number, letters: string, stepMs?: number): number;
  breaker(key?: string): Breaker;
  mode(key?: string): string;
  moves(): string[];
}

export function breakerRig(params: Partial<BreakerParams> = {}, options: StackOptions & { preset?: keyof typeof breakerStory.presets } = {}): BreakerRig {
  const base = options.preset === undefined ? initialParams(breakerStory.params) : presetParams(breakerStory, options.preset);
  const rig = drive(engine, { ...options, params: { ...base, ...params } as BreakerParams, layer: 'breaker' }) as BreakerRig;
  rig.go = (atMs, outcome, durationMs = 0, entity = '') => {
    const call = rig.request(atMs, { entity });
    if (rig.wentOut(call)) rig.answer(atMs + durationMs, call, outcome === 'o' ? OK : outcome === 'f' ? FAIL : outcome);
    return call;
  };
  rig.series = (fromMs, letters, stepMs = 1) => {
    let atMs = fromMs;
    for (const letter of letters) {
      rig.go(atMs, letter as 'o' | 'f');
      atMs += stepMs;
    }
    return atMs;
  };
  rig.breaker = (key = '') => rig.state.breakers.get(key)!;
  rig.mode = (key = '') => rig.breaker(key).mode;
  rig.moves = () => rig.decisions('transition').map(({ instance, to, event }) => `${instance === '' ? '' : `${instance} `}${event} ${to}`);
  return rig;
}
