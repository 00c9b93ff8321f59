/** What is known of the service that overwrites rows: the baseline. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  decideTime: { kind: 'duration', initial: { kind: 'constant', ms: 5 }, label: 'Decision', help: 'From the row that was read to the row that is written.' },
  depositShare: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.6, step: 0.05, label: 'Deposits', help: 'Share of deposits; the others are withdrawals.' },
  openingBalance: { kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 100, integer: true, scale: 'log', label: 'Opening balance', help: 'What an account holds before it is first written, in whole units.' },
  compareAndSet: { kind: 'flag', initial: false, label: 'Checks the row’s version', help: 'Writes only if the row is the one that was read, and tries again otherwise: no update is lost, and still only now is known.' },
  maxRetries: { kind: 'number', unit: 'count', min: 0, max: 10, initial: 3, integer: true, label: 'Retries', help: 'After a version conflict.' },
  storeTimeoutMs: { kind: 'number', unit: 'ms', min: 5, max: 60_000, initial: 2000, scale: 'log', label: 'Store time-out', help: 'How long a read or a write may take.' },
} as const satisfies EngineStory['params'];

export type CrudParams = ParamsOf<typeof params>;
export type CrudNote = keyof typeof crudStory.notes;
export const crudStory = {
  title: 'Rows overwritten',
  params,
  place: 'app',
  notes: {
    written: { text: '{deed} of {amount} at {account}: row is {balance}', quiet: true, tone: 'good' },
    rejected: { text: '{deed} of {amount} at {account} rejected: {why}', quiet: true, tone: 'warn' },
    onlyNow: { text: 'what {account} held then is not known: the row was overwritten', quiet: true, tone: 'bad' },
    conflict: { text: 'row of {account} has changed: read again', quiet: true, tone: 'warn' },
    failed: { text: '{account}: {why}', tone: 'bad', quiet: true },
  },
} as const satisfies EngineStory;
