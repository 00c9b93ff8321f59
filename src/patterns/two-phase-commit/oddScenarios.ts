/** A coordinator that is slow but not dead, and all that can come to a coordinator besides plain transfers. */
import type { Fault } from '../../kernel/faults.ts';
import type { NodeSpec, Scenario } from '../../kernel/story.ts';
import { banks, customers, link, linksFor, office, REPLICATED, replicas, writerLayer } from './topologies.ts';

const seconds = (s: number): number => s * 1000;
const pauses: readonly Fault[] = [8, 16, 24].map((at) => ({ kind: 'pause', node: 'coordinator', fromMs: seconds(at), untilMs: seconds(at + 5) }));

export const slowCoordinator: Scenario = {
  title: 'Slow is not dead',
  summary: 'Three times the coordinator freezes for 5 s and then goes on as if nothing had been. Watch who has made up their mind meanwhile, and whether it agrees.',
  seed: 8, durationMs: seconds(36), openAtMs: seconds(7.5), speed: 0.5,
  measure: { fromMs: seconds(8), untilMs: seconds(36), label: 'from the first pause on' },
  nodes: [customers('customers', 'Customers', 'coordinator', 20, 400), office('coordinator', 'Coordinator', { accounts: 400 }), ...banks(), ...replicas],
  links: [link('customers', 'coordinator', 20), ...linksFor(['coordinator'], { withReplicas: true })],
  faults: pauses,
  headlines: [
    { label: 'Transfers half done', metric: 'ledger.halfDone', unit: 'count', better: 'lower' },
    { label: 'In doubt at bank B (mean)', metric: 'bank-b.inDoubtMean', unit: 'count', better: 'lower' },
    { label: 'Latency, p99', metric: 'customers.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'bank-b.inDoubtMean', better: 'three-phase', worse: 'blocking', wants: 'lower', factor: 1.2 },
    { metric: 'bank-b.inDoubtMean', better: 'with', worse: 'blocking', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'blocking',
  variants: {
    without: { title: 'Without two-phase commit', kind: 'without', stacks: { coordinator: [writerLayer('coordinator', { accounts: 400 })] }, summary: 'This time nothing is lost: it goes on where it was. Nobody has promised anything, so nobody is in doubt.' },
    'three-phase': {
      title: 'Three-phase commit', kind: 'with', params: { coordinator: { protocol: 'threePhase', orphanScan: false } },
      summary: 'The participants take silence for death and finish by themselves. When the coordinator wakes up, it has to accept that.',
    },
    blocking: { title: 'Two phases', kind: 'with', summary: 'Whoever has voted Yes waits until it wakes up. Blocked for five seconds, never wrong.' },
    with: {
      title: 'Decision by majority', kind: 'fixed', params: { coordinator: REPLICATED },
      summary: 'Who is in doubt has the replicas settle it. When the coordinator wakes up and proposes to commit, it hears that it is too late, and aborts.',
    },
    percolator: { title: 'Percolator', kind: 'fixed', presets: { coordinator: 'percolator' }, summary: 'The primary’s lock grows too old and is rolled back. The coordinator wakes up, hears so, and aborts.' },
  },
};

const asking = (id: string, title: string, ratePerSecond: number, payload: unknown): NodeSpec => ({
  id, title, role: 'client', stack: [{ id: `${id}-users`, engine: 'client', params: { op: 'execute', target: 'coordinator', ratePerSecond, payload } }],
});
const reads = [{ kind: 'read', row: 'summary', delta: 0 }];
const sketch = { coordinator: 'original', 'bank-a': 'original', 'bank-b': 'original', ledger: 'original' } as const;

export const requests: Scenario = {
  title: 'Refused, only read, cut short',
  summary: 'Auditors only read, a spender asks for more than there is, a bank dies before its vote, the coordinator while it aborts. Watch what stays locked.',
  seed: 9, durationMs: seconds(36), openAtMs: 0, speed: 0.5,
  measure: { fromMs: seconds(20), untilMs: seconds(36), label: 'when all is calm again' },
  nodes: [
    customers('customers', 'Customers', 'coordinator', 8, 200), asking('auditors', 'Auditors', 2, { participants: ['bank-a', 'bank-b'], data: { 'bank-a': reads, 'bank-b': reads } }),
    asking('spender', 'Spender', 1, { participants: ['bank-b'], data: { 'bank-b': [{ kind: 'account', row: 'spender', delta: -20_000 }] } }),
    office('coordinator', 'Coordinator', { accounts: 200 }), ...banks(),
  ],
  links: [link('customers', 'coordinator', 20), link('auditors', 'coordinator', 20), link('spender', 'coordinator', 20), ...linksFor(['coordinator'])],
  faults: [
    { kind: 'errors', node: 'bank-b', op: 'prepare', ratio: 0.1, fromMs: seconds(2), untilMs: seconds(16) }, { kind: 'errors', node: 'ledger', op: 'commit', ratio: 0.1, fromMs: seconds(2), untilMs: seconds(16) },
    { kind: 'crashAt', node: 'bank-b', note: 'asked', occurrence: 1, fromMs: seconds(7), downMs: 500 }, { kind: 'crashAt', node: 'coordinator', note: 'abortDecided', occurrence: 1, fromMs: seconds(12), downMs: 1000 },
  ],
  headlines: [
    { label: 'Left in doubt for ever', metric: 'ledger.leftInDoubt', unit: 'count', better: 'lower' },
    { label: 'Rows locked at bank A (mean)', metric: 'bank-a.lockedMean', unit: 'count', better: 'lower' },
    { label: 'Transfers that succeed', metric: 'customers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'ledger.leftInDoubt', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'bank-a.lockedMean', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'customers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.1 },
  ],
  opensWith: 'without',
  variants: {
    without: { title: 'The original sketch', kind: 'without', presets: sketch, summary: 'An error ends a transaction on the spot. Whoever had prepared is told nothing, and its rows stay locked for ever.' },
    with: { title: 'Presumed abort', kind: 'with', summary: 'An error counts as No, who only read leaves after phase one, a commit is repeated until it is acknowledged: nothing stays behind.' },
    'presumed-nothing': { title: 'Presumed nothing', kind: 'with', params: { coordinator: { protocol: 'presumedNothing' } }, summary: 'Aborts are logged and acknowledged like commits. After its crash the coordinator finds a beginning without an end, and aborts it.' },
  },
};
