/**
 * The three machines of the pattern: a saga as its orchestrator sees it, one of its steps, and what a participant holds for one step.
 * They have no data and no guards: engines choose the event, and why. Tabulated once; engines run the tables.
 */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type SagaEventType =
  | 'begin' | 'stepSucceeded' | 'pivotPassed' | 'lastStepSucceeded' | 'stepFailed' | 'stepTimedOut' | 'sagaTimedOut' | 'abortAsked' | 'stepSettled'
  | 'compensationSucceeded' | 'allUndone' | 'undoneReportedAsFailed' | 'compensationExhausted' | 'retriesExhausted' | 'compensationResumed' | 'forwardResumed';

export const sagaMachine = setup({ types: { events: {} as { type: SagaEventType } } }).createMachine({
  id: 'saga',
  initial: 'started',
  states: {
    started: {
      description: 'The request is being written to the log; nothing has been asked of anybody yet.',
      on: { begin: { target: 'running', description: 'The saga is in the log: the first step may go out.' } },
    },
    running: {
      description: 'Forward, one step after the other; everything done so far can still be undone.',
      on: {
        stepSucceeded: { target: 'running', description: 'A step is done and logged; the next may go out.' },
        pivotPassed: { target: 'forwardOnly', description: 'The go/no-go step is done: from here on there is no way back.' },
        lastStepSucceeded: { target: 'completed', description: 'There is nothing left to do.' },
        stepFailed: { target: 'compensating', description: 'A step was refused.' },
        stepTimedOut: { target: 'compensating', description: 'A step gave no answer: it may have been done or not.' },
        sagaTimedOut: { target: 'compensating', description: 'The whole saga took too long.', meta: { countdown: true } },
        abortAsked: { target: 'abortRequested', description: 'Somebody asked to call it off.' },
      },
    },
    abortRequested: {
      description: 'Called off; the step that is out must come back first.',
      on: {
        stepSettled: { target: 'compensating', description: 'The step that was out has ended, one way or the other.' },
        pivotPassed: { target: 'forwardOnly', description: 'Too late: the step that was out was the point of no return.' },
        sagaTimedOut: { target: 'compensating', description: 'The whole saga took too long.', meta: { countdown: true } },
      },
    },
    forwardOnly: {
      description: 'Past the pivot: the remaining steps are tried until they succeed.',
      on: {
        stepSucceeded: { target: 'forwardOnly', description: 'A step is done and logged; the next may go out.' },
        lastStepSucceeded: { target: 'completed', description: 'Every step is done, every reservation is final.' },
        retriesExhausted: { target: 'stuck', description: 'A step that must succeed ran out of attempts.' },
      },
    },
    compensating: {
      description: 'Backward: what was done is undone.',
      on: {
        compensationSucceeded: { target: 'compensating', description: 'One more step is undone and logged.' },
        allUndone: { target: 'compensated', description: 'Everything is undone.' },
        undoneReportedAsFailed: { target: 'failed', description: 'The sketch overwrites the status, however well the undo went.' },
        compensationExhausted: { target: 'stuck', description: 'A compensation ran out of attempts.' },
      },
    },
    stuck: {
      description: 'Neither done nor undone: somebody has to look. It is on a list, and stays there.',
      on: {
        compensationResumed: { target: 'compensating', description: 'An operator had the undo tried again.' },
        forwardResumed: { target: 'forwardOnly', description: 'An operator had the step tried again.' },
      },
    },
    completed: { type: 'final', description: 'All steps are done.' },
    compensated: { type: 'final', description: 'As if nothing had happened.' },
    failed: { type: 'final', description: 'The sketch’s only ending besides success: nobody can tell a clean undo from a broken one.' },
  },
});
export const sagaTable = tabulate(sagaMachine);
export type SagaMode = (typeof sagaTable.states)[number];
export type SagaEvent = (typeof sagaTable.events)[number];

type StepEventType =
  | 'sent' | 'retried' | 'succeeded' | 'refused' | 'gaveUp' | 'foundDone' | 'foundAbsent' | 'undoSent' | 'undoRetried' | 'undone' | 'undoExhausted';

