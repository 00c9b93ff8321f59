/** The flagship, the crash points one by one, and the original. */
import type { Scenario } from '../../../kernel/story.ts';
import { BASELINE, diesAt, down, GHOSTS, linksOf, LOST, nodesOf, PENDING, seconds, shopLayer, TWICE } from '../topologies.ts';

const INBOX = { email: { consumerDedupe: 'inbox' }, search: { consumerDedupe: 'inbox' } } as const;

export const orders: Scenario = {
  title: 'Commit and announce',
  summary: 'One worker in a hundred dies in mid-order; the broker is away from 30 to 45 s; at 60 s the relay dies in mid-batch. Watch the ledger: committed against delivered.',
  seed: 1, durationMs: seconds(80), openAtMs: seconds(28), speed: 2,
  measure: { fromMs: seconds(5), untilMs: seconds(80), label: 'from 5 s on' },
  nodes: nodesOf({ db: { rollbackRatio: 0.02 } }), links: linksOf(),
  faults: [down('broker', 30, 15), diesAt('relay', 'published', 60, 3, 4)],
  headlines: [LOST, GHOSTS, TWICE, PENDING],
  claims: [
    { metric: 'ledger.lost', better: 'with', worse: 'without', wants: 'lower', factor: 50 },
    { metric: 'ledger.ghosts', better: 'with', worse: 'before-commit', wants: 'lower', factor: 10 },
    { metric: 'ledger.lost', better: 'with', worse: 'separate-writes', wants: 'lower', factor: 5 },
    { metric: 'ledger.duplicates', better: 'inbox', worse: 'with', wants: 'lower', factor: 5 },
  ],
  opensWith: 'with',
  variants: {
    without: { ...BASELINE, summary: 'Commit, then publish. Whatever dies in between, and everything while the broker is away, is never announced.' },
    'before-commit': { title: 'Publish, then commit', kind: 'pitfall', stacks: { shop: [shopLayer({ mode: 'publishBeforeCommit', dieBetweenRatio: 0.01 })] }, summary: 'The other order of the two writes: now what is rolled back has been announced already. And without the broker there are no orders at all.' },
    'separate-writes': { title: 'Outbox in a transaction of its own', kind: 'pitfall', stacks: { shop: [shopLayer({ mode: 'separateWrites', dieBetweenRatio: 0.01 })] }, summary: 'As the original sketch has it: the event is saved, but not together with the order. The dual write is still there, one step earlier.' },
    with: { title: 'Outbox', kind: 'with', summary: 'Order and event are one transaction. Events wait in the database while the broker is away; a crash of the relay repeats some, and loses none.' },
    inbox: { title: 'Outbox, and an inbox at the consumers', kind: 'fixed', params: INBOX, summary: 'The same, and who gets an event again knows its id: committed = delivered = applied.' },
  },
};

export const crashPoints: Scenario = {
  title: 'Between two steps',
  summary: 'Each variant dies at 20 s between two steps: commit and publish, publish and mark, mark and publish. Watch what is lost, and what comes twice.',
  seed: 2, durationMs: seconds(40), openAtMs: seconds(18), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(40), label: 'from 5 s on' },
  nodes: nodesOf({ shop: { dieBetweenRatio: 0 }, rate: 30, relay: { concurrency: 1 } }), links: linksOf(),
  faults: [diesAt('relay', 'published', 20, 3, 5)],
  headlines: [LOST, TWICE, PENDING],
  claims: [
    { metric: 'ledger.lost', better: 'with', worse: 'mark-first', wants: 'lower', factor: 3 },
    { metric: 'ledger.lost', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
    { metric: 'ledger.duplicates', better: 'mark-first', worse: 'with', wants: 'lower', factor: 3 },
    { metric: 'ledger.duplicates', better: 'inbox', worse: 'with', wants: 'lower', factor: 3 },
  ],
  opensWith: 'with',
  variants: {
    without: { ...BASELINE, stacks: { shop: [shopLayer({ mode: 'publishAfterCommit' })] }, faults: [diesAt('shop', 'saved', 20, 3)], summary: 'The application dies between commit and publish: that order is never announced.' },
    'mark-first': { title: 'Marked before it is published', kind: 'pitfall', presets: { relay: 'atMostOnce' }, faults: [diesAt('relay', 'reported', 20, 3)], summary: 'The relay dies between mark and publish: the whole batch is marked, and was never published.' },
    with: { title: 'Marked after it is published', kind: 'with', summary: 'The relay dies between publish and mark: five events of the batch are published again. Nothing is lost.' },
    inbox: { title: 'And an inbox', kind: 'fixed', params: INBOX, summary: 'The same crash, the same repeats; the consumers skip them.' },
    'commit-crash': { title: 'The application dies after its commit', kind: 'with', faults: [diesAt('shop', 'saved', 20, 3)], summary: 'The customer hears nothing, but order and event are both there, and the relay finds it.' },
  },
};

export const original: Scenario = {
  title: 'The original sketch, and a table that only grows',
  summary: 'Published rows are kept and every look reads all of them: 0.1 ms a row. Watch how long a look takes, and how the outbox grows.',
  seed: 7, durationMs: seconds(60), openAtMs: 0, speed: 4,
  measure: { fromMs: seconds(30), untilMs: seconds(60), label: 'in the second half' },
  nodes: nodesOf({ db: { scanMicrosPerRow: 100, keepMs: 3_600_000 }, relay: { pollIntervalMs: 200 } }), links: linksOf(),
  faults: [],
  headlines: [{ label: 'Rows in the outbox (mean)', metric: 'db.rowsMean', unit: 'count', better: 'lower' }, PENDING, LOST],
  claims: [
    { metric: 'db.rowsMean', better: 'with', worse: 'kept', wants: 'lower', factor: 20 },
    { metric: 'db.pendingMean', better: 'with', worse: 'kept', wants: 'lower', factor: 1.15 },
    { metric: 'db.pendingMean', better: 'with', worse: 'original', wants: 'lower', factor: 5 },
    { metric: 'ledger.lost', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'db.rowsMean', better: 'cleaned', worse: 'kept', wants: 'lower', factor: 3 },
  ],
  opensWith: 'kept',
  variants: {
    without: { ...BASELINE, summary: 'No outbox, no bloat; and one order in a hundred is never announced.' },
    original: { title: 'Original', kind: 'pitfall', presets: { relay: 'original' }, summary: 'A pass every 5 s over all rows there ever were. An event waits two and a half seconds on average.' },
    kept: { title: 'Published rows are kept', kind: 'pitfall', params: { relay: { retention: 'keep' } }, summary: 'Each look reads every row that was ever written: the looks get slower and slower, and the events wait for them.' },
    cleaned: { title: 'Kept for 5 s', kind: 'fixed', params: { relay: { retention: 'keep' }, db: { keepMs: 5000, purgeEveryMs: 1000 } }, summary: 'Rows stay as long as somebody may ask for them, and are deleted then.' },
    with: { title: 'Deleted when published', kind: 'with', summary: 'The outbox holds what is on its way, and nothing else.' },
  },
};
