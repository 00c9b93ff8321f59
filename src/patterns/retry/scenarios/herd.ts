/** Callers who failed together come back together, unless chance parts them. */
import type { Scenario } from '../../../kernel/story.ts';
import { callers, link, retry, seconds, service, users, work } from '../topologies.ts';

const burst = users('read', { arrivals: 'burst', burstAtMs: seconds(10), burstCount: 500 });
const herdRetry = { maxAttempts: 6, baseDelayMs: 400, maxDelayMs: 6400, jitter: 'none', budget: 'none', overallDeadlineMs: seconds(30), perTryTimeoutMs: 1000 } as const;
export const herd: Scenario = {
  title: 'A herd after a common failure',
  summary: 'Five hundred callers fail at the same instant. Without jitter they come back as one, 0.4, 1.2 and 2.8 s later.',
  seed: 3, durationMs: seconds(30), openAtMs: seconds(9.5), speed: 0.2,
  measure: { fromMs: seconds(10.1), untilMs: seconds(30), label: 'from the first retries on' },
  nodes: [callers([burst, retry(herdRetry)], '500 callers'), service('catalog', 'Catalog', { concurrency: 20, queueCapacity: 60, serviceTime: work.exponential(40) })],
  links: [link('callers', 'catalog', 10)],
  faults: [{ kind: 'errors', node: 'catalog', ratio: 1, fromMs: seconds(9.9), untilMs: seconds(10.3) }],
  headlines: [
    { label: 'Peak at the service', metric: 'catalog.arrivalsPeakPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Calls that succeed', metric: 'callers.ok', unit: 'count', better: 'higher' },
    { label: 'Turned away', metric: 'catalog-app.note.queueFull', unit: 'count', better: 'lower' },
    { label: 'Attempts sent', metric: 'callers>catalog.requests', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'catalog.arrivalsPeakPerSecond', better: 'with', worse: 'together', wants: 'lower', factor: 2 },
    { metric: 'callers.ok', better: 'with', worse: 'without', wants: 'higher', factor: 2 },
    { metric: 'callers.ok', better: 'with', worse: 'together', wants: 'higher', factor: 1.02 },
  ],
  opensWith: 'together',
  variants: {
    without: { title: 'No retry', kind: 'without', stacks: { callers: [burst, retry({ ...herdRetry, maxAttempts: 1 })] }, summary: 'All five hundred fail, and that was it.' },
    together: { title: 'No jitter', kind: 'pitfall', summary: 'Spikes of hundreds at 0.4, 1.2 and 2.8 s: each spike overflows the queue, and what overflows comes back together again.' },
    original: { title: 'Up to 10 % more', kind: 'pitfall', params: { retry: { jitter: 'additive10' } }, summary: 'Ten per cent of chance only blurs the spikes.' },
    with: { title: 'Full jitter', kind: 'fixed', params: { retry: { jitter: 'full' } }, summary: 'Each wait is drawn between nothing and itself: the herd thins out with every round.' },
    equal: { title: 'Equal jitter', kind: 'with', params: { retry: { jitter: 'equal' } }, summary: 'Half the wait for certain, the other half by chance.' },
    decorrelated: { title: 'Decorrelated', kind: 'with', params: { retry: { jitter: 'awsDecorrelated' } }, summary: 'Each wait up to three times the one before.' },
  },
};
