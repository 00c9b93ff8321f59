/** Events of a choreography: kept in the outbox until the broker has them, or thrown over the wall. */
import { TIMEOUT, type Call, type Context, type Json, type Outcome } from '../../kernel/contract.ts';
import type { Command, SagaContext } from './command.ts';
import type { ChoreographyNote, ChoreographyParams } from './choreography.params.ts';
import type { Books } from './holdings.ts';
import type { Reaction } from './reactions.ts';

/** What happened to a saga, as it travels. */
export interface SagaEvent {
  readonly topic: string;
  readonly saga: string;
  /** How many events led to this one. */
  readonly hops: number;
  readonly context: SagaContext;
}
/** Why a command is worked on. */
export interface Source {
  readonly event: SagaEvent;
  readonly reaction: Reaction;
  /** The broker's name for the delivery; '' when it came straight. */
  readonly delivery: string;
  readonly call: Call | null;
  /** How often the local action has failed for now. */
  readonly attempt: number;
}
export interface OpenSaga {
  readonly startedMs: number;
  readonly context: SagaContext;
  /** How often the watchdog has barked. */
  barks: number;
  calls: Call[];
}
export interface ChoreographerState {
  books: Books<Source>;
  reactions: readonly Reaction[];
  /** Sagas that began here and have not ended. */
  open: Map<string, OpenSaga>;
  /** Those whose end is on disk, until their callers have been told. */
  ending: Map<string, OpenSaga>;
  /** Events on disk that are not published yet, by `saga/topic`. */
  outbox: Map<string, SagaEvent>;
  /** Publishes under way, by call. */
  publishing: Map<number, { readonly call: Call; readonly event: SagaEvent }>;
  /** Local actions that failed for now, by the number of their timer. */
  again: Map<number, { readonly command: Command; readonly source: Source }>;
  lastNumber: number;
  published: number;
  back: boolean;
}
export type ChoreographyContext = Context<ChoreographyParams, ChoreographyNote>;
type Ctx = ChoreographyContext;

export const eventId = ({ saga, topic }: SagaEvent): string => `${saga}/${topic}`;
export const follow = (event: SagaEvent, topic: string): SagaEvent => Object.freeze({ ...event, topic, hops: event.hops + 1 });

export function readEvent(topic: string, payload: Json): SagaEvent | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
  const { saga, hops = 0, context = {} } = payload as { readonly [key: string]: Json };
  if (typeof saga !== 'string' || typeof hops !== 'number' || typeof context !== 'object') return undefined;
  return Object.freeze({ topic, saga, hops, context: context as SagaContext });
}

/** Sends an event out. With a broker and an outbox it stays on disk until the broker has said that it is stored. */
export function publish(state: ChoreographerState, event: SagaEvent, ctx: Ctx): void {
  const { params } = ctx;
  const broker = params.broker as string;
  const payload = { saga: event.saga, hops: event.hops, context: { ...event.context } };
  if (broker === '') {
    for (const to of params.listeners as readonly string[]) ctx.cast(to, { topic: event.topic, entity: event.saga, payload });
    state.outbox.delete(eventId(event));
    state.published++;
    ctx.note('eventPublished', { saga: event.saga, topic: event.topic });
    return;
  }
  if (params.outbox) state.outbox.set(eventId(event), event);
  for (const { event: other } of state.publishing.values()) if (eventId(other) === eventId(event)) return;
  const call = ctx.send(broker, { op: 'publish', entity: event.saga, payload: { topic: event.topic, value: payload }, idempotencyKey: eventId(event) });
  state.publishing.set(call.id, { call, event });
  ctx.after(params.publishTimeoutMs, call.id);
}

export function publishAnswered(state: ChoreographerState, call: Call, outcome: Outcome, ctx: Ctx): void {
  const entry = state.publishing.get(call.id);
  if (entry === undefined) return;
  state.publishing.delete(call.id);
  ctx.clear(call.id);
  const { event } = entry;
  const data = { saga: event.saga, topic: event.topic };
  if (outcome.kind === 'ok') {
    state.outbox.delete(eventId(event));
    state.published++;
    ctx.note('eventPublished', data);
  } else if (state.outbox.has(eventId(event))) {
    ctx.note('publishRetried', data);
    ctx.after(ctx.params.retryMs, `publish ${eventId(event)}`);
  } else ctx.note('eventForgotten', data);
  showOutbox(state, ctx);
}

export function publishTimedOut(state: ChoreographerState, callId: number, ctx: Ctx): void {
  const entry = state.publishing.get(callId);
  if (entry === undefined) return;
  ctx.cancel(entry.call, TIMEOUT);
  publishAnswered(state, entry.call, TIMEOUT, ctx);
}

/** The wait before another attempt at a publish is over. */
export function publishAgain(state: ChoreographerState, id: string, ctx: Ctx): void {
  const event = state.outbox.get(id);
  if (event !== undefined) publish(state, event, ctx);
}

/** What was on disk and not yet taken by the broker when the node crashed. */
export function republish(state: ChoreographerState, ctx: Ctx): void {
  const waiting = Array.from(state.outbox.values());
  if (waiting.length === 0) return;
  ctx.note('republished', { count: waiting.length });
  for (const event of waiting) publish(state, event, ctx);
}

export function showOutbox(state: ChoreographerState, ctx: Ctx): void {
  ctx.gauge(5, state.open.size);
  ctx.gauge(6, state.outbox.size);
}
