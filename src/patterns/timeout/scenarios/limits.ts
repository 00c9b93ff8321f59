/** Limits that are wrong: too low for the tail, by the wrong clock, not kept, or without a way to see that nobody is there. */
import type { LayerSpec, Scenario } from '../../../kernel/story.ts';
import { app, callers, check, limit, link, node, seconds, users, work } from '../topologies.ts';

/** LN(20, 0.35) at ten servers: 470 a second; its 90th percentile is 31 ms, its 99.9th 59 ms. */
const crowd = users('quote', { ratePerSecond: 200, deadlineMs: 1000 });
const tries = (params: Readonly<Record<string, unknown>>): readonly LayerSpec[] => [crowd, limit('limit', {
  mode: 'fixed', totalMs: 900, connectMs: 10, hopReserveMs: 0, minUsefulMs: 0, onTimeout: 'retry', maxRetries: 2, cancelDownstream: false, ...params,
})];
const pricing = app('pricing', { concurrency: 10, queueCapacity: 5000, serviceTime: work.lognormal(20, 45.15), cancelPropagation: false });
export const limitTooLow: Scenario = {
  title: 'A limit at the 90th percentile',
  summary: 'With a limit of 31 ms one good call in ten is made again: 11 % more load, which nobody notices. Then work takes 1.7 times as long for three seconds, nearly every call is made three times, and that load keeps it so.',
  seed: 7, durationMs: seconds(17), openAtMs: seconds(5), speed: 0.5,
  measure: { fromMs: seconds(12), untilMs: seconds(17), label: 'from three seconds after the slow ones on' },
  nodes: [callers(tries({ perTryMs: 100, throttle: true })), node('pricing', 'Pricing', [pricing])],
  links: [link('callers', 'pricing', 0)],
  faults: [{ kind: 'slow', node: 'pricing', factor: 1.7, fromMs: seconds(6), untilMs: seconds(9) }],
  headlines: [
    { label: 'Quotes answered', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Requests at Pricing', metric: 'callers>pricing.requests', unit: 'count', better: 'lower' },
    { label: 'Attempts per call', metric: 'callers>pricing.amplification', unit: 'factor', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodRatio', better: 'without', worse: 'low', wants: 'higher', factor: 3 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'low', wants: 'higher', factor: 3 },
    { metric: 'callers>pricing.amplification', better: 'with', worse: 'low', wants: 'lower', factor: 2 },
    { metric: 'callers.goodRatio', better: 'learned', worse: 'low', wants: 'higher', factor: 3 },
  ],
  opensWith: 'low',
  variants: {
    without: { title: 'No limit but the user’s', kind: 'without', stacks: { callers: [crowd] }, summary: 'Three slow seconds, a short queue, and all is well.' },
    low: { title: '31 ms, three tries', kind: 'pitfall', stacks: { callers: tries({ perTryMs: 31 }) }, summary: 'Given up is not gone: Pricing still works on every try. Three tries of each call are 600 a second, and it can do 470.' },
    with: { title: '100 ms, and a retry budget', kind: 'fixed', summary: 'The limit lies beyond the 99.9th percentile, and gRPC’s throttle stops retries while most attempts fail.' },
    learned: { title: 'A learned limit', kind: 'fixed', stacks: { callers: [crowd, limit('limit', { mode: 'adaptive', adaptiveQuantile: 0.999, adaptiveWindow: 1000, adaptiveFloorMs: 20, adaptiveCapMs: 500, hopReserveMs: 0, minUsefulMs: 0, cancelDownstream: false })] },
      summary: 'The limit is the 99.9th percentile of the last thousand calls and moves with them; no call is made twice.' },
  },
};

const askers = users('stock', { ratePerSecond: 40, deadlineMs: 300 });
const door = (reads: 'remaining' | 'absolute'): readonly LayerSpec[] => [check('stock', { reads, minUsefulMs: 5 }), app('stock', { concurrency: 20, queueCapacity: 100, serviceTime: work.lognormal(20, 60) })];
export const skewedClock: Scenario = {
  title: 'A deadline by the wrong clock',
  summary: 'The clock of Stock is put 400 ms forward. A deadline sent as a time of day has then always passed; sent as time left it means what it meant.',
  seed: 8, durationMs: seconds(24), openAtMs: seconds(6), speed: 0.5,
  measure: { fromMs: seconds(9), untilMs: seconds(20), label: 'while the clock is wrong' },
  nodes: [callers([askers, limit('limit', { totalMs: 300, perTry: false, connectMs: 100 })]), node('stock', 'Stock', door('remaining'))],
  links: [link('callers', 'stock', 10)],
  faults: [{ kind: 'clock', node: 'stock', offsetMs: 400, fromMs: seconds(8), untilMs: seconds(20) }],
  headlines: [
    { label: 'Answered in time', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Refused as too late', metric: 'stock-check.note.tooLate', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.goodRatio', better: 'with', worse: 'absolute', wants: 'higher', factor: 20 },
    { metric: 'stock-check.note.tooLate', better: 'with', worse: 'absolute', wants: 'lower', factor: 50 },
  ],
  opensWith: 'absolute',
  variants: {
    without: { title: 'No deadline sent', kind: 'without', stacks: { callers: [askers, limit('limit', { mode: 'fixed', totalMs: 280, perTry: false, connectMs: 100 })] }, summary: 'Who is told nothing cannot be wrong about it, and cannot stop either.' },
    absolute: { title: 'As a time of day', kind: 'pitfall', stacks: { stock: door('absolute') }, summary: 'Every call is refused as too late by a service that is well and idle.' },
    with: { title: 'As time left', kind: 'fixed', summary: 'grpc-timeout carries “280 ms”, not “until 12:00:00.280”: no clock is compared with another.' },
  },
};

const askingNow = users('ask', { ratePerSecond: 10, deadlineMs: 0 });
const sketch = (preset: string, params: Readonly<Record<string, unknown>> = {}): LayerSpec => ({ ...limit('limit', { totalMs: 100, connectMs: 50, ...params }), preset });
const oracle = app('oracle', { concurrency: 50, queueCapacity: 100, serviceTime: { kind: 'bimodal', slowRatio: 0.2, fastMs: 20, slowMs: 1000 }, interruptible: true });
export const notKept: Scenario = {
  title: 'A limit that is not kept',
  summary: 'A tenth of a second is the limit, and one call in five takes a second. The textbook sketch waits for the cancelled work to wind up; around code that cannot be interrupted it does not limit at all.',
  seed: 9, durationMs: seconds(40), openAtMs: seconds(1), speed: 0.25,
  measure: { fromMs: seconds(1), untilMs: seconds(40), label: 'after the first second' },
  nodes: [callers([askingNow, limit('limit', { totalMs: 100, connectMs: 50, perTry: false })]), node('oracle', 'Oracle', [check('oracle'), oracle])],
  links: [link('callers', 'oracle', 5)],
  faults: [],
  headlines: [
    { label: 'p99', metric: 'callers.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Answered after the limit', metric: 'limit.note.answeredLate', unit: 'count', better: 'lower' },
    { label: 'Timed out', metric: 'callers.timeout', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 8 },
    { metric: 'callers.p99Ms', better: 'with', worse: 'cooperative', wants: 'lower', factor: 3 },
    { metric: 'callers.p99Ms', better: 'with', worse: 'blocking', wants: 'lower', factor: 8 },
  ],
  opensWith: 'cooperative',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: { callers: [askingNow] }, summary: 'One caller in five waits a second.' },
    cooperative: { title: 'The sketch', kind: 'pitfall', stacks: { callers: [askingNow, sketch('original')] }, summary: 'The cancelled call takes 300 ms to clean up, and only then is the caller told: 0.1 s becomes 0.4 s.' },
    blocking: { title: 'The sketch around blocking code', kind: 'pitfall', stacks: { callers: [askingNow, sketch('original-blocking')] }, summary: 'Nothing can be interrupted: the answer comes after a second and counts as a success.' },
    fallback: { title: 'At the limit, with something older', kind: 'with', params: { limit: { onTimeout: 'fallback' } }, summary: 'The caller has an answer after a tenth of a second, if not the newest.' },
    with: { title: 'At the limit', kind: 'fixed', summary: 'The caller is answered at 100 ms sharp, whatever becomes of the call.' },
  },
};

