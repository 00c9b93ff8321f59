/** The callers, gateways and services of the limiter's scenarios. */
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

export type More = Readonly<Record<string, unknown>>;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
const exp = (meanMs: number) => ({ kind: 'exponential', meanMs }) as const;
export const work = { constant: ms, exponential: exp } as const;
export const seconds = (s: number): number => s * 1000;

export const users = (id: string, more: More): LayerSpec => ({ id: `${id}-users`, engine: 'client', params: { op: 'read', ...more } });
export const client = (id: string, title: string, more: More): NodeSpec => ({ id, title, role: 'client', stack: [users(id, more)] });
export const limiter = (params: More, id = 'limiter'): LayerSpec => ({ id, engine: 'rate-limiting', params });
/** The gateway's own application; the limiter's questions to a store pass it by. */
export const gatewayApp = (id: string, to = 'api', more: More = {}): LayerSpec => ({
  id: `${id}-app`, engine: 'service', params: { concurrency: 5000, queueCapacity: 0, serviceTime: ms(0), calls: [{ op: '*', to }], ...more }, to: [id],
});
/** Calls to the API leave below the application: `to` of the layer is the gateway itself. */
export const gateway = (id: string, title: string, layers: readonly LayerSpec[], to = 'api'): NodeSpec => ({ id, title, role: 'gateway', stack: [...layers, gatewayApp(id, to)] });
export const api = (more: More, title = 'API', before: readonly LayerSpec[] = []): NodeSpec => ({ id: 'api', title, role: 'service', stack: [...before, { id: 'api-app', engine: 'service', params: more }] });
export const store = (more: More = {}): NodeSpec => ({ id: 'store', title: 'Limit store', role: 'store', stack: [{ id: 'store-app', engine: 'rate-limiting/limit-store', params: more }] });
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: ms(latencyMs) });

/** Three gateways, each with its own callers, before one API; they can reach a store and each other. */
export const GATES = ['a', 'b', 'c'] as const;
export type Gate = (typeof GATES)[number];
export const gateLimiter = (gate: Gate, params: More): LayerSpec => limiter({ ...params, peers: GATES.filter((other) => other !== gate).map((other) => `gate-${other}`) }, `limiter-${gate}`);
export const gateStacks = (params: More | null): Readonly<Record<string, readonly LayerSpec[]>> =>
  Object.fromEntries(GATES.map((gate) => [`gate-${gate}`, [...(params === null ? [] : [gateLimiter(gate, params)]), gatewayApp(`gate-${gate}`)]]));
export const fleet = (params: More, rates: Readonly<Record<Gate, number>>, more: More, latencyMs: number, apiParams: More): { readonly nodes: readonly NodeSpec[]; readonly links: readonly LinkSpec[] } => ({
  nodes: [
    ...GATES.map((gate) => client(`callers-${gate}`, `Callers ${gate.toUpperCase()}`, { ratePerSecond: rates[gate], ...more })),
    ...GATES.map((gate) => gateway(`gate-${gate}`, `Gateway ${gate.toUpperCase()}`, [gateLimiter(gate, params)])),
    store(), api(apiParams),
  ],
  links: GATES.flatMap((gate) => [
    link(`callers-${gate}`, `gate-${gate}`, 20), link(`gate-${gate}`, 'api', 5), link(`gate-${gate}`, 'store', latencyMs),
    ...GATES.filter((other) => other !== gate).map((other) => link(`gate-${gate}`, `gate-${other}`, 5)),
  ]),
});
