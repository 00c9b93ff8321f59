/**
 * A transaction as its coordinator and as each of its participants sees it: two flat machines. What is counted (votes, acknowledgements,
 * waits) is not in here: the engines count, choose the event and run the table; the page draws these machines.
 */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type CoordinatorEventType =
  | 'begin' | 'delegate' | 'delegateCommitted' | 'delegateRefused'
  | 'preCommitsSent' | 'decisionProposed' | 'primaryTold' | 'decisionDurable' | 'abortDecided' | 'allReadOnly'
  | 'outcomeSent' | 'outcomeReported' | 'allAcked' | 'noAcksNeeded' | 'abandoned'
  | 'crashed' | 'foundCommit' | 'foundAbort' | 'foundNothing';

const crashed = { target: 'recovering', description: 'The coordinator crashed; what its log says comes next.' } as const;
const abortDecided = { target: 'decidedAbort', description: 'A No, silence or an error: nobody may commit.' } as const;
const abandoned = { target: 'abandoned', description: 'The coordinator gives up without telling the participants (the original sketch).' } as const;

export const coordinatorMachine = setup({ types: { events: {} as { type: CoordinatorEventType } } }).createMachine({
  id: 'two-phase-commit',
  initial: 'init',
  states: {
    init: {
      description: 'The transaction has a name and a list of participants.',
      on: {
        begin: { target: 'preparing', description: 'All participants are asked to prepare.' },
        delegate: { target: 'delegating', description: 'There is one participant: it decides alone, in one phase.' },
      },
    },
    preparing: {
      description: 'Phase one: votes come in. Until the decision is on disk nobody may commit.',
      on: {
        preCommitsSent: { target: 'preCommitting', description: 'All voted Yes; three-phase commit says so before it commits.' },
        decisionProposed: { target: 'replicating', description: 'All voted Yes; the decision goes to the replicas.' },
        primaryTold: { target: 'committingPrimary', description: 'All voted Yes; Percolator leaves the decision to the first participant, the primary.' },
        decisionDurable: { target: 'decidedCommit', description: 'All voted Yes and the decision is on disk.' },
        allReadOnly: { target: 'ended', description: 'Nobody changed anything: there is no second phase.' },
        abortDecided, abandoned, crashed,
      },
    },
    preCommitting: {
      description: 'Three-phase commit: everybody learns that all voted Yes, so that survivors could finish without the coordinator.',
      on: { decisionDurable: { target: 'decidedCommit', description: 'All that are up know, and the decision is on disk.' }, crashed },
    },
    replicating: {
      description: 'The decision is proposed to the replicas; a majority makes it final.',
      on: {
        decisionDurable: { target: 'decidedCommit', description: 'A majority of replicas has accepted the commit.' },
        abortDecided: { target: 'decidedAbort', description: 'The replicas had already settled on abort for somebody in doubt.' },
        crashed,
      },
    },
    committingPrimary: {
      description: 'Percolator: the primary is told to commit. When that is on its disk, the whole transaction is committed.',
      on: {
        decisionDurable: { target: 'decidedCommit', description: 'The primary has committed; the others follow.' },
        abortDecided: { target: 'decidedAbort', description: 'Somebody had found the primary’s lock too old and rolled it back.' },
        crashed,
      },
    },
    delegating: {
      description: 'One-phase commit: the only participant prepares and commits in one step.',
      on: {
        delegateCommitted: { target: 'ended', description: 'It has committed.' },
        delegateRefused: { target: 'ended', description: 'It has refused, or cannot be reached any more.' },
        crashed,
      },
    },
    decidedCommit: {
      description: 'The decision is final: from here on everybody commits, however long it takes.',
      on: { outcomeSent: { target: 'completing', description: 'Phase two: commit goes out.' }, crashed },
    },
    decidedAbort: {
      description: 'The decision is final: nobody commits.',
      on: {
        outcomeSent: { target: 'completing', description: 'Abort goes out and has to be acknowledged.' },
        noAcksNeeded: { target: 'ended', description: 'Presumed abort: abort goes out once; who misses it asks, and hears abort.' },
        crashed,
      },
    },
    completing: {
      description: 'Phase two: the outcome is repeated until every participant has acknowledged it.',
      on: {
        outcomeReported: { target: 'completing', description: 'The caller is told although some acknowledgements are still out.' },
        allAcked: { target: 'ended', description: 'Everybody has done it; the coordinator may forget.' },
        abandoned, crashed,
      },
    },
    recovering: {
      description: 'The coordinator is back and reads its log.',
      on: {
        foundCommit: { target: 'decidedCommit', description: 'The log has the commit.' },
        foundAbort: { target: 'decidedAbort', description: 'The log has the abort, or a beginning without an end.' },
        foundNothing: { target: 'forgotten', description: 'The log says nothing; presumed abort calls that an abort.' },
      },
    },
    ended: { type: 'final', description: 'All is said and done.' },
    abandoned: { type: 'final', description: 'Nobody will tell the participants that are still prepared.' },
    forgotten: { type: 'final', description: 'The coordinator knows nothing of it any more.' },
  },
});
export const coordinatorTable = tabulate(coordinatorMachine);
export type CoordinatorMode = (typeof coordinatorTable.states)[number];
export type CoordinatorEvent = (typeof coordinatorTable.events)[number];

