/** The life of one key's bucket, as somebody sees it who looks at it from time to time. Empty: not one whole token is left. */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type KeyEventType = 'appeared' | 'taken' | 'drained' | 'regained' | 'refilled' | 'evicted' | 'returned' | 'forgotten';
const forgotten = { target: 'absent', description: 'The node was restarted and knows nobody.' } as const;
const taken = { target: 'partial', description: 'A request took its cost.' } as const;
const drained = { target: 'empty', description: 'What is left is less than one token.' } as const;
const refilled = { target: 'full', description: 'Time has filled it to the brim; more is lost.' } as const;

export const keyMachine = setup({ types: { events: {} as { type: KeyEventType } } }).createMachine({
  id: 'key',
  initial: 'absent',
  states: {
    absent: { description: 'Nobody has asked under this key: it costs no memory.', on: { appeared: { target: 'full', description: 'The first request; the bucket begins as the settings say.' } } },
    full: {
      description: 'A whole burst is there. A key in this state may be forgotten without giving anything away.',
      on: { taken, drained, evicted: { target: 'evicted', description: 'Room was needed.' }, forgotten },
    },
    partial: { description: 'Something is left.', on: { drained, refilled, evicted: { target: 'evicted', description: 'Room was needed, and nobody asked whether it was full.' }, forgotten } },
    empty: {
      description: 'Requests are refused, or wait.',
      on: { regained: { target: 'partial', description: 'Time has brought a token.' }, refilled, evicted: { target: 'evicted', description: 'Room was needed, and nobody asked whether it was full.' }, forgotten },
    },
    evicted: { description: 'Forgotten; who comes back begins anew.', on: { returned: { target: 'full', description: 'It asks again, and has a new bucket.' }, forgotten } },
  },
});

/** The machine as a table, made by XState's own `transition`; the engines run it. */
export const keyTable = tabulate(keyMachine);
export type KeyMode = (typeof keyTable.states)[number];
export type KeyEvent = (typeof keyTable.events)[number];
