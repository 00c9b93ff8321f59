import { initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { canTake, nextState } from '../../primitives/tabulate.ts';
import { rolloutMachine, rolloutTable } from './machine.ts';

test('begins with one release', () => {
  expect(initialTransition(rolloutMachine)[0].value).toBe('initialized');
  expect(rolloutTable.initial).toBe('initialized');
});

describe.each(rolloutTable.states)('the table is the machine in the state %s', (state) => {
  test.each(rolloutTable.events)('at %s', (event) => {
    const snapshot = rolloutMachine.resolveState({ value: state, context: {} });
    const [after] = transition(rolloutMachine, snapshot, { type: event });
    if (snapshot.can({ type: event })) expect(nextState(rolloutTable, state, event)).toBe(after.value);
    else expect(canTake(rolloutTable, state, event)).toBe(false);
  });
});

test('every state and every move says what it means', () => {
  for (const [state, node] of Object.entries(rolloutMachine.root.states)) {
    expect(node.description, state).toMatch(/\.$/);
    for (const moves of node.transitions.values()) for (const move of moves) expect(move.description, state).toMatch(/\.$/);
  }
});
