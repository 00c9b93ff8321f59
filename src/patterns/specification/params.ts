/** All that is data about the engine that applies a specification: parameters, rules, presets, controls, notes. */
import type { Json } from '../../kernel/contract.ts';
import type { EngineStory, ParamFault, ParamsOf } from '../../kernel/story.ts';
import { checkFields, checkTree } from '../../primitives/predicates/checkTree.ts';
import { NULL_LOGICS } from '../../primitives/predicates/evaluate.ts';
import { leavesOf, type Field, type Predicate } from '../../primitives/predicates/tree.ts';
import { DEFAULT_TREE, FIELDS } from './domain.ts';
import { presets } from './presets.ts';

const WHAT = 'Specification', HOW = 'Evaluation', WHERE = 'Execution', PAGE = 'Page', ONE = 'One entity', CORES = 'Cores and queue';
export const STRATEGIES = ['asWritten', 'greedyRank', 'optimal', 'parallel'] as const;
export const EXECUTIONS = ['inMemory', 'pushDown', 'hybrid'] as const;
export const STATISTICS = ['declared', 'marginal', 'joint'] as const;
export const TREE_SHAPE = '{ op: and | or | xor | not | atLeast (k), of: […] } or { op: gt | ge | lt | le | eq | ne | in | between | like | isNull | custom, field, value | values | lo, hi | pattern, label?, cost? (µs), selectivity? }';

const params = {
  tree: { kind: 'data', initial: DEFAULT_TREE as unknown as Json, shape: TREE_SHAPE, group: WHAT, label: 'Tree', help: 'The rule as a tree of 1 to 31 nodes, at most 6 levels deep.' },
  fields: { kind: 'data', initial: FIELDS as unknown as Json, shape: '[{ name, type: number | text, lo?, hi?, values?, nullRatio?, index?, derived? }]', group: WHAT, label: 'Fields', help: 'What an entity has. The store must have the same; a derived field is known to the application alone.' },
  nullLogic: {
    kind: 'choice', options: NULL_LOGICS, initial: 'threeValued', group: WHAT, label: 'What null does',
    optionLabels: { threeValued: 'unknown, as in SQL', twoValued: 'comparisons are false', raise: 'the code fails' },
    help: 'Two-valued code takes ¬(x > 5) of a missing x for true; SQL does not.',
  },
  nullRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, group: WHAT, label: 'Missing values', help: 'Share of missing values in entities that come with a request, for fields without a ratio of their own.' },
  strategy: {
    kind: 'choice', options: STRATEGIES, initial: 'asWritten', group: HOW, label: 'Order',
    optionLabels: { asWritten: 'as written', greedyRank: 'by cost and selectivity', optimal: 'best of all orders (8 parts)', parallel: 'all at once' },
    help: 'In which order parts are looked at. By rank: cheap and decisive first. All at once has the delay of the slowest leaf and the work of all.',
  },
  statistics: {
    kind: 'choice', options: STATISTICS, initial: 'marginal', group: HOW, label: 'Selectivity from',
    optionLabels: { declared: 'what the tree declares', marginal: 'each leaf measured by itself', joint: 'leaves measured together' },
    help: 'Leaf by leaf is enough while leaves have nothing to do with each other. Until 40 rows have been profiled the order is as written.',
  },
  reorderEveryMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 5000, scale: 'log', group: HOW, label: 'Reorder every', help: 'How often the order is worked out anew; 0: at the start and on the button only.' },
  profileRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.02, step: 0.01, group: HOW, label: 'Profiled rows', help: 'Share of candidates on which every leaf is evaluated, so that selectivity is known without the bias of the order. It costs.' },
  execution: {
    kind: 'choice', options: EXECUTIONS, initial: 'inMemory', group: WHERE, label: 'Where it is evaluated',
    optionLabels: { inMemory: 'in memory: load all, then filter', pushDown: 'pushed down: the store filters', hybrid: 'hybrid: the store what it can, memory the rest' },
    help: 'A predicate that is data can be written as a query; one that is a function can only be called.',
  },
  untranslatable: {
    kind: 'choice', options: ['loadAll', 'refuse'], initial: 'loadAll', group: WHERE, label: 'What cannot be pushed',
    optionLabels: { loadAll: 'load all', refuse: 'refuse the request' }, help: 'Pushed down only: what happens when some part is code of the application.',
  },
  bounds: { kind: 'flag', initial: true, group: WHERE, label: 'Send bounds', help: 'Of (a and code) or b send a or b, which lets through too much but not everything, and check the whole again.' },
  normalForm: {
    kind: 'choice', options: ['compact', 'dnf'], initial: 'compact', group: WHERE, label: 'Form of the query',
    optionLabels: { compact: 'as compact as possible', dnf: 'disjunction of terms' }, help: 'n clauses of (a or b) become 2^n terms.',
  },
  dnfLimit: { kind: 'number', unit: 'count', min: 1, max: 4096, initial: 1024, integer: true, scale: 'log', group: WHERE, label: 'Most terms', help: 'With more terms the compact form is sent.' },
  store: { kind: 'data', initial: '', shape: 'node id, or empty for the first', group: WHERE, label: 'Store', help: 'The node that holds the rows.' },
  take: { kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 0, integer: true, scale: 'log', group: PAGE, label: 'Page size', help: 'How many rows are asked for, in order; 0: all.' },
  orderBy: { kind: 'data', initial: '', shape: 'field, or empty for the order of the table', group: PAGE, label: 'Order by', help: 'Ascending, rows without a value last.' },
  pagePushed: { kind: 'flag', initial: false, group: PAGE, label: 'The store cuts the page', help: 'Even where a part is left to check: the page is cut before that part, and comes out too short.' },
  building: {
    kind: 'choice', options: ['spec', 'trial'], initial: 'spec', group: ONE, label: 'Build to order',
    optionLabels: { spec: 'from what the tree asks for', trial: 'by trial' }, help: 'How an entity is made that satisfies the tree: from its parts, or drawn until one fits.',
  },
  maxTries: { kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 1000, integer: true, scale: 'log', group: ONE, label: 'Most trials', help: 'By trial: given up after so many.' },
  validates: { kind: 'flag', initial: true, group: ONE, label: 'Validate before saving', help: 'An entity that does not satisfy the tree is answered at once, with the leaves that failed.' },
  concurrency: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 4, integer: true, scale: 'log', group: CORES, label: 'Cores', help: 'How many evaluations run at the same time.' },
  queueCapacity: { kind: 'number', unit: 'count', min: 0, max: 100_000, initial: 100, integer: true, scale: 'log', group: CORES, label: 'Queue', help: 'How many may wait for a core; one more is answered with overload.' },
} as const satisfies EngineStory['params'];

