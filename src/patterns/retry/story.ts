/** Everything about retries that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'Many failures are gone a moment later, and trying again hides them. But a retry is load, and a dependency that fails because of load fails the more for it.',
  engines: engineStories,
  scenarios,
  opensWith: 'corrective-push',
  lesson: [
    {
      when: 'start', title: 'A shop with room to spare', focus: 'shop',
      text: '130 calls a second; ten servers of 50 ms can do 200. A call that takes more than 500 ms is given up and sent again, four times at most.',
      invite: 'Press play and watch the queue.',
    },
    {
      when: { fault: 0, edge: 'start' }, title: 'Ten slow seconds', focus: 'shop',
      text: 'Work takes four times as long: the shop can do 50 a second, and the queue fills to its 150 places. Calls begin to time out.',
    },
    {
      when: { note: 'stormStarted', layer: 'retry' }, title: 'Most attempts are retries', focus: 'callers',
      text: '{sharePercent} % of all attempts are retries now. Each call is sent up to four times: 520 attempts a second.',
    },
    {
      when: { fault: 0, edge: 'end' }, title: 'The cause is gone, the storm is not', focus: 'shop',
      text: 'The shop can do 200 a second again, but 520 arrive. 150 waiting calls are 750 ms of work: whatever is served now was given up 250 ms ago.',
      invite: 'Open “A retry storm that does not end”: do back-off and jitter help there?',
    },
    {
      when: { note: 'pushed', layer: 'retry' }, title: 'A corrective push', focus: 'callers',
      text: '{percent} % of new calls are refused for a while. With so few calls, four attempts each are less than the shop can do: the queue drains.',
    },
    {
      when: { note: 'stormEnded', layer: 'retry' }, title: 'Back in the good state', focus: 'shop',
      text: 'The queue is shorter than anybody’s patience again: first attempts succeed, and there is nothing to retry.',
      invite: 'Both states are stable. Shorten the queue below 90 places: the bad one is gone.',
    },
    {
      when: 'end', title: 'Better than a push: a budget', focus: 'callers',
      text: 'Somebody had to notice, and to refuse good calls. A budget does it by itself: retries may be a tenth of the calls, and the load stays below what the shop can do.',
      invite: 'Switch to “A budget instead”.',
    },
  ],
  instruments: [
    { kind: 'table', title: 'Attempts', layer: 'retry', view: 'attempts', help: 'The newest attempts: of which call, the how-manieth, how long it waited before, how long it took, how it ended.' },
    { kind: 'tank', title: 'Retry budget', layer: 'retry', view: 'budget', help: 'What is left for retries. Empty, failures are passed on.' },
    { kind: 'table', title: 'Results', layer: 'retry', view: 'results', help: 'How calls ended: at once or after retries, well or not; and the attempts per call.' },
    { kind: 'table', title: 'Waits of this back-off', layer: 'retry', view: 'delays', help: 'The shortest and the longest wait before each retry under the current settings.' },
    { kind: 'queue', title: 'Queue of the shop', layer: 'shop-app', view: 'queue', help: 'Who waits, and whose caller has gone already.' },
  ],
  charts: [
    { title: 'Goodput', unit: 'perSecond', series: [{ name: 'callers.goodputPerSecond', label: 'callers' }, { name: 'faulty.goodputPerSecond', label: 'bad release' }] },
    {
      title: 'Attempts that arrive', unit: 'perSecond',
      series: ['shop', 'catalog', 'database', 'desk', 'edge', 'api', 'replicas'].map((node) => ({ name: `${node}.arrivalsPerSecond`, label: node })),
    },
    { title: 'Served for nobody', unit: 'perSecond', series: ['shop', 'catalog', 'edge'].map((node) => ({ name: `${node}.wastedPerSecond`, label: node })) },
    { title: 'Queue', unit: 'count', series: ['shop', 'catalog', 'edge'].map((node) => ({ name: `${node}-app.queue`, label: node })) },
    { title: 'Attempts', unit: 'count', series: [{ name: 'retry.underWay', label: 'under way' }, { name: 'retry.retriesActive', label: 'of them retries' }, { name: 'retry.backingOff', label: 'waiting' }] },
    { title: 'Latency, p99', unit: 'ms', series: [{ name: 'callers.p99Ms', label: 'callers' }] },
  ],
  fidelity: {
    simulated: [
      'Each attempt on its own: wait, way, queue, work, time-out, late answer, and work done for nobody.',
      'Every named law of back-off and jitter, every budget, the client-side throttle and hedging, as their libraries document them.',
      'The bistable queue: the same shop, the same load, two states that both hold.',
    ],
    leftOut: [
      'All callers of a node share one budget and one throttle; real ones keep one each, per process.',
      'Connections, pools and TLS, which make the first attempt after a failure dearer than the others.',
    ],
  },
  sources: [
    { title: 'M. Brooker, Exponential Backoff and Jitter; What is Backoff For?', detail: 'the jitter laws, and why they do not cure overload' },
    { title: 'N. Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021', detail: 'trigger, sustaining effect, hidden capacity' },
    { title: 'Google SRE book, Handling Overload; Addressing Cascading Failures', detail: 'budgets of three attempts and ten per cent, adaptive throttling, layered retries' },
    { title: 'gRPC proposal A6; Envoy router and circuit breakers; Finagle and Linkerd RetryBudget; AWS SDK retry quota', detail: 'the budgets' },
    { title: 'resilience4j, Polly, cockatiel', detail: 'documentation and own tests, for the presets' },
  ],
  pitfalls: [
    { title: 'The storm that stays', text: 'Retries keep the queue longer than anybody’s patience, after the cause is gone. Give them a budget, or the queue a bound.', scenario: 'retry-storm', variant: 'naive', fixed: 'with' },
    { title: 'Jitter as a cure', text: 'Jitter spreads a herd; steady overload it leaves as it is.', scenario: 'retry-storm', variant: 'jitter', fixed: 'with' },
    { title: 'A herd', text: 'Who fails together comes back together, unless the wait has enough chance in it.', scenario: 'herd', variant: 'together', fixed: 'with' },
    { title: 'Layered retries', text: 'Attempts multiply from layer to layer: 4 × 4 × 4. Retry at one of them.', scenario: 'layered-retries', variant: 'layered', fixed: 'with' },
    { title: 'Charged twice', text: 'After a time-out nobody knows whether the call was carried out. Repeat only what may happen twice, or make it so by a key.', scenario: 'double-charge', variant: 'twice', fixed: 'with' },
    { title: 'Retrying permanent errors', text: 'What is wrong stays wrong. Name the errors that may pass.', scenario: 'permanent-errors', variant: 'all', fixed: 'with' },
    { title: 'Not heeding Retry-After', text: 'The answer says when it is worth asking again.', scenario: 'retry-after', variant: 'deaf', fixed: 'with' },
    { title: 'Hedging at once', text: 'A hedge sent without waiting doubles the load. Wait for about the 95th percentile.', scenario: 'slow-tail', variant: 'eager', fixed: 'with' },
  ],
  settings,
});
