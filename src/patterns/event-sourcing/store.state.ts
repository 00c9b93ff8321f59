/** What the event store keeps. The log, snapshots and dropped keys are on disk; calls under way, locks and subscribers are not. */
import type { Call, Context, Ms, NodeId } from '../../kernel/contract.ts';
import { appendEvents, createEventLog, type EventLog, type NewEvent } from '../../primitives/eventStream.ts';
import { FIRST_LIMIT, moved, type Account } from './account.ts';
import type { StoreNote, StoreParams } from './store.params.ts';

export interface Snapshot extends Account {
  readonly version: number;
  readonly position: number;
  /** Of the reducer that made it. */
  readonly schema: number;
}
export interface Lock {
  /** The command that holds it: id of the call on whose behalf. */
  holder: number;
  untilMs: Ms;
  /** Loads that wait for it. */
  queue: Call[];
}
export interface StoreState {
  events: EventLog;
  snapshots: Map<string, Snapshot>;
  /** Customers whose key was dropped. */
  shredded: Set<string>;
  /** Calls that are worked on, with what a read found when it began. */
  open: Map<number, { readonly call: Call; readonly found: unknown }>;
  locks: Map<string, Lock>;
  subscribers: NodeId[];
  told: boolean;
  /** The ribbon shows events up to this position; Infinity follows the newest. */
  lookAt: number;
  counts: { appends: number; events: number; conflicts: number; repeated: number; invalid: number; snapshots: number; loads: number; eventsRead: number; snapshotLoads: number; longest: number };
}
export type StoreContext = Context<StoreParams, StoreNote>;
export const GAUGES = ['logSize', 'longestStream'] as const;

const SIDE = 1000;
/** Stream after stream as if it had been written so: opening, first deposit, then a sum in and the same out again. */
function history({ accounts, historyEvents, historySchema, openingBalance, dedupIds, dedupWindow }: StoreParams): EventLog {
  const log = createEventLog();
  for (let n = 1; n <= accounts; n++) {
    const account = `e${n}`;
    const events: NewEvent[] = [{ id: `${account}-0`, type: 'Opened', schema: historySchema, data: { holder: `customer ${n}`, limit: FIRST_LIMIT } }];
    for (let i = 1; i < historyEvents; i++) events.push({ id: `${account}-${i}`, ...moved(i === 1 || i % 2 === 0 ? 'deposit' : 'withdraw', i === 1 ? openingBalance * 100 : SIDE, historySchema) });
    appendEvents(log, account, 'noStream', events.filter(({ type, data }) => type === 'Opened' || Object.values(data)[0] !== 0), 0, windowOf({ dedupIds, dedupWindow }));
  }
  return log;
}
export const windowOf = ({ dedupIds, dedupWindow }: Pick<StoreParams, 'dedupIds' | 'dedupWindow'>): number => (!dedupIds ? 0 : dedupWindow === 0 ? Infinity : dedupWindow);

const noCounts = (): StoreState['counts'] => ({ appends: 0, events: 0, conflicts: 0, repeated: 0, invalid: 0, snapshots: 0, loads: 0, eventsRead: 0, snapshotLoads: 0, longest: 0 });
export function createStore(params: StoreParams): StoreState {
  const events = history(params);
  return { events, snapshots: new Map(), shredded: new Set(), open: new Map(), locks: new Map(), subscribers: [], told: false, lookAt: Infinity, counts: { ...noCounts(), longest: params.historyEvents } };
}
export const afterCrash = (state: StoreState): StoreState => ({ ...state, open: new Map(), locks: new Map(), subscribers: [] });
