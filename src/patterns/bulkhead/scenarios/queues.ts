/** What a queue before the permits does: it keeps a pool from growing, and serves those whose patience has ended. */
import type { Scenario } from '../../../kernel/story.ts';
import { app, bulkhead, callers, link, seconds, service, users, work } from '../topologies.ts';

const steady = users('callers', 'render', { ratePerSecond: 30, deadlineMs: 2000 });
const pool = { kind: 'threadPool', coreSize: 4, maxSize: 16, queueCapacity: 200, limitWait: false, keepAliveMs: 300 } as const;
export const poolGrowth: Scenario = {
  title: 'A pool that never grows',
  summary: 'Four threads, sixteen at most. 30 calls a second of 200 ms need six; but a thread is only added when the queue is full, and it has 200 places.',
  seed: 8, durationMs: seconds(60), openAtMs: seconds(1), speed: 1,
  measure: { fromMs: seconds(15), untilMs: seconds(60), label: 'after the warm-up' },
  nodes: [
    callers('callers', 'Callers', [steady, bulkhead(pool)]),
    service('renderer', 'Renderer', { concurrency: 100, queueCapacity: 100, serviceTime: work.exponential(190) }),
  ],
  links: [link('callers', 'renderer', 5)],
  faults: [],
  headlines: [
    { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'p99', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Threads', metric: 'bulkhead.limitMean', unit: 'count', better: 'higher' },
    { label: 'Waiting', metric: 'bulkhead.queuedMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'long', wants: 'higher', factor: 1.3 },
    { metric: 'callers.p99Ms', better: 'with', worse: 'long', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'long',
  variants: {
    without: { title: 'No pool', kind: 'without', stacks: { callers: [steady] }, summary: 'Six calls under way on average, and none waits.' },
    long: { title: 'Core 4, most 16, queue 200', kind: 'pitfall', summary: 'The queue never fills, so the pool stays at four: the 16 in the settings are never seen.' },
    with: { title: 'A queue of 4', kind: 'fixed', params: { bulkhead: { queueCapacity: 4 } }, summary: 'Four wait, the next one starts a thread: the pool grows with the traffic, and lets threads go that idle for 300 ms.' },
    fixed: { title: 'Core 16', kind: 'fixed', params: { bulkhead: { coreSize: 16 } }, summary: 'A pool as large as it may ever be: threads are there before the queue is.' },
  },
};

const impatient = users('callers', 'search', { arrivals: 'onOff', ratePerSecond: 130, onMs: 20_000, offMs: 10_000, offFactor: 0.5, deadlineMs: 500 });
/** As most services: what nobody waits for any more is served all the same. */
const search = app('search', { concurrency: 10, queueCapacity: 100, serviceTime: work.exponential(100), cancelPropagation: false });
export const staleQueue: Scenario = {
  title: 'First come, served too late',
  summary: '130 searches a second for 20 s, and ten permits of 100 ms are worth 100. Nobody waits longer than half a second; the queue is a second long.',
  seed: 9, durationMs: seconds(45), openAtMs: seconds(1), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(45), label: 'overload and the time after' },
  nodes: [
    callers('callers', 'Callers', [impatient]),
    { id: 'search', title: 'Search', role: 'service', stack: [bulkhead({ maxConcurrentCalls: 10, queueCapacity: 100, limitWait: false, heedCancel: false }), search] },
  ],
  links: [link('callers', 'search', 5)],
  faults: [],
  headlines: [
    { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Served for nobody', metric: 'search.wasted', unit: 'count', better: 'lower' },
    { label: 'Waiting', metric: 'bulkhead.queuedMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 2 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'fifo', wants: 'higher', factor: 1.5 },
    { metric: 'callers.goodputPerSecond', better: 'short-wait', worse: 'fifo', wants: 'higher', factor: 1.5 },
  ],
  opensWith: 'fifo',
  variants: {
    without: { title: 'No bulkhead', kind: 'without', stacks: { search: [search] }, summary: 'Search has a queue of its own, a second long: it works through it for people who have left.' },
    fifo: { title: 'First come, first served', kind: 'pitfall', summary: 'Whoever gets a permit has waited longest, and has the least patience left: most are gone, or go before their answer comes.' },
    lifo: { title: 'Newest first', kind: 'with', params: { bulkhead: { discipline: 'lifo', whenFull: 'displaceOldest' } }, summary: 'The newest is served at once, and a full queue sends its oldest away: the unlucky wait in vain, the others hardly at all.' },
    with: { title: 'Newest first when long', kind: 'fixed', params: { bulkhead: { discipline: 'adaptiveLifo', lifoAbove: 10 } }, summary: 'In order as long as the queue is short, the newest first once ten wait: fair in peace, useful in an overload.' },
    'short-wait': { title: 'A short wait', kind: 'fixed', params: { bulkhead: { limitWait: true, maxWaitDurationMs: 150 } }, summary: 'Nobody waits longer than 150 ms: what gets in still has the patience to be answered.' },
  },
};
