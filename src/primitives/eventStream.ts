/**
 * A log of events in streams: one position for all (from 0, ever rising), one version within each stream (from 0, without gaps), appends that may
 * name the version they expect, and event ids that are taken once. Events are frozen and chained by a hash, so that history can't be rewritten
 * unseen. Plain data, no time of its own.
 *
 *   appendEvents(log, 'account-1', -1, [{ id: 'a', type: 'Opened', schema: 1, data: {} }], nowMs);
 *   readStream(log, 'account-1', 0); // from version 0 on
 *
 * The expected version of an append: n ≥ 0 that of the stream's last event, −1 or 'noStream' no event at all, 'streamExists' at least one, 'any' no matter.
 *
 * @see KurrentDB (EventStoreDB) documentation, optimistic concurrency and idempotency of appends
 */
import type { Json, Ms } from '../kernel/contract.ts';
import { hashText, mix2 } from '../kernel/random.ts';

export interface NewEvent {
  /** Unique; an append whose ids are all known is answered as the first time, and adds nothing. */
  readonly id: string;
  readonly type: string;
  /** Version of the shape of `data`, from 1. */
  readonly schema: number;
  readonly data: Readonly<Record<string, Json>>;
}
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  /** From 0, within the stream. */
  readonly version: number;
  /** From 0, over all streams. */
  readonly position: number;
  /** The clock of whoever wrote it: for people, never for order. */
  readonly atMs: Ms;
  /** Of this event and all before it. */
  readonly hash: number;
}
export type Expected = number | 'any' | 'noStream' | 'streamExists';
export const NO_STREAM = -1;

export interface EventLog {
  log: RecordedEvent[];
  streams: Map<string, RecordedEvent[]>;
  /** Event id → where it was recorded; only ids inside the window. */
  ids: Map<string, RecordedEvent>;
  /** Positions go on even where events were erased. */
  next: number;
  hash: number;
  /** Events that were taken out by force: what an append log must never have. */
  erased: number;
}
export type Appended =
  | { readonly kind: 'appended' | 'repeated'; readonly from: number; readonly to: number; readonly position: number }
  | { readonly kind: 'wrongExpectedVersion'; readonly expected: Expected; readonly actual: number }
  | { readonly kind: 'invalid'; readonly why: string };

export const createEventLog = (): EventLog => ({ log: [], streams: new Map(), ids: new Map(), next: 0, hash: 0, erased: 0 });

/** Version of the stream's last event, −1 where there is none. */
export function versionOf({ streams }: EventLog, stream: string): number {
  return streams.get(stream)?.at(-1)?.version ?? NO_STREAM;
}

/** What is wrong with an append before anything is looked up; null if nothing. */
export function appendFault(expected: Expected, events: readonly NewEvent[]): string | null {
  if (typeof expected === 'number' && (!Number.isInteger(expected) || expected < NO_STREAM)) return `expected version ${expected} is below ${NO_STREAM} or no whole number`;
  if (events.length === 0) return 'the batch is empty';
  const seen = new Set<string>();
  for (const { id, type } of events) {
    if (id === '') return 'an event has no id';
    if (type === '') return `event ${id} has no type`;
    if (seen.has(id)) return `event ${id} is twice in the batch`;
    seen.add(id);
  }
  return null;
}
function meets(expected: Expected, actual: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'noStream') return actual === NO_STREAM;
  return expected === 'streamExists' ? actual !== NO_STREAM : actual === expected;
}

/**
 * Adds all events or none, one after the other.
 * @param atMs the writer's clock, kept with each event
 * @param dedupWindow ids of the newest so many events are known, over all streams; 0 knows none, Infinity all
 */
