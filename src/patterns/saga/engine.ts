/** The saga orchestrator, sans-IO; and all engines and laws of the pattern. */
import type { Engine } from '../../kernel/contract.ts';
import { afterCrash, compact, FSYNC, synced } from '../../primitives/appendLog.ts';
import { ring, setAlarm } from './alarms.ts';
import { applyRecord } from './apply.ts';
import { chain } from './chain.ts';
import { choreographer } from './choreographer.ts';
import { answered, retryNow, timedOut } from './commands.ts';
import { carryOut, dueKey, goOn } from './flow.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { sagaLaws } from './laws.ts';
import { abort, request, retryStuck } from './operations.ts';
import type { SagaNote, SagaParams } from './params.ts';
import { participant } from './participant.ts';
import { createState, definitionsOf, type Desk, type Saga, type SagaState } from './state.ts';
import { GAUGES, showLevels, tellAfter } from './tell.ts';

/** The log has reached the disk: all that it says holds, then it is told, then everybody goes on. */
function logWritten(desk: Desk): void {
  const { state, ctx } = desk;
  const records = synced(state.log, ctx.params.fsyncMs, ctx);
  const changed = records.map((record) => {
    const saga = carryOut(desk, record);
    if (saga !== undefined) saga.undecided--;
    return saga;
  });
  // Old records go when there are many for the sagas that still need theirs.
  if (state.log.entries.length > 64 + 16 * state.sagas.size) compact(state.log, (record) => record.kind === 'registered' || state.sagas.has(record.saga));
  records.forEach((record, i) => {
    ctx.note('logged', { saga: 'saga' in record ? record.saga : '', what: record.kind });
    tellAfter(desk, record, changed[i]);
  });
  const due = state.replies.filter(({ position }) => position <= state.log.durable);
  if (due.length > 0) state.replies = state.replies.filter(({ position }) => position > state.log.durable);
  for (const { call, outcome } of due) ctx.reply(call, outcome);
  for (const saga of new Set(changed)) if (saga !== undefined) goOn(desk, saga);
  showLevels(desk);
}

/** What a crash leaves: what the log says. Numbers given out are never given out again. */
function onRestart(before: SagaState, params: SagaParams): SagaState {
  const state = createState(params);
  state.back = true;
  state.lastNumber = before.lastNumber;
  state.overwritten = before.overwritten;
  if (params.persistence === 'none') return state;
  state.log = afterCrash(before.log);
  state.finished = new Map(before.finished);
  for (const { record } of state.log.entries) applyRecord(state, record, null);
  state.started = before.started;
  state.ended = { ...before.ended };
  return state;
}

function onStart(state: SagaState, ctx: Desk['ctx']): void {
  const desk: Desk = { state, ctx };
  showLevels(desk);
  if (!state.back) return;
  state.back = false;
  const open = Array.from(state.sagas.values());
  ctx.effect('recovered', { node: ctx.self, known: open.map(({ id }) => id) });
  for (const saga of open) {
    if (saga.mode === 'running' || saga.mode === 'abortRequested' || saga.mode === 'compensating') setAlarm(state.alarms, dueKey(saga), saga.dueMs - ctx.nowMs, ctx);
    prepare(saga);
  }
  ctx.note('recovered', { open: open.length });
  for (const saga of open) {
    ctx.note('resumedAfterCrash', { saga: saga.key, state: saga.mode, step: saga.definition.steps[saga.at]?.name ?? '' });
    goOn(desk, saga);
  }
}

/** The log does not say whether the command of the step that was due went out: it may have, and so it is sent again. */
function prepare(saga: Saga): void {
  const step = saga.steps[saga.at];
  if (step?.mode === 'pending') step.uncertain = true;
  for (const each of saga.steps) if (each.confirm === 'sent') each.confirm = 'wanted';
}

/** `due` and a saga, or a deed, a step and a saga. */
function waitOver(desk: Desk, alarm: string): void {
  const [word = '', ...rest] = alarm.split(' ');
  if (word === 'due') {
    const saga = desk.state.sagas.get(rest.join(' '));
    if (saga === undefined) return;
    saga.overdue = true;
    goOn(desk, saga);
  } else if (word === 'act' || word === 'undo' || word === 'confirm' || word === 'query') retryNow(desk, word, Number(rest[0]), rest.slice(1).join(' '));
}

export const engine: Engine<SagaParams, SagaState, SagaNote> = {
  gauges: GAUGES,
  init: createState,
  onStart,
  onRestart,
  onRequest: (state, call, ctx) => request({ state, ctx }, call),
  onReply: (state, call, outcome, ctx) => answered({ state, ctx }, call, outcome),
  onTimer(state, key, ctx) {
    const desk: Desk = { state, ctx };
    if (key === FSYNC) return logWritten(desk);
    if (typeof key === 'number') return timedOut(desk, key);
    for (const alarm of ring(state.alarms, ctx)) waitOver(desk, alarm);
  },
  onControl(state, control, ctx) {
    const desk: Desk = { state, ctx };
    if (control === 'retryStuck') for (const saga of Array.from(state.sagas.values())) retryStuck(desk, saga);
    else if (control === 'abortAll') for (const saga of Array.from(state.sagas.values())) abort(desk, saga);
    else throw new Error(`the orchestrator has no control "${control}"; it has retryStuck and abortAll`);
  },
  onParams(state, before, ctx) {
    const { params } = ctx;
    if (before.sagas !== params.sagas || before.stepKinds !== params.stepKinds || before.checkDefinitions !== params.checkDefinitions) {
      // Types that came by saga.register stay, unless the parameter now speaks of them.
      state.definitions = new Map([...state.definitions, ...definitionsOf(params)]);
    }
  },
  inspect,
  invariants,
};

export const engines = { saga: engine, participant, choreographer, chain };
export const laws = sagaLaws;
