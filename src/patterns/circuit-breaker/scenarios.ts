/** The breaker's scenarios: the flagship and its five pitfalls, each with the fix. Every number that a text states is a test. */
import type { Scenario } from '../../kernel/story.ts';
import { breaker, client, gateway, gatewayApp, link, service, shop, timeout } from './topologies.ts';

const seconds = (s: number): number => s * 1000;
const shards = ['payments-1', 'payments-2', 'payments-3'] as const;
const shardCalls = [{ op: 'browse', to: 'catalog' }, { op: 'checkout', to: shards }];

const hangingPayments: Scenario = {
  title: 'Payments hangs',
  summary: 'Payments stops answering at 30 s. Watch the gateway’s slots fill with doomed calls, and who else starves.',
  seed: 1, durationMs: seconds(120), openAtMs: seconds(27), speed: 1,
  measure: { fromMs: seconds(30), untilMs: seconds(60), label: 'while payments hangs' },
  nodes: shop.nodes([breaker(), timeout()]),
  links: shop.links,
  faults: [{ kind: 'hang', node: 'payments', fromMs: seconds(30), untilMs: seconds(60) }],
  headlines: [
    { label: 'Browsing goodput', metric: 'browse.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Browsing p99', metric: 'browse.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Doomed payment calls', metric: 'gateway>payments.requests', unit: 'count', better: 'lower' },
    { label: 'Slots taken', metric: 'gateway-app.busyMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'browse.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 1.7 },
    { metric: 'gateway>payments.requests', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'browse.p99Ms', better: 'with', worse: 'defaults', wants: 'lower', factor: 1.2 },
  ],
  opensWith: 'with',
  variants: {
    without: {
      title: 'Without breaker', kind: 'without', stacks: { gateway: [gatewayApp(shop.calls), timeout()] },
      summary: 'Each payment call holds a gateway slot for its whole 2 s time-out, and browsing, which needs no payments, starves with it.',
    },
    with: {
      title: 'With breaker', kind: 'with',
      summary: 'The breaker opens after a few time-outs, refuses payment calls at once, and browsing goes on as if nothing had happened.',
    },
    defaults: {
      title: 'Library defaults', kind: 'pitfall', params: { breaker: { slidingWindowSizeCalls: 100, minimumNumberOfCalls: 100, permittedNumberOfCallsInHalfOpenState: 10, waitDurationInOpenStateMs: 60_000 } },
      summary: 'A window of 100 calls and a wait of 60 s: slow to open, and it still refuses long after payments is well.',
    },
  },
};

const oneBadShard: Scenario = {
  title: 'One bad shard of three',
  summary: 'One payments shard fails most of its calls. One breaker for all three shards punishes the two healthy ones.',
  seed: 2, durationMs: seconds(90), openAtMs: seconds(27), speed: 1,
  measure: { fromMs: seconds(30), untilMs: seconds(60), label: 'while a shard fails' },
  nodes: [
    client('checkout', 'Checkout', 'checkout', 40), gateway(shardCalls, [breaker(shards)]),
    ...shards.map((id, i) => service(id, `Payments ${i + 1}`, 30, 10)), service('catalog', 'Catalog', 20, 20), client('browse', 'Browsing', 'browse', 20),
  ],
  links: [link('checkout', 'gateway', 60), link('browse', 'gateway', 60), link('gateway', 'catalog', 40), ...shards.map((id) => link('gateway', id, 40))],
  faults: [{ kind: 'errors', node: 'payments-3', ratio: 1, fromMs: seconds(30), untilMs: seconds(60) }],
  headlines: [
    { label: 'Checkout goodput', metric: 'checkout.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Refused calls', metric: 'breaker.note.notPermitted', unit: 'count', better: 'lower' },
    { label: 'Calls to the bad shard', metric: 'gateway>payments-3.requests', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'gateway>payments-3.requests', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'checkout.goodputPerSecond', better: 'without', worse: 'shared', wants: 'higher', factor: 3 },
    { metric: 'checkout.goodputPerSecond', better: 'with', worse: 'shared', wants: 'higher', factor: 3 },
  ],
  opensWith: 'shared',
  variants: {
    without: {
      title: 'Without breaker', kind: 'without', stacks: { gateway: [gatewayApp(shardCalls)] },
      summary: 'A third of the checkouts fails; the others go through.',
    },
    shared: {
      title: 'One breaker for all', kind: 'pitfall', params: { breaker: { failureRateThresholdPercent: 25 } },
      summary: 'A third of all calls fails, the breaker opens, and the two healthy shards are refused too: worse than no breaker at all.',
    },
    with: {
      title: 'One breaker per shard', kind: 'fixed', params: { breaker: { failureRateThresholdPercent: 25, keyBy: 'target' } },
      summary: 'Only the bad shard is shut off; the others never notice, and the bad one gets a rest.',
    },
  },
};

