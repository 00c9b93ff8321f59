/** The adaptive limit: what it hears of, and what follows when it moves. */
import type { OutcomeKind } from '../../kernel/contract.ts';
import { createLimit, hearSample, isProbing, limitDueMs, limitFigures, limitOf, tickLimit } from '../../primitives/concurrencyLimits/law.ts';
import { fill, shown } from './gate.ts';
import { idleOnesAreBusy } from './pool.ts';
import { refusedOf, totalOf, type BulkheadContext, type BulkheadState, type Point, type Ticket } from './state.ts';

export const LIMIT_TIMER = 'limit';
const NEARLY_MS = 0.001;
const POINTS = 240;
const POINT_EVERY_MS = 250;

/** Draws of the law: jitter of a probe. */
const drawing = (ctx: BulkheadContext) => (): number => ctx.uniform('limit');

export function beginLimit(state: BulkheadState, ctx: BulkheadContext): void {
  if (state.kind !== 'adaptive') return;
  state.adaptive = createLimit(ctx.params, ctx.nowMs, drawing(ctx));
  applyLimit(state, ctx);
  sayProbe(state, ctx);
  arm(state, ctx);
}

function arm(state: BulkheadState, ctx: BulkheadContext): void {
  const dueMs = limitDueMs(state.adaptive!);
  if (dueMs === Infinity) ctx.clear(LIMIT_TIMER);
  else ctx.after(Math.max(0, dueMs - ctx.nowMs), LIMIT_TIMER);
}

/** A call is over. Time-outs, overloads and throttling are losses; what else went wrong says nothing about load; Envoy counts every answer. */
export function hear(state: BulkheadState, { enteredMs, inFlight }: Ticket, kind: OutcomeKind | 'givenUp', ctx: BulkheadContext): void {
  if (state.adaptive === null) return;
  const { params } = ctx;
  const dropped = kind === 'timeout' || kind === 'overload' || kind === 'throttled' || (kind === 'givenUp' && params.cancelIsDrop);
  const answered = kind === 'ok' || kind === 'stale';
  const counts = state.adaptive.law === 'envoyGradient' ? kind !== 'cancelled' && (kind !== 'givenUp' || params.cancelIsDrop) : answered || dropped;
  const rttMs = ctx.nowMs - enteredMs;
  if (!counts || !(rttMs > 0)) return;
  const dueMs = limitDueMs(state.adaptive);
  hearSample(state.adaptive, params, { startMs: enteredMs, rttMs, inFlight, dropped }, ctx.nowMs, drawing(ctx));
  sayProbe(state, ctx);
  applyLimit(state, ctx);
  if (limitDueMs(state.adaptive) !== dueMs) arm(state, ctx);
}

export function limitIsDue(state: BulkheadState, ctx: BulkheadContext): void {
  if (state.adaptive === null) return;
  const dueMs = limitDueMs(state.adaptive);
  // A timer falls on whole nanoseconds, what is due need not.
  tickLimit(state.adaptive, ctx.params, dueMs - ctx.nowMs < NEARLY_MS ? Math.max(ctx.nowMs, dueMs) : ctx.nowMs);
  sayProbe(state, ctx);
  applyLimit(state, ctx);
  arm(state, ctx);
  fill(state, ctx);
}

function applyLimit(state: BulkheadState, ctx: BulkheadContext): void {
  const limit = limitOf(state.adaptive!);
  const before = state.limit;
  if (limit === before) return;
  state.limit = limit;
  state.ceiling = Math.max(limit, state.used);
  ctx.note('limitChanged', { limit, before });
}

function sayProbe(state: BulkheadState, ctx: BulkheadContext): void {
  const probing = isProbing(state.adaptive!);
  if (probing === state.probing) return;
  state.probing = probing;
  if (probing) ctx.note('probing', { limit: ctx.params.minLimit });
  else ctx.note('probed', { noLoadMs: shown(limitFigures(state.adaptive!).noLoadMs ?? 0) });
}

/** Changed sizes: growth lets those that wait in at once, a shrink drains. */
export function resizeTotal(state: BulkheadState, ctx: BulkheadContext): void {
  const before = state.limit;
  state.limit = totalOf(state, ctx.params);
  state.ceiling = Math.max(state.limit, state.used);
  if (state.kind === 'semaphore' && state.limit !== before) ctx.note('resized', { before, limit: state.limit });
  state.draining = state.used > state.limit;
  fill(state, ctx);
  if (state.kind === 'threadPool') for (const c of state.compartments) idleOnesAreBusy(c);
}

/** One more point of the trace, if the last is old enough. */
export function trace(state: BulkheadState): void {
  const { points, limit, used: inFlight, atMs } = state;
  const last: Point | undefined = points[points.length - 1];
  if (last !== undefined && atMs - last.atMs < POINT_EVERY_MS) return;
  points.push({ atMs, limit, inFlight });
  if (points.length > POINTS) points.shift();
}
export const refusedInAll = ({ compartments }: BulkheadState): number => compartments.reduce((sum, c) => sum + refusedOf(c), 0);
