/** Where two runs part: what can be kept of one when its document becomes the other. */
import type { Ms } from '../kernel/contract.ts';
import type { ResolvedScenario } from './plan.ts';

/** First moment at which two resolved documents differ: 0 where their frame differs, Infinity where nothing does. */
export function firstDifference(a: ResolvedScenario, b: ResolvedScenario): Ms {
  const frame = ({ faults: _f, interventions: _i, headlines: _h, variant: _v, ...rest }: ResolvedScenario) => JSON.stringify(rest);
  if (frame(a) !== frame(b)) return 0;
  const times: Ms[] = [];
  const compare = <T>(left: readonly T[], right: readonly T[], fromOf: (item: T) => Ms) => {
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      if (JSON.stringify(left[i]) === JSON.stringify(right[i])) continue;
      if (i < left.length) times.push(fromOf(left[i]!));
      if (i < right.length) times.push(fromOf(right[i]!));
    }
  };
  compare(a.faults, b.faults, (fault) => fault.fromMs);
  compare(a.interventions, b.interventions, (what) => what.atMs);
  return times.length === 0 ? Infinity : Math.min(...times);
}
