/** Settings that do not say what they seem to say. */
import type { Scenario } from '../../../kernel/story.ts';
import { bare, client, gateway, link, seconds, shop, users } from '../topologies.ts';

const roomy = shop({ concurrency: 100, queueCapacity: 1000, serviceTime: { kind: 'exponential', meanMs: 10 } });
const oneNode = [link('g1', 'shop', 5)];
const noLimit = { title: 'No limit', kind: 'without', stacks: bare(['g1']), summary: 'Everything passes; the ledger has nothing to compare.' } as const;

export const hundredAMinute: Scenario = {
  title: '“100 a minute” admits 200',
  summary: 'A bucket of 100 that gains 100 a minute: the whole burst, and then a minute’s worth within the same minute.',
  seed: 8, durationMs: seconds(130), openAtMs: seconds(4), speed: 2,
  measure: { fromMs: 0, untilMs: seconds(130), label: 'over the whole run' },
  nodes: [client('b', 'B', [users('B', { arrivals: 'onOff', startMs: seconds(5), ratePerSecond: 60, onMs: seconds(3), offMs: seconds(200), offFactor: 0.05 })]), gateway('g1', { capacity: 100, ratePerSecond: 100 / 60 }), roomy],
  links: [link('b', 'g1', 20), ...oneNode],
  faults: [],
  headlines: [
    { label: 'Most in any minute', metric: 'ledger.mostInMinute', unit: 'count', better: 'lower' },
    { label: 'Admitted in all', metric: 'ledger.admittedRequests', unit: 'count', better: 'higher' },
  ],
  claims: [{ metric: 'ledger.mostInMinute', better: 'with', worse: 'double', wants: 'lower', factor: 1.6 }],
  opensWith: 'double',
  variants: {
    without: noLimit,
    double: { title: 'One bucket of 100', kind: 'pitfall', summary: 'Any window w admits up to b + r · w: 100 + 100.' },
    with: { title: 'And a smaller one', kind: 'fixed', params: { 'limit-1': { costs: {}, levels: [{ name: 'burst', keyBy: 'client', capacity: 10, ratePerSecond: 100 / 60 }] } }, summary: 'A second bucket of 10 with the same rate: no minute has more than 110, and the burst is ten.' },
  },
};

