/** Who is limited, by what name, and what they do when they are: three ways to get it wrong. */
import type { LayerSpec, NodeSpec, Scenario } from '../../../kernel/story.ts';
import { api, client, gateway, gatewayApp, limiter, link, seconds, users, work, type More } from '../topologies.ts';

const roomy = { concurrency: 100, queueCapacity: 200, serviceTime: work.exponential(20) } as const;

const readers = users('callers', { arrivals: 'onOff', ratePerSecond: 80, onMs: 4000, offMs: 4000, offFactor: 0.25, deadlineMs: 10_000 });
const retry = (more: More): LayerSpec => ({
  id: 'retry', engine: 'retry',
  params: { maxAttempts: 4, backoff: 'none', baseDelayMs: 0, maxDelayMs: 0, jitter: 'none', budget: 'none', honourRetryAfter: false, perTryTimeout: false, overallDeadlineMs: 9000, ...more },
});
const callers = (stack: readonly LayerSpec[]): NodeSpec => ({ id: 'callers', title: 'Callers', role: 'client', stack });
export const noBackOff: Scenario = {
  title: 'Refused, and back at once',
  summary: 'Bursts of 80 a second meet a limit of 50. Callers who ask again at once are refused again at once: they triple the load on the gateway and get nothing for it.',
  seed: 5, durationMs: seconds(44), openAtMs: seconds(7.5), speed: 0.5,
  measure: { fromMs: seconds(8), untilMs: seconds(40), label: 'over four bursts' },
  nodes: [
    callers([readers, retry({})]),
    gateway('gateway', 'Gateway', [limiter({ algorithm: 'tokenBucket', key: 'client', capacity: 50, ratePerSecond: 50, windowMs: 1000, headers: 'retryAfter' })]), api(roomy),
  ],
  links: [link('callers', 'gateway', 20), link('gateway', 'api', 5)],
  faults: [],
  headlines: [
    { label: 'Requests at the gateway', metric: 'gateway.arrivals', unit: 'count', better: 'lower' },
    { label: 'Requests that succeed', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Turned away', metric: 'limiter.note.denied', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'limiter.note.denied', better: 'with', worse: 'deaf', wants: 'lower', factor: 1.2 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'deaf', wants: 'higher', factor: 1.05 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.08 },
  ],
  opensWith: 'deaf',
  variants: {
    without: { title: 'Nobody tries again', kind: 'without', stacks: { callers: [readers] }, summary: 'Whoever comes too early is refused, and that was it.' },
    deaf: { title: 'Again at once', kind: 'pitfall', summary: 'Four attempts within 160 ms: the bucket gains eight tokens in that time, and eighty callers want them.' },
    with: { title: 'Retry-After is heeded', kind: 'fixed', params: { retry: { honourRetryAfter: true, retryAfterSpread: 1 } }, summary: 'The refusal says “in a second”; who listens comes back in one to two, spread out, and finds a token.' },
  },
};

const app = (id: string, title: string, ratePerSecond: number) => client(id, title, { ratePerSecond });
const bucket = { algorithm: 'tokenBucket', key: 'client', capacity: 30, ratePerSecond: 10, windowMs: seconds(10) } as const;
export const clockBack: Scenario = {
  title: 'The clock goes back',
  summary: 'At 15 s the gateway’s clock is put back by ten seconds. The textbook’s bucket takes that for minus ten seconds of refill: everybody is turned away, though nobody asks for too much.',
  seed: 6, durationMs: seconds(40), openAtMs: seconds(13.5), speed: 0.5,
  measure: { fromMs: seconds(15), untilMs: seconds(27), label: 'after the clock was put back' },
  nodes: [app('web', 'Web, 5/s', 5), app('mobile', 'Mobile, 8/s', 8), gateway('gateway', 'Gateway', [limiter(bucket)]), api(roomy)],
  links: [link('web', 'gateway', 20), link('mobile', 'gateway', 20), link('gateway', 'api', 5)],
  faults: [{ kind: 'clock', node: 'gateway', offsetMs: -10_000, fromMs: seconds(15) }],
  headlines: [
    { label: 'Goodput of the web', metric: 'web.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Turned away', metric: 'limiter.note.denied', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'limiter.note.denied', better: 'with', worse: 'bucket', wants: 'lower', factor: 10 },
    { metric: 'web.goodputPerSecond', better: 'with', worse: 'bucket', wants: 'higher', factor: 1.8 },
    { metric: 'web.goodputPerSecond', better: 'without', worse: 'gcra', wants: 'higher', factor: 1.5 },
  ],
  opensWith: 'bucket',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: { gateway: [gatewayApp('gateway')] }, summary: 'Nobody looks at the clock.' },
    bucket: { title: 'Textbook bucket', kind: 'pitfall', params: { limiter: { clock: 'wall' } }, summary: 'Minus ten seconds at ten a second are a hundred tokens less: seventy below zero, and seven seconds until the first one.' },
    gcra: { title: 'GCRA, by the time of day', kind: 'pitfall', params: { limiter: { clock: 'wall', algorithm: 'gcra' } }, summary: 'The time at which the bucket would be full lies ten seconds further off: the same drought.' },
    with: { title: 'A clock that never goes back', kind: 'fixed', summary: 'Time that has passed is measured, not read off: nothing happens.' },
  },
};

const office = client('office', 'Office, 40 people, one address', { ratePerSecond: 40, entityCount: 40 });
const scraper = client('scraper', 'Scraper', { ratePerSecond: 60, entityCount: 1 });
const perClient = { algorithm: 'tokenBucket', capacity: 20, ratePerSecond: 5, windowMs: seconds(10) } as const;
export const oneAddress: Scenario = {
  title: 'Forty people behind one address',
  summary: 'A limit of five a second for each address. The office of forty shares one address and is turned away; nobody in it asks for more than one a second.',
  seed: 7, durationMs: seconds(30), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(8), untilMs: seconds(30), label: 'after the first bursts' },
  nodes: [office, scraper, gateway('gateway', 'Gateway', [limiter({ ...perClient, key: 'client' })]), api({ concurrency: 6, queueCapacity: 200, serviceTime: work.exponential(100) })],
  links: [link('office', 'gateway', 20), link('scraper', 'gateway', 20), link('gateway', 'api', 5)],
  faults: [],
  headlines: [
    { label: 'Requests of the office that succeed', metric: 'office.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'p99 of the office', metric: 'office.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Goodput of the scraper', metric: 'scraper.goodputPerSecond', unit: 'perSecond', better: 'lower' },
  ],
  claims: [
    { metric: 'office.goodRatio', better: 'with', worse: 'address', wants: 'higher', factor: 5 },
    { metric: 'office.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'scraper.goodputPerSecond', better: 'with', worse: 'without', wants: 'lower', factor: 4 },
  ],
  opensWith: 'address',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: { gateway: [gatewayApp('gateway')] }, summary: 'The scraper fills the queue, and the office waits in it.' },
    address: { title: 'By address', kind: 'pitfall', summary: 'The office gets as much as one scraper: five a second for forty people.' },
    with: { title: 'By account', kind: 'fixed', params: { limiter: { key: 'entity' } }, summary: 'Each of the forty has a bucket of its own; the scraper, one account, has one too.' },
  },
};
