/** Values as short text for the readable part of a link, for embed attributes and for the command line. */
import type { Json } from '../kernel/contract.ts';
import type { Param } from '../kernel/story.ts';
import { LIMITS } from './document-limits.ts';
import { parseJson } from './document-copy.ts';
import { problemAt, type Problem } from './document-problem.ts';
import { distributionText, parseDistribution } from './link-distributions.ts';
import { parseNumber } from './link-numbers.ts';
import { paramProblem } from './validate-params.ts';

/** The outcome of reading a text: a legal value, or what is wrong. */
export type Parsed<T> = { readonly value: T; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: Problem };

const FLAGS: Readonly<Record<string, boolean>> = { 1: true, 0: false, true: true, false: false, on: true, off: false, yes: true, no: false };

/** A flag from `1`, `0`, `true`, `false`, `on`, `off`, `yes`, `no`; undefined when it is none of these. */
export const parseFlag = (text: string): boolean | undefined => (Object.hasOwn(FLAGS, text.toLowerCase()) ? FLAGS[text.toLowerCase()] : undefined);

/**
 * A legal value of a parameter as short text. Numbers and choices are themselves, flags `1` and `0`, durations `exponential:20`, lists
 * `1,2,3`, texts of free data themselves and other free data JSON. Reading it with `parseValue` gives the same value.
 */
export function formatValue(param: Param, value: unknown): string {
  switch (param.kind) {
    case 'flag':
      return value === true ? '1' : '0';
    case 'duration':
      return distributionText(value);
    case 'numbers':
      return (value as readonly number[]).join(',');
    case 'data':
      return typeof param.initial === 'string' && typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return String(value);
  }
}

function read(param: Param, text: string, path: string): { readonly value: unknown } | { readonly problem: Problem } {
  switch (param.kind) {
    case 'number':
      return { value: parseNumber(text) ?? text };
    case 'flag':
      return { value: parseFlag(text) ?? text };
    case 'choice':
      return { value: text };
    case 'duration':
      return parseDistribution(text, path);
    case 'numbers':
      return { value: text === '' ? [] : text.length > LIMITS.dataSize ? text : text.split(',').map((item) => parseNumber(item.trim()) ?? item) };
    case 'data': {
      if (typeof param.initial === 'string') return { value: text };
      const parsed = parseJson(text, LIMITS.dataSize);
      return parsed.problem === undefined ? { value: parsed.json satisfies Json } : { problem: problemAt(path, text, `JSON (${param.shape})`) };
    }
  }
}

/** A legal value of a parameter from text, or what is wrong with it. `path` names it in the message. Never throws. */
export function parseValue(param: Param, text: string, path = 'value'): Parsed<unknown> {
  const found = read(param, text, path);
  if ('problem' in found) return found;
  const problem = paramProblem(param, found.value, path);
  return problem === undefined ? { value: found.value } : { problem };
}
