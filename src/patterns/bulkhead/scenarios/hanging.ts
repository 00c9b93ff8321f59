/** The ship: one dependency hangs, and the question is who drowns with it. */
import type { LayerSpec, Scenario } from '../../../kernel/story.ts';
import { app, bulkhead, callers, link, seconds, service, timeout, users, work } from '../topologies.ts';

const gatewayApp = app('gateway', { concurrency: 40, queueCapacity: 100, serviceTime: work.constant(1), calls: [{ op: 'browse', to: 'catalog' }, { op: 'checkout', to: 'payments' }] });
const limit = timeout(2000);
const compartments = (payments: number, catalog: number) => [
  { name: 'payments', reserve: payments, max: payments, of: ['payments'] }, { name: 'catalog', reserve: catalog, max: catalog, of: ['catalog'] },
];
const hull: LayerSpec = bulkhead({ maxConcurrentCalls: 40, compartments: compartments(10, 30) });
const breaker: LayerSpec = { id: 'breaker', engine: 'circuit-breaker', to: ['payments'] };

export const hangingPayments: Scenario = {
  title: 'Payments hangs',
  summary: 'Payments stops answering at 30 s. Each call to it holds a place in the gateway for 2 s. Watch whose places are taken.',
  seed: 1, durationMs: seconds(75), openAtMs: seconds(27), speed: 1,
  measure: { fromMs: seconds(30), untilMs: seconds(60), label: 'while payments hangs' },
  nodes: [
    callers('browse', 'Browsing', [users('browse', 'browse', { target: 'gateway', ratePerSecond: 60, deadlineMs: 5000 })]),
    callers('checkout', 'Checkout', [users('checkout', 'checkout', { target: 'gateway', ratePerSecond: 40, deadlineMs: 5000 })]),
    { id: 'gateway', title: 'Gateway', role: 'gateway', stack: [gatewayApp, hull, limit] },
    service('catalog', 'Catalog', { concurrency: 20, queueCapacity: 200, serviceTime: work.exponential(20) }),
    service('payments', 'Payments', { concurrency: 20, queueCapacity: 200, serviceTime: work.exponential(30) }),
  ],
  links: [link('browse', 'gateway', 10), link('checkout', 'gateway', 10), link('gateway', 'catalog', 5), link('gateway', 'payments', 5)],
  faults: [{ kind: 'hang', node: 'payments', fromMs: seconds(30), untilMs: seconds(60) }],
  headlines: [
    { label: 'Browsing goodput', metric: 'browse.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Browsing p99', metric: 'browse.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Slots of the gateway taken', metric: 'gateway-app.busyMean', unit: 'count', better: 'lower' },
    { label: 'Doomed payment calls', metric: 'gateway>payments.requests', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'browse.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 1.7 },
    { metric: 'browse.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'gateway>payments.requests', better: 'breaker', worse: 'without', wants: 'lower', factor: 12 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No bulkhead', kind: 'without', stacks: { gateway: [gatewayApp, limit] }, summary: 'Forty checkouts a second, 2 s each, want 80 places; the gateway has 40. Browsing, which needs no payments, drowns with it.' },
    with: { title: 'Compartments', kind: 'with', summary: 'Payments floods its 10 places and no more: further checkouts are refused at once, and browsing stays dry.' },
    'too-wide': { title: 'As wide as the ship', kind: 'pitfall', params: { bulkhead: { maxConcurrentCalls: 80, compartments: compartments(40, 40) } }, summary: 'A compartment of 40 in a gateway of 40 holds nothing back: payments may still take every place there is.' },
    original: { title: 'The textbook sketch', kind: 'pitfall', presets: { bulkhead: 'original' }, params: { bulkhead: { compartments: [] } }, summary: 'One counter of 5 for everything: payments fills it within moments, and browsing is refused. Its queue of 100 is never used.' },
    breaker: { title: 'With a breaker outside', kind: 'with', stacks: { gateway: [gatewayApp, breaker, hull, limit] }, summary: 'The bulkhead bounds the damage while the breaker makes up its mind; then hardly any doomed call is made at all.' },
  },
};
