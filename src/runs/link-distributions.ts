/** Distributions as short text: `const:5`, `exp:20`, `lognormal:20:90`, `pareto:1.5:10:500`, `empirical:1,2,3`. */
import type { Distribution } from '../kernel/distributions.ts';
import { parseJson } from './document-copy.ts';
import { problemAt, type Problem } from './document-problem.ts';
import { parseNumber } from './link-numbers.ts';
import { nearestName } from './suggest.ts';
import { distributionProblem } from './validate-distribution.ts';

type Kind = Distribution['kind'];
/** Name in texts, and the fields in their order; a question mark ends an optional one, brackets a list. */
const FORMS: { readonly [K in Kind]: readonly [name: string, ...fields: string[]] } = {
  constant: ['const', 'ms'],
  uniform: ['uniform', 'minMs', 'maxMs'],
  exponential: ['exp', 'meanMs'],
  erlang: ['erlang', 'k', 'meanMs'],
  lognormal: ['lognormal', 'medianMs', 'p99Ms'],
  pareto: ['pareto', 'alpha', 'minMs', 'maxMs?'],
  bimodal: ['bimodal', 'slowRatio', 'fastMs', 'slowMs'],
  empirical: ['empirical', 'values[]'],
  histogram: ['histogram', 'edgesMs[]', 'counts[]'],
};
const KINDS = Object.keys(FORMS) as Kind[];
/** Every name that a text may begin with. */
const NAMES: ReadonlyMap<string, Kind> = new Map(KINDS.flatMap((kind) => [[kind, kind] as const, [FORMS[kind][0], kind] as const]));

const bare = (field: string): string => field.replace(/\?|\[\]/, '');

/** A distribution as text that `parseDistribution` reads back to the same. */
export function distributionText(value: unknown): string {
  const distribution = value as Readonly<Record<string, unknown>> & { kind: Kind };
  const [name, ...fields] = FORMS[distribution.kind];
  const parts = fields.map((field) => distribution[bare(field)]).filter((part) => part !== undefined);
  return [name, ...parts.map((part) => (Array.isArray(part) ? part.join(',') : String(part)))].join(':');
}

/** The forms of all kinds, for help texts: `lognormal:medianMs:p99Ms`. */
export const distributionForms = (): readonly string[] => KINDS.map((kind) => FORMS[kind].map(bare).join(':'));

/** A legal distribution from its text, from JSON, or from a bare number of milliseconds (constant); else what is wrong. Never throws. */
export function parseDistribution(text: string, path: string): { readonly value: Distribution } | { readonly problem: Problem } {
  const legal = (value: unknown) => {
    const problem = distributionProblem(value, path);
    return problem === undefined ? { value: value as Distribution } : { problem };
  };
  if (text.trimStart().startsWith('{')) {
    const parsed = parseJson(text, 64 * 1024);
    return parsed.problem === undefined ? legal(parsed.json) : { problem: problemAt(path, text, 'a distribution as text or JSON') };
  }
  const alone = parseNumber(text);
  if (alone !== undefined) return legal({ kind: 'constant', ms: alone });
  const [name, ...parts] = text.split(':', 10);
  const kind = NAMES.get(name!.toLowerCase());
  if (kind === undefined) {
    const names = KINDS.map((each) => FORMS[each][0]);
    return { problem: problemAt(path, text, `a distribution that begins with one of ${names.join(', ')}`, { nearest: nearestName(name!, names) }) };
  }
  const fields = FORMS[kind].slice(1);
  const least = fields.filter((field) => !field.endsWith('?')).length;
  if (parts.length < least || parts.length > fields.length) return { problem: problemAt(path, text, `of the form ${FORMS[kind].join(':')}`) };
  const value: Record<string, unknown> = { kind };
  parts.forEach((part, i) => {
    const number = (item: string): unknown => parseNumber(item.trim()) ?? item;
    value[bare(fields[i]!)] = fields[i]!.endsWith('[]') ? part.split(',', 5000).map(number) : number(part);
  });
  return legal(value);
}
