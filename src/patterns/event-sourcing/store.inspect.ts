/** What plates and instruments show of the event store: the ribbon of events, which the reader may fold to any position. */
import type { Inspection, Json } from '../../kernel/contract.ts';
import { readAll } from '../../primitives/eventStream.ts';
import { deltaOf, euros } from './account.ts';
import type { StoreParams } from './store.params.ts';
import type { StoreState } from './store.state.ts';

/** So many cells of the ribbon at a time. */
export const SHOWN_EVENTS = 240;
const SNAPSHOTS = 20;

export function inspectStore(state: StoreState, _params: StoreParams): Inspection {
  const { events, counts, open, snapshots, locks } = state;
  return {
    tone: open.size > 0 ? 'active' : 'calm',
    mode: `${events.next} events`,
    meters: {
      logSize: events.log.length, streams: events.streams.size, longestStream: counts.longest, appends: counts.appends, conflicts: counts.conflicts,
      conflictRatio: counts.appends === 0 ? null : round(counts.conflicts / counts.appends), repeated: counts.repeated, invalid: counts.invalid,
      eventsPerLoad: counts.loads === 0 ? null : round(counts.eventsRead / counts.loads), snapshots: counts.snapshots, snapshotHitRatio: counts.loads === 0 ? null : round(counts.snapshotLoads / counts.loads),
      locks: locks.size, erased: events.erased, keysDropped: state.shredded.size, underWay: open.size,
    },
    views: {
      ribbon: ribbon(state),
      snapshots: [...snapshots].slice(-SNAPSHOTS).map(([account, { version, schema, balance }]): Json => ({ account, version, schema, balance, eventsSince: (events.streams.get(account)?.at(-1)?.version ?? version) - version })),
    },
  };
}
const round = (value: number): number => Math.round(value * 1000) / 1000;

function ribbon({ events, snapshots, lookAt, subscribers }: StoreState): Json {
  const end = Math.min(events.next, lookAt), from = Math.max(0, end - SHOWN_EVENTS);
  const shown = readAll(events, from).filter(({ position }) => position < end);
  const before: Record<string, string> = {}, folded: Record<string, string> = {};
  const sums = new Map<string, number>();
  // Only streams that the shown events touch: what the others hold does not change on this ribbon.
  for (const { stream } of shown) if (!sums.has(stream)) sums.set(stream, sumUpTo(events.streams.get(stream) ?? [], from));
  for (const [account, cents] of sums) before[account] = euros(cents);
  const records = shown.map((event) => {
    const after = sums.get(event.stream)! + deltaOf(event);
    sums.set(event.stream, after);
    folded[event.stream] = euros(after);
    const what = deltaOf(event);
    return { offset: event.position, label: `${event.stream} v${event.version}: ${event.type}${what === 0 ? '' : ` ${euros(what)}`}`, state: what > 0 ? 'in' : what < 0 ? 'out' : 'other', key: event.stream, value: euros(after), atMs: Math.round(event.atMs) };
  });
  const newest = [...snapshots.values()].reduce((most, { position }) => Math.max(most, position), -1);
  return { records, cursors: [...(newest >= from && newest < end ? [{ name: 'newest snapshot', at: newest }] : []), { name: subscribers.length > 0 ? 'end, told to readers' : 'end', at: end }], folded, before, of: events.next, unit: 'balance' };
}
/** Balance from the events before a position. */
function sumUpTo(own: readonly { readonly position: number; readonly type: string; readonly data: Readonly<Record<string, Json>> }[], position: number): number {
  let sum = 0;
  for (const event of own) {
    if (event.position >= position) break;
    sum += deltaOf(event);
  }
  return sum;
}
