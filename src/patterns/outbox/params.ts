/** All that is data about the relay: how it finds events, who may, in which order it publishes, and when it says that it has. */
import type { EngineStory, ParamFault, ParamsOf, Schema } from '../../kernel/story.ts';
import { outboxPresets } from './presets.ts';
import { CLAIMS, CURSORS, ORDERS } from './rows.ts';

const FIND = 'Finding events', WHO = 'Several relays', PUBLISH = 'Publishing', FAIL = 'Failed publications', AFTER = 'Afterwards';
const params = {
  relay: { kind: 'choice', options: ['polling', 'cdc'], initial: 'polling', group: FIND, label: 'Relay', optionLabels: { polling: 'asks the table (polling)', cdc: 'reads the log (change data capture)' }, help: 'Ask the outbox table again and again, or follow the database’s log, which is in the order of commits.' },
  pollIntervalMs: { kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 500, scale: 'log', group: FIND, label: 'Poll every', help: 'Polling only: mean lag is half of this. A full batch is followed by the next at once. The original waits 5 s.' },
  tailEveryMs: { kind: 'number', unit: 'ms', min: 1, max: 60_000, initial: 20, scale: 'log', group: FIND, label: 'Log arrives within', help: 'Log only: how soon a commit reaches the relay.' },
  batchSize: { kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 100, integer: true, scale: 'log', group: FIND, label: 'Batch', help: 'How many events are fetched at a time. What a crash of the relay repeats is at most one batch.' },
  cursor: {
    kind: 'choice', options: CURSORS, initial: 'flag', group: FIND, label: 'Not yet published is',
    optionLabels: { flag: 'what is not marked', positionMax: 'what is above the highest position seen', positionHighWater: 'what is above the high-water mark' },
    help: 'Positions are given out at the insert and seen at the commit. Above the highest position seen nobody looks for whoever commits late; the high-water mark stops in front of gaps.',
  },
  highWater: { kind: 'choice', options: ['openTransactions', 'wait'], initial: 'openTransactions', group: FIND, label: 'A gap ends', optionLabels: { openTransactions: 'when no transaction below is open', wait: 'after a wait' }, help: 'High-water mark only: ask the database which transactions are open (exact), or give a missing position some time (loses what takes longer).' },
  gapWaitMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 3000, scale: 'log', group: FIND, label: 'Wait for a gap', help: 'High-water mark with a wait: a position missing for so long is taken for rolled back. Longer than any transaction, or it loses events.' },
  claim: {
    kind: 'choice', options: CLAIMS, initial: 'singleLeader', group: WHO, label: 'Claim',
    optionLabels: { none: 'none', singleLeader: 'one leader (lease, fencing token)', rowLock: 'rows (skip locked)', partitionByKey: 'aggregates by hash' },
    help: 'What keeps two relays from publishing the same event. None: both do.',
  },
  leaseMs: { kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 10_000, scale: 'log', group: WHO, label: 'Lease', help: 'How long a leader or a row lock lasts unless renewed; so long the others wait when its owner dies.' },
  shard: { kind: 'number', unit: 'count', min: 0, max: 63, initial: 0, integer: true, group: WHO, label: 'Share', help: 'Aggregates by hash only: which share is this relay’s, from 0.' },
  shards: { kind: 'number', unit: 'count', min: 1, max: 64, initial: 2, integer: true, group: WHO, label: 'Shares', help: 'Aggregates by hash only: into how many shares aggregates are divided. A share without a relay is never published.' },
  topic: { kind: 'data', initial: 'orders', shape: 'text', group: PUBLISH, label: 'Topic', help: 'Where events go; the aggregate is the key, so that the broker keeps its order.' },
  order: { kind: 'choice', options: ORDERS, initial: 'perAggregate', group: PUBLISH, label: 'Order', optionLabels: { none: 'none', perAggregate: 'per aggregate', global: 'global' }, help: 'What waits behind an event that cannot be published: nothing, its aggregate, or everything.' },
  concurrency: { kind: 'number', unit: 'count', min: 1, max: 256, initial: 8, integer: true, scale: 'log', group: PUBLISH, label: 'At the same time', help: 'Publications under way at most; per aggregate one, in global order one altogether.' },
  publishTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 5000, scale: 'log', group: PUBLISH, label: 'Publish timeout', help: 'An unanswered publication has failed after this; the broker may have it all the same.' },
  backoffBaseMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 200, scale: 'log', group: FAIL, label: 'First wait', help: 'An event that failed waits so long, then twice as long, and so on.' },
  backoffMaxMs: { kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 10_000, scale: 'log', group: FAIL, label: 'Longest wait', help: 'The wait stops growing here.' },
  maxAttempts: { kind: 'number', unit: 'count', min: 1, max: 1_000_000, initial: 10, integer: true, scale: 'log', group: FAIL, label: 'Attempts', help: 'After so many failures an event is parked for people to look at. All of them together must outlast an outage of the broker.' },
  afterParking: { kind: 'choice', options: ['goOn', 'hold'], initial: 'goOn', group: FAIL, label: 'After parking', optionLabels: { goOn: 'later events go on', hold: 'its aggregate is held' }, help: 'Going on leaves a hole in the story of the aggregate; holding stops it until somebody has mended the event.' },
  markPolicy: { kind: 'choice', options: ['afterPublish', 'beforePublish'], initial: 'afterPublish', group: AFTER, label: 'Mark', optionLabels: { afterPublish: 'after publishing (at least once)', beforePublish: 'before (at most once)' }, help: 'A crash in between repeats the event, or loses it.' },
  retention: { kind: 'choice', options: ['delete', 'keep'], initial: 'delete', group: AFTER, label: 'Published rows', optionLabels: { delete: 'are deleted', keep: 'are kept for a time' }, help: 'Kept rows make each poll slower where there is no index; the database says how long they stay.' },
} as const satisfies Schema;

