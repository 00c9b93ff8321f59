/** The baseline that writes to one participant after the other: its parameters and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  participants: { kind: 'data', label: 'Participants', initial: ['bank-a', 'bank-b', 'ledger'], shape: 'list of 1 to 8 node ids', help: 'Written to in this order.' },
  callTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 60_000, initial: 1000, integer: true, label: 'Time-out of a write', help: 'Then the transfer is reported as failed, whatever has been written.' },
  accounts: { kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 50, integer: true, scale: 'log', label: 'Accounts per bank', help: 'How many accounts the other side of a transfer is drawn from.' },
  maxAmount: { kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 100, integer: true, scale: 'log', label: 'Largest amount', help: 'Amounts are drawn evenly from 1 to this.' },
  localRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.05, label: 'Transfers within one bank', help: 'This share needs one participant only.' },
  inquiryRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.05, label: 'Journal only read', help: 'In this share of the transfers the journal is only looked at.' },
} as const satisfies EngineStory['params'];
export type BestEffortParams = ParamsOf<typeof params>;
export const bestEffortStory = {
  title: 'One write after the other',
  params,
  notes: {
    began: { text: '{tx} begins', quiet: true },
    wrote: { text: '{tx}: written at {at}', quiet: true },
    ended: { text: '{tx} is complete', quiet: true, tone: 'good' },
    failed: { text: '{tx} failed before anything was written: {why}', quiet: true, tone: 'warn' },
    leftHalfDone: { text: '{tx} failed with {done} of {of} writes done: {why}', tone: 'bad' },
    forgotten: { text: 'The application is back and knows nothing of {open} transfers that it was writing', tone: 'bad' },
  },
  place: 'app',
} as const satisfies EngineStory;
