/** Everything about the inbox that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'A broker that loses nothing delivers some messages again: after a crash, a lost acknowledgement, a rebalance. Whoever applies each delivery applies some messages twice.',
  engines: engineStories,
  scenarios,
  opensWith: 'credits',
  lesson: [
    {
      when: 'start', title: 'At least once', focus: 'broker',
      text: 'Twenty credits a second go through a broker to two consumers. What is not acknowledged within five seconds comes again; some messages the network doubles.',
      invite: 'Press play and watch the doubled outlines.',
    },
    {
      when: { note: 'dupSkipped' }, title: 'A repeat is known', focus: 'accounts',
      text: '{key} comes a second time. Its id lies in the inbox, written in the same transaction as the credit: nothing is done, and the broker is told that all is well.',
    },
    {
      when: { note: 'nodeCrashed', layer: 'consumer-1' }, title: 'Dead between commit and acknowledgement', focus: 'consumer-1',
      text: 'The credit is committed, the broker does not know. It will deliver again whatever this consumer had in hand.',
    },
    {
      when: { note: 'consumerCrashed', layer: 'consumer-1' }, title: 'Memory is gone, the inbox is not', focus: 'accounts',
      text: '{count} deliveries were in hand. What was committed among them will be found in the inbox; the rest is simply done.',
    },
    {
      when: { fault: 3, edge: 'end' }, title: 'Five seconds of acknowledgements lost', focus: 'broker',
      text: 'As after a rebalance: everything that consumer 1 has done since is delivered once more, and skipped once more.',
    },
    {
      when: 'end', title: 'Σ balances = truth', focus: 'accounts',
      text: 'Not one credit twice, not one lost; what can’t be handled lies among the dead letters after five attempts.',
      shows: [{ metric: 'ledger.duplicates', below: 1 }, { metric: 'ledger.lost', below: 1 }, { metric: 'ledger.dead', above: 0 }],
    },
    {
      when: 'end', act: { variant: 'without' }, title: 'The same without an inbox', focus: 'accounts',
      text: 'More than a hundred credits were applied again, and nobody was told. Each looks like any other.',
      shows: [{ metric: 'ledger.duplicates', above: 100 }],
      aside: 'Ask who in the room knows how long their broker may take to deliver again: the window must be longer.',
      invite: 'Open “A repeat that comes too late”: how long is long enough?',
    },
  ],
  instruments: [
    { kind: 'table', title: 'In hand', layer: 'consumer-1', view: 'hands', help: 'Deliveries that consumer 1 works on, in order of arrival, with the step that is next.' },
    { kind: 'table', title: 'Inbox', layer: 'accounts', view: 'inbox', help: 'The newest ids that are kept, and for how long already.' },
    { kind: 'table', title: 'Claims', layer: 'accounts', view: 'claims', help: 'Messages that somebody works on, has failed at, or has given up.' },
    { kind: 'partitions', title: 'Partitions of the broker', layer: 'broker-app', view: 'partitions', help: 'By partition: what has been written, and how far the consumers lag behind.' },
    { kind: 'ledger', title: 'Ledger', layer: 'accounts', view: 'inbox', help: 'The outside observer: credits that were meant, applied, applied again, lost; e-mails that were sent.' },
  ],
  charts: [
    { title: 'Ids kept', unit: 'count', series: [{ name: 'accounts.rows', label: 'rows' }] },
    { title: 'Messages in hand', unit: 'count', series: [{ name: 'consumer-1.inHand', label: 'consumer 1' }, { name: 'consumer-2.inHand', label: 'consumer 2' }] },
    { title: 'Not acknowledged', unit: 'count', series: [{ name: 'broker-app.backlog', label: 'broker' }] },
    { title: 'Credits', unit: 'perSecond', series: [{ name: 'bank.goodputPerSecond', label: 'accepted' }] },
  ],
  fidelity: {
    simulated: [
      'Each delivery on its own: claim, work, effect, mark and acknowledgement as separate steps, with a crash possible between any two.',
      'A broker with partitions, ack timeout, redelivery and dead letters; links that double and lose messages.',
      'Inbox rows that age and are purged, claims with a lock and a heartbeat, attempts that survive crashes, outgoing messages in the same transaction.',
    ],
    leftOut: [
      'Isolation inside the database: its transactions follow each other, each in one step.',
      'Transactions of the broker (Kafka read_committed with offsets in the transaction).',
      'Replay tools: a replay is the same message, published again after a time.',
    ],
  },
  sources: [
    { title: 'C. Richardson, Microservices Patterns: idempotent consumer', detail: 'the pattern' },
    { title: 'MassTransit, transactional outbox: InboxState', detail: 'fields, DuplicateDetectionWindow 30 min, QueryDelay 10 s, QueryMessageLimit 100' },
    { title: 'Particular, NServiceBus outbox', detail: 'deduplication data 7 days, cleaned up each minute; dispatch, then mark' },
    { title: 'RabbitMQ, quorum queues', detail: 'delivery-limit 20, dead-letter reasons' },
    { title: 'Apache Kafka, read_committed', detail: 'offsets in the transaction, as the other way to the same end' },
  ],
  pitfalls: [
    { title: 'Marked first', text: 'A crash between mark and work loses the message, and the mark hides it. Mark in the transaction of the effect.', scenario: 'marking', variant: 'mark-first', fixed: 'with' },
    { title: 'Marked afterwards', text: 'A crash between effect and mark repeats the effect. One transaction for both.', scenario: 'marking', variant: 'mark-after', fixed: 'with' },
    { title: 'Acknowledged on receipt', text: 'What is acknowledged does not come again, done or not. Acknowledge after the commit.', scenario: 'marking', variant: 'eager', fixed: 'with' },
    { title: 'A window that is too short', text: 'A repeat that comes after its row has gone is new. Keep ids longer than the longest way back, or put the key into the aggregate.', scenario: 'late-replay', variant: 'short', fixed: 'aggregate' },
    { title: 'Longer than the broker waits', text: 'Two deliveries are worked on at once, and neither finds a mark. Insert the row first, and hold it.', scenario: 'slow-work', variant: 'overtaken', fixed: 'with' },
    { title: 'A new id each time', text: 'A producer that sends anew under another id defeats every inbox. Keep the id, or tell messages apart by what they are about.', scenario: 'new-ids', variant: 'message-id', fixed: 'with' },
    { title: 'Effects outside the database', text: 'An e-mail is not rolled back. Send it through an outbox, with a key that the other side heeds.', scenario: 'e-mail', variant: 'direct', fixed: 'with' },
    { title: 'Once, but out of order', text: 'An inbox says how often, not when. Work on one message of an aggregate at a time.', scenario: 'order', variant: 'parallel', fixed: 'with' },
  ],
  settings,
});
