/**
 * Faults as ordered small rules. A rule looks at one packet (a request, reply, message or cancel between two nodes) and says pass,
 * delay, drop, duplicate or fail; delays add up, the first drop or fail decides. Conditions of a whole node (crash, pause, clock)
 * are switched on and off by the kernel at their edges. This file knows no queue and no engine.
 */
import type { Ms, NodeId, Outcome } from './contract.ts';

interface Span {
  readonly fromMs: Ms;
  /** Exclusive. Omit for "until the run ends". */
  readonly untilMs?: Ms;
}
/** Which packets: from and to match either end of a link; omitted matches all. */
interface Where {
  readonly from?: NodeId;
  readonly to?: NodeId;
  readonly op?: string;
}
export type Fault =
  /** Volatile state is lost, durable state kept. `refuse` (default true): callers get a connection error at once; false: silence. */
  | (Span & { readonly kind: 'crash'; readonly node: NodeId; readonly refuse?: boolean })
  /**
   * Dies at the moment its layer notes `note` for the `occurrence`-th time (from 1) since fromMs: whatever the step does after that note
   * does not happen. Comes back after `downMs`; Infinity or omitted: never.
   */
  | (Span & { readonly kind: 'crashAt'; readonly node: NodeId; readonly note: string; readonly layer?: string; readonly occurrence: number; readonly downMs?: Ms; readonly refuse?: boolean })
  /** Frozen while the world goes on: packets and timers wait until it ends. */
  | (Span & { readonly kind: 'pause'; readonly node: NodeId })
  /** Takes requests and never answers them; answers under way are lost too. */
  | (Span & { readonly kind: 'hang'; readonly node: NodeId; readonly op?: string })
  /** A share (0–1) of requests is answered at once with an error. */
  | (Span & { readonly kind: 'errors'; readonly node: NodeId; readonly ratio: number; readonly op?: string; readonly outcome?: 'transientError' | 'permanentError' | 'overload' })
  /** Work on the node takes `factor` (> 0) times as long. */
  | (Span & { readonly kind: 'slow'; readonly node: NodeId; readonly factor: number })
  /** Latency of the matching packets times `factor` (> 0). */
  | (Span & Where & { readonly kind: 'latency'; readonly factor: number })
  | (Span & Where & { readonly kind: 'dropRequests'; readonly ratio: number })
  /** `from` and `to` name the call's direction: the replies of calls from `from` to `to` are lost. */
  | (Span & Where & { readonly kind: 'dropReplies'; readonly ratio: number })
  | (Span & Where & { readonly kind: 'dropMessages'; readonly ratio: number })
  /** A copy arrives `lagMs` (≥ 0) after the first. */
  | (Span & Where & { readonly kind: 'duplicate'; readonly ratio: number; readonly lagMs: Ms })
  /** A share of packets is held back by up to `lagMs` (> 0), so that later ones overtake. */
  | (Span & Where & { readonly kind: 'reorder'; readonly ratio: number; readonly lagMs: Ms })
  /** No packet from a node of `groupA` reaches one of `groupB`; unless `oneWay`, the way back is cut too. */
  | (Span & { readonly kind: 'partition'; readonly groupA: readonly NodeId[]; readonly groupB: readonly NodeId[]; readonly oneWay?: boolean })
  /** The node's clock: an offset (ms) and a drift (parts per million) from the start of the span; after it, the true time again. A jump for good is an offset without an end. */
  | (Span & { readonly kind: 'clock'; readonly node: NodeId; readonly offsetMs: Ms; readonly driftPpm?: number });
export type FaultKind = Fault['kind'];
/** A crash point: the node dies inside the step that a note names. */
export type CrashPoint = Extract<Fault, { kind: 'crashAt' }>;

