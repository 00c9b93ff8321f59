/** Reading the payloads of calls: free JSON, so every look inside asks first. */
import type { Json } from '../kernel/contract.ts';

/** A field of a payload; undefined when the payload is no object or has no such field of its own. */
export function field(payload: Json, name: string): Json | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || !Object.hasOwn(payload, name)) return undefined;
  return (payload as Readonly<Record<string, Json>>)[name];
}

/** What is to be written: the field `value`, or the whole payload when it has none. */
export function valueOf(payload: Json): Json {
  const value = field(payload, 'value');
  return value === undefined ? payload : value;
}

export const numberField = (payload: Json, name: string): number | undefined => {
  const found = field(payload, name);
  return typeof found === 'number' ? found : undefined;
};

export const textField = (payload: Json, name: string): string | undefined => {
  const found = field(payload, name);
  return typeof found === 'string' ? found : undefined;
};
