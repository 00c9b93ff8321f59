/** What can be asked of an orchestrator. Every refusal is a value with a code: `unknownSagaType: …`. */
import type { Call, Json, Outcome } from '../../kernel/contract.ts';
import { firstContext } from './command.ts';
import { DefinitionError, readDefinition, reordered } from './definition.ts';
import { canTurnBack, decide, goOn } from './flow.ts';
import { createSaga } from './apply.ts';
import { finishedSaga, openSaga, type Desk, type Finished, type Saga, type SagaRecord } from './state.ts';
import { STATUS, showLevels, statusOf } from './tell.ts';

type Fields = { readonly [key: string]: Json };
const fieldsOf = (payload: Json): Fields => (typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as Fields) : {});
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function refuse({ state, ctx }: Desk, call: Call, code: string, detail: string): void {
  state.refused++;
  ctx.note('sagaRefused', { op: call.op, code });
  ctx.reply(call, { kind: 'permanentError', detail: `${code}: ${detail}` });
}

/** Answers when everything written so far is on disk. */
function answerWhenLogged({ state, ctx }: Desk, call: Call, outcome: Outcome): void {
  if (ctx.params.persistence === 'none' || state.log.durable === state.log.last) ctx.reply(call, outcome);
  else state.replies.push({ position: state.log.last, call, outcome });
}

export function request(desk: Desk, call: Call): void {
  const fields = fieldsOf(call.payload);
  switch (call.op) {
    case 'saga.register': return register(desk, call, fields);
    case 'saga.start': return start(desk, call, fields);
    case 'saga.status': case 'saga.results': case 'saga.abort': case 'saga.retry': return ofOne(desk, call, fields);
    case 'saga.list': return list(desk, call, fields);
    default: return refuse(desk, call, 'unknownOperation', `there is no ${call.op}; there are saga.register, start, status, results, abort, retry and list`);
  }
}

function register(desk: Desk, call: Call, { type, steps = null }: Fields): void {
  const { state, ctx } = desk;
  const { sagaTimeoutMs, checkDefinitions: check, stepKinds } = ctx.params;
  try {
    const definition = readDefinition(textOf(type), steps, { sagaTimeoutMs, check, kinds: stepKinds === 'honoured' });
    if (check && state.definitions.has(definition.type)) return refuse(desk, call, 'duplicateSagaType', `"${definition.type}" is registered already`);
    decide(desk, { kind: 'registered', definition });
    answerWhenLogged(desk, call, { kind: 'ok', value: { type: definition.type, steps: definition.steps.length } });
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    refuse(desk, call, error.code, error.message.slice(error.code.length + 2));
  }
}

function start(desk: Desk, call: Call, fields: Fields): void {
  const { state, ctx } = desk;
  const { params } = ctx;
  const type = textOf(fields.type) || (params.usualType as string);
  const id = textOf(fields.sagaId) || call.idempotencyKey || `${ctx.self}-${++state.lastNumber}`;
  const known = openSaga(state, id) ?? finishedSaga(state, id);
  if (known !== undefined && params.duplicateId !== 'overwrite') return startedBefore(desk, call, known);
  const found = state.definitions.get(type);
  if (found === undefined && params.unknownType === 'refuse') return refuse(desk, call, 'unknownSagaType', `"${type}"; there are ${[...state.definitions.keys()].join(', ')}`);
  if (state.sagas.size >= params.maxOpen) return ctx.reply(call, { kind: 'overload', detail: `tooManySagas: ${params.maxOpen} are open` });
  const given = found ?? { type, steps: [], pivotAt: -1 };
  const definition = params.isolation === 'pessimisticView' ? reordered(given) : given;
  const stranger = definition.steps.find(({ service }) => !ctx.downstream.includes(service));
  if (stranger !== undefined) return refuse(desk, call, 'unknownService', `the step ${stranger.name} needs "${stranger.service}", which cannot be reached`);
  if (known !== undefined) {
    state.overwritten = true;
    ctx.note('overwritten', { saga: id });
  }
  const record: Extract<SagaRecord, { kind: 'started' }> = {
    kind: 'started', saga: known === undefined ? id : `${id}#${++state.lastNumber}`, id, definition, context: firstContext(id, call.entity, fields.context), reverse: params.compensationOrder === 'reverse',
    atMs: ctx.nowMs, dueMs: ctx.nowMs + params.sagaTimeoutMs,
  };
  // The id is taken from now on; without a log the saga is under way when `decide` returns.
  const saga = createSaga(record, params.persistence === 'logBeforeAct');
  if (params.startAnswers === 'finished') saga.callers.push(call);
  state.sagas.set(saga.key, saga);
  decide(desk, record);
  if (params.startAnswers === 'accepted') answerWhenLogged(desk, call, { kind: 'ok', value: { sagaId: id, sagaType: type, status: 'STARTED' } });
  showLevels(desk);
}

