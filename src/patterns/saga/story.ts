/** Everything about sagas that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'A business transaction spans services with databases of their own. Without a common commit it is a row of local ones, and whoever fails in the middle has to take back what the others did.',
  engines: engineStories,
  scenarios,
  opensWith: 'order-saga',
  lesson: [
    {
      when: 'start', title: 'Five databases, one order', focus: 'orders-desk',
      text: 'The desk asks one service after the other: order, credit, stock, charge, approval, shipment. Each commits by itself; there is no common transaction.',
      invite: 'Press play and follow one order from left to right.',
    },
    {
      when: { note: 'pivotPassed', layer: 'orchestrator' }, title: 'The point of no return', focus: 'payment',
      text: 'The card of {saga} is charged: the pivot. What came before could be undone; what comes after is tried until it succeeds.',
    },
    {
      when: { note: 'compensationStarted', layer: 'orchestrator' }, title: 'Backwards', focus: 'customer',
      text: 'Somebody said no to {saga}. What was done is undone in reverse: {step} first.',
      invite: 'Compare with “A chain of calls”: the credit of refused orders is never given back.',
    },
    {
      when: { fault: 0, edge: 'start' }, title: 'Inventory is down', focus: 'inventory',
      text: 'Orders can’t get stock now. After three attempts the desk gives up on the step, without knowing whether the last one got through.',
    },
    {
      when: { note: 'compensationFailed', layer: 'orchestrator' }, title: 'Undoing fails as well', focus: 'orders-desk',
      text: 'The undo of {step} finds the same service down ({why}). It is tried again with growing waits; a saga that runs out of attempts is STUCK and waits for a person.',
      invite: 'Lower “Attempts at a compensation” to 3 and watch the list of stuck sagas fill.',
    },
    {
      when: { note: 'tombstoned', layer: 'inventory-app' }, title: 'Undone before it was done', focus: 'inventory',
      text: 'Inventory is back and is asked to undo {step} of {saga}, which it never did. It remembers that: a late command will find the tombstone.',
    },
    {
      when: 'end', title: 'The ledger balances', focus: 'orders-desk',
      text: 'Every saga has ended completed or undone, and nothing is left in between. With the same faults the chain of calls leaves hundreds of reservations behind.',
      invite: 'Open “The orchestrator crashes”: what if the desk itself forgets?',
    },
  ],
  instruments: [
    { kind: 'ledger', title: 'Ledger', layer: 'orchestrator', view: 'ledger', help: 'What was really done and undone, seen from outside: what belongs to open sagas, to completed ones, and to nobody; each account as its participant counts it and as its committed changes add up; the most that was ever taken of credit lines and stock.' },
    { kind: 'table', title: 'Sagas', layer: 'orchestrator', view: 'sagas', help: 'Those under way and the last that ended, with the reason where one was undone.' },
    { kind: 'table', title: 'Steps of the newest saga', layer: 'orchestrator', view: 'steps', help: 'Each step’s state, attempts, and whether an attempt ended without a clear answer.' },
    { kind: 'table', title: 'Stuck', layer: 'orchestrator', view: 'stuck', help: 'Sagas that need a person, and for how long they have waited.' },
    { kind: 'table', title: 'The orchestrator’s log', layer: 'orchestrator', view: 'log', help: 'What it would know after a crash: the durable records, newest first.' },
    { kind: 'table', title: 'Ways of the steps', layer: 'orchestrator', view: 'stepMoves', help: 'How often steps took each way through their machine.' },
    { kind: 'sequence', title: 'Who asks whom', layer: 'orchestrator', view: 'lanes', help: 'One lane for each service; steps whose outcome nobody knows are in doubt.' },
    { kind: 'table', title: 'Customers: credit', layer: 'customer-app', view: 'accounts', help: 'What the counter says is taken, what the reservations add up to, and the limit.' },
    { kind: 'table', title: 'Customers: locks', layer: 'customer-app', view: 'locks', help: 'Accounts locked by a saga that is not yet past its pivot.' },
    { kind: 'table', title: 'Inventory: reservations', layer: 'inventory-app', view: 'holdings', help: 'One row for each saga’s step: held, final, undone, refused, or only a tombstone.' },
    { kind: 'table', title: 'Orders: sagas without an end', layer: 'order-app', view: 'open', help: 'Choreography: sagas that began here and of whose end nothing has been heard.' },
    { kind: 'table', title: 'Orders: outbox', layer: 'order-app', view: 'outbox', help: 'Choreography: events that are on disk and not yet with the broker.' },
  ],
  charts: [
    { title: 'Provisional: done, not yet final', unit: 'count', series: [{ name: 'customer-app.pending', label: 'credit' }, { name: 'payment-app.pending', label: 'money' }, { name: 'inventory-app.pending', label: 'stock' }] },
    { title: 'Sagas', unit: 'count', series: [{ name: 'orchestrator.open', label: 'under way' }, { name: 'orchestrator.compensating', label: 'being undone' }, { name: 'orchestrator.stuck', label: 'stuck' }, { name: 'order-app.openSagas', label: 'without an end' }] },
    { title: 'Wrong', unit: 'count', series: [{ name: 'customer-app.overLimit', label: 'credit above the limit' }, { name: 'inventory-app.overLimit', label: 'sold beyond the stock' }, { name: 'payment-app.doubled', label: 'charged twice' }, { name: 'customer-app.doubled', label: 'credit reserved twice' }] },
    { title: 'Orders completed', unit: 'perSecond', series: [{ name: 'shoppers.goodputPerSecond', label: 'completed' }, { name: 'shoppers.offeredPerSecond', label: 'wanted' }] },
    { title: 'Time to the end, p99', unit: 'ms', series: [{ name: 'shoppers.p99Ms', label: 'orders' }] },
  ],
  fidelity: {
    simulated: [
      'Each command, answer and event on its own: lost, doubled, late, or overtaken by its own compensation.',
      'Local commits and the orchestrator’s log with fsync points: a crash loses exactly what is not yet on disk, and recovery reads what is.',
      'Accounts with counters, limits and locks, and six ways to treat them; a ledger outside that no crash touches.',
    ],
    leftOut: [
      'What the steps do beyond an amount on an account; slots and queues of the services.',
      'A replicated orchestrator: there is one, and while it is down nothing moves.',
      'The broker’s own storage: it keeps what it has accepted.',
    ],
  },
  sources: [
    { title: 'H. Garcia-Molina, K. Salem, Sagas (SIGMOD 1987)', detail: 'the idea, and the name' },
    { title: 'C. Richardson, Microservices Patterns, chapter 4', detail: 'compensable, pivot and retriable steps; countermeasures against missing isolation' },
    { title: 'L. Frank, T. Zahle, Semantic ACID properties in multidatabases (1998)', detail: 'where the countermeasures come from' },
    { title: 'Eventuate Tram, MassTransit, NServiceBus, Temporal, Camunda 8, Axon, AWS Step Functions', detail: 'documentation and source, for presets and settings' },
  ],
  pitfalls: [
    { title: 'A compensation fails', text: 'Skipped, it leaks what it should have given back. Retry it, and make what remains visible.', scenario: 'compensation-fails', variant: 'without', fixed: 'with' },
    { title: 'Time-out after the commit', text: 'No answer is not a no. Undo it too, ask, or repeat it to a service that remembers.', scenario: 'timeout-after-commit', variant: 'without', fixed: 'with' },
    { title: 'A retry without an inbox', text: 'The second command does it twice. Give each step of each saga a key, and remember the answers.', scenario: 'timeout-after-commit', variant: 'twice', fixed: 'again' },
    { title: 'The orchestrator forgets', text: 'In memory only, a crash loses every saga under way. Log, then act.', scenario: 'orchestrator-crash', variant: 'without', fixed: 'with' },
    { title: 'A log without idempotent participants', text: 'After the crash the last command is repeated. The log needs inboxes at the other end.', scenario: 'orchestrator-crash', variant: 'repeats', fixed: 'with' },
    { title: 'Dirty reads', text: 'Others build on what may still be undone. Lock it semantically, or free it only when nothing can be undone any more.', scenario: 'dirty-read', variant: 'commutative', fixed: 'reorder' },
    { title: 'Lost updates', text: 'Read, work, write back: the counter oversells. Use commutative updates, or reread the value.', scenario: 'oversell', variant: 'without', fixed: 'reread' },
    { title: 'A lock on the hot item', text: 'The countermeasure with the worst cost is the lock that everybody needs.', scenario: 'oversell', variant: 'locked', fixed: 'reread' },
    { title: 'The pivot too early', text: 'Charge first, and every refusal is a refund. Put first what can be refused quietly.', scenario: 'charge-first', variant: 'early', fixed: 'with' },
    { title: 'A lost event', text: 'A choreographed saga stands still and nobody knows. Outbox, and a watchdog where sagas begin.', scenario: 'lost-event', variant: 'forgetful', fixed: 'watched' },
    { title: 'Events in a circle', text: 'Two services answer each other for ever. Draw the graph; count hops.', scenario: 'event-cycle', variant: 'without', fixed: 'limited' },
    { title: 'The zombie', text: 'The request arrives after its compensation and is carried out. Leave a tombstone.', scenario: 'zombie-request', variant: 'without', fixed: 'file' },
    { title: 'Giving up past the pivot', text: 'Charged and never shipped. What comes after the pivot must be retried for ever.', scenario: 'must-succeed', variant: 'without', fixed: 'with' },
  ],
  settings,
});
