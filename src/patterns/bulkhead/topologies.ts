/** The callers, gateways and services of the bulkhead scenarios. */
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

export type More = Readonly<Record<string, unknown>>;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
const exp = (meanMs: number) => ({ kind: 'exponential', meanMs }) as const;
export const work = { constant: ms, exponential: exp } as const;
export const seconds = (s: number): number => s * 1000;

export const users = (id: string, op: string, more: More): LayerSpec => ({ id: `${id}-users`, engine: 'client', params: { op, ...more } });
export const callers = (id: string, title: string, stack: readonly LayerSpec[]): NodeSpec => ({ id, title, role: 'client', stack });
/** What is not said is the default: a semaphore of 10, and nobody waits. */
export const bulkhead = (params: More = {}, more: { readonly preset?: string; readonly to?: readonly string[] } = {}): LayerSpec => ({ id: 'bulkhead', engine: 'bulkhead', params, ...more });
export const app = (id: string, params: More): LayerSpec => ({ id: `${id}-app`, engine: 'service', params });
export const service = (id: string, title: string, params: More, before: readonly LayerSpec[] = []): NodeSpec => ({ id, title, role: 'service', stack: [...before, app(id, params)] });
export const timeout = (timeoutMs: number, to?: readonly string[]): LayerSpec => ({ id: 'timeout', engine: 'circuit-breaker/plain-timeout', params: { timeoutMs }, ...(to !== undefined && { to }) });
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: ms(latencyMs) });