export type PacketKind = 'request' | 'reply' | 'message' | 'cancel';
export interface Packet {
  kind: PacketKind;
  /** Ends of the packet's way. */
  from: NodeId;
  to: NodeId;
  op: string;
}
/** What the rules decided. Reused between packets by the caller. */
export interface Verdict {
  drop: boolean;
  latencyFactor: number;
  extraMs: Ms;
  duplicateLagMs: Ms;
  fail: Outcome | undefined;
  /** Index of the deciding fault, -1 for none. */
  by: number;
}
export const freshVerdict = (): Verdict => ({ drop: false, latencyFactor: 1, extraMs: 0, duplicateLagMs: -1, fail: undefined, by: -1 });

const matches = (where: Where, from: NodeId, to: NodeId, op: string): boolean =>
  (where.from === undefined || where.from === from) && (where.to === undefined || where.to === to) && (where.op === undefined || where.op === op);

const FAILURES: Record<string, Outcome> = {
  transientError: { kind: 'transientError', detail: 'injected' },
  permanentError: { kind: 'permanentError', detail: 'injected' },
  overload: { kind: 'overload', detail: 'injected' },
};

/** Applies one active fault to a packet. `coin` draws the packet's own uniform for this fault. */
function applyRule(fault: Fault, index: number, packet: Packet, coin: (fault: number) => number, verdict: Verdict): void {
  const { kind, from, to, op } = packet;
  // The direction of the call, whichever way this packet goes.
  const caller = kind === 'reply' ? to : from;
  const callee = kind === 'reply' ? from : to;
  const drop = () => { verdict.drop = true; verdict.by = index; };
  switch (fault.kind) {
    case 'hang':
      if (fault.op !== undefined && fault.op !== op) return;
      if ((kind === 'request' && to === fault.node) || (kind === 'reply' && from === fault.node)) drop();
      return;
    case 'errors':
      if (kind === 'request' && to === fault.node && (fault.op === undefined || fault.op === op) && coin(index) < fault.ratio) {
        verdict.fail = FAILURES[fault.outcome ?? 'transientError'];
        verdict.by = index;
      }
      return;
    case 'latency':
      if (matches(fault, caller, callee, op) || matches(fault, callee, caller, op)) verdict.latencyFactor *= fault.factor;
      return;
    case 'dropRequests':
      if (kind === 'request' && matches(fault, from, to, op) && coin(index) < fault.ratio) drop();
      return;
    case 'dropReplies':
      if (kind === 'reply' && matches(fault, caller, callee, op) && coin(index) < fault.ratio) drop();
      return;
    case 'dropMessages':
      if (kind === 'message' && matches(fault, from, to, op) && coin(index) < fault.ratio) drop();
      return;
    case 'duplicate':
      if ((kind === 'request' || kind === 'message') && matches(fault, from, to, op) && coin(index) < fault.ratio) verdict.duplicateLagMs = fault.lagMs;
      return;
    case 'reorder':
      if (kind !== 'cancel' && matches(fault, caller, callee, op)) {
        const u = coin(index);
        if (u < fault.ratio) verdict.extraMs += fault.ratio === 0 ? 0 : (u / fault.ratio) * fault.lagMs;
      }
      return;
    case 'partition': {
      const forth = fault.groupA.includes(from) && fault.groupB.includes(to);
      const back = fault.oneWay !== true && fault.groupB.includes(from) && fault.groupA.includes(to);
      if (forth || back) drop();
      return;
    }
    case 'crash': case 'crashAt': case 'pause': case 'slow': case 'clock':
      return; // conditions of the node, not of the packet
  }
}

/** Runs the active faults (indexes into `faults`, in order) over a packet. */
export function judge(faults: readonly Fault[], active: readonly number[], packet: Packet, coin: (fault: number) => number, verdict: Verdict): void {
  verdict.drop = false; verdict.latencyFactor = 1; verdict.extraMs = 0; verdict.duplicateLagMs = -1; verdict.fail = undefined; verdict.by = -1;
  for (let i = 0; i < active.length; i++) {
    const index = active[i]!;
    applyRule(faults[index]!, index, packet, coin, verdict);
    if (verdict.drop || verdict.fail !== undefined) return;
  }
}
