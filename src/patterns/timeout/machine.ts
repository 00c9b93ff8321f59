/**
 * The life of one call, and of one attempt for it. What the clock says, what is left and what may still be sent is not in here: the engine
 * decides, names the event and runs the tables; the page draws the machines and follows one call at a time.
 */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type CallEventType = 'copySent' | 'answered' | 'failedForGood' | 'timeUp' | 'timeUpWithFallback' | 'timeUpWhileCleaning' | 'cleanedUp' | 'cancelled' | 'tooLittleLeft' | 'nextCall';

/** The end of a call; what is followed then is the next one. */
const end = (description: string) => ({ description, on: { nextCall: { target: 'pending', description: 'Another call is followed from here on.' } } }) as const;
const answered = { target: 'succeeded', description: 'The first good answer came; other copies are cancelled.' } as const;
const cancelled = { target: 'cancelled', description: 'The caller gave up.' } as const;
const over = {
  answered, cancelled,
  failedForGood: { target: 'failed', description: 'An error that no other copy can make good.' },
  timeUp: { target: 'timedOut', description: 'The limit, the caller’s deadline or the last attempt’s time is over.', meta: { countdown: true } },
  timeUpWithFallback: { target: 'fellBack', description: 'The same, and there is something older to answer with.' },
  timeUpWhileCleaning: { target: 'cleaningUp', description: 'The limit is over, but the caller is answered only when the cancelled work has ended.' },
} as const;

export const callMachine = setup({ types: { events: {} as { type: CallEventType } } }).createMachine({
  id: 'timeout',
  initial: 'pending',
  states: {
    pending: {
      description: 'One attempt is under way, and the clock runs.',
      on: { ...over, copySent: { target: 'hedged', description: 'A retry or a hedge is sent.' }, tooLittleLeft: { target: 'rejectedNoBudget', description: 'So little time is left that no answer could come in time.' } },
    },
    hedged: { description: 'More than one attempt has been sent.', on: { ...over, copySent: { target: 'hedged', description: 'One more.' } } },
    cleaningUp: {
      description: 'Past its limit: cancelled work is still winding down.',
      on: { answered: { target: 'succeeded', description: 'It answered after all, late.' }, cleanedUp: { target: 'timedOut', description: 'It has ended.' }, cancelled },
    },
    succeeded: end('The caller has its answer.'),
    failed: end('The caller has the error.'),
    timedOut: end('The caller is told that time is up.'),
    fellBack: end('The caller has an older answer.'),
    cancelled: end('Nobody waits any more.'),
    rejectedNoBudget: end('The caller is told at once.'),
  },
});

type AttemptEventType = 'connected' | 'won' | 'lost' | 'failed' | 'timeUp' | 'leftRunning' | 'cancelDelivered' | 'answeredLate';
const done = (description: string) => ({ description, type: 'final' }) as const;
const inTheAir = {
  failed: { target: 'failed', description: 'It came back with an error.' },
  timeUp: { target: 'timedOut', description: 'Its time, or that of the call, is over, and the cancel takes no time.' },
  lost: { target: 'lost', description: 'Another copy was faster, or the caller gave up; the cancel takes no time.' },
  leftRunning: { target: 'orphan', description: 'Given up, and not yet, or never, cancelled.' },
} as const;
export const attemptMachine = setup({ types: { events: {} as { type: AttemptEventType } } }).createMachine({
  id: 'attempt',
  initial: 'connecting',
  states: {
    connecting: { description: 'A connection is being made.', on: { ...inTheAir, connected: { target: 'inFlight', description: 'The other side accepts, or a connection was open.' } } },
    inFlight: { description: 'Sent, no answer yet.', on: { ...inTheAir, won: { target: 'won', description: 'Its answer is the call’s answer.' } } },
    orphan: {
      description: 'Still running, for nobody.',
      on: { cancelDelivered: { target: 'lost', description: 'The callee is told.' }, answeredLate: { target: 'timedOut', description: 'It has ended by itself; nobody hears its answer.' } },
    },
    won: done('Its answer was used.'),
    lost: done('Cancelled.'),
    failed: done('Its error was heard.'),
    timedOut: done('Too late.'),
  },
});

/** The machines as tables, made by XState's own `transition`; the engine runs them. */
export const callTable = tabulate(callMachine);
export const attemptTable = tabulate(attemptMachine);
export type CallMode = (typeof callTable.states)[number];
export type CallEvent = (typeof callTable.events)[number];
export type AttemptMode = (typeof attemptTable.states)[number];
export type AttemptEvent = (typeof attemptTable.events)[number];
