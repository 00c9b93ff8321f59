import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { nextState } from '../../primitives/tabulate.ts';
import { keyMachine, keyTable } from './machine.ts';

test('the table is the machine', () => {
  for (const state of keyTable.states) {
    for (const event of keyTable.events) {
      const next = keyTable.next[state][event];
      const actor = createActor(keyMachine, { snapshot: keyMachine.resolveState({ value: state }) }).start();
      actor.send({ type: event });
      expect(actor.getSnapshot().value, `${state} ${event}`).toBe(next ?? state);
    }
  }
});

test('from every state a crash leads to absent, and only a bucket that was asked for can be forgotten', () => {
  for (const state of keyTable.states) if (state !== 'absent') expect(nextState(keyTable, state, 'forgotten')).toBe('absent');
  expect(keyTable.next['absent']['evicted']).toBeUndefined();
});
