/**
 * What a record of the log does to a saga. This is the only place where a saga's mode, place and steps change for good; it runs once when
 * the record has reached the disk, and again, without telling anybody, when a restarted orchestrator reads its log.
 */
import { nextState } from '../../primitives/tabulate.ts';
import type { Json, Ms } from '../../kernel/contract.ts';
import { sagaTable, type SagaEvent, type SagaMode } from './machine.ts';
import { freshStep, moveStep, type Finished, type Saga, type SagaContextOf, type SagaRecord, type SagaState, type Step } from './state.ts';

export function createSaga(record: Extract<SagaRecord, { kind: 'started' }>, logged: boolean): Saga {
  const { saga, id, definition, context, reverse, atMs, dueMs } = record;
  return {
    key: saga, id, definition, logged, reverse, context, mode: sagaTable.initial, at: 0, steps: definition.steps.map(freshStep), completed: [], startedMs: atMs, dueMs,
    reason: '', callers: [], undecided: 0, overdue: false, abortAsked: false, ending: false, skipped: false, stuckSinceMs: 0,
  };
}

/** Runs the saga's machine; with a context, charts see it. */
function move(state: SagaState, saga: Saga, event: SagaEvent, ctx: SagaContextOf | null): void {
  const from = saga.mode;
  saga.mode = nextState(sagaTable, from, event);
  count(state, from, -1);
  count(state, saga.mode, 1);
  ctx?.transition(saga.key, from, saga.mode, event);
}

function count(state: SagaState, mode: SagaMode, change: 1 | -1): void {
  if (mode === 'compensating') state.compensating += change;
  else if (mode === 'stuck') state.stuck += change;
}

/** Applies a record; gives the saga that it is about. `ctx` null: reading the log after a crash. */
export function applyRecord(state: SagaState, record: SagaRecord, ctx: SagaContextOf | null): Saga | undefined {
  if (record.kind === 'registered') {
    state.definitions.set(record.definition.type, record.definition);
    return undefined;
  }
  if (record.kind === 'started') {
    const saga = state.sagas.get(record.saga) ?? createSaga(record, true);
    state.sagas.set(saga.key, saga);
    start(state, saga, ctx);
    return saga;
  }
  const saga = state.sagas.get(record.saga);
  if (saga === undefined) return undefined;
  switch (record.kind) {
    case 'stepDone': stepDone(state, saga, record.step, record.result, ctx); break;
    case 'turnedBack': turnedBack(state, saga, record, ctx); break;
    case 'abortAsked':
      if (saga.mode === 'running') move(state, saga, 'abortAsked', ctx);
      break;
    case 'confirmed': saga.steps[record.step]!.confirm = 'done'; break;
    case 'undone':
      moveStep(state, undoing(saga.steps[record.step]!), 'undone');
      if (saga.mode === 'compensating') move(state, saga, 'compensationSucceeded', ctx);
      break;
    case 'undoExhausted':
      moveStep(state, undoing(saga.steps[record.step]!), 'undoExhausted');
      if (record.skip) saga.skipped = true;
      else if (saga.mode === 'compensating') stop(state, saga, 'compensationExhausted', record.atMs, ctx);
      break;
    case 'retriesExhausted':
      moveStep(state, out(saga.steps[record.step]!), 'refused');
      saga.reason = record.why;
      stop(state, saga, 'retriesExhausted', record.atMs, ctx);
      break;
    case 'retriedByHand':
      for (const step of saga.steps) { step.attempts = 0; step.undoAttempts = 0; }
      move(state, saga, saga.at > saga.definition.pivotAt ? 'forwardResumed' : 'compensationResumed', ctx);
      break;
    case 'ended':
      move(state, saga, record.mode === 'completed' ? 'lastStepSucceeded' : record.mode === 'failed' ? 'undoneReportedAsFailed' : 'allUndone', ctx);
      state.sagas.delete(saga.key);
      state.lastEnded = finishedOf(saga, record.atMs);
      state.finished.set(saga.key, state.lastEnded);
      break;
  }
  return saga;
}

function start(state: SagaState, saga: Saga, ctx: SagaContextOf | null): void {
  move(state, saga, 'begin', ctx);
  // Nothing but steps that must succeed: there never was a way back.
  if (saga.definition.pivotAt < 0 && saga.steps.length > 0) passPivot(state, saga, ctx);
}
function passPivot(state: SagaState, saga: Saga, ctx: SagaContextOf | null): void {
  saga.definition.steps.forEach(({ confirm }, at) => { if (confirm && at < saga.at) saga.steps[at]!.confirm = 'wanted'; });
  move(state, saga, 'pivotPassed', ctx);
}

/** After a crash the log knows that a step was due, but not that its command went out. */
const out = (step: Step): Step => {
  if (step.mode === 'pending') step.mode = 'inFlight';
  return step;
};
/** The same for a compensation. */
const undoing = (step: Step): Step => {
  if (step.mode === 'pending') step.mode = 'inFlight';
  if (step.mode !== 'compensating') step.mode = 'compensating';
  return step;
};

function stepDone(state: SagaState, saga: Saga, at: number, result: Json, ctx: SagaContextOf | null): void {
  const step = out(saga.steps[at]!);
  const { steps, pivotAt } = saga.definition;
  moveStep(state, step, step.mode === 'unknown' ? 'foundDone' : 'succeeded');
  if (typeof result === 'object' && result !== null && !Array.isArray(result)) saga.context = Object.freeze({ ...saga.context, ...(result as object) });
  saga.completed = [...saga.completed, steps[at]!.name];
  saga.at = at + 1;
  if (at === pivotAt) passPivot(state, saga, ctx);
  else if (saga.mode === 'abortRequested') {
    saga.reason = 'called off';
    move(state, saga, 'stepSettled', ctx);
  } else {
    if (at > pivotAt && steps[at]!.confirm) step.confirm = 'wanted';
    move(state, saga, 'stepSucceeded', ctx);
  }
}

function turnedBack(state: SagaState, saga: Saga, { step: at, how, why, reason }: Extract<SagaRecord, { kind: 'turnedBack' }>, ctx: SagaContextOf | null): void {
  const step = saga.steps[at];
  if (step !== undefined) {
    // In the log of a crashed orchestrator the step is still pending; what counts is whether it may have been done.
    if (how === 'gaveUp') out(step);
    if (step.mode === 'inFlight') moveStep(state, step, how);
    else if (step.mode === 'unknown' && how === 'refused') moveStep(state, step, 'foundAbsent');
  }
  saga.reason = reason;
  move(state, saga, saga.mode === 'abortRequested' && why !== 'sagaTimedOut' ? 'stepSettled' : why, ctx);
}

function stop(state: SagaState, saga: Saga, event: SagaEvent, atMs: Ms, ctx: SagaContextOf | null): void {
  saga.stuckSinceMs = atMs;
  move(state, saga, event, ctx);
}

const finishedOf = ({ key, id, definition, mode, context, completed, at, steps, skipped, reason, startedMs }: Saga, endedMs: Ms): Finished =>
  Object.freeze({ key, id, type: definition.type, mode, context, completed, at, steps: steps.map((step) => step.mode), skipped, reason, startedMs, endedMs });
