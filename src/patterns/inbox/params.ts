/** All that is data about the inbox: when a message is marked, when it is acknowledged, how long its id is kept, and who may work on it. */
import type { EngineStory, ParamFault, ParamsOf, Schema } from '../../kernel/story.ts';
import type { Distribution } from '../../kernel/distributions.ts';
import { inboxPresets } from './presets.ts';

const ONCE = 'Once', KEPT = 'How long', WORK = 'Work', FAIL = 'Failures';
const params = {
  mode: {
    kind: 'choice', options: ['none', 'markFirst', 'markAfter', 'transactional'], initial: 'transactional', group: ONCE, label: 'The id is marked',
    optionLabels: { none: 'never (no inbox)', markFirst: 'before the work', markAfter: 'after the effect', transactional: 'in one transaction with the effect' },
    help: 'Before: a crash loses the message. After: a crash repeats the effect. In one transaction: both happen, or neither.',
  },
  ack: { kind: 'choice', options: ['afterCommit', 'onReceive'], initial: 'afterCommit', group: ONCE, label: 'Acknowledged', optionLabels: { afterCommit: 'after the commit', onReceive: 'on receipt' }, help: 'What is acknowledged does not come again, whether it was done or not.' },
  idSource: { kind: 'choice', options: ['messageId', 'businessKey'], initial: 'messageId', group: ONCE, label: 'Told apart by', optionLabels: { messageId: 'message id', businessKey: 'business key' }, help: 'A producer that sends the same thing anew may give it a new message id; the business key stays.' },
  scope: { kind: 'choice', options: ['consumer+id', 'id'], initial: 'consumer+id', group: ONCE, label: 'Ids belong to', optionLabels: { 'consumer+id': 'each consumer', id: 'everybody' }, help: 'Shared by several kinds of consumers, an id that one has marked is skipped by the others.' },
  group: { kind: 'data', initial: 'credits', shape: 'text', group: ONCE, label: 'Consumer', help: 'Name of this kind of consumer; all its instances have the same.' },
  outbox: { kind: 'flag', initial: true, group: ONCE, label: 'Outgoing messages in the same transaction', help: 'Off: the e-mail is sent in the middle of the work, and again when the work is repeated.' },
  sendsMail: { kind: 'flag', initial: false, group: ONCE, label: 'Sends an e-mail', help: 'Whether a credit has an effect outside of the database.' },
  dedupWindowMs: { kind: 'number', unit: 'ms', min: 1000, max: 2_592_000_000, initial: 1_800_000, scale: 'log', group: KEPT, label: 'Ids are kept for', help: 'After the effect. A repeat that comes later is new: as long as the longest way by which a message can come again. MassTransit 30 min, NServiceBus 7 days.' },
  cleanupEveryMs: { kind: 'number', unit: 'ms', min: 100, max: 3_600_000, initial: 10_000, scale: 'log', group: KEPT, label: 'Clean up every', help: 'How often ids that are too old are deleted.' },
  visibilityMs: { kind: 'number', unit: 'ms', min: 100, max: 3_600_000, initial: 30_000, scale: 'log', group: KEPT, label: 'The broker waits', help: 'Without an acknowledgement for so long the broker delivers again; give the broker the same ack timeout. A claim on a message lasts as long.' },
  heartbeat: { kind: 'flag', initial: true, group: KEPT, label: 'Heartbeat', help: 'Prolongs the claim while the work goes on. Off: a claim that is over lets another instance begin the same message.' },
  workTime: { kind: 'duration', initial: { kind: 'exponential', meanMs: 40 }, group: WORK, label: 'Handling takes', help: 'From the claim to the effect.' },
  concurrency: { kind: 'number', unit: 'count', min: 1, max: 64, initial: 4, integer: true, group: WORK, label: 'Workers', help: 'Messages that an instance works on at the same time.' },
  serializeBy: { kind: 'choice', options: ['none', 'key'], initial: 'key', group: WORK, label: 'One after the other', optionLabels: { none: 'no', key: 'for each account' }, help: 'Keeps the order of messages of one account within an instance; what fails holds back what follows it.' },
  maxAttempts: { kind: 'number', unit: 'count', min: 1, max: 100, initial: 5, integer: true, group: FAIL, label: 'Attempts', help: 'After so many failures a message goes to the dead letters.' },
  backoffMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 200, scale: 'log', group: FAIL, label: 'First wait', help: 'Before the second attempt; doubles each time.' },
  dlq: { kind: 'flag', initial: true, group: FAIL, label: 'Dead letters', help: 'Off: a message that always fails is tried for ever.' },
} as const satisfies Schema;

