/** What can go wrong with undoing, and with giving up. */
import type { Scenario } from '../../../kernel/story.ts';
import { chainOfCalls, orchestrator, seconds, shop, shopLinks, sketchPresets } from '../topologies.ts';
import { authoriseSteps, chargeFirstSteps } from '../sagaTypes.ts';

export const compensationFails: Scenario = {
  title: 'The compensation fails',
  summary: 'From 8 to 23 s credit cannot be given back. Watch what becomes of the orders that have to be undone in that time.',
  seed: 2, durationMs: seconds(45), openAtMs: seconds(7), speed: 1,
  measure: { fromMs: seconds(36), untilMs: seconds(45), label: 'long after the repair' },
  nodes: shop(orchestrator(), 5, { inventory: { refuseRatio: 0.25 } }),
  links: shopLinks,
  faults: [{ kind: 'errors', node: 'customer', op: 'releaseCredit', ratio: 1, fromMs: seconds(8), untilMs: seconds(23) }],
  interventions: [{ atMs: seconds(30), kind: 'control', layer: 'orchestrator', control: 'retryStuck' }],
  headlines: [
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Sagas stuck', metric: 'orchestrator.stuckMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'customer-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'customer-app.pendingMean', better: 'operator', worse: 'without', wants: 'lower', factor: 5 },
  ],
  opensWith: 'without',
  variants: {
    without: {
      title: 'Skipped, as in the sketch', kind: 'without', presets: sketchPresets,
      summary: 'A failing compensation is printed and skipped. The credit is gone, and the status FAILED is the same as after a clean undo.',
    },
    with: { title: 'Tried again', kind: 'with', summary: 'Ten attempts with growing waits outlast the outage; nothing is left behind.' },
    operator: {
      title: 'Stuck, then a person', kind: 'fixed', params: { orchestrator: { compensationAttempts: 3 } },
      summary: 'After three attempts a saga is STUCK: on a list, with an alert. At 30 s an operator has them all tried again.',
    },
  },
};

export const timeoutAfterCommit: Scenario = {
  title: 'Time-out after the commit',
  summary: 'Payment authorises the card, but three answers in ten get lost on the way back. Charged or not? Nobody at the desk knows.',
  seed: 3, durationMs: seconds(36), openAtMs: seconds(7), speed: 0.5,
  measure: { fromMs: seconds(14), untilMs: seconds(36), label: 'while answers get lost' },
  nodes: shop(orchestrator({ sagas: { order: authoriseSteps }, stepAttempts: 1 }), 5),
  links: shopLinks,
  faults: [{ kind: 'dropReplies', from: 'orders-desk', to: 'payment', op: 'authoriseCard', ratio: 0.3, fromMs: seconds(8) }],
  headlines: [
    { label: 'Money held for nothing', metric: 'payment-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Money taken twice', metric: 'payment-app.doubledMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'payment-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'payment-app.doubledMean', better: 'again', worse: 'twice', wants: 'lower', factor: 10 },
    { metric: 'shoppers.goodRatio', better: 'ask', worse: 'with', wants: 'higher', factor: 1.2 },
    { metric: 'shoppers.goodRatio', better: 'again', worse: 'with', wants: 'higher', factor: 1.2 },
  ],
  opensWith: 'without',
  variants: {
    without: {
      title: 'No answer means no', kind: 'without', params: { orchestrator: { onUnknown: 'ignore' } },
      summary: 'The step that timed out counts as not done, so it is not undone: the order is called off, the money stays blocked.',
    },
    twice: {
      title: 'Just try again', kind: 'pitfall', params: { orchestrator: { stepAttempts: 3 }, 'payment-app': { dedupe: false } },
      summary: 'The command is sent again to a service that does not recognise it: the card is charged twice.',
    },
    with: { title: 'Undo it too', kind: 'with', summary: 'What may have been done is undone like what was. Undoing what was not done changes nothing.' },
    ask: {
      title: 'Ask what became of it', kind: 'fixed', params: { orchestrator: { onUnknown: 'queryStatus' } },
      summary: 'The desk asks payment. What is done stands and the order goes on; what is not done is fenced off, so that it cannot come late.',
    },
    again: {
      title: 'Try again, with an inbox', kind: 'fixed', params: { orchestrator: { stepAttempts: 3 } },
      summary: 'Payment remembers the command by saga and step, changes nothing the second time, and gives the same answer.',
    },
  },
};

