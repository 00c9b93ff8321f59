/** What retries are for: errors that are gone the next time. */
import type { Scenario } from '../../../kernel/story.ts';
import { callers, link, retry, seconds, service, users, work } from '../topologies.ts';

const crowd = users('read', { arrivals: 'closedLoop', users: 200, thinkTime: work.exponential(1000) });
export const transientBlips: Scenario = {
  title: 'Transient blips',
  summary: 'One call in ten fails, for no lasting reason. Two more attempts turn 90 % into 99.9 %, for 11 % more load.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(5), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(30), label: 'after the warm-up' },
  nodes: [callers([crowd, retry()], '200 callers'), service('catalog', 'Catalog', { concurrency: 20, queueCapacity: 200, serviceTime: work.exponential(20) })],
  links: [link('callers', 'catalog', 30)],
  faults: [{ kind: 'errors', node: 'catalog', ratio: 0.1, fromMs: 0 }],
  headlines: [
    { label: 'Calls that succeed', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Attempts per call', metric: 'callers>catalog.amplification', unit: 'factor', better: 'lower' },
    { label: 'p99', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.1 },
    { metric: 'callers>catalog.amplification', better: 'without', worse: 'with', wants: 'lower', factor: 1.08 },
    { metric: 'callers.p99Ms', better: 'with', worse: 'original', wants: 'lower', factor: 3 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No retry', kind: 'without', stacks: { callers: [crowd] }, summary: 'One caller in ten sees an error.' },
    with: { title: 'Three attempts', kind: 'with', summary: 'One in a thousand still fails: 0.1 × 0.1 × 0.1. The service bears 1.11 attempts a call.' },
    original: { title: 'The textbook sketch', kind: 'pitfall', presets: { retry: 'original' }, summary: 'The same success, but the unlucky tenth waits a second and more: a wait of 1 s is long where a call takes 80 ms.' },
  },
};

const slowTail = users('read', { ratePerSecond: 100, deadlineMs: 900 });
const hedging = { maxAttempts: 2, maxHedges: 1, hedgeDelayMs: 150, perTryTimeoutMs: 2000 } as const;
export const slowReplica: Scenario = {
  title: 'A slow tail, hedged',
  summary: 'One read in twenty takes a second, and nobody waits longer than 900 ms. Whoever asks again after 150 ms, beside the first, has the answer in a quarter of a second.',
  seed: 2, durationMs: seconds(30), openAtMs: seconds(5), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(30), label: 'after the warm-up' },
  nodes: [
    callers([slowTail, retry(hedging)]),
    service('replicas', 'Replicas', { concurrency: 100, queueCapacity: 200, serviceTime: { kind: 'bimodal', slowRatio: 0.05, fastMs: 40, slowMs: 1000 } }),
  ],
  links: [link('callers', 'replicas', 20)],
  faults: [],
  headlines: [
    { label: 'p99', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Reads that succeed', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Attempts per call', metric: 'callers>replicas.amplification', unit: 'factor', better: 'lower' },
    { label: 'Hedges that won', metric: 'retry.note.hedgeWon', unit: 'count', better: 'higher' },
  ],
  claims: [
    { metric: 'callers.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.03 },
    { metric: 'callers>replicas.amplification', better: 'with', worse: 'eager', wants: 'lower', factor: 1.7 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No hedge', kind: 'without', stacks: { callers: [slowTail, retry({ ...hedging, maxHedges: 0 })] }, summary: 'The slowest twentieth gives up.' },
    with: { title: 'Hedge after 150 ms', kind: 'with', summary: 'Only what is slow already is asked for twice: 5 % more load, and the tail is gone.' },
    eager: {
      title: 'Hedge at once', kind: 'pitfall', params: { retry: { hedgeDelayMs: 1, budget: 'none' } },
      summary: 'Everything is asked for twice: the tail is gone too, for twice the load.',
    },
  },
};
