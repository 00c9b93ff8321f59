/** Everything about the circuit breaker that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'Calls to a sick dependency hold their callers’ slots until they time out, and keep the dependency sick. A breaker fails fast instead, and probes before it trusts again.',
  engines: engineStories,
  scenarios,
  opensWith: 'hanging-payments',
  lesson: [
    {
      when: 'start', title: 'Two routes, one set of slots', focus: 'gateway',
      text: 'Browsing and checkout share the gateway’s 40 slots. A slot is held until the answer is there.', invite: 'Press play and watch the slots.',
    },
    {
      when: { fault: 0, edge: 'start' }, title: 'Payments hangs', focus: 'payments',
      text: 'It takes requests and never answers. Each checkout now holds its slot for the whole 2 s time-out: 40 a second × 2 s asks for 80 slots, and there are 40.',
      shows: [{ metric: 'gateway-app.busy', below: 25 }, { metric: 'browse.goodputPerSecond', above: 45 }],
    },
    {
      when: { note: 'opened', layer: 'breaker' }, title: 'The breaker opens', focus: 'gateway',
      text: 'Enough calls in the window have failed. From now on payment calls are refused at once, and their slots are free again within a millisecond.',
      shows: [{ metric: 'gateway-app.busy', above: 30 }],
      invite: 'Compare with “Without breaker”: browsing needs no payments, and starves all the same.',
    },
    {
      when: { note: 'halfOpened', layer: 'breaker' }, title: 'Half-open: a few probes', focus: 'payments',
      text: 'After the wait a handful of calls may pass. While payments hangs they fail, and the breaker opens again: so little does probing cost.',
      shows: [{ metric: 'gateway-app.busy', below: 15 }, { metric: 'browse.goodputPerSecond', above: 50 }],
    },
    {
      when: { note: 'closed', layer: 'breaker' }, title: 'Closed again', focus: 'gateway',
      text: 'The probes came back well, the window starts empty, and all calls pass.',
      shows: [{ metric: 'browse.goodputPerSecond', above: 50 }],
      invite: 'Drag the end of the fault on the timeline, or shorten the wait: how long after healing does it close?',
    },
    {
      when: { fault: 0, edge: 'end' }, act: { variant: 'without' }, title: 'The same minute without a breaker', focus: 'gateway',
      text: 'All 40 slots are taken by checkouts that will time out, and browsing, which needs no payments, gets less than two thirds of its answers.',
      shows: [{ metric: 'gateway-app.busy', above: 38 }, { metric: 'browse.goodputPerSecond', below: 40 }],
      invite: 'Press Compare to see both runs side by side.',
    },
  ],
  instruments: [
    { kind: 'window-ring', title: 'Sliding window', layer: 'breaker', view: 'window', help: 'The last results that the breaker decides by, oldest to newest; the tick is the threshold.' },
    { kind: 'table', title: 'Breakers by key', layer: 'breaker', view: 'keys', help: 'One row for each breaker, where there is one per target or entity.' },
  ],
  charts: [
    { title: 'Goodput', unit: 'perSecond', series: [{ name: 'browse.goodputPerSecond', label: 'browsing' }, { name: 'checkout.goodputPerSecond', label: 'checkout' }, { name: 'callers.goodputPerSecond', label: 'callers' }] },
    { title: 'Latency, p99', unit: 'ms', series: [{ name: 'browse.p99Ms', label: 'browsing' }, { name: 'checkout.p99Ms', label: 'checkout' }, { name: 'callers.p99Ms', label: 'callers' }] },
    { title: 'Gateway slots and queue', unit: 'count', series: [{ name: 'gateway-app.busy', label: 'slots taken' }, { name: 'gateway-app.queue', label: 'waiting' }] },
    {
      title: 'Calls to payments', unit: 'perSecond',
      series: [{ name: 'gateway>payments.requestsPerSecond', label: 'payments' }, ...['1', '2', '3'].map((n) => ({ name: `gateway>payments-${n}.requestsPerSecond`, label: `payments ${n}` }))],
    },
  ],
  fidelity: {
    simulated: [
      'Each request on its own: arrival, wait for a slot, work, time-out, refusal, late answer.',
      'The whole engine of a breaker: count and time windows, slow calls, permits, growing and jittered waits, forced and disabled modes.',
      'Hangs, errors, crashes and slow links as they reach a caller: as silence, errors or delay.',
    ],
    leftOut: [
      'Threads, connection pools and CPU: a slot stands for whatever a request holds.',
      'Health checks and load balancing, which would take a bad instance out by other means.',
    ],
  },
  sources: [
    { title: 'M. Nygard, Release It!', detail: 'the pattern and its name' },
    { title: 'resilience4j, CircuitBreaker', detail: 'window, rates, half-open permits: the conformance target' },
    { title: 'Polly, opossum, cockatiel, Hystrix', detail: 'documentation and own tests, for the presets' },
  ],
  pitfalls: [
    { title: 'Defaults are not free', text: 'A window of 100 calls opens later and stays shut a minute.', scenario: 'hanging-payments', variant: 'defaults', fixed: 'with' },
    { title: 'Partial failure made worse', text: 'One breaker over three shards refuses the healthy two. Key it by shard or instance.', scenario: 'one-bad-shard', variant: 'shared', fixed: 'with' },
    { title: 'Flapping', text: 'A small window crosses the threshold by chance. Take a larger one, with a larger minimum.', scenario: 'flapping', variant: 'small', fixed: 'with' },
    { title: 'Stuck half-open', text: 'A probe that never returns keeps its permit for ever. Put a time-out inside, or bound the time half-open.', scenario: 'lost-probe', variant: 'stuck', fixed: 'with' },
    { title: 'Synchronised probes', text: 'A hundred breakers with the same wait probe together. Jitter the wait.', scenario: 'synchronised-probes', variant: 'together', fixed: 'with' },
    { title: 'Retry inside the breaker', text: 'Each call that the breaker lets through becomes three. Put the breaker inside the retry.', scenario: 'retry-order', variant: 'inside', fixed: 'with' },
  ],
  settings,
});
