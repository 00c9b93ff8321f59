/** Who shares with whom: a noisy neighbour, a pool that locks itself up, a retry that holds what it does not use. */
import type { LayerSpec, Scenario } from '../../../kernel/story.ts';
import { app, bulkhead, callers, link, seconds, service, users, work } from '../topologies.ts';

const shop = users('shop', 'order', { ratePerSecond: 20, target: 'database' });
const reports = users('reports', 'report', { arrivals: 'onOff', ratePerSecond: 150, onMs: 10_000, offMs: 10_000, offFactor: 0.2, target: 'database' });
const databaseApp = app('database', { concurrency: 20, queueCapacity: 200, serviceTime: work.exponential(200) });
const parts = (shopPart: readonly [number, number], reportPart: readonly [number, number]) => [
  { name: 'orders', reserve: shopPart[0], max: shopPart[1], of: ['order'] }, { name: 'reports', reserve: reportPart[0], max: reportPart[1], of: ['report'] },
];
export const noisyNeighbour: Scenario = {
  title: 'A noisy neighbour',
  summary: 'Reports come in floods, every other ten seconds. Orders want 4 of the 20 places of the database; watch whether they get them.',
  seed: 5, durationMs: seconds(60), openAtMs: seconds(8), speed: 1,
  measure: { fromMs: seconds(10), untilMs: seconds(60), label: 'floods and the time between' },
  nodes: [
    callers('shop', 'Shop', [shop]), callers('reports', 'Reports', [reports]),
    { id: 'database', title: 'Database', role: 'store', stack: [bulkhead({ maxConcurrentCalls: 20, compartmentBy: 'op', compartments: parts([8, 20], [4, 12]) }), databaseApp] },
  ],
  links: [link('shop', 'database', 5), link('reports', 'database', 5)],
  faults: [],
  headlines: [
    { label: 'Orders that succeed', metric: 'shop.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Orders, p99', metric: 'shop.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Reports a second', metric: 'reports.goodputPerSecond', unit: 'perSecond', better: 'higher' },
  ],
  claims: [
    { metric: 'shop.goodRatio', better: 'with', worse: 'shared', wants: 'higher', factor: 1.1 },
    { metric: 'shop.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
    { metric: 'reports.goodputPerSecond', better: 'with', worse: 'partition', wants: 'higher', factor: 1.05 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No bulkhead', kind: 'without', stacks: { database: [databaseApp] }, summary: 'Orders stand in one queue with the flood, seconds long.' },
    shared: { title: 'One pool for both', kind: 'pitfall', params: { bulkhead: { compartments: [] } }, summary: 'No queue any more; but whoever comes more often gets the places, and orders are refused with the flood.' },
    partition: { title: 'Hard partition', kind: 'with', params: { bulkhead: { compartments: parts([12, 12], [8, 8]) } }, summary: 'Orders are safe. Their places stand empty most of the time, and reports may not use them.' },
    with: { title: 'Reserve and shared rest', kind: 'fixed', summary: 'Eight places are kept for orders, four for reports, and who needs more borrows from the rest.' },
  },
};

const ordersApp = app('orders', { concurrency: 1000, queueCapacity: 0, serviceTime: work.exponential(20), calls: [{ op: 'order', to: 'pricing' }], cancelPropagation: false });
const buyers = users('buyers', 'order', { ratePerSecond: 25, target: 'orders', deadlineMs: 5000 });
const locking = { maxConcurrentCalls: 10, queueCapacity: 1000, limitWait: false, heedCancel: false } as const;
const twoPools = [{ name: 'order', reserve: 6, max: 8, of: ['order'] }, { name: 'discount', reserve: 2, max: 4, of: ['discount'] }];
export const poolDeadlock: Scenario = {
  title: 'A pool that waits for itself',
  summary: 'An order asks pricing, and pricing asks back: a second call into the same ten permits. Should ten orders be in at once, each waits for a permit that another one holds.',
  seed: 6, durationMs: seconds(60), openAtMs: seconds(18), speed: 1,
  measure: { fromMs: seconds(25), untilMs: seconds(60), label: 'after the slow second' },
  nodes: [
    callers('buyers', 'Buyers', [buyers]),
    service('orders', 'Orders', ordersApp.params!, [bulkhead(locking)]),
    service('pricing', 'Pricing', { concurrency: 1000, queueCapacity: 0, serviceTime: work.exponential(20), calls: [{ op: 'order', to: 'orders', as: 'discount' }], cancelPropagation: false }),
  ],
  links: [link('buyers', 'orders', 5), link('orders', 'pricing', 5), link('pricing', 'orders', 5)],
  faults: [{ kind: 'slow', node: 'pricing', factor: 30, fromMs: seconds(20), untilMs: seconds(21) }],
  headlines: [
    { label: 'Goodput', metric: 'buyers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Calls waiting for a permit', metric: 'bulkhead.queuedMean', unit: 'count', better: 'lower' },
    { label: 'Deadlocks', metric: 'bulkhead.noteTotal.deadlocked', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'buyers.goodputPerSecond', better: 'with', worse: 'locked', wants: 'higher', factor: 10 },
    { metric: 'buyers.goodputPerSecond', better: 'finite', worse: 'locked', wants: 'higher', factor: 5 },
  ],
  opensWith: 'locked',
  variants: {
    without: { title: 'No bulkhead', kind: 'without', stacks: { orders: [ordersApp] }, summary: 'One slow second, and a second later all is well.' },
    locked: { title: 'One pool, endless wait', kind: 'pitfall', summary: 'Ten orders hold the ten permits, ten discounts wait for one. Pricing is well again after a second; this is for ever.' },
    with: { title: 'A compartment for each', kind: 'fixed', params: { bulkhead: { compartmentBy: 'op', compartments: twoPools } }, summary: 'Discounts have permits of their own that no order can take: what waits inside can always go on.' },
    finite: { title: 'A finite wait', kind: 'fixed', params: { bulkhead: { limitWait: true, maxWaitDurationMs: 200 } }, summary: 'A discount that has waited 200 ms is refused, its order fails and gives its permit back: some orders are lost in the slow second, none after it.' },
  },
};

const card = users('checkout', 'pay', { ratePerSecond: 40, deadlineMs: 5000 });
const retry: LayerSpec = { id: 'retry', engine: 'retry', params: { maxAttempts: 4, backoff: 'constant', baseDelayMs: 500, maxDelayMs: 500, jitter: 'none', perTryTimeoutMs: 1000, overallDeadlineMs: 5000, budget: 'none' } };
export const retryInside: Scenario = {
  title: 'A retry inside the bulkhead',
  summary: 'Three calls in ten fail and are tried again after half a second. Inside the bulkhead a call keeps its permit while it does nothing but wait.',
  seed: 7, durationMs: seconds(50), openAtMs: seconds(12), speed: 0.5,
  measure: { fromMs: seconds(15), untilMs: seconds(45), label: 'while calls fail' },
  nodes: [
    callers('checkout', 'Checkout', [card, retry, bulkhead({ maxConcurrentCalls: 8 })]),
    service('payments', 'Payments', { concurrency: 50, queueCapacity: 100, serviceTime: work.exponential(50) }),
  ],
  links: [link('checkout', 'payments', 10)],
  faults: [{ kind: 'errors', node: 'payments', ratio: 0.3, fromMs: seconds(15), untilMs: seconds(45) }],
  headlines: [
    { label: 'Payments that succeed', metric: 'checkout.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Refused by the bulkhead', metric: 'bulkhead.note.rejected', unit: 'count', better: 'lower' },
    { label: 'Permits held', metric: 'bulkhead.inFlightMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'checkout.goodRatio', better: 'with', worse: 'inside', wants: 'higher', factor: 1.2 },
    { metric: 'checkout.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.2 },
    { metric: 'bulkhead.inFlightMean', better: 'with', worse: 'inside', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'inside',
  variants: {
    without: { title: 'Bulkhead alone', kind: 'without', stacks: { checkout: [card, bulkhead({ maxConcurrentCalls: 8 })] }, summary: 'No retry: three in ten fail.' },
    inside: { title: 'Retry inside', kind: 'pitfall', stacks: { checkout: [card, bulkhead({ maxConcurrentCalls: 8 }), retry] }, summary: 'Permits are held through the back-off: the eight are taken by calls that wait, and healthy ones are refused.' },
    with: { title: 'Retry outside', kind: 'fixed', summary: 'Each attempt takes a permit for as long as it works, and gives it back for the wait.' },
  },
};
