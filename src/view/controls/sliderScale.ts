/** Where a value stands on a slider: evenly, or by its logarithm where the range spans powers of ten. */
import type { Param } from '../../kernel/story.ts';

export type NumberParam = Pick<Extract<Param, { kind: 'number' }>, 'min' | 'max' | 'scale' | 'integer' | 'step'>;

/** A logarithm needs a beginning above 0: one part in a million of the range. */
const base = ({ min, max, integer }: NumberParam): number => (min > 0 ? min : integer === true ? 1 : max / 1e6);

export function toShare(param: NumberParam, value: number): number {
  const { min, max } = param;
  if (max <= min) return 0;
  const inside = Math.max(min, Math.min(max, value));
  if (param.scale !== 'log') return (inside - min) / (max - min);
  const from = base(param);
  return inside <= from ? 0 : Math.log(inside / from) / Math.log(max / from);
}
export function fromShare(param: NumberParam, share: number): number {
  const { min, max } = param;
  if (share <= 0) return min;
  if (share >= 1) return max;
  return param.scale === 'log' ? base(param) * (max / base(param)) ** share : min + share * (max - min);
}
/** A round number near a value: two figures, or whole, or on the step. */
export function roundFor(param: NumberParam, value: number): number {
  const { min, max, integer, step } = param;
  if (value <= min || value >= max) return Math.max(min, Math.min(max, value));
  if (step !== undefined) return Math.max(min, Math.min(max, Number((Math.round((value - min) / step) * step + min).toFixed(10))));
  const size = 10 ** Math.max(integer === true ? 0 : -6, Math.floor(Math.log10(Math.abs(value) || 1)) - 1);
  const rounded = Math.round(value / size) * size;
  return Math.max(min, Math.min(max, integer === true ? Math.round(rounded) : Number(rounded.toPrecision(6))));
}
