/** What a saga consists of: read from parameters or from a `saga.register` call, and refused with a reason when it cannot work. */
import type { Json } from '../../kernel/contract.ts';

/** Compensable steps can be undone, the pivot decides, retriable ones are tried until they succeed. */
export const STEP_KINDS = ['compensable', 'pivot', 'retriable'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export interface StepDefinition {
  readonly name: string;
  /** The node that does it. */
  readonly service: string;
  readonly action: string;
  /** Undoes the action. A pivot may have one, for the case that nobody knows whether it was done. */
  readonly compensation: string | null;
  readonly kind: StepKind;
  /** Field of the saga's context that names the account (a customer, an item), and how much is taken from it: a field or a number. */
  readonly account: string;
  readonly amount: string | number;
  /** Gives back instead of taking. */
  readonly gives: boolean;
  /** Tells the participant once the saga is past its pivot, so that a reservation becomes final. */
  readonly confirm: boolean;
  /** Under a semantic lock the account is locked from this step until it is confirmed or undone. */
  readonly lock: boolean;
  /** 0: as the orchestrator’s parameter says. */
  readonly timeoutMs: number;
}
export interface SagaDefinition {
  readonly type: string;
  readonly steps: readonly StepDefinition[];
  /** Passing this step there is no way back: the pivot, else the last compensable step. */
  readonly pivotAt: number;
}
/** An error as callers see it: a code, and what is wrong. */
export class DefinitionError extends TypeError {
  readonly code: string;
  constructor(code: string, what: string) {
    super(`${code}: ${what}`);
    this.name = 'DefinitionError';
    this.code = code;
  }
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';

function readStep(json: Json, at: number, type: string): StepDefinition {
  const wrong = (what: string): never => {
    throw new DefinitionError('invalidStep', `step ${at + 1} of "${type}" ${what}`);
  };
  if (!isObject(json)) return wrong('is not an object');
  const { name, service, action, compensation = null, kind, account = 'customer', amount = 1, gives = false, confirm = false, lock = false, timeoutMs = 0 } = json;
  if (!text(name)) return wrong('has no name');
  if (!text(service)) return wrong(`("${name}") names no service`);
  if (!text(action)) return wrong(`("${name}") has no action`);
  if (compensation !== null && !text(compensation)) return wrong(`("${name}") has a compensation that is not a text`);
  if (!STEP_KINDS.some((known) => known === kind)) return wrong(`("${name}") must be one of ${STEP_KINDS.join(', ')}`);
  if (!text(account)) return wrong(`("${name}") has an account that is not the name of a field`);
  if (!text(amount) && !(typeof amount === 'number' && amount >= 0 && Number.isInteger(amount))) return wrong(`("${name}") has an amount that is neither a field nor a whole number`);
  if (!(typeof timeoutMs === 'number' && timeoutMs >= 0)) return wrong(`("${name}") has a negative time-out`);
  return Object.freeze({
    name, service, action, compensation: compensation as string | null, kind: kind as StepKind, account, amount: amount as string | number,
    gives: gives === true, confirm: confirm === true, lock: lock === true, timeoutMs,
  });
}

/** What makes a saga impossible to run or to undo. */
function checkSteps(type: string, steps: readonly StepDefinition[], sagaTimeoutMs: number): void {
  const fail = (code: string, what: string): never => {
    throw new DefinitionError(code, `saga "${type}" ${what}`);
  };
  if (steps.length === 0) fail('noSteps', 'has no steps');
  const seen = new Set<string>();
  let pivots = 0, past = false;
  for (const step of steps) {
    if (seen.has(step.name)) fail('duplicateStep', `has two steps named "${step.name}": a compensation could not tell them apart`);
    seen.add(step.name);
    if (step.kind === 'pivot') {
      if (++pivots > 1) fail('severalPivots', 'has more than one pivot: there is one point of no return');
      if (past) fail('pivotAfterRetriable', `has the pivot "${step.name}" after a step that must succeed`);
      past = true;
    } else if (step.kind === 'retriable') past = true;
    else {
      if (past) fail('compensableAfterPivot', `has the compensable step "${step.name}" after its point of no return, where nothing is undone any more`);
      if (step.compensation === null) fail('noCompensation', `has the compensable step "${step.name}" without a compensation`);
    }
    if (step.lock && !step.confirm) fail('lockWithoutConfirm', `locks an account in the step "${step.name}" and never says that it may be unlocked: set confirm`);
    if (step.timeoutMs > sagaTimeoutMs) fail('stepTimeoutAboveSagaTimeout', `lets the step "${step.name}" take longer (${step.timeoutMs} ms) than the whole saga (${sagaTimeoutMs} ms)`);
  }
}

const pivotOf = (steps: readonly StepDefinition[]): number => {
  const pivot = steps.findIndex(({ kind }) => kind === 'pivot');
  if (pivot >= 0) return pivot;
  const retriable = steps.findIndex(({ kind }) => kind === 'retriable');
  return retriable < 0 ? steps.length - 1 : retriable - 1;
};

export interface Reading {
  readonly sagaTimeoutMs: number;
  /** Off: the sketch's way, which takes anything. */
  readonly check: boolean;
  /** Off: every step is as good as any other, as in the sketch: no pivot, no step that must succeed. */
  readonly kinds: boolean;
}
/** Throws a DefinitionError. */
export function readDefinition(type: string, json: Json, { sagaTimeoutMs, check, kinds }: Reading): SagaDefinition {
  if (!text(type)) throw new DefinitionError('noType', 'a saga needs a type, which is a text');
  if (!Array.isArray(json)) throw new DefinitionError('noSteps', `the steps of "${type}" must be a list`);
  const read = (json as readonly Json[]).map((step, at) => readStep(step, at, type));
  if (check) checkSteps(type, read, sagaTimeoutMs);
  const steps = kinds ? read : read.map((step) => Object.freeze({ ...step, kind: 'compensable' as const }));
  return Object.freeze({ type, steps: Object.freeze(steps), pivotAt: pivotOf(steps) });
}

/** All saga types of a parameter { type: steps }. */
export function readDefinitions(json: Json, reading: Reading): Map<string, SagaDefinition> {
  if (!isObject(json)) throw new DefinitionError('noSagas', 'sagas must be an object of step lists by type');
  return new Map(Object.keys(json).map((type) => [type, readDefinition(type, json[type]!, reading)]));
}

/** Pessimistic view: what gives something back is done only when nothing can be undone any more, so that nobody builds on it too early. */
export function reordered(definition: SagaDefinition): SagaDefinition {
  const { steps, pivotAt } = definition;
  const early = steps.filter((step, at) => step.gives && at < pivotAt);
  if (early.length === 0) return definition;
  const before = steps.slice(0, pivotAt + 1).filter((step) => !step.gives || step.kind === 'pivot');
  const late = early.map((step) => Object.freeze({ ...step, kind: 'retriable' as const, compensation: null, confirm: false, lock: false }));
  const moved = [...before, ...late, ...steps.slice(pivotAt + 1)];
  return Object.freeze({ ...definition, steps: Object.freeze(moved), pivotAt: before.length - 1 });
}
