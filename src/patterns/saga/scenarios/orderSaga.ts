/** The flagship: five databases, one order, and what is left behind when it goes half wrong. */
import type { Scenario } from '../../../kernel/story.ts';
import { chainOfCalls, orchestrator, seconds, shop, shopLinks } from '../topologies.ts';

export const orderSaga: Scenario = {
  title: 'The order saga',
  summary: 'One order needs five services, each with its own database; inventory is down from 20 to 40 s. Watch what the refused orders leave behind.',
  seed: 4, durationMs: seconds(60), openAtMs: seconds(17), speed: 0.5,
  measure: { fromMs: seconds(54), untilMs: seconds(60), label: 'after the outage' },
  nodes: shop(orchestrator(), 10),
  links: shopLinks,
  faults: [{ kind: 'crash', node: 'inventory', fromMs: seconds(20), untilMs: seconds(40) }],
  headlines: [
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Stock left hanging', metric: 'inventory-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Sagas under way', metric: 'orchestrator.openMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'customer-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 20 },
    { metric: 'inventory-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'customer-app.pendingMean', better: 'parallel', worse: 'without', wants: 'lower', factor: 20 },
  ],
  opensWith: 'with',
  variants: {
    without: {
      title: 'A chain of calls', kind: 'without', stacks: { 'orders-desk': [chainOfCalls()] },
      summary: 'One call after the other. Where one fails the order is lost, and the credit reserved before it stays reserved for ever.',
    },
    with: {
      title: 'Orchestrated saga', kind: 'with',
      summary: 'What was done is undone in reverse, with retries for as long as inventory is down; then the ledger is back in balance.',
    },
    parallel: {
      title: 'Undo all at once', kind: 'with', params: { orchestrator: { compensationOrder: 'parallel' } },
      summary: 'The credit does not wait for inventory to come back: every compensation goes out at the same time.',
    },
  },
};
