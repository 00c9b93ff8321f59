/** What is known of a participant: a service with a database of its own, which does, undoes and confirms steps of sagas. */
import type { EngineStory, ParamsOf, Schema } from '../../kernel/story.ts';

const WORK = 'Work';
const TRUST = 'Repeats and disorder';
const BOOKS = 'Database';

export const participantParams = {
  resource: {
    kind: 'choice', options: ['order', 'credit', 'stock', 'money', 'shipment'], initial: 'stock', group: BOOKS, label: 'Keeps',
    help: 'What its accounts count: names the row of the ledger.',
  },
  limit: {
    kind: 'number', unit: 'count', min: 0, max: 1_000_000_000, initial: 0, integer: true, scale: 'log', group: BOOKS, label: 'Limit of an account',
    help: 'Credit line, stock on the shelf: more is refused. 0: no limit.',
  },
  openingBalance: {
    kind: 'number', unit: 'count', min: 0, max: 1_000_000_000, initial: 0, integer: true, scale: 'log', group: BOOKS, label: 'Used at the start',
    help: 'How much of every account is taken before the first saga, so that there is something to give back.',
  },
  fsyncMs: {
    kind: 'number', unit: 'ms', min: 0, max: 1000, initial: 2, group: BOOKS, label: 'Fsync',
    help: 'How long a local commit takes to reach the disk; a crash loses what has not.',
  },
  workTime: { kind: 'duration', initial: { kind: 'exponential', meanMs: 50 }, group: WORK, label: 'Time for an action', help: 'The local transaction of a step, before its commit.' },
  undoTime: { kind: 'duration', initial: { kind: 'exponential', meanMs: 50 }, group: WORK, label: 'Time for a compensation', help: 'The local transaction that undoes a step.' },
  refuseRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, group: WORK, label: 'Refused by business',
    help: 'Share of sagas whose action is refused for good: no credit, out of stock, card declined.',
  },
  transientRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 0.99, initial: 0, group: WORK, label: 'Fails for now',
    help: 'Share of attempts at an action that fail before anything changes; the next attempt may succeed.',
  },
  undoFailRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, group: WORK, label: 'Compensation fails',
    help: 'Share of attempts at a compensation that fail before anything changes.',
  },
  dedupe: {
    kind: 'flag', initial: true, group: TRUST, label: 'Inbox (dedupe)',
    help: 'Remembers each saga’s commands with their answers, so that a repeated command changes nothing and gets the same answer.',
  },
  tombstones: {
    kind: 'flag', initial: true, group: TRUST, label: 'Tombstones',
    help: 'Remembers a compensation that came before its command, so that the command, when it comes late, is turned away.',
  },
  rememberMs: {
    kind: 'number', unit: 'ms', min: 1000, max: 86_400_000, initial: 120_000, integer: true, scale: 'log', group: TRUST, label: 'Remembered for',
    help: 'How long inbox and tombstones are kept after the last change; shorter than the longest delay, they are as good as none.',
  },
  onLocked: {
    kind: 'choice', options: ['wait', 'refuse'], initial: 'wait', group: BOOKS, label: 'Account is locked',
    optionLabels: { wait: 'wait for the lock', refuse: 'fail at once' },
    help: 'Semantic lock only: what happens to a command on an account that another saga holds.',
  },
  lockWaitMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 2000, integer: true, scale: 'log', group: BOOKS, label: 'Longest wait for a lock',
    help: 'After that the command fails for now; sagas that wait for each other in a circle get apart this way.',
  },
} as const satisfies Schema;
export type ParticipantParams = ParamsOf<typeof participantParams>;

/** How the sketch sees a participant: a function that is called. */
const sketch = { dedupe: false, tombstones: false } as const;

export const participantNotes = {
  commandTaken: { text: '{node} took up {deed} {step} of {saga}', quiet: true },
  committed: { text: '{node} committed {step} of {saga}', quiet: true, tone: 'good' },
  undone: { text: '{node} undid {step} of {saga}', quiet: true, tone: 'warn' },
  confirmed: { text: '{node} made {step} of {saga} final', quiet: true, tone: 'good' },
  refused: { text: '{node} refused {step} of {saga}: {why}', quiet: true, tone: 'warn' },
  failedForNow: { text: '{node} failed at {deed} {step} of {saga}, this time', quiet: true, tone: 'warn' },
  nothingToUndo: { text: '{node} found nothing of {saga} to undo', quiet: true },
  tombstoned: { text: '{node} set a tombstone: the undo of {step} of {saga} came before the command', tone: 'warn' },
  zombieStopped: { text: '{node} turned away {step} of {saga}, which came after its compensation', tone: 'good' },
  duplicateAnswered: { text: '{node} had done {deed} {step} of {saga} already and gave the same answer', quiet: true, tone: 'good' },
  repeated: { text: '{node} did {step} of {saga} once more', tone: 'bad' },
  outcomeAsked: { text: '{node} was asked about {step} of {saga}: {answer}', quiet: true },
  lockWaited: { text: '{node}: {saga} waits for {account}, which {holder} holds', quiet: true, tone: 'warn' },
  lockTimedOut: { text: '{node}: {saga} did not get {account}, which {holder} holds', quiet: true, tone: 'bad' },
  startedOver: { text: '{node} found {account} changed and did {step} of {saga} again', quiet: true, tone: 'warn' },
  rolledBack: { text: '{node} rolled back {count} open transactions after its crash', tone: 'warn' },
} as const satisfies EngineStory['notes'];
export type ParticipantNote = keyof typeof participantNotes;

export const participantStory = {
  title: 'Saga participant',
  place: 'app',
  machine: 'participant',
  params: participantParams,
  presets: { original: { title: 'The textbook sketch', params: sketch, source: 'A step there is a function; nothing stops it from being called twice, or after its own compensation' } },
  notes: participantNotes,
} as const satisfies EngineStory;
