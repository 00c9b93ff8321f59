/** The shops in which the breaker's scenarios play. */
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
const exp = (meanMs: number) => ({ kind: 'exponential', meanMs }) as const;

export const client = (id: string, title: string, op: string, ratePerSecond: number, more: Readonly<Record<string, unknown>> = {}): NodeSpec => ({
  id, title, role: 'client',
  stack: [{ id: `${id}-users`, engine: 'client', params: { op, target: 'gateway', ratePerSecond, deadlineMs: 5000, ...more } }],
});
export const service = (id: string, title: string, meanMs: number, concurrency: number, more: Readonly<Record<string, unknown>> = {}): NodeSpec => ({
  id, title, role: 'service',
  stack: [{ id: `${id}-app`, engine: 'service', params: { concurrency, queueCapacity: 200, serviceTime: exp(meanMs), ...more } }],
});
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: ms(latencyMs) });

/** A gateway that holds a slot for each request while it calls on; `calls` says which operation goes where. */
export const gateway = (calls: readonly { readonly op: string; readonly to: string | readonly string[] }[], layers: readonly LayerSpec[], more: Readonly<Record<string, unknown>> = {}): NodeSpec => ({
  id: 'gateway', title: 'Gateway', role: 'gateway', stack: [gatewayApp(calls, more), ...layers],
});
export const gatewayApp = (calls: readonly { readonly op: string; readonly to: string | readonly string[] }[], more: Readonly<Record<string, unknown>> = {}): LayerSpec => ({
  id: 'gateway-app', engine: 'service',
  params: { concurrency: 40, queueCapacity: 100, serviceTime: ms(1), calls, ...more },
});
export const breaker = (to: readonly string[] = ['payments'], params: Readonly<Record<string, unknown>> = {}): LayerSpec => ({
  id: 'breaker', engine: 'circuit-breaker', params, to,
});

/** Gives each payment call up after `timeoutMs`; it stands below the breaker, so that the breaker hears of it. */
export const timeout = (to: readonly string[] = ['payments'], timeoutMs = 2000): LayerSpec => ({ id: 'timeout', engine: 'circuit-breaker/plain-timeout', params: { timeoutMs }, to });

/** Browsing needs the catalogue, checking out needs payments; both go through the gateway's slots. */
export const shop: { readonly calls: readonly { readonly op: string; readonly to: string }[]; readonly nodes: (layers: readonly LayerSpec[], more?: Readonly<Record<string, unknown>>) => readonly NodeSpec[]; readonly links: readonly LinkSpec[] } = {
  calls: [{ op: 'browse', to: 'catalog' }, { op: 'checkout', to: 'payments' }],
  nodes: (layers, more = {}) => [
    client('browse', 'Browsing', 'browse', 60),
    client('checkout', 'Checkout', 'checkout', 40),
    gateway(shop.calls, layers, more),
    service('catalog', 'Catalog', 20, 20),
    service('payments', 'Payments', 30, 20),
  ],
  links: [link('browse', 'gateway', 60), link('checkout', 'gateway', 60), link('gateway', 'catalog', 40), link('gateway', 'payments', 40)],
};
