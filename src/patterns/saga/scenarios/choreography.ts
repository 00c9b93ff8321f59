/** Without anybody in the middle: events, and what happens when one gets lost or never stops. */
import type { Json } from '../../../kernel/contract.ts';
import type { Fault } from '../../../kernel/faults.ts';
import type { NodeSpec, Scenario } from '../../../kernel/story.ts';
import { ALL, broker, choreographed, dance, REACTIONS, REFUSALS, seconds, shoppers, subscriptions } from '../topologies.ts';

const apps = (params: Readonly<Record<string, unknown>>): Record<string, Readonly<Record<string, unknown>>> => Object.fromEntries(ALL.map((id) => [`${id}-app`, params]));

/** Between the commit and its event, every tenth order or so. */
const crashes: readonly Fault[] = [10, 25, 40].map((occurrence) => ({ kind: 'crashAt', node: 'order', note: 'committed', fromMs: seconds(5), occurrence, downMs: 500 }) as const);
const bumpy: readonly Fault[] = [
  ...crashes,
  { kind: 'dropRequests', from: 'customer', to: 'broker', op: 'publish', ratio: 0.1, fromMs: seconds(5), untilMs: seconds(22) },
  { kind: 'dropMessages', from: 'customer', to: 'inventory', ratio: 0.1, fromMs: seconds(5), untilMs: seconds(22) },
];
export const lostEvent: Scenario = {
  title: 'An event gets lost',
  summary: 'Each service reacts to the events of the others. From 5 to 22 s some events get lost, and the order service dies between a commit and its event.',
  seed: 10, durationMs: seconds(42), openAtMs: seconds(5), speed: 0.5,
  measure: { fromMs: seconds(30), untilMs: seconds(42), label: 'after the crashes' },
  nodes: [shoppers('order', 4), ...choreographed(ALL), broker()],
  links: dance(),
  faults: bumpy,
  headlines: [
    { label: 'Sagas without an end', metric: 'order-app.openSagasMean', unit: 'count', better: 'lower' },
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'order-app.openSagasMean', better: 'with', worse: 'without', wants: 'lower', factor: 2 },
    { metric: 'order-app.openSagasMean', better: 'with', worse: 'forgetful', wants: 'lower', factor: 1.5 },
    { metric: 'order-app.openSagasMean', better: 'watched', worse: 'forgetful', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'forgetful',
  variants: {
    without: {
      title: 'Straight to the listeners', kind: 'without', params: apps({ broker: '', outbox: false }),
      summary: 'Events are sent once to whoever listens. A listener that is down, or a lost packet, and the saga stands still for ever.',
    },
    forgetful: {
      title: 'Broker, no outbox', kind: 'pitfall', params: apps({ outbox: false }),
      summary: 'The broker delivers until it is acknowledged, but an event that was never published is nobody’s business.',
    },
    with: { title: 'Broker and outbox', kind: 'with', summary: 'The event is part of the commit. After a crash it is published again, and the saga goes on.' },
    watched: {
      title: 'A watchdog', kind: 'fixed', params: { ...apps({ outbox: false }), 'order-app': { outbox: false, watchdogMs: 5000 } },
      summary: 'Where sagas begin somebody looks at the clock and asks payment, which decides: go on, or turn back.',
    },
  },
};

/** Each tells the other, politely, that the stock is back. */
const polite: Readonly<Record<'customer' | 'inventory', Json>> = {
  customer: REACTIONS.customer,
  inventory: [...REACTIONS.inventory, { on: 'creditReleased', step: 'stock', deed: 'undo', emits: 'stockReleased', account: 'item', amount: 'quantity' }],
};
const circle = subscriptions([{ topic: 'creditReleased', to: 'inventory', group: 'inventory:creditReleased' }]);
const ring: readonly NodeSpec[] = choreographed(ALL, { customer: { reactions: polite.customer }, inventory: { reactions: polite.inventory, refuseRatio: 2 * REFUSALS.inventory } });
export const eventCycle: Scenario = {
  title: 'Two services that answer each other',
  summary: 'Inventory was taught to react to released credit, and customers react to released stock. Each answer is the other’s question.',
  seed: 11, durationMs: seconds(24), openAtMs: 0, speed: 0.5,
  measure: { fromMs: seconds(4), untilMs: seconds(24), label: 'all along' },
  nodes: [shoppers('order', 2), ...ring, broker({ subscribers: circle })],
  links: dance(),
  faults: [],
  headlines: [
    { label: 'Deliveries to customers', metric: 'broker>customer.messages', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'broker>customer.messages', better: 'limited', worse: 'without', wants: 'lower', factor: 2 },
    { metric: 'broker>customer.messages', better: 'with', worse: 'limited', wants: 'lower', factor: 1.2 },
  ],
  opensWith: 'without',
  variants: {
    without: { title: 'For ever', kind: 'without', params: apps({ maxHops: 0 }), summary: 'Every refused order starts a conversation that never ends; the traffic grows without bound.' },
    limited: { title: 'A limit on hops', kind: 'fixed', params: apps({ maxHops: 12 }), summary: 'Each event says how many led to it. Past the limit it is stopped, and somebody is told.' },
    with: {
      title: 'No cycle', kind: 'with', params: { 'inventory-app': { reactions: REACTIONS.inventory }, events: { subscribers: subscriptions() } },
      summary: 'Drawn on paper, the circle is seen at once: inventory does not need to hear about credit.',
    },
  },
};

export const eventsTwice: Scenario = {
  title: 'Events come twice, and late',
  summary: 'A broker delivers at least once, sometimes after a pause. First customers, then payment are cut off for four seconds; watch who does what again.',
  seed: 15, durationMs: seconds(36), openAtMs: seconds(7), speed: 0.5,
  measure: { fromMs: seconds(28), untilMs: seconds(36), label: 'when all is calm again' },
  nodes: [
    shoppers('order', 4, { entityCount: 20 }), ...choreographed(ALL, { shipping: { transientRatio: 0.1 } }, { watchdogMs: 3000, expectedMs: 30_000, lockWaitMs: 400 }), broker(),
  ],
  links: dance(),
  faults: [
    { kind: 'duplicate', from: 'broker', ratio: 0.15, lagMs: 400, fromMs: seconds(3) },
    { kind: 'partition', groupA: ['broker'], groupB: ['customer'], fromMs: seconds(8), untilMs: seconds(12) },
    { kind: 'partition', groupA: ['broker'], groupB: ['payment'], fromMs: seconds(16), untilMs: seconds(20) },
  ],
  headlines: [
    { label: 'Reserved twice (credit)', metric: 'customer-app.doubledMean', unit: 'count', better: 'lower' },
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'customer-app.doubledMean', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
  ],
  opensWith: 'without',
  variants: {
    without: {
      title: 'Everything is done each time', kind: 'without', params: apps({ dedupe: false, tombstones: false }),
      summary: 'A second delivery is a second reservation, and an event that comes after its undo is carried out all the same.',
    },
    with: { title: 'Inbox and tombstones', kind: 'with', summary: 'Each saga’s step is done once, and not at all after it has been undone; the same event follows as the first time.' },
    locked: { title: 'With a semantic lock', kind: 'with', params: apps({ writes: 'lock' }), summary: 'A customer’s account is locked while an order is under way; the next order of the same customer waits, and tries again.' },
    reread: { title: 'Reread value', kind: 'with', params: apps({ writes: 'reread' }), summary: 'Nobody waits: who finds the account changed when it is about to write starts over.' },
  },
};
