/** What instruments show of a shelf of buckets: the tanks, one key's staircase under its line, its dots, a table of keys. */
import type { Inspection, Json, MachineView, Ms } from '../../kernel/contract.ts';
import { levelOf, type Shelf, type Slot } from './shelf.ts';

const TANKS = 12, TANK_DROPS = 40, STEPS = 40, DOTS = 240, ROWS = 24;
export const tenth = (value: number): number => Math.round(value * 10) / 10;

function followedSlots({ slots, followed }: Shelf): Slot[] {
  const list: Slot[] = [];
  for (const key of followed.keys()) {
    const slot = slots.get(key);
    if (slot !== undefined) list.push(slot);
  }
  return list;
}

export function shelfMachines(shelf: Shelf, nowMs: Ms): MachineView[] {
  return Array.from(shelf.followed, ([key, state]) => {
    const slot = shelf.slots.get(key);
    const guards = slot === undefined ? [] : [{ label: 'tokens', value: tenth(levelOf(slot, nowMs)), limit: slot.terms.capacity, unit: 'count' }];
    return { instance: key, state, guards };
  });
}

export function shelfViews(shelf: Shelf, focus: string, nowMs: Ms): NonNullable<Inspection['views']> {
  const slots = followedSlots(shelf);
  const one = slots.find(({ key }) => key === focus) ?? slots[slots.length - 1];
  return {
    tanks: { tanks: slots.slice(0, TANKS).map((slot) => tank(slot, nowMs)) },
    staircase: one === undefined ? { xLabel: 'seconds', points: [], at: { x: 0, y: 0 } } : staircase(one, nowMs),
    dots: one === undefined ? { windowMs: 1000, limit: 0, used: 0, aligned: false, startMs: 0, dots: [] } : dots(one, nowMs),
    keys: slots.slice(0, ROWS).map(({ key, level, admitted, rejected, costAdmitted, terms, ...slot }) => ({
      key, level, tokens: tenth(levelOf({ key, level, admitted, rejected, costAdmitted, terms, ...slot }, nowMs)), of: terms.capacity, perSecond: terms.ratePerSecond, admitted, rejected, cost: tenth(costAdmitted),
    })),
  };
}

function tank(slot: Slot, nowMs: Ms): Json {
  const { key, terms: { capacity, ratePerSecond }, drops } = slot;
  return { name: key, level: tenth(levelOf(slot, nowMs)), capacity, ratePerSecond, drops: drops.slice(-TANK_DROPS).map(({ atMs, cost, admitted }) => ({ atMs, cost, admitted })) };
}

/** What was admitted since some request, under the line b + r · t that it can never cross. */
function staircase({ key, drops, terms: { capacity, ratePerSecond } }: Slot, nowMs: Ms): Json {
  const steps = drops.filter(({ admitted }) => admitted).slice(-STEPS);
  const fromMs = steps[0]?.atMs ?? nowMs;
  const seconds = (ms: Ms): number => Math.round(ms - fromMs) / 1000;
  let sum = 0;
  const marks = steps.map(({ atMs, cost }) => ({ x: seconds(atMs), y: (sum += cost), label: `${cost}` }));
  const x = seconds(nowMs);
  return { of: key, xLabel: 'seconds', points: [{ x: 0, y: capacity }, { x, y: capacity + ratePerSecond * x }], at: { x, y: sum }, marks };
}

/** Requests in the time in which an empty bucket fills: of these, up to 2 · b may be admitted. */
function dots({ key, drops, terms: { capacity, ratePerSecond } }: Slot, nowMs: Ms): Json {
  const windowMs = Math.max(1000, (capacity / ratePerSecond) * 1000);
  const startMs = Math.max(0, nowMs - windowMs);
  let used = 0;
  for (const { atMs, cost, admitted } of drops) if (admitted && atMs > nowMs - windowMs) used += cost;
  return {
    windowMs, limit: Math.round(capacity + (ratePerSecond * windowMs) / 1000), used: tenth(used), aligned: false, startMs, key,
    dots: drops.slice(-DOTS).map(({ atMs, cost, admitted }) => ({ atMs, admitted, cost })),
  };
}
