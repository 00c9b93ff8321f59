/** A limiter on the caller's side: keep to what the other allows instead of being told. And how it goes together with a retry. */
import type { LayerSpec, NodeSpec, Scenario } from '../../../kernel/story.ts';
import { api, limiter, link, seconds, users, work, type More } from '../topologies.ts';

const jobs = users('worker', { arrivals: 'burst', burstAtMs: seconds(2), burstCount: 40, burstEveryMs: seconds(5), deadlineMs: 10_000 });
const worker = (stack: readonly LayerSpec[]): NodeSpec => ({ id: 'worker', title: 'Worker', role: 'client', stack });
const quota = limiter({ algorithm: 'tokenBucket', key: 'client', capacity: 5, ratePerSecond: 10, windowMs: 1000, headers: 'none', policy: 'quota' }, 'quota');
const partner = (before: readonly LayerSpec[] = [quota], more: More = {}): NodeSpec => api({ concurrency: 20, queueCapacity: 50, serviceTime: work.exponential(30), ...more }, 'Partner', before);
const paced = { algorithm: 'leakyQueue', key: 'global', ratePerSecond: 10, maxWaitMs: 5000, maxWaiting: 100, windowMs: 1000, policy: 'pace' } as const;
export const pacing: Scenario = {
  title: 'Keeping to a partner’s quota',
  summary: 'Forty jobs come at once every five seconds; the partner takes five at once and ten a second. Paced at the worker they all succeed, a little later; unpaced most are turned away.',
  seed: 8, durationMs: seconds(32), openAtMs: seconds(1.8), speed: 0.5,
  measure: { fromMs: seconds(1), untilMs: seconds(31), label: 'over six bursts' },
  nodes: [worker([jobs, limiter(paced)]), partner()],
  links: [link('worker', 'api', 20)],
  faults: [],
  headlines: [
    { label: 'Jobs that succeed', metric: 'worker.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Turned away by the partner', metric: 'quota.note.denied', unit: 'count', better: 'lower' },
    { label: 'p99', metric: 'worker.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'worker.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 4 },
    { metric: 'quota.note.denied', better: 'with', worse: 'without', wants: 'lower', factor: 50 },
    { metric: 'worker.goodRatio', better: 'with', worse: 'cycles', wants: 'higher', factor: 1.1 },
    { metric: 'worker.goodRatio', better: 'with', worse: 'impatient', wants: 'higher', factor: 2 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'All at once', kind: 'without', stacks: { worker: [jobs] }, summary: 'Five of forty get in, the rest is told “too many requests”.' },
    with: { title: 'Paced, 100 ms apart', kind: 'with', summary: 'One every 100 ms: the partner never says no, and the last of forty starts after 3.9 s.' },
    cycles: { title: 'Cycles of a second', kind: 'pitfall', params: { limiter: { algorithm: 'cycles', limit: 10 } }, summary: 'Ten at the beginning of each second are ten a second too, but the partner takes only five at once.' },
    impatient: { title: 'Half a second of patience', kind: 'pitfall', params: { limiter: { maxWaitMs: 500 } }, summary: 'Sentinel’s 500 ms: six of forty find a place in time.' },
    bucket: { title: 'The partner’s own bucket', kind: 'with', params: { limiter: { algorithm: 'tokenBucket', capacity: 5 } }, summary: 'The same bucket as the partner’s: five at once, then one every 100 ms. But 20 ms of way that vary would break it.' },
  },
};

