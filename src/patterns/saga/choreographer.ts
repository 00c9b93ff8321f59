/**
 * A choreographed participant: an event makes it run a local transaction, and what came of it is an event again, stored with the commit
 * and published until the broker has it. Where sagas begin their callers wait, and a watchdog may ask for those that never end.
 */
import type { Call, Engine, Json, Message, Outcome } from '../../kernel/contract.ts';
import type { ChoreographyNote, ChoreographyParams } from './choreography.params.ts';
import { commandFor, firstContext, type Command, type WriteMode } from './command.ts';
import {
  eventId, follow, publish, publishAgain, publishAnswered, publishTimedOut, readEvent, republish, showOutbox, type ChoreographerState, type ChoreographyContext, type SagaEvent, type Source,
} from './events.ts';
import { GAUGES, isDone, keyOf, openBooks, recover, type BooksContext } from './holdings.ts';
import { booksInvariants, inspectBooks, onBooksTimer, tellRecovery } from './participant.ts';
import { readReactions } from './reactions.ts';
import { take, type Host } from './transactions.ts';

type Ctx = ChoreographyContext;
/** The books read the parameters and write the notes that both kinds of participants share. */
const booksContext = (ctx: Ctx): BooksContext => ctx as unknown as BooksContext;

/** Which event follows from an outcome; '' for none. A query speaks for the step that it asked about. */
function consequence({ reaction }: Source, outcome: Outcome): string {
  if (outcome.kind === 'permanentError') return outcome.detail?.startsWith('refused') === true ? reaction.refused : '';
  if (outcome.kind !== 'ok') return '';
  const { done } = (outcome.value ?? {}) as { readonly done?: Json };
  return reaction.deed === 'query' && done !== true ? reaction.refused : reaction.emits;
}

/** What becomes of the answers of the local database. */
const hostOf = (state: ChoreographerState, ctx: Ctx): Host<Source> => ({
  onDisk(job, { outcome }) {
    const source = job?.sources[0];
    if (source === undefined) return;
    const { event, reaction } = source;
    if (event.topic === 'saga.start' && outcome.kind === 'ok') begin(state, event, ctx);
    if (reaction.ends !== '' && outcome.kind === 'ok') finish(state, event.saga, reaction.ends, ctx);
    const topic = consequence(source, outcome);
    if (topic === '' || !ctx.params.outbox) return;
    const next = follow(event, topic);
    state.outbox.set(eventId(next), next);
  },
  answer(source, command, outcome) {
    const { event, reaction, delivery, call } = source;
    if (outcome.kind !== 'ok' && outcome.kind !== 'permanentError') return tryAgain(state, command, source, ctx);
    const topic = consequence(source, outcome);
    if (topic !== '') publish(state, follow(event, topic), ctx);
    if (delivery !== '') ctx.cast(ctx.params.broker as string, { topic: 'ack', entity: event.saga, payload: { id: delivery } });
    if (call !== null) waitFor(state, event.saga, call, outcome, ctx);
    if (reaction.ends !== '' && outcome.kind === 'ok') tellEnd(state, event.saga, reaction.ends, ctx);
    showOutbox(state, ctx);
  },
});

/** The saga's first commit is on disk. */
function begin(state: ChoreographerState, { saga, context }: SagaEvent, ctx: Ctx): void {
  if (state.open.has(saga)) return;
  const { watchdogMs, expectedMs, steps } = ctx.params;
  state.open.set(saga, { startedMs: ctx.nowMs, context, barks: 0, calls: [] });
  ctx.effect('sagaBegan', { saga, steps, irrevocable: [], reverse: true, patienceMs: expectedMs });
  if (watchdogMs > 0) ctx.after(watchdogMs, `watch ${saga}`);
}
function finish(state: ChoreographerState, saga: string, status: 'completed' | 'compensated', ctx: Ctx): void {
  const entry = state.open.get(saga);
  if (entry === undefined) return;
  state.open.delete(saga);
  state.ending.set(saga, entry);
  ctx.effect('sagaEnded', { saga, status });
  ctx.clear(`watch ${saga}`);
}

