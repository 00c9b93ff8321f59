/** All that is data about the database: business rows and outbox in one place, with transactions that take their time. */
import type { EngineStory, ParamsOf, Schema } from '../../kernel/story.ts';

const TX = 'Transactions', QUERY = 'Queries', ROWS = 'Rows';
const params = {
  txTime: { kind: 'duration', initial: { kind: 'exponential', meanMs: 5 }, group: TX, label: 'A transaction takes', help: 'From the insert, which takes the next position, to the commit, which makes the row visible.' },
  longRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, group: TX, label: 'Long transactions', help: 'Share of transactions that take the long time instead: they hold an early position and commit late.' },
  longTime: { kind: 'duration', initial: { kind: 'uniform', minMs: 400, maxMs: 1000 }, group: TX, label: 'A long one takes', help: 'How long a long transaction stays open.' },
  rollbackRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, group: TX, label: 'Rolled back', help: 'Share of transactions that end with a rollback: business row and event vanish together, and their position stays empty.' },
  queryMs: { kind: 'number', unit: 'ms', min: 0, max: 10_000, initial: 1, scale: 'log', group: QUERY, label: 'A query takes', help: 'Each look at the outbox, and each update of its rows.' },
  scanMicrosPerRow: { kind: 'number', unit: 'factor', min: 0, max: 10_000, initial: 2, scale: 'log', group: QUERY, label: 'Scan of a row, µs', help: 'Added to each look for every row of the outbox that is kept: with published rows never deleted, each look is slower than the last.' },
  keepMs: { kind: 'number', unit: 'ms', min: 0, max: 2_592_000_000, initial: 60_000, scale: 'log', group: ROWS, label: 'Keep published rows', help: 'Where the relay keeps rows instead of deleting them: how long. NServiceBus keeps 7 days.' },
  purgeEveryMs: { kind: 'number', unit: 'ms', min: 10, max: 3_600_000, initial: 10_000, scale: 'log', group: ROWS, label: 'Clean up every', help: 'How often published rows that are too old are deleted.' },
  poisonEvery: { kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 0, integer: true, group: ROWS, label: 'Poison, every', help: 'Every so-manieth event cannot be published, however often it is tried; 0: none.' },
} as const satisfies Schema;

export type DatabaseParams = ParamsOf<typeof params>;
export type DatabaseNote = keyof typeof databaseStory.notes;

export const databaseStory = {
  title: 'Database with an outbox',
  place: 'app',
  params,
  relations: [
    { left: 'purgeEveryMs', must: 'atMost', right: 'keepMs', level: 'warn', message: 'rows are kept for longer than asked.' },
  ],
  notes: {
    committed: { text: '{event} committed at position {position}', quiet: true },
    committedLate: { text: '{event} commits at position {position}; positions up to {seen} were visible before it', quiet: true, tone: 'warn' },
    rolledBack: { text: '{event} rolled back; position {position} stays empty', quiet: true, tone: 'warn' },
    leaderChanged: { text: '{leader} leads now, fencing token {token}', tone: 'warn' },
    gapWaiting: { text: 'position {position} is missing: the reader waits in front of it', quiet: true },
    fenced: { text: 'report of {relay} refused: its token {token} is not the newest', tone: 'warn' },
    marked: { text: '{count} events marked as published', quiet: true, tone: 'good' },
    parked: { text: '{event} parked after {attempts} attempts', tone: 'bad' },
    purged: { text: '{count} published rows deleted', quiet: true },
  },
} as const satisfies EngineStory;
