/** What came from outside becomes plain data here, bounded in depth and size, before anything else looks at it. */
import type { Json } from '../kernel/contract.ts';
import { isRecord, isReserved } from './document-plain.ts';
import { problemAt, type Problem } from './document-problem.ts';

interface Budget {
  left: number;
  readonly depth: number;
}
class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

const join = (path: string, key: string | number): string => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? key.slice(0, 80) : `${path}.${key.slice(0, 80)}`);

function spend(budget: Budget, cost: number, path: string): void {
  budget.left -= cost;
  if (budget.left < 0) throw new Refusal(problemAt(path, undefined, 'a smaller document', { message: `The document is too large${path === '' ? '' : ` (noticed at ${path.slice(0, 120)})`}.` }));
}

function copy(value: unknown, path: string, level: number, budget: Budget): unknown {
  switch (typeof value) {
    case 'number':
      spend(budget, 8, path);
      return value === 0 ? 0 : value; // -0 is 0: JSON cannot tell them apart
    case 'string':
      spend(budget, value.length + 3, path);
      return value;
    case 'boolean':
      spend(budget, 5, path);
      return value;
    case 'object':
      break;
    default:
      throw new Refusal(problemAt(path, undefined, 'plain data', { message: `${path === '' ? 'The document' : path} is ${typeof value === 'undefined' ? 'missing' : `a ${typeof value}`}, but must be plain data.` }));
  }
  if (value === null) {
    spend(budget, 5, path);
    return null;
  }
  if (level >= budget.depth) {
    const where = path.length > 60 ? `${path.slice(0, 60)}…` : path;
    throw new Refusal(problemAt(where, undefined, `nested at most ${budget.depth} deep`, { message: `${where} is nested more than ${budget.depth} deep.` }));
  }
  if (Array.isArray(value)) {
    spend(budget, value.length + 2, path); // before the loop: a hole-ridden array may claim any length
    return Array.from({ length: value.length }, (_, i) => copy(value[i], join(path, i), level + 1, budget));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new Refusal(problemAt(path, undefined, 'plain data', { message: `${path === '' ? 'The document' : path} is an object of a class, but must be plain data.` }));
  }
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue; // as JSON does
    const here = join(path, key);
    if (isReserved(key)) throw new Refusal(problemAt(here, undefined, 'a key that JavaScript objects do not have already', { message: `${here} is not allowed as a key.` }));
    spend(budget, key.length + 4, here);
    result[key] = copy(item, here, level + 1, budget);
  }
  return result;
}

/**
 * A deep copy of anything at all as plain data, or the reason why not. Bounded: `size` counts roughly the characters of its JSON, `depth`
 * the nesting, so that cycles and bombs end early. Numbers stay as they are (also NaN; whoever checks the field says what it should be),
 * except that -0 becomes 0. Never throws.
 */
export function copyPlain(value: unknown, limits: { readonly size: number; readonly depth: number }): { readonly plain: unknown; readonly problem?: undefined } | { readonly plain?: undefined; readonly problem: Problem } {
  try {
    return { plain: copy(value, '', 0, { left: limits.size, depth: limits.depth }) };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.problem };
    return { problem: problemAt('', undefined, 'plain data', { message: 'The document could not be read: it is not plain data.' }) };
  }
}

/** Path of the first number within that JSON cannot hold (NaN, Infinity), or undefined. The value is plain and bounded. */
export function unwritable(value: unknown, path = ''): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = unwritable(value[i], join(path, i));
      if (found !== undefined) return found;
    }
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) {
      const found = unwritable(value[key], join(path, key));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The text as JSON, or the reason why not. Never throws; `maxLength` in characters. */
export function parseJson(text: string, maxLength: number): { readonly json: Json; readonly problem?: undefined } | { readonly problem: Problem } {
  if (text.length > maxLength) {
    return { problem: problemAt('', undefined, `at most ${maxLength} characters`, { message: `The document has ${text.length} characters; at most ${maxLength} are read.` }) };
  }
  try {
    return { json: JSON.parse(text) as Json };
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 120) : '';
    return { problem: problemAt('', undefined, 'valid JSON', { message: `The document is not valid JSON: ${detail}` }) };
  }
}
