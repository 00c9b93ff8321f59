/** Faults that a click can make, and their strength as a number. */
import type { NodeId } from '../../kernel/contract.ts';
import type { Fault, FaultKind } from '../../kernel/faults.ts';

/** A fault that can be chosen for a target: what the button says, what it means, and what it makes. */
export interface FaultChoice {
  readonly kind: FaultKind;
  readonly label: string;
  readonly help: string;
  make(span: { readonly fromMs: number; readonly untilMs: number }): Fault;
}
export const nodeFaults = (node: NodeId): readonly FaultChoice[] => [
  { kind: 'crash', label: 'Crash', help: 'It is gone and refuses connections; memory is lost, what is stored stays.', make: (span) => ({ ...span, kind: 'crash', node }) },
  { kind: 'pause', label: 'Pause', help: 'It freezes (a long garbage collection, a stopped machine) and then goes on as if nothing had been.', make: (span) => ({ ...span, kind: 'pause', node }) },
  { kind: 'hang', label: 'Hang', help: 'It takes requests and never answers.', make: (span) => ({ ...span, kind: 'hang', node }) },
  { kind: 'errors', label: 'Errors 30 %', help: 'Three in ten requests fail at once.', make: (span) => ({ ...span, kind: 'errors', node, ratio: 0.3 }) },
  { kind: 'slow', label: 'Slow ×4', help: 'Its work takes four times as long.', make: (span) => ({ ...span, kind: 'slow', node, factor: 4 }) },
  { kind: 'clock', label: 'Clock +2 s', help: 'Its clock runs two seconds ahead of the others.', make: (span) => ({ ...span, kind: 'clock', node, offsetMs: 2000 }) },
];
export const linkFaults = (from: NodeId, to: NodeId): readonly FaultChoice[] => [
  { kind: 'latency', label: 'Latency ×5', help: 'The way there and back takes five times as long.', make: (span) => ({ ...span, kind: 'latency', from, to, factor: 5 }) },
  { kind: 'dropRequests', label: 'Drop requests 30 %', help: 'Three in ten requests never arrive.', make: (span) => ({ ...span, kind: 'dropRequests', from, to, ratio: 0.3 }) },
  { kind: 'dropReplies', label: 'Drop replies 30 %', help: 'The work is done, but three in ten answers are lost.', make: (span) => ({ ...span, kind: 'dropReplies', from, to, ratio: 0.3 }) },
  { kind: 'dropMessages', label: 'Drop messages 30 %', help: 'Three in ten one-way messages are lost.', make: (span) => ({ ...span, kind: 'dropMessages', from, to, ratio: 0.3 }) },
  { kind: 'duplicate', label: 'Duplicate 20 %', help: 'One in five arrives a second time, 200 ms later.', make: (span) => ({ ...span, kind: 'duplicate', from, to, ratio: 0.2, lagMs: 200 }) },
  { kind: 'reorder', label: 'Reorder 30 %', help: 'Three in ten are held back up to 500 ms, so that later ones overtake.', make: (span) => ({ ...span, kind: 'reorder', from, to, ratio: 0.3, lagMs: 500 }) },
  { kind: 'partition', label: 'Cut the link', help: 'Nothing passes, in either direction.', make: (span) => ({ ...span, kind: 'partition', groupA: [from], groupB: [to] }) },
  { kind: 'partition', label: 'Cut one way', help: 'Requests are lost on the way; what comes back would pass.', make: (span) => ({ ...span, kind: 'partition', groupA: [from], groupB: [to], oneWay: true }) },
];

/** The number that a fault's strength is, if it has one. */
export interface Strength {
  readonly label: string;
  readonly unit: '%' | '×' | 'ms' | 'no.';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  with(value: number): Fault;
}
export function strengthOf(fault: Fault): Strength | null {
  switch (fault.kind) {
    case 'errors': case 'dropRequests': case 'dropReplies': case 'dropMessages': case 'duplicate': case 'reorder':
      return { label: 'Share', unit: '%', value: fault.ratio * 100, min: 0, max: 100, step: 5, with: (value) => ({ ...fault, ratio: value / 100 }) };
    case 'slow': case 'latency':
      return { label: 'Factor', unit: '×', value: fault.factor, min: 0.1, max: 100, step: 0.5, with: (value) => ({ ...fault, factor: value }) };
    case 'clock':
      return { label: 'Offset', unit: 'ms', value: fault.offsetMs, min: -600_000, max: 600_000, step: 100, with: (value) => ({ ...fault, offsetMs: value }) };
    case 'crashAt':
      return { label: 'Occurrence', unit: 'no.', value: fault.occurrence, min: 1, max: 1_000_000, step: 1, with: (value) => ({ ...fault, occurrence: value }) };
    case 'crash': case 'pause': case 'hang': case 'partition': return null;
  }
}
