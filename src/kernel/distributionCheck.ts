/** What makes a legal distribution; without the numerics, so that a page can check one without loading them. */
import type { Distribution } from './distributions.ts';

/** What is wrong with a value: the field, what it held, the rule it breaks, and the nearest value that would be legal. */
export interface Problem {
  /** Such as `meanMs` or `values[3]`; empty when the whole value is wrong. */
  readonly path: string;
  readonly value: unknown;
  readonly rule: string;
  /** `undefined` where the field must go. */
  readonly nearest: unknown;
}

/** Longest time of a distribution and of a sample, ms: 2^53 ns, about 104 days, the end of exact time. Longer samples are cut to it. */
export const LONGEST_MS = 9007199254;
/** Shortest time where 0 is not legal, ms: one nanosecond, the grain of simulated time. */
export const SHORTEST_MS = 0.000001;

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly whole?: true;
  readonly optional?: true;
  /** Another field of the same distribution, which this one must not be below. */
  readonly floor?: string;
  /** Shortest and longest length, where the field is a list of such numbers. */
  readonly length?: readonly [number, number];
}

const time = (name: string): Field => ({ name, low: 0, high: LONGEST_MS });
const timeFrom = (floor: string, name: string): Field => ({ ...time(name), floor });
const positive = (name: string): Field => ({ name, low: SHORTEST_MS, high: LONGEST_MS });

const FIELDS: ReadonlyMap<string, readonly Field[]> = new Map<Distribution['kind'], readonly Field[]>([
  ['constant', [time('ms')]],
  ['uniform', [time('minMs'), timeFrom('minMs', 'maxMs')]],
  ['exponential', [positive('meanMs')]],
  ['erlang', [{ name: 'k', low: 1, high: 1000, whole: true }, positive('meanMs')]],
  ['lognormal', [positive('medianMs'), timeFrom('medianMs', 'p99Ms')]],
  ['pareto', [{ name: 'alpha', low: 0.01, high: 1000 }, positive('minMs'), { ...timeFrom('minMs', 'maxMs'), optional: true }]],
  ['bimodal', [{ name: 'slowRatio', low: 0, high: 1 }, time('fastMs'), timeFrom('fastMs', 'slowMs')]],
  ['empirical', [{ ...time('values'), length: [1, 100000] }]],
  ['histogram', [{ ...time('edgesMs'), length: [2, 1001] }, { name: 'counts', low: 0, high: 1e12, length: [1, 1000] }]],
]);

/**
 * Looks for the first thing wrong with what should become a distribution. Nothing is repaired: the caller decides about the nearest value.
 * @param value anything, such as parsed JSON
 * @returns the problem, or `undefined` for a legal distribution; no errors
 */
export function checkDistribution(value: unknown): Problem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { path: '', value, rule: 'must be an object with a kind and its fields', nearest: { kind: 'constant', ms: 0 } };
  }
  const given = value as Readonly<Record<string, unknown>>;
  const kind = given['kind'];
  const fields = typeof kind === 'string' ? FIELDS.get(kind) : undefined;
  if (fields === undefined) {
    const kinds = [...FIELDS.keys()];
    const beginning = typeof kind === 'string' ? kind.slice(0, 3).toLowerCase() : 'constant';
    return { path: 'kind', value: kind, rule: `must be one of ${kinds.join(', ')}`, nearest: kinds.find((each) => each.startsWith(beginning)) ?? 'constant' };
  }
  for (const key of Object.keys(given)) {
    if (key === 'kind' || fields.some((field) => field.name === key)) continue;
    const names = fields.map((field) => field.name).join(', ');
    return { path: key, value: given[key], rule: `is no field of ${String(kind)}, which has ${names}`, nearest: undefined };
  }
  for (const field of fields) {
    const found = given[field.name];
    if (found === undefined && field.optional) continue;
    const low = field.floor === undefined ? field.low : (given[field.floor] as number);
    const problem = field.length ? checkList(field, found, field.length) : checkNumber(field.name, found, { ...field, low });
    if (problem) return problem;
  }
  return kind === 'histogram' ? checkCounts(given['counts'] as number[], (given['edgesMs'] as number[]).length - 1) : undefined;
}

function checkNumber(path: string, value: unknown, { low, high, whole, floor }: Omit<Field, 'name'>): Problem | undefined {
  const isNumber = typeof value === 'number' && value === value;
  if (isNumber && value >= low && value <= high && (!whole || Number.isInteger(value))) return undefined;
  const rule = `must be a ${whole ? 'whole ' : ''}number from ${low}${floor === undefined ? '' : ` (${floor})`} to ${high}`;
  return { path, value, rule, nearest: isNumber ? Math.min(high, Math.max(low, whole ? Math.floor(value + 0.5) : value)) : low };
}

function checkList(field: Field, list: unknown, [shortest, longest]: readonly [number, number]): Problem | undefined {
  if (!Array.isArray(list) || list.length < shortest || list.length > longest) {
    const nearest = Array.isArray(list) ? list.slice(0, longest) : [];
    while (nearest.length < shortest) nearest.push(1);
    return { path: field.name, value: list, rule: `must be a list of ${shortest} to ${longest} numbers`, nearest };
  }
  let { low, high } = field;
  for (let i = 0; i < list.length; i++) {
    const problem = checkNumber(`${field.name}[${i}]`, list[i], { low, high });
    if (problem) return problem;
    if (field.name === 'edgesMs') low = list[i]; // edges never descend
  }
  return undefined;
}

function checkCounts(counts: readonly number[], bins: number): Problem | undefined {
  if (counts.length === bins && counts.some((count) => count > 0)) return undefined;
  const nearest = Array.from({ length: bins }, (_, i) => counts[i] ?? 0);
  if (!nearest.some((count) => count > 0)) nearest[0] = 1;
  return { path: 'counts', value: counts, rule: `must hold ${bins} numbers, one for each bin between the edges, not all of them 0`, nearest };
}
