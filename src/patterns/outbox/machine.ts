/**
 * The relay as a flat machine. What is counted (batches, attempts, leases) is not in here: the engine counts, chooses the event and runs the
 * table; the page draws this machine.
 */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type Event = 'due' | 'batchCame' | 'markFirst' | 'nothingCame' | 'notLeader' | 'fetchFailed' | 'batchDone' | 'batchDoneMarked' | 'reported' | 'reportedFirst' | 'reportFailed' | 'fenced' | 'stop' | 'start' | 'crashed';
const crashed = { target: 'waiting', description: 'The relay crashed: its batch is forgotten, what it has not reported will be handed out again.' } as const;

export const relayMachine = setup({ types: { events: {} as { type: Event } } }).createMachine({
  id: 'outbox',
  initial: 'waiting',
  states: {
    waiting: {
      description: 'Until the next look.',
      on: { due: { target: 'fetching', description: 'Time to look at the outbox.' }, stop: { target: 'stopped', description: 'Stopped by hand, between two batches.' } },
    },
    fetching: {
      description: 'The database is asked for events that are not published yet.',
      on: {
        batchCame: { target: 'publishing', description: 'There are some: publish them.' },
        markFirst: { target: 'reporting', description: 'There are some, and they are marked before they are published (at most once).' },
        nothingCame: { target: 'waiting', description: 'There is nothing.' },
        notLeader: { target: 'standby', description: 'Another relay holds the lease.' },
        fetchFailed: { target: 'waiting', description: 'The database did not answer.' },
        crashed,
      },
    },
    publishing: {
      description: 'Events go to the broker, in the order that was promised.',
      on: {
        batchDone: { target: 'reporting', description: 'Each was published, has failed, or has to wait behind one that failed.' },
        batchDoneMarked: { target: 'waiting', description: 'The batch is through; it had been marked before.' },
        crashed,
      },
    },
    reporting: {
      description: 'The database is told what is published and what has failed.',
      on: {
        reported: { target: 'waiting', description: 'It is written down.' },
        reportedFirst: { target: 'publishing', description: 'It is written down before it is true; now publish.' },
        reportFailed: { target: 'waiting', description: 'Nobody knows: all of it will be published again.' },
        fenced: { target: 'standby', description: 'Another relay has got the lease since; the report does not count.' },
        crashed,
      },
    },
    standby: {
      description: 'Another relay leads; this one looks again later.',
      on: { due: { target: 'fetching', description: 'Perhaps the lease is free by now.' }, stop: { target: 'stopped', description: 'Stopped by hand.' }, crashed },
    },
    stopped: { description: 'Does nothing until it is started.', on: { start: { target: 'waiting', description: 'Started by hand.' }, crashed } },
  },
});
export const relayTable = tabulate(relayMachine);
export type RelayMode = (typeof relayTable.states)[number];
export type RelayEvent = Event;
