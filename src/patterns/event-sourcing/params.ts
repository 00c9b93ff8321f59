/** All that is data about the engine that runs aggregates: parameters, relations, presets and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';
import { presets } from './presets.ts';

const CONFLICTS = 'Concurrent commands', SNAPSHOTS = 'Snapshots', SHAPES = 'Old events', COMMANDS = 'Commands';
const params = {
  concurrency: {
    kind: 'choice', options: ['optimistic', 'none', 'pessimistic'], initial: 'optimistic', group: CONFLICTS, label: 'Writers are kept apart by',
    optionLabels: { optimistic: 'the expected version', none: 'nothing', pessimistic: 'a lock' },
    help: 'What happens when two commands load the same account, and both append. With nothing, both decide by a state that the other has changed.',
  },
  maxRetries: { kind: 'number', unit: 'count', min: 0, max: 10, initial: 3, integer: true, group: CONFLICTS, label: 'Retries', help: 'How often a command is loaded and decided again after a conflict, or sent again after no answer.' },
  baseDelayMs: { kind: 'number', unit: 'ms', min: 0, max: 10_000, initial: 20, scale: 'log', group: CONFLICTS, label: 'First wait', help: 'Back-off after a conflict: full jitter, doubling, at most a second.' },
  serial: { kind: 'flag', initial: false, group: CONFLICTS, label: 'One after the other', help: 'Commands of one account queue up here: no conflicts among those of this service, and a wait for whoever is behind.' },
  commutativeDeposits: {
    kind: 'flag', initial: false, group: CONFLICTS, label: 'Deposits never conflict', help: 'A deposit is right whatever the balance is, so it is appended with any expected version, without a retry.',
  },
  decideTime: { kind: 'duration', initial: { kind: 'constant', ms: 5 }, group: COMMANDS, label: 'Decision', help: 'From the loaded state to the append: checks, calls to others. As long as it lasts, others may append.' },
  depositShare: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.6, step: 0.05, group: COMMANDS, label: 'Deposits', help: 'Share of deposits among the operation “command”; the others are withdrawals.' },
  storeTimeoutMs: { kind: 'number', unit: 'ms', min: 5, max: 60_000, initial: 2000, scale: 'log', group: COMMANDS, label: 'Store time-out', help: 'How long a load or an append may take.' },
  stableIds: {
    kind: 'flag', initial: true, group: COMMANDS, label: 'Event ids from the command', help: 'A repeated append carries the same ids, so that the store knows it. Off: new ids for each attempt, and what was recorded but not answered is recorded again.',
  },
  mails: {
    kind: 'choice', options: ['none', 'afterAppend', 'inEvolve'], initial: 'none', group: COMMANDS, label: 'Confirmation mail',
    optionLabels: { none: 'none', afterAppend: 'after the append', inEvolve: 'while folding' }, help: 'Where the mail about a deposit or withdrawal is sent. Folding happens at each load: a mail sent there goes out again and again.',
  },
  snapshotEvery: { kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 100, integer: true, scale: 'log', group: SNAPSHOTS, label: 'Snapshot every', help: 'After so many events since the last one; 0 is off. About half as many are folded at each load.' },
  snapshotAfterMs: { kind: 'number', unit: 'ms', min: 0, max: 60_000, initial: 0, group: SNAPSHOTS, label: 'Snapshot when a load takes', help: 'Longer than this; 0 is off.' },
  snapshotOn: {
    kind: 'choice', options: ['none', 'deposit', 'withdraw', 'setLimit'], initial: 'none', group: SNAPSHOTS, label: 'Snapshot on', optionLabels: { none: 'no event', deposit: 'a deposit', withdraw: 'a withdrawal', setLimit: 'a new limit' },
    help: 'After each event of this kind: an event that ends a chapter, such as the close of a month.',
  },
  checkSnapshotSchema: { kind: 'flag', initial: true, group: SNAPSHOTS, label: 'Check a snapshot’s schema', help: 'A snapshot made by another schema is thrown away and folded anew. Off: it is taken as it is.' },
  schema: { kind: 'number', unit: 'count', min: 1, max: 3, initial: 3, integer: true, group: SHAPES, label: 'Schema', help: 'Which shape of events this release writes, and reads without help: 1 whole units, 2 renamed types and cents, 3 with the currency.' },
  upcasting: { kind: 'flag', initial: true, group: SHAPES, label: 'Upcasting', help: 'Old events are lifted step by step, 1 → 2 → 3, when they are read. What is stored stays as it is.' },
  ignoreUnknown: { kind: 'flag', initial: false, group: SHAPES, label: 'Ignore unknown types', help: 'Off: an event of an unknown type stops the fold with an error. On: it is passed over, and the state may be wrong without a word.' },
  orderBy: {
    kind: 'choice', options: ['version', 'timestamp'], initial: 'version', group: SHAPES, label: 'Fold in the order of', optionLabels: { version: 'versions', timestamp: 'time stamps' },
    help: 'The clocks of two writers never agree: by time stamps, what was written last may come first.',
  },
} as const satisfies EngineStory['params'];

export type SourcingParams = ParamsOf<typeof params>;
export type SourcingNote = keyof typeof sourcingStory.notes;
export const sourcingStory = {
  title: 'Event-sourced commands',
  params,
  place: 'app',
  machine: 'command',
  presets,
  relations: [
    { left: 'maxRetries', must: 'atLeast', right: 1, when: { concurrency: 'optimistic', serial: false }, level: 'warn', message: 'Without a retry the first conflict is the caller’s problem.' },
    { left: 'snapshotEvery', must: 'atLeast', right: 1, when: { snapshotAfterMs: 0, snapshotOn: 'none' }, level: 'warn', message: 'Without any snapshot a load takes the longer the longer its stream is.' },
  ],
  notes: {
    accepted: { text: '{deed} of {amount} at {account}: balance {balance}', quiet: true, tone: 'good' },
    rejected: { text: '{deed} of {amount} at {account} rejected: {why}', quiet: true, tone: 'warn' },
    answered: { text: '{account} held {balance} at position {position}', quiet: true, tone: 'good' },
    replayStarted: { text: '{account}: folding {events} events', quiet: true },
    replayFinished: { text: '{account}: {events} events folded, loaded in {tookMs} ms', quiet: true },
    conflict: { text: '{account} has moved on while it was decided (try {tries})', quiet: true, tone: 'warn' },
    retried: { text: '{account}: loaded and decided again', quiet: true, tone: 'warn' },
    sentAgain: { text: '{account}: no answer to the append, sent again', tone: 'warn' },
    gaveUp: { text: '{deed} at {account} given up: {why}', quiet: true, tone: 'bad' },
    upcasted: { text: '{account}: {events} old events lifted to schema {schema}', quiet: true },
    snapshotTaken: { text: 'snapshot of {account} at version {version}', quiet: true },
    snapshotDiscarded: { text: 'snapshot of {account} is of schema {was}, not {schema}: thrown away', quiet: true, tone: 'warn' },
    unknownEvent: { text: '{account}: {type} is no type that schema {schema} knows', tone: 'bad' },
    passedOver: { text: '{account}: {events} events of unknown types passed over', tone: 'bad', quiet: true },
    longLoad: { text: '{account}: {events} events folded for one command, {tookMs} ms', tone: 'warn' },
  },
} as const satisfies EngineStory;
