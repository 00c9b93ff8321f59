/** The callers and services of the timeout scenarios. */
import type { Distribution } from '../../kernel/distributions.ts';
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

type More = Readonly<Record<string, unknown>>;
export const work = {
  constant: (ms: number): Distribution => ({ kind: 'constant', ms }),
  exponential: (meanMs: number): Distribution => ({ kind: 'exponential', meanMs }),
  /** By median and 99th percentile. */
  lognormal: (medianMs: number, p99Ms: number): Distribution => ({ kind: 'lognormal', medianMs, p99Ms }),
} as const;
export const seconds = (s: number): number => s * 1000;

export const users = (op: string, more: More): LayerSpec => ({ id: `${op}-users`, engine: 'client', params: { op, ...more } });
/** A limit with everything spelt out by the scenario: what is not said is the default. */
export const limit = (id: string, params: More = {}): LayerSpec => ({ id, engine: 'timeout', params });
export const check = (node: string, params: More = {}): LayerSpec => ({ id: `${node}-check`, engine: 'timeout/deadline-check', params });
export const app = (node: string, params: More): LayerSpec => ({ id: `${node}-app`, engine: 'service', params });
export const callers = (stack: readonly LayerSpec[], title = 'Callers'): NodeSpec => ({ id: 'callers', title, role: 'client', stack });
export const node = (id: string, title: string, stack: readonly LayerSpec[], role: NodeSpec['role'] = 'service'): NodeSpec => ({ id, title, role, stack });
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: work.constant(latencyMs) });
