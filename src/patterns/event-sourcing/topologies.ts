/** The bank of the event-sourcing scenarios: tellers, command service, event store, projection; and the same with rows. */
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

export type More = Readonly<Record<string, unknown>>;
export const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
export const seconds = (s: number): number => s * 1000;

export const users = (id: string, op: string, more: More): LayerSpec => ({ id, engine: 'client', params: { op, deadlineMs: 5000, ...more } });
export const tellers = (more: More, op = 'command'): NodeSpec => ({ id: 'tellers', title: 'Tellers', role: 'client', stack: [users('teller-users', op, more)] });
export const auditors = (more: More): NodeSpec => ({ id: 'auditors', title: 'Auditors', role: 'client', stack: [users('audit-users', 'balanceAt', more)] });
export const bankStack = (params: More = {}, id = 'bank', preset?: string): readonly LayerSpec[] => [{ id, engine: 'event-sourcing', params, ...(preset !== undefined && { preset }) }];
export const bank = (params: More = {}): NodeSpec => ({ id: 'bank', title: 'Command service', role: 'service', stack: bankStack(params) });
export const storeStack = (params: More = {}): readonly LayerSpec[] => [{ id: 'events', engine: 'event-sourcing/event-store', params }];
export const eventStore = (params: More = {}): NodeSpec => ({ id: 'store', title: 'Event store', role: 'store', stack: storeStack(params) });
export const projection = (params: More = {}): NodeSpec => ({ id: 'balances', title: 'Balances', role: 'service', stack: [{ id: 'projection', engine: 'event-sourcing/projection', params }] });
/** The baseline's stacks: the service overwrites rows, and the store holds them. A projection has no log to follow. */
export const rows = (params: More = {}): Readonly<Record<string, readonly LayerSpec[]>> => ({
  bank: [{ id: 'crud', engine: 'event-sourcing/crud', params }],
  store: [{ id: 'rows', engine: 'store', params: { concurrency: 64, queueCapacity: 1000, readTime: ms(5), writeTime: { kind: 'exponential', meanMs: 10 } } }],
});
export const link = (from: string, to: string, latencyMs = 1): LinkSpec => ({ from, to, latency: ms(latencyMs) });
export const LINKS = [link('tellers', 'bank'), link('bank', 'store')];
export const PROJECTED = [...LINKS, link('balances', 'store'), link('store', 'balances')];