type ParticipantEventType =
  | 'votedYes' | 'votedNo' | 'votedReadOnly' | 'committedAlone' | 'preCommitTold' | 'commitTold' | 'abortTold'
  | 'heuristicCommit' | 'heuristicRollback' | 'forget' | 'crashed';

const commitTold = { target: 'committed', description: 'The decision is commit, and it is on disk here.' } as const;
const abortTold = { target: 'aborted', description: 'The decision is abort.' } as const;
const heuristicCommit = { target: 'heurCommitted', description: 'Nobody told the decision in time: this participant commits on its own.' } as const;
const heuristicRollback = { target: 'heurRolledBack', description: 'Nobody told the decision in time: this participant rolls back on its own.' } as const;
const forget = { target: 'forgotten', description: 'The locks are free and the coordinator has its answer.' } as const;

export const participantMachine = setup({ types: { events: {} as { type: ParticipantEventType } } }).createMachine({
  id: 'participant',
  initial: 'working',
  states: {
    working: {
      description: 'Locks are being taken; until the vote this participant may still say No.',
      on: {
        votedYes: { target: 'prepared', description: 'All is on disk and locked: it can commit whatever happens.' },
        votedNo: { target: 'aborted', description: 'It cannot or will not.' },
        votedReadOnly: { target: 'readOnly', description: 'It changed nothing and leaves after phase one.' },
        committedAlone: { target: 'committed', description: 'One phase: prepared and committed in one write.' },
        abortTold,
        crashed: { target: 'aborted', description: 'The crash took what was not on disk.' },
      },
    },
    prepared: {
      description: 'In doubt: it has promised to commit and may not decide by itself. Its locks stay.',
      on: { preCommitTold: { target: 'preCommitted', description: 'All voted Yes.' }, commitTold, abortTold, heuristicCommit, heuristicRollback },
    },
    preCommitted: {
      description: 'Three-phase commit: it knows that all voted Yes.',
      on: { commitTold, abortTold },
    },
    committed: { description: 'The changes are applied, the locks free.', on: { forget } },
    aborted: { description: 'Nothing has changed, the locks are free.', on: { forget } },
    heurCommitted: { description: 'Committed without knowing the decision.', on: { forget } },
    heurRolledBack: { description: 'Rolled back without knowing the decision.', on: { forget } },
    readOnly: { type: 'final', description: 'It only read: the outcome does not matter here.' },
    forgotten: { type: 'final', description: 'Only the outcome is remembered, for whoever asks.' },
  },
});
export const participantTable = tabulate(participantMachine);
export type ParticipantMode = (typeof participantTable.states)[number];
export type ParticipantEvent = (typeof participantTable.events)[number];
