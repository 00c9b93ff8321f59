/** Everything about two-phase commit that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'A transfer touches two banks and a ledger. Each can fail by itself, and half a transfer is money made or lost. Two-phase commit has everybody promise first, and decides once.',
  engines: engineStories,
  scenarios,
  opensWith: 'transfers',
  lesson: [
    {
      when: 'start', title: 'Promise first, then decide', focus: 'coordinator',
      text: 'The coordinator asks both banks and the ledger to prepare. Who votes Yes has all on disk, its rows locked, and is bound.', invite: 'Step through one transfer and watch the log tape: the commit is on disk before it is sent.',
    },
    {
      when: { note: 'abortDecided', layer: 'coordinator' }, title: 'One No is enough', focus: 'bank-b',
      text: 'Somebody voted No, or could not be reached. Nobody may commit any more; whoever had prepared frees its rows unchanged.',
    },
    {
      when: { note: 'recovered', layer: 'bank-b' }, title: 'Bank B is back', focus: 'bank-b',
      text: 'What it had promised is still on its disk, and so are the locks: {inDoubt} transactions. It asks what became of them.',
    },
    {
      when: { note: 'inDoubt', layer: 'bank-a' }, title: 'In doubt', focus: 'bank-a',
      text: 'Bank A has voted Yes and hears nothing: the coordinator is dead. It may neither commit nor roll back, and {rows} stays locked for everybody else.',
      invite: 'Let it decide on its own (in doubt: roll back) and see what the ledger says of that.',
    },
    {
      when: { note: 'recovered', layer: 'coordinator' }, title: 'The log is the decision', focus: 'coordinator',
      text: 'The coordinator is back. Its log holds {open} decisions that are not carried out yet; {lost} transactions it does not hold were never decided, and count as aborted.',
    },
    {
      when: { note: 'resumed', layer: 'coordinator' }, title: 'Carried out to the end', focus: 'coordinator',
      text: 'Decisions from the log go out again, to everybody who has not acknowledged them, for as long as it takes.', invite: 'Compare with “Without two-phase commit” in the ledger.',
    },
    { when: 'end', title: 'The price', text: 'No transfer was ever half done. In exchange each row is locked through two rounds of messages and disk writes, and through every outage of the coordinator.' },
  ],
  instruments: [
    { kind: 'ledger', title: 'Ledger', layer: 'ledger', view: 'ledger', help: 'Counted from outside, by an observer that sees every effect that was really applied: whether each transaction has one outcome for all, the money adds up, commits wait for every Yes, and nobody is left in doubt.' },
    { kind: 'table', title: 'Locks at bank A', layer: 'bank-a', view: 'locks', help: 'Locked rows, who holds them since when, and who waits in line.' },
    { kind: 'table', title: 'Locks at bank B', layer: 'bank-b', view: 'locks', help: 'Locked rows, who holds them since when, and who waits in line.' },
    { kind: 'table', title: 'In doubt at bank A', layer: 'bank-a', view: 'inDoubt', help: 'Transactions that have voted Yes and wait for a decision that is overdue.' },
    { kind: 'table', title: 'In doubt at bank B', layer: 'bank-b', view: 'inDoubt', help: 'Transactions that have voted Yes and wait for a decision that is overdue.' },
    { kind: 'table', title: 'Open transactions', layer: 'coordinator', view: 'transactions', help: 'Phase, votes and acknowledgements of each transaction.' },
    { kind: 'log', title: 'The coordinator’s log', layer: 'coordinator', view: 'log', help: 'Records in the order of writing; a crash keeps those that are durable.' },
    { kind: 'sequence', title: 'Last steps', layer: 'coordinator', view: 'sequence', help: 'What the coordinator sent and heard, the latest last.' },
    { kind: 'table', title: 'Decisions at replica 1', layer: 'replica-1', view: 'decisions', help: 'Ballots promised and accepted; settled once a majority is known.' },
  ],
  charts: [
    { title: 'Goodput', unit: 'perSecond', series: [{ name: 'customers.goodputPerSecond', label: 'customers' }, { name: 'clerks.goodputPerSecond', label: 'clerks' }] },
    { title: 'Latency, p99', unit: 'ms', series: [{ name: 'customers.p99Ms', label: 'customers' }, { name: 'clerks.p99Ms', label: 'clerks' }] },
    { title: 'Rows locked', unit: 'count', series: [{ name: 'bank-a.locked', label: 'bank A' }, { name: 'bank-b.locked', label: 'bank B' }] },
    { title: 'In doubt', unit: 'count', series: [{ name: 'bank-a.inDoubt', label: 'bank A' }, { name: 'bank-b.inDoubt', label: 'bank B' }, { name: 'ledger.inDoubt', label: 'ledger' }] },
    { title: 'Waiting for a lock', unit: 'count', series: [{ name: 'bank-a.waiting', label: 'bank A' }, { name: 'bank-b.waiting', label: 'bank B' }] },
    { title: 'Half done', unit: 'count', series: [{ name: 'coordinator.halfDone', label: 'known to the coordinator' }] },
  ],
  fidelity: {
    simulated: [
      'Coordinator, participants and replicas as nodes of their own: messages, forced writes with group commit, crashes at any step, recovery from what was on disk.',
      'Presumed abort, presumed nothing, three-phase commit with its termination protocol, and a decision held by a majority (one Paxos instance for each transaction).',
      'Row locks with queues and a longest wait, one-phase commit, read-only votes, heuristic decisions, orphan scans.',
    ],
    leftOut: [
      'Percolator’s timestamps and snapshot reads: here it is its commit alone, on the same locks as the other protocols.',
      'Three-phase commit trusts its time-outs: a coordinator that is merely slow is taken for dead, as in reality.',
      'What a database does beside: buffers, vacuum, deadlock detection (a lock wait that takes too long counts as a deadlock).',
      'Trees of coordinators, and taking over a dead coordinator’s clients.',
    ],
  },
  sources: [
    { title: 'J. Gray, Notes on Data Base Operating Systems (1978)', detail: 'two-phase commit' },
    { title: 'C. Mohan, B. Lindsay, R. Obermarck, Transaction Management in the R* Distributed DBMS (1986)', detail: 'presumed abort, counts of messages and forced writes' },
    { title: 'D. Skeen, Nonblocking Commit Protocols (1981)', detail: 'three phases and the termination protocol' },
    { title: 'J. Gray, L. Lamport, Consensus on Transaction Commit (2006)', detail: 'the replicated decision' },
    { title: 'X/Open XA, Jakarta Transactions', detail: 'prepare, commit, rollback, recover, forget; heuristic outcomes' },
    { title: 'Narayana; PostgreSQL, PREPARE TRANSACTION', detail: 'for the presets' },
  ],
  pitfalls: [
    { title: 'Blocked behind a dead coordinator', text: 'In-doubt rows stay locked for as long as it is down. Replicate the decision, or use a saga.', scenario: 'coordinator-crash', variant: 'blocking', fixed: 'with' },
    { title: 'Deciding alone', text: 'A heuristic frees the locks and may contradict the log: money is made or lost. Ask, wait, and tell an operator.', scenario: 'heuristic', variant: 'impatient', fixed: 'with' },
    { title: 'A decision that is nowhere', text: 'Without a forced log a restarted coordinator knows nothing, and the prepared wait for ever.', scenario: 'no-log', variant: 'memory', fixed: 'with' },
    { title: 'Nobody to ask', text: 'Cooperative termination helps only if somebody was told. The coordinator has to recover all the same.', scenario: 'cooperative', variant: 'nobody', fixed: 'with' },
    { title: 'Three phases in a split network', text: 'Non-blocking, as long as silence means a crash. In a partition both sides go on, differently.', scenario: 'three-phase-partition', variant: 'three-phase', fixed: 'with' },
    { title: 'Orphans', text: 'Abandoned prepared transactions keep their locks. Scan for them, and presume abort.', scenario: 'orphans', variant: 'abandoned', fixed: 'with' },
  ],
  settings,
});
