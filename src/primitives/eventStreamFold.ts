/** From events to state: upcasting old shapes step by step, and folding with a reducer that refuses what it doesn't know. Pure functions over plain data. */
import type { NewEvent, RecordedEvent } from './eventStream.ts';

/** Lifts an event from schema k to k + 1. */
export type Upcaster = (event: RecordedEvent) => Pick<NewEvent, 'type' | 'data'>;
/** Index k − 1 holds the step from k to k + 1. */
export type Upcasters = readonly Upcaster[];

/** The event in the shape of schema `to`; events that are as new or newer stay as they are. The recorded event is never changed. */
export function upcast(event: RecordedEvent, to: number, steps: Upcasters): RecordedEvent {
  let lifted = event;
  while (lifted.schema < to) {
    const step = steps[lifted.schema - 1];
    if (step === undefined) return lifted;
    lifted = { ...lifted, ...step(lifted), schema: lifted.schema + 1 };
  }
  return lifted;
}

/** The state after one more event; null: the reducer doesn't know the event. Must have no effect but its result. */
export type Evolve<S> = (state: S, event: RecordedEvent) => S | null;
export interface Folded<S> {
  readonly state: S;
  /** Version of the last event folded, −1 for none. */
  readonly version: number;
  readonly events: number;
  readonly upcasted: number;
  /** Types that were passed over. */
  readonly ignored: number;
  /** The event that stopped the fold, where unknown ones are refused. */
  readonly unknown: RecordedEvent | null;
}
export interface FoldRule {
  /** Schema that the reducer is written for. */
  readonly schema: number;
  readonly upcasters: Upcasters;
  readonly ignoreUnknown: boolean;
}

/** Folds events, oldest first, onto a state that already holds those up to `version`. */
export function foldEvents<S>(from: S, version: number, events: readonly RecordedEvent[], evolve: Evolve<S>, { schema, upcasters, ignoreUnknown }: FoldRule): Folded<S> {
  let state = from, last = version, upcasted = 0, ignored = 0;
  for (const [i, event] of events.entries()) {
    const lifted = upcast(event, schema, upcasters);
    if (lifted !== event) upcasted++;
    const next = evolve(state, lifted);
    if (next === null) {
      if (!ignoreUnknown) return { state, version: last, events: i, upcasted, ignored, unknown: event };
      ignored++;
    } else {
      state = next;
    }
    last = Math.max(last, event.version);
  }
  return { state, version: last, events: events.length, upcasted, ignored, unknown: null };
}
