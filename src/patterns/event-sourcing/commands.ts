/** A command from its turn to its answer: load (snapshot and tail), fold, decide, append with the expected version, and again on a conflict. */
import { type Call, type Json, type Outcome } from '../../kernel/contract.ts';
import { recordValue } from '../../kernel/histogram.ts';
import { nextWait, type BackoffLaw } from '../../primitives/backoff.ts';
import type { RecordedEvent } from '../../primitives/eventStream.ts';
import { foldEvents, type Folded } from '../../primitives/eventStreamFold.ts';
import { EVOLVE, NO_ACCOUNT, UPCASTERS, centsOf, decide, deltaOf, euros, type Account } from './account.ts';
import { move } from './follow.ts';
import type { CommandEvent } from './machine.ts';
import { GAUGE, type Ctx, type Recent, type SourcingState, type Ticket } from './state.ts';
import type { Loaded } from './store.ts';

const RECENT = 24;
/** A load is worth a mark when it folds so many times more than any before. */
const MARKED_FROM = 50, MARKED_TIMES = 2;
const storeOf = (ctx: Ctx): string => ctx.downstream[0]!;
const shown = (ms: number): number => Math.round(ms * 10) / 10;

/** Where a question looks: at a position of the log that it names, or (`balanceAt` without one) at some moment of the past. */
function moment({ call, command }: Ticket, ctx: Ctx): { readonly untilPosition?: number; readonly untilShare?: number } {
  if (command !== null || call.op !== 'balanceAt') return {};
  const { payload } = call;
  const at = typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as { readonly [key: string]: Json })['position'] : undefined;
  return typeof at === 'number' ? { untilPosition: at } : { untilShare: ctx.uniform('moment', call) };
}

export function load(ticket: Ticket, ctx: Ctx): void {
  ticket.loadedMs = ctx.nowMs;
  ticket.locked = ticket.command !== null && ctx.params.concurrency === 'pessimistic';
  sendLoad(ticket, true, ctx);
}
function sendLoad(ticket: Ticket, snapshot: boolean, ctx: Ctx): void {
  ask(ticket, ctx.send(storeOf(ctx), { op: 'load', entity: ticket.account, parent: ticket.call, payload: { snapshot, lock: ticket.locked, ...moment(ticket, ctx) } }), ctx);
}
function ask(ticket: Ticket, child: Call, ctx: Ctx): void {
  ticket.child = child;
  ctx.after(ctx.params.storeTimeoutMs, ticket.call.id);
}

/** The load is there: folds it, or says why it can't be. */
export function loaded(state: SourcingState, ticket: Ticket, value: Loaded, ctx: Ctx): void {
  const { params } = ctx;
  const { counts } = state;
  const { account } = ticket;
  const { snapshot, discarded } = usable(value, ctx);
  // A snapshot that was thrown away leaves the events before it to be read: one more load, from the beginning.
  if (discarded) {
    counts.discarded++;
    ctx.note('snapshotDiscarded', { account, was: value.snapshot!.schema, schema: params.schema });
    return sendLoad(ticket, false, ctx);
  }
  ctx.note('replayStarted', { account, events: value.events.length });
  const folded = fold(snapshot, value.events, ctx);
  counts.loads++;
  if (snapshot !== null) counts.snapshotHits++;
  counts.folded += folded.events;
  ticket.state = folded.state; ticket.version = value.version; ticket.schema = params.schema; ticket.tail = folded.events; ticket.until = value.until; ticket.early = value.exists && value.until !== null && !folded.state.opened;
  ticket.tookMs = ctx.nowMs - ticket.loadedMs;
  recordValue(state.loads, ticket.tookMs);
  ctx.gauge(GAUGE.lastLoadMs, ticket.tookMs);
  ctx.gauge(GAUGE.replayed, folded.events);
  counts.upcasted += folded.upcasted;
  if (folded.upcasted > 0) ctx.note('upcasted', { account, events: folded.upcasted, schema: params.schema });
  if (params.mails === 'inEvolve') for (const event of value.events) mail(state, event, ctx);
  if (folded.unknown !== null) {
    ctx.note('unknownEvent', { account, type: folded.unknown.type, schema: params.schema });
    return end(state, ticket, 'gaveUp', { kind: 'permanentError', detail: `unknown event ${folded.unknown.type}` }, 'an event of an unknown type', ctx);
  }
  if (folded.ignored > 0) {
    counts.passedOver += folded.ignored;
    ctx.note('passedOver', { account, events: folded.ignored });
  }
  ctx.note('replayFinished', { account, events: folded.events, tookMs: shown(ticket.tookMs) });
  if (folded.events >= MARKED_FROM && folded.events >= state.longest * MARKED_TIMES) {
    state.longest = folded.events;
    ctx.note('longLoad', { account, events: folded.events, tookMs: shown(ticket.tookMs) });
  }
  // Only the judge sees this: what the fold of so many events came to.
  ctx.effect('folded', { account, version: ticket.version, balance: centsOf(ticket.state, params.schema), limit: ticket.state.limit, until: value.until });
  move(state, ticket, 'loaded', ctx);
  ctx.after(ctx.work(params.decideTime, ticket.call), ticket.call.id, 'completion');
}
function usable({ snapshot }: Loaded, { params }: Ctx): { readonly snapshot: Loaded['snapshot']; readonly discarded: boolean } {
  const discarded = snapshot !== null && params.checkSnapshotSchema && snapshot.schema !== params.schema;
  return { snapshot: discarded ? null : snapshot, discarded };
}
function fold(snapshot: Loaded['snapshot'], events: readonly RecordedEvent[], { params }: Ctx): Folded<Account> {
  const ordered = params.orderBy === 'version' ? events : events.toSorted((a, b) => a.atMs - b.atMs || a.version - b.version);
  const from: Account = snapshot === null ? NO_ACCOUNT : { balance: snapshot.balance, limit: snapshot.limit, opened: snapshot.opened };
  return foldEvents(from, snapshot?.version ?? -1, ordered, EVOLVE[params.schema - 1]!, { schema: params.schema, upcasters: params.upcasting ? UPCASTERS : [], ignoreUnknown: params.ignoreUnknown });
}
function mail(state: SourcingState, event: Pick<RecordedEvent, 'id' | 'type' | 'data'>, ctx: Ctx): void {
  if (deltaOf(event) === 0) return;
  state.counts.mails++;
  ctx.effect('mailed', { event: event.id });
}

