/** The flagship and the six pitfalls, each with its fix. Every number that a text states is a test. */
import type { Fault } from '../../kernel/faults.ts';
import type { Headline, Scenario } from '../../kernel/story.ts';
import { requests, slowCoordinator } from './oddScenarios.ts';
import { bank, banks, customers, link, linksFor, office, REPLICATED, replicas, writerLayer } from './topologies.ts';

const seconds = (s: number): number => s * 1000;
const diesAt = (node: string, note: string, atSecond: number, downSeconds: number): Fault => ({ kind: 'crashAt', node, note, occurrence: 1, fromMs: seconds(atSecond), downMs: seconds(downSeconds) });
const down = (node: string, atSecond: number, downSeconds: number): Fault => ({ kind: 'crash', node, fromMs: seconds(atSecond), untilMs: seconds(atSecond + downSeconds) });

const HALF_DONE: Headline = { label: 'Transfers half done', metric: 'ledger.halfDone', unit: 'count', better: 'lower' };
const MISPLACED: Headline = { label: 'Money made or lost', metric: 'ledger.moneyMisplaced', unit: 'count', better: 'lower' };
const LEFT: Headline = { label: 'Left in doubt for ever', metric: 'ledger.leftInDoubt', unit: 'count', better: 'lower' };
const IN_DOUBT: Headline = { label: 'In doubt at bank B (mean)', metric: 'bank-b.inDoubtMean', unit: 'count', better: 'lower' };
const GOOD: Headline = { label: 'Transfers that succeed', metric: 'customers.goodRatio', unit: 'ratio', better: 'higher' };
const BASELINE = { title: 'Without two-phase commit', kind: 'without', stacks: { coordinator: [writerLayer('coordinator')] } } as const;

/** Some transfers stay within one bank (one phase is enough), some only look at the ledger (which leaves after phase one). */
const MIXED = { localRatio: 0.1, inquiryRatio: 0.1 } as const;

const transfers: Scenario = {
  title: 'Transfers between two banks',
  summary: 'Bank B begins to refuse at 20 s, dies at 30 s, and at 50 s the coordinator dies just after its decision. Watch the locks, and whether the money still adds up.',
  seed: 1, durationMs: seconds(75), openAtMs: seconds(48), speed: 0.5,
  measure: { fromMs: seconds(15), untilMs: seconds(75), label: 'from 15 s on' },
  nodes: [customers('customers', 'Customers', 'coordinator', 20), office('coordinator', 'Coordinator', MIXED), ...banks()],
  links: [link('customers', 'coordinator', 20), ...linksFor(['coordinator'])],
  faults: [diesAt('bank-b', 'prepared', 30, 5), diesAt('coordinator', 'decisionLogged', 50, 15)],
  interventions: [{ atMs: seconds(20), kind: 'params', layer: 'bank-b', params: { voteNoRatio: 0.05 } }],
  headlines: [MISPLACED, GOOD, { label: 'Latency, median', metric: 'customers.p50Ms', unit: 'ms', better: 'lower' }, { label: 'Rows locked at bank A (mean)', metric: 'bank-a.lockedMean', unit: 'count', better: 'lower' }],
  claims: [
    { metric: 'ledger.halfDone', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'ledger.moneyMisplaced', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'bank-a.lockedMean', better: 'without', worse: 'with', wants: 'lower', factor: 5 },
  ],
  opensWith: 'with',
  variants: {
    without: {
      ...BASELINE, stacks: { coordinator: [writerLayer('coordinator', MIXED)] }, faults: [down('bank-b', 30, 5), down('coordinator', 50, 15)],
      summary: 'One bank is written after the other. Each refusal, and each transfer that a crash cuts, leaves money taken and not given.',
    },
    with: { title: 'Presumed abort', kind: 'with', summary: 'Nothing is ever half done. The price: rows stay locked through both phases, and for as long as the coordinator is dead.' },
    'one-by-one': { title: 'One after the other', kind: 'with', params: { coordinator: { parallel: false } }, summary: 'The same, but participants are asked and told one by one: the waits add up, and locks last longer.' },
  },
};

