/** Work that nobody waits for, and what it does to those who still do. */
import type { LayerSpec, NodeSpec, Scenario } from '../../../kernel/story.ts';
import { app, callers, check, limit, link, node, seconds, users, work } from '../topologies.ts';

/** Ten rows of twenty: 67 reports a second at 300 ms each; while slow, 25. */
const readers = users('report', { ratePerSecond: 40, deadlineMs: 1000 });
const deaf = { mode: 'fixed', hopReserveMs: 0, minUsefulMs: 0, perTry: false, cancelDownstream: false } as const;
const reports = (heeds: boolean): LayerSpec => app('reports', { concurrency: 400, queueCapacity: 400, serviceTime: work.constant(2), calls: [{ op: '*', to: 'archive' }], cancelPropagation: heeds });
const archive = (heeds: boolean): LayerSpec => app('archive', { concurrency: 20, queueCapacity: 2000, serviceTime: work.exponential(300), cancelPropagation: heeds, interruptible: heeds });
export const orphanWork: Scenario = {
  title: 'Five seconds inside one second',
  summary: 'The reader gives up after one second, but the limit one hop further on is five: the archive goes on working for readers who have gone, and so has no time for those who have not.',
  seed: 4, durationMs: seconds(34), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(12), untilMs: seconds(30), label: 'while the archive is slow, and ten seconds after' },
  nodes: [
    callers([readers], 'Readers'),
    node('reports', 'Reports', [check('reports'), reports(true), limit('reports-limit')]),
    node('archive', 'Archive', [check('archive'), archive(true)], 'store'),
  ],
  links: [link('callers', 'reports', 5), link('reports', 'archive', 2)],
  faults: [{ kind: 'slow', node: 'archive', factor: 2.7, fromMs: seconds(10), untilMs: seconds(20) }],
  headlines: [
    { label: 'Reports in time', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Made for nobody', metric: 'archive.wasted', unit: 'count', better: 'lower' },
    { label: 'Threads of Reports in use', metric: 'reports-app.busyMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'archive.wasted', better: 'with', worse: 'longer', wants: 'lower', factor: 5 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'longer', wants: 'higher', factor: 1.5 },
    { metric: 'reports-app.busyMean', better: 'with', worse: 'without', wants: 'lower', factor: 2 },
  ],
  opensWith: 'longer',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: { reports: [reports(false)], archive: [archive(false)] }, summary: 'Every report is made, in the order in which it was asked for, most of them for nobody.' },
    longer: {
      title: '5 s inside 1 s', kind: 'pitfall', stacks: { reports: [reports(false), limit('reports-limit', { ...deaf, totalMs: 5000 })], archive: [archive(false)] },
      summary: 'The inner limit is longer than anybody waits: it never saves a thread, and nobody tells the archive to stop.',
    },
    with: { title: 'The reader’s deadline, sent on', kind: 'fixed', summary: 'The archive knows how long each reader still waits: it drops what is too late and stops what it has begun.' },
  },
};