export type SpecificationParams = ParamsOf<typeof params>;
export const fieldsOf = (p: Readonly<Record<string, unknown>>): readonly Field[] => p['fields'] as readonly Field[];
export const treeOf = (p: Readonly<Record<string, unknown>>): Predicate => p['tree'] as Predicate;

export function checkSpecification(p: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const bad = checkFields(p['fields']);
  if (bad.length > 0) return bad;
  const fields = fieldsOf(p);
  const faults: ParamFault[] = [...checkTree(p['tree'], fields)];
  if (typeof p['store'] !== 'string') faults.push({ path: 'store', value: p['store'], rule: 'the id of a node, or empty', nearest: '', level: 'refuse' });
  if (p['orderBy'] !== '' && !fields.some(({ name }) => name === p['orderBy'])) faults.push({ path: 'orderBy', value: p['orderBy'], rule: `one of ${fields.map(({ name }) => name).join(', ')}, or empty`, nearest: '', level: 'refuse' });
  if (faults.every(({ level }) => level === 'warn') && p['strategy'] === 'optimal' && leavesOf(treeOf(p)).length > 8) {
    faults.push({ path: 'strategy', value: 'optimal', rule: 'greedyRank', nearest: 'greedyRank', level: 'warn', message: 'Nodes of more than 8 parts are ordered by rank.' });
  }
  return faults;
}

export const specificationStory = {
  title: 'Specification',
  params, presets,
  check: checkSpecification,
  controls: { reorder: 'Reorder now', forget: 'Forget what was measured' },
  notes: {
    evaluated: { text: '{op}: {survivors} of {candidates} rows satisfy, {costUs} µs a row', quiet: true, tone: 'good' },
    shortCircuited: { text: '{percent} % of the leaves need not be looked at', quiet: true },
    reordered: { text: 'new order {order}: {afterUs} µs a row instead of {beforeUs}', tone: 'good' },
    pushed: { text: 'to the store: {text}', quiet: true },
    residual: { text: 'left to check in memory: {text}', quiet: true },
    untranslatable: { text: 'refused: {part} is code, which no store can look into', quiet: true, tone: 'bad' },
    exploded: { text: 'more than {limit} terms: the compact form is sent', tone: 'warn' },
    raised: { text: '{op} failed: a comparison met a missing value', quiet: true, tone: 'bad' },
    explained: { text: 'not satisfied: {why}', quiet: true },
    built: { text: 'built to order after {tries} trials', quiet: true, tone: 'good' },
    notBuilt: { text: 'no entity could be built in {tries} trials', quiet: true, tone: 'warn' },
    composed: { text: 'the specification is now {text}', tone: 'good' },
    compared: { text: 'takes in the other specification: {answer}', quiet: true },
  },
  place: 'app',
} as const satisfies EngineStory;
export type SpecificationNote = keyof typeof specificationStory.notes;