const coordinatorCrash: Scenario = {
  title: 'The coordinator dies after its decision',
  summary: 'Whoever has voted Yes is bound and waits, rows locked, for 15 s. A second office works on the same accounts and runs into the locks.',
  seed: 2, durationMs: seconds(40), openAtMs: seconds(9), speed: 0.5,
  measure: { fromMs: seconds(10), untilMs: seconds(25), label: 'while the coordinator is dead' },
  nodes: [
    customers('customers', 'Customers', 'coordinator', 20, 20), customers('clerks', 'Clerks', 'desk', 10, 20),
    office('coordinator', 'Coordinator', { accounts: 20 }), office('desk', 'Second office', { accounts: 20 }), ...banks(), ...replicas,
  ],
  links: [link('customers', 'coordinator', 20), link('clerks', 'desk', 20), ...linksFor(['coordinator', 'desk'], { withReplicas: true })],
  faults: [diesAt('coordinator', 'decisionLogged', 10, 15)],
  headlines: [
    { label: 'The clerks’ transfers that succeed', metric: 'clerks.goodRatio', unit: 'ratio', better: 'higher' }, IN_DOUBT,
    { label: 'Waiting for locks at bank A (mean)', metric: 'bank-a.waitingMean', unit: 'count', better: 'lower' }, HALF_DONE,
  ],
  claims: [
    { metric: 'bank-b.inDoubtMean', better: 'with', worse: 'blocking', wants: 'lower', factor: 4 },
    { metric: 'bank-b.inDoubtMean', better: 'percolator', worse: 'blocking', wants: 'lower', factor: 4 },
    { metric: 'clerks.goodRatio', better: 'with', worse: 'blocking', wants: 'higher', factor: 1.05 },
    { metric: 'bank-a.waitingMean', better: 'with', worse: 'blocking', wants: 'lower', factor: 1.1 },
  ],
  opensWith: 'blocking',
  variants: {
    without: {
      ...BASELINE, stacks: { coordinator: [writerLayer('coordinator', { accounts: 20 })], desk: [writerLayer('desk', { accounts: 20 })] }, faults: [down('coordinator', 10, 15)],
      summary: 'No locks are left behind, but neither is the other half of the transfers that were under way.',
    },
    blocking: { title: 'One coordinator, one log', kind: 'pitfall', summary: 'The decision lies on the dead coordinator’s disk. Nobody else may guess it, so the rows stay locked and the line before them grows.' },
    percolator: {
      title: 'Percolator: the primary decides', kind: 'fixed', presets: { coordinator: 'percolator', desk: 'percolator' },
      summary: 'No coordinator’s log at all: bank A’s commit is the decision. Who finds an old lock asks bank A, and rolls forward or back.',
    },
    with: {
      title: 'Replicated decision', kind: 'fixed', params: { coordinator: REPLICATED, desk: REPLICATED },
      summary: 'The decision is held by three replicas. Who is in doubt asks them, and hears within a second or two what a majority says.',
    },
  },
};

