/**
 * What an orchestrator does next. It decides by writing a record; when the record is on disk (at once, without persistence) the saga changes
 * and goes on. So whatever it asks of anybody, its log knew before.
 */
import type { Json, Outcome } from '../../kernel/contract.ts';
import { append, sync } from '../../primitives/appendLog.ts';
import { clearAlarm, setAlarm } from './alarms.ts';
import { applyRecord } from './apply.ts';
import { goBack } from './backward.ts';
import { drawKey } from './command.ts';
import { clearRetry, recall, sendStep } from './commands.ts';
import { moveStep, type Desk, type Saga, type SagaRecord, type Step } from './state.ts';
import { tellAfter, tellOracle, showLevels } from './tell.ts';

/** Writes a record. What follows from it happens when it is durable. */
export function decide(desk: Desk, record: SagaRecord): void {
  const { state, ctx } = desk;
  const saga = 'saga' in record ? state.sagas.get(record.saga) : undefined;
  Object.freeze(record);
  if (saga === undefined ? ctx.params.persistence === 'none' : !saga.logged) {
    const changed = carryOut(desk, record);
    tellAfter(desk, record, changed);
    if (changed !== undefined) goOn(desk, changed);
    showLevels(desk);
    return;
  }
  if (saga !== undefined) saga.undecided++;
  append(state.log, record);
  sync(state.log, ctx.params.fsyncMs, ctx);
}

/** The record holds: the saga changes, and the world may know. Nothing is said or sent yet. */
export function carryOut({ state, ctx }: Desk, record: SagaRecord): Saga | undefined {
  const saga = applyRecord(state, record, ctx);
  if (record.kind === 'started' && saga !== undefined) setAlarm(state.alarms, dueKey(saga), saga.dueMs - ctx.nowMs, ctx);
  tellOracle(record, saga, ctx);
  return saga;
}

export const dueKey = (saga: Saga): string => `due ${saga.key}`;

/** The next thing to do, if nothing is being written. */
export function goOn(desk: Desk, saga: Saga): void {
  if (saga.undecided > 0 || saga.ending) return;
  if (saga.overdue && turnBackLate(desk, saga)) return;
  if (saga.abortAsked) {
    saga.abortAsked = false;
    if (saga.mode === 'running' && canTurnBack(saga)) return decide(desk, { kind: 'abortAsked', saga: saga.key });
  }
  switch (saga.mode) {
    case 'running': case 'forwardOnly': return goForward(desk, saga);
    case 'abortRequested': return waitForStep(desk, saga);
    case 'compensating': return goBack(desk, saga);
    case 'started': case 'stuck': case 'completed': case 'compensated': case 'failed':
  }
}

/** Not past its pivot; a saga without steps has nothing to turn back from. */
export const canTurnBack = ({ at, definition }: Saga): boolean => at <= definition.pivotAt;

function goForward(desk: Desk, saga: Saga): void {
  const { state, ctx } = desk;
  let confirming = 0;
  saga.steps.forEach((step, at) => {
    if (step.confirm === 'wanted') {
      step.confirm = 'sent';
      sendStep(desk, saga, at, 'confirm');
    }
    if (step.confirm === 'sent') confirming++;
  });
  const step = saga.steps[saga.at];
  if (step === undefined) {
    if (confirming > 0) return;
    saga.ending = true;
    clearAlarm(state.alarms, dueKey(saga), ctx);
    return decide(desk, { kind: 'ended', saga: saga.key, mode: 'completed', atMs: ctx.nowMs });
  }
  if (step.mode !== 'pending' && step.mode !== 'failed') return;
  moveStep(state, step, 'sent');
  step.attempts = 1;
  sendStep(desk, saga, saga.at, 'act');
}

/** A pivot that can't be undone must be known: giving up on it would leave the saga neither done nor undone. */
export const mustKnow = (saga: Saga, at: number, { ctx }: Desk): boolean =>
  at === saga.definition.pivotAt && saga.definition.steps[at]!.compensation === null && ctx.params.onUnknown !== 'ignore';

const isOut = (step: Step | undefined): boolean => step?.mode === 'inFlight' || step?.mode === 'unknown';

/** The saga's time is over. Past the pivot that changes nothing. */
function turnBackLate(desk: Desk, saga: Saga): boolean {
  saga.overdue = false;
  if ((saga.mode !== 'running' && saga.mode !== 'abortRequested') || !canTurnBack(saga)) return false;
  const step = saga.steps[saga.at];
  const may = step?.uncertain === true;
  if ((isOut(step) || may) && mustKnow(saga, saga.at, desk)) return false;
  const waits = recall(desk, saga, saga.at);
  clearRetry(desk, saga, saga.at, 'act');
  clearRetry(desk, saga, saga.at, 'query');
  desk.ctx.note('sagaTimedOut', { saga: saga.key, afterMs: desk.ctx.params.sagaTimeoutMs });
  decide(desk, {
    kind: 'turnedBack', saga: saga.key, step: saga.at, how: may || (isOut(step) && waits) ? 'gaveUp' : 'refused', why: 'sagaTimedOut', reason: 'took too long',
  });
  return true;
}

/** Called off: if no step is out, turn back now; a step that waits for its next attempt gets none. */
function waitForStep(desk: Desk, saga: Saga): void {
  const step = saga.steps[saga.at];
  if (step?.mode === 'pending') {
    decide(desk, { kind: 'turnedBack', saga: saga.key, step: saga.at, how: step.uncertain ? 'gaveUp' : 'refused', why: 'stepSettled', reason: 'called off' });
  } else if (step !== undefined && !mustKnow(saga, saga.at, desk) && clearRetry(desk, saga, saga.at, 'act')) {
    giveUp(desk, saga, saga.at, 'stepSettled', 'called off');
  }
}

