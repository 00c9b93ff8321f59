/** The nodes of the scenarios: applications with the layer on their way out, a cache, a database. */
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

export type More = Readonly<Record<string, unknown>>;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
const exp = (meanMs: number) => ({ kind: 'exponential', meanMs }) as const;
export const work = { constant: ms, exponential: exp } as const;
export const seconds = (s: number): number => s * 1000;

/** Readers or writers on an application node; requests go to the database, and the layer sees them first. */
export const readers = (ratePerSecond: number, more: More = {}, id = 'readers'): LayerSpec => ({ id, engine: 'client', params: { op: 'get', target: 'database', ratePerSecond, ...more } });
export const writers = (ratePerSecond: number, more: More = {}, id = 'writers'): LayerSpec => ({ id, engine: 'client', params: { op: 'put', target: 'database', payload: { value: 'new' }, ratePerSecond, ...more } });
/** What is not said is the default. */
export const aside = (params: More = {}, id = 'cache-aside'): LayerSpec => ({ id, engine: 'cache-aside', params });
export const app = (id: string, title: string, stack: readonly LayerSpec[]): NodeSpec => ({ id, title, role: 'client', stack });
export const cacheNode = (params: More, id = 'cache', title = 'Cache'): NodeSpec => ({ id, title, role: 'cache', stack: [{ id: `${id}-app`, engine: 'cache', params: { concurrency: 100, queueCapacity: 10_000, ...params } }] });
export const database = (params: More, title = 'Database'): NodeSpec => ({ id: 'database', title, role: 'store', stack: [{ id: 'database-app', engine: 'store', params: { queueCapacity: 100_000, ...params } }] });
export const link = (from: string, to: string, latencyMs = 0.5): LinkSpec => ({ from, to, latency: ms(latencyMs) });
/** From every application to the database and to every cache node. */
export const links = (apps: readonly string[], caches: readonly string[] = ['cache'], latencyMs = 0.5): LinkSpec[] =>
  apps.flatMap((from) => [link(from, 'database', latencyMs), ...caches.map((to) => link(from, to, latencyMs))]);
