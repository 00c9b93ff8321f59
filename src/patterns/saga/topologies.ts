/** The shops in which sagas play: who there is, how far apart, and what each is set to. */
import type { Json } from '../../kernel/contract.ts';
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

type Params = Readonly<Record<string, unknown>>;
export const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
export const exp = (meanMs: number) => ({ kind: 'exponential', meanMs }) as const;
export const seconds = (s: number): number => s * 1000;
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: ms(latencyMs) });

/** Customers that start sagas. Each request has an id of its own, which is the saga's id: a repeated request is the same saga. */
export const shoppers = (target: string, ratePerSecond: number, more: Params = {}): NodeSpec => ({
  id: 'shoppers', title: 'Shoppers', role: 'client',
  stack: [{ id: 'users', engine: 'client', params: { op: 'saga.start', target, ratePerSecond, idempotencyKeys: true, entityCount: 1000, ...more } }],
});

export const orchestrator = (params: Params = {}, preset?: string): LayerSpec => ({ id: 'orchestrator', engine: 'saga', ...(preset === undefined ? {} : { preset }), params });
export const chainOfCalls = (params: Params = {}): LayerSpec => ({ id: 'orchestrator', engine: 'saga/chain', params });
export const desk = (layer: LayerSpec): NodeSpec => ({ id: 'orders-desk', title: 'Order desk', role: 'service', stack: [layer] });

export interface Parts {
  readonly order?: Params;
  readonly customer?: Params;
  readonly inventory?: Params;
  readonly payment?: Params;
  readonly shipping?: Params;
  readonly delivery?: Params;
}
const TITLES = { order: 'Orders', customer: 'Customers', inventory: 'Inventory', payment: 'Payment', shipping: 'Shipping', delivery: 'Delivery' } as const;
const KEEPS = { order: 'order', customer: 'credit', inventory: 'stock', payment: 'money', shipping: 'shipment', delivery: 'shipment' } as const;
/** Chances of a refusal in the order saga: no credit, out of stock, card declined. */
export const REFUSALS = { order: 0, customer: 0.05, inventory: 0.08, payment: 0.03, shipping: 0, delivery: 0 } as const;
export type Part = keyof typeof TITLES;

const nodeOf = (id: Part, engine: string, params: Params): NodeSpec => ({
  id, title: TITLES[id], role: 'service', stack: [{ id: `${id}-app`, engine, params: { resource: KEEPS[id], refuseRatio: REFUSALS[id], ...params } }],
});
export const participants = (ids: readonly Part[], parts: Parts = {}): NodeSpec[] => ids.map((id) => nodeOf(id, 'saga/participant', parts[id] ?? {}));

export const ALL: readonly Part[] = ['order', 'customer', 'inventory', 'payment', 'shipping'];
export const sketchPresets: Readonly<Record<string, string>> = Object.fromEntries([['orchestrator', 'original'], ...ALL.map((id) => [`${id}-app`, 'original'])]);

/** An order desk that talks to every service. */
export const shop = (layer: LayerSpec, ratePerSecond: number, parts: Parts = {}, users: Params = {}): readonly NodeSpec[] =>
  [shoppers('orders-desk', ratePerSecond, users), desk(layer), ...participants(ALL, parts)];
export const shopLinks: readonly LinkSpec[] = [
  link('shoppers', 'orders-desk', 40), link('orders-desk', 'order', 20), link('orders-desk', 'customer', 30), link('orders-desk', 'inventory', 30),
  link('orders-desk', 'payment', 40), link('orders-desk', 'shipping', 30),
];

