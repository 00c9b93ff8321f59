/** Bank, producer, broker, two instances of a consumer, and the database of accounts: who talks to whom. */
import type { Fault } from '../../kernel/faults.ts';
import type { Headline, LinkSpec, NodeSpec } from '../../kernel/story.ts';

type Params = Readonly<Record<string, unknown>>;
export const seconds = (s: number): number => s * 1000;
const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: { kind: 'constant', ms: latencyMs } });
export const CONSUMERS = ['consumer-1', 'consumer-2'] as const;

export interface World { readonly rate?: number; readonly accounts?: number; readonly producer?: Params; readonly consumer?: Params; readonly broker?: Params; readonly db?: Params; readonly mail?: boolean }
export function nodesOf({ rate = 20, accounts = 200, producer = {}, consumer = {}, broker = {}, db = {}, mail = false }: World = {}): readonly NodeSpec[] {
  return [
    { id: 'bank', title: 'Bank', role: 'client', stack: [{ id: 'bank-users', engine: 'client', params: { op: 'credit', target: 'producer', ratePerSecond: rate, entityCount: accounts, deadlineMs: 10_000 } }] },
    { id: 'producer', title: 'Producer', role: 'service', stack: [{ id: 'producer', engine: 'inbox/producer', params: producer }] },
    { id: 'broker', title: 'Broker', role: 'broker', stack: [{ id: 'broker-app', engine: 'broker', params: { topic: 'credits', partitions: 4, inFlight: 50, ackTimeoutMs: 5000, maxDeliveries: 20, subscribers: [{ topic: 'credits', to: CONSUMERS, group: 'credits' }], ...broker } }] },
    ...CONSUMERS.map((id, i): NodeSpec => ({ id, title: `Consumer ${i + 1}`, role: 'service', stack: [{ id, engine: 'inbox', params: { visibilityMs: 5000, dedupWindowMs: 60_000, cleanupEveryMs: 1000, ...consumer } }] })),
    { id: 'accounts', title: 'Accounts', role: 'store', stack: [{ id: 'accounts', engine: 'inbox/accounts', params: db }] },
    ...(mail ? [{ id: 'mail', title: 'Mail', role: 'external', stack: [{ id: 'mail', engine: 'inbox/mail', params: { honoursKey: false } }] } as const] : []),
  ];
}
export function linksOf(mail = false): readonly LinkSpec[] {
  return [
    link('bank', 'producer', 10), link('producer', 'broker', 5),
    ...CONSUMERS.flatMap((id) => [link('broker', id, 5), link(id, 'broker', 5), link(id, 'accounts', 2), ...(mail ? [link(id, 'mail', 20)] : [])]),
    ...(mail ? [link('accounts', 'mail', 20)] : []),
  ];
}
/** The same parameters for both instances. */
export const both = (params: Params): Record<string, Params> => ({ 'consumer-1': params, 'consumer-2': params });
export const bothPreset = (preset: string): Record<string, string> => ({ 'consumer-1': preset, 'consumer-2': preset });
export const diesAt = (note: string, atSecond: number, downSeconds: number, node = 'consumer-1'): Fault => ({ kind: 'crashAt', node, note, occurrence: 1, fromMs: seconds(atSecond), downMs: seconds(downSeconds) });

export const TWICE: Headline = { label: 'Credited again', metric: 'ledger.duplicates', unit: 'count', better: 'lower' };
export const LOST: Headline = { label: 'Credits lost', metric: 'ledger.lost', unit: 'count', better: 'lower' };
export const ERROR: Headline = { label: 'Σ balances − truth', metric: 'ledger.balanceError', unit: 'count', better: 'lower' };
export const ROWS: Headline = { label: 'Ids kept (mean)', metric: 'accounts.rowsMean', unit: 'count', better: 'lower' };
export const BASELINE = { title: 'Without an inbox', kind: 'without', presets: bothPreset('noInbox') } as const;
