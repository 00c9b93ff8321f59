import { describe, expect, test } from 'vitest';
import { createMachine, setup, type AnyStateMachine } from 'xstate';
import { canTake, nextState, tabulate } from './tabulate.ts';

const door = setup({ types: { events: {} as { type: 'open' | 'shut' | 'lock' } } }).createMachine({
  id: 'door', initial: 'shut',
  states: {
    shut: { on: { open: { target: 'open' }, lock: { target: 'locked' }, shut: { target: 'shut' } } },
    open: { on: { shut: { target: 'shut' } } },
    locked: { type: 'final' },
  },
});

test('a machine becomes its table', () => {
  expect(tabulate(door)).toEqual({
    name: 'door', initial: 'shut', states: ['shut', 'open', 'locked'], events: ['open', 'lock', 'shut'],
    next: { shut: { open: 'open', lock: 'locked', shut: 'shut' }, open: { shut: 'shut' }, locked: {} },
  });
});

test('an event leads where the table says, and an impossible one says what would be possible', () => {
  const table = tabulate(door);
  expect(nextState(table, 'shut', 'lock')).toBe('locked');
  expect(canTake(table, 'open', 'shut')).toBe(true);
  expect(canTake(table, 'open', 'lock')).toBe(false);
  expect(() => nextState(table, 'open', 'lock')).toThrow('machine "door": the event "lock" is impossible in the state "open", which takes shut');
  expect(() => nextState(table, 'locked', 'open')).toThrow('which takes nothing');
});

describe('what is more than a table is refused', () => {
  const of = (rest: object): AnyStateMachine => createMachine({ id: 'odd', initial: 'a', ...rest } as never);
  test.each<[string, object, string]>([
    ['context', { context: { n: 1 }, states: { a: {} } }, 'it has context'],
    ['a nested state', { states: { a: { initial: 'b', states: { b: {} } } } }, 'has states of its own'],
    ['an entry action', { states: { a: { entry: () => {} } } }, 'does something by itself'],
    ['an invocation', { states: { a: { invoke: { src: 'x' } } } }, 'does something by itself'],
    ['a guard', { states: { a: { on: { go: { target: 'b', guard: () => true } } }, b: {} } }, '"go" has a guard in state "a"'],
    ['an action', { states: { a: { on: { go: { target: 'b', actions: () => {} } } }, b: {} } }, '"go" has an action in state "a"'],
    ['a delay', { states: { a: { after: { 100: 'b' } }, b: {} } }, 'is not a named event'],
    ['a wildcard', { states: { a: { on: { '*': 'b' } }, b: {} } }, '"*" is not a named event'],
    ['an unreachable state', { states: { a: {}, b: {} } }, 'state "b" is never reached'],
  ])('%s', (_, rest, message) => {
    expect(() => tabulate(of(rest))).toThrow(message);
  });
});