/** The same services without anybody in the middle: each knows which event concerns it. */
export const EVENT_STEPS: Json = ['create', 'credit', 'stock', 'charge', 'ship', 'approve'];
const customerAmount = { account: 'customer', amount: 'amount' } as const;
const itemQuantity = { account: 'item', amount: 'quantity' } as const;
const theOrder = { account: 'orders', amount: 1 } as const;
export const REACTIONS: Readonly<Record<'order' | 'customer' | 'inventory' | 'payment' | 'shipping', readonly Json[]>> = {
  order: [
    { on: 'saga.start', step: 'create', deed: 'act', emits: 'orderCreated', ...theOrder },
    { on: 'shipmentBooked', step: 'approve', deed: 'act', ends: 'completed', ...theOrder },
    { on: 'creditRefused', step: 'create', deed: 'undo', ends: 'compensated', ...theOrder },
    { on: 'creditReleased', step: 'create', deed: 'undo', ends: 'compensated', ...theOrder },
  ],
  customer: [
    { on: 'orderCreated', step: 'credit', deed: 'act', emits: 'creditReserved', refused: 'creditRefused', confirm: true, lock: true, ...customerAmount },
    { on: 'stockRefused', step: 'credit', deed: 'undo', emits: 'creditReleased', ...customerAmount },
    { on: 'stockReleased', step: 'credit', deed: 'undo', emits: 'creditReleased', ...customerAmount },
    { on: 'cardCharged', step: 'credit', deed: 'confirm', ...customerAmount },
  ],
  inventory: [
    { on: 'creditReserved', step: 'stock', deed: 'act', emits: 'stockReserved', refused: 'stockRefused', confirm: true, ...itemQuantity },
    { on: 'cardDeclined', step: 'stock', deed: 'undo', emits: 'stockReleased', ...itemQuantity },
    { on: 'cardCharged', step: 'stock', deed: 'confirm', ...itemQuantity },
  ],
  payment: [
    { on: 'stockReserved', step: 'charge', deed: 'act', emits: 'cardCharged', refused: 'cardDeclined', ...customerAmount },
    { on: 'sagaOverdue', step: 'charge', deed: 'query', emits: 'cardCharged', refused: 'cardDeclined', ...customerAmount },
  ],
  shipping: [{ on: 'cardCharged', step: 'ship', deed: 'act', emits: 'shipmentBooked', ...itemQuantity }],
};
const LISTENS: Readonly<Record<string, readonly string[]>> = {
  order: ['shipmentBooked', 'creditRefused', 'creditReleased'], customer: ['orderCreated', 'stockRefused', 'stockReleased', 'cardCharged'],
  inventory: ['creditReserved', 'cardDeclined', 'cardCharged'], payment: ['stockReserved', 'sagaOverdue'], shipping: ['cardCharged'],
};
export const choreographed = (ids: readonly Part[], parts: Parts = {}, common: Params = {}): NodeSpec[] => ids.map((id) => nodeOf(id, 'saga/choreographer', {
  reactions: REACTIONS[id as keyof typeof REACTIONS], listeners: ids.filter((other) => other !== id), ...(id === 'order' ? { steps: EVENT_STEPS } : {}), ...common, ...parts[id],
}));
export const subscriptions = (extra: readonly Json[] = []): Json => [
  ...Object.entries(LISTENS).flatMap(([to, topics]) => topics.map((topic) => ({ topic, to, group: `${to}:${topic}` }))), ...extra,
];
export const broker = (params: Params = {}): NodeSpec => ({
  id: 'broker', title: 'Event broker', role: 'broker',
  stack: [{ id: 'events', engine: 'broker', params: { subscribers: subscriptions(), concurrency: 16, partitions: 64, ackTimeoutMs: 3000, maxDeliveries: 1000, ...params } }],
});
/** Everybody reaches the broker and, for those who do without one, everybody else. */
export const dance = (ids: readonly Part[] = ALL, latencyMs = 20): LinkSpec[] => [
  link('shoppers', 'order', 40),
  ...ids.flatMap((id) => [link(id, 'broker', latencyMs), link('broker', id, latencyMs)]),
  ...ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => link(from, to, 2 * latencyMs))),
];
