/** Walks a plain value along its shape and reports whatever does not fit. */
import { isRecord, isReserved, own } from './document-plain.ts';
import { problemAt, type Report } from './document-problem.ts';
import type { Fields, NameKind, Shape } from './schema-shapes.ts';
import { listed, nearestName } from './suggest.ts';
import { distributionProblem } from './validate-distribution.ts';

/** What the walk must know of the story. */
export interface Lookup {
  readonly report: Report;
  /** All names of a kind, or undefined where they are not known yet: then any text will do. */
  names(kind: NameKind): readonly string[] | undefined;
}

type NumberRule = { readonly min: number; readonly max: number; readonly integer?: boolean; readonly aboveMin?: boolean };

/** A number's rule in words: `a whole number from 1 to 1000`. */
export function numberRule({ min, max, integer, aboveMin }: NumberRule): string {
  const what = integer === true ? 'a whole number' : 'a number';
  return aboveMin === true ? `${what} above ${min} and up to ${max}` : `${what} from ${min} to ${max}`;
}

/** Does a number keep its rule? */
export const fitsNumber = (rule: NumberRule, value: unknown): value is number =>
  typeof value === 'number' && value >= rule.min && value <= rule.max && !(rule.aboveMin === true && value === rule.min) && !(rule.integer === true && !Number.isInteger(value));

/**
 * The legal number closest to a value. Texts that are numbers count as such; what is no number at all has none nearby. An open lower bound
 * has no closest number: a step above it is taken instead (`step`, else 1, else a thousandth of the range).
 */
export function nearestNumber(rule: NumberRule & { readonly step?: number }, value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'number' ? value : NaN;
  if (Number.isNaN(number)) return undefined;
  const within = Math.min(rule.max, Math.max(rule.min, number));
  const whole = rule.integer === true ? Math.min(Math.floor(rule.max), Math.max(Math.ceil(rule.min), Math.round(within))) : within;
  if (rule.aboveMin === true && whole <= rule.min) return Math.min(rule.max, rule.min + (rule.step ?? (rule.integer === true ? 1 : Math.min(1, (rule.max - rule.min) / 1000))));
  return whole === 0 ? 0 : whole;
}

const NAMES: Readonly<Record<NameKind, string>> = {
  pattern: 'a pattern', scenario: 'a scenario of the pattern', variant: 'a variant of the scenario', node: 'a node of the scenario', layer: 'a layer of the scenario',
  engine: 'a role or a pattern\'s engine', link: 'a link of the scenario (from>to)', note: 'a note of one of the layers',
};

/** Reports a name that is not among the known ones, with the most similar; returns whether it is. */
export function checkName(value: unknown, what: string, known: readonly string[] | undefined, path: string, report: Report): value is string {
  if (typeof value === 'string' && (known === undefined || known.includes(value))) return true;
  const rule = known === undefined ? what : known.length === 0 ? `${what} (there is none)` : `${what}: ${listed(known)}`;
  report.add(problemAt(path, value, rule, { nearest: typeof value === 'string' && known !== undefined ? nearestName(value, known) : undefined }));
  return false;
}

