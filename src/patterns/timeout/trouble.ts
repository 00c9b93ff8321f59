/** Notices when many calls run out of time, so that log and lesson have a sentence for it: single ones are too many to tell of. */
import { addToWindow } from '../../primitives/rollingWindow.ts';
import type { TimeoutContext, TimeoutState } from './state.ts';

const CALLS = 0, OUT_OF_TIME = 1;
/** More than a tenth of at least so many calls of the last second; it is over below two in a hundred. */
const TROUBLE = { atLeast: 10, from: 0.1, until: 0.02 } as const;

export function watchForTrouble(state: TimeoutState, outOfTime: boolean, ctx: TimeoutContext): void {
  const { lately } = state;
  addToWindow(lately, state.atMs, CALLS);
  if (outOfTime) addToWindow(lately, state.atMs, OUT_OF_TIME);
  const calls = lately.totals[CALLS]!;
  const share = lately.totals[OUT_OF_TIME]! / calls;
  if (state.trouble ? share >= TROUBLE.until : calls < TROUBLE.atLeast || share <= TROUBLE.from) return;
  state.trouble = !state.trouble;
  if (state.trouble) ctx.note('troubleStarted', { percent: Math.round(100 * share) });
  else ctx.note('troubleEnded');
}
