/** How many permits: too few refuse healthy calls, too many only move the queue; and a limit that finds its size by itself. */
import type { Scenario, Variant } from '../../../kernel/story.ts';
import { bulkhead, callers, link, seconds, service, users, work, type More } from '../topologies.ts';

const steady = users('callers', 'read', { ratePerSecond: 40 });
export const tooSmall: Scenario = {
  title: 'Too small',
  summary: '40 calls a second, 200 ms each: 8 under way on average (Little). Nothing is wrong, and yet five permits refuse half of the calls.',
  seed: 2, durationMs: seconds(60), openAtMs: seconds(5), speed: 1,
  measure: { fromMs: seconds(10), untilMs: seconds(60), label: 'after the warm-up' },
  nodes: [
    callers('callers', 'Callers', [steady, bulkhead({ maxConcurrentCalls: 5 })]),
    service('stock', 'Stock', { concurrency: 50, queueCapacity: 100, serviceTime: work.exponential(180) }),
  ],
  links: [link('callers', 'stock', 10)],
  faults: [],
  headlines: [
    { label: 'Calls that succeed', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Refused', metric: 'bulkhead.note.rejected', unit: 'count', better: 'lower' },
    { label: 'Under way', metric: 'bulkhead.inFlightMean', unit: 'count', better: 'higher' },
  ],
  claims: [
    { metric: 'callers.goodRatio', better: 'with', worse: 'small', wants: 'higher', factor: 1.5 },
    { metric: 'callers.goodRatio', better: 'queue', worse: 'small', wants: 'higher', factor: 1.05 },
  ],
  opensWith: 'small',
  variants: {
    without: { title: 'No bulkhead', kind: 'without', stacks: { callers: [steady] }, summary: 'Stock has room for fifty: every call succeeds.' },
    small: { title: 'Five permits', kind: 'pitfall', summary: 'Calls come by chance: eight on average, and five permits turn many of them away. Erlang’s loss formula says how many.' },
    queue: { title: 'Five permits, 200 ms of waiting', kind: 'pitfall', params: { bulkhead: { queueCapacity: 20, maxWaitDurationMs: 200 } }, summary: 'A queue cannot help where five permits are less than the traffic needs: it adds waiting and refuses nearly as many.' },
    with: { title: 'Sixteen permits', kind: 'fixed', params: { bulkhead: { maxConcurrentCalls: 16 } }, summary: 'Twice what Little asks for: hardly any call finds all permits taken.' },
  },
};

const readers = users('callers', 'read', { ratePerSecond: 75, deadlineMs: 2000 });
/** Less by chance than exponential: nine in ten take between half and twice the mean. */
const steadyWork = (meanMs: number) => ({ kind: 'erlang', k: 4, meanMs }) as const;
/** As most databases: what nobody waits for any more is served all the same. */
const database = (more: More = {}): More => ({ concurrency: 20, queueCapacity: 1000, serviceTime: steadyWork(200), cancelPropagation: false, ...more });
export const tooBig: Scenario = {
  title: 'Too big',
  summary: 'The database works on 20 calls at once. From 20 s on it is twice as slow; 200 permits let 180 calls queue inside it, longer than anybody waits.',
  seed: 3, durationMs: seconds(60), openAtMs: seconds(18), speed: 1,
  measure: { fromMs: seconds(25), untilMs: seconds(45), label: 'while the database is slow' },
  nodes: [
    callers('callers', 'Callers', [readers, bulkhead({ maxConcurrentCalls: 200, heedCancel: false })]),
    service('database', 'Database', database()),
  ],
  links: [link('callers', 'database', 5)],
  faults: [{ kind: 'slow', node: 'database', factor: 2, fromMs: seconds(20), untilMs: seconds(45) }],
  headlines: [
    { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'p99', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Waiting in the database', metric: 'database-app.queueMean', unit: 'count', better: 'lower' },
    { label: 'Work for nobody', metric: 'database.wasted', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'big', wants: 'higher', factor: 5 },
    { metric: 'callers.p99Ms', better: 'with', worse: 'big', wants: 'lower', factor: 1.7 },
    { metric: 'database.wasted', better: 'with', worse: 'without', wants: 'lower', factor: 20 },
    { metric: 'database-app.queueMean', better: 'with', worse: 'big', wants: 'lower', factor: 10 },
  ],
  opensWith: 'big',
  variants: {
    without: { title: 'No bulkhead', kind: 'without', stacks: { callers: [readers] }, summary: 'The queue grows without end, and what is served was given up long ago.' },
    big: { title: '200 permits', kind: 'pitfall', summary: 'Ten times what the database can work on: the queue has only moved downstream, where nobody sees it.' },
    with: { title: '24 permits', kind: 'fixed', params: { bulkhead: { maxConcurrentCalls: 24 } }, summary: 'As many as it works on, and a few more: what is too much is refused in no time, and the rest is served in time.' },
  },
};

const crowd = users('callers', 'read', { ratePerSecond: 100, deadlineMs: 1000 });
const adaptive = (title: string, summary: string, params: More): Variant => ({ title, kind: 'with', summary, params: { bulkhead: { kind: 'adaptive', ...params } } });
export const adaptiveLimit: Scenario = {
  title: 'A limit that finds itself',
  summary: 'At 40 s the database becomes three times slower, for good. Nobody tells the limit; it finds out from the answers.',
  seed: 4, durationMs: seconds(80), openAtMs: seconds(36), speed: 1,
  measure: { fromMs: seconds(50), untilMs: seconds(80), label: 'from ten seconds after the change on' },
  nodes: [
    callers('callers', 'Callers', [crowd, bulkhead({ maxConcurrentCalls: 100, heedCancel: false })]),
    service('database', 'Database', database({ serviceTime: steadyWork(100) })),
  ],
  links: [link('callers', 'database', 5)],
  faults: [{ kind: 'slow', node: 'database', factor: 3, fromMs: seconds(40) }],
  headlines: [
    { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Limit, mean', metric: 'bulkhead.limitMean', unit: 'count', better: 'lower' },
    { label: 'Work for nobody', metric: 'database.wasted', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodputPerSecond', better: 'envoy-gradient', worse: 'static', wants: 'higher', factor: 10 },
    { metric: 'callers.goodputPerSecond', better: 'gradient2', worse: 'static', wants: 'higher', factor: 10 },
    { metric: 'callers.goodputPerSecond', better: 'vegas', worse: 'static', wants: 'higher', factor: 10 },
    { metric: 'callers.goodputPerSecond', better: 'aimd', worse: 'static', wants: 'higher', factor: 10 },
    { metric: 'database.wasted', better: 'vegas', worse: 'without', wants: 'lower', factor: 20 },
  ],
  opensWith: 'envoy-gradient',
  variants: {
    without: { title: 'No bulkhead', kind: 'without', stacks: { callers: [crowd] }, summary: 'A thousand calls wait in the database, and none is answered in time.' },
    static: { title: 'A fixed limit of 100', kind: 'pitfall', summary: 'Right for the fast database, far too many for the slow one: each call waits behind eighty others.' },
    aimd: adaptive('AIMD', 'Grows by one while all is well, and falls by a tenth when answers take more than 600 ms on average: a saw-tooth around what the database can do.', { algorithm: 'aimd', minLimit: 1, maxLimit: 200, rttTimeoutMs: 600, windowed: true, windowMs: 250 }),
    vegas: adaptive('Vegas', 'Compares each quarter second with the shortest there was, and keeps the queue that this tells of between two marks. The first seconds after the change it takes slow for queueing, until a probe puts that right.', { algorithm: 'vegas', minLimit: 1, maxLimit: 200, windowed: true, windowMs: 250, probeMultiplier: 2 }),
    gradient2: adaptive('Gradient2', 'Compares now with the long run: half a second of jump is enough to come down. The long run learns, too, and with it the limit creeps up again.', { algorithm: 'gradient2', minLimit: 5, maxLimit: 200, windowed: true, windowMs: 500, longWindow: 100 }),
    'envoy-gradient': adaptive('Envoy gradient', 'While there is room the limit climbs towards its bound; the first slow half second halves it, and again. Every 20 s it measures anew at three calls at once: a dip each time, the dearer the slower the database.', { algorithm: 'envoyGradient', updateIntervalMs: 500, minRttIntervalMs: 20_000, minRttRequests: 20, maxLimit: 200 }),
  },
};
