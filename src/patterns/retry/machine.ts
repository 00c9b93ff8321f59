/**
 * The life of one call. What failed, how often, what time and what budget are left is not in here: the engine decides, names the event and
 * runs the table for every call; the page draws this machine and follows one call at a time through it.
 */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type CallEventType =
  | 'failed' | 'failedToRetryAtOnce' | 'waitOver' | 'succeeded' | 'exhausted' | 'notRetryable' | 'budgetDenied' | 'outOfTime' | 'dropped' | 'cancelled' | 'nextCall';

/** The end of a call; what is followed then is the next one. */
const end = (description: string) => ({ description, on: { nextCall: { target: 'attempting', description: 'Another call is followed from here on.' } } }) as const;
const outOfTime = { target: 'outOfTime', description: 'The deadline leaves no time for another attempt.' } as const;
const cancelled = { target: 'cancelled', description: 'The caller gave up.' } as const;

export const callMachine = setup({ types: { events: {} as { type: CallEventType } } }).createMachine({
  id: 'retry',
  initial: 'attempting',
  states: {
    attempting: {
      description: 'An attempt is under way, or several with hedges.',
      on: {
        failed: { target: 'backingOff', description: 'It failed in a way that may pass, and there are attempts, time and budget left.' },
        failedToRetryAtOnce: { target: 'attempting', description: 'The same without a wait.' },
        succeeded: { target: 'succeeded', description: 'A good answer came.' },
        exhausted: { target: 'exhausted', description: 'All attempts are used up.' },
        notRetryable: { target: 'notRetryable', description: 'What failed will fail again, or must not be repeated.' },
        budgetDenied: { target: 'budgetDenied', description: 'Retries have used up their share.' },
        dropped: { target: 'dropped', description: 'The throttle at the caller dropped the attempt unsent.' },
        outOfTime, cancelled,
      },
    },
    backingOff: {
      description: 'The call waits for its next attempt.',
      on: { waitOver: { target: 'attempting', description: 'The wait is over.', meta: { countdown: true } }, outOfTime, cancelled },
    },
    succeeded: end('The caller has a good answer.'),
    exhausted: end('The caller has the last failure.'),
    notRetryable: end('The caller has the failure at once.'),
    budgetDenied: end('The caller has the failure, for the sake of the dependency.'),
    outOfTime: end('The caller has the last failure, in time.'),
    dropped: end('The caller is refused.'),
    cancelled: end('Nobody waits any more.'),
  },
});

/** The machine as a table, made by XState's own `transition`; the engine runs it. */
export const callTable = tabulate(callMachine);
export type CallMode = (typeof callTable.states)[number];
export type CallEvent = (typeof callTable.events)[number];
