/** Canonical order of keys: the shape's for fields, the alphabet's for names, so that equal documents have equal JSON text. */
import type { Intervention } from '../kernel/contract.ts';
import type { Distribution } from '../kernel/distributions.ts';
import type { Fault } from '../kernel/faults.ts';
import type { EngineStory, LayerSpec, Param } from '../kernel/story.ts';
import type { Breakpoint } from './document.ts';
import { isRecord, own, sorted } from './document-plain.ts';
import { breakpointShape, faultShape, interventionShape, layerShape, type Fields, type Shape } from './schema-shapes.ts';

/** A distribution with its kind first and the rest by name. */
export function orderDistribution(distribution: Distribution): Distribution {
  const { kind, ...rest } = distribution as Distribution & Record<string, unknown>;
  return { kind, ...sorted(rest) } as Distribution;
}

/** A parameter's value in canonical order. Free data keeps its own order: an engine may go by it. */
export const orderValue = (param: Param | undefined, value: unknown): unknown => (param?.kind === 'duration' && isRecord(value) ? orderDistribution(value as Distribution) : value);

function order(shape: Shape, value: unknown, engine: EngineStory | undefined): unknown {
  switch (shape.kind) {
    case 'params': {
      const params = sorted(value as Record<string, unknown>);
      for (const name of Object.keys(params)) params[name] = orderValue(own(engine?.params, name), params[name]);
      return params;
    }
    case 'object':
      return orderFields(shape.fields, value as Record<string, unknown>, engine);
    case 'union': {
      const { kind } = value as { kind: string };
      return { kind, ...orderFields(own(shape.options, kind) ?? {}, value as Record<string, unknown>, engine) };
    }
    default:
      return value;
  }
}

function orderFields(fields: Fields, value: Readonly<Record<string, unknown>>, engine: EngineStory | undefined): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    if (value[key] !== undefined) result[key] = order(fields[key]!, value[key], engine);
  }
  return result;
}

/** A fault with its fields in canonical order. */
export const orderFault = (fault: Fault): Fault => order(faultShape, fault, undefined) as Fault;
/** A breakpoint with its fields in canonical order. */
export const orderBreakpoint = (stop: Breakpoint): Breakpoint => order(breakpointShape, stop, undefined) as Breakpoint;
/** An intervention with its fields in canonical order; `engine` is that of its layer. */
export const orderIntervention = (item: Intervention, engine: EngineStory | undefined): Intervention => order(interventionShape, item, engine) as Intervention;
/** A layer with its fields in canonical order. */
export const orderLayer = (layer: LayerSpec, engine: EngineStory | undefined): LayerSpec => order(layerShape, layer, engine) as LayerSpec;
