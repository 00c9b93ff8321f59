import { initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { canTake, nextState } from '../../primitives/tabulate.ts';
import { limiterMachine, limiterTable } from './machine.ts';

test('begins by letting through', () => {
  expect(initialTransition(limiterMachine)[0].value).toBe('passing');
  expect(limiterTable.initial).toBe('passing');
});

describe.each(limiterTable.states)('the table is the machine in the state %s', (state) => {
  test.each(limiterTable.events)('at %s', (event) => {
    const snapshot = limiterMachine.resolveState({ value: state, context: {} });
    const [after] = transition(limiterMachine, snapshot, { type: event });
    if (snapshot.can({ type: event })) expect(nextState(limiterTable, state, event)).toBe(after.value);
    else expect(canTake(limiterTable, state, event)).toBe(false);
  });
});

test('every state and every move says what it means', () => {
  for (const [state, node] of Object.entries(limiterMachine.root.states)) {
    expect(node.description, state).toMatch(/\.$/);
    for (const moves of node.transitions.values()) for (const move of moves) expect(move.description, state).toMatch(/\.$/);
  }
});