const heuristic: Scenario = {
  title: 'An impatient participant',
  summary: 'The coordinator dies after deciding commit. Bank A waits 3 s, then rolls back on its own; bank B commits when the coordinator is back.',
  seed: 3, durationMs: seconds(40), openAtMs: seconds(9), speed: 0.5,
  measure: { fromMs: seconds(10), untilMs: seconds(40), label: 'after the crash' },
  nodes: [customers('customers', 'Customers', 'coordinator', 20), office('coordinator', 'Coordinator'), ...banks()],
  links: [link('customers', 'coordinator', 20), ...linksFor(['coordinator'])],
  faults: [diesAt('coordinator', 'decisionLogged', 10, 8)],
  headlines: [HALF_DONE, MISPLACED, IN_DOUBT, { label: 'Decisions taken alone', metric: 'bank-a.note.heuristicTaken', unit: 'count', better: 'lower' }],
  claims: [
    { metric: 'ledger.halfDone', better: 'with', worse: 'impatient', wants: 'lower', factor: 10 },
    { metric: 'bank-a.inDoubtMean', better: 'impatient', worse: 'with', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'impatient',
  variants: {
    without: { ...BASELINE, faults: [down('coordinator', 10, 8)], summary: 'Nobody is ever in doubt, because nobody has promised anything.' },
    impatient: {
      title: 'Roll back after 3 s', kind: 'pitfall', presets: { 'bank-a': 'impatient' },
      summary: 'The locks are free early. But the log says commit: money is given at one bank that was never taken at the other.',
    },
    'commit-alone': {
      title: 'Commit after 3 s', kind: 'pitfall', params: { 'bank-a': { inDoubt: 'heuristicCommit', heuristicAfterMs: 3000 } },
      summary: 'The other guess. Right for what had been decided, wrong for what had not: the coordinator comes back and aborts it.',
    },
    with: { title: 'Ask, and wait', kind: 'fixed', summary: 'In doubt means bound: the participants ask until the coordinator answers. Tell an operator, never a timer, to decide.' },
  },
};

const noLog: Scenario = {
  title: 'A coordinator without a log',
  summary: 'The coordinator dies for 3 s just after deciding. If the decision was only in its memory, nobody will ever know it.',
  seed: 4, durationMs: seconds(40), openAtMs: seconds(9), speed: 0.5,
  measure: { fromMs: seconds(20), untilMs: seconds(40), label: 'long after the restart' },
  nodes: [customers('customers', 'Customers', 'coordinator', 20), office('coordinator', 'Coordinator'), ...banks()],
  links: [link('customers', 'coordinator', 20), ...linksFor(['coordinator'])],
  faults: [diesAt('coordinator', 'decisionLogged', 10, 3)],
  headlines: [LEFT, IN_DOUBT, GOOD, { label: 'Rows locked at bank A (mean)', metric: 'bank-a.lockedMean', unit: 'count', better: 'lower' }],
  claims: [
    { metric: 'ledger.leftInDoubt', better: 'with', worse: 'memory', wants: 'lower', factor: 10 },
    { metric: 'ledger.leftInDoubt', better: 'with', worse: 'original', wants: 'lower', factor: 10 },
    { metric: 'bank-b.inDoubtMean', better: 'with', worse: 'memory', wants: 'lower', factor: 10 },
    { metric: 'customers.goodRatio', better: 'with', worse: 'memory', wants: 'higher', factor: 1.02 },
  ],
  opensWith: 'memory',
  variants: {
    without: { ...BASELINE, faults: [down('coordinator', 10, 3)], summary: 'Nothing is locked; what was half written stays half written.' },
    memory: { title: 'Decision in memory', kind: 'pitfall', params: { coordinator: { coordLog: 'none', recoveryScanMs: 0 } }, summary: 'After the restart the coordinator answers every question with “unknown”. The rows stay locked for ever.' },
    original: { title: 'The original sketch', kind: 'pitfall', presets: { coordinator: 'original', 'bank-a': 'original', 'bank-b': 'original', ledger: 'original' }, summary: 'No log, no time-out, no repeat, and nobody asks: one crash is enough.' },
    with: { title: 'Forced decision log', kind: 'fixed', summary: 'The commit is on disk before anybody hears of it. What is in the log is carried out, what is not was never decided: abort.' },
  },
};

const cooperative: Scenario = {
  title: 'Asking the others',
  summary: 'The coordinator dies for 15 s. Participants in doubt ask each other. That helps only if one of them has been told.',
  seed: 5, durationMs: seconds(40), openAtMs: seconds(9), speed: 0.5,
  measure: { fromMs: seconds(10), untilMs: seconds(25), label: 'while the coordinator is dead' },
  nodes: [customers('customers', 'Customers', 'coordinator', 2), office('coordinator', 'Coordinator'), ...banks({ inDoubt: 'cooperative' })],
  links: [link('customers', 'coordinator', 20), ...linksFor(['coordinator'])],
  faults: [diesAt('coordinator', 'decisionLogged', 10, 15)],
  headlines: [IN_DOUBT, GOOD],
  claims: [
    { metric: 'bank-b.inDoubtMean', better: 'told', worse: 'nobody', wants: 'lower', factor: 1.5 },
    { metric: 'bank-b.inDoubtMean', better: 'with', worse: 'nobody', wants: 'lower', factor: 2.5 },
  ],
  opensWith: 'nobody',
  variants: {
    without: { ...BASELINE, faults: [down('coordinator', 10, 15)], summary: 'Nobody has promised anything, so nobody has to ask.' },
    nobody: { title: 'Dies before telling anybody', kind: 'pitfall', summary: 'All have promised and nobody knows: asking the others finds only others that ask.' },
    told: { title: 'Dies after telling one', kind: 'with', faults: [diesAt('coordinator', 'commitSent', 10, 15)], summary: 'Bank A has been told to commit. The others ask it and follow within two seconds, although the coordinator is still dead.' },
    with: { title: 'The coordinator recovers in 2 s', kind: 'fixed', faults: [diesAt('coordinator', 'decisionLogged', 10, 2)], summary: 'Asking the others shortens the doubt; ending it takes a coordinator that comes back with its log.' },
  },
};

/** Sooner in doubt than three-phase commit may be. */
const HASTY = { inDoubtAfterMs: 300, askEveryMs: 200 } as const;
const cutFor = (durationSeconds: number) => (atSecond: number): Fault => ({
  kind: 'partition', groupA: ['coordinator', 'bank-a', 'replica-1', 'replica-2'], groupB: ['bank-b', 'ledger', 'replica-3'], fromMs: seconds(atSecond), untilMs: seconds(atSecond + durationSeconds),
});
const threePhasePartition: Scenario = {
  title: 'Three phases and a split network',
  summary: 'Three-phase commit takes silence for a crash. Three times the network splits for 4 s: each side concludes what it must, and they conclude differently.',
  seed: 6, durationMs: seconds(36), openAtMs: seconds(9.5), speed: 0.5,
  measure: { fromMs: seconds(10), untilMs: seconds(36), label: 'from the first split on' },
  nodes: [customers('customers', 'Customers', 'coordinator', 40, 400), office('coordinator', 'Coordinator', { accounts: 400 }), ...banks(), ...replicas],
  links: [link('customers', 'coordinator', 20), ...linksFor(['coordinator'], { withReplicas: true, bankMs: 60 })],
  faults: [10, 18, 26].map(cutFor(4)),
  headlines: [HALF_DONE, IN_DOUBT, GOOD],
  claims: [
    { metric: 'ledger.halfDone', better: 'with', worse: 'three-phase', wants: 'lower', factor: 10 },
    { metric: 'bank-b.inDoubtMean', better: 'crash-only', worse: 'blocking', wants: 'lower', factor: 2 },
  ],
  opensWith: 'three-phase',
  variants: {
    without: { ...BASELINE, stacks: { coordinator: [writerLayer('coordinator', { accounts: 400 })] }, summary: 'Transfers stop in the middle wherever the split finds them.' },
    'three-phase': {
      title: 'Three-phase commit', kind: 'pitfall', params: { coordinator: { protocol: 'threePhase', orphanScan: false } },
      summary: 'On one side everybody knows that all voted Yes, and commits; on the other nobody does, and aborts.',
    },
    with: { title: 'Decision by majority', kind: 'fixed', params: { coordinator: REPLICATED }, summary: 'Who is cut off from the majority stays in doubt until the split heals. Blocked, but never wrong.' },
    'crash-only': {
      title: 'Three phases, a crash', kind: 'with', params: { coordinator: { protocol: 'threePhase', orphanScan: false } }, faults: [diesAt('coordinator', 'preCommitSent', 10, 20)],
      summary: 'This is what it was made for: the coordinator dies, and the survivors finish by themselves within seconds.',
    },
    hasty: {
      title: 'Three phases, in a hurry', kind: 'pitfall', faults: [10, 18, 26].map(cutFor(0.6)),
      params: { coordinator: { protocol: 'threePhase', orphanScan: false }, 'bank-a': HASTY, 'bank-b': HASTY },
      summary: 'In doubt after 0.3 s, sooner than the coordinator gives up on a vote. Now 0.6 s of a split network are enough for two outcomes.',
    },
    blocking: { title: 'Two phases, the same crash', kind: 'with', faults: [diesAt('coordinator', 'decisionLogged', 10, 20)], summary: 'With two phases the survivors wait for the coordinator.' },
  },
};

const orphans: Scenario = {
  title: 'Orphans',
  summary: 'Four times the coordinator dies before it has decided, and comes back knowing nothing. Participants that only wait keep the orphans’ locks for ever.',
  seed: 7, durationMs: seconds(45), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(25), untilMs: seconds(45), label: 'after the last crash' },
  nodes: [customers('customers', 'Customers', 'coordinator', 20), office('coordinator', 'Coordinator'), bank('bank-a', 'Bank A', { inDoubt: 'block' }), bank('bank-b', 'Bank B', { inDoubt: 'block' }), bank('ledger', 'Ledger', { inDoubt: 'block' })],
  links: [link('customers', 'coordinator', 20), ...linksFor(['coordinator'])],
  faults: [5, 9, 13, 17].map((at) => diesAt('coordinator', 'allVoted', at, 1)),
  headlines: [{ label: 'Rows locked at bank A (mean)', metric: 'bank-a.lockedMean', unit: 'count', better: 'lower' }, LEFT, GOOD],
  claims: [
    { metric: 'ledger.leftInDoubt', better: 'with', worse: 'abandoned', wants: 'lower', factor: 10 },
    { metric: 'bank-b.inDoubtMean', better: 'with', worse: 'abandoned', wants: 'lower', factor: 10 },
    { metric: 'customers.goodRatio', better: 'with', worse: 'abandoned', wants: 'higher', factor: 1.1 },
  ],
  opensWith: 'abandoned',
  variants: {
    without: { ...BASELINE, faults: [5, 9, 13, 17].map((at) => down('coordinator', at, 1)), summary: 'Nothing stays locked, and nothing is put right.' },
    abandoned: { title: 'Nobody looks', kind: 'pitfall', params: { coordinator: { orphanScan: false } }, summary: 'Prepared transactions pile up; the most wanted accounts are locked first, and hardly a transfer gets through.' },
    with: { title: 'Orphan scan', kind: 'fixed', summary: 'Every 2 s the coordinator asks what is prepared. What it does not know of was never decided: presumed aborted.' },
    asking: {
      title: 'Participants ask', kind: 'fixed', params: { coordinator: { orphanScan: false }, 'bank-a': { inDoubt: 'inquire' }, 'bank-b': { inDoubt: 'inquire' }, ledger: { inDoubt: 'inquire' } },
      summary: 'The same from the other side: who is in doubt asks, and “I know nothing of it” means abort.',
    },
  },
};

export const scenarios = {
  transfers, 'coordinator-crash': coordinatorCrash, heuristic, 'no-log': noLog, cooperative, 'three-phase-partition': threePhasePartition, orphans,
  'slow-coordinator': slowCoordinator, requests,
} as const;
