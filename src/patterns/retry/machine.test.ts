import { initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { canTake, nextState } from '../../primitives/tabulate.ts';
import { callMachine, callTable } from './machine.ts';
import { retryRig } from './testing.ts';

test('begins with an attempt', () => {
  expect(initialTransition(callMachine)[0].value).toBe('attempting');
  expect(callTable.initial).toBe('attempting');
});

describe.each(callTable.states)('the table is the machine in the state %s', (state) => {
  test.each(callTable.events)('at %s', (event) => {
    const snapshot = callMachine.resolveState({ value: state, context: {} });
    const [after] = transition(callMachine, snapshot, { type: event });
    if (snapshot.can({ type: event })) expect(nextState(callTable, state, event)).toBe(after.value);
    else expect(canTake(callTable, state, event)).toBe(false);
  });
});

test('every state and every move says what it means', () => {
  for (const [state, node] of Object.entries(callMachine.root.states)) {
    expect(node.description, state).toMatch(/\.$/);
    for (const moves of node.transitions.values()) for (const move of moves) expect(move.description, state).toMatch(/\.$/);
  }
});

test('a call is over once: its ends lead nowhere but to another call', () => {
  for (const state of callTable.states) if (state !== 'attempting' && state !== 'backingOff') expect(Object.keys(callTable.next[state])).toEqual(['nextCall']);
});

const moves = (rig: ReturnType<typeof retryRig>): string[] => rig.decisions('transition').map(({ from, to, event }) => `${from} -${event}-> ${to}`);

test('one call is followed at a time, and then the next', () => {
  const rig = retryRig({ backoff: 'constant', jitter: 'none' });
  rig.play(0, 'fo');
  rig.play(1000, 'p');
  expect(moves(rig)).toEqual([
    'attempting -failed-> backingOff', 'backingOff -waitOver-> attempting', 'attempting -succeeded-> succeeded', 'succeeded -nextCall-> attempting', 'attempting -notRetryable-> notRetryable',
  ]);
});

test('the chart shows how many attempts were made and until when it waits', () => {
  const rig = retryRig({ backoff: 'constant', jitter: 'none' });
  const call = rig.request(0);
  rig.answer(10, rig.attemptsOf(call)[0]!, { kind: 'overload' });
  expect(rig.inspect().machines).toEqual([{
    instance: '', state: 'backingOff', guards: [{ label: 'attempts', value: 1, limit: 3, unit: 'count', text: '1 of 3' }], countdown: { label: 'next attempt', fromMs: 10, untilMs: 110 },
  }]);
});

test('a crash ends what was followed', () => {
  const rig = retryRig();
  rig.request(0);
  rig.crash(10);
  rig.restart(20);
  rig.play(30, 'o');
  expect(moves(rig)).toEqual(['attempting -cancelled-> cancelled', 'cancelled -nextCall-> attempting', 'attempting -succeeded-> succeeded']);
});
