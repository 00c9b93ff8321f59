/** The clients, limiter nodes, store and service of the scenarios. */
import type { Distribution } from '../../kernel/distributions.ts';
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

export type More = Readonly<Record<string, unknown>>;
export const seconds = (s: number): number => s * 1000;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
/** To the store and back: median 1 ms each way, LN(1, 0.3). */
export const toStore: Distribution = { kind: 'lognormal', medianMs: 1, p99Ms: 2.01 };
export const link = (from: string, to: string, latency: number | Distribution): LinkSpec => ({ from, to, latency: typeof latency === 'number' ? ms(latency) : latency });

export const users = (client: string, more: More): LayerSpec => ({ id: `${client.replace('/', '-')}-users`, engine: 'client', params: { op: 'read', entityCount: 1, payload: { client }, ...more } });
export const client = (id: string, title: string, stack: readonly LayerSpec[]): NodeSpec => ({ id, title, role: 'client', stack });

export const NODES = ['g1', 'g2', 'g3'] as const;
export const limitId = (node: string): string => `limit-${node.slice(1)}`;
/** What each limiter node passes calls on with, behind its limiter. */
const onward = (node: string, target = 'shop'): LayerSpec => ({ id: `${node}-app`, engine: 'token-bucket/relay', params: { targets: [target] }, to: [node] });
export const gateway = (node: string, params: More | null, preset?: string): NodeSpec => ({
  id: node, title: `Gateway ${node.slice(1)}`, role: 'gateway',
  stack: [...(params === null ? [] : [{ id: limitId(node), engine: 'token-bucket', params, ...(preset !== undefined && { preset }) }]), onward(node)],
});
export const balancer = (targets: readonly string[] = NODES, sticky = false): NodeSpec => ({
  id: 'balancer', title: 'Load balancer', role: 'gateway', stack: [{ id: 'spread', engine: 'token-bucket/relay', params: { targets, sticky } }],
});
export const quotaStore = (params: More = {}): NodeSpec => ({ id: 'store', title: 'Quota store', role: 'store', stack: [{ id: 'quota', engine: 'token-bucket/central', params }] });
export const shop = (params: More): NodeSpec => ({ id: 'shop', title: 'Shop', role: 'service', stack: [{ id: 'shop-app', engine: 'service', params }] });
export const trunk = (nodes: readonly string[] = NODES, store = true): LinkSpec[] => nodes.flatMap((node) => [
  link('balancer', node, 1), link(node, 'shop', 5), ...(store ? [link(node, 'store', toStore)] : []),
]);
/** The same parameters for the limiters of all nodes. */
export const onAll = (params: More, nodes: readonly string[] = NODES): Readonly<Record<string, More>> => Object.fromEntries(nodes.map((node) => [limitId(node), params]));
/** Stacks of all nodes without their limiter. */
export const bare = (nodes: readonly string[] = NODES): Readonly<Record<string, readonly LayerSpec[]>> => Object.fromEntries(nodes.map((node) => [node, [onward(node)]]));