export type InboxParams = ParamsOf<typeof params>;
export type InboxNote = keyof typeof inboxStory.notes;

/** 99 of 100 are done within this; Infinity where nobody can say. */
function p99Ms(time: Distribution): number {
  switch (time.kind) {
    case 'constant': return time.ms;
    case 'exponential': return 4.605 * time.meanMs;
    case 'uniform': return time.maxMs;
    case 'bimodal': return time.slowRatio > 0.01 ? time.slowMs : time.fastMs;
    default: return 0;
  }
}
function check(p: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const { dedupWindowMs, visibilityMs, maxAttempts, mode, ack, cleanupEveryMs, dlq, workTime, group } = p as InboxParams;
  const faults: ParamFault[] = [];
  const longest = visibilityMs * maxAttempts;
  if (typeof group !== 'string' || group === '') faults.push({ path: 'group', value: group, rule: 'the name of a consumer', nearest: 'credits', level: 'refuse' });
  if (mode === 'transactional' && ack === 'onReceive') faults.push({ path: 'ack', value: ack, rule: 'afterCommit in a transactional inbox', nearest: 'afterCommit', level: 'refuse', message: 'acknowledged before the commit, a crash loses the message that the transaction was to keep.' });
  if (mode !== 'none' && dedupWindowMs <= longest) faults.push({ path: 'dedupWindowMs', value: dedupWindowMs, rule: `above visibilityMs · maxAttempts (${longest})`, ...(longest + 1000 <= 2_592_000_000 && { nearest: longest + 1000 }), level: 'warn', message: 'a legal redelivery outlives the row that would tell it.' });
  if (cleanupEveryMs > dedupWindowMs) faults.push({ path: 'cleanupEveryMs', value: cleanupEveryMs, rule: `at most dedupWindowMs (${dedupWindowMs})`, nearest: dedupWindowMs, level: 'warn', message: 'rows are kept for longer than asked.' });
  if (!dlq) faults.push({ path: 'dlq', value: dlq, rule: 'on where a message can be wrong', nearest: true, level: 'warn', message: 'a message that always fails is tried for ever.' });
  if (visibilityMs < p99Ms(workTime)) faults.push({ path: 'visibilityMs', value: visibilityMs, rule: `at least what 99 of 100 messages take (${Math.round(p99Ms(workTime))})`, level: 'warn', nearest: Math.ceil(p99Ms(workTime)), message: 'messages are delivered again while they are worked on.' });
  return faults;
}

export const inboxStory = {
  title: 'Inbox',
  place: 'app',
  params,
  presets: inboxPresets,
  check,
  machine: 'inbox',
  notes: {
    delivered: { text: '{key} delivered, {delivery}', quiet: true },
    claimAcquired: { text: '{key} claimed, attempt {attempt}', quiet: true },
    claimDenied: { text: '{key} is being worked on: this delivery is left alone', quiet: true, tone: 'warn' },
    marked: { text: '{key} marked as done', quiet: true },
    effectCommitted: { text: '{key} committed', quiet: true, tone: 'good' },
    dupSkipped: { text: '{key} is known: skipped', quiet: true },
    ackSent: { text: '{key} acknowledged', quiet: true },
    retryWaiting: { text: '{key} failed ({attempts}); again in {waitMs} ms', quiet: true, tone: 'warn' },
    messageDead: { text: '{key} is a dead letter after {attempts} attempts', tone: 'bad' },
    givenUp: { text: '{key} left to the next delivery: the database did not answer', quiet: true, tone: 'warn' },
    consumerCrashed: { text: 'back after a crash with {count} messages in hand', tone: 'warn' },
  },
} as const satisfies EngineStory;
