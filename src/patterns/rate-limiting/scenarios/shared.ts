/** One limit, several gateways: what is shared, how, and what happens when it cannot be. */
import type { Scenario } from '../../../kernel/story.ts';
import { fleet, gateStacks, seconds, work } from '../topologies.ts';

const perSecond = { algorithm: 'tokenBucket', key: 'global', capacity: 20, ratePerSecond: 100, windowMs: 1000, scope: 'global', syncMode: 'atomic', store: 'store', storeTimeoutMs: 50, gossipMs: 100 } as const;
const even = { a: 134, b: 133, c: 133 } as const;
const roomy = { concurrency: 400, queueCapacity: 400, serviceTime: work.constant(20) } as const;
const counted = (more: Scenario['headlines']): Scenario['headlines'] => [
  { label: 'Arrive at the API', metric: 'api.arrivals', unit: 'count', better: 'lower' },
  { label: 'Over the limit', metric: 'ledger.excess', unit: 'count', better: 'lower' }, ...more,
];

export const lostCounts: Scenario = {
  ...fleet(perSecond, even, {}, 2.5, roomy),
  title: 'Read, decide, write',
  summary: 'Three gateways share 100 a second; 400 come. Reading the count, deciding and writing it back takes 10 ms, and whoever reads in between undoes what was written: three times the limit passes.',
  seed: 2, durationMs: seconds(14), openAtMs: seconds(3.9), speed: 0.1,
  measure: { fromMs: seconds(4), untilMs: seconds(14), label: 'over 10 s' },
  faults: [],
  headlines: counted([{ label: 'Counts overwritten', metric: 'store-app.note.overwritten', unit: 'count', better: 'lower' }]),
  claims: [
    { metric: 'api.arrivals', better: 'with', worse: 'without', wants: 'lower', factor: 3.5 },
    { metric: 'api.arrivals', better: 'with', worse: 'get-then-set', wants: 'lower', factor: 2 },
    { metric: 'ledger.excess', better: 'with', worse: 'get-then-set', wants: 'lower', factor: 100 },
    { metric: 'store-app.note.overwritten', better: 'with', worse: 'get-then-set', wants: 'lower', factor: 100 },
  ],
  opensWith: 'get-then-set',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: gateStacks(null), summary: 'All 400 a second arrive.' },
    'get-then-set': { title: 'GET, then SET', kind: 'pitfall', stacks: gateStacks({ ...perSecond, syncMode: 'getThenSet' }), summary: 'Several gateways read the same count, each adds one, and one of these ones survives.' },
    with: { title: 'One step at the store', kind: 'fixed', summary: 'A script counts and decides without anybody in between: 100 in each second, for one way there and back.' },
  },
};

const skewed = { a: 140, b: 30, c: 10 } as const;
export const replicas: Scenario = {
  ...fleet(perSecond, skewed, {}, 2.5, roomy),
  title: 'Three gateways, three limits',
  summary: '180 a second come, most of them to one gateway. Each for itself, the gateways let 140 pass where 100 are allowed; with a third each, two have room to spare while the third turns its callers away.',
  seed: 3, durationMs: seconds(14), openAtMs: seconds(3.5), speed: 0.5,
  measure: { fromMs: seconds(4), untilMs: seconds(14), label: 'over 10 s' },
  faults: [],
  headlines: counted([
    { label: 'Goodput of A', metric: 'callers-a.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Goodput of B', metric: 'callers-b.goodputPerSecond', unit: 'perSecond', better: 'higher' },
  ]),
  claims: [
    { metric: 'api.arrivals', better: 'with', worse: 'without', wants: 'lower', factor: 1.6 },
    { metric: 'ledger.excess', better: 'with', worse: 'local', wants: 'lower', factor: 100 },
    { metric: 'api.arrivals', better: 'with', worse: 'local', wants: 'lower', factor: 1.2 },
    { metric: 'callers-a.goodputPerSecond', better: 'with', worse: 'quota', wants: 'higher', factor: 1.6 },
    { metric: 'api.arrivals', better: 'gossip', worse: 'local', wants: 'lower', factor: 1.05 },
  ],
  opensWith: 'local',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: gateStacks(null), summary: 'All 180 a second arrive.' },
    local: { title: 'Each for itself', kind: 'pitfall', stacks: gateStacks({ ...perSecond, scope: 'local' }), summary: 'Every gateway has the whole limit: with R gateways up to R times as much passes.' },
    quota: { title: 'A third each', kind: 'pitfall', stacks: gateStacks({ ...perSecond, syncMode: 'localQuota' }), summary: 'Never more than 100, but A has 33 for 140 callers while B and C use up only 40 of their 67: refused for nothing.' },
    gossip: { title: 'They tell each other', kind: 'fixed', stacks: gateStacks({ ...perSecond, syncMode: 'gossip' }), summary: 'Ten times a second each tells the others what it let through: at most a round too much.' },
    with: { title: 'One count at a store', kind: 'fixed', summary: 'A gets what B and C do not need; together 100.' },
  },
};

const tight = { concurrency: 12, queueCapacity: 100, serviceTime: work.exponential(100) } as const;
const calm = { a: 60, b: 60, c: 60 } as const;
export const storeOutage: Scenario = {
  ...fleet({ ...perSecond, onStoreFailure: 'open' }, calm, { deadlineMs: 800 }, 2.5, tight),
  title: 'The store is gone',
  summary: 'The counts are kept in one place, and from 15 to 30 s it is down. Open floods the API, closed turns everybody away; a count of one’s own is the third way.',
  seed: 4, durationMs: seconds(40), openAtMs: seconds(13), speed: 1,
  measure: { fromMs: seconds(16), untilMs: seconds(30), label: 'while the store is down' },
  faults: [{ kind: 'crash', node: 'store', fromMs: seconds(15), untilMs: seconds(30) }],
  headlines: [
    { label: 'Goodput of A', metric: 'callers-a.goodputPerSecond', unit: 'perSecond', better: 'higher' },
    { label: 'Served for nobody', metric: 'api.wasted', unit: 'count', better: 'lower' },
    { label: 'Turned away by the API', metric: 'api-app.note.queueFull', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'callers-a.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 1.5 },
    { metric: 'callers-a.goodputPerSecond', better: 'with', worse: 'open', wants: 'higher', factor: 1.5 },
    { metric: 'callers-a.goodputPerSecond', better: 'with', worse: 'closed', wants: 'higher', factor: 20 },
  ],
  opensWith: 'open',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: gateStacks(null), summary: '180 a second for an API that can do 120: its queue is full all the time, and what it serves comes late.' },
    open: { title: 'Open', kind: 'pitfall', summary: 'Without the counts all is let through, as Envoy does by default: the flood that the limit was there for.' },
    closed: { title: 'Closed', kind: 'pitfall', stacks: gateStacks({ ...perSecond, onStoreFailure: 'closed' }), summary: 'Nothing is let through: the outage of a counter is the outage of the API.' },
    with: {
      title: 'An equal part each', kind: 'fixed', stacks: gateStacks({ ...perSecond, onStoreFailure: 'local' }),
      summary: 'Meanwhile each gateway counts by itself, for a third of the limit. Together they keep it.',
    },
  },
};