/** The time for the decision is over. */
export function decided(state: SourcingState, ticket: Ticket, ctx: Ctx): void {
  const { command, account } = ticket;
  if (command === null) {
    if (!ticket.state.opened && !ticket.early) return end(state, ticket, 'rejected', { kind: 'permanentError', detail: 'no such account' }, 'no such account', ctx);
    const balance = centsOf(ticket.state, ticket.schema);
    ctx.note('answered', { account, balance: ticket.early ? 'nothing: it was not open yet' : euros(balance), position: ticket.until ?? 'the newest' });
    return end(state, ticket, 'answered', { kind: 'ok', value: { balance, version: ticket.version } }, '', ctx);
  }
  const result = decide(ticket.state, command, ticket.schema);
  if ('refused' in result) {
    ctx.note('rejected', { deed: command.deed, amount: euros(command.amount), account, why: result.refused });
    // A decision like any other: the caller is told, well and good.
    return end(state, ticket, 'rejected', { kind: 'ok', value: { rejected: result.refused } }, result.refused, ctx);
  }
  move(state, ticket, 'decided', ctx);
  append(state, ticket, ctx);
}

/** A caller that asks again with the same key means the same command. */
const idOf = ({ id, idempotencyKey }: Call): string => (idempotencyKey === '' ? `c${id}` : idempotencyKey);

function append(state: SourcingState, ticket: Ticket, ctx: Ctx): void {
  const { params } = ctx;
  const { call, account, command, schema } = ticket;
  const result = decide(ticket.state, command!, schema);
  if ('refused' in result) return;
  const id = params.stableIds ? idOf(call) : `${idOf(call)}.${state.counts.appends}`;
  state.counts.appends++;
  const free = params.concurrency !== 'optimistic' || (params.commutativeDeposits && command!.deed === 'deposit');
  ask(ticket, ctx.send(storeOf(ctx), {
    op: 'append', entity: account, parent: call,
    payload: { expected: free ? 'any' : ticket.version, events: [{ id, ...result.event }], atMs: ctx.nowMs, locked: ticket.locked } as unknown as Json,
  }), ctx);
}

export function appended(state: SourcingState, ticket: Ticket, value: { readonly to: number }, ctx: Ctx): void {
  const { params } = ctx;
  const { account, command } = ticket;
  if (ticket.retries === 0) state.counts.firstTries++;
  const result = decide(ticket.state, command!, ticket.schema);
  if ('refused' in result) return;
  const { delta, event } = result;
  const evolved = EVOLVE[ticket.schema - 1]!(ticket.state, event as RecordedEvent)!;
  const balance = centsOf(ticket.state, ticket.schema) + delta;
  if (params.mails === 'afterAppend') mail(state, { id: idOf(ticket.call), ...event }, ctx);
  ctx.note('accepted', { deed: command!.deed, amount: euros(command!.amount), account, balance: euros(balance) });
  // A state folded from all events up to its own version is worth keeping; under an append that expected nothing it may not be.
  if (value.to === ticket.version + 1 && wantsSnapshot(ticket, ctx)) {
    state.counts.snapshots++;
    ctx.note('snapshotTaken', { account, version: value.to });
    ctx.send(storeOf(ctx), { op: 'saveSnapshot', entity: account, parent: ticket.call, deadlineMs: Infinity, payload: { version: value.to, schema: ticket.schema, balance: evolved.balance, limit: evolved.limit, opened: evolved.opened } });
  }
  end(state, ticket, 'appended', { kind: 'ok', value: { balance, version: value.to } }, '', ctx);
}
function wantsSnapshot({ tail, tookMs, command }: Ticket, { params }: Ctx): boolean {
  return (params.snapshotEvery > 0 && tail + 1 >= params.snapshotEvery) || (params.snapshotAfterMs > 0 && tookMs > params.snapshotAfterMs) || command?.deed === params.snapshotOn;
}

