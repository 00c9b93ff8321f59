/** What the world hears of a record that holds: the outside observer first, then notes and answers. */
import type { Json, Outcome } from '../../kernel/contract.ts';
import type { SagaMode } from './machine.ts';
import type { Desk, Finished, Saga, SagaContextOf, SagaRecord } from './state.ts';

export const GAUGES = ['open', 'compensating', 'stuck'] as const;

export function showLevels({ state, ctx }: Desk): void {
  ctx.gauge(0, state.sagas.size);
  ctx.gauge(1, state.compensating);
  ctx.gauge(2, state.stuck);
}

/** For the oracle alone: which sagas there are, what each has to do, and what its orchestrator says has become of it. */
export function tellOracle(record: SagaRecord, saga: Saga | undefined, ctx: SagaContextOf): void {
  if (saga === undefined) return;
  if (record.kind === 'started') {
    const { steps, pivotAt } = saga.definition;
    ctx.effect('sagaBegan', {
      saga: saga.id, steps: steps.map(({ name }) => name), irrevocable: steps.slice(pivotAt + 1).map(({ name }) => name),
      reverse: saga.reverse, patienceMs: null,
    });
  } else if (record.kind === 'ended') ctx.effect('sagaEnded', { saga: saga.id, status: record.mode });
}

/** Notes and answers that belong to a record. */
export function tellAfter(desk: Desk, record: SagaRecord, saga: Saga | undefined): void {
  const { state, ctx } = desk;
  if (record.kind === 'registered') ctx.note('sagaRegistered', { type: record.definition.type, steps: record.definition.steps.length });
  if (saga === undefined) return;
  const name = saga.key;
  const stepName = 'step' in record ? (saga.definition.steps[record.step]?.name ?? '') : '';
  switch (record.kind) {
    case 'started':
      state.started++;
      ctx.note('sagaStarted', { saga: name, type: saga.definition.type });
      break;
    case 'stepDone':
      if (record.step === saga.definition.pivotAt) ctx.note('pivotPassed', { saga: name, step: stepName });
      break;
    case 'abortAsked':
      if (saga.mode === 'abortRequested') ctx.note('abortRequested', { saga: name });
      else ctx.note('abortTooLate', { saga: name, state: saga.mode });
      break;
    case 'undoExhausted':
      if (record.skip) ctx.note('compensationSkipped', { saga: name, step: stepName });
      else stopped(desk, saga, stepName, record.why);
      break;
    case 'retriesExhausted': stopped(desk, saga, stepName, record.why); break;
    case 'retriedByHand': ctx.note('stuckRetried', { saga: name }); break;
    case 'ended': ended(desk, saga, record.mode); break;
    case 'turnedBack': case 'confirmed': case 'undone': break;
  }
}

function stopped(desk: Desk, saga: Saga, step: string, why: string): void {
  desk.ctx.note('stuck', { saga: saga.key, step, why });
  answerAll(desk, saga, { kind: 'transientError', detail: `stuck: ${why}` });
}

function ended(desk: Desk, saga: Saga, mode: SagaMode): void {
  const { state, ctx } = desk;
  if (mode === 'completed' || mode === 'compensated' || mode === 'failed') {
    state.ended[mode]++;
    ctx.note(mode, { saga: saga.key, reason: saga.reason, type: saga.definition.type });
  }
  answerAll(desk, saga, outcomeOf(mode, statusOf(saga), saga.reason));
  for (const key of state.finished.keys()) {
    if (state.finished.size <= ctx.params.keepFinished) break;
    state.finished.delete(key);
  }
}

export const outcomeOf = (mode: SagaMode, value: Json, reason: string): Outcome =>
  mode === 'completed' ? { kind: 'ok', value } : { kind: 'permanentError', detail: `${STATUS[mode]}: ${reason}` };

function answerAll({ ctx }: Desk, saga: Saga, outcome: Outcome): void {
  const { callers } = saga;
  saga.callers = [];
  for (const call of callers) ctx.reply(call, outcome);
}

/** Names of the original contract, and those that it lacked. */
export const STATUS: Readonly<Record<SagaMode, string>> = {
  started: 'STARTED', running: 'RUNNING', forwardOnly: 'RUNNING', abortRequested: 'ABORT_REQUESTED', compensating: 'COMPENSATING', stuck: 'STUCK',
  completed: 'COMPLETED', compensated: 'COMPENSATED', failed: 'FAILED',
};
/** A saga as its caller sees it. */
export function statusOf(saga: Saga | Finished): Json {
  const { id, mode, at, completed, context, reason } = saga;
  return {
    sagaId: id, sagaType: 'definition' in saga ? saga.definition.type : saga.type, status: STATUS[mode], currentStep: at, completedSteps: completed, context: { ...context }, reason,
  };
}
