/** Everything about bulkheads that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

const NODES = ['gateway', 'catalog', 'payments', 'database', 'stock', 'search', 'orders', 'renderer'] as const;

export const story = defineStory({
  problem: 'Whoever waits for a slow dependency holds a thread, a connection, a place. One that hangs takes them all, and with them everything that has nothing to do with it.',
  engines: engineStories,
  scenarios,
  opensWith: 'hanging-payments',
  lesson: [
    {
      when: 'start', title: 'A gateway with forty places', focus: 'gateway',
      text: 'Browsing asks the catalogue, 60 times a second; checkout asks payments, 40 times. Each request holds a place while it waits. The bulkhead gives payments 10 of them, the catalogue 30.',
      invite: 'Press play and watch the compartments.',
    },
    {
      when: { fault: 0, edge: 'start' }, title: 'Payments hangs', focus: 'payments',
      text: 'No answer comes any more; each call is given up after 2 s. Forty a second for two seconds each would take 80 places (Little: rate × time).',
    },
    {
      when: { note: 'filled', layer: 'bulkhead' }, title: 'One compartment is flooded', focus: 'gateway',
      text: '{compartment}: full with {limit} under way. The next ones are refused at once instead of waiting in vain, and no other compartment is touched.',
      invite: 'Compare with “No bulkhead”: who else would drown?',
    },
    {
      when: { fault: 0, edge: 'end' }, title: 'Payments answers again', focus: 'payments',
      text: 'The ten places are free within moments. Browsing lost nothing all the while.',
    },
    {
      when: { note: 'eased', layer: 'bulkhead' }, title: 'Room again', focus: 'gateway',
      text: '{refused} calls were refused in the meantime. They failed in no time, instead of holding a place until their time is up.',
      invite: 'A breaker outside the bulkhead spares most of the doomed calls, too: “With a breaker outside”.',
    },
    {
      when: 'end', title: 'How large is right?', focus: 'gateway',
      text: 'Permits needed are rate × time, and about twice that for chance. Too few refuse healthy calls; too many only move the queue.',
      invite: 'Open “Too small”, “Too big”, and “A limit that finds itself”.',
    },
  ],
  instruments: [
    { kind: 'compartments', title: 'Compartments', layer: 'bulkhead', view: 'compartments', help: 'Places in use, reserve and most of each compartment, how many wait and how many were refused.' },
    { kind: 'limit-trace', title: 'Limit and calls under way', layer: 'bulkhead', view: 'limit-trace', help: 'What the limit was, and how much of it was used.' },
    { kind: 'queue', title: 'Waiting for a permit', layer: 'bulkhead', view: 'queue', help: 'Who waits, the next one first, and whose caller has gone already.' },
    { kind: 'table', title: 'Statistics', layer: 'bulkhead', view: 'stats', help: 'Active tasks and most at once, the queue, the 99th percentile of the newest waits, and refusals by reason.' },
    { kind: 'queue', title: 'Queue of the database', layer: 'database-app', view: 'queue', help: 'Where the waiting goes when there are too many permits.' },
  ],
  charts: [
    {
      title: 'Goodput', unit: 'perSecond',
      series: [['browse', 'browsing'], ['checkout', 'checkout'], ['callers', 'callers'], ['shop', 'orders'], ['reports', 'reports'], ['buyers', 'buyers']].map(([node, label]) => ({ name: `${node}.goodputPerSecond`, label: label! })),
    },
    { title: 'Permits', unit: 'count', series: [{ name: 'bulkhead.limit', label: 'limit' }, { name: 'bulkhead.inFlight', label: 'under way' }, { name: 'bulkhead.queued', label: 'waiting' }] },
    { title: 'Slots taken', unit: 'count', series: NODES.map((node) => ({ name: `${node}-app.busy`, label: node })) },
    { title: 'Queue of the service', unit: 'count', series: NODES.map((node) => ({ name: `${node}-app.queue`, label: node })) },
    { title: 'Refused by a policy', unit: 'perSecond', series: [['checkout', 'checkout'], ['callers', 'callers'], ['shop', 'orders'], ['reports', 'reports']].map(([node, label]) => ({ name: `${node}.rejectedPerSecond`, label: label! })) },
    { title: 'Latency, p99', unit: 'ms', series: [['browse', 'browsing'], ['callers', 'callers'], ['shop', 'orders']].map(([node, label]) => ({ name: `${node}.p99Ms`, label: label! })) },
    { title: 'Served for nobody', unit: 'perSecond', series: ['database', 'search'].map((node) => ({ name: `${node}.wastedPerSecond`, label: node })) },
  ],
  fidelity: {
    simulated: [
      'Each permit, each place in the queue, each thread of a pool: who holds it, who waits, who is refused, and when it comes back.',
      'Compartments as hard partitions or as a reserve with a shared rest, before a dependency or before a service.',
      'AIMD, Vegas, Gradient2 and Envoy’s gradient from their sources, down to windows, probes and the measurement of minRTT.',
      'The pool of java.util.concurrent: it grows only when its queue is full, and the call that finds it full overtakes all that wait.',
    ],
    leftOut: [
      'The cost of a thread hop and of a context switch.',
      'Quantiles of Envoy’s windows are exact here; its histogram is a few per cent coarser.',
    ],
  },
  sources: [
    { title: 'M. Nygard, Release It!, 2nd ed. (2018)', detail: 'bulkheads, and how integration points take a system down' },
    { title: 'J. D. C. Little, A proof for the queuing formula L = λW, Operations Research 9 (1961)', detail: 'how many permits a load needs' },
    { title: 'A. K. Erlang (1917); L. Kleinrock, Queueing Systems 1 (1975)', detail: 'the loss formula, M/M/c with and without waiting places' },
    { title: 'Netflix concurrency-limits (78a74b9); Envoy gradient_controller.cc (054694f) and adaptive_concurrency.proto (84e8436)', detail: 'the adaptive laws' },
    { title: 'B. Maurer, Fail at Scale, ACM Queue 13 (2015)', detail: 'newest first in an overload' },
    { title: 'resilience4j, Polly, cockatiel, opossum, Hystrix, Istio, Sentinel, java.util.concurrent', detail: 'documentation, sources and own tests' },
  ],
  pitfalls: [
    { title: 'A compartment as wide as the ship', text: 'A limit that is as large as what it protects holds nothing back. Together they must fit into the pool they share.', scenario: 'hanging-payments', variant: 'too-wide', fixed: 'with' },
    { title: 'One counter for everything', text: 'A single compartment for all dependencies makes the slowest of them refuse the others. Give each its own.', scenario: 'hanging-payments', variant: 'original', fixed: 'with' },
    { title: 'Too small', text: 'Permits for the average load refuse whatever is above average, all the time. Little gives the mean; leave room for chance.', scenario: 'too-small', variant: 'small', fixed: 'with' },
    { title: 'Too big', text: 'More permits than the dependency can work on move the queue downstream, where it serves those who have gone.', scenario: 'too-big', variant: 'big', fixed: 'with' },
    { title: 'A limit set once', text: 'A number that fits today’s latency does not fit tomorrow’s. A limit that adapts finds it again.', scenario: 'adaptive-limit', variant: 'static', fixed: 'gradient2' },
    { title: 'A shared pool', text: 'Who comes more often gets the places. Reserve some for those who come seldom.', scenario: 'noisy-neighbour', variant: 'shared', fixed: 'with' },
    { title: 'A pool that waits for itself', text: 'A nested call into the same full compartment waits for a permit that its own parent holds. Separate compartments, or a finite wait.', scenario: 'pool-deadlock', variant: 'locked', fixed: 'with' },
    { title: 'A pool that never grows', text: 'Threads beyond the core start only when the queue is full: with a long queue, never. A short queue, or core = maximum.', scenario: 'pool-growth', variant: 'long', fixed: 'with' },
    { title: 'First come, served too late', text: 'A long queue in order serves those whose patience ends. A short wait, or the newest first.', scenario: 'stale-queue', variant: 'fifo', fixed: 'with' },
    { title: 'Retry inside', text: 'A retry inside the bulkhead holds its permit through the back-off. Put it outside.', scenario: 'retry-inside', variant: 'inside', fixed: 'with' },
  ],
  settings,
});
