/** Reading what an engine shows of itself: plain data of any shape. */
import type { Json } from '../../kernel/contract.ts';

export type JsonRecord = { readonly [key: string]: Json };
export const isRecord = (value: Json | undefined): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const numberIn = (value: JsonRecord, ...names: readonly string[]): number | null => {
  for (const name of names) {
    const found = value[name];
    if (typeof found === 'number') return found;
  }
  return null;
};
export const textIn = (value: JsonRecord, name: string): string | null => (typeof value[name] === 'string' ? value[name] : null);
