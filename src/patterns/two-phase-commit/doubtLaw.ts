/**
 * Liveness, judged from outside: who has voted Yes is told the decision, or finds it out, within the time that recovery takes. Time counts
 * only while every node is up: that a dead coordinator blocks is the price of the protocol, that a living one forgets is a defect.
 */
import type { Json, Law, Ms, NodeId } from '../../kernel/contract.ts';

interface Promised {
  readonly tx: string;
  readonly node: NodeId;
  readonly sinceMs: Ms;
}
interface Doubts {
  /** Promised and not decided, by participant and transaction, oldest first. */
  waiting: Map<string, Promised>;
  /** Those that have waited for longer than recovery takes. */
  forgotten: Map<string, Promised>;
  down: Set<NodeId>;
  /** When the last node that was dead came back. */
  calmSinceMs: Ms;
  /** What coordinators allow themselves, by node. */
  allowedMs: Map<NodeId, Ms>;
  brokenAtMs: Ms | null;
}
/** Beside what a coordinator allows itself: disk, network, queues, and a participant's own questions. */
const SLACK_MS = 10_000;
const SHOWN = 30;
const limitOf = ({ allowedMs }: Doubts): Ms => SLACK_MS + Math.max(0, ...allowedMs.values());

/** Whose time is up. The law is asked in order of time, so what it finds may be kept. */
function sweep(doubts: Doubts, nowMs: Ms): void {
  const { waiting, forgotten, down, calmSinceMs } = doubts;
  if (down.size > 0 || waiting.size === 0) return;
  const limitMs = limitOf(doubts);
  for (const [key, promise] of waiting) {
    if (Math.max(promise.sinceMs, calmSinceMs) + limitMs > nowMs) return;
    waiting.delete(key);
    forgotten.set(key, promise);
    doubts.brokenAtMs ??= nowMs;
  }
}

export const liveness: Law<Doubts> = {
  name: 'nobody is left in doubt',
  why: 'A participant has voted Yes and neither commits nor rolls back, although every node has been up for longer than recovery takes: its rows are locked for nothing.',
  init: () => ({ waiting: new Map(), forgotten: new Map(), down: new Set(), calmSinceMs: 0, allowedMs: new Map(), brokenAtMs: null }),
  onEffect(doubts, { name, node, data, atMs }) {
    const { tx, withinMs, lazy } = data as { readonly tx?: Json; readonly withinMs?: number; readonly lazy?: boolean };
    if (name === 'recoveryAllowed') doubts.allowedMs.set(node, withinMs!);
    if (typeof tx !== 'string') return;
    const key = `${node} ${tx}`;
    if (name === 'prepared' && lazy !== true) doubts.waiting.set(key, Object.freeze({ tx, node, sinceMs: atMs }));
    else if (name === 'applied' || name === 'rolledBack') {
      doubts.waiting.delete(key);
      doubts.forgotten.delete(key);
    }
  },
  onNode(doubts, { atMs, node, up }) {
    if (!up) doubts.down.add(node);
    else {
      doubts.down.delete(node);
      doubts.calmSinceMs = atMs;
    }
  },
  holds(doubts, nowMs) {
    sweep(doubts, nowMs);
    return doubts.forgotten.size === 0;
  },
  inspect: (doubts) => ({
    rows: [...doubts.forgotten.values()].slice(-SHOWN).reverse().map(({ tx, node, sinceMs }) => ({ participant: node, transaction: tx, inDoubtSinceMs: sinceMs })),
    totals: { leftInDoubt: doubts.forgotten.size, promised: doubts.waiting.size, recoveryTakesMs: limitOf(doubts) },
    brokenAtMs: doubts.brokenAtMs,
  }),
  figures: ({ forgotten }) => ({ leftInDoubt: forgotten.size }),
};
