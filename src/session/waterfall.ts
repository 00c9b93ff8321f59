/** One followed request as spans: who called whom, when it was on the way, waited, was worked on, and who refused it. */
import type { LayerId, Ms, NodeId } from '../kernel/contract.ts';
import type { Followed, Leg } from '../protocol/messages.ts';

export interface Phase {
  readonly kind: 'there' | 'waiting' | 'working' | 'back';
  readonly fromMs: Ms;
  readonly untilMs: Ms;
}
export interface Span {
  readonly call: number;
  /** 0 for the request itself. */
  readonly parent: number;
  readonly depth: number;
  readonly op: string;
  readonly attempt: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly startMs: Ms;
  /** When its sender knew how it ended, or the end of what is known of it. */
  readonly endMs: Ms;
  readonly outcome: string | null;
  readonly phases: readonly Phase[];
  readonly refusedBy: LayerId | null;
  readonly gaveUpMs: Ms | null;
  /** The answer came when nobody waited any more. */
  readonly late: boolean;
  readonly lost: boolean;
}

export function spansOf(followed: Followed): Span[] {
  const byCall = new Map<number, { request?: Leg; reply?: Leg }>();
  for (const leg of followed.legs) {
    if (leg.kind === 'cancel') continue;
    const entry = byCall.get(leg.call) ?? {};
    if (leg.kind === 'request') entry.request ??= leg;
    else entry.reply ??= leg;
    byCall.set(leg.call, entry);
  }
  const marksOf = (call: number, kind: string) => followed.marks.find((mark) => mark.call === call && mark.kind === kind);
  const depthOf = (call: number): number => {
    let depth = 0;
    for (let at = byCall.get(call)?.request?.parent ?? 0; at !== 0 && depth < 32; at = byCall.get(at)?.request?.parent ?? 0) depth++;
    return depth;
  };
  const spans: Span[] = [];
  for (const [call, { request, reply }] of byCall) {
    if (request === undefined) continue;
    const gaveUp = marksOf(call, 'gaveUp');
    const began = marksOf(call, 'began');
    const leftMs = reply?.sentMs ?? gaveUp?.atMs ?? request.arriveMs;
    const phases: Phase[] = [{ kind: 'there', fromMs: request.sentMs, untilMs: request.arriveMs }];
    if (!request.lost && leftMs > request.arriveMs) {
      if (began === undefined) phases.push({ kind: reply === undefined ? 'waiting' : 'working', fromMs: request.arriveMs, untilMs: leftMs });
      else {
        if (began.atMs > request.arriveMs) phases.push({ kind: 'waiting', fromMs: request.arriveMs, untilMs: began.atMs });
        if (leftMs > began.atMs) phases.push({ kind: 'working', fromMs: began.atMs, untilMs: leftMs });
      }
    }
    if (reply !== undefined) phases.push({ kind: 'back', fromMs: reply.sentMs, untilMs: reply.arriveMs });
    spans.push({
      call, parent: request.parent, depth: depthOf(call), op: request.op, attempt: request.attempt, from: request.from, to: request.to,
      startMs: request.sentMs, endMs: phases.at(-1)!.untilMs, outcome: reply?.outcome ?? gaveUp?.outcome ?? null, phases,
      refusedBy: null, gaveUpMs: gaveUp?.atMs ?? null, late: reply?.late === true, lost: request.lost || reply?.lost === true,
    });
  }
  // A call that a layer refused never went on the network: it has marks, but no legs.
  for (const mark of followed.marks) {
    if (mark.kind !== 'refused' || byCall.has(mark.call)) continue;
    const parent = spans.find((span) => span.startMs <= mark.atMs && span.endMs >= mark.atMs);
    spans.push({
      call: mark.call, parent: parent?.call ?? 0, depth: (parent?.depth ?? -1) + 1, op: parent?.op ?? '', attempt: 0, from: parent?.to ?? '', to: '',
      startMs: mark.atMs, endMs: mark.atMs, outcome: mark.outcome, phases: [], refusedBy: mark.layer, gaveUpMs: null, late: false, lost: false,
    });
  }
  return spans.sort((a, b) => a.startMs - b.startMs || a.call - b.call);
}

const hex = (value: number, digits: number): string => Math.abs(Math.trunc(value)).toString(16).padStart(digits, '0').slice(-digits);

/** The spans as OpenTelemetry trace JSON (OTLP/JSON), with simulated time counted from the epoch. */
export function toOtlp(followed: Followed, pattern: string): string {
  const traceId = hex(followed.root, 32);
  const nano = (ms: Ms): string => String(Math.round(ms * 1e6));
  const byNode = new Map<string, object[]>();
  for (const span of spansOf(followed)) {
    const list = byNode.get(span.from) ?? [];
    byNode.set(span.from, list);
    list.push({
      traceId, spanId: hex(span.call, 16), ...(span.parent !== 0 && { parentSpanId: hex(span.parent, 16) }),
      name: `${span.op}${span.attempt > 0 ? ` (attempt ${span.attempt + 1})` : ''}`, kind: 3, startTimeUnixNano: nano(span.startMs), endTimeUnixNano: nano(span.endMs),
      attributes: [
        { key: 'peer.service', value: { stringValue: span.to } },
        { key: 'patternscope.outcome', value: { stringValue: span.outcome ?? 'unanswered' } },
        ...(span.refusedBy === null ? [] : [{ key: 'patternscope.refused_by', value: { stringValue: span.refusedBy } }]),
      ],
      events: span.phases.map((phase) => ({ name: phase.kind, timeUnixNano: nano(phase.fromMs) })),
      status: { code: span.outcome === 'ok' ? 1 : 2 },
    });
  }
  return JSON.stringify({
    resourceSpans: [...byNode].map(([node, spans]) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: node } }, { key: 'patternscope.pattern', value: { stringValue: pattern } }] },
      scopeSpans: [{ scope: { name: 'patternscope' }, spans }],
    })),
  }, null, 2);
}

/** The legs as a Mermaid sequence diagram. */
export function toMermaid(followed: Followed): string {
  const name = (node: NodeId): string => node.replace(/[^A-Za-z0-9_]/g, '_');
  const nodes = [...new Set(followed.legs.flatMap(({ from, to }) => [from, to]))];
  const seconds = (ms: Ms): string => `${(ms / 1000).toFixed(3)} s`;
  const lines = followed.legs.map((leg) => ({
    atMs: leg.sentMs,
    text: leg.kind === 'reply' ? `  ${name(leg.from)}${leg.lost ? '--x' : '-->>'}${name(leg.to)}: ${leg.outcome}${leg.late ? ' (late)' : ''}, ${seconds(leg.sentMs)}`
      : `  ${name(leg.from)}${leg.lost ? '-x' : leg.kind === 'cancel' ? '-)' : '->>'}${name(leg.to)}: ${leg.kind === 'cancel' ? 'cancel' : leg.op}${leg.attempt > 0 ? ` (attempt ${leg.attempt + 1})` : ''}, ${seconds(leg.sentMs)}`,
  }));
  const refusals = followed.marks.filter(({ kind }) => kind === 'refused' || kind === 'gaveUp').map((mark) => ({
    atMs: mark.atMs, text: `  Note over ${name(nodes[0] ?? 'caller')}: ${mark.layer} ${mark.kind === 'refused' ? 'refused it' : 'gave it up'}, ${seconds(mark.atMs)}`,
  }));
  return ['sequenceDiagram', ...nodes.map((node) => `  participant ${name(node)} as ${node}`), ...[...lines, ...refusals].sort((a, b) => a.atMs - b.atMs).map(({ text }) => text), ''].join('\n');
}