const at = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** Checks a plain value against a shape; every problem goes to the report. */
export function checkShape(shape: Shape, value: unknown, path: string, lookup: Lookup): void {
  const { report } = lookup;
  if (report.full) return;
  switch (shape.kind) {
    case 'number':
      if (!fitsNumber(shape, value)) report.add(problemAt(path, value, numberRule(shape), { nearest: nearestNumber(shape, value) }));
      return;
    case 'constant':
      if (value !== shape.value) report.add(problemAt(path, value, String(shape.value), { nearest: shape.value }));
      return;
    case 'flag':
      if (typeof value !== 'boolean') report.add(problemAt(path, value, 'true or false'));
      return;
    case 'choice':
      checkName(value, 'one of', shape.options, path, report);
      return;
    case 'name':
      checkName(value, NAMES[shape.of], lookup.names(shape.of), path, report);
      return;
    case 'text': {
      const min = shape.min ?? 0;
      if (typeof value !== 'string' || value.length < min || value.length > shape.max) report.add(problemAt(path, value, `a text of ${min} to ${shape.max} characters`));
      else if (shape.fresh === true && (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(value) || isReserved(value))) {
        report.add(problemAt(path, value, 'a name of letters, digits, - and _ that begins with a letter and is no word of JavaScript objects'));
      }
      return;
    }
    case 'distribution': {
      const problem = distributionProblem(value, path);
      if (problem !== undefined) report.add(problem);
      return;
    }
    case 'params':
      if (!isRecord(value)) report.add(problemAt(path, value, 'an object of parameters'));
      return;
    case 'list': {
      const min = shape.min ?? 0;
      if (!Array.isArray(value) || value.length < min || value.length > shape.max) {
        report.add(problemAt(path, value, `a list of ${min === 0 ? 'at most' : `${min} to`} ${shape.max}`));
        return;
      }
      value.forEach((item, i) => checkShape(shape.of, item, `${path}[${i}]`, lookup));
      return;
    }
    case 'record': {
      if (!isRecord(value)) {
        report.add(problemAt(path, value, `an object by ${shape.keys}`));
        return;
      }
      const known = lookup.names(shape.keys);
      for (const key of Object.keys(value)) {
        if (known !== undefined && !known.includes(key)) reportUnknownKey(path, key, NAMES[shape.keys], known, report);
        else checkShape(shape.of, value[key], at(path, key), lookup);
      }
      return;
    }
    case 'object':
      if (!isRecord(value)) report.add(problemAt(path, value, `an object with ${listed(Object.keys(shape.fields))}`));
      else checkFields(shape.fields, value, path, lookup);
      return;
    case 'union': {
      const kinds = Object.keys(shape.options);
      if (!isRecord(value)) {
        report.add(problemAt(path, value, `an object with kind and what belongs to it`));
        return;
      }
      if (!checkName(value.kind, 'one of', kinds, at(path, 'kind'), report)) return;
      const { kind, ...rest } = value;
      checkFields(own(shape.options, kind as string)!, rest, path, lookup);
    }
  }
}

/** A key that nobody knows: the path is the holder's, for a hostile key may be anything. */
export function reportUnknownKey(path: string, key: string, what: string, known: readonly string[], report: Report): void {
  const nearest = nearestName(key, known);
  const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  const where = path === '' ? shown : `${path}.${shown}`;
  const rule = known.length === 0 ? `${what} (there is none)` : `${what}: ${listed(known)}`;
  report.add(problemAt(where, shown, rule, { nearest, message: `${where}: ${JSON.stringify(shown)} is not ${rule}.${nearest === undefined ? '' : ` Nearest: ${nearest}.`}` }));
}

/** Checks the fields of an object: unknown keys, missing ones, and what each holds. */
export function checkFields(fields: Fields, value: Readonly<Record<string, unknown>>, path: string, lookup: Lookup): void {
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(fields, key)) reportUnknownKey(path, key, 'a key known here', Object.keys(fields), lookup.report);
  }
  for (const [key, shape] of Object.entries(fields)) {
    if (Object.hasOwn(value, key)) checkShape(shape, value[key], at(path, key), lookup);
    else if (shape.optional !== true) lookup.report.add(problemAt(at(path, key), undefined, describe(shape)));
  }
}

function describe(shape: Shape): string {
  switch (shape.kind) {
    case 'number': return numberRule(shape);
    case 'constant': return String(shape.value);
    case 'flag': return 'true or false';
    case 'choice': return `one of: ${listed(shape.options)}`;
    case 'name': return NAMES[shape.of];
    case 'text': return 'a text';
    case 'distribution': return 'a distribution';
    case 'list': return 'a list';
    default: return 'an object';
  }
}
