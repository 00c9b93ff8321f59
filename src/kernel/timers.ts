/**
 * Timers of a layer by name. Numbers (one timer a call, by its id) are many and come once: they stand in a table of numbers for as long as
 * they are set. Texts are few and come again: one that has rung or was cleared keeps its entry for the next time, so that a steady rhythm
 * costs a comparison a turn; entries of texts that do not come again are swept when they are more than half.
 */
import type { Ns, TimerKey } from './contract.ts';
import { addKey, createTable, deletePlace, findPlace, type NumberTable } from './numberTable.ts';
import { kill, push, type EventClass, type EventQueue } from './queue.ts';

interface NamedTimer {
  readonly key: string;
  /** Its place in the queue; -1: not set. */
  slot: number;
}
/** What the queue holds for a timer. */
export type TimerEntry = NamedTimer | number;
export interface Timers {
  numbers: NumberTable;
  texts: Map<string, NamedTimer>;
  /** The text that rang last: a rhythm sets it again. */
  rung: NamedTimer | null;
  /** How many texts there may be until the next sweep. */
  sweepAt: number;
}
const FEW = 64;
export const createTimers = (): Timers => ({ numbers: createTable(), texts: new Map(), rung: null, sweepAt: FEW });

/** Sets or moves a timer. */
export function setTimer(timers: Timers, key: TimerKey, queue: EventQueue, nowNs: Ns, atNs: Ns, cls: EventClass, kind: number, layer: number): void {
  if (typeof key === 'number') {
    const { numbers } = timers;
    const place = findPlace(numbers, key);
    if (place >= 0) kill(queue, numbers.values[place]!);
    const slot = push(queue, nowNs, atNs, cls, kind, layer, key);
    if (place >= 0) numbers.values[place] = slot;
    else addKey(numbers, key, slot);
    return;
  }
  let timer = timers.rung !== null && timers.rung.key === key ? timers.rung : timers.texts.get(key);
  if (timer === undefined) {
    if (timers.texts.size >= timers.sweepAt) sweep(timers);
    timer = { key, slot: -1 };
    timers.texts.set(key, timer);
  } else if (timer.slot >= 0) kill(queue, timer.slot);
  timer.slot = push(queue, nowNs, atNs, cls, kind, layer, timer);
}

export function clearTimer(timers: Timers, key: TimerKey, queue: EventQueue): void {
  if (typeof key === 'number') {
    const place = findPlace(timers.numbers, key);
    if (place < 0) return;
    kill(queue, timers.numbers.values[place]!);
    deletePlace(timers.numbers, place);
    return;
  }
  const timer = timers.texts.get(key);
  if (timer === undefined || timer.slot < 0) return;
  kill(queue, timer.slot);
  timer.slot = -1;
}

/** A timer has rung: it is no longer set. */
export function hasRung(timers: Timers, entry: TimerEntry): void {
  if (typeof entry === 'number') {
    deletePlace(timers.numbers, findPlace(timers.numbers, entry));
    return;
  }
  entry.slot = -1;
  timers.rung = entry;
}
/** One that rang while its node was frozen will ring again, now from this place in the queue. */
export function ringsFrom(timers: Timers, entry: TimerEntry, slot: number): void {
  if (typeof entry === 'number') addKey(timers.numbers, entry, slot);
  else entry.slot = slot;
}
export const keyOfTimer = (entry: TimerEntry): TimerKey => (typeof entry === 'number' ? entry : entry.key);

/** Names of the timers that are set. */
export function timersSet({ numbers, texts }: Timers): TimerKey[] {
  const keys: TimerKey[] = Array.from(numbers.keys.filter((key) => key === key));
  for (const { key, slot } of texts.values()) if (slot >= 0) keys.push(key);
  return keys;
}

export function dropTimers(timers: Timers, queue: EventQueue): void {
  const { keys, values } = timers.numbers;
  for (let i = 0; i < keys.length; i++) if (keys[i] === keys[i]) kill(queue, values[i]!);
  for (const { slot } of timers.texts.values()) if (slot >= 0) kill(queue, slot);
  Object.assign(timers, createTimers());
}

function sweep(timers: Timers): void {
  timers.rung = null;
  for (const timer of timers.texts.values()) if (timer.slot < 0) timers.texts.delete(timer.key);
  timers.sweepAt = FEW + 2 * timers.texts.size;
}
