/** How a relay finds what is not published yet: the sequence gap, and the log with its slot. */
import type { Scenario } from '../../../kernel/story.ts';
import { BASELINE, linksOf, LOST, nodesOf, PENDING, seconds, TWICE, DISORDER } from '../topologies.ts';

export const sequenceGap: Scenario = {
  title: 'A position that is committed late',
  summary: 'Two in a hundred transactions take 0.4 to 1 s. They hold an early position and commit after later ones have been read. Watch the ribbon, and what is never published.',
  seed: 3, durationMs: seconds(45), openAtMs: seconds(5), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(45), label: 'from 5 s on' },
  nodes: nodesOf({ rate: 30, aggregates: 400, shop: { dieBetweenRatio: 0 }, db: { longRatio: 0.02 }, relay: { pollIntervalMs: 200 } }), links: linksOf(),
  faults: [],
  headlines: [LOST, PENDING, { label: 'Committed behind the newest', metric: 'db.note.committedLate', unit: 'count', better: 'lower' }],
  claims: [
    { metric: 'ledger.lost', better: 'high-water', worse: 'naive', wants: 'lower', factor: 20 },
    { metric: 'ledger.lost', better: 'with', worse: 'naive', wants: 'lower', factor: 20 },
    { metric: 'ledger.lost', better: 'log', worse: 'naive', wants: 'lower', factor: 20 },
    { metric: 'ledger.lost', better: 'patient', worse: 'impatient', wants: 'lower', factor: 5 },
    { metric: 'db.pendingMean', better: 'with', worse: 'high-water', wants: 'lower', factor: 1.4 },
  ],
  opensWith: 'naive',
  variants: {
    without: { ...BASELINE, summary: 'No positions, no gaps, and no safety either: what a dying worker has not announced nobody ever will.' },
    naive: { title: 'Above the highest position seen', kind: 'pitfall', presets: { relay: 'naiveCursor' }, summary: 'The cursor has moved past them when they commit: events lie in the outbox, committed, and nobody will ever look there again.' },
    impatient: { title: 'Waits 0.3 s for a gap', kind: 'pitfall', params: { relay: { cursor: 'positionHighWater', highWater: 'wait', gapWaitMs: 300 } }, summary: 'A wait shorter than the longest transaction is a bet, and it is lost again and again.' },
    'high-water': { title: 'High-water mark', kind: 'fixed', presets: { relay: 'highWater' }, summary: 'Nobody reads past the oldest open transaction. Nothing is lost; everything behind a slow one waits for it.' },
    patient: { title: 'Waits 3 s for a gap', kind: 'fixed', params: { relay: { cursor: 'positionHighWater', highWater: 'wait', gapWaitMs: 3000 } }, summary: 'Longer than any transaction here. After a rollback the position never comes, and everything waits for it.' },
    with: { title: 'A flag on each row', kind: 'with', summary: 'Not marked as published is not published, whatever its position: the late ones are found by the next look, and nobody waits for them.' },
    log: { title: 'The log', kind: 'fixed', params: { relay: { relay: 'cdc' } }, summary: 'The log of the database is written in the order of commits: there are no gaps in it.' },
  },
};

