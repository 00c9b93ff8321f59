import { initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { canTake, nextState } from '../../primitives/tabulate.ts';
import { breakerMachine, breakerTable } from './machine.ts';

test('begins closed', () => {
  expect(initialTransition(breakerMachine)[0].value).toBe(breakerTable.initial);
  expect(breakerTable.initial).toBe('closed');
});

describe.each(breakerTable.states)('the table is the machine in the state %s', (state) => {
  test.each(breakerTable.events)('at %s', (event) => {
    const snapshot = breakerMachine.resolveState({ value: state, context: {} });
    const [after] = transition(breakerMachine, snapshot, { type: event });
    if (snapshot.can({ type: event })) expect(nextState(breakerTable, state, event)).toBe(after.value);
    else {
      expect(canTake(breakerTable, state, event)).toBe(false);
      expect(after.value).toBe(state);
    }
  });
});

/** Which moves there are, beside those back into the same mode: resilience4j CircuitBreaker.StateTransition, less its `transitionToOpenState` by hand. */
test('the moves are those of resilience4j', () => {
  const moves = Object.fromEntries(breakerTable.states.map((from) => [from, [...new Set(Object.values(breakerTable.next[from]))].filter((to) => to !== from).sort()]));
  expect(moves).toEqual({
    closed: ['disabled', 'forcedOpen', 'metricsOnly', 'open'],
    open: ['closed', 'disabled', 'forcedOpen', 'halfOpen', 'metricsOnly'],
    halfOpen: ['closed', 'disabled', 'forcedOpen', 'metricsOnly', 'open'],
    disabled: ['closed', 'forcedOpen', 'halfOpen', 'metricsOnly'],
    metricsOnly: ['closed', 'disabled', 'forcedOpen'],
    forcedOpen: ['closed', 'disabled', 'halfOpen', 'metricsOnly'],
  });
});

test('a closed breaker never goes half-open', () => {
  expect(() => nextState(breakerTable, 'closed', 'startProbing')).toThrow('impossible in the state "closed"');
});

test('every mode and every move says what it means, and those that wait have a countdown', () => {
  const counted: string[] = [];
  for (const [state, node] of Object.entries(breakerMachine.root.states)) {
    expect(node.description, state).toMatch(/\.$/);
    for (const [event, moves] of node.transitions) {
      for (const move of moves) {
        expect(move.description, `${state} ${event}`).toMatch(/\.$/);
        if ((move.meta as { countdown?: boolean } | undefined)?.countdown === true) counted.push(`${state} ${event}`);
      }
    }
  }
  expect(counted).toEqual(['open waitElapsed', 'halfOpen halfOpenExpiredToOpen', 'halfOpen halfOpenExpiredToClosed']);
});
