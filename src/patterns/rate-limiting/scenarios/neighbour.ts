/** What a limit is for: one who asks for too much must not be everybody's trouble. */
import type { NodeSpec, Scenario } from '../../../kernel/story.ts';
import { api, client, gateway, gatewayApp, limiter, link, seconds, work } from '../topologies.ts';

const CLIENTS = ['steady', 'bursty', 'abuser'] as const;
const clients: readonly NodeSpec[] = [
  client('steady', 'Steady, 5/s', { ratePerSecond: 5, deadlineMs: 5000 }),
  client('bursty', 'Bursty, 200 at a time', { arrivals: 'onOff', ratePerSecond: 200, onMs: 1000, offMs: 19_000, offFactor: 0, deadlineMs: 5000, startMs: seconds(5) }),
  client('abuser', 'Abuser, 100/s', { ratePerSecond: 100, deadlineMs: 5000, startMs: seconds(5) }),
];
const each = { algorithm: 'tokenBucket', key: 'client', capacity: 100, ratePerSecond: 10, windowMs: seconds(10) } as const;
export const noisyNeighbour: Scenario = {
  title: 'A noisy neighbour',
  summary: 'The API can do 60 a second; one client asks for 100. With a bucket for each client the abuser gets 10 a second, and the others do not notice that it is there.',
  seed: 1, durationMs: seconds(60), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(20), untilMs: seconds(60), label: 'after the first burst' },
  nodes: [...clients, gateway('gateway', 'Gateway', [limiter(each)]), api({ concurrency: 6, queueCapacity: 200, serviceTime: work.exponential(100) })],
  links: [...CLIENTS.map((id) => link(id, 'gateway', 20)), link('gateway', 'api', 5)],
  faults: [],
  headlines: [
    { label: 'p99 of the steady client', metric: 'steady.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Steady requests that succeed', metric: 'steady.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Goodput of the abuser', metric: 'abuser.goodputPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Turned away', metric: 'limiter.note.denied', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'steady.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 1.8 },
    { metric: 'steady.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.3 },
    { metric: 'steady.goodRatio', better: 'with', worse: 'one-bucket', wants: 'higher', factor: 4 },
    { metric: 'abuser.goodputPerSecond', better: 'with', worse: 'without', wants: 'lower', factor: 4 },
    { metric: 'steady.p99Ms', better: 'small-burst', worse: 'with', wants: 'lower', factor: 1.8 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: { gateway: [gatewayApp('gateway')] }, summary: 'The queue of the API fills with the abuser’s requests. The steady client waits behind them or finds it full.' },
    with: { title: 'A bucket for each client', kind: 'with', summary: 'From its full bucket the abuser gets 100 and then 10 a second. The steady client is never turned away.' },
    'one-bucket': { title: 'One bucket for all', kind: 'pitfall', params: { limiter: { key: 'global' } }, summary: 'The textbook’s bucket does not look at who asks: the abuser takes every token, and the steady client gets what it gets by luck.' },
    'small-burst': { title: 'Smaller bursts', kind: 'fixed', params: { limiter: { capacity: 20 } }, summary: 'A bucket of 100 lets the bursty client through with 100 at once, and all wait for them. With 20 nobody notices.' },
    log: { title: 'A sliding log instead', kind: 'with', params: { limiter: { algorithm: 'slidingLog', limit: 100 } }, summary: '100 in any ten seconds: the abuser gets its 100 in the first second of ten, then nothing for nine.' },
  },
};
