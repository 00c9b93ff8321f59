/** The orchestrator dies: at any time, or at the worst one. */
import type { Scenario } from '../../../kernel/story.ts';
import { fourSteps } from '../sagaTypes.ts';
import { ALL, desk, ms, orchestrator, participants, seconds, shop, shoppers, shopLinks } from '../topologies.ts';

export const orchestratorCrash: Scenario = {
  title: 'The orchestrator crashes',
  summary: 'The order desk dies three times, each time with half a dozen sagas under way. Watch what it knows when it is back.',
  seed: 6, durationMs: seconds(38), openAtMs: seconds(7), speed: 1,
  measure: { fromMs: seconds(30), untilMs: seconds(38), label: 'after the last crash' },
  nodes: shop(orchestrator(), 8),
  links: shopLinks,
  faults: [8, 16, 24].map((at) => ({ kind: 'crash', node: 'orders-desk', fromMs: seconds(at), untilMs: seconds(at + 2) }) as const),
  headlines: [
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Stock left hanging', metric: 'inventory-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Done twice (orders)', metric: 'order-app.doubledMean', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'customer-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
    { metric: 'order-app.doubledMean', better: 'with', worse: 'repeats', wants: 'lower', factor: 2 },
  ],
  opensWith: 'without',
  variants: {
    without: {
      title: 'In memory only', kind: 'without', params: { orchestrator: { persistence: 'none' } },
      summary: 'After the crash it has never heard of the sagas it had under way: what they reserved stays reserved, and who waits, waits.',
    },
    with: { title: 'Log, then act', kind: 'with', summary: 'Every decision is on disk before it is acted upon. After the crash each saga goes on where it was.' },
    repeats: {
      title: 'A log, but no inbox', kind: 'pitfall', params: Object.fromEntries(ALL.map((id) => [`${id}-app`, { dedupe: false }])),
      summary: 'The log cannot know whether the last command was carried out, so it is sent again, and services without an inbox do it twice.',
    },
  },
};

export const afterThePivot: Scenario = {
  title: 'Crash between log and message',
  summary: 'The desk dies right after it has logged that the card is charged, before it tells shipping. The worst moment there is.',
  seed: 7, durationMs: seconds(30), openAtMs: seconds(6), speed: 0.25,
  measure: { fromMs: seconds(5), untilMs: seconds(30), label: 'all along' },
  nodes: [
    shoppers('orders-desk', 1, { arrivals: 'periodic' }), desk(orchestrator({ sagas: { order: fourSteps } })),
    ...participants(['customer', 'inventory', 'payment', 'shipping'], Object.fromEntries(['customer', 'inventory', 'payment', 'shipping'].map((id) => [id, { refuseRatio: 0, workTime: ms(80), undoTime: ms(80) }]))),
  ],
  links: shopLinks.filter(({ to }) => to !== 'order').map((link) => ({ ...link, latency: ms(80) })),
  faults: [4, 8, 12].map((occurrence) => ({ kind: 'crashAt', node: 'orders-desk', note: 'pivotPassed', fromMs: 0, occurrence, downMs: 1500 }) as const),
  headlines: [
    { label: 'Credit left hanging', metric: 'customer-app.pendingMean', unit: 'count', better: 'lower' },
    { label: 'Sagas under way', metric: 'orchestrator.openMean', unit: 'count', better: 'lower' },
  ],
  claims: [{ metric: 'customer-app.pendingMean', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 }],
  opensWith: 'with',
  variants: {
    without: {
      title: 'In memory only', kind: 'without', params: { orchestrator: { persistence: 'none' } },
      summary: 'Charged, and nobody will ever ship it: the saga is gone with the memory.',
    },
    with: { title: 'Log, then act', kind: 'with', summary: 'The log says “past the pivot”: after the crash the saga goes forward, and the parcel is booked.' },
  },
};
