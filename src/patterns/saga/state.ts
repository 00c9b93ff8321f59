/** The orchestrator's memory. A saga is changed only by records that are in the log, so that after a crash the log makes the same saga again. */
import type { Call, Context, Json, Ms, Outcome } from '../../kernel/contract.ts';
import { createLog, type AppendLog } from '../../primitives/appendLog.ts';
import { canTake, nextState } from '../../primitives/tabulate.ts';
import { createAlarms, type Alarms } from './alarms.ts';
import type { Deed, SagaContext } from './command.ts';
import { readDefinitions, type SagaDefinition, type StepDefinition } from './definition.ts';
import { stepTable, type SagaMode, type StepEvent, type StepMode } from './machine.ts';
import type { SagaNote, SagaParams } from './params.ts';

export interface Step {
  mode: StepMode;
  attempts: number;
  undoAttempts: number;
  /** Some attempt ended without a clear answer: it may have been done, whatever came later. */
  uncertain: boolean;
  confirm: 'none' | 'wanted' | 'sent' | 'done';
}
export interface Saga {
  /** Its name for the log, timers and charts: the id, unless that was given twice and overwritten. */
  readonly key: string;
  readonly id: string;
  readonly definition: SagaDefinition;
  /** Whether its records go to the log: decided when it starts. */
  readonly logged: boolean;
  /** Undone last step first, or all at once: decided when it starts. */
  readonly reverse: boolean;
  context: SagaContext;
  mode: SagaMode;
  /** The step that is due: all before it are done. */
  at: number;
  steps: Step[];
  /** Names of the completed steps, in order. */
  completed: readonly string[];
  readonly startedMs: Ms;
  readonly dueMs: Ms;
  reason: string;
  /** The start request and its repeats, as long as they wait. */
  callers: Call[];
  /** Records that are appended and not durable yet: until then nothing new is decided. */
  undecided: number;
  /** Things that came meanwhile. */
  overdue: boolean;
  abortAsked: boolean;
  ending: boolean;
  /** A compensation failed for good and was passed over. */
  skipped: boolean;
  stuckSinceMs: Ms;
}
/** What happened, in the past tense, as it stands in the log. */
export type SagaRecord =
  | { readonly kind: 'registered'; readonly definition: SagaDefinition }
  | { readonly kind: 'started'; readonly saga: string; readonly id: string; readonly definition: SagaDefinition; readonly context: SagaContext; readonly reverse: boolean; readonly atMs: Ms; readonly dueMs: Ms }
  | { readonly kind: 'stepDone'; readonly saga: string; readonly step: number; readonly result: Json }
  | { readonly kind: 'turnedBack'; readonly saga: string; readonly step: number; readonly how: 'refused' | 'gaveUp'; readonly why: 'stepFailed' | 'stepTimedOut' | 'sagaTimedOut' | 'stepSettled'; readonly reason: string }
  | { readonly kind: 'abortAsked'; readonly saga: string }
  | { readonly kind: 'confirmed'; readonly saga: string; readonly step: number }
  | { readonly kind: 'undone'; readonly saga: string; readonly step: number }
  | { readonly kind: 'undoExhausted'; readonly saga: string; readonly step: number; readonly why: string; readonly skip: boolean; readonly atMs: Ms }
  | { readonly kind: 'retriesExhausted'; readonly saga: string; readonly step: number; readonly why: string; readonly atMs: Ms }
  | { readonly kind: 'retriedByHand'; readonly saga: string }
  | { readonly kind: 'ended'; readonly saga: string; readonly mode: SagaMode; readonly atMs: Ms };

/** A command that is out. */
export interface Flight {
  readonly call: Call;
  readonly saga: string;
  readonly step: number;
  readonly deed: Deed;
}
/** What is kept of a saga that has ended. */
export interface Finished {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly mode: SagaMode;
  readonly context: SagaContext;
  readonly completed: readonly string[];
  readonly at: number;
  readonly steps: readonly StepMode[];
  readonly skipped: boolean;
  readonly reason: string;
  readonly startedMs: Ms;
  readonly endedMs: Ms;
}
export interface SagaState {
  definitions: Map<string, SagaDefinition>;
  sagas: Map<string, Saga>;
  finished: Map<string, Finished>;
  /** The newest of them: rules look at each as it comes. */
  lastEnded: Finished | null;
  flights: Map<number, Flight>;
  log: AppendLog<SagaRecord>;
  /** Waits for the next attempt, and for the end of each saga's time. */
  alarms: Alarms;
  /** Answers that wait for the log. */
  replies: { readonly position: number; readonly call: Call; readonly outcome: Outcome }[];
  /** How often each step machine took each way: `mode event`. */
  stepMoves: Map<string, number>;
  /** Open sagas that are being undone, and those that are stuck. */
  compensating: number;
  stuck: number;
  ended: Record<'completed' | 'compensated' | 'failed', number>;
  started: number;
  refused: number;
  compensations: number;
  retries: number;
  lastNumber: number;
  /** Some id has been given to two sagas. */
  overwritten: boolean;
  /** After a crash, until it has been told. */
  back: boolean;
}
export type SagaContextOf = Context<SagaParams, SagaNote>;
/** The orchestrator at work: its state and what it can ask for. */
export interface Desk {
  readonly state: SagaState;
  readonly ctx: SagaContextOf;
}

export const definitionsOf = (params: SagaParams): Map<string, SagaDefinition> =>
  readDefinitions(params.sagas as Json, { sagaTimeoutMs: params.sagaTimeoutMs, check: params.checkDefinitions, kinds: params.stepKinds === 'honoured' });

export const createState = (params: SagaParams): SagaState => ({
  definitions: definitionsOf(params), sagas: new Map(), finished: new Map(), lastEnded: null, flights: new Map(), log: createLog(), alarms: createAlarms(), replies: [], stepMoves: new Map(), compensating: 0, stuck: 0,
  ended: { completed: 0, compensated: 0, failed: 0 }, started: 0, refused: 0, compensations: 0, retries: 0, lastNumber: 0, overwritten: false, back: false,
});

export const freshStep = (): Step => ({ mode: stepTable.initial, attempts: 0, undoAttempts: 0, uncertain: false, confirm: 'none' });

/** Runs a step's machine; an impossible move is a mistake of the orchestrator and throws. */
export function moveStep(state: SagaState, step: Step, event: StepEvent): void {
  const to = nextState(stepTable, step.mode, event);
  const way = `${step.mode} ${event}`;
  state.stepMoves.set(way, (state.stepMoves.get(way) ?? 0) + 1);
  step.mode = to;
}
export const stepCan = (step: Step, event: StepEvent): boolean => canTake(stepTable, step.mode, event);

/** In the sketch compensations are found by name, so of two steps with one name the first is undone twice. */
export const undoOf = ({ steps }: SagaDefinition, at: number): StepDefinition => steps.find(({ name }) => name === steps[at]!.name)!;

/** The newest saga of this id that is still open. */
export function openSaga(state: SagaState, id: string): Saga | undefined {
  let found = state.sagas.get(id);
  if (!state.overwritten) return found;
  for (const saga of state.sagas.values()) if (saga.id === id) found = saga;
  return found;
}
/** The newest one that has ended and is remembered. */
export function finishedSaga(state: SagaState, id: string): Finished | undefined {
  let found = state.finished.get(id);
  if (!state.overwritten) return found;
  for (const saga of state.finished.values()) if (saga.id === id) found = saga;
  return found;
}
