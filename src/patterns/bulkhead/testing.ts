/** For tests: the layer in the harness. */
import { OK, type Call, type Ms, type Outcome } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { engine } from './engine.ts';
import { bulkheadStory, type BulkheadParams } from './params.ts';
import type { BulkheadState } from './state.ts';

export const DEFAULTS = initialParams(bulkheadStory.params) as unknown as BulkheadParams;
export type PresetName = keyof typeof bulkheadStory.presets;
export const presetOf = (name: PresetName): BulkheadParams => ({ ...DEFAULTS, ...bulkheadStory.presets[name].params });

export interface BulkheadRig extends Rig<BulkheadState> {
  /** So many requests at once. */
  burst(atMs: Ms, count: number, request?: object): Call[];
  /** A good answer, or another. */
  done(atMs: Ms, call: Call, outcome?: Outcome): void;
  /** Of these calls: `in`, `waits`, or why it was refused. */
  fates(calls: readonly Call[]): string[];
  count(note: keyof typeof bulkheadStory.notes): number;
}
export function bulkheadRig(params: Partial<BulkheadParams> = {}, options: StackOptions & { readonly base?: BulkheadParams } = {}): BulkheadRig {
  const { base = DEFAULTS, ...rest } = options;
  const rig = drive(engine, { ...rest, params: { ...base, ...params }, layer: 'bulkhead' }) as BulkheadRig;
  rig.burst = (atMs, count, request = {}) => Array.from({ length: count }, () => rig.request(atMs, request));
  rig.done = (atMs, call, outcome = OK) => rig.answer(atMs, call, outcome);
  rig.fates = (calls) => calls.map((call) => {
    const ended = rig.outcomeOf(call);
    if (ended?.kind === 'rejected') return ended.detail!.split(': ')[1]!;
    if (ended !== undefined) return ended.kind;
    return rig.wentOut(call) ? 'in' : 'waits';
  });
  rig.count = (note) => rig.notes().filter((name) => name === note).length;
  return rig;
}
