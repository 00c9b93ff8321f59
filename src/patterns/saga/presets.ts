/** The textbook sketch with its defects, and settings under which the orchestrator behaves like a library as it comes out of the box. */
import type { Preset } from '../../kernel/story.ts';

/** A day: longer than any run. */
const NEVER = 86_400_000;

/** What every durable engine has in common. */
const durable = {
  persistence: 'logBeforeAct', onCompensationFailure: 'stuck', statusAfterUndo: 'compensated', unknownType: 'refuse', checkDefinitions: true, stepKinds: 'honoured',
} as const;

export const sagaPresets = {
  original: {
    title: 'The textbook sketch',
    source: 'Sixty lines: a loop over functions, and over the completed ones backwards when one throws. In memory, no retry, no time-out, one status for every bad end',
    params: {
      persistence: 'none', stepTimeoutMs: NEVER, stepAttempts: 1, retriableAttempts: 1, compensationAttempts: 1, compensationOrder: 'reverse',
      onCompensationFailure: 'skip', onUnknown: 'ignore', isolation: 'none', duplicateId: 'overwrite', unknownType: 'completeEmpty', checkDefinitions: false,
      stepKinds: 'ignored', statusAfterUndo: 'failed', sagaTimeoutMs: NEVER,
    },
  },
  temporal: {
    title: 'Temporal',
    source: 'docs.temporal.io retry policies: initial interval 1 s, coefficient 2, maximum 100 × initial, attempts unlimited; a saga is a list of compensations run in reverse',
    params: {
      ...durable, stepAttempts: 100, retriableAttempts: 0, compensationAttempts: 0, retryDelayMs: 1000, retryFactor: 2, retryMaxDelayMs: 100_000, retryJitterRatio: 0,
      compensationOrder: 'reverse', duplicateId: 'refuse', startAnswers: 'accepted', isolation: 'none',
    },
  },
  camunda: {
    title: 'Camunda 8',
    source: 'docs.camunda.io compensation events: all compensation handlers of a scope are invoked at once, no order; jobs have 3 retries, then an incident',
    params: {
      ...durable, stepAttempts: 3, retriableAttempts: 3, compensationAttempts: 3, retryDelayMs: 10, retryFactor: 1, retryMaxDelayMs: 10, retryJitterRatio: 0,
      compensationOrder: 'parallel', duplicateId: 'refuse', startAnswers: 'accepted', isolation: 'none',
    },
  },
  eventuate: {
    title: 'Eventuate Tram Sagas',
    source: 'eventuate-tram-sagas (e8d57a1): step().invokeParticipant(..).withCompensation(..); commands wait in a channel until they are handled, compensations in reverse; aggregates locked by saga',
    params: {
      ...durable, stepTimeoutMs: NEVER, sagaTimeoutMs: NEVER, stepAttempts: 1, retriableAttempts: 0, compensationAttempts: 0, compensationOrder: 'reverse', duplicateId: 'refuse',
      startAnswers: 'accepted', isolation: 'semanticLock',
    },
  },
  massTransit: {
    title: 'MassTransit routing slip',
    source: 'MassTransit (c1e5caa): executed activities that stored a log are compensated in reverse; no retry unless one is configured; a failed compensation faults the slip',
    params: {
      ...durable, stepAttempts: 1, retriableAttempts: 1, compensationAttempts: 1, compensationOrder: 'reverse', duplicateId: 'refuse', startAnswers: 'accepted', isolation: 'none',
      onUnknown: 'ignore',
    },
  },
  stepFunctions: {
    title: 'AWS Step Functions',
    source: 'States language: Retry with IntervalSeconds 1, BackoffRate 2, MaxAttempts 3 by default; Catch leads to the states that undo',
    params: {
      ...durable, stepAttempts: 4, retriableAttempts: 4, compensationAttempts: 4, retryDelayMs: 1000, retryFactor: 2, retryMaxDelayMs: 60_000, retryJitterRatio: 0,
      compensationOrder: 'reverse', duplicateId: 'returnExisting', startAnswers: 'accepted', isolation: 'none',
    },
  },
} as const satisfies Readonly<Record<string, Preset>>;