const NODES = ['node-1', 'node-2', 'node-3'] as const;
const visitors = users('get', { ratePerSecond: 60, target: 'node-1' });
const trying = (params: Readonly<Record<string, unknown>>): readonly LayerSpec[] => [visitors, limit('limit', { totalMs: 3000, perTryMs: 1000, onTimeout: 'retry', maxRetries: 1, replicas: NODES, hopReserveMs: 0, minUsefulMs: 0, ...params })];
const host = (id: string): readonly LayerSpec[] => [check(id), app(id, { concurrency: 20, queueCapacity: 100, serviceTime: work.lognormal(60, 600) })];
export const nobodyThere: Scenario = {
  title: 'Nobody there',
  summary: 'Node 2 goes dark: it does not refuse, it is silent. A call may take half a second when all is well, so the limit of a try must be long; connecting takes two milliseconds, so its limit can be short.',
  seed: 10, durationMs: seconds(24), openAtMs: seconds(6), speed: 0.5,
  measure: { fromMs: seconds(8), untilMs: seconds(20), label: 'while node 2 is dark' },
  nodes: [callers(trying({ connect: 'whenBroken', connectMs: 50 })), ...NODES.map((id, i) => node(id, `Node ${i + 1}`, host(id)))],
  links: NODES.map((id) => link('callers', id, 1)),
  faults: [{ kind: 'crash', node: 'node-2', refuse: false, fromMs: seconds(8), untilMs: seconds(20) }],
  headlines: [
    { label: 'Latency, mean', metric: 'callers.meanMs', unit: 'ms', better: 'lower' },
    { label: 'p95', metric: 'callers.p95Ms', unit: 'ms', better: 'lower' },
    { label: 'Answered', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'callers.meanMs', better: 'with', worse: 'one-limit', wants: 'lower', factor: 2 },
    { metric: 'callers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.3 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'One try, no second node', kind: 'without', stacks: { callers: trying({ onTimeout: 'fail', connectMs: 250 }) }, summary: 'A third of the calls goes to node 2 and waits three seconds for nothing.' },
    'one-limit': { title: 'One limit for connecting and answering', kind: 'pitfall', stacks: { callers: trying({}) }, summary: 'Each try at node 2 costs the full second that a slow answer may take.' },
    with: { title: 'A limit for connecting', kind: 'with', summary: 'Once a try has had no answer the connection is made anew, and fifty milliseconds tell that nobody is there; the call goes to the next node.' },
  },
};
