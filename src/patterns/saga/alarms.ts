/** Many waits on one timer: an orchestrator has two for each open saga, and is woken when the first is over. */
import type { Context, Ms } from '../../kernel/contract.ts';

interface Alarm {
  readonly key: string;
  /** By the node's own clock. */
  readonly dueMs: Ms;
  /** Of alarms for the same moment the one with the lower number comes first. */
  readonly order: number;
}
export interface Alarms {
  due: Map<string, Alarm>;
  /** A binary heap, earliest on top. What was cleared or moved stays in it until it surfaces. */
  heap: Alarm[];
  lastOrder: number;
  /** What the timer is set for; Infinity: it is not set. */
  nextMs: Ms;
}
export const ALARM = 'alarm';
/** Simulated time is in whole nanoseconds: a timer may come a fraction of one before its time in milliseconds. */
const GRAIN_MS = 0.000001;
/** Heaps up to this size are not swept. */
const SMALL = 64;
type Clock = Pick<Context, 'nowMs' | 'after' | 'clear'>;

export const createAlarms = (): Alarms => ({ due: new Map(), heap: [], lastOrder: 0, nextMs: Infinity });

export function setAlarm(alarms: Alarms, key: string, delayMs: Ms, clock: Clock): void {
  const dueMs = clock.nowMs + Math.max(0, delayMs);
  const alarm: Alarm = { key, dueMs, order: alarms.due.get(key)?.order ?? ++alarms.lastOrder };
  alarms.due.set(key, alarm);
  put(alarms.heap, alarm);
  if (alarms.heap.length > SMALL + 2 * alarms.due.size) alarms.heap = [...alarms.due.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1)); // sorted is heaped
  if (dueMs < alarms.nextMs) arm(alarms, dueMs, clock);
}

export function clearAlarm(alarms: Alarms, key: string, clock: Clock): void {
  if (alarms.due.delete(key) && alarms.due.size === 0) arm(alarms, Infinity, clock);
}

/** The timer is over: takes out what is due, earliest first, and sets it for the next. */
export function ring(alarms: Alarms, clock: Clock): string[] {
  const { due, heap } = alarms;
  const limitMs = clock.nowMs + GRAIN_MS;
  const over: string[] = [];
  let nextMs = Infinity;
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    const stands = due.get(top.key) === top;
    if (stands && top.dueMs > limitMs) { nextMs = top.dueMs; break; }
    take(heap);
    if (!stands) continue;
    due.delete(top.key);
    over.push(top.key);
  }
  arm(alarms, nextMs, clock);
  return over;
}

function arm(alarms: Alarms, dueMs: Ms, clock: Clock): void {
  alarms.nextMs = dueMs;
  if (dueMs === Infinity) clock.clear(ALARM);
  else clock.after(Math.max(0, dueMs - clock.nowMs), ALARM);
}

const isBefore = (a: Alarm, b: Alarm): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

function put(heap: Alarm[], alarm: Alarm): void {
  let i = heap.length;
  heap.push(alarm);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (isBefore(heap[parent]!, alarm)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = alarm;
}
/** Drops the top. */
function take(heap: Alarm[]): void {
  const last = heap.pop()!;
  const { length } = heap;
  if (length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= length) break;
    if (child + 1 < length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (isBefore(last, heap[child]!)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
}
