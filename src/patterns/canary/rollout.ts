/** The moves of a rollout: deploy, next step, promote, go back, retire; and what a check leads to. */
import type { Ms } from '../../kernel/contract.ts';
import { createLoop, decide } from '../../primitives/analysisLoop.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { looksOf, weightsOf } from './check.ts';
import { judge, type Judgement } from './judging.ts';
import { rolloutTable, type RolloutMove } from './machine.ts';
import { CHECK_ROWS, createArm, createArms, isLooking, type CanaryContext, type CanaryState } from './state.ts';

const seconds = (ms: Ms): number => Math.round(ms / 100) / 10;
function move(state: CanaryState, event: RolloutMove, ctx: CanaryContext): void {
  const to = nextState(rolloutTable, state.mode, event);
  ctx.transition('', state.mode, to, event);
  state.mode = to;
}
function setWeight(state: CanaryState, weight: number, ctx: CanaryContext): void {
  state.weight = weight;
  ctx.gauge(0, weight);
  ctx.note('weightSet', { weight });
}
function newPhase(state: CanaryState, ctx: CanaryContext): void {
  state.phase++;
  state.stepMs = ctx.nowMs;
  state.sinceStep = createArms();
  state.sinceCheck = createArms();
}
const nextCheck = (ctx: CanaryContext): void => ctx.after(ctx.params.intervalMs, 'check');

export function start(state: CanaryState, ctx: CanaryContext): void {
  const { params, nowMs } = ctx;
  // What was new has become the old one.
  if (state.mode === 'succeeded') {
    state.live = 1 - state.live;
    state.oldRelease = state.release;
  }
  state.release++;
  Object.assign(state, {
    step: -1, plan: weightsOf(params), threshold: params.threshold, looks: looksOf(params), loop: createLoop(), progressMs: nowMs, startedMs: nowMs, pausedMs: 0, byHand: false, passedSteps: 0, approvedToPromote: false,
    whole: createArms(), frozen: createArm(), exposure: 0, exposed: new Set(), cookies: new Map(), checks: [],
  });
  const [old, next] = [ctx.downstream[state.live], ctx.downstream[1 - state.live]];
  if (old !== undefined && next !== undefined) {
    ctx.cast(old, { topic: 'settled', payload: { release: state.oldRelease } });
    ctx.cast(next, { topic: 'deploy', payload: { release: state.release } });
  }
  ctx.note('deployed', { release: state.release });
  setWeight(state, 0, ctx);
  move(state, 'started', ctx);
  newPhase(state, ctx);
  if (params.mirrorFirst) ctx.note('mirroring', { release: state.release });
  else enterStep(state, 0, ctx);
  if (params.analysis) nextCheck(ctx);
}

function enterStep(state: CanaryState, step: number, ctx: CanaryContext): void {
  state.step = step;
  state.progressMs = ctx.nowMs;
  newPhase(state, ctx);
  setWeight(state, state.plan[step]!, ctx);
  ctx.note('stepEntered', { step: step + 1, weight: state.weight, release: state.release });
}

/** The step has passed. */
function advance(state: CanaryState, ctx: CanaryContext): void {
  if (state.step >= 0) state.passedSteps = state.step + 1;
  if (state.step + 1 < state.plan.length) {
    move(state, 'stepPassed', ctx);
    enterStep(state, state.step + 1, ctx);
  } else if (ctx.params.autoPromote || state.approvedToPromote) promote(state, 'allPassed', ctx);
  else { state.approvedToPromote = true; pause(state, 'the plan is done, a person is to promote', ctx); }
}

export function promote(state: CanaryState, event: 'allPassed' | 'promotedByHand', ctx: CanaryContext): void {
  const { params } = ctx;
  state.byHand ||= event === 'promotedByHand';
  const { paired, stable } = state.sinceStep;
  state.frozen = params.baseline === 'pairedSameSize' && paired.n > 0 ? paired : stable;
  state.promotions++;
  move(state, event, ctx);
  newPhase(state, ctx);
  setWeight(state, 100, ctx);
  ctx.note('promoted', { release: state.release, afterSeconds: seconds(ctx.nowMs - state.startedMs) });
  if (params.bakeMs === 0) return bakeOver(state, ctx);
  ctx.after(params.bakeMs, 'bake');
  if (params.analysis) nextCheck(ctx);
}
export function bakeOver(state: CanaryState, ctx: CanaryContext): void {
  if (state.mode !== 'promoting') return;
  ctx.clear('check');
  ctx.clear('bake');
  move(state, 'bakePassed', ctx);
  ctx.note('finalising');
  ctx.after(ctx.params.scaleDownDelayMs, 'retire');
}
export function retire(state: CanaryState, ctx: CanaryContext): void {
  if (state.mode !== 'finalising') return;
  const old = ctx.downstream[state.live];
  if (old !== undefined && ctx.downstream.length > 1) ctx.cast(old, { topic: 'retire', payload: { release: state.release } });
  move(state, 'oldRetired', ctx);
  ctx.note('retired', { release: state.release });
  end(state, ctx);
}
function end(state: CanaryState, ctx: CanaryContext): void {
  state.endedMs = ctx.nowMs;
  ctx.clear('check');
  ctx.clear('bake');
  if (ctx.params.nextAfterMs > 0) ctx.after(ctx.params.nextAfterMs, 'start');
}