/** A caller waits for the end, or hears at once how it ended. */
function waitFor(state: ChoreographerState, saga: string, call: Call, outcome: Outcome, ctx: Ctx): void {
  const entry = state.open.get(saga);
  if (outcome.kind !== 'ok') ctx.reply(call, outcome);
  else if (entry === undefined) ctx.reply(call, endOf(state, saga));
  else {
    entry.calls = [...entry.calls, call];
    ctx.note('sagaStarted', { saga });
  }
}
function endOf({ books, reactions }: ChoreographerState, saga: string): Outcome {
  const last = reactions.find(({ ends }) => ends === 'completed');
  const done = last !== undefined && isDone(books.holdings.get(keyOf({ saga, step: last.step.name })));
  return done ? { kind: 'ok', value: { sagaId: saga, status: 'COMPLETED' } } : { kind: 'permanentError', detail: 'COMPENSATED: some service refused' };
}
function tellEnd(state: ChoreographerState, saga: string, status: 'completed' | 'compensated', ctx: Ctx): void {
  const entry = state.ending.get(saga);
  if (entry === undefined) return;
  state.ending.delete(saga);
  ctx.note(status, { saga });
  for (const call of entry.calls) ctx.reply(call, endOf(state, saga));
}

/** It failed for now, and there is nobody else who would try it again. */
function tryAgain(state: ChoreographerState, command: Command, source: Source, ctx: Ctx): void {
  const number = ++state.lastNumber;
  state.again.set(number, { command, source: { ...source, attempt: source.attempt + 1 } });
  ctx.note('handlingRetried', { saga: command.saga, step: command.step });
  ctx.after(ctx.params.retryMs, `again ${number}`);
}

function hear(state: ChoreographerState, event: SagaEvent, delivery: string, call: Call | null, ctx: Ctx): void {
  const { params } = ctx;
  ctx.note('eventHeard', { saga: event.saga, topic: event.topic });
  const wanted = state.reactions.filter(({ on }) => on === event.topic);
  const tooFar = params.maxHops > 0 && event.hops > params.maxHops;
  if (tooFar) ctx.note('cycleStopped', { saga: event.saga, topic: event.topic, hops: event.hops });
  if (wanted.length === 0 || tooFar) {
    if (delivery !== '') ctx.cast(params.broker as string, { topic: 'ack', entity: event.saga, payload: { id: delivery } });
    return;
  }
  for (const reaction of wanted) {
    const { step, deed } = reaction;
    const mode: WriteMode = params.writes === 'lock' ? (step.lock ? 'lock' : 'commutative') : params.writes;
    take(state.books, commandFor(event.saga, step, deed, event.context, mode), { event, reaction, delivery, call, attempt: 0 }, 0, booksContext(ctx), hostOf(state, ctx));
  }
}

function onMessage(state: ChoreographerState, message: Message, ctx: Ctx): void {
  const { payload } = message;
  const wrapped = typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as { readonly [key: string]: Json }) : {};
  const delivery = message.from === ctx.params.broker && typeof wrapped.id === 'string' ? wrapped.id : '';
  const event = readEvent(message.topic, delivery === '' ? payload : (wrapped.value ?? null));
  if (event !== undefined) hear(state, event, delivery, null, ctx);
}

function onRequest(state: ChoreographerState, call: Call, ctx: Ctx): void {
  if (call.op !== 'saga.start' || !state.reactions.some(({ on }) => on === 'saga.start')) {
    return ctx.reply(call, { kind: 'permanentError', detail: `unknownOperation: ${call.op}` });
  }
  const fields = (typeof call.payload === 'object' && call.payload !== null && !Array.isArray(call.payload) ? call.payload : {}) as { readonly [key: string]: Json };
  const saga = typeof fields.sagaId === 'string' ? fields.sagaId : call.idempotencyKey || `${ctx.self}-${++state.lastNumber}`;
  hear(state, Object.freeze({ topic: 'saga.start', saga, hops: 0, context: firstContext(saga, call.entity, fields.context) }), '', call, ctx);
}

