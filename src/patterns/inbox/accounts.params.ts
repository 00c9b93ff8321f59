/** All that is data about the database of accounts, with its inbox and outbox; and about the mail, which is outside of it. */
import type { EngineStory, ParamsOf, Schema } from '../../kernel/story.ts';

const accountsParams = {
  queryMs: { kind: 'number', unit: 'ms', min: 0, max: 10_000, initial: 1, scale: 'log', label: 'A query takes', help: 'Each step of a consumer in the database.' },
  keyInAggregate: { kind: 'flag', initial: false, label: 'Accounts know business keys', help: 'The account itself keeps the business keys of its credits, for ever: no window can be too short.' },
  mailEveryMs: { kind: 'number', unit: 'ms', min: 10, max: 600_000, initial: 200, scale: 'log', label: 'E-mails leave every', help: 'How often the outgoing messages of the outbox are sent, until the mail has answered.' },
} as const satisfies Schema;
export type AccountsParams = ParamsOf<typeof accountsParams>;
export type AccountsNote = keyof typeof accountsStory.notes;
export const accountsStory = {
  title: 'Accounts, inbox and outbox in one database',
  place: 'app',
  params: accountsParams,
  notes: {
    credited: { text: '{account} credited with {amount} for {key}', quiet: true, tone: 'good' },
    conflict: { text: '{key} was committed by another delivery in the meantime: nothing is done', quiet: true },
    rowPurged: { text: '{count} ids deleted: what comes again now is new', quiet: true },
    mailSent: { text: 'e-mail about {key} left the outbox', quiet: true },
  },
} as const satisfies EngineStory;

const mailParams = { honoursKey: { kind: 'flag', initial: true, label: 'Heeds idempotency keys', help: 'Whether the mail sends one e-mail for each key, however often it is asked.' } } as const satisfies Schema;
export type MailParams = ParamsOf<typeof mailParams>;
export const mailStory = {
  title: 'Mail', place: 'app', params: mailParams,
  notes: { mailed: { text: 'e-mail about {key}', quiet: true }, keyKnown: { text: 'e-mail about {key} asked for again: not sent', quiet: true } },
} as const satisfies EngineStory;

const producerParams = {
  topic: { kind: 'data', initial: 'credits', shape: 'text', label: 'Topic', help: 'Where credits are published.' },
  publishTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 500, scale: 'log', label: 'Publish timeout', help: 'After this the producer sends the credit again; the broker may have it already.' },
  tries: { kind: 'number', unit: 'count', min: 1, max: 20, initial: 5, integer: true, label: 'Tries', help: 'How often a credit is sent until the broker has answered.' },
  newIdOnRetry: { kind: 'flag', initial: false, label: 'New message id each time', help: 'Then only the business key tells that it is the same credit.' },
  poisonEvery: { kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 0, integer: true, label: 'Poison, every', help: 'Every so-manieth credit cannot be handled; 0: none.' },
  replayRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, label: 'Sent again much later', help: 'Share of credits that come again out of dead letters, a backup, a replay.' },
  replayDelay: { kind: 'duration', initial: { kind: 'exponential', meanMs: 20_000 }, label: 'How much later', help: 'From the first publication to the replay.' },
} as const satisfies Schema;
export type ProducerParams = ParamsOf<typeof producerParams>;
export type ProducerNote = keyof typeof producerStory.notes;
export const producerStory = {
  title: 'Producer', place: 'app', params: producerParams,
  notes: {
    sentAgain: { text: '{key} sent again: no answer from the broker', quiet: true, tone: 'warn' },
    replayed: { text: '{key} replayed', quiet: true, tone: 'warn' },
    abandoned: { text: '{key} given up: the broker does not answer', quiet: true, tone: 'bad' },
  },
} as const satisfies EngineStory;