export const stepMachine = setup({ types: { events: {} as { type: StepEventType } } }).createMachine({
  id: 'saga-step',
  initial: 'pending',
  states: {
    pending: { description: 'Not asked for yet.', on: { sent: { target: 'inFlight', description: 'The command went out.' } } },
    inFlight: {
      description: 'Asked for; the answer is awaited.',
      on: {
        succeeded: { target: 'done', description: 'The participant has committed it.' },
        refused: { target: 'failed', description: 'The participant said no, for certain.' },
        retried: { target: 'inFlight', description: 'No good answer; the same command went out again.' },
        gaveUp: { target: 'unknown', description: 'No answer came: done or not, nobody here knows.' },
      },
    },
    done: { description: 'Committed by its participant.', on: { undoSent: { target: 'compensating', description: 'Its compensation went out.' } } },
    failed: { description: 'Certainly not done.', on: { sent: { target: 'inFlight', description: 'An operator had it tried again.' } } },
    unknown: {
      description: 'Done or not: the answer was lost.',
      on: {
        undoSent: { target: 'compensating', description: 'Undone to be on the safe side; undoing what was not done changes nothing.' },
        foundDone: { target: 'done', description: 'The participant was asked: it is done.' },
        foundAbsent: { target: 'failed', description: 'The participant was asked: it is not done and never will be.' },
      },
    },
    compensating: {
      description: 'The compensation is out.',
      on: {
        undone: { target: 'compensated', description: 'Undone.' },
        undoRetried: { target: 'compensating', description: 'The compensation failed and was sent again.' },
        undoExhausted: { target: 'compensationFailed', description: 'The compensation ran out of attempts.' },
      },
    },
    compensated: { type: 'final', description: 'Undone.' },
    compensationFailed: { description: 'Could not be undone.', on: { undoSent: { target: 'compensating', description: 'An operator had it tried again.' } } },
  },
});
export const stepTable = tabulate(stepMachine);
export type StepMode = (typeof stepTable.states)[number];
export type StepEvent = (typeof stepTable.events)[number];

type HoldingEventType = 'commandTaken' | 'committed' | 'repeated' | 'refused' | 'failed' | 'crashed' | 'confirmed' | 'undone' | 'undoneBeforeDone' | 'overtaken' | 'blocked';

export const holdingMachine = setup({ types: { events: {} as { type: HoldingEventType } } }).createMachine({
  id: 'participant',
  initial: 'absent',
  states: {
    absent: {
      description: 'Nothing is held for this step.',
      on: {
        commandTaken: { target: 'working', description: 'The command is being worked on.' },
        undoneBeforeDone: { target: 'tombstoned', description: 'The compensation came before its command; a tombstone remembers that.' },
      },
    },
    working: {
      description: 'The local transaction is open.',
      on: {
        committed: { target: 'held', description: 'The local transaction is on disk.' },
        refused: { target: 'refused', description: 'A business rule said no.' },
        failed: { target: 'absent', description: 'It came to nothing, and nothing is remembered of it.' },
        crashed: { target: 'absent', description: 'A crash rolled the open transaction back.' },
        overtaken: { target: 'tombstoned', description: 'Its compensation overtook it while it was worked on.' },
      },
    },
    held: {
      description: 'Done, and still revocable.',
      on: {
        repeated: { target: 'held', description: 'The same command was applied once more: nobody checked for duplicates.' },
        confirmed: { target: 'confirmed', description: 'The saga is past its pivot: the change is final and its lock is lifted.' },
        undone: { target: 'undone', description: 'The compensation is on disk.' },
      },
    },
    confirmed: {
      description: 'Done for good.',
      on: { repeated: { target: 'confirmed', description: 'The same command was applied once more: nobody checked for duplicates.' } },
    },
    undone: {
      description: 'Done and undone.',
      on: {
        committed: { target: 'held', description: 'A late copy of the command was done although its saga is over.' },
        blocked: { target: 'undone', description: 'A late copy of the command was turned away.' },
      },
    },
    refused: {
      description: 'A business rule said no.',
      on: {
        undoneBeforeDone: { target: 'tombstoned', description: 'There was nothing to undo; a tombstone keeps late copies of the command out.' },
      },
    },
    tombstoned: {
      description: 'Undone before it was done: a late command finds the tombstone.',
      on: { blocked: { target: 'tombstoned', description: 'A late command was turned away.' } },
    },
  },
});
export const holdingTable = tabulate(holdingMachine);
export type HoldingMode = (typeof holdingTable.states)[number];
export type HoldingEvent = (typeof holdingTable.events)[number];
