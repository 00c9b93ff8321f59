/** What must hold of the event store after every step; looks at the newest events only, since `auditLog` takes as long as the log is (tests run it). */
import type { Invariant } from '../../kernel/contract.ts';
import type { StoreParams } from './store.params.ts';
import { windowOf, type StoreState } from './store.state.ts';

const NEWEST = 8;
export const storeInvariants: readonly Invariant<StoreParams, StoreState>[] = [
  {
    name: 'versions have no gaps', why: 'A stream lacks an event, or has one twice.',
    holds: ({ events: { log, streams } }) => log.slice(-NEWEST).every(({ stream, version }) => streams.get(stream)?.[version]?.version === version),
  },
  {
    name: 'positions only rise', why: 'Two events are at one place of the log, or out of order.',
    holds: ({ events: { log, next } }) => log.slice(-NEWEST).every(({ position }, i, part) => position < next && (i === 0 || position > part[i - 1]!.position)),
  },
  { name: 'events can’t be changed', why: 'Whoever fetched an event could rewrite history.', holds: ({ events: { log } }) => log.slice(-NEWEST).every((event) => Object.isFrozen(event) && Object.isFrozen(event.data)) },
  {
    name: 'the chain ends where the log ends', why: 'History was rewritten: the hash of the last event is not that of the log.',
    holds: ({ events: { log, hash, erased } }) => erased > 0 || (log.at(-1)?.hash ?? 0) === hash,
  },
  { name: 'what was appended is there', why: 'An event was lost without being erased.', holds: ({ events: { log, next, erased } }) => log.length + erased === next },
  { name: 'an id is known once', why: 'More ids are remembered than the window allows.', holds: ({ events: { ids, log } }, params) => ids.size <= Math.max(log.length, windowOf(params)) },
  { name: 'snapshots are of events that exist', why: 'A snapshot is newer than its stream.', holds: ({ snapshots, events: { streams, log } }) => {
    const last = log.at(-1)?.stream;
    const snapshot = last === undefined ? undefined : snapshots.get(last);
    return snapshot === undefined || snapshot.version <= (streams.get(last!)?.at(-1)?.version ?? -1);
  } },
];
