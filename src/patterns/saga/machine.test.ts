import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import { canTake, nextState, type MachineTable } from '../../primitives/tabulate.ts';
import { holdingMachine, holdingTable, sagaMachine, sagaTable, stepMachine, stepTable } from './machine.ts';

const machines: readonly [string, AnyStateMachine, MachineTable][] = [
  ['saga', sagaMachine, sagaTable], ['saga-step', stepMachine, stepTable], ['participant', holdingMachine, holdingTable],
];

describe.each(machines)('the machine %s', (_, machine, table) => {
  test('begins where its table begins', () => expect(initialTransition(machine)[0].value).toBe(table.initial));

  test.each(table.states.flatMap((state) => table.events.map((event) => [state, event] as const)))('is its table: %s at %s', (state, event) => {
    const snapshot = machine.resolveState({ value: state, context: {} }) as AnyMachineSnapshot;
    // A final state is done: XState itself takes nothing there.
    const final = machine.root.states[state]!.type === 'final';
    const [after] = transition(machine, snapshot, { type: event });
    if (!final && snapshot.can({ type: event })) expect(nextState(table, state, event)).toBe(after.value);
    else {
      expect(canTake(table, state, event)).toBe(false);
      expect(after.value).toBe(state);
    }
  });

  test('says what every state and every move means', () => {
    for (const [state, node] of Object.entries(machine.root.states)) {
      expect(node.description, state).toMatch(/\.$/);
      for (const [event, moves] of node.transitions) for (const move of moves) expect(move.description, `${state} ${event}`).toMatch(/\.$/);
    }
  });
});

const waysFrom = (table: MachineTable, state: string): string[] => Object.values<string>(table.next[state] as Record<string, string>);

test('past the pivot a saga never compensates', () => {
  const reached = new Set(['forwardOnly']);
  for (const state of reached) for (const [event, to] of Object.entries(sagaTable.next[state as 'forwardOnly'])) if (event !== 'compensationResumed') reached.add(to);
  expect([...reached].sort()).toEqual(['completed', 'forwardOnly', 'stuck']);
});
test('what has ended stays so, and a stuck saga is not lost', () => {
  for (const state of ['completed', 'compensated', 'failed']) expect(waysFrom(sagaTable, state)).toEqual([]);
  expect(waysFrom(sagaTable, 'stuck').sort()).toEqual(['compensating', 'forwardOnly']);
});
test('nothing is done any more where a tombstone stands', () => expect(new Set(waysFrom(holdingTable, 'tombstoned'))).toEqual(new Set(['tombstoned'])));
