/** The corrective push: a person has most new calls refused for a while, so that a storm runs out of calls to retry. */
import type { RetryContext, RetryState } from './state.ts';

export const PUSH_ENDS = 'push';

export function onControl(state: RetryState, control: string, ctx: RetryContext): void {
  const { shedRatio, shedMs } = ctx.params;
  if (control === 'endPush') return endPush(state, ctx);
  if (control !== 'push') throw new Error(`retry has no control "${control}"; it has push, endPush`);
  state.pushUntilMs = ctx.nowMs + shedMs;
  ctx.after(shedMs, PUSH_ENDS);
  ctx.note('pushed', { percent: Math.round(shedRatio * 100), forMs: shedMs });
}

export function endPush(state: RetryState, ctx: RetryContext): void {
  if (state.pushUntilMs === 0) return;
  state.pushUntilMs = 0;
  ctx.clear(PUSH_ENDS);
  ctx.note('pushEnded');
}
