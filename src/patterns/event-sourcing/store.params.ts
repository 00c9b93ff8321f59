/**
 * What is known of the event store. The stream is the entity of the call.
 *
 * | op | payload | ok with |
 * |---|---|---|
 * | append | { expected, events: [{ id, type, schema, data }], locked? } | { from, to, position }; else permanentError "wrongExpectedVersion" or what is wrong with it |
 * | load | { snapshot?, untilPosition? or untilShare? (0–1 of the log), lock? } | { snapshot, events, version, holder, until, exists }: the newest snapshot and the events after it |
 * | read | { from?, direction?, max? } | { events } of one stream, from a version on |
 * | readAll | { position?, max?, subscribe? } | { events, next } of all streams; a subscriber is told of later appends |
 * | saveSnapshot | { version, schema, balance, limit, opened } | nothing |
 * | unlock | none | nothing |
 */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const TIMES = 'Times', DATA = 'Data at the start', RULES = 'Rules';
const MOST_EVENTS = 20_000;
const params = {
  appendLatency: { kind: 'duration', initial: { kind: 'exponential', meanMs: 10 }, group: TIMES, label: 'Append', help: 'How long an append takes; it is checked and recorded at the end of that time.' },
  readBaseMs: { kind: 'number', unit: 'ms', min: 0, max: 10_000, initial: 5, step: 0.1, group: TIMES, label: 'Read, at least', help: 'What any load takes, however few events it reads.' },
  perEventMs: { kind: 'number', unit: 'ms', min: 0, max: 100, initial: 0.05, step: 0.01, group: TIMES, label: 'Read, per event', help: 'What each event adds to a load: 10 000 events are half a second.' },
  dedupIds: { kind: 'flag', initial: true, group: RULES, label: 'Knows event ids', help: 'An append whose event ids are recorded already is answered as before, and adds nothing.' },
  dedupWindow: {
    kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 0, integer: true, scale: 'log', group: RULES, label: 'Remembers ids of',
    help: 'The newest so many events; 0 remembers all. Too few, and a repeat that comes late counts as new.',
  },
  lockLeaseMs: { kind: 'number', unit: 'ms', min: 10, max: 600_000, initial: 2000, scale: 'log', group: RULES, label: 'Lock lasts', help: 'A pessimistic lock falls to the next in line after this time; an append under a lost lock is refused.' },
  erase: {
    kind: 'choice', options: ['shred', 'delete'], initial: 'shred', group: RULES, label: 'Forgetting a customer', optionLabels: { shred: 'drops the key (crypto-shredding)', delete: 'deletes the events' },
    help: 'The button. Personal data is stored encrypted, with a key for each customer: without the key it is unreadable, and the log stays whole.',
  },
  forgetAccount: { kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 1, integer: true, group: RULES, label: 'Who is forgotten', help: 'Number of the account that the button is about.' },
  accounts: { kind: 'number', unit: 'count', min: 1, max: 2000, initial: 201, integer: true, scale: 'log', group: DATA, label: 'Accounts', help: 'So many accounts e1, e2 … are open at the start.' },
  historyEvents: {
    kind: 'number', unit: 'count', min: 1, max: 20_000, initial: 2, integer: true, scale: 'log', group: DATA, label: 'Events of each',
    help: 'Length of each stream at the start: an opening, a first deposit, then sums in and out.',
  },
  historySchema: { kind: 'number', unit: 'count', min: 1, max: 3, initial: 3, integer: true, group: DATA, label: 'Written in schema', help: 'Shape of the events that are there at the start.' },
  openingBalance: { kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 100, integer: true, scale: 'log', group: DATA, label: 'Opening balance', help: 'What each account holds at the start, in whole units of money.' },
} as const satisfies EngineStory['params'];

export type StoreParams = ParamsOf<typeof params>;
export type StoreNote = keyof typeof storeStory.notes;
export const storeStory = {
  title: 'Event store',
  params,
  place: 'app',
  relations: [
    {
      left: 'dedupWindow', must: 'atLeast', right: 1, when: { dedupIds: false }, level: 'warn',
      message: 'Ids are not known at all, so there is nothing to remember; switch “Knows event ids” on, or set a window that says that it is meant.',
    },
  ],
  check: ({ accounts, historyEvents }) => ((accounts as number) * (historyEvents as number) <= MOST_EVENTS ? [] : [{
    path: 'historyEvents', value: historyEvents, rule: `at most ${MOST_EVENTS} events in all: accounts times events of each`, nearest: Math.max(1, Math.floor(MOST_EVENTS / (accounts as number))), level: 'refuse',
  }]),
  controls: { forget: 'Forget a customer', lookEarlier: 'Look further back', lookNow: 'Look at the newest' },
  notes: {
    appended: { text: '{account} {version}: {type} at position {position}', quiet: true, tone: 'good' },
    conflict: { text: 'append to {account} refused: expected version {expected}, found {actual}', quiet: true, tone: 'warn' },
    repeated: { text: 'event {id} is recorded already: answered as the first time', quiet: true, tone: 'good' },
    invalid: { text: 'append refused: {why}', tone: 'bad' },
    snapshotTaken: { text: 'snapshot of {account} at version {version}', quiet: true },
    lockLost: { text: 'lock on {account} ran out', tone: 'warn' },
    forgotten: { text: 'personal data of {account} forgotten: {how}', tone: 'warn' },
  },
} as const satisfies EngineStory;
