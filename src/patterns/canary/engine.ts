/**
 * A gateway's router for a rollout: it splits requests between the old release and the new one, looks at what comes of it, and goes on or back. Its
 * first two neighbours are the two places a release can run at. The rollout itself is durable (a controller's record); requests under way are not.
 *
 * Timers: `check` the next look, `bake` the end of the bake time, `retire` the end of the old release, `start` the next release.
 */
import type { Call, Engine, Outcome, TimerKey } from '../../kernel/contract.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import type { CanaryNote, CanaryParams } from './params.ts';
import { release } from './release.ts';
import { approve, bakeOver, check, pause, promote, retire, rollBack, start } from './rollout.ts';
import { answered, givenUp, route } from './routing.ts';
import { createState, isLooking, underWay, type CanaryContext, type CanaryState } from './state.ts';

function onStart(state: CanaryState, ctx: CanaryContext): void {
  const { params } = ctx;
  state.processSalt = Math.floor(ctx.uniform('process salt') * 4_294_967_296);
  ctx.gauge(0, state.weight);
  if (state.release === 1) { if (params.startAtMs > 0) ctx.after(Math.max(0, params.startAtMs - ctx.nowMs), 'start'); return; }
  if (isLooking(state) && params.analysis) ctx.after(params.intervalMs, 'check');
  if (state.mode === 'promoting') ctx.after(Math.max(0, params.bakeMs - (ctx.nowMs - state.stepMs)), 'bake');
  if (state.mode === 'finalising') ctx.after(params.scaleDownDelayMs, 'retire');
  if ((state.mode === 'failed' || state.mode === 'succeeded') && params.nextAfterMs > 0) ctx.after(params.nextAfterMs, 'start');
}

function onTimer(state: CanaryState, key: TimerKey, ctx: CanaryContext): void {
  if (key === 'check') check(state, ctx);
  else if (key === 'bake') bakeOver(state, ctx);
  else if (key === 'retire') retire(state, ctx);
  else if (!underWay(state)) start(state, ctx);
}

function onControl(state: CanaryState, control: string, ctx: CanaryContext): void {
  const { mode } = state;
  const refuse = (): void => ctx.note('refused', { control, mode });
  if (control === 'start') { if (underWay(state)) refuse(); else { ctx.clear('start'); start(state, ctx); } return; }
  if (control === 'approve') { if (mode === 'paused') approve(state, ctx); else refuse(); return; }
  const onTheWay = mode === 'progressing' || mode === 'waiting';
  if (control === 'pause') { if (onTheWay) pause(state, 'a person asked for it', ctx); else refuse(); }
  else if (control === 'promote') { if (onTheWay || mode === 'paused') promote(state, 'promotedByHand', ctx); else refuse(); }
  else if (control === 'abort') { if (onTheWay || mode === 'paused') rollBack(state, 'aborted by a person', ctx); else refuse(); }
  else if (control === 'rollBack') { if (underWay(state)) rollBack(state, 'a person went back', ctx); else refuse(); }
  else throw new Error(`a rollout has no control "${control}"; it has start, pause, approve, promote, rollBack, abort`);
}

const gauges = (state: CanaryState, ctx: CanaryContext): void => { ctx.gauge(1, state.passing.size); };
/** Requests under way are forgotten, the rollout is not. */
const onRestart = (state: CanaryState): CanaryState => ({ ...state, passing: new Map(), sentFor: new Map() });

export const engine: Engine<CanaryParams, CanaryState, CanaryNote> = {
  gauges: ['weight', 'underWay'],
  init: createState,
  onStart, onTimer, onControl, onRestart, inspect, invariants,
  onRequest(state, call: Call, ctx) { route(state, call, ctx); gauges(state, ctx); },
  onReply(state, call: Call, outcome: Outcome, ctx) { answered(state, call, outcome, ctx); gauges(state, ctx); },
  onCancel(state, call: Call, ctx) { givenUp(state, call, ctx); gauges(state, ctx); },
};

export const engines = { canary: engine, release };
export { laws };
