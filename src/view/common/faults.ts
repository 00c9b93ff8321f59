/** Faults in words. */
import type { NodeId } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
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
