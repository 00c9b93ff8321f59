/** One limit on three nodes: what goes wrong between them, each with its ways out. */
import type { Scenario } from '../../../kernel/story.ts';
import { balancer, bare, client, gateway, link, NODES, onAll, quotaStore, seconds, shop, toStore, trunk, users, type More } from '../topologies.ts';

const LIMIT = { capacity: 40, ratePerSecond: 12, store: 'store' } as const;
const roomy = shop({ concurrency: 100, queueCapacity: 1000, serviceTime: { kind: 'exponential', meanMs: 10 } });
const noLimit = { title: 'No limit', kind: 'without', stacks: bare(), summary: 'Everything passes; the ledger has nothing to compare.' } as const;
const tooMuch = [
  { label: 'Above b + r · t', metric: 'ledger.overshoot', unit: 'count', better: 'lower' },
  { label: 'Tokens too much', metric: 'ledger.tooMuch', unit: 'count', better: 'lower' },
  { label: 'C gets', metric: 'c.goodputPerSecond', unit: 'perSecond', better: 'lower' },
] as const;
const nodesFor = (params: More, calls: More) => [
  client('c', 'C', [users('C', calls)]), client('e', 'E: polite', [users('E', { ratePerSecond: 5 })]), balancer(), ...NODES.map((node) => gateway(node, { ...LIMIT, ...params })), quotaStore(), roomy,
];
const links = [link('c', 'balancer', 20), link('e', 'balancer', 20), ...trunk()];
const pure = { durationMs: seconds(32), openAtMs: seconds(2), speed: 0.5, measure: { fromMs: 0, untilMs: seconds(32), label: 'over the whole run' }, faults: [], links } as const;

export const perNodeLimits: Scenario = {
  ...pure, seed: 4, title: 'Three nodes, three times the limit',
  summary: 'C may have 12 a second and asks for 60. Each of three gateways keeps a bucket of its own: C gets 36, and three bursts.',
  nodes: nodesFor({ topology: 'perNode' }, { ratePerSecond: 60 }),
  headlines: [...tooMuch, { label: 'E served', metric: 'e.goodRatio', unit: 'ratio', better: 'higher' }],
  claims: [
    { metric: 'ledger.overshoot', better: 'central', worse: 'each', wants: 'lower', factor: 100 },
    { metric: 'ledger.overshoot', better: 'split', worse: 'each', wants: 'lower', factor: 100 },
    { metric: 'ledger.overshoot', better: 'lease', worse: 'each', wants: 'lower', factor: 30 },
    { metric: 'c.goodputPerSecond', better: 'central', worse: 'each', wants: 'lower', factor: 2.5 },
    { metric: 'store.arrivals', better: 'lease', worse: 'central', wants: 'lower', factor: 1.3 },
  ],
  opensWith: 'each',
  variants: {
    without: noLimit,
    each: { title: 'Each on its own', kind: 'pitfall', summary: 'Three full bursts, three times the rate: 3 · (b + r · t).' },
    central: { title: 'One bucket in the store', kind: 'fixed', params: onAll({ topology: 'central' }), summary: 'Exact to the token, for a round trip of 2 ms for each request.' },
    split: { title: 'A third each', kind: 'fixed', params: onAll({ split: true }), summary: 'No store needed, exact in sum. It is fair because the balancer spreads evenly; behind sticky sessions it would not be.' },
    lease: { title: 'Leased in chunks of 4', kind: 'fixed', params: onAll({ topology: 'quotaLease', leaseTokens: 4 }), summary: 'Fewer questions to the store while tokens last; what one node has fetched, another cannot spend.' },
  },
};

export const slowSync: Scenario = {
  ...pure, seed: 5, title: 'Set right once a second',
  summary: 'The nodes decide alone and report once a second. In that second each of them spends the same tokens.',
  nodes: nodesFor({ topology: 'syncEvery', syncMs: 1000 }, { arrivals: 'onOff', ratePerSecond: 100, onMs: 2000, offMs: 6000 }),
  headlines: tooMuch,
  claims: [
    { metric: 'ledger.tooMuch', better: 'fast', worse: 'slow', wants: 'lower', factor: 2 },
    { metric: 'ledger.overshoot', better: 'lease', worse: 'slow', wants: 'lower', factor: 4 },
    { metric: 'ledger.overshoot', better: 'central', worse: 'slow', wants: 'lower', factor: 20 },
  ],
  opensWith: 'slow',
  variants: {
    without: noLimit,
    slow: { title: 'Every second', kind: 'pitfall', summary: 'At the start of each burst all three nodes believe that 40 tokens are there. The store is in debt afterwards, and C pays it back by waiting.' },
    fast: { title: 'Every 100 ms', kind: 'fixed', params: onAll({ syncMs: 100 }), summary: 'Ten times as many reports, and a burst has a tenth of the time to be counted thrice.' },
    lease: { title: 'Leased in chunks of 4', kind: 'fixed', params: onAll({ topology: 'quotaLease', leaseTokens: 4 }), summary: 'Tokens are paid for before they are spent: the error is at most a chunk for each node.' },
    central: { title: 'One bucket in the store', kind: 'with', params: onAll({ topology: 'central' }), summary: 'No error, and a round trip for each request.' },
  },
};

