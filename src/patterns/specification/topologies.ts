/** Callers, an application that applies a specification, and a store with the rows. */
import type { Json } from '../../kernel/contract.ts';
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

export type More = Readonly<Record<string, unknown>>;
export const seconds = (s: number): number => s * 1000;
export const json = (value: unknown): Json => value as Json;
export const users = (op: string, more: More): LayerSpec => ({ id: `${op}-users`, engine: 'client', params: { op, ...more } });
export const client = (id: string, title: string, ...stack: readonly LayerSpec[]): NodeSpec => ({ id, title, role: 'client', stack });
/** Everything spelt out by the scenario: what is not said is the default. */
export const app = (params: More): NodeSpec => ({ id: 'app', title: 'Application', role: 'service', stack: [{ id: 'spec', engine: 'specification', params }] });
export const data = (params: More = {}): NodeSpec => ({ id: 'data', title: 'Database', role: 'store', stack: [{ id: 'table', engine: 'specification/rows', params }] });
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: { kind: 'constant', ms: latencyMs } });
/** A round trip of 5 ms to the database. */
export const links = [link('callers', 'app', 1), link('app', 'data', 2.5)];
