/** All that is data about the orchestrator: parameters, relations, controls and notes. */
import type { Json } from '../../kernel/contract.ts';
import type { EngineStory, ParamFault, ParamsOf, Schema } from '../../kernel/story.ts';
import { DefinitionError, readDefinitions } from './definition.ts';
import { sagaPresets } from './presets.ts';
import { orderSteps } from './sagaTypes.ts';

const WHAT = 'Sagas';
const FORWARD = 'Forward';
const BACK = 'Compensation';
const CRASH = 'Crash';
const ISOLATION = 'Isolation';
const SKETCH = 'Strictness';

const params = {
  sagas: {
    kind: 'data', initial: { order: orderSteps }, shape: '{ type: [{ name, service, action, compensation, kind: compensable | pivot | retriable, account?, amount?, gives?, confirm?, lock?, timeoutMs? }] }',
    group: WHAT, label: 'Saga types', help: 'Steps by type of saga, in order: compensable ones, at most one pivot, then those that must succeed.',
  },
  usualType: { kind: 'data', initial: 'order', shape: 'text', group: WHAT, label: 'Usual type', help: 'Type of a saga whose request names none.' },
  startAnswers: {
    kind: 'choice', options: ['finished', 'accepted'], initial: 'finished', group: WHAT, label: 'A start is answered',
    optionLabels: { finished: 'when the saga has ended', accepted: 'as soon as it is logged' },
    help: 'accepted: the caller gets the saga’s id at once and asks for its status later.',
  },
  maxOpen: {
    kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 10_000, integer: true, scale: 'log', group: WHAT, label: 'Open sagas at most',
    help: 'Above that a start is answered with overload.',
  },
  keepFinished: {
    kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 200, integer: true, scale: 'log', group: WHAT, label: 'Finished sagas kept',
    help: 'How many ended sagas can still be asked for; older ones are forgotten.',
  },
  stepTimeoutMs: {
    kind: 'number', unit: 'ms', min: 10, max: 86_400_000, initial: 1000, scale: 'log', group: FORWARD, label: 'Time-out of a step',
    help: 'How long one attempt may take. A time-out does not mean that nothing happened.',
  },
  stepAttempts: {
    kind: 'number', unit: 'count', min: 1, max: 100, initial: 3, integer: true, group: FORWARD, label: 'Attempts at a step',
    help: 'For steps up to the pivot; then the saga turns back. A refusal is final and not tried again.',
  },
  retriableAttempts: {
    kind: 'number', unit: 'count', min: 0, max: 1000, initial: 0, integer: true, group: FORWARD, label: 'Attempts past the pivot',
    help: '0: for ever, as it should be. With a limit a saga past its pivot can end up stuck, half done.',
  },
  sagaTimeoutMs: {
    kind: 'number', unit: 'ms', min: 10, max: 86_400_000, initial: 30_000, scale: 'log', group: FORWARD, label: 'Time-out of the saga',
    help: 'Not past its pivot by then, it is undone. Past the pivot it goes on.',
  },
  onUnknown: {
    kind: 'choice', options: ['compensateToo', 'queryStatus', 'ignore'], initial: 'compensateToo', group: FORWARD, label: 'No answer means',
    optionLabels: { compensateToo: 'perhaps: undo it too', queryStatus: 'ask what became of it', ignore: 'not done (wrong)' },
    help: 'A step that timed out may have been done all the same. ignore leaves what it did behind.',
  },
  retryDelayMs: {
    kind: 'number', unit: 'ms', min: 10, max: 600_000, initial: 200, scale: 'log', group: BACK, label: 'First wait before a retry',
    help: 'For steps and compensations alike.',
  },
  retryFactor: { kind: 'number', unit: 'factor', min: 1, max: 10, initial: 2, group: BACK, label: 'Growth of the wait', help: 'By how much each further wait is longer.' },
  retryMaxDelayMs: { kind: 'number', unit: 'ms', min: 10, max: 3_600_000, initial: 10_000, scale: 'log', group: BACK, label: 'Longest wait', help: 'A growing wait stops here.' },
  retryJitterRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.2, group: BACK, label: 'Random part of the wait',
    help: 'Each wait is drawn between (1 − f) and (1 + f) times itself, so that sagas do not come back together.',
  },
  compensationAttempts: {
    kind: 'number', unit: 'count', min: 0, max: 1000, initial: 10, integer: true, group: BACK, label: 'Attempts at a compensation',
    help: 'Then the saga is stuck and waits for a person. 0: for ever.',
  },
  compensationOrder: {
    kind: 'choice', options: ['reverse', 'parallel'], initial: 'reverse', group: BACK, label: 'Order of compensations',
    optionLabels: { reverse: 'last done, first undone', parallel: 'all at once' },
    help: 'Parallel is faster (Camunda 8 does it so) and needs compensations that do not depend on each other. A change holds for sagas that start after it.',
  },
  onCompensationFailure: {
    kind: 'choice', options: ['stuck', 'skip'], initial: 'stuck', group: BACK, label: 'A compensation that fails for good',
    optionLabels: { stuck: 'stops the saga for a person', skip: 'is skipped (wrong)' },
    help: 'skip goes on as if it had worked: what it should have given back is gone, and nothing shows it.',
  },
  persistence: {
    kind: 'choice', options: ['logBeforeAct', 'none'], initial: 'logBeforeAct', group: CRASH, label: 'Memory',
    optionLabels: { logBeforeAct: 'log, then act', none: 'in memory only (wrong)' },
    help: 'With a log a restarted orchestrator goes on where it was; without one it knows nothing of the sagas it had under way.',
  },
  fsyncMs: { kind: 'number', unit: 'ms', min: 0, max: 1000, initial: 2, group: CRASH, label: 'Fsync', help: 'How long a decision takes to reach the disk.' },
  isolation: {
    kind: 'choice', options: ['none', 'semanticLock', 'commutative', 'pessimisticView', 'rereadValue', 'versionFile', 'byValue'], initial: 'semanticLock', group: ISOLATION,
    label: 'Countermeasure',
    optionLabels: {
      none: 'none', semanticLock: 'semantic lock', commutative: 'commutative updates', pessimisticView: 'pessimistic view (reorder)',
      rereadValue: 'reread value', versionFile: 'version file', byValue: 'by value',
    },
    help: 'Sagas are not isolated: others see what may still be undone. Steps marked `lock` are locked under a semantic lock, and by value for large amounts.',
  },
  riskAmount: {
    kind: 'number', unit: 'count', min: 0, max: 1_000_000_000, initial: 100, integer: true, scale: 'log', group: ISOLATION, label: 'Large amount',
    help: 'By value only: from this amount on an account is locked; smaller sagas take the risk.',
  },
  duplicateId: {
    kind: 'choice', options: ['returnExisting', 'refuse', 'overwrite'], initial: 'returnExisting', group: SKETCH, label: 'A second start with the same id',
    optionLabels: { returnExisting: 'waits for the first', refuse: 'is refused', overwrite: 'replaces it (wrong)' },
    help: 'Requests are repeated, by people and by networks. Overwriting forgets the first saga while it runs.',
  },
  unknownType: {
    kind: 'choice', options: ['refuse', 'completeEmpty'], initial: 'refuse', group: SKETCH, label: 'An unknown type',
    optionLabels: { refuse: 'is refused', completeEmpty: 'has no steps, so is complete (wrong)' }, help: 'The sketch reports a saga that does nothing as completed.',
  },
  checkDefinitions: { kind: 'flag', initial: true, group: SKETCH, label: 'Definitions are checked', help: 'Off: duplicate names, steps without compensation and several pivots are taken as they come.' },
  stepKinds: {
    kind: 'choice', options: ['honoured', 'ignored'], initial: 'honoured', group: SKETCH, label: 'Kinds of steps',
    optionLabels: { honoured: 'compensable, pivot, retriable', ignored: 'all alike (sketch)' },
    help: 'ignored: no point of no return, and the last step may undo all the others.',
  },
  statusAfterUndo: {
    kind: 'choice', options: ['compensated', 'failed'], initial: 'compensated', group: SKETCH, label: 'Status after the undo',
    help: 'failed: as in the sketch, where the status COMPENSATED is overwritten and can never be seen.',
  },
} as const satisfies Schema;
export type SagaParams = ParamsOf<typeof params>;