const flapping: Scenario = {
  title: 'Flapping',
  summary: 'Payments fails four calls in ten. A small window crosses the threshold by chance, over and over.',
  seed: 3, durationMs: seconds(90), openAtMs: seconds(28), speed: 1,
  measure: { fromMs: seconds(30), untilMs: seconds(60), label: 'while 40 % fail' },
  nodes: shop.nodes([breaker(['payments'], { slidingWindowSizeCalls: 200, minimumNumberOfCalls: 100, waitDurationInOpenStateMs: 2000 })]),
  links: shop.links,
  faults: [{ kind: 'errors', node: 'payments', ratio: 0.4, fromMs: seconds(30), untilMs: seconds(60) }],
  headlines: [
    { label: 'Times opened', metric: 'breaker.note.opened', unit: 'count', better: 'lower' },
    { label: 'Checkout goodput', metric: 'checkout.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Refused calls', metric: 'breaker.note.notPermitted', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'breaker.note.opened', better: 'with', worse: 'small', wants: 'lower', factor: 4 },
    { metric: 'checkout.goodputPerSecond', better: 'with', worse: 'small', wants: 'higher', factor: 2 },
  ],
  opensWith: 'small',
  variants: {
    without: { title: 'Without breaker', kind: 'without', stacks: { gateway: [gatewayApp(shop.calls)] }, summary: 'Six in ten payments succeed, and nothing stands in their way.' },
    small: {
      title: 'Window of 10', kind: 'pitfall', params: { breaker: { slidingWindowSizeCalls: 10, minimumNumberOfCalls: 10 } },
      summary: 'Five failures in ten happen by chance at 40 %: it opens, probes, closes, opens …',
    },
    with: { title: 'Window of 200', kind: 'fixed', summary: 'Over 200 calls 40 % stays below 50 %: the breaker keeps still.' },
  },
};