function onTimer(state: ChoreographerState, key: string | number, ctx: Ctx): void {
  if (typeof key === 'number') return publishTimedOut(state, key, ctx);
  const cut = key.indexOf(' ');
  const word = key.slice(0, cut), rest = key.slice(cut + 1);
  if (word === 'publish') return publishAgain(state, rest, ctx);
  if (word === 'watch') return bark(state, rest, ctx);
  if (word !== 'again') {
    onBooksTimer(state.books, key, booksContext(ctx), hostOf(state, ctx));
    return;
  }
  const entry = state.again.get(Number(rest));
  state.again.delete(Number(rest));
  if (entry !== undefined) take(state.books, entry.command, entry.source, entry.source.attempt, booksContext(ctx), hostOf(state, ctx));
}

/** Whoever decides is asked: it says again what it decided, or decides now that nothing more will come. */
function bark(state: ChoreographerState, saga: string, ctx: Ctx): void {
  const entry = state.open.get(saga);
  if (entry === undefined) return;
  const { watchdogMs } = ctx.params;
  ctx.note('watchdogBarked', { saga, afterMs: Math.round(ctx.nowMs - entry.startedMs) });
  publish(state, Object.freeze({ topic: 'sagaOverdue', saga, hops: 0, context: entry.context }), ctx);
  entry.barks++;
  if (watchdogMs > 0) ctx.after(patience(watchdogMs, entry.barks), `watch ${saga}`);
}
/** Twice as long after each bark, up to a minute or what was asked for. */
function patience(watchdogMs: number, barks: number): number {
  let waitMs = watchdogMs;
  for (let n = 0; n < barks && waitMs < LONGEST_PATIENCE_MS; n++) waitMs *= 2;
  return waitMs;
}
const LONGEST_PATIENCE_MS = 60_000;

export const choreographer: Engine<ChoreographyParams, ChoreographerState, ChoreographyNote> = {
  gauges: [...GAUGES, 'openSagas', 'outbox'],
  init: (params) => ({
    books: openBooks(), reactions: readReactions(params.reactions as Json), open: new Map(), ending: new Map(), outbox: new Map(), publishing: new Map(), again: new Map(),
    lastNumber: 0, published: 0, back: false,
  }),
  /** On disk: the books, what has begun and not ended, and the outbox. Events that were only in memory are gone. */
  onRestart: (state, params) => ({
    books: recover(state.books, params), reactions: readReactions(params.reactions as Json), open: new Map([...state.open].map(([saga, entry]) => [saga, { ...entry, barks: 0, calls: [] }])),
    ending: new Map(), outbox: params.outbox ? new Map(state.outbox) : new Map(), publishing: new Map(), again: new Map(), lastNumber: state.lastNumber, published: state.published, back: true,
  }),
  onStart(state, ctx) {
    if (state.back && state.reactions.some(({ on }) => on === 'saga.start')) ctx.effect('recovered', { node: ctx.self, known: [...state.open.keys()] });
    tellRecovery(state.books, booksContext(ctx));
    showOutbox(state, ctx);
    if (!state.back) return;
    state.back = false;
    const { watchdogMs } = ctx.params;
    if (watchdogMs > 0) for (const [saga, { startedMs }] of state.open) ctx.after(Math.max(0, startedMs + watchdogMs - ctx.nowMs), `watch ${saga}`);
    republish(state, ctx);
  },
  onRequest, onMessage, onTimer,
  onReply: publishAnswered,
  onParams(state, before, ctx) {
    if (before.reactions !== ctx.params.reactions) state.reactions = readReactions(ctx.params.reactions as Json);
  },
  inspect(state, params) {
    const seen = inspectBooks(state.books, params);
    const { open, outbox, published } = state;
    return {
      ...seen,
      meters: { ...seen.meters, openSagas: open.size, outbox: outbox.size, published },
      views: {
        ...seen.views,
        open: [...open].slice(0, 40).map(([saga, { startedMs }]): Json => ({ saga, startedMs })),
        outbox: [...outbox.values()].slice(0, 40).map(({ saga, topic, hops }): Json => ({ saga, topic, hops })),
      },
    };
  },
  invariants: [
    ...booksInvariants,
    {
      name: 'a saga is open or over', why: 'A saga is both under way and ended where it began.',
      holds: ({ open, ending }) => {
        for (const saga of ending.keys()) if (open.has(saga)) return false;
        return true;
      },
    },
  ],
};