function checkSagas({ sagas, sagaTimeoutMs, checkDefinitions, stepKinds }: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  try {
    readDefinitions(sagas as Json, { sagaTimeoutMs: sagaTimeoutMs as number, check: checkDefinitions === true, kinds: stepKinds === 'honoured' });
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return [{ path: 'sagas', value: sagas, rule: 'sagas that can run and be undone', level: 'refuse', message: error.message }];
  }
}

export const sagaStory = {
  title: 'Saga orchestrator',
  place: 'app',
  machine: 'saga',
  params,
  relations: [
    { left: 'stepTimeoutMs', must: 'atMost', right: 'sagaTimeoutMs', level: 'refuse', message: 'a step may not take longer than the whole saga.' },
    { left: 'retryDelayMs', must: 'atMost', right: 'retryMaxDelayMs', level: 'refuse', message: 'the longest wait must not be shorter than the first.' },
    { left: 'retriableAttempts', must: 'atMost', right: 0, level: 'warn', message: 'past the pivot there is no way back: a step that may give up leaves its saga half done.' },
    { left: 'fsyncMs', must: 'atMost', right: 100, level: 'warn', message: 'every step waits for the log.' },
  ],
  check: checkSagas,
  presets: sagaPresets,
  controls: { retryStuck: 'Have stuck sagas tried again', abortAll: 'Call off what can be called off' },
  notes: {
    sagaRegistered: { text: 'saga type {type} registered with {steps} steps', tone: 'good' },
    sagaRefused: { text: '{op} refused: {code}', quiet: true, tone: 'warn' },
    sagaStarted: { text: '{saga} started', quiet: true },
    stepStarted: { text: '{saga}: asked {service} for {step}, attempt {attempt}', quiet: true },
    stepSucceeded: { text: '{saga}: {step} is done', quiet: true, tone: 'good' },
    stepFailed: { text: '{saga}: {step} failed ({why})', quiet: true, tone: 'warn' },
    stepTimedOut: { text: '{saga}: {step} gave no answer in {afterMs} ms; done or not, nobody knows', quiet: true, tone: 'warn' },
    stepRetried: { text: '{saga}: {step} will be tried again in {waitMs} ms', quiet: true },
    outcomeQueried: { text: '{saga}: asked {service} what became of {step}', quiet: true },
    outcomeFound: { text: '{saga}: {step} turned out to be {answer}', quiet: true },
    logged: { text: '{saga}: {what} is in the log', quiet: true },
    pivotPassed: { text: '{saga}: past the pivot {step}, no way back', quiet: true, tone: 'good' },
    confirmationSent: { text: '{saga}: told {service} that {step} is final', quiet: true },
    sagaTimedOut: { text: '{saga} took longer than {afterMs} ms and turns back', tone: 'warn' },
    abortRequested: { text: '{saga}: somebody asked to call it off', tone: 'warn' },
    abortTooLate: { text: '{saga} cannot be called off any more: it is {state}', quiet: true, tone: 'warn' },
    compensationStarted: { text: '{saga}: undoing {step}, attempt {attempt}', quiet: true, tone: 'warn' },
    compensationSucceeded: { text: '{saga}: {step} is undone', quiet: true },
    compensationFailed: { text: '{saga}: undoing {step} failed ({why})', quiet: true, tone: 'bad' },
    compensationSkipped: { text: '{saga}: the undo of {step} failed and was skipped', tone: 'bad' },
    completed: { text: '{saga} completed', quiet: true, tone: 'good' },
    compensated: { text: '{saga} was undone: {reason}', quiet: true, tone: 'warn' },
    failed: { text: '{saga} FAILED, whatever that means: {reason}', quiet: true, tone: 'bad' },
    stuck: { text: '{saga} is stuck at {step}: somebody has to look', tone: 'bad' },
    stuckRetried: { text: '{saga}: an operator had it tried again', tone: 'warn' },
    overwritten: { text: '{saga} was started a second time, and the first forgotten', tone: 'bad' },
    resumedAfterCrash: { text: '{saga} goes on after the crash: {state}, step {step}', quiet: true, tone: 'good' },
    recovered: { text: 'the orchestrator is back and knows {open} open sagas', tone: 'warn' },
  },
} as const satisfies EngineStory;
export type SagaNote = keyof typeof sagaStory.notes;