export type OutboxParams = ParamsOf<typeof params>;
export type OutboxNote = keyof typeof outboxStory.notes;

function check(p: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const faults: ParamFault[] = [];
  if (typeof p.topic !== 'string' || p.topic === '') faults.push({ path: 'topic', value: p.topic, rule: 'the name of a topic', nearest: 'orders', level: 'refuse' });
  if (p.order === 'global' && (p.claim === 'rowLock' || p.claim === 'partitionByKey' || p.claim === 'none')) {
    faults.push({ path: 'order', value: p.order, rule: 'perAggregate or none where several relays publish', nearest: 'perAggregate', level: p.claim === 'none' ? 'warn' : 'refuse', message: 'parallel claims break the global order; let one leader publish.' });
  }
  if (p.relay === 'polling' && p.cursor !== 'flag' && (p.claim === 'rowLock' || p.claim === 'partitionByKey')) {
    faults.push({ path: 'cursor', value: p.cursor, rule: 'flag where relays share the rows', nearest: 'flag', level: 'refuse', message: 'one cursor would move past rows that another relay has not published.' });
  }
  if (p.relay === 'cdc' && (p.claim === 'rowLock' || p.claim === 'partitionByKey')) {
    faults.push({ path: 'claim', value: p.claim, rule: 'singleLeader where the log is read', nearest: 'singleLeader', level: 'refuse', message: 'a replication slot has one reader.' });
  }
  if (p.relay === 'polling' && p.cursor === 'positionMax') {
    faults.push({ path: 'cursor', value: p.cursor, rule: 'flag or positionHighWater as soon as two transactions overlap', nearest: 'flag', level: 'warn', message: 'an event that commits after a later position has been read is lost for ever.' });
  }
  if (p.markPolicy === 'beforePublish') faults.push({ path: 'markPolicy', value: p.markPolicy, rule: 'afterPublish where no event may be lost', nearest: 'afterPublish', level: 'warn', message: 'a crash between mark and publication loses up to a batch.' });
  if (p.claim === 'none') faults.push({ path: 'claim', value: p.claim, rule: 'something else where more than one relay runs', nearest: 'singleLeader', level: 'warn', message: 'two relays publish everything twice.' });
  return faults;
}

export const outboxStory = {
  title: 'Outbox relay',
  place: 'app',
  params,
  presets: outboxPresets,
  check,
  relations: [
    { left: 'leaseMs', must: 'above', right: 'pollIntervalMs', when: { claim: 'singleLeader', relay: 'polling' }, level: 'warn', message: 'the leader loses its lease between two polls.' },
    { left: 'leaseMs', must: 'above', right: 'publishTimeoutMs', when: { claim: 'rowLock' }, level: 'warn', message: 'a row is claimed again while it is being published.' },
    { left: 'shard', must: 'below', right: 'shards', when: { claim: 'partitionByKey' }, level: 'refuse', message: 'shares are numbered from 0.' },
    { left: 'backoffBaseMs', must: 'atMost', right: 'backoffMaxMs', level: 'refuse', message: 'the first wait would be longer than the longest.' },
  ],
  controls: { pollNow: 'Look now', stop: 'Stop after this batch', start: 'Start' },
  machine: 'relay',
  notes: {
    claimed: { text: '{count} events fetched, from position {position}', quiet: true },
    published: { text: '{event} published after {lagMs} ms', quiet: true, tone: 'good' },
    publishedAgain: { text: '{event} handed out {times} times: it may be published twice', quiet: true, tone: 'warn' },
    publishFailed: { text: '{event} not published: {why} (attempt {attempt})', quiet: true, tone: 'warn' },
    reported: { text: '{published} of {count} events done with', quiet: true },
    notLeader: { text: 'stands by: {leader} leads', quiet: true },
    leaseLost: { text: 'is not the leader any more; its report was refused', tone: 'bad' },
    reportFailed: { text: 'could not report {count} events: they will be published again', tone: 'warn' },
    relayCrashed: { text: 'back after a crash; {count} events were in the middle of a batch', tone: 'warn' },
    relayStopped: { text: 'stopped between two batches' },
    relayStarted: { text: 'started' },
  },
} as const satisfies EngineStory;
