import { initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { canTake, nextState } from '../../primitives/tabulate.ts';
import { isOver } from './follow.ts';
import { attemptMachine, attemptTable, callMachine, callTable } from './machine.ts';
import { timeoutRig } from './testing.ts';

test('a call begins pending, an attempt by connecting', () => {
  expect(initialTransition(callMachine)[0].value).toBe(callTable.initial);
  expect(initialTransition(attemptMachine)[0].value).toBe(attemptTable.initial);
});

describe.each(callTable.states)('the table of calls is the machine in the state %s', (state) => {
  test.each(callTable.events)('at %s', (event) => {
    const snapshot = callMachine.resolveState({ value: state, context: {} });
    const [after] = transition(callMachine, snapshot, { type: event });
    if (snapshot.can({ type: event })) expect(nextState(callTable, state, event)).toBe(after.value);
    else expect(canTake(callTable, state, event)).toBe(false);
  });
});
test('the table of attempts is its machine', () => {
  for (const state of attemptTable.states) for (const event of attemptTable.events) {
    const snapshot = attemptMachine.resolveState({ value: state, context: {} });
    if (snapshot.can({ type: event })) expect(nextState(attemptTable, state, event)).toBe(transition(attemptMachine, snapshot, { type: event })[0].value);
    else expect(canTake(attemptTable, state, event)).toBe(false);
  }
});

test('every state and every move says what it means', () => {
  for (const machine of [callMachine, attemptMachine]) {
    for (const [state, node] of Object.entries(machine.root.states)) {
      expect(node.description, state).toMatch(/\.$/);
      for (const moves of node.transitions.values()) for (const move of moves) expect(move.description, state).toMatch(/\.$/);
    }
  }
});

test('a call is over once: its ends lead nowhere but to another call', () => {
  for (const state of callTable.states) if (isOver(state)) expect(Object.keys(callTable.next[state])).toEqual(['nextCall']);
});

test('the chart follows one call at a time, says what is left, and a crash ends what was followed', () => {
  const rig = timeoutRig({ totalMs: 1000 });
  const call = rig.request(0, { deadlineMs: 700 });
  rig.request(5);
  expect(rig.inspect().machines).toMatchObject([{ state: 'pending', countdown: { fromMs: 0, untilMs: 680 } }]);
  rig.answer(10, rig.attemptsOf(call)[0]!, { kind: 'ok' });
  rig.request(20);
  rig.crash(30);
  rig.restart(40);
  expect(rig.decisions('transition').map(({ from, to, event }) => `${from} -${event}-> ${to}`)).toEqual([
    'pending -answered-> succeeded', 'succeeded -nextCall-> pending', 'pending -cancelled-> cancelled',
  ]);
});
