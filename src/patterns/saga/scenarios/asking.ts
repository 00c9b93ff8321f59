/** What callers may ask, what must succeed, and what the sketch makes of odd requests. */
import type { NodeSpec, Scenario } from '../../../kernel/story.ts';
import { orderSteps } from '../sagaTypes.ts';
import { link, orchestrator, seconds, shop, shopLinks, sketchPresets } from '../topologies.ts';

const asking = (id: string, title: string, op: string, params: Readonly<Record<string, unknown>>): NodeSpec => ({
  id, title, role: 'client', stack: [{ id: `${id}-users`, engine: 'client', params: { op, target: 'orders-desk', entityCount: 60, ...params } }],
});
const once = (...atMs: readonly number[]): Readonly<Record<string, unknown>> => ({ arrivals: 'trace', traceMs: atMs });
const gift = (orderSteps as readonly { readonly name: string }[]).filter(({ name }) => name !== 'charge' && name !== 'credit');

export const callItOff: Scenario = {
  title: 'Ask, wait, call it off',
  summary: 'Shoppers start sagas, look how they stand, and change their minds; payment hangs from 10 to 16 s. Too late is a proper answer.',
  seed: 12, durationMs: seconds(28), openAtMs: seconds(8), speed: 0.5,
  measure: { fromMs: seconds(5), untilMs: seconds(28), label: 'all along' },
  nodes: [
    ...shop(orchestrator({ startAnswers: 'accepted', sagaTimeoutMs: 3000, stepTimeoutMs: 3000, isolation: 'commutative' }), 6, {}, { entityCount: 60 }),
    asking('curious', 'Curious', 'saga.status', { ratePerSecond: 4 }), asking('auditors', 'Auditors', 'saga.results', { ratePerSecond: 1 }),
    asking('regretful', 'Regretful', 'saga.abort', { ratePerSecond: 4 }), asking('support', 'Support', 'saga.list', { ratePerSecond: 0.5, payload: { status: 'COMPENSATING' } }),
    asking('architects', 'Architects', 'saga.register', { ...once(2000, 4000), payload: { type: 'gift', steps: gift } }),
    asking('givers', 'Givers', 'saga.start', { ratePerSecond: 1, startMs: 1000, idempotencyKeys: true, payload: { type: 'gift' } }),
    asking('medics', 'Medics', 'saga.retry', { ratePerSecond: 0.2 }),
  ],
  links: [...shopLinks, ...['curious', 'auditors', 'regretful', 'support', 'architects', 'givers', 'medics'].map((id) => link(id, 'orders-desk', 40))],
  faults: [{ kind: 'hang', node: 'payment', fromMs: seconds(10), untilMs: seconds(16) }],
  headlines: [
    { label: 'A start is answered in (p99)', metric: 'shoppers.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Sagas under way', metric: 'orchestrator.openMean', unit: 'count', better: 'lower' },
    { label: 'Called off in time', metric: 'regretful.ok', unit: 'count', better: 'higher' },
  ],
  claims: [{ metric: 'shoppers.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 5 }],
  opensWith: 'with',
  variants: {
    without: { title: 'Wait for the end', kind: 'without', params: { orchestrator: { startAnswers: 'finished' } }, summary: 'The start is answered when the saga has ended, however long that takes.' },
    with: { title: 'Accepted, come back later', kind: 'with', summary: 'The start is answered as soon as it is logged; status, results and calling off are requests of their own.' },
  },
};

export const mustSucceed: Scenario = {
  title: 'Past the pivot there is only forward',
  summary: 'Shipping fails three attempts in ten. The card is charged already: whoever gives up now has sold something that never leaves.',
  seed: 13, durationMs: seconds(36), openAtMs: 0, speed: 0.5,
  measure: { fromMs: seconds(6), untilMs: seconds(36), label: 'all along' },
  nodes: shop(orchestrator(), 5, { shipping: { transientRatio: 0.3 } }),
  links: shopLinks,
  faults: [],
  interventions: [{ atMs: seconds(30), kind: 'control', layer: 'orchestrator', control: 'retryStuck' }],
  headlines: [
    { label: 'Sagas stuck', metric: 'orchestrator.stuckMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Attempts at shipping', metric: 'orders-desk>shipping.requests', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'orchestrator.stuckMean', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'shoppers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.2 },
  ],
  opensWith: 'without',
  variants: {
    without: {
      title: 'One attempt', kind: 'without', params: { orchestrator: { retriableAttempts: 1 } },
      summary: 'A step that must succeed gives up: charged, approved, not shipped. The saga is stuck until a person comes, at 30 s.',
    },
    with: { title: 'Until it succeeds', kind: 'with', summary: 'Retried for ever, with growing waits: 1/(1 − q) attempts on average, here 1.43.' },
  },
};

export const theSketch: Scenario = {
  title: 'The textbook sketch at work',
  summary: 'Requests come twice, some ask for a saga type that does not exist, services answer late or crash. Watch what the sketch calls success.',
  seed: 14, durationMs: seconds(36), openAtMs: 0, speed: 0.5,
  measure: { fromMs: seconds(22), untilMs: seconds(36), label: 'after a while' },
  nodes: [
    ...shop(orchestrator(), 5, { inventory: { refuseRatio: 0.2 } }, { entityCount: 200 }),
    asking('dreamers', 'Dreamers', 'saga.start', { ratePerSecond: 0.5, idempotencyKeys: true, payload: { type: 'moonFlight' } }),
  ],
  links: [...shopLinks, link('dreamers', 'orders-desk', 40)],
  faults: [
    { kind: 'duplicate', from: 'shoppers', to: 'orders-desk', ratio: 0.1, lagMs: 300, fromMs: seconds(5) },
    { kind: 'duplicate', from: 'orders-desk', ratio: 0.1, lagMs: 1500, fromMs: seconds(5) },
    { kind: 'errors', node: 'customer', op: 'releaseCredit', ratio: 0.5, fromMs: seconds(5), untilMs: seconds(22) },
    { kind: 'crash', node: 'orders-desk', fromMs: seconds(15), untilMs: seconds(16) },
  ],
  headlines: [
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Reserved twice (credit)', metric: 'customer-app.doubledMean', unit: 'count', better: 'lower' },
    { label: 'Flights to the moon', metric: 'dreamers.ok', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'customer-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'customer-app.doubledMean', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'dreamers.ok', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
  ],
  opensWith: 'without',
  variants: {
    without: {
      title: 'The sketch', kind: 'without', presets: sketchPresets,
      summary: 'A second start overwrites the first, an unknown type has no steps and so is COMPLETED, a failing undo is skipped, and a crash forgets everything.',
    },
    with: { title: 'Done right', kind: 'with', summary: 'The same requests, faults and services, with a log, inboxes, retries and errors that have a name.' },
  },
};