export const storeOutage: Scenario = {
  ...pure, seed: 6, title: 'The store is away',
  summary: 'From 10 to 30 s nobody reaches the quota store. Open is a flood, closed is an outage; own shares are neither.',
  measure: { fromMs: seconds(12), untilMs: seconds(30), label: 'while the store is away' }, openAtMs: seconds(9),
  faults: [{ kind: 'partition', groupA: ['g1', 'g2', 'g3'], groupB: ['store'], fromMs: seconds(10), untilMs: seconds(30) }],
  nodes: [
    client('c', 'C', [users('C', { ratePerSecond: 80, deadlineMs: 2000 })]), client('e', 'E: polite', [users('E', { ratePerSecond: 5, deadlineMs: 2000 })]), balancer(),
    ...NODES.map((node) => gateway(node, { ...LIMIT, topology: 'central' })), quotaStore(),
    shop({ concurrency: 4, queueCapacity: 120, serviceTime: { kind: 'exponential', meanMs: 100 } }),
  ],
  headlines: [
    { label: 'E served', metric: 'e.goodRatio', unit: 'ratio', better: 'higher' }, { label: 'C gets', metric: 'c.goodputPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'E p99', metric: 'e.p99Ms', unit: 'ms', better: 'lower' }, { label: 'Above b + r · t', metric: 'ledger.overshoot', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'e.goodRatio', better: 'with', worse: 'closed', wants: 'higher', factor: 3 },
    { metric: 'e.goodRatio', better: 'with', worse: 'open', wants: 'higher', factor: 1.3 },
    { metric: 'ledger.overshoot', better: 'with', worse: 'open', wants: 'lower', factor: 5 },
  ],
  opensWith: 'with',
  variants: {
    without: { ...noLimit, summary: 'C fills the queue of the shop, and E waits behind it.' },
    open: { title: 'Open', kind: 'pitfall', params: onAll({ failMode: 'open' }), summary: 'With the store gone there is no limit: C fills the queue of the shop.' },
    closed: { title: 'Closed', kind: 'pitfall', params: onAll({ failMode: 'closed' }), summary: 'The shop is idle and well, and everybody is refused.' },
    with: { title: 'Own shares', kind: 'fixed', summary: 'Each node goes on with a third: b/3 and r/3. C is held to 12 a second, E does not notice.' },
  },
};

const HARD = { capacity: 100, ratePerSecond: 100, store: 'store', costs: {}, topology: 'central' } as const;
export const lostUpdate: Scenario = {
  ...pure, seed: 7, title: 'Read, decide, write',
  summary: 'The limit is 100 a second, 300 are asked for. The nodes read the bucket, decide, and write it back; what others took in between is forgotten.',
  durationMs: seconds(12), measure: { fromMs: seconds(2), untilMs: seconds(12), label: 'after the first burst' },
  nodes: [client('c', 'C', [users('C', { ratePerSecond: 300 })]), balancer(), ...NODES.map((node) => gateway(node, HARD)), quotaStore(), roomy],
  links: [link('c', 'balancer', 20), ...NODES.flatMap((node) => [link('balancer', node, 1), link(node, 'shop', 5), link(node, 'store', { ...toStore, medianMs: 2.5, p99Ms: 5 } as never)])],
  headlines: [
    { label: 'C gets', metric: 'c.goodputPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Tokens too much', metric: 'ledger.tooMuch', unit: 'count', better: 'lower' },
    { label: 'Writes over others’', metric: 'quota.note.overwritten', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'c.goodputPerSecond', better: 'with', worse: 'race', wants: 'lower', factor: 1.5 },
    { metric: 'ledger.tooMuch', better: 'with', worse: 'race', wants: 'lower', factor: 20 },
  ],
  opensWith: 'race',
  variants: {
    without: noLimit,
    race: { title: 'Read, then write', kind: 'pitfall', params: onAll({ storeOp: 'readThenWrite' }), summary: 'Each write forgets what was taken since its read: the same tokens are spent again and again, and more than 250 a second pass.' },
    with: { title: 'One atomic operation', kind: 'fixed', summary: 'The store asks and takes in one step, as a script in Redis does: 100 a second.' },
  },
};