const retry = (id: string, more: More = {}): LayerSpec => ({
  id, engine: 'retry',
  params: { maxAttempts: 3, baseDelayMs: 100, maxDelayMs: 400, budget: 'none', perTryTimeout: false, overallDeadlineMs: 8000, retryThrottled: false, retryPermanent: false, ...more },
});
const steady = users('worker', { ratePerSecond: 5.5, deadlineMs: 9000 });
const own = { ...paced, maxWaitMs: 4000 } as const;
export const wrongOrder: Scenario = {
  title: 'Retries that are not counted',
  summary: 'The partner allows ten calls a second. With the worker’s limiter outside the retry it counts calls, not attempts: when the partner fails in two of five, retries come on top, and the partner turns the worker away.',
  seed: 9, durationMs: seconds(62), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(2), untilMs: seconds(60), label: 'over 58 s' },
  nodes: [worker([steady, retry('retry'), limiter(own)]), partner([limiter({ algorithm: 'tokenBucket', key: 'client', capacity: 2, ratePerSecond: 10, windowMs: 1000, headers: 'none', policy: 'quota' }, 'quota')], { failRatio: 0.4 })],
  links: [link('worker', 'api', 20)],
  faults: [],
  headlines: [
    { label: 'Turned away by the partner', metric: 'quota.note.denied', unit: 'count', better: 'lower' },
    { label: 'Calls that succeed', metric: 'worker.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Attempts at the partner', metric: 'worker>api.requests', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'quota.note.denied', better: 'with', worse: 'outside', wants: 'lower', factor: 10 },
    { metric: 'worker.goodRatio', better: 'with', worse: 'outside', wants: 'higher', factor: 1.05 },
    { metric: 'worker.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.05 },
  ],
  opensWith: 'outside',
  variants: {
    without: { title: 'No limiter of one’s own', kind: 'without', stacks: { worker: [steady, retry('retry')] }, summary: 'Every attempt goes out when it likes; the partner says “too many” to whoever comes too close behind another.' },
    outside: { title: 'Limiter outside the retry', kind: 'pitfall', stacks: { worker: [steady, limiter(own, 'outer'), retry('retry')] }, summary: 'The limiter spaces the calls, 100 ms apart. What the retry makes of them it does not see, and the partner refuses it.' },
    with: { title: 'Limiter inside the retry', kind: 'fixed', summary: 'Each attempt takes its own turn: the partner never sees two closer than 100 ms, whatever fails.' },
  },
};

const cold = { concurrency: 10, queueCapacity: 60, serviceTime: work.exponential(100) } as const;
const crowd = users('worker', { ratePerSecond: 90, startMs: seconds(5), deadlineMs: 2000 });
const steadyLimit = { algorithm: 'leakyQueue', key: 'global', ratePerSecond: 90, maxWaitMs: 300, maxWaiting: 60, windowMs: 1000 } as const;
export const coldStart: Scenario = {
  title: 'A cold start',
  summary: 'At 5 s the traffic comes all at once, and for ten seconds the API, its caches cold, takes three times as long. A limit that begins at a third and rises lets it warm up without a queue.',
  seed: 10, durationMs: seconds(30), openAtMs: seconds(4.5), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(15), label: 'while the caches are cold' },
  nodes: [worker([crowd]), api(cold, 'API', [limiter({ ...steadyLimit, algorithm: 'warmUp', warmUpMs: 10_000, coldFactor: 3 })])],
  links: [link('worker', 'api', 20)],
  faults: [{ kind: 'slow', node: 'api', factor: 3, fromMs: 0, untilMs: seconds(11) }, { kind: 'slow', node: 'api', factor: 1.4, fromMs: seconds(11), untilMs: seconds(15) }],
  headlines: [
    { label: 'p95', metric: 'worker.p95Ms', unit: 'ms', better: 'lower' },
    { label: 'Goodput', metric: 'worker.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Queue of the API', metric: 'api-app.queueMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'api-app.queueMean', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
    { metric: 'api-app.queueMean', better: 'with', worse: 'constant', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: { api: [{ id: 'api-app', engine: 'service', params: cold }] }, summary: 'Ninety a second for an API that can do thirty-three: its queue is full within a second.' },
    constant: { title: 'A constant rate', kind: 'pitfall', params: { limiter: steadyLimit }, summary: 'Ninety a second is right for the warm API and far too much for the cold one.' },
    with: { title: 'Warm-up over ten seconds', kind: 'with', summary: 'It begins at thirty a second and rises as the caches fill; what is too much waits a moment or is turned away at the door.' },
  },
};
