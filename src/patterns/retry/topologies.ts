/** The callers and services of the retry scenarios. */
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

type More = Readonly<Record<string, unknown>>;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
const exp = (meanMs: number) => ({ kind: 'exponential', meanMs }) as const;

export const users = (op: string, more: More): LayerSpec => ({ id: `${op}-users`, engine: 'client', params: { op, ...more } });
/** A retry with everything spelt out by the scenario: what is not said is the default. */
export const retry = (params: More = {}, preset?: string): LayerSpec => ({ id: 'retry', engine: 'retry', params, ...(preset !== undefined && { preset }) });
export const callers = (stack: readonly LayerSpec[], title = 'Callers'): NodeSpec => ({ id: 'callers', title, role: 'client', stack });
export const service = (id: string, title: string, params: More, before: readonly LayerSpec[] = []): NodeSpec => ({
  id, title, role: 'service', stack: [...before, { id: `${id}-app`, engine: 'service', params }],
});
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: ms(latencyMs) });
export const work = { constant: ms, exponential: exp } as const;
export const seconds = (s: number): number => s * 1000;
