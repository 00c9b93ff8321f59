/** What an arrow means: its colour and mark by outcome, and itself in words. */
import type { Leg } from '../../protocol/messages.ts';
import { momentText, words } from '../common/format.ts';

export type Role = 'ink' | 'ok' | 'error' | 'late' | 'refused' | 'throttled' | 'retry' | 'faint';
export type Mark = 'dot' | 'ring' | 'cross' | 'half' | 'hollow' | 'square' | 'triangle' | 'retry' | 'envelope' | 'stale';

const ANSWERS: Readonly<Record<string, readonly [Role, Mark]>> = {
  ok: ['ok', 'ring'], timeout: ['late', 'half'], throttled: ['throttled', 'triangle'], rejected: ['refused', 'square'], cancelled: ['faint', 'hollow'], stale: ['ok', 'stale'],
};
export function lookOf(leg: Leg): { readonly role: Role; readonly mark: Mark } {
  const [role, mark]: readonly [Role, Mark] = leg.kind === 'reply' ? (ANSWERS[leg.outcome] ?? ['error', 'cross'])
    : leg.kind === 'cancel' ? ['faint', 'hollow'] : leg.kind === 'message' ? ['ink', 'envelope'] : leg.attempt > 0 ? ['retry', 'retry'] : ['ink', 'dot'];
  return { role: leg.late ? 'faint' : role, mark };
}

/** What stands at the arrow. */
export function labelOf(leg: Leg): string {
  if (leg.kind === 'reply') return leg.outcome === 'ok' ? '' : words(leg.outcome);
  return leg.kind === 'cancel' ? 'cancel' : leg.attempt > 0 ? `${leg.op} (${leg.attempt + 1})` : leg.op;
}
export const fateOf = (leg: Leg): string => [leg.lost ? 'lost on the way' : `arrives ${momentText(leg.arriveMs)}`, leg.late && 'too late', leg.duplicate && 'a duplicate'].filter(Boolean).join(', ');
export function whatOf(leg: Leg): string {
  if (leg.kind === 'reply') return `answer to ${leg.op}: ${words(leg.outcome)}`;
  return `${leg.kind} ${leg.op}${leg.attempt > 0 ? `, attempt ${leg.attempt + 1}` : ''}`;
}
export const arrowText = (leg: Leg, title: (node: string) => string): string => `${momentText(leg.sentMs)}: ${title(leg.from)} → ${title(leg.to)}, ${whatOf(leg)}, ${fateOf(leg)}`;
