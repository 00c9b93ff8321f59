/** Faults in words, and the ones a click can make. */
import type { NodeId } from '../../kernel/contract.ts';
import type { Fault, FaultKind } from '../../kernel/faults.ts';
import { durationText, number, words } from './format.ts';

const percent = (ratio: number): string => `${number(ratio * 100)} %`;
const FOREVER = Infinity;
export const faultEnd = (fault: Fault, durationMs: number): number => Math.min(fault.untilMs ?? FOREVER, durationMs);
export const isActive = (fault: Fault, atMs: number): boolean => atMs >= fault.fromMs && atMs < (fault.untilMs ?? FOREVER);

/** What it is, in two words: for badges and bars. */
export function faultShort(fault: Fault): string {
  switch (fault.kind) {
    case 'crash': return 'crashed';
    case 'crashAt': return `crashes at “${words(fault.note)}”${fault.occurrence === 1 ? '' : ` no. ${fault.occurrence}`}`;
    case 'pause': return 'paused';
    case 'hang': return 'hangs';
    case 'errors': return `errors ${percent(fault.ratio)}`;
    case 'slow': return `slow ×${number(fault.factor)}`;
    case 'latency': return `latency ×${number(fault.factor)}`;
    case 'dropRequests': return `drops requests ${percent(fault.ratio)}`;
    case 'dropReplies': return `drops replies ${percent(fault.ratio)}`;
    case 'dropMessages': return `drops messages ${percent(fault.ratio)}`;
    case 'duplicate': return `duplicates ${percent(fault.ratio)}`;
    case 'reorder': return `reorders ${percent(fault.ratio)}`;
    case 'partition': return fault.oneWay === true ? 'cut one way' : 'cut';
    case 'clock': return `clock ${fault.offsetMs >= 0 ? '+' : '−'}${durationText(Math.abs(fault.offsetMs))}`;
  }
}
/** Whom it strikes. */
export function faultWhere(fault: Fault, title: (node: NodeId) => string): string {
  if ('node' in fault) return title(fault.node);
  if (fault.kind === 'partition') return `${fault.groupA.map(title).join(', ')} ${fault.oneWay === true ? '→' : '↔'} ${fault.groupB.map(title).join(', ')}`;
  if (fault.from === undefined && fault.to === undefined) return 'every link';
  return `${fault.from === undefined ? 'anyone' : title(fault.from)} → ${fault.to === undefined ? 'anyone' : title(fault.to)}`;
}
export const faultText = (fault: Fault, title: (node: NodeId) => string): string => `${faultWhere(fault, title)} ${faultShort(fault)}`;

export const strikesNode = (fault: Fault, node: NodeId): boolean => 'node' in fault && fault.node === node;
export function strikesLink(fault: Fault, from: NodeId, to: NodeId): boolean {
  if ('node' in fault) return false;
  if (fault.kind === 'partition') {
    return (fault.groupA.includes(from) && fault.groupB.includes(to)) || (fault.groupB.includes(from) && fault.groupA.includes(to));
  }
  return (fault.from === undefined || fault.from === from) && (fault.to === undefined || fault.to === to);
}

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
