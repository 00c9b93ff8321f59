/** All that is data about the coordinator: parameters, relations, presets, controls and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';
import { checkCoordinator } from './checks.ts';
import { coordinatorPresets } from './presets.ts';
import { PROTOCOLS } from './transaction.ts';

const PROTOCOL = 'Protocol';
const TIMES = 'Time-outs and retries';
const LOG = 'Log and recovery';
const SKETCH = 'Care taken';
const WORK = 'Transactions';

const params = {
  protocol: {
    kind: 'choice', options: PROTOCOLS, initial: 'presumedAbort', group: PROTOCOL, label: 'Protocol',
    optionLabels: { presumedNothing: 'presumed nothing', presumedAbort: 'presumed abort', threePhase: 'three-phase commit', replicatedCoordinator: 'replicated decision', percolator: 'Percolator (primary lock)' },
    help: 'Presumed abort forgets aborts; presumed nothing logs and acknowledges everything; three-phase survives crashes, not partitions; a replicated decision survives both. Under Percolator there is no log: the first participant’s commit is the decision.',
  },
  participants: { kind: 'data', label: 'Participants', initial: ['bank-a', 'bank-b', 'ledger'], shape: 'list of 1 to 8 node ids', group: PROTOCOL, help: 'Nodes registered at the start; a transfer moves money between the first two, the others keep a journal.' },
  replicas: { kind: 'data', label: 'Replicas', initial: [], shape: 'list of node ids', group: PROTOCOL, help: 'Nodes that hold the decisions of a replicated coordinator; a majority of them must live.' },
  parallel: { kind: 'flag', initial: true, group: PROTOCOL, label: 'Ask all at once', help: 'Off: one participant after the other, and the latency is their sum.' },
  onePhase: { kind: 'flag', initial: true, group: PROTOCOL, label: 'One-phase commit', help: 'A transaction with a single participant is prepared and committed in one step.' },
  readOnly: { kind: 'flag', initial: true, group: PROTOCOL, label: 'Read-only participants leave', help: 'Who changed nothing votes read-only and is spared the second phase.' },
  prepareTimeoutMs: {
    kind: 'number', unit: 'ms', min: 0, max: 60_000, initial: 1000, integer: true, group: TIMES, label: 'Prepare time-out',
    help: 'No vote within this time counts as No. 0 waits for ever.',
  },
  commitRetryMs: {
    kind: 'number', unit: 'ms', min: 0, max: 60_000, initial: 500, integer: true, group: TIMES, label: 'Repeat the outcome every',
    help: 'After the decision, for ever, until everybody has acknowledged. 0 never repeats: a participant that fails once is left behind.',
  },
  txTimeoutMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 60_000, integer: true, scale: 'log', group: TIMES, label: 'Transaction time-out',
    help: 'Before the decision only: afterwards nothing may change it.',
  },
  coordLog: {
    kind: 'choice', options: ['forced', 'none'], initial: 'forced', group: LOG, label: 'Decision log', optionLabels: { forced: 'forced to disk', none: 'none (memory only)' },
    help: 'The commit is on disk before anybody is told. Without a log a restarted coordinator knows nothing.',
  },
  fsyncTime: { kind: 'duration', initial: { kind: 'lognormal', medianMs: 4, p99Ms: 8 }, group: LOG, label: 'Time of a forced write', help: 'How long the disk takes; writes that wait meanwhile share the next one.' },
  recoveryScanMs: {
    kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 2000, integer: true, group: LOG, label: 'Recovery scan every',
    help: 'Takes up again what the log holds, and looks for orphans at the participants. After a restart the first scan comes at a random point of the interval. 0: at once after a restart, and never again.',
  },
  orphanScan: { kind: 'flag', initial: true, group: LOG, label: 'Look for orphans', help: 'Presumed abort only: prepared transactions that the coordinator knows nothing of are aborted.' },
  onPrepareError: {
    kind: 'choice', options: ['abort', 'abandon'], initial: 'abort', group: SKETCH, label: 'An error while preparing', optionLabels: { abort: 'counts as No', abandon: 'ends it, telling nobody (sketch)' },
    help: 'The original sketch answered with an error and left prepared whoever had prepared.',
  },
  stopAtNo: { kind: 'flag', initial: true, group: SKETCH, label: 'Stop asking at the first No', help: 'Off: further participants are prepared in vain.' },
  checkParticipants: { kind: 'flag', initial: true, group: SKETCH, label: 'Check the participants first', help: 'Off, as in the sketch: an empty list succeeds, a participant named twice is prepared twice, an unknown one counts as No.' },
  accounts: { kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 50, integer: true, scale: 'log', group: WORK, label: 'Accounts per bank', help: 'How many accounts the other side of a transfer is drawn from.' },
  maxAmount: { kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 100, integer: true, scale: 'log', group: WORK, label: 'Largest amount', help: 'Amounts are drawn evenly from 1 to this.' },
  localRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.05, group: WORK, label: 'Transfers within one bank', help: 'This share needs one participant only.' },
  inquiryRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.05, group: WORK, label: 'Journal only read', help: 'In this share of the transfers the journal is only looked at.' },
} as const satisfies EngineStory['params'];

export type CoordinatorParams = ParamsOf<typeof params>;

export const coordinatorStory = {
  title: 'Coordinator',
  params,
  relations: [
    { left: 'txTimeoutMs', must: 'atLeast', right: 'prepareTimeoutMs', level: 'refuse', message: 'The transaction would time out before its votes do.' },
    { left: 'recoveryScanMs', must: 'atMost', right: 0, when: { coordLog: 'none' }, level: 'refuse', message: 'Without a log there is nothing to recover from: switch the scan off (0).' },
    { left: 'commitRetryMs', must: 'above', right: 0, when: { protocol: 'replicatedCoordinator' }, level: 'refuse', message: 'A commit that the replicas have settled has to be carried out.' },
    { left: 'commitRetryMs', must: 'above', right: 0, when: { protocol: 'percolator' }, level: 'refuse', message: 'Nobody but the coordinator tells the primary to commit.' },
    { left: 'commitRetryMs', must: 'above', right: 0, level: 'warn', message: 'A participant that misses the outcome once is left behind, prepared.' },
  ],
  check: checkCoordinator,
  presets: coordinatorPresets,
  controls: { scan: 'Scan for orphans now' },
  notes: {
    began: { text: '{tx} begins with {participants} participants', quiet: true },
    prepareSent: { text: '{tx}: {to} is asked to prepare', quiet: true },
    voteReceived: { text: '{tx}: {from} votes {vote}', quiet: true },
    allVoted: { text: '{tx}: all have voted Yes', quiet: true, tone: 'good' },
    preCommitSent: { text: '{tx}: {to} is told that all voted Yes', quiet: true },
    proposalSent: { text: '{tx}: the commit is proposed to {to}', quiet: true },
    decisionLogged: { text: '{tx}: {decision} is decided and on disk', quiet: true, tone: 'good' },
    abortDecided: { text: '{tx} is aborted: {why}', quiet: true, tone: 'warn' },
    commitSent: { text: '{tx}: {to} is told to commit', quiet: true },
    abortSent: { text: '{tx}: {to} is told to abort', quiet: true },
    acknowledged: { text: '{tx}: {from} has done it', quiet: true },
    outcomeRepeated: { text: '{tx}: {to} is told again', quiet: true, tone: 'warn' },
    ended: { text: '{tx} has ended: {outcome}', quiet: true },
    abandoned: { text: '{tx} is given up: {why}; {prepared} left prepared', tone: 'bad' },
    recovered: { text: 'The coordinator is back: {open} decisions still to be carried out, {lost} transactions forgotten', tone: 'warn' },
    resumed: { text: '{tx} is taken up again from the log: {decision}', tone: 'good' },
    orphanFound: { text: '{tx}, unknown here, is still prepared at {at}: presumed aborted', tone: 'warn' },
    heuristicMixed: { text: '{tx} is {outcome} but {at} had decided otherwise on its own', tone: 'bad' },
    refused: { text: 'A transaction was refused: {why}', tone: 'warn' },
    registered: { text: '{participant} is registered', tone: 'calm' },
    inquiryAnswered: { text: '{from} asks about {tx}: {decision}', quiet: true },
  },
  machine: 'two-phase-commit',
  place: 'app',
} as const satisfies EngineStory;
export type CoordinatorNote = keyof typeof coordinatorStory.notes;