function startedBefore(desk: Desk, call: Call, known: Saga | Finished): void {
  const { ctx } = desk;
  if (ctx.params.duplicateId === 'refuse') return refuse(desk, call, 'duplicateSagaId', `"${known.id}" is ${STATUS[known.mode]}`);
  if ('callers' in known && known.mode !== 'stuck' && ctx.params.startAnswers === 'finished') known.callers.push(call);
  else if (ctx.params.startAnswers === 'accepted' || known.mode === 'completed') ctx.reply(call, { kind: 'ok', value: statusOf(known) });
  else ctx.reply(call, { kind: known.mode === 'stuck' ? 'transientError' : 'permanentError', detail: `${STATUS[known.mode]}: ${known.reason}` });
}

/** By the saga's id or, where none is given, the newest saga of the request's entity (its customer). */
function lookUp(desk: Desk, call: Call, fields: Fields): Saga | Finished | undefined {
  const { state } = desk;
  const id = textOf(fields.sagaId);
  if (id !== '') return openSaga(state, id) ?? finishedSaga(state, id);
  let newest: Saga | Finished | undefined;
  for (const saga of state.finished.values()) if (saga.context.customer === call.entity) newest = saga;
  for (const saga of state.sagas.values()) if (saga.context.customer === call.entity) newest = saga;
  return newest;
}

function ofOne(desk: Desk, call: Call, fields: Fields): void {
  const { ctx } = desk;
  const saga = lookUp(desk, call, fields);
  if (saga === undefined) return refuse(desk, call, 'sagaNotFound', textOf(fields.sagaId) || call.entity);
  if (call.op === 'saga.status') return ctx.reply(call, { kind: 'ok', value: statusOf(saga) });
  if (call.op === 'saga.results') {
    if ('endedMs' in saga) ctx.reply(call, { kind: 'ok', value: { sagaId: saga.id, status: STATUS[saga.mode], results: { ...saga.context } } });
    else refuse(desk, call, 'notFinished', `"${saga.id}" is ${STATUS[saga.mode]}`);
    return;
  }
  if (call.op === 'saga.abort') {
    if ('endedMs' in saga || !abort(desk, saga)) {
      ctx.note('abortTooLate', { saga: saga.id, state: STATUS[saga.mode] });
      return refuse(desk, call, 'tooLate', `"${saga.id}" is ${STATUS[saga.mode]}`);
    }
    return answerWhenLogged(desk, call, { kind: 'ok', value: { sagaId: saga.id, status: 'ABORT_REQUESTED' } });
  }
  if ('endedMs' in saga || saga.mode !== 'stuck') return refuse(desk, call, 'notStuck', `"${saga.id}" is ${STATUS[saga.mode]}`);
  retryStuck(desk, saga);
  answerWhenLogged(desk, call, { kind: 'ok', value: { sagaId: saga.id, status: 'retrying' } });
}

/** Asks for an end; false where there is no way back any more. */
export function abort(desk: Desk, saga: Saga): boolean {
  if (saga.mode === 'abortRequested' || saga.abortAsked) return true;
  if ((saga.mode !== 'started' && saga.mode !== 'running') || !canTurnBack(saga)) return false;
  saga.abortAsked = true;
  goOn(desk, saga);
  return true;
}

export function retryStuck(desk: Desk, saga: Saga): void {
  if (saga.mode === 'stuck' && saga.undecided === 0) decide(desk, { kind: 'retriedByHand', saga: saga.key });
}

const LISTED = 100;
function list({ state, ctx }: Desk, call: Call, fields: Fields): void {
  const wanted = textOf(fields.status).toUpperCase();
  const found: Json[] = [];
  for (const group of [state.sagas, state.finished]) {
    for (const saga of group.values()) {
      if (found.length >= LISTED) break;
      if (wanted === '' || STATUS[saga.mode] === wanted) found.push({ sagaId: saga.id, status: STATUS[saga.mode] });
    }
  }
  ctx.reply(call, { kind: 'ok', value: { sagas: found } });
}
