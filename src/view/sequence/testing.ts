/** Rows for the tests of the lanes. */
import type { Leg } from '../../protocol/messages.ts';
import type { MoveRow, NoteRow } from '../../session/types.ts';
import type { SequenceInput } from './sequenceLayout.ts';

export const leg = (change: Partial<Leg> = {}): Leg => ({
  call: 1, parent: 0, root: 1, attempt: 0, op: 'buy', from: 'a', to: 'b', kind: 'request', sentMs: 100, arriveMs: 200, outcome: 'ok', lost: false, late: false, duplicate: false, ...change,
});
export const note = (atMs: number, name: string, layer = 'l', data?: NoteRow['data']): NoteRow => ({ atMs, layer, name, data, call: 0 });
export const move = (atMs: number, from: string, to: string, instance = '', layer = 'l'): MoveRow => ({ atMs, layer, instance, from, to, event: 'go' });
export const input = (change: Partial<SequenceInput> = {}): SequenceInput => ({
  span: { fromMs: 0, untilMs: 1000 }, width: 400, height: 550, nodes: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }, { id: 'c', title: 'C' }], legs: [], followed: [], followedRoot: null,
  steps: [], stays: [], downs: [], nodeOf: (layer) => (layer === 'l' ? 'b' : undefined), isFinal: () => false, isQuiet: () => false, ...change,
});
