/** The same two hundred requests before every algorithm: how many pass within one minute? */
import type { Scenario } from '../../../kernel/story.ts';
import { api, client, gateway, gatewayApp, limiter, link, seconds, work } from '../topologies.ts';

/** A hundred in the last second of the minute, a hundred in the first of the next. */
export const AROUND_THE_MINUTE: readonly number[] = Array.from({ length: 200 }, (_, i) => 59_000 + i * 10);
/** A hundred late in the minute, then one every 600 ms: the counter's worst minute. */
export const WORST_FOR_COUNTER: readonly number[] = [...Array.from({ length: 100 }, (_, i) => 59_500 + i * 5), ...Array.from({ length: 99 }, (_, i) => 60_600 + i * 600)];
const trace = (traceMs: readonly number[]) => client('caller', 'One client', { arrivals: 'trace', traceMs });
const minute = { algorithm: 'fixedWindow', key: 'client', limit: 100, windowMs: 60_000, capacity: 100, ratePerSecond: 100 / 60 } as const;
const common = {
  links: [link('caller', 'gateway', 0), link('gateway', 'api', 5)], faults: [],
  headlines: [
    { label: 'Most in any minute', metric: 'ledger.mostInWindow', unit: 'count', better: 'lower' },
    { label: 'Let through', metric: 'limiter.noteTotal.admitted', unit: 'count', better: 'higher' },
    { label: 'Over the limit', metric: 'ledger.excess', unit: 'count', better: 'lower' },
  ],
} as const satisfies Partial<Scenario>;
const nodes = (traceMs: readonly number[]) => [trace(traceMs), gateway('gateway', 'Gateway', [limiter(minute)]), api({ concurrency: 100, queueCapacity: 100, serviceTime: work.constant(20) })];
const unlimited = { gateway: [{ ...limiter({ ...minute, enforcedRatio: 0 }) }, gatewayApp('gateway')] };

export const duel: Scenario = {
  ...common,
  title: 'A duel of algorithms',
  summary: 'All promise 100 a minute. A hundred come in the last second of a minute, a hundred in the first of the next: the fixed window lets all 200 pass within two seconds.',
  seed: 1, durationMs: seconds(70), openAtMs: seconds(58.5), speed: 0.25,
  measure: { fromMs: seconds(50), untilMs: seconds(70), label: 'around the full minute' },
  nodes: nodes(AROUND_THE_MINUTE),
  claims: [
    { metric: 'ledger.mostInWindow', better: 'log', worse: 'without', wants: 'lower', factor: 1.99 },
    { metric: 'ledger.mostInWindow', better: 'log', worse: 'fixed-window', wants: 'lower', factor: 1.99 },
    { metric: 'ledger.mostInWindow', better: 'counter', worse: 'fixed-window', wants: 'lower', factor: 1.95 },
    { metric: 'ledger.mostInWindow', better: 'bucket', worse: 'fixed-window', wants: 'lower', factor: 1.9 },
  ],
  opensWith: 'fixed-window',
  variants: {
    without: { title: 'Only counted', kind: 'without', stacks: unlimited, summary: 'Nothing is enforced: all 200 pass.' },
    'fixed-window': { title: 'Fixed window', kind: 'pitfall', summary: 'Each minute of the clock has its 100. Around the full minute that is 200 in two seconds.' },
    cycles: { title: 'Cycles', kind: 'pitfall', params: { limiter: { algorithm: 'cycles' } }, summary: 'resilience4j’s cycles begin anew at the same moment: 200 too.' },
    log: { title: 'Sliding log', kind: 'fixed', params: { limiter: { algorithm: 'slidingLog' } }, summary: 'It remembers each request: exactly 100 in any minute. The second hundred is turned away until the first has gone.' },
    counter: { title: 'Sliding counter', kind: 'fixed', params: { limiter: { algorithm: 'slidingCounter' } }, summary: 'Two numbers instead of a hundred: the last minute counts by what of it is still in the window. 101 pass.' },
    segments: { title: 'Window in segments', kind: 'fixed', params: { limiter: { algorithm: 'segmentedWindow' } }, summary: 'Six segments of ten seconds: what was taken comes back a minute after its segment began. 100 pass.' },
    bucket: { title: 'Token bucket', kind: 'fixed', params: { limiter: { algorithm: 'tokenBucket' } }, summary: 'A bucket of 100 that gains 100 a minute: 103 pass in these two seconds, and at most 200 in the worst minute, evenly.' },
    gcra: { title: 'GCRA', kind: 'fixed', params: { limiter: { algorithm: 'gcra' } }, summary: 'The same bucket kept as a single time: the same 103.' },
  },
};

export const counterWorst: Scenario = {
  ...common,
  title: 'The counter’s worst minute',
  summary: 'A hundred late in a minute, then one every 600 ms. The counter believes that the hundred had come evenly: 199 pass within one minute.',
  seed: 1, durationMs: seconds(122), openAtMs: seconds(58.5), speed: 4,
  measure: { fromMs: seconds(50), untilMs: seconds(122), label: 'two minutes' },
  nodes: nodes(WORST_FOR_COUNTER),
  claims: [{ metric: 'ledger.mostInWindow', better: 'log', worse: 'counter', wants: 'lower', factor: 1.98 }],
  opensWith: 'counter',
  variants: {
    without: { title: 'Only counted', kind: 'without', stacks: unlimited, summary: 'All 199 pass.' },
    counter: { title: 'Sliding counter', kind: 'pitfall', params: { limiter: { algorithm: 'slidingCounter' } }, summary: 'As the last minute loses its weight, one hundredth at a time, one more passes each time: 2 · 100 − 1.' },
    log: { title: 'Sliding log', kind: 'fixed', params: { limiter: { algorithm: 'slidingLog' } }, summary: 'The log knows when they came: 100.' },
  },
};
