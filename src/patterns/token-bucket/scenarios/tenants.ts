/** What buckets by client are for: nobody starves because somebody else asks for more. */
import type { Scenario } from '../../../kernel/story.ts';
import { balancer, bare, client, gateway, link, NODES, onAll, quotaStore, seconds, shop, trunk, users } from '../topologies.ts';

const safe = { store: 'store' } as const;
const poor = (params: object): object => ({ ...params, deadlineMs: 2000 });
export const noisyTenant: Scenario = {
  title: 'One tenant takes everything',
  summary: 'Five tenants share 60 requests a second, and C alone asks for 60. Watch the tanks: with a bucket each, only C’s is empty.',
  seed: 1, durationMs: seconds(35), openAtMs: seconds(4), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(35), label: 'after the warm-up' },
  nodes: [
    client('a', 'A: steady 8/s', [users('A', poor({ ratePerSecond: 8 }) as never)]),
    client('b', 'B: 100 every 15 s', [users('B', poor({ arrivals: 'burst', burstAtMs: seconds(5), burstCount: 100, burstEveryMs: seconds(15) }) as never)]),
    client('c', 'C: 60/s', [users('C', poor({ ratePerSecond: 60 }) as never)]),
    client('d', 'D: exports', [users('D', { op: 'export', cost: 20, arrivals: 'periodic', ratePerSecond: 0.2, deadlineMs: 15_000 })]),
    client('e', 'E: polite 5/s', [users('E', poor({ ratePerSecond: 5 }) as never)]),
    balancer(), ...NODES.map((node) => gateway(node, safe, 'safe')), quotaStore(),
    shop({ concurrency: 6, queueCapacity: 120, serviceTime: { kind: 'exponential', meanMs: 100 }, costScalesWork: true, dropExpired: 'atHead' }),
  ],
  links: [...['a', 'b', 'c', 'd', 'e'].map((id) => link(id, 'balancer', 20)), ...trunk()],
  faults: [],
  headlines: [
    { label: 'A served', metric: 'a.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'E served', metric: 'e.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'C gets', metric: 'c.goodputPerSecond', unit: 'perSecond', better: 'lower' },
    { label: 'Jain’s fairness', metric: 'ledger.jain', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'a.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.1 },
    { metric: 'e.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.1 },
    { metric: 'ledger.jain', better: 'with', worse: 'without', wants: 'higher', factor: 1.5 },
    { metric: 'e.goodRatio', better: 'with', worse: 'open', wants: 'higher', factor: 1.2 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'One bucket for all', kind: 'without', params: onAll({ keyBy: 'none', capacity: 120, ratePerSecond: 60, levels: [] }), summary: 'The service is safe, the tenants are not: whoever asks most gets most. C takes about 40 a second, and a third of what A and E ask for is refused.' },
    with: { title: 'A bucket each, and one for all', kind: 'with', summary: 'C gets its 12 a second and no more; A, D and E do not notice it. B’s bursts are cut to 40.' },
    open: { title: 'No limit at all', kind: 'pitfall', stacks: bare(), summary: 'More work comes than the service can do: the queue is full, and everybody’s requests run out of time.' },
    sketch: { title: 'The textbook sketch', kind: 'pitfall', presets: Object.fromEntries(NODES.map((node) => [`limit-${node.slice(1)}`, 'original'])), summary: 'One bucket per node, whatever client_id says: 10 a second on each of three nodes, C has most of it, and more than half of A’s requests are refused.' },
  },
};

const busy = { costs: {}, keyBy: 'client', capacity: 10, ratePerSecond: 6, levels: [{ name: 'tenant', keyBy: 'tenant', capacity: 20, ratePerSecond: 10 }] } as const;
export const insideATenant: Scenario = {
  title: 'Inside a tenant',
  summary: 'Acme may spend 10 a second. Kim’s script asks for 30, and Lee, of the same tenant, is refused, until each user has a smaller bucket within.',
  seed: 2, durationMs: seconds(40), openAtMs: seconds(5), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(40), label: 'after the warm-up' },
  nodes: [
    client('kim', 'Kim: a script', [users('acme/kim', { ratePerSecond: 30 })]), client('lee', 'Lee', [users('acme/lee', { ratePerSecond: 3 })]), client('noa', 'Noa, of Zen', [users('zen/noa', { ratePerSecond: 3 })]),
    gateway('g1', busy), shop({ concurrency: 20, queueCapacity: 100, serviceTime: { kind: 'exponential', meanMs: 20 } }),
  ],
  links: [...['kim', 'lee', 'noa'].map((id) => link(id, 'g1', 20)), link('g1', 'shop', 5)],
  faults: [],
  headlines: [
    { label: 'Lee served', metric: 'lee.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Noa served', metric: 'noa.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Kim gets', metric: 'kim.goodputPerSecond', unit: 'perSecond', better: 'lower' },
  ],
  claims: [{ metric: 'lee.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.7 }],
  opensWith: 'with',
  variants: {
    without: { title: 'A bucket for each tenant', kind: 'without', params: { 'limit-1': { keyBy: 'tenant', capacity: 20, ratePerSecond: 10, levels: [] } }, summary: 'Zen is safe from Acme, but Lee is not safe from Kim.' },
    with: { title: 'Tenant above user', kind: 'with', summary: 'Both buckets must admit. Kim is stopped at 6 a second by her own, and leaves 4 to Lee.' },
    unbounded: { title: 'A bucket for each user alone', kind: 'pitfall', params: { 'limit-1': { levels: [] } }, summary: 'Lee is well, and with every new user Acme gets more: nothing bounds the tenant.' },
  },
};

const bursts = { arrivals: 'burst', burstAtMs: seconds(2), burstCount: 60, burstEveryMs: seconds(8) } as const;
export const smoothed: Scenario = {
  title: 'Refuse a burst, or let it wait',
  summary: 'Sixty requests come at once every 8 s; the bucket holds ten. Refused, fifty are lost; waiting, the last is served after 2.5 s.',
  seed: 3, durationMs: seconds(40), openAtMs: seconds(1.5), speed: 0.3,
  measure: { fromMs: seconds(1), untilMs: seconds(40), label: 'over five bursts' },
  nodes: [
    client('batch', 'Batch', [users('batch', bursts)]), gateway('g1', { capacity: 10, ratePerSecond: 20, costs: {}, action: 'shape', maxWaitMs: 3000 }),
    shop({ concurrency: 3, queueCapacity: 20, serviceTime: { kind: 'constant', ms: 40 } }),
  ],
  links: [link('batch', 'g1', 20), link('g1', 'shop', 5)],
  faults: [],
  headlines: [
    { label: 'Served', metric: 'batch.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'p99', metric: 'batch.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Turned away by the shop', metric: 'shop-app.note.queueFull', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'batch.goodRatio', better: 'with', worse: 'police', wants: 'higher', factor: 4 },
    { metric: 'batch.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 2 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No limit', kind: 'without', stacks: bare(['g1']), summary: 'The shop can hold 23 of the sixty; the rest it turns away.' },
    police: { title: 'Refuse', kind: 'with', params: { 'limit-1': { action: 'police' } }, summary: 'Ten pass, fifty are refused: right for callers who can come back.' },
    with: { title: 'Wait for tokens', kind: 'with', summary: 'Ten pass at once, the rest one every 50 ms: the same bucket, and nobody is lost.' },
  },
};
