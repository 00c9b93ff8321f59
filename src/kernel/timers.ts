/**
 * Timers of a layer by name. A timer that has rung or was cleared keeps its entry for the next time it is set, so that a steady rhythm costs one
 * look-up a turn; entries of names that do not come again (one a call) are swept when they are more than half.
 */
import type { Ns, TimerKey } from './contract.ts';
import { kill, push, type EventClass, type EventQueue } from './queue.ts';

export interface Timer {
  readonly key: TimerKey;
  /** Its place in the queue; -1: not set. */
  slot: number;
}
export interface Timers {
  byKey: Map<TimerKey, Timer>;
  /** How many entries there may be until the next sweep. */
  sweepAt: number;
}
const FEW = 64;
export const createTimers = (): Timers => ({ byKey: new Map(), sweepAt: FEW });

/** Sets or moves a timer. */
export function setTimer(timers: Timers, key: TimerKey, queue: EventQueue, nowNs: Ns, atNs: Ns, cls: EventClass, kind: number, layer: number): void {
  let timer = timers.byKey.get(key);
  if (timer === undefined) {
    if (timers.byKey.size >= timers.sweepAt) sweep(timers);
    timer = { key, slot: -1 };
    timers.byKey.set(key, timer);
  } else if (timer.slot >= 0) kill(queue, timer.slot);
  timer.slot = push(queue, nowNs, atNs, cls, kind, layer, timer);
}

export function clearTimer(timers: Timers, key: TimerKey, queue: EventQueue): void {
  const timer = timers.byKey.get(key);
  if (timer === undefined || timer.slot < 0) return;
  kill(queue, timer.slot);
  timer.slot = -1;
}

/** Names of the timers that are set. */
export function timersSet({ byKey }: Timers): TimerKey[] {
  const keys: TimerKey[] = [];
  for (const { key, slot } of byKey.values()) if (slot >= 0) keys.push(key);
  return keys;
}

export function dropTimers(timers: Timers, queue: EventQueue): void {
  for (const { slot } of timers.byKey.values()) if (slot >= 0) kill(queue, slot);
  timers.byKey.clear();
  timers.sweepAt = FEW;
}

function sweep(timers: Timers): void {
  for (const timer of timers.byKey.values()) if (timer.slot < 0) timers.byKey.delete(timer.key);
  timers.sweepAt = FEW + 2 * timers.byKey.size;
}