export function appendEvents(store: EventLog, stream: string, expected: Expected, events: readonly NewEvent[], atMs: Ms, dedupWindow = Infinity): Appended {
  const why = appendFault(expected, events);
  if (why !== null) return { kind: 'invalid', why };
  const known = events.map(({ id }) => store.ids.get(id));
  if (known.every((event) => event !== undefined && event.stream === stream)) return { kind: 'repeated', from: known[0]!.version, to: known.at(-1)!.version, position: known.at(-1)!.position };
  const taken = known.find((event) => event !== undefined);
  if (taken !== undefined) return { kind: 'invalid', why: `event ${taken.id} is recorded already, the others of the batch are not` };
  const actual = versionOf(store, stream);
  if (!meets(expected, actual)) return { kind: 'wrongExpectedVersion', expected, actual };
  let own = store.streams.get(stream);
  if (own === undefined) { own = []; store.streams.set(stream, own); }
  events.forEach(({ id, type, schema, data }, i) => {
    const version = actual + 1 + i, position = store.next++;
    store.hash = chained(store.hash, stream, version, id, type, schema, data);
    const event: RecordedEvent = Object.freeze({ id, type, schema, data: Object.freeze({ ...data }), stream, version, position, atMs, hash: store.hash });
    store.log.push(event);
    own.push(event);
    if (dedupWindow > 0) store.ids.set(id, event);
  });
  forgetIds(store, dedupWindow);
  return { kind: 'appended', from: actual + 1, to: actual + events.length, position: store.next - 1 };
}
/** Ids leave in the order in which they came: a map keeps it. */
function forgetIds({ ids }: EventLog, window: number): void {
  for (const id of ids.keys()) {
    if (ids.size <= window) return;
    ids.delete(id);
  }
}
const chained = (before: number, stream: string, version: number, id: string, type: string, schema: number, data: Json): number =>
  mix2(before, hashText(`${stream} ${version} ${id} ${type} ${schema} ${JSON.stringify(data)}`));

/** Up to `max` events of one stream from a version on, or backwards from it. */
export function readStream({ streams }: EventLog, stream: string, from = 0, direction: 'forwards' | 'backwards' = 'forwards', max = Infinity): readonly RecordedEvent[] {
  const own = streams.get(stream) ?? [];
  const at = indexFrom(own, from, ({ version }) => version);
  if (direction === 'forwards') return own.slice(at, at + max);
  const end = own[at]?.version === from ? at + 1 : at;
  return own.slice(Math.max(0, end - max), end).reverse();
}
/** Up to `max` events of all streams from a position on. */
export function readAll({ log }: EventLog, position = 0, max = Infinity): readonly RecordedEvent[] {
  const at = indexFrom(log, position, (event) => event.position);
  return log.slice(at, at + max);
}
/** The first index whose number is at least `from`: by halves, since numbers rise but may have holes where events were erased. */
function indexFrom(list: readonly RecordedEvent[], from: number, numberOf: (event: RecordedEvent) => number): number {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberOf(list[middle]!) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes a stream's events out of the log, as a DELETE would: positions and the hash chain have a hole for ever. Gives how many went. */
export function eraseStream(store: EventLog, stream: string): number {
  const gone = store.streams.get(stream)?.length ?? 0;
  if (gone === 0) return 0;
  store.streams.delete(stream);
  store.log = store.log.filter((event) => event.stream !== stream);
  for (const [id, event] of store.ids) if (event.stream === stream) store.ids.delete(id);
  store.erased += gone;
  return gone;
}

/** Whether versions, positions and hashes of the whole log are as they were written. Takes as long as the log is. */
export function auditLog({ log, streams, next, hash }: EventLog): string | null {
  let before = 0, position = 0;
  const last = new Map<string, number>();
  for (const event of log) {
    if (event.position !== position++) return `position ${position - 1} is missing`;
    const version = (last.get(event.stream) ?? NO_STREAM) + 1;
    if (event.version !== version) return `${event.stream} lacks version ${version}`;
    last.set(event.stream, version);
    before = chained(before, event.stream, version, event.id, event.type, event.schema, event.data);
    if (event.hash !== before || !Object.isFrozen(event)) return `event ${event.id} was changed`;
  }
  if (position !== next || before !== hash) return 'the end of the log is missing';
  for (const [stream, version] of last) if (streams.get(stream)!.length !== version + 1) return `${stream} has other events than the log`;
  return null;
}
