/** What a specification means: nulls, pages, a rule in two places; and its three uses. */
import type { Scenario } from '../../../kernel/story.ts';
import type { Leaf, Predicate } from '../../../primitives/predicates/tree.ts';
import { A, B, C, FIELDS, SCORE } from '../domain.ts';
import { app, client, data, json, link, links, seconds, users } from '../topologies.ts';

const window = { fromMs: seconds(5), untilMs: seconds(38), label: 'after the warm-up' };
const goodput = { label: 'Goodput', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' } as const;

export const missingValues: Scenario = {
  title: 'Not young is not old',
  summary: 'A fifth of the rows has no age. Does “not (age < 50)” take them? The database says no, two-valued code says yes, the sketch fails.',
  seed: 7, durationMs: seconds(40), openAtMs: seconds(2),
  measure: window,
  nodes: [client('callers', 'Callers', users('select', { ratePerSecond: 3, deadlineMs: 8000 })), app({ tree: json({ op: 'and', of: [A, { op: 'not', of: [C] }] }) }), data({ candidates: 20_000, fields: json(FIELDS.map((field) => (field.name === 'age' ? { ...field, nullRatio: 0.2 } : field))) })],
  links, faults: [],
  headlines: [{ label: 'Rows too many', metric: 'ledger.extra', unit: 'count', better: 'lower' }, goodput],
  claims: [
    { metric: 'ledger.extra', better: 'with', worse: 'two-valued', wants: 'lower', factor: 10 },
    { metric: 'ledger.extra', better: 'pushed', worse: 'two-valued', wants: 'lower', factor: 10 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'without', wants: 'higher', factor: 2 },
  ],
  opensWith: 'two-valued',
  variants: {
    without: { title: 'None raises an error', kind: 'without', params: { spec: { nullLogic: 'raise' } }, summary: 'As in the sketch: one row without an age, and the whole selection fails.' },
    'two-valued': { title: 'Two values', kind: 'pitfall', params: { spec: { nullLogic: 'twoValued' } }, summary: 'Not known counts as false, and its negation as true: rows without an age are taken for old.' },
    with: { title: 'Three values', kind: 'fixed', summary: 'Unknown stays unknown under “not”, and only what is true is taken: the same rows as in SQL.' },
    pushed: { title: 'Three values, pushed down', kind: 'fixed', params: { spec: { execution: 'pushDown' } }, summary: 'The same rows again, this time filtered by the store.' },
  },
};

export const shortPages: Scenario = {
  title: 'Pages that come out short',
  summary: 'Twenty rows a page, and one part is code. Cut in the store, before that part is checked, a page has about ten; who composes a page with a rule must say which comes first.',
  seed: 8, durationMs: seconds(40), openAtMs: seconds(2),
  measure: window,
  nodes: [
    client('callers', 'Callers', users('select', { ratePerSecond: 4, deadlineMs: 8000 })),
    app({ tree: json({ op: 'and', of: [C, SCORE] }), execution: 'hybrid', take: 20, orderBy: 'value' }), data({ candidates: 2000, sampledRows: 2000 }),
  ],
  links, faults: [],
  headlines: [{ label: 'Rows missing on pages', metric: 'ledger.missed', unit: 'count', better: 'lower' }, { label: 'Sent for a query, MB', metric: 'table.megabytesMean', unit: 'none', better: 'lower' }],
  claims: [
    { metric: 'ledger.missed', better: 'with', worse: 'cut-first', wants: 'lower', factor: 10 },
    { metric: 'table.megabytesMean', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'cut-first',
  variants: {
    without: { title: 'All loaded', kind: 'without', params: { spec: { execution: 'inMemory' } }, summary: 'Right, and dear: the whole table for twenty rows.' },
    'cut-first': { title: 'The store cuts the page', kind: 'pitfall', params: { spec: { pagePushed: true } }, summary: 'The limit is part of the query, the code is not: half of each page is filtered away after it was cut.' },
    with: { title: 'Cut after the last part', kind: 'fixed', summary: 'The page is cut when nothing is left to check: full pages, for more rows on the wire.' },
  },
};

const rule: Predicate = { op: 'and', of: [A, C] };
const drifted: Predicate = { op: 'and', of: [{ op: 'gt', field: 'value', value: 30, label: 'old threshold' }, { op: 'lt', field: 'age', value: 80, label: 'old age' }] };
export const driftedRule: Scenario = {
  title: 'The rule in two places',
  summary: 'The form checks the rule, the database another version of it. What the one lets through the other turns down.',
  seed: 9, durationMs: seconds(40), openAtMs: seconds(2),
  measure: window,
  nodes: [client('callers', 'Form', users('save', { ratePerSecond: 40, deadlineMs: 2000 })), app({ tree: json(rule) }), data({ constraint: json(rule) })],
  links, faults: [],
  headlines: [
    { label: 'Let through, then refused', metric: 'table.note.constraintBroken', unit: 'count', better: 'lower' },
    { label: 'Saved', metric: 'callers.goodputPerSecond', unit: 'perSecond', better: 'higher' }, { label: 'Calls to the database', metric: 'app>data.requests', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'table.note.constraintBroken', better: 'with', worse: 'drifted', wants: 'lower', factor: 20 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'drifted', wants: 'higher', factor: 1.15 },
    { metric: 'app>data.requests', better: 'with', worse: 'without', wants: 'lower', factor: 1.8 },
  ],
  opensWith: 'drifted',
  variants: {
    without: { title: 'Only the database checks', kind: 'without', params: { spec: { validates: false } }, summary: 'Right, but late: every bad entity makes the whole way, and nobody learns which part failed.' },
    drifted: { title: 'Two versions', kind: 'pitfall', params: { table: { constraint: json(drifted) } }, summary: 'One in five of what the form lets through is refused by an old threshold.' },
    with: { title: 'One specification', kind: 'fixed', summary: 'The constraint is made from the same tree: what is bad is turned down at the form, with the leaf that failed.' },
  },
};

const high: Leaf = { op: 'gt', field: 'value', value: 90, label: 'high value', cost: 1, selectivity: 0.1 };
const check: Leaf = { ...B, label: 'algorithm', cost: 1000 };
const picky: Predicate = { op: 'and', of: [check, C, high] };
export const threeUses: Scenario = {
  title: 'One rule, three uses',
  summary: 'The same tree validates an entity, selects rows and builds an entity to order. Building reads the tree; without it one draws until something fits.',
  seed: 10, durationMs: seconds(40), openAtMs: seconds(3),
  measure: window,
  nodes: [
    client('callers', 'Forms', users('validate', { ratePerSecond: 20, deadlineMs: 2000 })),
    client('orders', 'Orders', users('build', { ratePerSecond: 8, deadlineMs: 5000 })),
    client('analyst', 'Analyst', users('select', { ratePerSecond: 1, deadlineMs: 5000 })),
    client('reviewer', 'Reviewer', users('subsumes', { arrivals: 'trace', traceMs: [6000], payload: json({ op: 'and', of: [check, C, { ...high, value: 95 }] }) })),
    client('author', 'Author', users('and', { arrivals: 'trace', traceMs: [30_000], payload: json({ op: 'ne', field: 'age', value: 0, label: 'known age' }) })),
    app({ tree: json(picky), execution: 'pushDown', maxTries: 1000 }), data(),
  ],
  links: [...links, ...['orders', 'analyst', 'reviewer', 'author'].map((from) => link(from, 'app', 1))], faults: [],
  headlines: [{ label: 'p95 of an order', metric: 'orders.p95Ms', unit: 'ms', better: 'lower' }, { label: 'Cores in use', metric: 'spec.busyMean', unit: 'count', better: 'lower' }, { label: 'p95 of a form', metric: 'callers.p95Ms', unit: 'ms', better: 'lower' }],
  claims: [
    { metric: 'orders.p95Ms', better: 'with', worse: 'without', wants: 'lower', factor: 20 },
    { metric: 'spec.busyMean', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'Draw until one fits', kind: 'without', params: { spec: { building: 'trial' } }, summary: 'A predicate that can only be called: one entity in two hundred fits, and each try costs.' },
    impatient: { title: 'At most 100 trials', kind: 'pitfall', params: { spec: { building: 'trial', maxTries: 100 } }, summary: 'Six orders in ten find nothing, though there is something to find.' },
    with: { title: 'Read the tree', kind: 'with', summary: 'Each field is chosen within what the tree asks of it: one trial.' },
  },
};