/** Ten at 50 ms are 200 a second; 160 come; while slow, it can do 80. */
const buyers = users('buy', { ratePerSecond: 160, deadlineMs: 500 });
const shop = (params: Readonly<Record<string, unknown>>): LayerSpec => app('shop', { concurrency: 10, queueCapacity: 5000, serviceTime: work.exponential(50), cancelPropagation: false, ...params });
const told = limit('limit', { totalMs: 500, perTry: false, hopReserveMs: 10 });
const untold = limit('limit', { ...deaf, totalMs: 490 });
export const deadRequests: Scenario = {
  title: 'Serving the dead',
  summary: 'Five slow seconds leave four hundred requests in the queue whose callers have gone. The shop serves them all, in order, and by the time it comes to one that is waited for, that one is dead too.',
  seed: 5, durationMs: seconds(26), openAtMs: seconds(4), speed: 0.5,
  measure: { fromMs: seconds(11), untilMs: seconds(19), label: 'from one second after the slow ones on' },
  nodes: [callers([buyers, told]), node('shop', 'Shop', [check('shop', { minUsefulMs: 5 }), shop({ cancelPropagation: true, interruptible: true })])],
  links: [link('callers', 'shop', 5)],
  faults: [{ kind: 'slow', node: 'shop', factor: 2.5, fromMs: seconds(5), untilMs: seconds(10) }],
  headlines: [
    { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Served for nobody', metric: 'shop.wasted', unit: 'count', better: 'lower' },
    { label: 'Queue, mean', metric: 'shop-app.queueMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 2.5 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'untold', wants: 'higher', factor: 2.5 },
    { metric: 'shop.wasted', better: 'with', worse: 'untold', wants: 'lower', factor: 20 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'at-the-door', wants: 'higher', factor: 2.5 },
  ],
  opensWith: 'untold',
  variants: {
    without: { title: 'No limit but the user’s', kind: 'without', stacks: { callers: [buyers], shop: [shop({})] }, summary: 'Users leave after half a second; the shop does not hear of it.' },
    untold: { title: 'A limit that tells nobody', kind: 'pitfall', stacks: { callers: [buyers, untold], shop: [shop({})] }, summary: 'Callers are freed in time, and the shop works for them all the same: it has capacity for 200 a second, and serves 200 dead a second.' },
    'at-the-door': {
      title: 'Checked at the door alone', kind: 'pitfall', stacks: { shop: [check('shop', { stopAtDeadline: false }), shop({})], callers: [buyers, limit('limit', { totalMs: 500, perTry: false, hopReserveMs: 10, cancelDownstream: false })] },
      summary: 'At the door every request has time; it dies in the queue. The question must be asked again when its turn comes.',
    },
    with: { title: 'Checked, and withdrawn in the queue', kind: 'fixed', summary: 'What nobody waits for leaves the queue by itself: the shop serves only the living, while slow and after.' },
  },
};

const patient = users('order', { ratePerSecond: 20, deadlineMs: 0 });
const hurried = users('order', { ratePerSecond: 20, deadlineMs: 1000 });
const insistent = (id: string, more: Readonly<Record<string, unknown>> = {}): LayerSpec => limit(id, {
  mode: 'fixed', totalMs: 3000, perTryMs: 1000, onTimeout: 'retry', maxRetries: 2, cancelDownstream: false, hopReserveMs: 0, minUsefulMs: 0, ...more,
});
const sharing = { mode: 'propagated', totalMs: 1000, cancelDownstream: true, hopReserveMs: 20, minUsefulMs: 10 } as const;
const step = (id: string, to: string, heeds: boolean): LayerSpec => app(id, { concurrency: 500, queueCapacity: 500, serviceTime: work.constant(3), calls: [{ op: '*', to }], cancelPropagation: heeds });
const database = (heeds: boolean): LayerSpec => app('database', { concurrency: 200, queueCapacity: 1000, serviceTime: work.lognormal(10, 30), cancelPropagation: heeds });
const stages = (heeds: boolean, params: Readonly<Record<string, unknown>>, perTryMs = 1000): readonly NodeSpec[] => [
  node('web', 'Web', [...(heeds ? [check('web')] : []), step('web', 'orders', heeds), insistent('web-limit', params)], 'gateway'),
  node('orders', 'Orders', [...(heeds ? [check('orders')] : []), step('orders', 'database', heeds), insistent('orders-limit', { ...params, perTryMs })]),
  node('database', 'Database', [...(heeds ? [check('database')] : []), database(heeds)], 'store'),
];
const stacksOf = (nodes: readonly NodeSpec[]): Readonly<Record<string, readonly LayerSpec[]>> => Object.fromEntries(nodes.map(({ id, stack }) => [id, stack]));
export const freshTimeouts: Scenario = {
  title: 'Every layer starts its clock anew',
  summary: 'The database is silent for twelve seconds. Each layer tries three times and gives each try a full second of its own: one order becomes eight queries, and the user learns of it after three seconds.',
  seed: 6, durationMs: seconds(30), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(12), untilMs: seconds(21), label: 'while the database is silent' },
  nodes: [callers([hurried]), ...stages(true, sharing, 300)],
  links: [link('callers', 'web', 5), link('web', 'orders', 2), link('orders', 'database', 2)],
  faults: [{ kind: 'hang', node: 'database', fromMs: seconds(10), untilMs: seconds(22) }],
  headlines: [
    { label: 'Queries at the database', metric: 'orders>database.requests', unit: 'count', better: 'lower' },
    { label: 'Orders sent', metric: 'callers.offered', unit: 'count', better: 'higher' },
    { label: 'Time to the bad news, p50', metric: 'callers.p50Ms', unit: 'ms', better: 'lower' },
    { label: 'Threads of Orders in use', metric: 'orders-app.busyMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'orders>database.requests', better: 'with', worse: 'fresh', wants: 'lower', factor: 1.8 },
    { metric: 'callers.p50Ms', better: 'with', worse: 'fresh', wants: 'lower', factor: 2.8 },
    { metric: 'orders-app.busyMean', better: 'with', worse: 'fresh', wants: 'lower', factor: 4 },
    { metric: 'orders>database.requests', better: 'without', worse: 'fresh', wants: 'lower', factor: 5 },
  ],
  opensWith: 'fresh',
  variants: {
    without: { title: 'One second, no retry', kind: 'without', stacks: { callers: [patient], ...stacksOf(stages(false, { totalMs: 1000, onTimeout: 'fail' })) }, summary: 'One order, one query, one bad answer after a second.' },
    fresh: { title: 'Three tries at both, each with its own second', kind: 'pitfall', stacks: { callers: [patient], ...stacksOf(stages(false, {})) }, summary: 'Web gives a try up after one second; Orders, which does not know, goes on for three. The tries of those who have gone pile up.' },
    with: { title: 'One shared deadline', kind: 'fixed', summary: 'Orders still tries three times, but within the one second the user has: no try outlives it, and Web has nothing left to repeat.' },
  },
};
