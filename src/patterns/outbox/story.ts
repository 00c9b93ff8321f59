/** Everything about the outbox that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'An order is committed in a database and announced through a broker. These are two writes to two systems: whatever dies in between leaves the one without the other.',
  engines: engineStories,
  scenarios,
  opensWith: 'orders',
  lesson: [
    {
      when: 'start', title: 'One write instead of two', focus: 'db',
      text: 'Twenty orders a second. The row of the order and the event that tells of it are one transaction: both are there, or neither.',
      invite: 'Press play and watch the envelopes next to the database.',
    },
    {
      when: { note: 'claimed', layer: 'relay' }, title: 'The relay fetches', focus: 'relay',
      text: 'Twice a second the relay asks for what is not marked as published: {count} events this time. It publishes them, and marks them afterwards.',
    },
    {
      when: { fault: 0, edge: 'start' }, title: 'The broker is away', focus: 'broker',
      text: 'Orders go on: customers need the database alone. Events pile up in the outbox, and the relay tries less and less often.',
      shows: [{ metric: 'db.pending', below: 40 }],
    },
    {
      when: { fault: 0, edge: 'end' }, title: 'Nothing is lost', focus: 'db',
      text: 'Fifteen seconds of orders wait in the outbox, in the order of their commits. Each aggregate’s first event leads, the others follow it.',
      shows: [{ metric: 'db.pending', above: 200 }],
    },
    {
      when: { note: 'relayCrashed', layer: 'relay' }, title: 'The relay dies in mid-batch', focus: 'relay',
      text: 'It had published some of {count} events, and marked none. Nobody knows which, so all of them are published again: at least once.',
      invite: 'Open the variant with an inbox: who gets an event again, skips it.',
    },
    {
      when: 'end', title: 'The ledger is even', focus: 'db',
      text: 'Committed = delivered, and no ghosts. Some events came twice, at most one batch for the crash.',
      shows: [{ metric: 'ledger.lost', below: 1 }, { metric: 'ledger.ghosts', below: 1 }, { metric: 'ledger.duplicates', above: 0, below: 201 }],
    },
    {
      when: { note: 'workerDied', layer: 'shop' }, act: { variant: 'without' }, title: 'Without it', focus: 'shop',
      text: 'The same orders, the same crashes, two writes. The worker of order {event} has committed and is gone: nobody will ever announce it.',
    },
    {
      when: 'end', title: 'What nobody heard of', focus: 'shop',
      text: 'More than two hundred orders are committed and were never announced: some by dying workers, most while the broker was away.',
      shows: [{ metric: 'ledger.lost', above: 200 }],
      aside: 'Ask the room which of the two writes they do first, and what happens when the second fails.',
    },
  ],
  instruments: [
    { kind: 'log-ribbon', title: 'Outbox', layer: 'db', view: 'ribbon', help: 'The newest rows by position: open transactions, pending, failed, published and parked ones; and how far the readers have come.' },
    { kind: 'table', title: 'Batch of the relay', layer: 'relay', view: 'batch', help: 'The events under way: which wait, which are published, which have failed.' },
    { kind: 'table', title: 'Publish lag', layer: 'relay', view: 'lag', help: 'From commit to acknowledgement by the broker. Polling alone makes half its interval of it.' },
    { kind: 'table', title: 'Last published', layer: 'relay', view: 'recent', help: 'The newest publications, and how often the row was handed out.' },
    { kind: 'table', title: 'Leader and cursor', layer: 'db', view: 'leader', help: 'Who may publish, under which fencing token; how far the cursor is, and the oldest open position.' },
    { kind: 'partitions', title: 'Partitions of the broker', layer: 'broker-app', view: 'partitions', help: 'By partition: what has been written, and how far each consumer lags behind.' },
    { kind: 'ledger', title: 'Ledger', layer: 'db', view: 'ribbon', help: 'The outside observer: what was committed, what the broker has, what was applied.' },
  ],
  charts: [
    { title: 'In the outbox', unit: 'count', series: [{ name: 'db.pending', label: 'to be published' }, { name: 'db.rows', label: 'rows' }, { name: 'db.log', label: 'log kept' }] },
    { title: 'Open transactions', unit: 'count', series: [{ name: 'db.openTransactions', label: 'open' }] },
    { title: 'Questions to the database', unit: 'perSecond', series: [{ name: 'relay>db.requestsPerSecond', label: 'relay' }, { name: 'relay-2>db.requestsPerSecond', label: 'relay 2' }] },
    { title: 'Publications', unit: 'perSecond', series: [{ name: 'relay>broker.requestsPerSecond', label: 'relay' }, { name: 'relay-2>broker.requestsPerSecond', label: 'relay 2' }, { name: 'shop>broker.requestsPerSecond', label: 'application' }] },
    { title: 'Orders that succeed', unit: 'perSecond', series: [{ name: 'customers.goodputPerSecond', label: 'customers' }] },
  ],
  fidelity: {
    simulated: [
      'Transactions with row locks, positions given out at the insert and visible at the commit, rollbacks that leave gaps, and long transactions.',
      'Polling by flag, by highest position and by high-water mark; the log in the order of commits with a replication slot; leases with fencing tokens, row locks, shares by hash.',
      'A broker with partitions, offsets, acknowledgement, redelivery and dead letters; consumers with and without an inbox.',
      'Every crash between two steps: what is durable stays, what was in memory goes.',
    ],
    leftOut: [
      'The disk: a commit is durable when it is done, and log and table have room without end.',
      'Transactions of the broker (exactly-once of Kafka Connect), and replicas of the database.',
      'Serialisation and schema of events; a poison event is one by decree.',
    ],
  },
  sources: [
    { title: 'C. Richardson, Microservices Patterns: transactional outbox, polling publisher, log tailing', detail: 'the pattern and its names' },
    { title: 'Debezium, outbox event router', detail: 'columns, routing by aggregate type, key by aggregate id, at least once' },
    { title: 'MassTransit, transactional outbox; Particular, NServiceBus outbox', detail: 'defaults, row locks, deduplication window; ghost messages and zombie records' },
    { title: 'event-driven.io, How Postgres sequences issues can impact your messaging guarantees', detail: 'the gap, and the snapshot that closes it' },
    { title: 'Marten, async daemon', detail: 'high-water mark with a wait for stale gaps' },
    { title: 'M. Kleppmann, How to do distributed locking', detail: 'fencing tokens' },
  ],
  pitfalls: [
    { title: 'The dual write', text: 'Commit and publish are two writes. Between them lies every crash, every deployment, every outage of the broker.', scenario: 'orders', variant: 'without', fixed: 'with' },
    { title: 'Announced before it is true', text: 'Published first and rolled back then: a ghost. The event belongs into the transaction.', scenario: 'orders', variant: 'before-commit', fixed: 'with' },
    { title: 'An outbox in its own transaction', text: 'Saved next to the order is not saved with it. One transaction, or it is a dual write again.', scenario: 'orders', variant: 'separate-writes', fixed: 'with' },
    { title: 'The sequence gap', text: 'Positions are given out at the insert and seen at the commit. A cursor over the highest position leaves out what commits late. Use a flag, a high-water mark, or the log.', scenario: 'sequence-gap', variant: 'naive', fixed: 'high-water' },
    { title: 'Impatient with gaps', text: 'A wait for a missing position must be longer than the longest transaction. Better: ask which transactions are open.', scenario: 'sequence-gap', variant: 'impatient', fixed: 'patient' },
    { title: 'Applied twice', text: 'At least once means that consumers get events again. They need an inbox, or effects that may happen twice.', scenario: 'orders', variant: 'with', fixed: 'inbox' },
    { title: 'Marked before it is published', text: 'The mark says what has not happened yet; a crash makes it a lie for ever. Mark afterwards.', scenario: 'crash-points', variant: 'mark-first', fixed: 'with' },
    { title: 'Two relays, nothing claimed', text: 'Both publish everything. Let one lead, lock the rows, or share the aggregates.', scenario: 'two-relays', variant: 'unclaimed', fixed: 'with' },
    { title: 'Poison for ever', text: 'An event that can never be published stops its aggregate. Count attempts, and park it.', scenario: 'poison', variant: 'for-ever', fixed: 'with' },
    { title: 'Poison skipped', text: 'Passing over what failed turns the order round. Hold its aggregate until it is through, or parked.', scenario: 'poison', variant: 'skipped', fixed: 'with' },
    { title: 'A slot nobody reads', text: 'The database keeps its log for a reader that sleeps. Watch the slot, and let another take over.', scenario: 'paused-slot', variant: 'alone', fixed: 'with' },
    { title: 'A table that only grows', text: 'Published rows cost each look. Delete them, or clean up and index what is pending.', scenario: 'original', variant: 'kept', fixed: 'with' },
  ],
  settings,
});
