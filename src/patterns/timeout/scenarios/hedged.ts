/** Asking again beside the first: what it gives when few are slow, and what it costs when all are. */
import type { Distribution } from '../../../kernel/distributions.ts';
import type { LayerSpec, NodeSpec, Scenario } from '../../../kernel/story.ts';
import { app, callers, limit, link, node, seconds, users, work } from '../topologies.ts';

const REPLICAS = ['replica-1', 'replica-2', 'replica-3'] as const;
/**
 * 95 % LN(20, 0.35) and 5 % U(300, 700), as bins: the edges are quantiles of the lognormal at 1, 5, 10, 20 … 90, 95, 98, 99, 99.9 and 99.99 %.
 */
export const tailed: Distribution = {
  kind: 'histogram',
  edgesMs: [5.4, 8.86, 11.25, 12.77, 14.9, 16.65, 18.3, 20, 21.86, 24.03, 26.85, 31.32, 35.57, 41.04, 45.15, 58.97, 73.5, 300, 700],
  counts: [95, 380, 475, 950, 950, 950, 950, 950, 950, 950, 950, 475, 285, 95, 85.5, 8.55, 0, 500],
};
const readers = users('read', { ratePerSecond: 60, target: 'replica-1' });
const replica = (id: string, i: number): NodeSpec => node(id, `Replica ${i + 1}`, [app(id, { concurrency: 64, queueCapacity: 200, serviceTime: tailed, interruptible: true })], 'store');
const hedging = (params: Readonly<Record<string, unknown>>): readonly LayerSpec[] => [readers, limit('hedge', { totalMs: 2000, replicas: REPLICAS, minUsefulMs: 0, hopReserveMs: 0, ...params })];
export const hedgedReads: Scenario = {
  title: 'Hedged reads',
  summary: 'Three replicas, and one read in twenty takes half a second. Whoever asks another replica when the first has not answered in 62 ms pays 5 % more requests, and the slowest hundredth is seven times as fast.',
  seed: 2, durationMs: seconds(45), openAtMs: seconds(5), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(45), label: 'after the warm-up' },
  nodes: [callers(hedging({ hedge: 'delay', hedgeDelayMs: 62, hedgeBudgetPct: 10 })), ...REPLICAS.map(replica)],
  links: REPLICAS.map((id) => link('callers', id, 0)),
  faults: [],
  headlines: [
    { label: 'p99', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'p50', metric: 'callers.p50Ms', unit: 'ms', better: 'lower' },
    { label: 'Hedges sent', metric: 'hedge.note.hedged', unit: 'count', better: 'lower' },
    { label: 'Hedges that won', metric: 'hedge.note.hedgeWon', unit: 'count', better: 'higher' },
  ],
  claims: [
    { metric: 'callers.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 4 },
    { metric: 'callers.p99Ms', better: 'sooner', worse: 'with', wants: 'lower', factor: 1.2 },
    { metric: 'hedge.note.hedged', better: 'with', worse: 'sooner', wants: 'lower', factor: 2 },
    { metric: 'callers.p99Ms', better: 'learned', worse: 'without', wants: 'lower', factor: 4 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No hedge', kind: 'without', stacks: { callers: hedging({}) }, summary: 'The slowest twentieth waits for its replica, whatever the other two are doing.' },
    with: { title: 'Hedge at the 95th percentile', kind: 'with', summary: 'Only what is slow already is asked for twice: 5 % more requests, and both copies must be slow for the reader to notice.' },
    sooner: { title: 'Hedge at 30 ms', kind: 'with', params: { hedge: { hedgeDelayMs: 30, hedgeBudgetPct: 100, throttle: true } }, summary: 'The tail is shorter still, for three times as many hedges: every sixth read is asked for twice.' },
    learned: { title: 'A learned quantile', kind: 'with', params: { hedge: { hedge: 'quantile', hedgeQuantile: 0.93 } }, summary: 'The delay is the 93rd percentile of the last thousand reads, whatever that is today.' },
  },
};

const crowd = users('read', { ratePerSecond: 70, deadlineMs: 1000 });
const eager = { hedge: 'delay', hedgeDelayMs: 60, hopReserveMs: 0, minUsefulMs: 0, perTry: false, cancelDownstream: false, totalMs: 1000 } as const;
const busy = (params: Readonly<Record<string, unknown>>): readonly LayerSpec[] => [crowd, limit('hedge', { ...eager, ...params })];
export const hedgingWhenFull: Scenario = {
  title: 'Hedging when all are slow',
  summary: 'The shop can do 100 a second and has 70, until work takes half as long again for five seconds. Then all are slow, all are asked for twice, and it stays so after the cause is gone.',
  seed: 3, durationMs: seconds(30), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(18), untilMs: seconds(30), label: 'from three seconds after the slow ones on' },
  nodes: [callers(busy({ throttle: true })), node('shop', 'Shop', [app('shop', { concurrency: 4, queueCapacity: 120, serviceTime: work.exponential(40), cancelPropagation: false })])],
  links: [link('callers', 'shop', 5)],
  faults: [{ kind: 'slow', node: 'shop', factor: 1.5, fromMs: seconds(10), untilMs: seconds(15) }],
  headlines: [
    { label: 'Reads answered in time', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Requests at the shop', metric: 'callers>shop.requests', unit: 'count', better: 'lower' },
    { label: 'p99', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'callers>shop.requests', better: 'without', worse: 'eager', wants: 'lower', factor: 1.6 },
    { metric: 'callers>shop.requests', better: 'with', worse: 'eager', wants: 'lower', factor: 1.5 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'eager', wants: 'higher', factor: 1.5 },
  ],
  opensWith: 'eager',
  variants: {
    without: { title: 'No hedge', kind: 'without', stacks: { callers: busy({ hedge: 'off' }) }, summary: 'The queue grows while work is slow and drains afterwards.' },
    eager: { title: 'Hedges without a budget', kind: 'pitfall', stacks: { callers: busy({ hedgeBudgetPct: 100 }) }, summary: '70 reads become 140 requests, and the shop can do 100: hedges are the load that makes reads slow enough to be hedged.' },
    with: { title: 'A budget of 5 %', kind: 'fixed', stacks: { callers: busy({ hedgeBudgetPct: 5 }) }, summary: 'However slow all are, five reads in a hundred are asked for twice.' },
    throttled: { title: 'gRPC’s throttle alone', kind: 'with', stacks: { callers: busy({ hedgeBudgetPct: 100, throttle: true }) }, summary: 'Failures take tokens, and below the half no hedge is sent: it acts once calls fail, not when they are merely slow. Better than nothing, worse than a budget.' },
  },
};
