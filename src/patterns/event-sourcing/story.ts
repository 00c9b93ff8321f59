/** Everything about event sourcing that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'A row that is overwritten forgets how it came about: no audit, no yesterday, no new view of old facts, and of two writers at once one loses unseen. Keep the changes themselves, and fold the state from them.',
  engines: engineStories,
  scenarios,
  opensWith: 'audit',
  lesson: [
    {
      when: 'start', title: 'A log instead of rows', focus: 'store',
      text: 'Each account is a stream of events: opened, deposited, withdrawn. Nothing is ever overwritten; the balance is what you get by folding the stream.', invite: 'Press play and watch the ribbon grow.',
    },
    {
      when: { note: 'accepted', layer: 'bank' }, title: 'Load, decide, append', focus: 'bank',
      text: 'The account was loaded and folded, the rule decided, and the event went to the store with the version that it was decided by: {account} now holds {balance}.',
    },
    {
      when: { note: 'conflict', layer: 'events' }, title: 'Somebody was faster', focus: 'store',
      text: 'An append to {account} expected version {expected} and found {actual}: another command came between. It is refused, loaded and decided again. Nothing is lost.',
      shows: [{ metric: 'ledger.overdrafts', below: 1 }, { metric: 'ledger.lostUpdates', below: 1 }],
    },
    {
      when: { note: 'answered', layer: 'bank' }, title: 'What did it hold then?', focus: 'auditors',
      text: 'An auditor asks about a moment of the past: {account} held {balance} at position {position}. The same fold, ended earlier.',
      shows: [{ metric: 'auditors.goodRatio', above: 0.9 }], invite: 'Drag the slider of the ribbon: it folds to any position and says what changed since.',
    },
    {
      when: { note: 'snapshotTaken', layer: 'events' }, title: 'A snapshot saves the long way', focus: 'store',
      text: '{account} is kept as it was at version {version}: the next load folds only what came after. It may be thrown away at any time; the events are the truth.',
    },
    {
      when: { note: 'onlyNow', layer: 'crud' }, act: { variant: 'without' }, title: 'The same bank with rows', focus: 'bank',
      text: 'What {account} held then? The row says what it is now. The question has no answer, however often it is asked.',
      shows: [{ metric: 'auditors.goodRatio', below: 0.01 }],
    },
    {
      when: 'end', title: 'And some changes are gone', focus: 'store',
      text: 'Two commands read the same row, both wrote: the second overwrote the first, and nothing in the database shows it. Only the ledger outside has counted.',
      shows: [{ metric: 'ledger.lostUpdates', above: 0 }], invite: 'Open “One account, many hands”: what does the expected version cost?',
      aside: 'Compare with “Rows with a version check”: that mends the lost updates, but not the lost past.',
    },
  ],
  instruments: [
    { kind: 'log-ribbon', title: 'The log', layer: 'events', view: 'ribbon', help: 'One cell for each event, in order of position: money in, money out, other. The slider folds the log up to any position and shows what changed on the way.' },
    { kind: 'table', title: 'Commands', layer: 'bank', view: 'recent', help: 'The newest commands and questions: how they ended, after how many tries, and how many events were folded.' },
    { kind: 'table', title: 'Loads', layer: 'bank', view: 'figures', help: 'Events per load against half the snapshot interval, times of loads, shares of conflicts and of loads that began with a snapshot.' },
    { kind: 'table', title: 'Snapshots', layer: 'events', view: 'snapshots', help: 'Version and schema of each snapshot, and how many events have come since.' },
    { kind: 'table', title: 'Read model', layer: 'projection', view: 'rows', help: 'A row for each account, folded from the log by the projection.' },
  ],
  charts: [
    { title: 'Latency, p99', unit: 'ms', series: [{ name: 'tellers.p99Ms', label: 'tellers' }, { name: 'auditors.p99Ms', label: 'auditors' }] },
    { title: 'Goodput', unit: 'perSecond', series: [{ name: 'tellers.goodputPerSecond', label: 'tellers' }, { name: 'auditors.goodputPerSecond', label: 'auditors' }] },
    { title: 'Events folded by a load', unit: 'count', series: [{ name: 'bank.replayed', label: 'events' }] },
    { title: 'Time of a load', unit: 'ms', series: [{ name: 'bank.lastLoadMs', label: 'load' }] },
    { title: 'Events', unit: 'count', series: [{ name: 'events.logSize', label: 'in the log' }, { name: 'events.longestStream', label: 'in the longest stream' }] },
    { title: 'Projection behind by', unit: 'count', series: [{ name: 'projection.lag', label: 'events' }] },
  ],
  fidelity: {
    simulated: [
      'Every event with its id, stream version, global position, schema, time stamp and hash; every append with its expected version, checked at the instant when it is recorded.',
      'Each load: snapshot and tail, its time by the number of events, upcasting step by step, and the fold itself.',
      'Time travel both in the engine (questions about a position) and in the ribbon.',
    ],
    leftOut: [
      'Several instances of the service are one node whose commands overlap; where their clocks matter there are two.',
      'The store answers many calls at once without a queue, and is not replicated.',
      'A page of events: a load comes in one answer, however long. Encryption itself: a dropped key makes the name unreadable, and that is all.',
      'The store keeps the newest snapshot of a stream only: a question about an earlier moment folds from the beginning.',
      'A time stamp as the target of a question: positions order events, and the ribbon tells the time of each.',
    ],
  },
  sources: [
    { title: 'M. Fowler, Event Sourcing; G. Young, CQRS Documents', detail: 'the pattern, folding, snapshots' },
    { title: 'KurrentDB (EventStoreDB) documentation', detail: 'stream states, WrongExpectedVersion, idempotent appends' },
    { title: 'Marten, Axon 4 and 5, Emmett, documentation', detail: 'FetchForWriting, snapshot triggers, command handlers, for the presets' },
    { title: 'G. Young, Versioning in an Event Sourced System', detail: 'upcasting, renamed types, snapshots of old schemas' },
  ],
  pitfalls: [
    { title: 'No expected version', text: 'Two withdrawals are decided by the same balance, and both are appended. Name the version that a decision was made by.', scenario: 'hot-account', variant: 'without', fixed: 'with' },
    { title: 'A hot stream', text: 'First tries conflict in proportion to rate times window: 1 − e^(−λw). Smaller streams, commutative events, or one after the other.', scenario: 'hot-account', variant: 'without', fixed: 'serial' },
    { title: 'The textbook sketch', text: 'A global position for a version, no expected version, snapshots never used, unknown types passed over.', scenario: 'audit', variant: 'original', fixed: 'with' },
    { title: 'Effects while folding', text: 'A fold is repeated at each load, and so is whatever it sends. Fold purely; send after the append, once.', scenario: 'mail-twice', variant: 'folding', fixed: 'with' },
    { title: 'Renamed without an upcaster', text: 'Old events have names that the new release does not know. Lift them as they are read; never pass them over.', scenario: 'old-events', variant: 'ignored', fixed: 'with' },
    { title: 'A snapshot of the old schema', text: 'A snapshot is a cache of one release. Write its schema beside it, and throw it away with the release.', scenario: 'old-snapshots', variant: 'unchecked', fixed: 'with' },
    { title: 'Order by the clock', text: 'Clocks of two machines differ. Order by version and position.', scenario: 'clock-order', variant: 'stamps', fixed: 'with' },
    { title: 'New ids for a repeat', text: 'What was recorded without an answer is recorded again. Make ids from the command, and keep them.', scenario: 'lost-answer', variant: 'new-ids', fixed: 'with' },
    { title: 'Deleting events', text: 'Erasure tears a hole into the log. Encrypt personal data with a key for each person, and drop the key.', scenario: 'forget-me', variant: 'without', fixed: 'with' },
    { title: 'Snapshots too often', text: 'A snapshot at each event is the row again. Every hundred events is often enough.', scenario: 'long-stream', variant: 'every-event', fixed: 'rare' },
  ],
  settings,
});
