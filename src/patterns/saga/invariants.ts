/** What must hold of an orchestrator’s sagas after every step, whatever its parameters are and were. */
import type { Invariant } from '../../kernel/contract.ts';
import { isDurable } from '../../primitives/appendLog.ts';
import type { SagaParams } from './params.ts';
import { undoOf, type Saga, type SagaState } from './state.ts';

const each = (name: string, why: string, holds: (saga: Saga, params: SagaParams) => boolean): Invariant<SagaParams, SagaState> => ({
  name, why,
  holds(state, params) {
    for (const saga of state.sagas.values()) if (!holds(saga, params)) return false;
    return true;
  },
});

export const invariants: readonly Invariant<SagaParams, SagaState>[] = [
  each('steps before the one that is due are done or being undone', 'A step was left out, or done before its turn.', ({ steps, at }) =>
    steps.every(({ mode }, i) => (i < at ? mode === 'done' || mode === 'compensating' || mode === 'compensated' || mode === 'compensationFailed' : i === at || mode === 'pending'))),
  each('nothing is undone on the way forward', 'A saga that is still going forward undoes a step.', ({ mode, steps }) =>
    (mode !== 'running' && mode !== 'forwardOnly' && mode !== 'abortRequested') || steps.every((step) => step.mode !== 'compensating' && step.mode !== 'compensated')),
  each('past the pivot there is no way back', 'A saga that passed its pivot is compensating.', ({ mode, at, definition }) =>
    (mode !== 'compensating' && mode !== 'abortRequested') || at <= definition.pivotAt),
  each('one step at a time', 'More than one step of a saga is out.', ({ steps }) => steps.filter(({ mode }) => mode === 'inFlight' || mode === 'unknown').length <= 1),
  each('in reverse order', 'A step was undone before one that was done after it.', ({ steps, mode, definition, reverse, skipped }) => {
    if (!reverse || skipped || mode !== 'compensating') return true;
    // Once a step is undone, everything after it is undone too, or never needed to be.
    let undone = false;
    return steps.every(({ mode: state }, at) => {
      if (undone && (state === 'done' || state === 'compensating') && undoOf(definition, at).compensation !== null) return false;
      undone ||= state === 'compensated';
      return true;
    });
  }),
  {
    name: 'ended as its steps say', why: 'A saga is called completed or compensated, and its steps say otherwise.',
    holds({ lastEnded }) {
      if (lastEnded === null) return true;
      const { mode, steps, at, skipped } = lastEnded;
      if (mode === 'completed') return at === steps.length && steps.every((step) => step === 'done');
      return steps.every((step) => step !== 'inFlight' && step !== 'compensating' && (step !== 'compensationFailed' || skipped));
    },
  },
  {
    name: 'every command out belongs to a saga', why: 'The orchestrator waits for answers that nobody needs.',
    holds: ({ flights, sagas }) => {
      for (const { saga } of flights.values()) if (!sagas.has(saga)) return false;
      return true;
    },
  },
  {
    name: 'what waits for the log is not in it', why: 'A saga acts on a decision that a crash would lose.',
    holds: ({ replies, log }) => replies.every(({ position }) => !isDurable(log, position)),
  },
];
