/** What deadlines are for: one service hangs, and nobody else does. */
import type { LayerSpec, NodeSpec, Scenario } from '../../../kernel/story.ts';
import { app, callers, check, limit, link, node, seconds, users, work } from '../topologies.ts';

const TIERS = ['a', 'b', 'c'] as const;
type Tier = (typeof TIERS)[number];
const next: Readonly<Record<Tier, string>> = { a: 'b', b: 'c', c: 'db' };
const shoppers = users('order', { ratePerSecond: 80, deadlineMs: 400 });
/** One thread for each request, a hundred of them; LN(10, 0.3). */
const pool = (id: Tier, heedsCancel: boolean): LayerSpec => app(id, {
  concurrency: 100, queueCapacity: 100, serviceTime: work.lognormal(10, 20.1), calls: [{ op: '*', to: next[id] }], cancelPropagation: heedsCancel,
});
const guarded = (id: Tier, params: Readonly<Record<string, unknown>> = {}): readonly LayerSpec[] => [check(id), pool(id, true), limit(`${id}-limit`, params)];
const stopwatch = (id: Tier, totalMs: number): readonly LayerSpec[] => [pool(id, false), limit(`${id}-limit`, { mode: 'fixed', totalMs, hopReserveMs: 0, minUsefulMs: 0, perTry: false, cancelDownstream: false })];
const stacks = (stack: (id: Tier) => readonly LayerSpec[]): Readonly<Record<string, readonly LayerSpec[]>> => Object.fromEntries(TIERS.map((id) => [id, stack(id)]));
const tier = (id: Tier, title: string): NodeSpec => node(id, title, guarded(id), id === 'a' ? 'gateway' : 'service');

export const hangingService: Scenario = {
  title: 'One service hangs',
  summary: 'C never answers three calls in ten. Without a limit B’s hundred threads all wait for it within seconds, and the whole chain is dead. With a deadline that travels along, only those three fail.',
  seed: 1, durationMs: seconds(36), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(16), untilMs: seconds(30), label: 'while C hangs, from six seconds on' },
  nodes: [callers([shoppers]), tier('a', 'A'), tier('b', 'B'), tier('c', 'C'), node('db', 'Database', [app('db', { concurrency: 50, queueCapacity: 200, serviceTime: work.lognormal(5, 10) })], 'store')],
  links: [link('callers', 'a', 10), link('a', 'b', 2), link('b', 'c', 2), link('c', 'db', 1)],
  faults: [{ kind: 'dropReplies', from: 'b', to: 'c', ratio: 0.3, fromMs: seconds(10), untilMs: seconds(30) }],
  headlines: [
    { label: 'Orders answered in time', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Threads of B in use', metric: 'b-app.busyMean', unit: 'count', better: 'lower' },
    { label: 'Threads of A in use', metric: 'a-app.busyMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 20 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'generous', wants: 'higher', factor: 3 },
    { metric: 'b-app.busyMean', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'callers.goodRatio', better: 'again', worse: 'with', wants: 'higher', factor: 1.2 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: stacks((id) => [pool(id, false)]), summary: '24 calls a second take a thread of B and never give it back: after four seconds there is none left, and then A’s are gone too.' },
    with: { title: 'One deadline for all', kind: 'with', summary: 'The 400 ms of the user travel along, 20 ms less at each hop. B gives up in time to say so: ten of its hundred threads are in use.' },
    generous: { title: '5 s at each hop', kind: 'pitfall', stacks: stacks((id) => stopwatch(id, 5000)), summary: 'A limit alone is not enough: 24 calls a second for 5 s are 120 threads, and B has a hundred.' },
    again: {
      title: 'And a second try at B', kind: 'fixed', stacks: { b: guarded('b', { perTryMs: 120, onTimeout: 'retry', maxRetries: 1, connectMs: 100 }) },
      summary: 'Within the same deadline there is time for two tries of 120 ms: three in ten fail once, one in eleven twice.',
    },
  },
};
