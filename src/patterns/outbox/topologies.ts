/** The shop, its database, the relays, the broker and two consumers: who talks to whom. */
import type { Fault } from '../../kernel/faults.ts';
import type { Headline, LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

type Params = Readonly<Record<string, unknown>>;
export const seconds = (s: number): number => s * 1000;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: ms(latencyMs) });

export const shopLayer = (params: Params = {}): LayerSpec => ({ id: 'shop', engine: 'outbox/writer', params });
/** The baseline: commit, then publish, and hope. */
export const DUAL_WRITE = { mode: 'publishAfterCommit', dieBetweenRatio: 0.01 } as const;
export interface World { readonly rate?: number; readonly aggregates?: number; readonly shop?: Params; readonly db?: Params; readonly relay?: Params; readonly relays?: readonly string[]; readonly consumer?: Params; readonly broker?: Params }

export function nodesOf({ rate = 20, aggregates = 40, shop = {}, db = {}, relay = {}, relays = ['relay'], consumer = {}, broker = {} }: World = {}): readonly NodeSpec[] {
  return [
    { id: 'customers', title: 'Customers', role: 'client', stack: [{ id: 'customer-users', engine: 'client', params: { op: 'placeOrder', target: 'shop', ratePerSecond: rate, entityCount: aggregates, deadlineMs: 10_000 } }] },
    { id: 'shop', title: 'Orders', role: 'service', stack: [shopLayer({ dieBetweenRatio: 0.01, ...shop })] },
    { id: 'db', title: 'Database', role: 'store', stack: [{ id: 'db', engine: 'outbox/database', params: db }] },
    ...relays.map((id, i): NodeSpec => ({ id, title: relays.length === 1 ? 'Relay' : `Relay ${i + 1}`, role: 'service', stack: [{ id, engine: 'outbox', params: { ...relay, shard: i } }] })),
    { id: 'broker', title: 'Broker', role: 'broker', stack: [{ id: 'broker-app', engine: 'broker', params: { topic: 'orders', partitions: 4, ackTimeoutMs: 2000, subscribers: [{ topic: 'orders', to: 'email' }, { topic: 'orders', to: 'search' }], ...broker } }] },
    ...['email', 'search'].map((id): NodeSpec => ({ id, title: id === 'email' ? 'E-mail' : 'Search', role: 'service', stack: [{ id, engine: 'outbox/consumer', params: consumer }] })),
  ];
}
export function linksOf(relays: readonly string[] = ['relay']): readonly LinkSpec[] {
  return [
    link('customers', 'shop', 10), link('shop', 'db', 2), link('shop', 'broker', 5),
    ...relays.flatMap((id) => [link(id, 'db', 2), link(id, 'broker', 5)]),
    ...['email', 'search'].flatMap((id) => [link('broker', id, 5), link(id, 'broker', 5)]),
  ];
}
export const diesAt = (node: string, note: string, atSecond: number, downSeconds: number, occurrence = 1): Fault => ({ kind: 'crashAt', node, note, occurrence, fromMs: seconds(atSecond), downMs: seconds(downSeconds) });
export const down = (node: string, atSecond: number, forSeconds: number): Fault => ({ kind: 'crash', node, fromMs: seconds(atSecond), untilMs: seconds(atSecond + forSeconds) });

export const LOST: Headline = { label: 'Events lost', metric: 'ledger.lost', unit: 'count', better: 'lower' };
export const GHOSTS: Headline = { label: 'Ghost events', metric: 'ledger.ghosts', unit: 'count', better: 'lower' };
export const TWICE: Headline = { label: 'Applied again', metric: 'ledger.duplicates', unit: 'count', better: 'lower' };
export const DISORDER: Headline = { label: 'Out of order', metric: 'ledger.outOfOrder', unit: 'count', better: 'lower' };
export const PENDING: Headline = { label: 'In the outbox (mean)', metric: 'db.pendingMean', unit: 'count', better: 'lower' };
/** In place of the outbox. */
export const BASELINE = { title: 'Without an outbox', kind: 'without', stacks: { shop: [shopLayer(DUAL_WRITE)] } } as const;
