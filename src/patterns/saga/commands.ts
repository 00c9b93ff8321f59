/** Commands going out to participants, and the waits for their answers. */
import { TIMEOUT, type Call, type Outcome } from '../../kernel/contract.ts';
import { clearAlarm } from './alarms.ts';
import { undoAgain, undoAnswered } from './backward.ts';
import { commandFor, type Deed, type SagaContext, type WriteMode } from './command.ts';
import type { StepDefinition } from './definition.ts';
import { aftermathAnswered, giveUp, mustKnow, retryKey, stepAnswered } from './flow.ts';
import type { SagaParams } from './params.ts';
import { moveStep, undoOf, type Desk, type Saga } from './state.ts';

/** How the participant is to treat the account, by the countermeasure. */
export function writeModeFor(step: StepDefinition, context: SagaContext, { isolation, riskAmount }: SagaParams): WriteMode {
  const amount = typeof step.amount === 'number' ? step.amount : context[step.amount];
  switch (isolation) {
    case 'none': return 'overwrite';
    case 'semanticLock': return step.lock ? 'lock' : 'commutative';
    case 'byValue': return step.lock && typeof amount === 'number' && amount >= riskAmount ? 'lock' : 'commutative';
    case 'rereadValue': return 'reread';
    case 'versionFile': return 'file';
    case 'commutative': case 'pessimisticView': return 'commutative';
  }
}

export function sendStep(desk: Desk, saga: Saga, at: number, deed: Deed): void {
  const { state, ctx } = desk;
  const { params } = ctx;
  const own = saga.definition.steps[at]!;
  const definition = deed === 'undo' ? undoOf(saga.definition, at) : own;
  const step = saga.steps[at]!;
  const op = deed === 'act' ? definition.action : deed === 'undo' ? definition.compensation! : deed;
  const attempt = Math.max(0, (deed === 'act' ? step.attempts : step.undoAttempts) - 1);
  const timeoutMs = definition.timeoutMs || params.stepTimeoutMs;
  const parent = saga.callers[0];
  const call = ctx.send(definition.service, {
    op, entity: saga.id, payload: { ...commandFor(saga.id, definition, deed, saga.context, writeModeFor(definition, saga.context, params)) },
    attempt, idempotencyKey: `${saga.id}/${definition.name}/${deed}`, deadlineMs: ctx.nowMs + timeoutMs,
    ...(parent === undefined ? {} : { parent }),
  });
  state.flights.set(call.id, { call, saga: saga.key, step: at, deed });
  ctx.after(timeoutMs, call.id);
  const data = { saga: saga.key, step: own.name, service: definition.service, attempt: attempt + 1 };
  if (deed === 'act') ctx.note('stepStarted', data);
  else if (deed === 'undo') ctx.note('compensationStarted', data);
  else ctx.note(deed === 'confirm' ? 'confirmationSent' : 'outcomeQueried', data);
}

/** An answer has come, or its time is over. */
export function answered(desk: Desk, call: Call, outcome: Outcome): void {
  const { state, ctx } = desk;
  const flight = state.flights.get(call.id);
  if (flight === undefined) return;
  state.flights.delete(call.id);
  ctx.clear(call.id);
  const saga = state.sagas.get(flight.saga);
  if (saga === undefined) return;
  if (flight.deed === 'act') stepAnswered(desk, saga, flight.step, outcome);
  else if (flight.deed === 'undo') undoAnswered(desk, saga, flight.step, outcome);
  else aftermathAnswered(desk, saga, flight.step, flight.deed, outcome);
}

export function timedOut(desk: Desk, callId: number): void {
  const { state, ctx } = desk;
  const flight = state.flights.get(callId);
  if (flight === undefined) return;
  const saga = state.sagas.get(flight.saga);
  ctx.cancel(flight.call, TIMEOUT);
  if (saga !== undefined) ctx.note('stepTimedOut', { saga: saga.key, step: saga.definition.steps[flight.step]!.name, afterMs: ctx.nowMs - flight.call.createdMs });
  answered(desk, flight.call, TIMEOUT);
}

/** Stops waiting for a step; true if its command was out. */
export function recall({ state, ctx }: Desk, saga: Saga, at: number): boolean {
  let any = false;
  for (const { call, saga: key, step } of Array.from(state.flights.values())) {
    if (key !== saga.key || step !== at) continue;
    any = true;
    state.flights.delete(call.id);
    ctx.clear(call.id);
    ctx.cancel(call);
  }
  return any;
}

/** Whether a step waits for its next attempt; then it gets none. */
export function clearRetry({ state, ctx }: Desk, saga: Saga, at: number, deed: Deed): boolean {
  for (const flight of state.flights.values()) if (flight.saga === saga.key && flight.step === at && flight.deed === deed) return false;
  clearAlarm(state.alarms, retryKey(saga, at, deed), ctx);
  return true;
}

/** The wait before another attempt is over. */
export function retryNow(desk: Desk, deed: Deed, at: number, key: string): void {
  const saga = desk.state.sagas.get(key);
  if (saga === undefined) return;
  const step = saga.steps[at]!;
  if (deed === 'undo') return undoAgain(desk, saga, at);
  if (deed === 'confirm' || deed === 'query') {
    if (deed === 'confirm' ? step.confirm === 'sent' : step.mode === 'unknown') sendStep(desk, saga, at, deed);
    return;
  }
  if (saga.at !== at || step.mode !== 'inFlight') return;
  if (saga.mode === 'abortRequested' && !mustKnow(saga, at, desk)) return giveUp(desk, saga, at, 'stepSettled', 'called off');
  moveStep(desk.state, step, 'retried');
  step.attempts++;
  sendStep(desk, saga, at, 'act');
}
