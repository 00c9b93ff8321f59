/** The life of one command. The engine decides and names the event; the page draws this machine and follows one command at a time through it. */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type CommandEventType = 'turn' | 'loaded' | 'decided' | 'rejected' | 'answered' | 'appended' | 'conflict' | 'timedOut' | 'waitOver' | 'gaveUp' | 'cancelled' | 'nextCommand';

/** The end of a command; what is followed then is the next one. */
const end = (description: string) => ({ description, on: { nextCommand: { target: 'waiting', description: 'Another command is followed from here on.' } } }) as const;
const gaveUp = { target: 'failed', description: 'No try is left, or the history can’t be read.' } as const;
const cancelled = { target: 'cancelled', description: 'The caller gave up.' } as const;

export const commandMachine = setup({ types: { events: {} as { type: CommandEventType } } }).createMachine({
  id: 'event-sourcing',
  initial: 'waiting',
  states: {
    waiting: {
      description: 'It waits for its turn: at once, unless commands of one account are handled one after the other.',
      on: { turn: { target: 'loading', description: 'It is next.' }, cancelled },
    },
    loading: {
      description: 'The account is loaded: the newest snapshot, and the events after it.',
      on: {
        loaded: { target: 'deciding', description: 'The events are folded into a state.' },
        timedOut: { target: 'backingOff', description: 'The store did not answer in time.' },
        gaveUp, cancelled,
      },
    },
    deciding: {
      description: 'The rules of the account decide by the loaded state. Meanwhile others may append.',
      on: {
        decided: { target: 'appending', description: 'There is something to record.' },
        rejected: { target: 'rejected', description: 'The account does not allow it.' },
        answered: { target: 'accepted', description: 'It was a question: there is nothing to record.' },
        cancelled,
      },
    },
    appending: {
      description: 'The events go to the store, with the version that they were decided by.',
      on: {
        appended: { target: 'accepted', description: 'They are recorded.' },
        conflict: { target: 'backingOff', description: 'The stream has moved on since it was loaded.' },
        timedOut: { target: 'appending', description: 'No answer: the same append again, with the same event ids.' },
        gaveUp, cancelled,
      },
    },
    backingOff: {
      description: 'It waits before it loads and decides again.',
      on: { waitOver: { target: 'loading', description: 'The wait is over.', meta: { countdown: true } }, cancelled },
    },
    accepted: end('The caller has the new balance, or the answer.'),
    rejected: end('The caller hears why not.'),
    failed: end('The caller hears that it could not be done.'),
    cancelled: end('Nobody waits any more.'),
  },
});

/** The machine as a table, made by XState's own `transition`; the engine runs it. */
export const commandTable = tabulate(commandMachine);
export type CommandMode = (typeof commandTable.states)[number];
export type CommandEvent = (typeof commandTable.events)[number];
