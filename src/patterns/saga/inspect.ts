/** What instruments show of an orchestrator. */
import type { Inspection, Json, MachineView } from '../../kernel/contract.ts';
import { LEDGERS } from './laws.ts';
import type { SagaParams } from './params.ts';
import type { Finished, Saga, SagaState } from './state.ts';
import { STATUS } from './tell.ts';

const SHOWN = 40;
const newest = <T>(map: ReadonlyMap<string, T>): T[] => {
  const skip = Math.max(0, map.size - SHOWN);
  const found: T[] = [];
  let at = 0;
  for (const value of map.values()) if (at++ >= skip) found.push(value);
  return found.reverse();
};

function viewOf(saga: Saga, nowMs: number, params: SagaParams): MachineView {
  const { key, mode, definition, at, steps, startedMs, dueMs } = saga;
  const name = definition.steps[at]?.name ?? 'none left';
  const undoing = steps.findIndex((step) => step.mode === 'compensating');
  const guards = [
    { label: 'step', value: at, of: steps.length, text: mode === 'compensating' && undoing >= 0 ? `undoing ${definition.steps[undoing]!.name}` : name },
    ...(mode === 'compensating' && undoing >= 0
      ? [{ label: 'attempts at the undo', value: steps[undoing]!.undoAttempts, limit: params.compensationAttempts || Infinity }]
      : [{ label: 'attempts', value: steps[at]?.attempts ?? 0, limit: at > definition.pivotAt ? params.retriableAttempts || Infinity : params.stepAttempts }]),
  ].map((guard) => ('limit' in guard && guard.limit === Infinity ? { label: guard.label, value: guard.value } : guard));
  const revocable = mode === 'running' || mode === 'abortRequested';
  return {
    instance: key, state: mode, guards,
    ...(revocable && dueMs > nowMs ? { countdown: { label: 'turns back', untilMs: dueMs, fromMs: startedMs } } : {}),
  };
}

const rowOf = (saga: Saga | Finished, nowMs: number): Json => {
  const open = 'definition' in saga;
  return {
    saga: saga.key, type: open ? saga.definition.type : saga.type, state: STATUS[saga.mode], done: saga.completed.join(', '),
    step: open ? (saga.definition.steps[saga.at]?.name ?? '') : '', tookMs: Math.round((open ? nowMs : saga.endedMs) - saga.startedMs), reason: saga.reason,
  };
};

/** Sequence lanes: which services there are, and for which steps nobody here knows whether they were done. */
const lanesOf = ({ definitions }: SagaState, open: readonly Saga[]): Json => ({
  lanes: [...new Set([...definitions.values()].flatMap(({ steps }) => steps.map(({ service }) => service)))],
  inDoubt: open.flatMap((saga) => saga.steps.flatMap((step, at) => (step.uncertain && (step.mode === 'inFlight' || step.mode === 'unknown')
    ? [{ saga: saga.key, service: saga.definition.steps[at]!.service, step: saga.definition.steps[at]!.name }] : []))),
});

export function inspect(state: SagaState, params: SagaParams, nowMs: number): Inspection {
  const { sagas, finished, ended, started, refused, compensations, retries, log, stepMoves } = state;
  let compensating = 0, stuck = 0, oldestStuckMs = 0;
  for (const { mode, stuckSinceMs } of sagas.values()) {
    if (mode === 'compensating') compensating++;
    if (mode !== 'stuck') continue;
    stuck++;
    oldestStuckMs = Math.max(oldestStuckMs, nowMs - stuckSinceMs);
  }
  const open = newest(sagas);
  const current = open[0];
  return {
    mode: stuck > 0 ? `${stuck} stuck` : compensating > 0 ? `${compensating} being undone` : sagas.size > 0 ? `${sagas.size} under way` : 'idle',
    tone: stuck > 0 ? 'alert' : compensating > 0 ? 'warn' : sagas.size > 0 ? 'active' : 'calm',
    meters: {
      open: sagas.size, compensating, stuck, oldestStuckMs, started, completed: ended.completed, compensated: ended.compensated, failed: ended.failed, refused,
      compensations, retries, forcedWrites: log.syncs, logRecords: log.entries.length,
    },
    machines: open.map((saga) => viewOf(saga, nowMs, params)),
    views: {
      sagas: [...open.map((saga) => rowOf(saga, nowMs)), ...newest(finished).slice(0, SHOWN - Math.min(SHOWN, open.length)).map((saga) => rowOf(saga, nowMs))],
      steps: current === undefined ? [] : current.steps.map(({ mode, attempts, undoAttempts, uncertain, confirm }, at): Json => ({
        saga: current.key, step: current.definition.steps[at]!.name, kind: current.definition.steps[at]!.kind, state: mode, attempts, undoAttempts, uncertain, confirm,
      })),
      stuck: open.filter(({ mode }) => mode === 'stuck').map((saga): Json => ({ saga: saga.key, ageMs: Math.round(nowMs - saga.stuckSinceMs), reason: saga.reason })),
      stepMoves: [...stepMoves].map(([way, times]): Json => ({ state: way.slice(0, way.indexOf(' ')), event: way.slice(way.indexOf(' ') + 1), times })),
      // The ledger itself is kept outside; this says which laws it holds.
      ledger: { laws: Object.values(LEDGERS) },
      lanes: lanesOf(state, open),
      types: [...state.definitions.values()].map(({ type, steps }): Json => ({ type, steps: steps.map(({ name, kind }) => `${name} (${kind})`).join(', ') })),
      log: log.entries.slice(-SHOWN).reverse().map(({ position, record }): Json => ({
        position, record: record.kind, saga: 'saga' in record ? record.saga : '', step: 'step' in record ? record.step : null, durable: position <= log.durable,
      })),
    },
  };
}