/** No more attempts at a step: turn back, ask, or (past the pivot) stop. */
export function giveUp(desk: Desk, saga: Saga, at: number, why: 'stepFailed' | 'stepTimedOut' | 'stepSettled', reason: string): void {
  const { state, ctx } = desk;
  const step = saga.steps[at]!;
  if (at > saga.definition.pivotAt) return decide(desk, { kind: 'retriesExhausted', saga: saga.key, step: at, why: reason, atMs: ctx.nowMs });
  if (step.uncertain && ctx.params.onUnknown === 'queryStatus') {
    if (step.mode === 'inFlight') moveStep(state, step, 'gaveUp');
    return sendStep(desk, saga, at, 'query');
  }
  decide(desk, { kind: 'turnedBack', saga: saga.key, step: at, how: step.uncertain ? 'gaveUp' : 'refused', why: step.uncertain && why === 'stepFailed' ? 'stepTimedOut' : why, reason });
}

/** How a step ended for its participant, as far as anybody here knows. */
export function stepAnswered(desk: Desk, saga: Saga, at: number, outcome: Outcome): void {
  const { ctx } = desk;
  const step = saga.steps[at]!;
  const { name } = saga.definition.steps[at]!;
  if (saga.at !== at || step.mode !== 'inFlight') return;
  if (outcome.kind === 'ok' || outcome.kind === 'stale') {
    ctx.note('stepSucceeded', { saga: saga.key, step: name });
    return decide(desk, { kind: 'stepDone', saga: saga.key, step: at, result: outcome.value ?? null });
  }
  const why = wordsFor(outcome);
  if (outcome.kind !== 'timeout') ctx.note('stepFailed', { saga: saga.key, step: name, why });
  if (outcome.kind === 'permanentError' && mustKnow(saga, at, desk)) step.uncertain = false;
  if (outcome.kind === 'permanentError') return giveUp(desk, saga, at, 'stepFailed', `${name}: ${why}`);
  // Refused before it was taken in: certainly not done. Everything else may have been done without our hearing of it.
  if (outcome.kind !== 'rejected' && outcome.kind !== 'overload' && outcome.kind !== 'throttled') step.uncertain = true;
  const past = at > saga.definition.pivotAt;
  const { stepAttempts, retriableAttempts } = ctx.params;
  const allowed = past ? retriableAttempts || Infinity : mustKnow(saga, at, desk) ? Infinity : stepAttempts;
  if (step.attempts >= allowed || (saga.mode === 'abortRequested' && !mustKnow(saga, at, desk))) {
    return giveUp(desk, saga, at, outcome.kind === 'timeout' ? 'stepTimedOut' : 'stepFailed', `${name}: ${why}`);
  }
  retryLater(desk, saga, at, 'act', step.attempts, outcome);
}

export const wordsFor = (outcome: Outcome): string => ('detail' in outcome && outcome.detail !== undefined ? outcome.detail : outcome.kind);

/** Waits longer from attempt to attempt, a little differently for each saga. */
export function retryLater(desk: Desk, saga: Saga, at: number, deed: 'act' | 'undo' | 'confirm' | 'query', attempt: number, outcome: Outcome): void {
  const { state, ctx } = desk;
  const { retryDelayMs, retryFactor, retryMaxDelayMs, retryJitterRatio } = ctx.params;
  let waitMs = retryDelayMs;
  for (let n = 1; n < attempt && waitMs < retryMaxDelayMs; n++) waitMs *= retryFactor;
  waitMs = Math.min(waitMs, retryMaxDelayMs) * (1 + retryJitterRatio * (2 * ctx.uniform('wait', drawKey(`${saga.key}/${at}`, attempt)) - 1));
  if (outcome.kind === 'throttled') waitMs = Math.max(waitMs, outcome.retryAfterMs);
  state.retries++;
  const rounded = Math.round(waitMs * 1000) / 1000;
  if (deed === 'act') ctx.note('stepRetried', { saga: saga.key, step: saga.definition.steps[at]!.name, waitMs: rounded });
  setAlarm(state.alarms, retryKey(saga, at, deed), rounded, ctx);
}
export const retryKey = (saga: Saga, at: number, deed: string): string => `${deed} ${at} ${saga.key}`;

/** A `confirm` or a question has been answered. */
export function aftermathAnswered(desk: Desk, saga: Saga, at: number, deed: 'confirm' | 'query', outcome: Outcome): void {
  const step = saga.steps[at]!;
  const good = outcome.kind === 'ok' || outcome.kind === 'stale';
  if (!good) {
    retryLater(desk, saga, at, deed, ++step.undoAttempts, outcome);
    return;
  }
  if (deed === 'confirm') return decide(desk, { kind: 'confirmed', saga: saga.key, step: at });
  if (step.mode !== 'unknown') return;
  const done = isDone(outcome.value ?? null);
  const { name } = saga.definition.steps[at]!;
  desk.ctx.note('outcomeFound', { saga: saga.key, step: name, answer: done ? 'done' : 'not done' });
  if (done) decide(desk, { kind: 'stepDone', saga: saga.key, step: at, result: null });
  else decide(desk, { kind: 'turnedBack', saga: saga.key, step: at, how: 'refused', why: 'stepTimedOut', reason: `${name}: no answer, and found not done` });
}
const isDone = (value: Json): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && (value as { readonly done?: Json }).done === true;
