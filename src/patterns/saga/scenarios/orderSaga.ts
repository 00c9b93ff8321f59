/** The flagship: a hundred ways for an order to go half wrong, and what is left behind. */
import type { Scenario } from '../../../kernel/story.ts';
import { ALL, broker, chainOfCalls, choreographed, dance, orchestrator, seconds, shop, shopLinks, sketchPresets, subscriptions } from '../topologies.ts';

void ALL; void broker; void choreographed; void dance; void subscriptions;

export const orderSaga: Scenario = {
  title: 'The order saga',
  summary: 'Order, credit, stock, charge, approval, shipment: five databases, one order. Watch what the refused ones leave behind.',
  seed: 1, durationMs: seconds(80), openAtMs: 0, speed: 1,
  measure: { fromMs: seconds(10), untilMs: seconds(80), label: 'after warming up' },
  nodes: shop(orchestrator(), 10),
  links: shopLinks,
  faults: [{ kind: 'crash', node: 'inventory', fromMs: seconds(30), untilMs: seconds(60) }],
  headlines: [
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Stock left hanging', metric: 'inventory-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Orders completed', metric: 'shoppers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Time to the end, p99', metric: 'shoppers.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [{ metric: 'customer-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 5 }],
  opensWith: 'with',
  variants: {
    without: { title: 'Chain of calls', kind: 'without', stacks: { 'orders-desk': [chainOfCalls()] }, summary: 'x' },
    with: { title: 'Orchestrated saga', kind: 'with', summary: 'x' },
    original: { title: 'The sketch', kind: 'pitfall', presets: sketchPresets, summary: 'x' },
  },
};