const LONGEST_WAIT_MS = 1000;
const law = (baseMs: number): BackoffLaw => ({ growth: 'exponential', baseMs, factor: 2, maxDelayMs: LONGEST_WAIT_MS, jitter: 'full', jitterRatio: 0, capOrder: 'beforeJitter' });

/** The version was not the expected one, or the store was silent: again from the beginning, if a try is left. */
export function tryAgain(state: SourcingState, ticket: Ticket, event: 'conflict' | 'timedOut', ctx: Ctx): void {
  const { account, call } = ticket;
  const { counts } = state;
  if (event === 'conflict') {
    counts.conflicts++;
    if (ticket.retries === 0) { counts.firstTries++; counts.firstTryConflicts++; }
    ctx.note('conflict', { account, tries: ticket.retries + 1 });
  }
  if (ticket.retries >= ticket.maxRetries) return end(state, ticket, 'gaveUp', event === 'conflict' ? { kind: 'transientError', detail: 'wrong expected version' } : { kind: 'timeout' }, event === 'conflict' ? 'a conflict at every try' : 'the store does not answer', ctx);
  ticket.retries++;
  counts.retried++;
  ticket.child = null;
  if (event === 'timedOut' && ticket.mode === 'appending') {
    // Whether it was recorded nobody knows: the same append again, not another decision.
    counts.sentAgain++;
    ctx.note('sentAgain', { account });
    move(state, ticket, 'timedOut', ctx);
    return append(state, ticket, ctx);
  }
  move(state, ticket, event, ctx);
  const { delayMs } = nextWait(law(ctx.params.baseDelayMs), ticket.retries, 0, ctx.uniform(`wait ${ticket.retries}`, call));
  ticket.waitFromMs = ctx.nowMs;
  ticket.waitUntilMs = ctx.nowMs + delayMs;
  ctx.after(delayMs, call.id);
}

/** A question or command is over: its caller is told, its lock given back, and the next in line has its turn. */
export function end(state: SourcingState, ticket: Ticket, event: CommandEvent, outcome: Outcome, why: string, ctx: Ctx): void {
  const { call, account, command, locked, retries, tail } = ticket;
  const { counts } = state;
  ctx.clear(call.id);
  state.tickets.delete(call.id);
  move(state, ticket, event, ctx);
  const kind = event === 'appended' ? 'accepted' : event === 'gaveUp' ? 'failed' : event === 'answered' || event === 'rejected' || event === 'cancelled' ? event : 'failed';
  counts[kind]++;
  if (kind === 'failed') ctx.note('gaveUp', { deed: command?.deed ?? 'question', account, why });
  if (locked && kind !== 'accepted') ctx.send(storeOf(ctx), { op: 'unlock', entity: account, parent: call, deadlineMs: Infinity });
  const row: Recent = { atMs: shown(ctx.nowMs), account, deed: command?.deed ?? 'question', amount: command === null ? '' : euros(command.amount), result: why === '' ? kind : `${kind}: ${why}`, tries: retries + 1, events: tail, tookMs: shown(ctx.nowMs - call.createdMs) };
  state.recent.push(row);
  if (state.recent.length > RECENT) state.recent.shift();
  if (kind !== 'cancelled') ctx.reply(call, outcome);
  else ctx.reply(call, { kind: 'cancelled' });
  nextInLine(state, account, call.id, ctx);
  ctx.gauge(GAUGE.underWay, state.tickets.size);
}
function nextInLine(state: SourcingState, account: string, id: number, ctx: Ctx): void {
  const line = state.lines.get(account);
  if (line === undefined) return;
  const wasFirst = line[0] === id;
  const rest = line.filter((other) => other !== id);
  if (rest.length === 0) state.lines.delete(account); else state.lines.set(account, rest);
  const next = rest[0] === undefined ? undefined : state.tickets.get(rest[0]);
  if (wasFirst && next !== undefined) takeTurn(state, next, ctx);
}
export function takeTurn(state: SourcingState, ticket: Ticket, ctx: Ctx): void {
  move(state, ticket, 'turn', ctx);
  load(ticket, ctx);
}
