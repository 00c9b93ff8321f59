/** Many waits on one timer: an orchestrator has two for each open saga, and looks at all of them when the first is over. */
import type { Context, Ms } from '../../kernel/contract.ts';

export interface Alarms {
  /** When each is due, by the node's own clock. */
  due: Map<string, Ms>;
  /** What the timer is set for; Infinity: it is not set. */
  nextMs: Ms;
}
export const ALARM = 'alarm';
/** Simulated time is in whole nanoseconds: a timer may come a fraction of one before its time in milliseconds. */
const GRAIN_MS = 0.000001;
type Clock = Pick<Context, 'nowMs' | 'after' | 'clear'>;

export const createAlarms = (): Alarms => ({ due: new Map(), nextMs: Infinity });

export function setAlarm(alarms: Alarms, key: string, delayMs: Ms, clock: Clock): void {
  const dueMs = clock.nowMs + Math.max(0, delayMs);
  alarms.due.set(key, dueMs);
  if (dueMs < alarms.nextMs) arm(alarms, dueMs, clock);
}

export function clearAlarm(alarms: Alarms, key: string, clock: Clock): void {
  if (alarms.due.delete(key) && alarms.due.size === 0) arm(alarms, Infinity, clock);
}

/** The timer is over: takes out what is due, earliest first, and sets it for the next. */
export function ring(alarms: Alarms, clock: Clock): string[] {
  const limitMs = clock.nowMs + GRAIN_MS;
  const over: [string, Ms][] = [];
  let nextMs = Infinity;
  for (const [key, dueMs] of alarms.due) {
    if (dueMs <= limitMs) over.push([key, dueMs]);
    else nextMs = Math.min(nextMs, dueMs);
  }
  for (const [key] of over) alarms.due.delete(key);
  arm(alarms, nextMs, clock);
  return over.sort(([, a], [, b]) => a - b).map(([key]) => key);
}

function arm(alarms: Alarms, dueMs: Ms, clock: Clock): void {
  alarms.nextMs = dueMs;
  if (dueMs === Infinity) clock.clear(ALARM);
  else clock.after(Math.max(0, dueMs - clock.nowMs), ALARM);
}
