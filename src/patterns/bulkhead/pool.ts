/**
 * A pool of threads, as java.util.concurrent.ThreadPoolExecutor has it: a core is started call by call; then calls wait in the queue; only
 * when that is full further threads are started, up to the most, and such a thread begins with the call that found the queue full. Threads
 * beyond the core end when they have been idle for a while. `permits.limit` counts the threads, `permits.used` those at work.
 */
import { enter, enterAhead, resize } from '../../primitives/permits.ts';
import type { BulkheadParams } from './params.ts';
import type { BulkheadContext, Compartment, Ticket } from './state.ts';

export const reaperKey = (at: number): string => `reap ${at}`;
export const compartmentOfReaper = (key: string): number => Number(key.slice('reap '.length));

/** Without compartments the pool is that of the parameters; else each has its own. */
export const coreOf = ({ reserve, max }: Compartment, { coreSize }: BulkheadParams): number => (max === Infinity ? coreSize : reserve);
export const mostOf = ({ max }: Compartment, { maxSize }: BulkheadParams): number => (max === Infinity ? maxSize : max);

function startThread(c: Compartment, ctx: BulkheadContext): void {
  resize(c.permits, c.permits.limit + 1);
  ctx.note('threadStarted', { compartment: c.name, threads: c.permits.limit });
}

export function takeThread(c: Compartment, ticket: Ticket, rank: number, at: number, ctx: BulkheadContext): 'entered' | 'queued' | 'full' {
  const { params } = ctx;
  const { permits } = c;
  if (params.rejectionThreshold > 0 && permits.capacity > 0 && permits.waiting >= params.rejectionThreshold) return 'full';
  // Without a core the first call starts a thread all the same.
  if (permits.limit < coreOf(c, params) || permits.limit === 0) {
    startThread(c, ctx);
    enterAhead(permits);
    return 'entered';
  }
  let how = enter(permits, ticket, rank);
  if (how === 'entered') {
    c.idleSinceMs.shift();
    armReaper(c, at, ctx);
  } else if (how === 'full' && permits.limit < mostOf(c, params)) {
    startThread(c, ctx);
    enterAhead(permits);
    how = 'entered';
  }
  return how;
}

/** A thread has finished its call: it ends if there are too many, takes the next one that waits, or idles. `used` counts it no more. */
export function threadIsFree(c: Compartment, at: number, ctx: BulkheadContext): void {
  const { permits } = c;
  if (permits.limit > mostOf(c, ctx.params)) endThread(c, ctx);
  else if (permits.waiting === 0) {
    c.idleSinceMs.push(ctx.nowMs);
    armReaper(c, at, ctx);
  }
}

/** One that waited took the thread of one that idled: only where the pool was enlarged. */
export function idleOnesAreBusy(c: Compartment): void {
  while (c.idleSinceMs.length > c.permits.limit - c.permits.used) c.idleSinceMs.shift();
}

function endThread(c: Compartment, ctx: BulkheadContext): void {
  resize(c.permits, c.permits.limit - 1);
  ctx.note('threadEnded', { compartment: c.name, threads: c.permits.limit });
}

function armReaper(c: Compartment, at: number, ctx: BulkheadContext): void {
  const sinceMs = c.idleSinceMs[0];
  if (sinceMs === undefined || c.permits.limit <= coreOf(c, ctx.params)) ctx.clear(reaperKey(at));
  else ctx.after(Math.max(0, sinceMs + ctx.params.keepAliveMs - ctx.nowMs), reaperKey(at));
}

/** A thread has idled for long enough. */
export function reap(c: Compartment, at: number, ctx: BulkheadContext): void {
  const { params, nowMs } = ctx;
  while (c.idleSinceMs.length > 0 && c.permits.limit > coreOf(c, params) && nowMs - c.idleSinceMs[0]! >= params.keepAliveMs - 1e-6) {
    c.idleSinceMs.shift();
    endThread(c, ctx);
  }
  armReaper(c, at, ctx);
}

/** Other sizes: idle threads beyond the most end at once, busy ones after their call; a larger core starts threads for those that wait. */
export function resizePool(c: Compartment, at: number, ctx: BulkheadContext): void {
  const { permits, idleSinceMs } = c;
  while (permits.limit > mostOf(c, ctx.params) && idleSinceMs.length > 0) {
    idleSinceMs.shift();
    endThread(c, ctx);
  }
  for (let starting = permits.waiting; starting > 0 && permits.limit < coreOf(c, ctx.params); starting--) {
    startThread(c, ctx);
    idleSinceMs.push(ctx.nowMs);
  }
  armReaper(c, at, ctx);
}
