/** The parameters that a map can vary, over which range, and where the run itself lies in it. */
import type { Param, Unit } from '../../kernel/story.ts';
import type { Axis } from '../../session/grid.ts';
import type { LayerInfo } from '../common/engines.ts';
import { capital, withUnit, words } from '../common/format.ts';

export type NumberParam = Extract<Param, { kind: 'number' }>;
/** A number parameter of a layer, with its value at the start of the run. */
export interface Tunable {
  /** `layer.param` */
  readonly id: string;
  readonly layer: string;
  readonly name: string;
  readonly param: NumberParam;
  readonly value: number;
}
export const labelOf = ({ layer, param }: Pick<Tunable, 'layer' | 'param'>): string => `${param.label} of ${words(layer)}`;

export function tunables(layers: Iterable<LayerInfo>, paramsOf: (layer: string) => Readonly<Record<string, unknown>> | undefined): readonly Tunable[] {
  return [...layers].flatMap(({ id, story }) => Object.entries(story?.params ?? {}).flatMap(([name, param]): Tunable[] => {
    const value = paramsOf(id)?.[name];
    return param.kind === 'number' && typeof value === 'number' ? [{ id: `${id}.${name}`, layer: id, name, param, value }] : [];
  }));
}

/** What is most often asked: how much load, and how long a queue; else the first two of the pattern's own. */
export function usualAxes(all: readonly Tunable[], isOwn: (layer: string) => boolean): readonly [string, string] | null {
  const named = (name: string, bad: (t: Tunable) => boolean = () => false) => all.find((t) => t.name === name && !bad(t));
  const own = all.filter(({ layer }) => isOwn(layer));
  const x = named('ratePerSecond') ?? own[0] ?? all[0];
  const y = named('queueCapacity', ({ value }) => value === 0) ?? named('queueCapacity') ?? own.find((t) => t !== x) ?? all.find((t) => t !== x);
  return x === undefined || y === undefined ? null : [x.id, y.id];
}

/** To two figures, so that the ends of a range are easy to say. */
function round2(value: number, way: (x: number) => number): number {
  if (value === 0) return 0;
  const unit = 10 ** Math.floor(Math.log10(Math.abs(value)) - 1);
  return Number((way(value / unit) * unit).toPrecision(6));
}
/** From a fifth of the value to half as much again. */
export function usualRange({ param, value }: Pick<Tunable, 'param' | 'value'>): { readonly from: number; readonly to: number } {
  const whole = (x: number): number => (param.integer === true ? Math.round(x) : x);
  const low = param.aboveMin === true ? Math.max(param.min, Number.MIN_VALUE) : param.min;
  if (value <= 0) return { from: low, to: Math.min(param.max, whole(Math.max(low + 20, 20))) };
  return { from: Math.max(low, whole(round2(value / 5, Math.round))), to: Math.min(param.max, whole(round2(value * 1.5, Math.round))) };
}

/** Evenly from end to end, in round numbers to a hundredth of a step; whole numbers where the parameter is one, each once. */
export function valuesBetween(param: NumberParam, from: number, to: number, count: number): readonly number[] {
  const step = (to - from) / Math.max(1, count - 1);
  const unit = 10 ** Math.floor(Math.log10(step) - 1);
  const values = Array.from({ length: count }, (_, i) => {
    const value = i === count - 1 ? to : from + step * i;
    if (param.integer === true) return Math.round(value);
    return i === 0 || i === count - 1 ? value : Number((Math.round(value / unit) * unit).toPrecision(12));
  });
  return [...new Set(values)];
}
/** What is wrong with a range, for the person who typed it. */
export function rangeProblem(param: NumberParam, from: number, to: number): string | null {
  if (Number.isNaN(from) || Number.isNaN(to)) return `${param.label} needs two numbers.`;
  if (from < param.min || to > param.max) return `${param.label} must lie between ${param.min} and ${param.max}.`;
  if (param.aboveMin === true && from <= param.min) return `${param.label} must be above ${param.min}.`;
  return from < to ? null : `${param.label} must rise from left to right.`;
}

/** Where a value lies on an axis, in cells from the middle of the first one; `outside` when beyond its ends. */
export function placeOn({ values }: Pick<Axis, 'values'>, value: number): { readonly at: number; readonly outside: boolean } {
  const last = values.length - 1;
  if (last < 0) return { at: 0, outside: true };
  if (value <= values[0]!) return { at: 0, outside: value < values[0]! };
  if (value >= values[last]!) return { at: last, outside: value > values[last]! };
  const above = values.findIndex((it) => it >= value);
  return { at: above - (values[above]! - value) / (values[above]! - values[above - 1]!), outside: false };
}
export const valueText = (value: number, unit: Unit): string => withUnit(value, unit);
export const axisTitle = (t: Pick<Tunable, 'layer' | 'param'>): string => capital(labelOf(t));