export const zombieRequest: Scenario = {
  title: 'The compensation overtakes the request',
  summary: 'One request in ten to inventory is held up on the way, some for seconds. The desk gives up, undoes, and then the request arrives.',
  seed: 4, durationMs: seconds(36), openAtMs: seconds(7), speed: 0.5,
  measure: { fromMs: seconds(22), untilMs: seconds(36), label: 'while requests are held up' },
  nodes: shop(orchestrator({ stepTimeoutMs: 500, stepAttempts: 1 }), 5, { inventory: { workTime: { kind: 'exponential', meanMs: 120 } }, payment: { refuseRatio: 0.15 } }),
  links: shopLinks,
  faults: [
    { kind: 'reorder', from: 'orders-desk', to: 'inventory', op: 'reserveStock', ratio: 0.1, lagMs: 4000, fromMs: seconds(8) },
    { kind: 'duplicate', from: 'orders-desk', to: 'inventory', op: 'reserveStock', ratio: 0.1, lagMs: 3000, fromMs: seconds(8) },
  ],
  headlines: [
    { label: 'Stock left hanging', metric: 'inventory-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'inventory-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'inventory-app.pendingMean', better: 'file', worse: 'without', wants: 'lower', factor: 3 },
  ],
  opensWith: 'without',
  variants: {
    without: {
      title: 'No tombstones', kind: 'without', params: { 'inventory-app': { tombstones: false } },
      summary: 'Inventory has nothing to undo and says so; later it reserves the stock for an order that is long over.',
    },
    with: { title: 'Tombstones', kind: 'with', summary: 'The compensation leaves a tombstone. The late request finds it and is turned away.' },
    file: {
      title: 'Version file', kind: 'fixed', params: { orchestrator: { isolation: 'versionFile' }, 'inventory-app': { tombstones: false } },
      summary: 'Operations are kept in a file and put in their right order: what was undone first cannot be done later.',
    },
    sketch: {
      title: 'Tombstones without an inbox', kind: 'pitfall', params: { 'inventory-app': { dedupe: false } },
      summary: 'Late requests are kept out, but a request that comes twice within its saga reserves twice.',
    },
  },
};

export const chargeFirst: Scenario = {
  title: 'The pivot too early',
  summary: 'Who charges the card first has to refund it whenever credit or stock is refused, and the customer sees both on the statement.',
  seed: 5, durationMs: seconds(30), openAtMs: 0, speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(30), label: 'all along' },
  nodes: shop(orchestrator(), 5),
  links: shopLinks,
  faults: [],
  headlines: [
    { label: 'Calls to payment', metric: 'orders-desk>payment.requests', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Time to the end, mean', metric: 'shoppers.meanMs', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'orders-desk>payment.requests', better: 'with', worse: 'early', wants: 'lower', factor: 1.1 },
    { metric: 'customer-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
  ],
  opensWith: 'early',
  variants: {
    without: { title: 'A chain of calls', kind: 'without', stacks: { 'orders-desk': [chainOfCalls()] }, summary: 'Nothing is undone, wherever the charge stands.' },
    early: {
      title: 'Charged first', kind: 'pitfall', params: { orchestrator: { sagas: { order: chargeFirstSteps } } },
      summary: 'Each refusal after the charge costs a refund: one order in eight shows up twice on a statement.',
    },
    with: { title: 'Charged last', kind: 'with', summary: 'What can be refused quietly comes first. The charge decides, and what follows cannot fail for good.' },
  },
};
