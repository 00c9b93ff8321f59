/** Parameters against their schema: values one by one, then the relations between them. Nothing is ever clamped. */
import type { EngineStory, Param, Relation } from '../kernel/story.ts';
import { copyPlain, unwritable } from './document-copy.ts';
import { isRecord, own } from './document-plain.ts';
import { LIMITS } from './document-limits.ts';
import { preview, problemAt, Report, type Problem } from './document-problem.ts';
import { listed, nearestName } from './suggest.ts';
import { distributionProblem, mendDistribution } from './validate-distribution.ts';
import { fitsNumber, nearestNumber, numberRule, reportUnknownKey } from './validate-shape.ts';

type Numbers = Extract<Param, { kind: 'numbers' }>;
const listRule = (param: Numbers): string => `a list of at most ${param.maxLength} numbers from ${param.min} to ${param.max}`;

const typeName = (value: unknown): string => (Array.isArray(value) ? 'a list' : isRecord(value) ? 'an object' : typeof value === 'string' ? 'a text' : `a ${typeof value}`);

/**
 * What is wrong with one value of a parameter, or undefined. Takes anything at all and never throws. Free data must be of
 * the same JSON type as its default, unless that is null; its inside is the business of the engine.
 */
export function paramProblem(param: Param, value: unknown, path: string): Problem | undefined {
  switch (param.kind) {
    case 'number':
      return fitsNumber(param, value) ? undefined : problemAt(path, value, numberRule(param), { nearest: nearestNumber(param, value) });
    case 'choice':
      return typeof value === 'string' && param.options.includes(value) ? undefined
        : problemAt(path, value, `one of: ${listed(param.options)}`, { nearest: typeof value === 'string' ? nearestName(value, param.options) : undefined });
    case 'flag':
      return typeof value === 'boolean' ? undefined : problemAt(path, value, 'true or false');
    case 'duration':
      return distributionProblem(value, path);
    case 'numbers': {
      const fits = Array.isArray(value) && value.length <= param.maxLength && value.every((item) => fitsNumber(param, item));
      return fits ? undefined : problemAt(path, value, listRule(param), { nearest: nearestList(param, value) });
    }
    case 'data': {
      const copied = copyPlain(value, { size: LIMITS.dataSize, depth: LIMITS.dataDepth });
      if (copied.problem !== undefined) return problemAt(path, value, `data (${param.shape})`, { message: `${path}: ${copied.problem.message}` });
      if (param.initial !== null && typeName(value) !== typeName(param.initial)) return problemAt(path, value, `${typeName(param.initial)} (${param.shape})`);
      const bad = unwritable(copied.plain);
      return bad === undefined ? undefined : problemAt(bad === '' ? path : `${path}.${bad}`, undefined, 'a finite number', { message: `${path} holds a number that is not finite.` });
    }
  }
}

function nearestList(param: Numbers, value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length > LIMITS.dataSize) return undefined;
  const numbers = value.slice(0, param.maxLength).map((item) => nearestNumber(param, item));
  return numbers.some((item) => item === undefined) ? undefined : (numbers as number[]);
}

/** The legal value nearest to any value: itself when it is legal already, the schema's default when nothing is near. */
export function nearestLegal(param: Param, value: unknown): unknown {
  const problem = paramProblem(param, value, 'value');
  if (problem === undefined) return value;
  return (param.kind === 'duration' ? mendDistribution(value) : problem.nearest) ?? param.initial;
}

const WORDS: Readonly<Record<Relation['must'], string>> = { atMost: 'at most', atLeast: 'at least', below: 'below', above: 'above' };

function holds(relation: Relation, left: number, right: number): boolean {
  switch (relation.must) {
    case 'atMost': return left <= right;
    case 'atLeast': return left >= right;
    case 'below': return left < right;
    case 'above': return left > right;
  }
}

/** The value of `left` closest to what it is that keeps the relation, if its own range allows one. */
function nearestKeeping(relation: Relation, param: Param | undefined, right: number): number | undefined {
  if (param?.kind !== 'number') return undefined;
  const open = relation.must === 'below' || relation.must === 'above';
  const step = open ? (param.integer === true ? 1 : (param.step ?? (param.max - param.min) / 1000)) : 0;
  const wanted = relation.must === 'below' || relation.must === 'atMost' ? right - step : right + step;
  const whole = param.integer !== true ? wanted : relation.must === 'below' || relation.must === 'atMost' ? Math.floor(wanted) : Math.ceil(wanted);
  return fitsNumber(param, whole) && holds(relation, whole, right) ? whole : undefined;
}

/** The relations and rules of its own that a full set of parameters breaks, with `path` of the layer. `warns`: also those that only warn. */
export function checkRelations(engine: EngineStory, params: Readonly<Record<string, unknown>>, path: string, report: Report, warns = true): void {
  const tell = (problem: Problem, level: Relation['level']): void => {
    if (level === 'refuse') report.add(problem);
    else if (warns) report.warn(problem);
  };
  for (const relation of engine.relations ?? []) {
    const off = Object.entries(relation.when ?? {}).some(([name, value]) => own(params, name) !== value);
    const left = own(params, relation.left);
    const right = typeof relation.right === 'number' ? relation.right : own(params, relation.right);
    if (off || typeof left !== 'number' || typeof right !== 'number' || holds(relation, left, right)) continue;
    const where = path === '' ? relation.left : `${path}.${relation.left}`;
    const rule = `${WORDS[relation.must]} ${typeof relation.right === 'number' ? relation.right : `${relation.right} (${right})`}`;
    const nearest = nearestKeeping(relation, own(engine.params, relation.left), right);
    const message = `${where} is ${left}, but must be ${rule}: ${relation.message}${nearest === undefined ? '' : ` Nearest: ${nearest}.`}`;
    tell(problemAt(where, left, rule, { nearest, message }), relation.level);
  }
  for (const { path: inner, value, rule, nearest, level, message } of engine.check?.(params) ?? []) {
    const where = path === '' ? inner : `${path}.${inner}`;
    const told = message === undefined ? {} : { message: `${where} is ${preview(value)}, but must be ${rule}: ${message}${nearest === undefined ? '' : ` Nearest: ${preview(nearest)}.`}` };
    tell(problemAt(where, value, rule, { nearest, ...told }), level);
  }
}

/** Each given value against the schema. Unknown names get a suggestion. `path` is the layer's, e.g. `params.breaker`. */
export function checkValues(engine: EngineStory, params: unknown, path: string, report: Report): void {
  if (!isRecord(params)) {
    report.add(problemAt(path, params, 'an object of parameters'));
    return;
  }
  const names = Object.keys(engine.params);
  for (const key of Object.keys(params)) {
    const param = own(engine.params, key);
    if (param === undefined) {
      reportUnknownKey(path, key, 'a parameter', names, report);
      continue;
    }
    const problem = paramProblem(param, params[key], path === '' ? key : `${path}.${key}`);
    if (problem !== undefined) report.add(problem);
  }
}

/**
 * Parameters of one engine: each given value against its schema and, when all are good, the relations between them and the defaults of
 * those not given. Empty `problems` means legal; `warnings` let the run go on. Never throws.
 */
export function validateParams(engine: EngineStory, params: unknown, path = ''): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const report = new Report();
  checkValues(engine, params, path, report);
  if (report.clean) {
    const full: Record<string, unknown> = {};
    for (const [name, param] of Object.entries(engine.params)) full[name] = own(params as Record<string, unknown>, name) ?? param.initial;
    checkRelations(engine, full, path, report);
  }
  return report;
}
