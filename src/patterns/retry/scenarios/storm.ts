/** The famous failure: a storm of retries that outlasts what caused it. */
import type { Intervention } from '../../../kernel/contract.ts';
import type { LayerSpec, Scenario, Variant } from '../../../kernel/story.ts';
import { callers, link, retry, seconds, service, users, work } from '../topologies.ts';

/** λ = 130/s; ten servers of 50 ms can do 200/s; a queue of 150 is 750 ms of work, more than anybody waits. */
const crowd = users('order', { ratePerSecond: 130 });
const naive = {
  maxAttempts: 4, perTryTimeoutMs: 500, overallDeadline: false, backoff: 'none', baseDelayMs: 100, jitter: 'none', budget: 'none', retryThrottled: false,
} as const;
const shop = (queueCapacity: number, more: Readonly<Record<string, unknown>> = {}): LayerSpec => ({
  id: 'shop-app', engine: 'service',
  // As most services: what nobody waits for any more is served all the same.
  params: { concurrency: 10, queueCapacity, serviceTime: work.exponential(50), cancelPropagation: false, ...more },
});
const fullJitter = { backoff: 'exponential', jitter: 'full' } as const;
const withBudget = (title: string, summary: string, params: Readonly<Record<string, unknown>>): Variant => ({ title, kind: 'fixed', summary, params: { retry: { ...fullJitter, ...params } } });

const stormBase = {
  seed: 4, speed: 1,
  nodes: [callers([crowd, retry(naive)]), service('shop', 'Shop', shop(150).params!)],
  links: [link('callers', 'shop', 10)],
  faults: [{ kind: 'slow', node: 'shop', factor: 4, fromMs: seconds(30), untilMs: seconds(40) }],
  headlines: [
    { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Attempts per call', metric: 'callers>shop.amplification', unit: 'factor', better: 'lower' },
    { label: 'Work for nobody', metric: 'shop.wasted', unit: 'count', better: 'lower' },
  ],
} as const;

export const retryStorm: Scenario = {
  ...stormBase,
  title: 'A retry storm that does not end',
  summary: 'The shop is slow for ten seconds. With naive retries it is down for good: four attempts a call keep the queue longer than anybody waits.',
  durationMs: seconds(65), openAtMs: seconds(28),
  measure: { fromMs: seconds(50), untilMs: seconds(60), label: 'from ten seconds after the trigger on' },
  // The other variants are measured over as many seeds in storm.test.ts.
  claims: [
    { metric: 'callers.goodputPerSecond', better: 'without', worse: 'naive', wants: 'higher', factor: 20 },
    { metric: 'callers.goodputPerSecond', better: 'without', worse: 'jitter', wants: 'higher', factor: 20 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'jitter', wants: 'higher', factor: 20 },
    { metric: 'callers.goodputPerSecond', better: 'short-queue', worse: 'naive', wants: 'higher', factor: 20 },
    { metric: 'callers>shop.amplification', better: 'with', worse: 'naive', wants: 'lower', factor: 3 },
  ],
  opensWith: 'naive',
  variants: {
    without: { title: 'No retry', kind: 'without', params: { retry: { maxAttempts: 1 } }, summary: 'Calls fail while the shop is slow; seconds after it, all is well.' },
    naive: { title: 'Four attempts at once', kind: 'pitfall', summary: '130 calls a second become 520 attempts, and the shop can do 200. The trigger goes; the storm stays.' },
    exponential: { title: 'Exponential back-off', kind: 'pitfall', params: { retry: { backoff: 'exponential' } }, summary: 'Waiting longer only moves the same attempts to later: there is no later with less to do.' },
    jitter: { title: 'Back-off and full jitter', kind: 'pitfall', params: { retry: fullJitter }, summary: 'Jitter spreads a herd. Here is no herd but steady overload, and it stays.' },
    'two-attempts': { title: 'Two attempts', kind: 'pitfall', params: { retry: { ...fullJitter, maxAttempts: 2 } }, summary: 'A single retry is enough to stay down: 260 attempts a second are still more than 200.' },
    'drop-expired': {
      title: 'Drop what is too late', kind: 'pitfall', params: { retry: fullJitter, 'shop-app': { dropExpired: 'atHead' } },
      summary: 'The shop throws away what nobody waits for: some goodput, but most of what it serves comes too late on the way back.',
    },
    with: withBudget('Budget of 10 %', 'Retries may be a tenth of the requests (and ten a second): at most 153 attempts a second, so the queue drains.', { budget: 'requestRatio', budgetRatio: 0.1 }),
    'budget-20': withBudget('Budget of 20 %', 'A fifth is still below what the shop can do.', { budget: 'requestRatio', budgetRatio: 0.2 }),
    bucket: withBudget('Earned by successes', 'No success, no retry: while the shop is down the bucket is empty.', { budget: 'successBucket', budgetRatio: 0.1 }),
    envoy: withBudget('Envoy’s budget', 'At most a fifth of the calls under way may be retries.', { budget: 'activePercent' }),
    grpc: withBudget('gRPC’s tokens', 'Failures take tokens, successes give a tenth; below the half nobody retries.', { budget: 'grpc' }),
    aws: withBudget('AWS SDK’s quota', '500 tokens are spent in the first second of trouble; then retries wait for clean successes.', { budget: 'aws' }),
    throttle: {
      title: 'Throttle at the caller', kind: 'fixed', params: { retry: { ...fullJitter, adaptiveThrottle: true, throttleWindowMs: 30_000, throttleMaxRatio: 0.8 } },
      summary: 'Callers drop attempts unsent as long as few are accepted. It sheds first attempts too, keeps one in five to see whether the shop is well, and comes back as its window of 30 s forgets.',
    },
    'short-queue': { title: 'Short queue', kind: 'fixed', params: { 'shop-app': { queueCapacity: 60 } }, summary: 'Sixty waiting calls are 300 ms of work: whoever is let in is served in time, even with naive retries.' },
  },
};

const push: Intervention = { atMs: seconds(30), kind: 'control', layer: 'retry', control: 'push' };
export const correctivePush: Scenario = {
  ...stormBase,
  title: 'Into the storm, and out of it by a push',
  summary: 'Ten slow seconds start a storm of retries that holds itself up after they are over. At 30 s somebody refuses four calls in five for a while, and it is gone.',
  durationMs: seconds(60), openAtMs: seconds(8),
  measure: { fromMs: seconds(40), untilMs: seconds(55), label: 'after the push' },
  faults: [{ kind: 'slow', node: 'shop', factor: 4, fromMs: seconds(10), untilMs: seconds(20) }],
  interventions: [push],
  claims: [
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 20 },
    { metric: 'callers.goodputPerSecond', better: 'budget', worse: 'without', wants: 'higher', factor: 20 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'Nobody pushes', kind: 'without', stacks: { callers: [crowd, { ...retry(naive), id: 'unattended' }] }, summary: 'Nothing changes by itself: this state is as stable as the good one.' },
    with: { title: 'Push at 30 s', kind: 'with', summary: 'At a fifth of the calls even four attempts each are less than the shop can do; the queue drains, and the good state holds again.' },
    budget: {
      title: 'A budget instead', kind: 'fixed', stacks: { callers: [crowd, { ...retry({ ...naive, budget: 'requestRatio' }), id: 'thrifty' }] },
      summary: 'With retries limited to a tenth of the calls nobody has to push: a few seconds after the slow ones all is well.',
    },
  },
};
