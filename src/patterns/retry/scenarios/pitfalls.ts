/** Four ways to do harm with a retry, each with the way out. */
import type { LayerSpec, NodeSpec, Scenario } from '../../../kernel/story.ts';
import { callers, link, retry, seconds, service, users, work } from '../topologies.ts';

const TIERS = ['gateway', 'orders', 'stock'] as const;
const next = { gateway: 'orders', orders: 'stock', stock: 'database' } as const;
const shoppers = users('order', { ratePerSecond: 2, target: 'gateway' });
const insistent = { maxAttempts: 4, baseDelayMs: 50, maxDelayMs: 500, perTryTimeout: false, overallDeadline: false, budget: 'none' } as const;
const tierApp = (id: (typeof TIERS)[number]): LayerSpec => ({
  id: `${id}-app`, engine: 'service', params: { concurrency: 1000, queueCapacity: 0, serviceTime: work.constant(5), calls: [{ op: '*', to: next[id] }] },
});
const tierRetry = (id: string, params: Readonly<Record<string, unknown>> = {}): LayerSpec => ({ id: `${id}-retry`, engine: 'retry', params: { ...insistent, ...params } });
const tier = (id: (typeof TIERS)[number], title: string): NodeSpec => ({ id, title, role: id === 'gateway' ? 'gateway' : 'service', stack: [tierApp(id), tierRetry(id)] });
const tenth = { budget: 'requestRatio', budgetRatio: 0.1, budgetMinPerSecond: 0 } as const;
export const layeredRetries: Scenario = {
  title: 'Every layer retries',
  summary: 'Three services in a row, four attempts each, and a database that fails: one order becomes 4 × 4 × 4 = 64 queries.',
  seed: 5, durationMs: seconds(60), openAtMs: seconds(19), speed: 0.5,
  measure: { fromMs: seconds(25), untilMs: seconds(45), label: 'while the database fails' },
  nodes: [
    callers([shoppers]), tier('gateway', 'Gateway'), tier('orders', 'Orders'), tier('stock', 'Stock'),
    service('database', 'Database', { concurrency: 100, queueCapacity: 1000, serviceTime: work.constant(5) }),
  ],
  links: [link('callers', 'gateway', 20), link('gateway', 'orders', 10), link('orders', 'stock', 10), link('stock', 'database', 10)],
  faults: [{ kind: 'errors', node: 'database', ratio: 1, fromMs: seconds(20), untilMs: seconds(45) }],
  headlines: [
    { label: 'Queries at the database', metric: 'stock>database.requests', unit: 'count', better: 'lower' },
    { label: 'Orders sent', metric: 'callers.offered', unit: 'count', better: 'higher' },
    { label: 'Time to the bad news, p50', metric: 'callers.p50Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'stock>database.requests', better: 'without', worse: 'layered', wants: 'lower', factor: 45 },
    { metric: 'stock>database.requests', better: 'with', worse: 'layered', wants: 'lower', factor: 12 },
    { metric: 'stock>database.requests', better: 'budgets', worse: 'layered', wants: 'lower', factor: 20 },
  ],
  opensWith: 'layered',
  variants: {
    without: { title: 'No retry', kind: 'without', stacks: Object.fromEntries(TIERS.map((id) => [id, [tierApp(id)]])), summary: 'One order, one query, one error.' },
    layered: { title: 'Retry at all three', kind: 'pitfall', summary: 'Each layer takes the failure of the one below for a blip and asks it four times: 64 queries an order.' },
    with: { title: 'Only next to the database', kind: 'fixed', stacks: { gateway: [tierApp('gateway')], orders: [tierApp('orders')] }, summary: 'One layer retries, the one that knows what failed; the others pass the error on. Four queries an order.' },
    budgets: {
      title: 'A budget at each', kind: 'fixed', params: Object.fromEntries(TIERS.map((id) => [`${id}-retry`, tenth])),
      summary: 'With a tenth at every layer it is 1.1 × 1.1 × 1.1: a third more, not sixty-four times as much.',
    },
  },
};

const buyers = (more: Readonly<Record<string, unknown>> = {}): LayerSpec => users('pay', { ratePerSecond: 20, ...more });
const paying = { maxAttempts: 3, perTryTimeoutMs: 400, budget: 'none', idempotency: 'none', nonIdempotent: 'anyway' } as const;
export const doubleCharge: Scenario = {
  title: 'Charged twice',
  summary: 'The charge is made, its answer is lost, the time-out says “failed”. The retry charges again: no retry can tell lost work from a lost answer.',
  seed: 6, durationMs: seconds(60), openAtMs: seconds(19), speed: 0.5,
  measure: { fromMs: seconds(20), untilMs: seconds(50), label: 'while answers are lost' },
  nodes: [callers([buyers(), retry(paying)], 'Checkout'), { id: 'desk', title: 'Payments', role: 'service', stack: [{ id: 'desk-app', engine: 'retry/charge-desk', params: {} }] }],
  links: [link('callers', 'desk', 40)],
  faults: [{ kind: 'dropReplies', from: 'callers', to: 'desk', ratio: 0.1, fromMs: seconds(20), untilMs: seconds(50) }],
  headlines: [
    { label: 'Orders charged again', metric: 'desk-app.note.chargedAgain', unit: 'count', better: 'lower' },
    { label: 'Buyers told “paid”', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Attempts per order', metric: 'callers>desk.amplification', unit: 'factor', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.05 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'careful', wants: 'higher', factor: 1.05 },
    { metric: 'desk-app.note.chargedAgain', better: 'with', worse: 'twice', wants: 'lower', factor: 20 },
  ],
  opensWith: 'twice',
  variants: {
    without: { title: 'No retry', kind: 'without', params: { retry: { maxAttempts: 1 } }, summary: 'One buyer in ten is told “failed” and has paid: the error moves to the buyer, who will press the button again.' },
    twice: { title: 'Retry anyway', kind: 'pitfall', summary: 'Nearly all are told “paid”, and one in ten has paid twice.' },
    careful: { title: 'Never after a time-out', kind: 'with', params: { retry: { nonIdempotent: 'whenRefused' } }, summary: 'Without a key the layer may not repeat what perhaps happened: no double charge, and no help either.' },
    with: {
      title: 'Idempotency key', kind: 'fixed', stacks: { callers: [buyers({ idempotencyKeys: true }), retry({ ...paying, idempotency: 'byKey', nonIdempotent: 'never' })] },
      params: { 'desk-app': { dedup: true } }, summary: 'Every attempt carries the same key; payments knows it and answers without charging.',
    },
  },
};

const mixed = { maxAttempts: 4, baseDelayMs: 50, perTryTimeoutMs: 1000, budget: 'none' } as const;
const good = users('valid', { ratePerSecond: 60 });
const bad = users('malformed', { ratePerSecond: 60 });
export const permanentErrors: Scenario = {
  title: 'Retrying what cannot succeed',
  summary: 'From 10 s on a release sends malformed requests. Each of them is wrong four times instead of once, and the good ones pay for it.',
  seed: 7, durationMs: seconds(35), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(15), untilMs: seconds(35), label: 'after the bad release' },
  nodes: [
    callers([good, retry(mixed)], 'Good callers'),
    { id: 'faulty', title: 'Bad release', role: 'client', stack: [{ ...bad, params: { ...bad.params, startMs: seconds(10) } }, { id: 'faulty-retry', engine: 'retry', params: { ...mixed, retryPermanent: true } }] },
    { id: 'edge', title: 'Edge', role: 'gateway', stack: [{ id: 'edge-app', engine: 'service', params: { concurrency: 10, queueCapacity: 100, serviceTime: work.exponential(50), calls: [{ op: '*', to: 'checker' }] } }] },
    service('checker', 'Checker', { concurrency: 1000, queueCapacity: 0, serviceTime: work.constant(0) }),
  ],
  links: [link('callers', 'edge', 20), link('faulty', 'edge', 20), link('edge', 'checker', 10)],
  faults: [{ kind: 'errors', node: 'checker', op: 'malformed', ratio: 1, outcome: 'permanentError', fromMs: 0 }],
  headlines: [
    { label: 'Goodput of good callers', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Attempts of the bad release', metric: 'faulty>edge.requests', unit: 'count', better: 'lower' },
    { label: 'p99 of good callers', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'faulty>edge.requests', better: 'with', worse: 'all', wants: 'lower', factor: 3 },
    { metric: 'callers.p99Ms', better: 'with', worse: 'all', wants: 'lower', factor: 2.5 },
  ],
  opensWith: 'all',
  variants: {
    without: { title: 'No retry', kind: 'without', params: { retry: { maxAttempts: 1 }, 'faulty-retry': { maxAttempts: 1 } }, summary: 'Each request is tried once, right or wrong.' },
    all: { title: 'Every error is retried', kind: 'pitfall', summary: 'The sketch retries every exception: 60 wrong requests a second become 240, more than the edge can do.' },
    with: { title: 'Only transient errors', kind: 'fixed', params: { 'faulty-retry': { retryPermanent: false } }, summary: 'A request that is wrong is answered once.' },
  },
};

const readers = users('read', { arrivals: 'onOff', ratePerSecond: 80, onMs: 4000, offMs: 4000, offFactor: 0.25 });
const deaf = { maxAttempts: 4, baseDelayMs: 50, jitter: 'full', maxDelayMs: 400, budget: 'none', honourRetryAfter: false, overallDeadlineMs: 10_000 } as const;
export const ignoringRetryAfter: Scenario = {
  title: 'Not heeding Retry-After',
  summary: 'The service takes 60 calls in each second and says when the next one begins. Callers who do not listen have used up their attempts by then.',
  seed: 8, durationMs: seconds(60), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(10), untilMs: seconds(58), label: 'after the warm-up' },
  nodes: [
    callers([readers, retry(deaf)]),
    service('api', 'API', { concurrency: 50, queueCapacity: 100, serviceTime: work.exponential(20) }, [{ id: 'quota', engine: 'retry/plain-quota', params: { limit: 60, windowMs: 1000, penaltyMs: 0 } }]),
  ],
  links: [link('callers', 'api', 20)],
  faults: [],
  headlines: [
    { label: 'Calls that succeed', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Refused by the quota', metric: 'quota.note.overQuota', unit: 'count', better: 'lower' },
    { label: 'Attempts per call', metric: 'callers>api.amplification', unit: 'factor', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodRatio', better: 'with', worse: 'deaf', wants: 'higher', factor: 1.08 },
    { metric: 'quota.note.overQuota', better: 'with', worse: 'deaf', wants: 'lower', factor: 1.25 },
  ],
  opensWith: 'deaf',
  variants: {
    without: { title: 'No retry', kind: 'without', params: { retry: { maxAttempts: 1 } }, summary: 'Whoever comes too early is told so, and that was it.' },
    deaf: { title: 'Own back-off alone', kind: 'pitfall', summary: 'All four attempts fall into the same second, in which none can succeed.' },
    with: { title: 'Retry-After is heeded', kind: 'fixed', params: { retry: { honourRetryAfter: true } }, summary: 'Who is told “in 600 ms” comes back in 600 to 900 ms, when there is quota again; the spread keeps them from coming back together.' },
  },
};
