/** Sagas are not isolated: what may still be undone is seen and built upon by others. */
import type { NodeSpec, Scenario } from '../../../kernel/story.ts';
import { cancelSteps, fourSteps, orderSteps } from '../sagaTypes.ts';
import { desk, exp, link, orchestrator, participants, seconds, shop, shoppers, shopLinks } from '../topologies.ts';

const regretful: NodeSpec = {
  id: 'cancellers', title: 'Cancellers', role: 'client',
  stack: [{ id: 'cancelling', engine: 'client', params: { op: 'saga.start', target: 'orders-desk', ratePerSecond: 4, idempotencyKeys: true, entityCount: 8, payload: { type: 'cancel', context: { amount: [20, 40, 60] } } } }],
};
export const dirtyRead: Scenario = {
  title: 'Credit that was never free',
  summary: 'Cancelling an order frees credit at once; if the parcel can’t be stopped, it is taken back. By then a new order has used it.',
  seed: 8, durationMs: seconds(36), openAtMs: seconds(4), speed: 0.5,
  measure: { fromMs: seconds(8), untilMs: seconds(36), label: 'all along' },
  nodes: [
    shoppers('orders-desk', 6, { entityCount: 8, payload: { type: 'order', context: { amount: [20, 40, 60] } } }), regretful,
    desk(orchestrator({ sagas: { order: fourSteps, cancel: cancelSteps }, riskAmount: 40 })),
    ...participants(['customer', 'inventory', 'payment', 'shipping', 'delivery'], {
      customer: { limit: 200, openingBalance: 160, refuseRatio: 0 }, inventory: { refuseRatio: 0 }, payment: { refuseRatio: 0 },
      delivery: { refuseRatio: 0.5, workTime: exp(400) },
    }),
  ],
  links: [
    link('shoppers', 'orders-desk', 40), link('cancellers', 'orders-desk', 40), link('orders-desk', 'customer', 30), link('orders-desk', 'inventory', 30),
    link('orders-desk', 'payment', 40), link('orders-desk', 'shipping', 30), link('orders-desk', 'delivery', 30),
  ],
  faults: [],
  headlines: [
    { label: 'Credit above the limit', metric: 'customer-app.overLimitMean', unit: 'count', better: 'lower' },
    { label: 'Commands waiting for a lock', metric: 'customer-app.waitingMean', unit: 'count', better: 'lower' },
    { label: 'Orders, p99', metric: 'shoppers.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'customer-app.overLimitMean', better: 'with', worse: 'commutative', wants: 'lower', factor: 10 },
    { metric: 'customer-app.overLimitMean', better: 'reorder', worse: 'commutative', wants: 'lower', factor: 10 },
    { metric: 'customer-app.overLimitMean', better: 'by-value', worse: 'commutative', wants: 'lower', factor: 1.2 },
    { metric: 'customer-app.waitingMean', better: 'reorder', worse: 'with', wants: 'lower', factor: 5 },
  ],
  opensWith: 'commutative',
  variants: {
    without: { title: 'No countermeasure', kind: 'without', params: { orchestrator: { isolation: 'none' } }, summary: 'Dirty reads and lost updates: neither the limit nor the counter can be trusted.' },
    commutative: {
      title: 'Commutative updates', kind: 'pitfall', params: { orchestrator: { isolation: 'commutative' } },
      summary: 'No update is lost any more, but the freed credit can still be used before it is certain.',
    },
    with: { title: 'Semantic lock', kind: 'with', summary: 'Who frees or takes credit locks the account until there is no way back. Nobody is over the limit; others wait.' },
    'by-value': {
      title: 'By value', kind: 'with', params: { orchestrator: { isolation: 'byValue' } },
      summary: 'Only large amounts are locked; for small ones the risk is taken. Less waiting, less harm.',
    },
    reorder: {
      title: 'Pessimistic view', kind: 'fixed', params: { orchestrator: { isolation: 'pessimisticView' } },
      summary: 'The steps are reordered: credit is freed only after the parcel is stopped, when nothing can be undone. No lock, no wait.',
    },
  },
};

const lockedStock = (orderSteps as readonly { readonly name: string }[]).map((step) => (step.name === 'stock' ? { ...step, lock: true } : { ...step, lock: false }));
export const oversell: Scenario = {
  title: 'Sold more than there was',
  summary: 'A hundred pieces of one item, and everybody wants it. Who reads the counter, works, and writes it back overwrites the others.',
  seed: 9, durationMs: seconds(30), openAtMs: 0, speed: 0.5,
  measure: { fromMs: seconds(16), untilMs: seconds(30), label: 'once it should be sold out' },
  nodes: shop(orchestrator(), 10, { inventory: { limit: 100, refuseRatio: 0, workTime: exp(100) } }),
  links: shopLinks,
  faults: [],
  headlines: [
    { label: 'Sold beyond the stock', metric: 'inventory-app.overLimitMean', unit: 'count', better: 'lower' },
    { label: 'Commands waiting for a lock', metric: 'inventory-app.waitingMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'inventory-app.overLimitMean', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'inventory-app.overLimitMean', better: 'reread', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'inventory-app.waitingMean', better: 'with', worse: 'locked', wants: 'lower', factor: 10 },
  ],
  opensWith: 'without',
  variants: {
    without: { title: 'Read, then overwrite', kind: 'without', params: { orchestrator: { isolation: 'none' } }, summary: 'Updates get lost, the counter stays too high, and the same piece is sold several times.' },
    with: { title: 'Commutative updates', kind: 'with', params: { orchestrator: { isolation: 'commutative' } }, summary: 'Subtract in one go, and check while doing so: the order of updates does not matter, and none is lost.' },
    reread: { title: 'Reread value', kind: 'fixed', params: { orchestrator: { isolation: 'rereadValue' } }, summary: 'Look again before writing; if somebody else has written, start over. Right, and more work on a hot item.' },
    locked: {
      title: 'Locking the hot item', kind: 'pitfall', params: { orchestrator: { isolation: 'semanticLock', sagas: { order: lockedStock } } },
      summary: 'One saga at a time holds the item up to its charge. Nothing is oversold, and hardly anything is sold.',
    },
  },
};