const patient = { maxAttempts: 6, backoff: 'constant', baseDelayMs: 10, maxDelayMs: 10, jitter: 'none', retryAfterSpread: 0, perTryTimeout: false, overallDeadline: false, budget: 'none' } as const;
const crowd = users('crowd', { arrivals: 'closedLoop', users: 45, thinkTime: { kind: 'exponential', meanMs: 1000 } });
export const allAtOnce: Scenario = {
  title: 'All at the same instant',
  summary: 'Thirty tokens come at once each second, and every refused caller is told to come back exactly then. The shop sees a spike each second.',
  seed: 9, durationMs: seconds(25), openAtMs: seconds(8), speed: 0.3,
  measure: { fromMs: seconds(5), untilMs: seconds(25), label: 'after the warm-up' },
  nodes: [
    client('crowd', '45 callers', [crowd, { id: 'retry', engine: 'retry', params: patient }]),
    gateway('g1', { capacity: 30, ratePerSecond: 30, refill: 'interval', fillMs: 1000, keyBy: 'none', costs: {}, retryAfterJitter: 0 }),
    shop({ concurrency: 3, queueCapacity: 100, serviceTime: { kind: 'exponential', meanMs: 60 } }),
  ],
  links: [link('crowd', 'g1', 20), ...oneNode],
  faults: [],
  headlines: [
    { label: 'Peak at the shop', metric: 'shop.arrivalsPeakPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Queue of the shop', metric: 'shop-app.queueMean', unit: 'count', better: 'lower' },
    { label: 'Peak at the gateway', metric: 'g1.arrivalsPeakPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Served', metric: 'crowd.goodputPerSecond', unit: 'perSecond', better: 'higher' },
  ],
  claims: [
    { metric: 'shop.arrivalsPeakPerSecond', better: 'with', worse: 'spikes', wants: 'lower', factor: 1.5 },
    { metric: 'shop-app.queueMean', better: 'with', worse: 'spikes', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'spikes',
  variants: {
    without: noLimit,
    spikes: { title: 'Fills, and exact Retry-After', kind: 'pitfall', summary: 'Whoever was refused waits for the same fill as all the others.' },
    with: { title: 'Refilled all the time, and spread', kind: 'fixed', params: { 'limit-1': { refill: 'greedy', retryAfterJitter: 1 } }, summary: 'Tokens come one by one, and so do the callers.' },
    wait: { title: 'Waiting instead of refusing', kind: 'fixed', params: { 'limit-1': { refill: 'greedy', action: 'shape', maxWaitMs: 2000 } }, summary: 'The gateway holds the requests and lets one go every 33 ms: no refusal, no retry.' },
  },
};

const small = { capacity: 20, ratePerSecond: 2, maxKeys: 400 } as const;
export const madeUpNames: Scenario = {
  title: 'Made-up names',
  summary: 'X sends a new client id with each request. The gateway believes it, and every new name has a full bucket.',
  seed: 10, durationMs: seconds(30), openAtMs: seconds(1), speed: 0.5,
  measure: { fromMs: seconds(2), untilMs: seconds(30), label: 'after the warm-up' },
  nodes: [
    client('x', 'X', [users('X', { ratePerSecond: 60, entityCount: 1_000_000 })]), client('e', 'E: polite', [users('E', { ratePerSecond: 1 })]),
    gateway('g1', { ...small, identity: 'claimed', eviction: 'leastRecent' }), roomy,
  ],
  links: [link('x', 'g1', 20), link('e', 'g1', 20), ...oneNode],
  faults: [],
  headlines: [
    { label: 'X gets', metric: 'x.goodputPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Keys in memory', metric: 'limit-1.keysMean', unit: 'count', better: 'lower' },
    { label: 'Keys forgotten', metric: 'limit-1.note.keyEvicted', unit: 'count', better: 'lower' },
    { label: 'Above b + r · t', metric: 'ledger.overshoot', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'x.goodputPerSecond', better: 'with', worse: 'claimed', wants: 'lower', factor: 10 },
    { metric: 'limit-1.keysMean', better: 'with', worse: 'claimed', wants: 'lower', factor: 50 },
    { metric: 'limit-1.keysMean', better: 'bounded', worse: 'unbounded', wants: 'lower', factor: 2 },
  ],
  opensWith: 'claimed',
  variants: {
    without: noLimit,
    claimed: { title: 'The name is believed', kind: 'pitfall', summary: 'X is never limited. Memory is bounded by forgetting whoever was away longest.' },
    unbounded: { title: 'Believed, and never forgotten', kind: 'pitfall', params: { 'limit-1': { maxKeys: 1_000_000 } }, summary: 'The same, and the map of buckets grows for as long as X goes on.' },
    bounded: { title: 'Bounded, and forgets only full buckets', kind: 'with', params: { 'limit-1': { eviction: 'whenFull' } }, summary: 'Memory is safe, and no bucket that was in use is renewed. X still passes: each name is used once.' },
    with: { title: 'The name after authentication', kind: 'fixed', params: { 'limit-1': { identity: 'authenticated', eviction: 'whenFull' } }, summary: 'All of X’s requests are X’s: 2 a second, two keys in memory.' },
  },
};

export const clockPutBack: Scenario = {
  title: 'The clock is put back',
  summary: 'At 15 s the gateway’s clock is put back by 20 s. The textbook bucket takes away 200 tokens that it never gave.',
  seed: 11, durationMs: seconds(40), openAtMs: seconds(13), speed: 0.5,
  measure: { fromMs: seconds(15), untilMs: seconds(34), label: 'after the step' },
  nodes: [client('e', 'E: 4/s', [users('E', { arrivals: 'periodic', ratePerSecond: 4 })]), gateway('g1', { capacity: 100, ratePerSecond: 10, clock: 'naive' }), roomy],
  links: [link('e', 'g1', 20), ...oneNode],
  faults: [{ kind: 'clock', node: 'g1', offsetMs: -20_000, fromMs: seconds(15) }],
  headlines: [
    { label: 'E served', metric: 'e.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Refused', metric: 'limit-1.note.limited', unit: 'count', better: 'lower' },
  ],
  claims: [{ metric: 'e.goodRatio', better: 'with', worse: 'naive', wants: 'higher', factor: 1.8 }],
  opensWith: 'naive',
  variants: {
    without: noLimit,
    naive: { title: 'The clock is believed', kind: 'pitfall', summary: '−20 s at 10 a second are −200 tokens: a caller far below his limit is refused for ten seconds.' },
    with: { title: 'Counts as the last time seen', kind: 'fixed', params: { 'limit-1': { clock: 'lastSeen' } }, summary: 'Nothing is taken away. Until the clock has caught up nothing comes either; the hundred tokens last that long.' },
  },
};
