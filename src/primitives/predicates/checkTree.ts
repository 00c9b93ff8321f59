/** What is wrong with a predicate or with the fields of a table that came from outside. Takes anything, never throws. */
import type { ParamFault } from '../../kernel/story.ts';
import { COMPARISONS, INNER, type Field, type Predicate } from './tree.ts';

export const MOST_NODES = 31, MOST_DEPTH = 6;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): boolean => typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
const ratio = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const LEAF_OPS: ReadonlySet<string> = new Set([...COMPARISONS, 'in', 'between', 'like', 'isNull', 'custom']);

export function checkTree(tree: unknown, fields: readonly Field[], at = 'tree'): readonly ParamFault[] {
  const faults: ParamFault[] = [];
  let nodes = 0;
  const refuse = (path: string, value: unknown, rule: string, nearest?: unknown): void => { faults.push({ path, value, rule, level: 'refuse', ...(nearest !== undefined && { nearest }) }); };
  const walk = (node: unknown, path: string, depth: number): void => {
    nodes++;
    if (nodes > MOST_NODES || depth > MOST_DEPTH) return;
    if (!isObject(node)) { refuse(path, node, 'a node { op, … }'); return; }
    const { op } = node;
    if (node['label'] !== undefined && typeof node['label'] !== 'string') refuse(`${path}.label`, node['label'], 'a text', '');
    if (op === 'true' || op === 'false') return;
    if (typeof op === 'string' && INNER.has(op)) { inner(node, op, path, depth); return; }
    if (typeof op !== 'string' || !LEAF_OPS.has(op)) { refuse(`${path}.op`, op, 'and, or, not, xor, atLeast, true, false, gt, ge, lt, le, eq, ne, in, between, like, isNull or custom', 'eq'); return; }
    leaf(node, op, path);
  };
  const inner = (node: Record<string, unknown>, op: string, path: string, depth: number): void => {
    const { of, k } = node;
    if (!Array.isArray(of)) { refuse(`${path}.of`, of, 'a list of nodes', []); return; }
    if (op === 'not' && of.length !== 1) refuse(`${path}.of`, of.length, 'exactly one node');
    if (op === 'atLeast' && !(typeof k === 'number' && Number.isInteger(k) && k >= 0)) refuse(`${path}.k`, k, 'a whole number, 0 or more', 1);
    else if (op === 'atLeast' && (k as number) > of.length) faults.push({ path: `${path}.k`, value: k, rule: `at most ${of.length}`, nearest: of.length, level: 'warn', message: 'More are asked for than there are: never satisfied.' });
    if ((op === 'and' || op === 'or') && of.length === 0) faults.push({ path: `${path}.of`, value: [], rule: 'at least one node', level: 'warn', message: op === 'and' ? 'A conjunction of nothing is true.' : 'A disjunction of nothing is false.' });
    of.forEach((child, i) => walk(child, `${path}.of[${i}]`, depth + 1));
  };
  const leaf = (node: Record<string, unknown>, op: string, path: string): void => {
    const { field, cost, selectivity, value } = node;
    if (cost !== undefined && !(typeof cost === 'number' && cost >= 0 && cost <= 1e9)) refuse(`${path}.cost`, cost, '0 µs or more', 0);
    if (selectivity !== undefined && !ratio(selectivity)) refuse(`${path}.selectivity`, selectivity, 'between 0 and 1', 0.5);
    const known = fields.find(({ name }) => name === field);
    if (known === undefined) { refuse(`${path}.field`, field, `one of ${fields.map(({ name }) => name).join(', ')}`, fields[0]?.name); return; }
    const right = known.type === 'number' ? 'number' : 'string';
    const rule = `a ${known.type}, as ${known.name} is`;
    if (op === 'isNull') return;
    if (op === 'like') { if (known.type !== 'text') refuse(`${path}.op`, op, 'an operator of numbers', 'eq'); else if (typeof node['pattern'] !== 'string') refuse(`${path}.pattern`, node['pattern'], 'a text', '%'); return; }
    if (op === 'in') { const { values } = node; if (!Array.isArray(values) || !values.every((each) => isScalar(each) && typeof each === right)) refuse(`${path}.values`, values, `a list; each ${rule}`, []); return; }
    if (op === 'between' || op === 'custom') {
      if (known.type !== 'number') { refuse(`${path}.op`, op, 'an operator of texts', 'eq'); return; }
      if (op === 'custom') { if (typeof node['name'] !== 'string' || node['name'] === '') refuse(`${path}.name`, node['name'], 'the name of a function', 'rule'); if (typeof value !== 'number') refuse(`${path}.value`, value, 'a number', 0); return; }
      const { lo, hi } = node;
      if (typeof lo !== 'number') refuse(`${path}.lo`, lo, 'a number', 0);
      if (typeof hi !== 'number') refuse(`${path}.hi`, hi, 'a number', 0);
      if (typeof lo === 'number' && typeof hi === 'number' && lo > hi) faults.push({ path: `${path}.lo`, value: lo, rule: `at most ${hi}`, nearest: hi, level: 'warn', message: 'Nothing lies between them: as a filter it is false.' });
      return;
    }
    if (!isScalar(value) || typeof value !== right) refuse(`${path}.value`, value, rule, right === 'number' ? 0 : '');
  };
  walk(tree, at, 1);
  if (nodes > MOST_NODES) refuse(at, nodes, `at most ${MOST_NODES} nodes`);
  else if (faults.length === 0 && tooDeep(tree, 1)) refuse(at, 'deeper', `at most ${MOST_DEPTH} levels deep`);
  return faults;
}
const tooDeep = (node: unknown, depth: number): boolean => depth > MOST_DEPTH || (isObject(node) && Array.isArray(node['of']) && node['of'].some((child) => tooDeep(child, depth + 1)));

export function checkFields(fields: unknown): readonly ParamFault[] {
  const fault = (path: string, value: unknown, rule: string, nearest?: unknown): ParamFault => ({ path, value, rule, level: 'refuse', ...(nearest !== undefined && { nearest }) });
  if (!Array.isArray(fields) || fields.length === 0 || fields.length > 24) return [fault('fields', fields, 'a list of 1 to 24 fields')];
  const names = new Set<unknown>();
  return fields.flatMap((field: unknown, i) => {
    const path = `fields[${i}]`;
    if (!isObject(field)) return [fault(path, field, '{ name, type, … }')];
    const out: ParamFault[] = [];
    const { name, type, lo, hi, values, nullRatio } = field;
    if (typeof name !== 'string' || !/^[a-z][A-Za-z0-9_]*$/.test(name)) out.push(fault(`${path}.name`, name, 'a name: a letter, then letters, digits, _'));
    if (names.has(name)) out.push(fault(`${path}.name`, name, 'another name: it is taken'));
    names.add(name);
    if (type !== 'number' && type !== 'text') out.push(fault(`${path}.type`, type, 'number or text', 'number'));
    if (type === 'number' && !((lo === undefined || Number.isFinite(lo)) && (hi === undefined || Number.isFinite(hi)) && ((lo as number | undefined) ?? 0) <= ((hi as number | undefined) ?? 1))) out.push(fault(`${path}.hi`, hi, 'a number, lo or more'));
    if (type === 'text' && !(Array.isArray(values) && values.length > 0 && values.every((each) => typeof each === 'string'))) out.push(fault(`${path}.values`, values, 'a list of texts'));
    if (nullRatio !== undefined && !ratio(nullRatio)) out.push(fault(`${path}.nullRatio`, nullRatio, 'between 0 and 1', 0));
    return out;
  });
}
export type { Predicate };
