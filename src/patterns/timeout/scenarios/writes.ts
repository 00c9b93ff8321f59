/** Hedging what must not happen twice. */
import type { LayerSpec, Scenario } from '../../../kernel/story.ts';
import { callers, limit, link, node, seconds, users } from '../topologies.ts';

const clerks = (more: Readonly<Record<string, unknown>> = {}): LayerSpec => users('book', { ratePerSecond: 20, ...more });
const hedge = (params: Readonly<Record<string, unknown>>): LayerSpec => limit('hedge', { totalMs: 3000, perTry: false, hopReserveMs: 0, minUsefulMs: 0, hedge: 'delay', hedgeDelayMs: 120, hedgeBudgetPct: 20, ...params });
export const writtenTwice: Scenario = {
  title: 'Written twice',
  summary: 'One booking in ten takes half a second, and a hedge answers at once. But the slow one was slow, not lost: it is booked as well.',
  seed: 11, durationMs: seconds(40), openAtMs: seconds(2), speed: 0.5,
  measure: { fromMs: 0, untilMs: seconds(40), label: 'whole run' },
  nodes: [
    callers([clerks(), hedge({ idempotency: 'assumed' })], 'Clerks'),
    node('desk', 'Bookings', [{ id: 'desk-app', engine: 'timeout/write-desk', params: { workTime: { kind: 'bimodal', slowRatio: 0.1, fastMs: 30, slowMs: 500 } } }], 'store'),
  ],
  links: [link('callers', 'desk', 10)],
  faults: [],
  headlines: [
    { label: 'Booked again', metric: 'desk-app.note.writtenAgain', unit: 'count', better: 'lower' },
    { label: 'p95', metric: 'callers.p95Ms', unit: 'ms', better: 'lower' },
    { label: 'Hedges', metric: 'hedge.note.hedged', unit: 'count', better: 'higher' },
  ],
  claims: [
    { metric: 'desk-app.note.writtenAgain', better: 'with', worse: 'twice', wants: 'lower', factor: 20 },
    { metric: 'desk-app.note.writtenAgain', better: 'careful', worse: 'twice', wants: 'lower', factor: 20 },
    { metric: 'callers.p95Ms', better: 'with', worse: 'without', wants: 'lower', factor: 2 },
  ],
  opensWith: 'twice',
  variants: {
    without: { title: 'No hedge', kind: 'without', stacks: { callers: [clerks(), hedge({ hedge: 'off' })] }, summary: 'One clerk in ten waits half a second, and every booking is made once.' },
    twice: { title: 'Every call is hedged', kind: 'pitfall', summary: 'Someone declared bookings idempotent. The slow tenth has its answer early, and is booked twice.' },
    careful: { title: 'Only what may happen twice', kind: 'fixed', stacks: { callers: [clerks(), hedge({ idempotency: 'byKey' })] }, summary: 'A booking without a key is never hedged: slow, and right.' },
    with: {
      title: 'An idempotency key', kind: 'fixed', stacks: { callers: [clerks({ idempotencyKeys: true }), hedge({ idempotency: 'byKey' })] }, params: { 'desk-app': { dedup: true } },
      summary: 'Both copies carry the same key; whichever is second is answered without booking again.',
    },
  },
};