const TWO = ['relay', 'relay-2'] as const;
export const pausedSlot: Scenario = {
  title: 'A reader of the log falls asleep',
  summary: 'From 20 to 40 s the relay that reads the log is frozen. The database keeps every entry until it has been read. Watch the log grow.',
  seed: 6, durationMs: seconds(50), openAtMs: seconds(18), speed: 2,
  measure: { fromMs: seconds(20), untilMs: seconds(45), label: 'while the reader sleeps' },
  nodes: nodesOf({ relay: { relay: 'cdc', leaseMs: 2000 }, relays: TWO }), links: linksOf(TWO),
  faults: [{ kind: 'pause', node: 'relay', fromMs: seconds(20), untilMs: seconds(40) }],
  headlines: [{ label: 'Log kept (mean)', metric: 'db.logMean', unit: 'count', better: 'lower' }, PENDING, TWICE, LOST],
  claims: [
    { metric: 'db.logMean', better: 'with', worse: 'alone', wants: 'lower', factor: 5 },
    { metric: 'ledger.lost', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
  ],
  opensWith: 'alone',
  variants: {
    without: { ...BASELINE, summary: 'Nobody reads the log, and nobody hears of one order in a hundred.' },
    alone: { title: 'One reader', kind: 'pitfall', params: { 'relay-2': { relay: 'polling', claim: 'singleLeader', pollIntervalMs: 3_600_000 } }, summary: 'The slot keeps the log for its one reader, who sleeps: 20 s of orders pile up. On a real database this fills the disk.' },
    with: { title: 'A second reader takes over', kind: 'with', summary: 'The slot is free when the lease is over; the other relay goes on from what was confirmed. The sleeper’s report, when it wakes, is refused.' },
  },
};

export const twoRelays: Scenario = {
  title: 'Two relays',
  summary: 'Two relays for safety. From 20 to 26 s the first is frozen in the middle of its work. Watch what is published twice, and who leads.',
  seed: 4, durationMs: seconds(36), openAtMs: seconds(18), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(36), label: 'from 5 s on' },
  nodes: nodesOf({ shop: { dieBetweenRatio: 0 }, relay: { leaseMs: 2000 }, relays: TWO }), links: linksOf(TWO),
  faults: [{ kind: 'pause', node: 'relay', fromMs: seconds(20.22), untilMs: seconds(26.22) }],
  headlines: [TWICE, { label: 'Published again', metric: 'ledger.publishedAgain', unit: 'count', better: 'lower' }, DISORDER, LOST],
  claims: [
    { metric: 'ledger.publishedAgain', better: 'with', worse: 'unclaimed', wants: 'lower', factor: 20 },
    { metric: 'ledger.publishedAgain', better: 'skip-locked', worse: 'unclaimed', wants: 'lower', factor: 20 },
    { metric: 'ledger.publishedAgain', better: 'by-hash', worse: 'unclaimed', wants: 'lower', factor: 20 },
    { metric: 'ledger.lost', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
  ],
  opensWith: 'unclaimed',
  variants: {
    without: { ...BASELINE, summary: 'No relay, nothing twice; and one order in a hundred nobody hears of.' },
    unclaimed: { title: 'Nothing is claimed', kind: 'pitfall', presets: { relay: 'unclaimed', 'relay-2': 'unclaimed' }, summary: 'As in the original: both read the same rows, and publish most of them twice.' },
    with: { title: 'One leader', kind: 'with', summary: 'A lease says who publishes. Frozen for longer than the lease, the old leader is turned away by its old fencing token.' },
    'skip-locked': { title: 'Rows are locked', kind: 'fixed', presets: { relay: 'skipLocked', 'relay-2': 'skipLocked' }, params: { relay: { publishTimeoutMs: 1500 }, 'relay-2': { publishTimeoutMs: 1500 } }, summary: 'Each takes rows that the other has not locked, and leaves the rest of their aggregates to it: both work, and order per aggregate is kept.' },
    'by-hash': { title: 'Aggregates by hash', kind: 'fixed', params: { relay: { claim: 'partitionByKey' }, 'relay-2': { claim: 'partitionByKey' } }, summary: 'Each has its own aggregates and nobody has to be asked. While one is frozen, its half waits.' },
  },
};

export const poison: Scenario = {
  title: 'An event that cannot be published',
  summary: 'Every sixtieth event can’t be serialised, and one publication in twenty fails by chance. Watch what waits behind them, and what overtakes.',
  seed: 5, durationMs: seconds(45), openAtMs: seconds(3), speed: 2,
  measure: { fromMs: seconds(10), untilMs: seconds(45), label: 'from 10 s on' },
  nodes: nodesOf({ shop: { dieBetweenRatio: 0 }, aggregates: 20, db: { poisonEvery: 60 }, relay: { pollIntervalMs: 200, maxAttempts: 5 } }), links: linksOf(),
  faults: [{ kind: 'errors', node: 'broker', op: 'publish', ratio: 0.05, fromMs: 0 }],
  headlines: [PENDING, DISORDER, { label: 'Parked', metric: 'ledger.parked', unit: 'count', better: 'lower' }, LOST],
  claims: [
    { metric: 'db.pendingMean', better: 'with', worse: 'for-ever', wants: 'lower', factor: 3 },
    { metric: 'db.pendingMean', better: 'with', worse: 'global', wants: 'lower', factor: 2 },
    { metric: 'ledger.outOfOrder', better: 'with', worse: 'skipped', wants: 'lower', factor: 5 },
    { metric: 'ledger.lost', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
  ],
  opensWith: 'for-ever',
  variants: {
    without: { ...BASELINE, summary: 'The application publishes once; one in twenty fails, and nobody tries again.' },
    'for-ever': { title: 'Tried for ever', kind: 'pitfall', params: { relay: { maxAttempts: 1_000_000 } }, summary: 'As in the original, nothing is ever given up. Aggregate after aggregate stops behind its poison event.' },
    skipped: { title: 'Skipped', kind: 'pitfall', params: { relay: { order: 'none' } }, summary: 'A failed event is passed over and comes later: nothing waits, and an order is cancelled before it was placed.' },
    global: { title: 'One order for all', kind: 'pitfall', params: { relay: { order: 'global' } }, summary: 'Everything waits behind each poison event until it is parked, three seconds later.' },
    held: { title: 'Its aggregate is held', kind: 'pitfall', params: { relay: { afterParking: 'hold' } }, summary: 'No hole in any story: what follows a parked event waits for somebody to mend it. One aggregate after the other stops.' },
    with: { title: 'Parked after five attempts', kind: 'with', summary: 'Its aggregate waits for three seconds, the event is put aside for people to look at, and the rest goes on in order.' },
  },
};
