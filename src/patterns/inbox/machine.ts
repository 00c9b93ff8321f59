/** One delivery of a message, as a flat machine. The engine counts, chooses the event and runs the table; the page draws this machine. */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type Event = 'claimed' | 'known' | 'locked' | 'isDead' | 'committed' | 'failed' | 'exhausted' | 'due' | 'acked' | 'givenUp' | 'crashed';
const crashed = { target: 'forgotten', description: 'The consumer crashed; without an acknowledgement the broker delivers again.' } as const;
const givenUp = { target: 'forgotten', description: 'The database did not answer; the next delivery tries again.' } as const;
const known = { target: 'skipped', description: 'Its id is marked: the effect is there already.' } as const;
const acked = { target: 'acknowledged', description: 'The broker is told; it may forget the message.' } as const;

export const inboxMachine = setup({ types: { events: {} as { type: Event } } }).createMachine({
  id: 'inbox',
  initial: 'received',
  states: {
    received: {
      description: 'Delivered; waits for a worker, for earlier messages of its account, and for the answer of the inbox.',
      on: { claimed: { target: 'claimed', description: 'New: this delivery works on it.' }, known, locked: { target: 'deferred', description: 'Another delivery of it is being worked on.' }, isDead: { target: 'dead', description: 'It is among the dead letters already.' }, givenUp, crashed },
    },
    claimed: {
      description: 'Being worked on.',
      on: { committed: { target: 'committed', description: 'The effect is there, and its id with it.' }, known, failed: { target: 'retryWaiting', description: 'The work failed; there are attempts left.' }, exhausted: { target: 'dead', description: 'It has failed too often.' }, givenUp, crashed },
    },
    retryWaiting: { description: 'Waits for its next attempt.', on: { due: { target: 'received', description: 'The wait is over.' }, crashed } },
    committed: { description: 'Done; the broker does not know yet.', on: { acked, crashed } },
    skipped: { description: 'A repeat: nothing is done.', on: { acked } },
    dead: { description: 'Put aside for people to look at.', on: { acked } },
    acknowledged: { type: 'final', description: 'Over. Its id is kept for the window.' },
    deferred: { type: 'final', description: 'Not acknowledged: should the other delivery fail, the broker delivers again.' },
    forgotten: { type: 'final', description: 'Not acknowledged: it comes again.' },
  },
});
export const inboxTable = tabulate(inboxMachine);
export type InboxMode = (typeof inboxTable.states)[number];
export type InboxEvent = Event;