export function rollBack(state: CanaryState, why: string, ctx: CanaryContext): void {
  const { weight } = state;
  state.rollbacks++;
  ctx.clear('retire');
  move(state, 'rolledBack', ctx);
  state.phase++;
  setWeight(state, 0, ctx);
  ctx.effect('rolledBack', { release: state.release });
  ctx.note('rolledBack', { why, weight, afterSeconds: seconds(ctx.nowMs - state.startedMs), exposure: state.exposure, users: state.exposed.size });
  end(state, ctx);
}
export function pause(state: CanaryState, why: string, ctx: CanaryContext): void {
  state.pausedMs = ctx.nowMs;
  ctx.clear('check');
  move(state, 'paused', ctx);
  ctx.note('paused', { weight: state.weight, why });
}
/** A person lets the step pass. */
export function approve(state: CanaryState, ctx: CanaryContext): void {
  state.progressMs += ctx.nowMs - state.pausedMs;
  state.byHand = true;
  move(state, 'approved', ctx);
  ctx.note('approved');
  state.approvedToPromote = state.step === state.plan.length - 1;
  if (ctx.params.analysis) nextCheck(ctx);
  advance(state, ctx);
}

export function check(state: CanaryState, ctx: CanaryContext): void {
  if (!isLooking(state) || !ctx.params.analysis) return;
  const { params, nowMs } = ctx;
  const judgement = judge(state, params);
  tell(state, judgement, ctx);
  if (state.mode === 'promoting') bakeCheck(state, judgement, ctx);
  else stepCheck(state, judgement, ctx);
  if (judgement.verdict === 'pass' || judgement.verdict === 'fail') state.sinceCheck = createArms();
  if ((state.mode === 'progressing' || state.mode === 'waiting') && params.progressDeadlineMs > 0 && nowMs - state.progressMs >= params.progressDeadlineMs) rollBack(state, 'no progress before the deadline', ctx);
  if (isLooking(state)) nextCheck(ctx);
}
function stepCheck(state: CanaryState, judgement: Judgement, ctx: CanaryContext): void {
  const { params, nowMs } = ctx;
  const decision = decide(state.loop, judgement.verdict, nowMs - state.stepMs, { ...params, threshold: state.threshold });
  const judged = decision === 'advance' || decision === 'stay' || decision === 'rollBack';
  if (state.mode === 'waiting' && judged) move(state, 'judged', ctx);
  if (decision === 'advance') advance(state, ctx);
  else if (decision === 'rollBack') { if (params.autoRollback) rollBack(state, judgement.what, ctx); else pause(state, judgement.what, ctx); }
  else if (decision === 'stay') move(state, 'checkFailed', ctx);
  else if (decision === 'pause') pause(state, `no verdict: ${judgement.what}`, ctx);
  else if (state.mode === 'progressing') {
    move(state, 'tooFewSamples', ctx);
    ctx.note('waiting', samplesOf(judgement, params.minSamples));
  }
}
/** Nothing goes on from here but back. */
function bakeCheck(state: CanaryState, { verdict, what }: Judgement, ctx: CanaryContext): void {
  state.loop.checks++;
  if (verdict === 'pass') state.loop.passed++;
  if (verdict !== 'fail') return;
  state.loop.failed++;
  if (state.loop.failed >= state.threshold && ctx.params.autoRollback) rollBack(state, what, ctx);
  else move(state, 'bakeFailed', ctx);
}

const samplesOf = ({ n, baseN }: Judgement, needed: number): { readonly samples: number; readonly needed: number } => ({ samples: baseN > 0 ? Math.min(n, baseN) : n, needed });
function tell(state: CanaryState, judgement: Judgement, ctx: CanaryContext): void {
  const { verdict, what, n, baseN } = judgement;
  const { params, nowMs } = ctx;
  state.checks.push({ atMs: nowMs, weight: state.weight, verdict, what, n, baseN });
  if (state.checks.length > CHECK_ROWS) state.checks.shift();
  if (verdict === 'pass') ctx.note('checkPassed', { what });
  else if (verdict === 'fail') ctx.note('checkFailed', { what, failed: state.loop.failed + 1, threshold: state.threshold });
  else if (verdict === 'noData') ctx.note('noData', { treatedAs: { fail: 'it counts as failed', hold: 'the step goes on', pass: 'it counts as passed' }[params.onMissing] });
  else {
    const { samples, needed } = samplesOf(judgement, params.minSamples);
    ctx.note('checkInconclusive', { samples, needed, needSeconds: samples === 0 ? 0 : Math.ceil((needed * (nowMs - state.stepMs)) / samples / 1000) });
  }
}
