/** Moves the limiter between its modes, and says so. */
import type { Ms } from '../../kernel/contract.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { limiterTable, type LimiterMove } from './machine.ts';
import type { LimiterContext, LimiterState } from './state.ts';

/** Nobody over the limit for so long, and it counts as calm. */
export const CALM_MS = 1000;

function move(state: LimiterState, event: LimiterMove, ctx: LimiterContext): void {
  const to = nextState(limiterTable, state.mode, event);
  ctx.transition('', state.mode, to, event);
  state.mode = to;
}

/** A request was over its limit. */
export function exceeded(state: LimiterState, key: string, nowMs: Ms, ctx: LimiterContext): void {
  state.deniedMs = nowMs;
  if (state.mode !== 'passing') return;
  state.deniedBefore = state.denied;
  ctx.note('limitingStarted', { key });
  move(state, 'exceeded', ctx);
  ctx.after(CALM_MS, 'calm');
}
export function calmDown(state: LimiterState, nowMs: Ms, ctx: LimiterContext): void {
  if (state.mode !== 'limiting') return;
  const leftMs = state.deniedMs + CALM_MS - nowMs;
  if (leftMs > 1e-6) {
    ctx.after(leftMs, 'calm');
    return;
  }
  ctx.note('limitingEnded', { denied: state.denied - state.deniedBefore });
  move(state, 'calmed', ctx);
}

const DECISIONS = { open: 'all are let through', closed: 'all are turned away', local: 'it counts by itself' } as const;
export function storeFailed(state: LimiterState, why: string, nowMs: Ms, ctx: LimiterContext): void {
  state.storeErrors++;
  const decision = DECISIONS[ctx.params.onStoreFailure];
  ctx.note('storeError', { why, decision });
  if (state.mode === 'withoutStore') return;
  state.lostMs = nowMs;
  ctx.clear('calm');
  ctx.note('storeLost', { decision });
  move(state, 'storeFailed', ctx);
}
export function storeAnswered(state: LimiterState, nowMs: Ms, ctx: LimiterContext): void {
  if (state.mode !== 'withoutStore') return;
  ctx.note('storeBack', { lostMs: Math.max(0, Math.round(nowMs - state.lostMs)) });
  move(state, 'storeAnswered', ctx);
}
