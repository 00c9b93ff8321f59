/** The flagship, and where between mark, work and acknowledgement a crash may fall. */
import type { Fault } from '../../../kernel/faults.ts';
import type { Scenario } from '../../../kernel/story.ts';
import { BASELINE, both, bothPreset, diesAt, ERROR, linksOf, LOST, nodesOf, ROWS, seconds, TWICE } from '../topologies.ts';

/** A network that doubles and loses, as they do. */
const rough: readonly Fault[] = [
  { kind: 'duplicate', from: 'broker', ratio: 0.03, lagMs: 300, fromMs: 0 },
  { kind: 'dropMessages', to: 'broker', ratio: 0.02, fromMs: 0 },
];
export const credits: Scenario = {
  title: 'Credits over a broker that delivers at least once',
  summary: 'Three in a hundred messages come doubled, two in a hundred acknowledgements are lost; at 30 s a consumer dies after its commit, from 45 s on five seconds of acknowledgements are lost. Watch the balance.',
  seed: 1, durationMs: seconds(70), openAtMs: seconds(28), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(70), label: 'from 5 s on' },
  nodes: nodesOf({ producer: { poisonEvery: 400 } }), links: linksOf(),
  faults: [...rough, diesAt('effectCommitted', 30, 3), { kind: 'dropMessages', from: 'consumer-1', to: 'broker', ratio: 1, fromMs: seconds(45), untilMs: seconds(50) }],
  headlines: [ERROR, TWICE, LOST, ROWS],
  claims: [
    { metric: 'ledger.duplicates', better: 'with', worse: 'without', wants: 'lower', factor: 50 },
    { metric: 'ledger.balanceError', better: 'with', worse: 'without', wants: 'lower', factor: 50 },
  ],
  opensWith: 'with',
  variants: {
    without: { ...BASELINE, summary: 'Every repeat is applied. The sum of the balances moves away from the truth, a credit at a time, and never comes back.' },
    with: { title: 'Inbox', kind: 'with', summary: 'Each message’s id is written with its credit, in one transaction. Repeats find it and are skipped: the difference stays 0.' },
  },
};

export const marking: Scenario = {
  title: 'Mark first, mark last, or both at once',
  summary: 'Consumer 1 dies at 20 s: between mark and work, between effect and mark, or between commit and acknowledgement. Watch what is lost, and what comes twice.',
  seed: 2, durationMs: seconds(40), openAtMs: seconds(18), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(40), label: 'from 5 s on' },
  nodes: nodesOf({ rate: 30 }), links: linksOf(), faults: [diesAt('effectCommitted', 20, 2)],
  headlines: [LOST, TWICE, ERROR],
  claims: [
    { metric: 'ledger.lost', better: 'with', worse: 'mark-first', wants: 'lower', factor: 1.5 },
    { metric: 'ledger.lost', better: 'with', worse: 'eager', wants: 'lower', factor: 1.5 },
    { metric: 'ledger.duplicates', better: 'with', worse: 'mark-after', wants: 'lower', factor: 1.5 },
    { metric: 'ledger.duplicates', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'mark-first',
  variants: {
    without: { ...BASELINE, summary: 'Credited, not acknowledged: it comes again, and is credited again.' },
    'mark-first': { title: 'Marked first', kind: 'pitfall', params: both({ mode: 'markFirst' }), faults: [diesAt('marked', 20, 2)], summary: 'As in the original: marked, then dead before the work. The redelivery finds the mark and is skipped: that credit is lost.' },
    'mark-after': { title: 'Marked afterwards', kind: 'pitfall', presets: bothPreset('markAfter'), summary: 'Credited, then dead before the mark. The redelivery finds no mark: that credit is there twice.' },
    eager: { title: 'Acknowledged on receipt', kind: 'pitfall', presets: bothPreset('eagerAck'), faults: [diesAt('delivered', 20, 2)], summary: 'The broker has been told that all is well. What was in hand will never be delivered again.' },
    with: { title: 'In one transaction', kind: 'with', summary: 'Credit and mark are there together, or neither is. The redelivery is skipped, and acknowledged.' },
  },
};

export const slowWork: Scenario = {
  title: 'Longer than the broker waits',
  summary: 'The work takes 5 s, the broker waits 2 s: every message is delivered again while it is worked on. Watch how often it is done.',
  seed: 4, durationMs: seconds(60), openAtMs: seconds(2), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(60), label: 'from 5 s on' },
  nodes: nodesOf({ rate: 2, broker: { ackTimeoutMs: 2000 }, consumer: { visibilityMs: 2000, workTime: { kind: 'constant', ms: 5000 }, concurrency: 32, serializeBy: 'none' } }), links: linksOf(), faults: [],
  headlines: [TWICE, { label: 'Redeliveries', metric: 'broker-app.note.redelivered', unit: 'count', better: 'lower' }, ERROR],
  claims: [
    { metric: 'ledger.duplicates', better: 'with', worse: 'overtaken', wants: 'lower', factor: 20 },
    { metric: 'ledger.duplicates', better: 'with', worse: 'without', wants: 'lower', factor: 20 },
    { metric: 'broker-app.note.redelivered', better: 'patient', worse: 'with', wants: 'lower', factor: 20 },
  ],
  opensWith: 'overtaken',
  variants: {
    without: { ...BASELINE, summary: 'Each message is worked on three times, and credited three times.' },
    overtaken: { title: 'Looks, works, marks', kind: 'pitfall', presets: bothPreset('markAfter'), summary: 'There is an inbox, and it is asked too early: none of the three deliveries finds a mark, and all three are credited.' },
    with: { title: 'A row that is locked', kind: 'with', summary: 'The first delivery has inserted the row and keeps it by heartbeat; the others find it taken and leave the message alone.' },
    patient: { title: 'The broker waits 30 s', kind: 'fixed', params: { 'broker-app': { ackTimeoutMs: 30_000 }, ...both({ visibilityMs: 30_000, dedupWindowMs: 1_800_000 }) }, summary: 'Waiting longer than any work takes, it has nothing to repeat.' },
  },
};