/** A gateway that does not tell its calls when its own caller has gone, as most don't. */
const deaf = { cancelPropagation: false } as const;
const lostProbe: Scenario = {
  title: 'A probe never returns',
  summary: 'Payments fails, then hangs just as the probes go out. With no time-out, a half-open breaker waits for them for ever.',
  seed: 4, durationMs: seconds(90), openAtMs: seconds(18), speed: 1,
  measure: { fromMs: seconds(30), untilMs: seconds(60), label: 'after payments is well again' },
  nodes: shop.nodes([breaker()], deaf),
  links: shop.links,
  faults: [
    { kind: 'errors', node: 'payments', ratio: 1, fromMs: seconds(20), untilMs: seconds(24) },
    { kind: 'hang', node: 'payments', fromMs: seconds(24), untilMs: seconds(28) },
  ],
  headlines: [
    { label: 'Checkout goodput', metric: 'checkout.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Refused calls', metric: 'breaker.note.notPermitted', unit: 'count', better: 'lower' },
    { label: 'Time half-open', metric: 'breaker.halfOpenMs', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'checkout.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 10 },
    { metric: 'checkout.goodputPerSecond', better: 'with', worse: 'stuck', wants: 'higher', factor: 10 },
    { metric: 'checkout.goodputPerSecond', better: 'timeout', worse: 'stuck', wants: 'higher', factor: 10 },
  ],
  opensWith: 'stuck',
  variants: {
    without: {
      title: 'Without breaker', kind: 'without', stacks: { gateway: [gatewayApp(shop.calls, deaf)] },
      summary: 'Calls made during the hang hold their slots for ever; with what is left the gateway limps on.',
    },
    stuck: { title: 'No time-out', kind: 'pitfall', summary: 'The probes are gone, their permits with them: the breaker refuses everything although payments is well.' },
    with: {
      title: 'Longest time half-open', kind: 'fixed', params: { breaker: { maxWaitDurationInHalfOpenStateMs: 2000 } },
      summary: 'After 2 s without a decision the breaker opens again, waits, and sends fresh probes.',
    },
    timeout: {
      title: 'A time-out inside', kind: 'fixed', stacks: { gateway: [gatewayApp(shop.calls, deaf), breaker(), timeout(['payments'], 1000)] },
      summary: 'Lost probes end after 1 s and give their permits back; the next calls probe.',
    },
  },
};

const direct = [{ op: 'checkout', to: 'payments' }];
const ample = { concurrency: 2000, queueCapacity: 0 } as const;
const everyCaller = { keyBy: 'entity', maxKeys: 256, failureCounting: 'consecutive', consecutiveFailures: 3, permittedNumberOfCallsInHalfOpenState: 3, waitDurationInOpenStateMs: 5000 } as const;
const crowd = { entityCount: 100, deadlineMs: 3000 } as const;
const synchronisedProbes: Scenario = {
  title: 'A hundred breakers probe at once',
  summary: 'A hundred callers, each with a breaker of its own, saw the same outage. They all wait equally long, and then probe together.',
  seed: 5, durationMs: seconds(90), openAtMs: seconds(29), speed: 0.5,
  measure: { fromMs: seconds(33), untilMs: seconds(41), label: 'while payments warms up' },
  nodes: [
    client('callers', 'A hundred callers', 'checkout', 400, crowd),
    { id: 'gateway', title: 'Their breakers', role: 'gateway', stack: [gatewayApp(direct, ample), breaker(['payments'], everyCaller), timeout(['payments'], 300)] },
    service('payments', 'Payments', 20, 10, { queueCapacity: 20 }),
  ],
  links: [link('callers', 'gateway', 20), link('gateway', 'payments', 20)],
  faults: [
    { kind: 'crash', node: 'payments', fromMs: seconds(30), untilMs: seconds(32) },
    { kind: 'slow', node: 'payments', factor: 4, fromMs: seconds(32), untilMs: seconds(40) },
  ],
  headlines: [
    { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Calls turned away', metric: 'payments-app.note.queueFull', unit: 'count', better: 'lower' },
    { label: 'Peak at payments', metric: 'payments.arrivalsPeakPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Breakers opened again', metric: 'breaker.note.opened', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'payments-app.note.queueFull', better: 'with', worse: 'without', wants: 'lower', factor: 4 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'together', wants: 'higher', factor: 1.1 },
  ],
  opensWith: 'together',
  variants: {
    without: { title: 'Without breakers', kind: 'without', stacks: { gateway: [gatewayApp(direct, ample), timeout(['payments'], 300)] }, summary: 'Everybody keeps knocking during the outage.' },
    together: { title: 'The same wait', kind: 'pitfall', summary: 'All waits end within a quarter of a second: the probes alone overload payments, fail, and the whole crowd waits again.' },
    with: { title: 'Jittered wait', kind: 'fixed', params: { breaker: { randomizedWaitFactor: 0.5 } }, summary: 'Waits between 2.5 and 7.5 s: probes arrive one after another and succeed.' },
  },
};

const retry = { id: 'retry', engine: 'circuit-breaker/plain-retry', params: { maxAttempts: 3 }, to: ['payments'] } as const;
const retryOrder: Scenario = {
  title: 'Retry and breaker, in which order',
  summary: 'Payments fails every call. Three attempts a call: inside the breaker they multiply what payments has to bear before it opens.',
  seed: 6, durationMs: seconds(90), openAtMs: seconds(29), speed: 0.5,
  measure: { fromMs: seconds(30), untilMs: seconds(60), label: 'while payments fails' },
  nodes: shop.nodes([retry, breaker()]),
  links: shop.links,
  faults: [{ kind: 'errors', node: 'payments', ratio: 1, fromMs: seconds(30), untilMs: seconds(60) }],
  headlines: [
    { label: 'Calls to payments', metric: 'gateway>payments.requests', unit: 'count', better: 'lower' },
    { label: 'Refused at once', metric: 'breaker.note.notPermitted', unit: 'count', better: 'higher' },
    { label: 'Browsing goodput', metric: 'browse.goodputPerSecond', unit: 'perSecond', better: 'higher' },
  ],
  claims: [
    { metric: 'gateway>payments.requests', better: 'with', worse: 'without', wants: 'lower', factor: 20 },
    { metric: 'gateway>payments.requests', better: 'with', worse: 'inside', wants: 'lower', factor: 2 },
  ],
  opensWith: 'inside',
  variants: {
    without: { title: 'Retry alone', kind: 'without', stacks: { gateway: [gatewayApp(shop.calls), retry] }, summary: 'Every failing call becomes three, for as long as the outage lasts.' },
    inside: {
      title: 'Retry inside the breaker', kind: 'pitfall', stacks: { gateway: [gatewayApp(shop.calls), breaker(), retry] },
      summary: 'The breaker sees one failure where payments got three calls; each probe is three calls too.',
    },
    with: { title: 'Breaker inside the retry', kind: 'fixed', summary: 'Each attempt counts by itself: the breaker opens three times as soon, and a refusal is not retried.' },
  },
};

export const scenarios = {
  'hanging-payments': hangingPayments,
  'one-bad-shard': oneBadShard,
  flapping,
  'lost-probe': lostProbe,
  'synchronised-probes': synchronisedProbes,
  'retry-order': retryOrder,
} as const;
