/** All that is data about a participant: parameters, relations, presets, controls and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';
import { participantPresets } from './presets.ts';

const DOUBT = 'In doubt';
const LOCKS = 'Locks';
const DISK = 'Disk';
const ACCOUNTS = 'Accounts';

const params = {
  inDoubt: {
    kind: 'choice', options: ['block', 'inquire', 'cooperative', 'heuristicCommit', 'heuristicRollback'], initial: 'inquire', group: DOUBT, label: 'When in doubt',
    optionLabels: { block: 'wait to be told', inquire: 'ask the coordinator', cooperative: 'ask everybody', heuristicCommit: 'commit on its own', heuristicRollback: 'roll back on its own' },
    help: 'What a participant does that has voted Yes and hears nothing. Only a heuristic decides by itself, and it may be wrong. Three-phase commit and Percolator have rules of their own; under Percolator “wait to be told” leaves an old lock to whoever wants the row.',
  },
  inDoubtAfterMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 1500, integer: true, scale: 'log', group: DOUBT, label: 'In doubt after',
    help: 'Until then a missing decision is normal. Longer than the coordinator’s prepare time-out and a round trip: three-phase commit relies on it.',
  },
  askEveryMs: { kind: 'number', unit: 'ms', min: 10, max: 600_000, initial: 500, integer: true, scale: 'log', group: DOUBT, label: 'Ask again every', help: 'From one question to the next; also the longest wait for an answer.' },
  heuristicAfterMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 3000, integer: true, scale: 'log', group: DOUBT, label: 'Decide alone after',
    help: 'Heuristics only: time from the vote to the decision that nobody asked for.',
  },
  lockWaitMs: { kind: 'number', unit: 'ms', min: 0, max: 60_000, initial: 2000, integer: true, group: LOCKS, label: 'Longest wait for a lock', help: 'Then the vote is No; this also ends deadlocks between participants. 0 waits for ever.' },
  idempotentCommit: { kind: 'flag', initial: true, group: LOCKS, label: 'A repeated commit changes nothing', help: 'Off: a commit that comes twice is applied twice.' },
  fsyncTime: { kind: 'duration', initial: { kind: 'lognormal', medianMs: 4, p99Ms: 8 }, group: DISK, label: 'Time of a forced write', help: 'How long the disk takes; writes that wait meanwhile share the next one.' },
  keepFinished: { kind: 'number', unit: 'count', min: 10, max: 100_000, initial: 2000, integer: true, scale: 'log', group: DISK, label: 'Outcomes remembered', help: 'For repeated and late messages; the oldest are forgotten first.' },
  voteNoRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, group: ACCOUNTS, label: 'Votes No', help: 'Share of transactions that are refused for reasons of their own.' },
  canPrepare: { kind: 'flag', initial: true, group: ACCOUNTS, label: 'Can prepare', help: 'Off: knows local transactions only, so that a transaction with others is refused.' },
  openingBalance: { kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 10_000, integer: true, scale: 'log', group: ACCOUNTS, label: 'Opening balance', help: 'Of every account. A withdrawal that an account does not cover is refused.' },
} as const satisfies EngineStory['params'];

export type ParticipantParams = ParamsOf<typeof params>;

export const participantStory = {
  title: 'Participant',
  params,
  relations: [
    { left: 'heuristicAfterMs', must: 'atLeast', right: 'inDoubtAfterMs', when: { inDoubt: 'heuristicRollback' }, level: 'refuse', message: 'It would decide alone while the vote may still be on its way.' },
    { left: 'heuristicAfterMs', must: 'atLeast', right: 'inDoubtAfterMs', when: { inDoubt: 'heuristicCommit' }, level: 'refuse', message: 'It would decide alone while the vote may still be on its way.' },
  ],
  presets: participantPresets,
  controls: { heuristicCommit: 'Commit what is in doubt', heuristicRollback: 'Roll back what is in doubt' },
  notes: {
    asked: { text: '{node} is asked to prepare {tx}', quiet: true },
    lockWaited: { text: '{tx} waits at {node} for {row}, held by {holder}', quiet: true, tone: 'warn' },
    lockReleased: { text: '{node} frees {row}', quiet: true },
    prepared: { text: '{node} has prepared {tx}: locked, on disk, and bound to the decision', quiet: true },
    preCommitted: { text: '{node} knows that all voted Yes to {tx}', quiet: true },
    votedNo: { text: '{node} votes No to {tx}: {why}', quiet: true, tone: 'warn' },
    votedReadOnly: { text: '{node} only read for {tx} and leaves', quiet: true },
    committed: { text: '{node} has committed {tx}', quiet: true, tone: 'good' },
    aborted: { text: '{node} has rolled {tx} back', quiet: true },
    appliedAgain: { text: '{node} applies {tx} a second time', tone: 'bad' },
    inDoubt: { text: '{node} is in doubt about {tx}; locked: {rows}', tone: 'warn' },
    askedAround: { text: '{node} asks {whom} about {tx}', quiet: true },
    doubtResolved: { text: '{node} knows again: {decision} for {tx}, after {inDoubtMs} ms', tone: 'good' },
    nobodyKnows: { text: '{node} finds nobody who knows about {tx}', quiet: true, tone: 'warn' },
    primaryRolledBack: { text: '{node}, the primary of {tx}, finds its lock too old and rolls back, for all', tone: 'warn' },
    heuristicTaken: { text: '{node} takes {tx} into its own hands: {decision}', tone: 'bad' },
    heuristicWrong: { text: '{node} had decided {tx} on its own, and wrongly', tone: 'bad' },
    recovered: { text: '{node} is back: {inDoubt} transactions prepared, {lost} lost before their vote', tone: 'warn' },
  },
  machine: 'participant',
  place: 'app',
} as const satisfies EngineStory;
export type ParticipantNote = keyof typeof participantStory.notes;
