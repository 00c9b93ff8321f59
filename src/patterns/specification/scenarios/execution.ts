/** Where a specification is carried out: in memory, in the store, or half here and half there. */
import type { Scenario } from '../../../kernel/story.ts';
import type { Leaf, Predicate } from '../../../primitives/predicates/tree.ts';
import { A, B, C, FIELDS, SCORE } from '../domain.ts';
import { app, client, data, json, links, seconds, users } from '../topologies.ts';

const megabytes = { label: 'Sent for a query, MB', metric: 'table.megabytesMean', unit: 'none', better: 'lower' } as const;
const read = { label: 'Rows read for a query', metric: 'table.rowsReadMean', unit: 'count', better: 'lower' } as const;
const p95 = { label: 'p95', metric: 'callers.p95Ms', unit: 'ms', better: 'lower' } as const;
const callers = (ratePerSecond: number, more = {}) => client('callers', 'Callers', users('select', { ratePerSecond, deadlineMs: 10_000, ...more }));
const window = { fromMs: seconds(10), untilMs: seconds(43), label: 'after the warm-up' };

const whole: Predicate = { op: 'and', of: [B, A, C, SCORE] };
export const pushDown: Scenario = {
  title: 'Filter where the rows are',
  summary: '100,000 rows of 200 bytes. Compare what crosses the wire: 20 MB for each query, or less than one.',
  seed: 4, durationMs: seconds(45), openAtMs: seconds(2),
  measure: window,
  nodes: [callers(2), app({ tree: json(whole), execution: 'hybrid' }), data()],
  links, faults: [],
  headlines: [megabytes, read, p95],
  claims: [
    { metric: 'table.megabytesMean', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'table.rowsReadMean', better: 'with', worse: 'without', wants: 'lower', factor: 8 },
    { metric: 'callers.p95Ms', better: 'with', worse: 'without', wants: 'lower', factor: 3 },
    { metric: 'callers.p95Ms', better: 'whole', worse: 'without', wants: 'lower', factor: 10 },
    { metric: 'callers.goodputPerSecond', better: 'with', worse: 'refused', wants: 'higher', factor: 2 },
  ],
  opensWith: 'without',
  variants: {
    without: { title: 'Load all, filter in memory', kind: 'without', params: { spec: { execution: 'inMemory' } }, summary: 'A predicate that is a function can only be called: every row is read, sent and looked at.' },
    with: { title: 'Hybrid', kind: 'with', summary: 'The store answers what columns can, by its index; the score, which is code, is left for 4.5 % of the rows.' },
    whole: {
      title: 'Pushed down as a whole', kind: 'with', params: { spec: { execution: 'pushDown', tree: json({ op: 'and', of: [B, A, C] }) } },
      summary: 'Without the score all of it is a query: what comes back is the answer.',
    },
    'all-or-nothing': { title: 'All or nothing', kind: 'pitfall', params: { spec: { execution: 'pushDown' } }, summary: 'One part is code, so nothing is pushed, and nobody is told: 20 MB again.' },
    refused: { title: 'Refused', kind: 'pitfall', params: { spec: { execution: 'pushDown', untranslatable: 'refuse' } }, summary: 'What cannot be translated fails at once: loud, but no answer.' },
  },
};

const fields = FIELDS.map((field) => (field.name === 'value' ? { ...field, index: true } : field));
const high: Leaf = { op: 'gt', field: 'value', value: 90, label: 'high value', cost: 1, selectivity: 0.1 };
export const codeUnderOr: Scenario = {
  title: 'Code under an “or”',
  summary: 'The score stands under an “or”. A translator that takes branches whole gives the whole “or” up, and the store reads every row.',
  seed: 5, durationMs: seconds(45), openAtMs: seconds(2),
  measure: window,
  nodes: [callers(2), app({ tree: json({ op: 'and', of: [C, { op: 'or', of: [B, { op: 'and', of: [high, SCORE] }] }] }), fields: json(fields), execution: 'hybrid' }), data({ fields: json(fields) })],
  links, faults: [],
  headlines: [read, megabytes, p95],
  claims: [
    { metric: 'table.rowsReadMean', better: 'bounds', worse: 'given-up', wants: 'lower', factor: 4 },
    { metric: 'table.megabytesMean', better: 'bounds', worse: 'given-up', wants: 'lower', factor: 3 },
    { metric: 'callers.p95Ms', better: 'bounds', worse: 'given-up', wants: 'lower', factor: 2 },
    { metric: 'callers.p95Ms', better: 'bounds', worse: 'without', wants: 'lower', factor: 2 },
  ],
  opensWith: 'given-up',
  variants: {
    without: { title: 'In memory', kind: 'without', params: { spec: { execution: 'inMemory' } }, summary: 'Everything is loaded.' },
    'given-up': { title: 'The “or” is given up', kind: 'pitfall', params: { spec: { bounds: false } }, summary: 'Half of the table comes back, of which a few in a hundred are wanted.' },
    bounds: { title: 'Bounds are sent', kind: 'fixed', summary: 'Each branch has a part that columns can answer: it lets through too much, never too little, and two indexes do for it.' },
  },
};

const clauses: Predicate = { op: 'and', of: Array.from({ length: 10 }, (_, i): Predicate => ({ op: 'or', of: [{ op: 'gt', field: 'value', value: i, label: `v${i}`, selectivity: 1 - i / 100 }, { op: 'eq', field: 'algorithm', value: FIELDS[1]!.values![i]!, label: `a${i}`, selectivity: 0.1 }] })) };
export const explosion: Scenario = {
  title: 'Twenty leaves, 1,024 terms',
  summary: 'Ten clauses of (a or b). A translator that writes a disjunction of terms sends 2 to the power of 10 of them: the database plans longer than it reads.',
  seed: 6, durationMs: seconds(40), openAtMs: seconds(2),
  measure: { ...window, untilMs: seconds(38) },
  nodes: [callers(5), app({ tree: json(clauses), execution: 'pushDown', normalForm: 'dnf', profileRatio: 0 }), data({ candidates: 10_000, sampledRows: 60, concurrency: 2 })],
  links, faults: [],
  headlines: [p95, { label: 'Connections in use', metric: 'table.busyMean', unit: 'count', better: 'lower' }],
  claims: [
    { metric: 'callers.p95Ms', better: 'with', worse: 'exploded', wants: 'lower', factor: 4 },
    { metric: 'table.busyMean', better: 'with', worse: 'exploded', wants: 'lower', factor: 4 },
  ],
  opensWith: 'exploded',
  variants: {
    without: { title: 'In memory', kind: 'without', params: { spec: { execution: 'inMemory' } }, summary: 'No query to plan, every row to load and to look at.' },
    exploded: { title: 'Disjunction of terms', kind: 'pitfall', summary: 'Each query holds over ten thousand comparisons, and planning it takes 200 ms.' },
    limit: { title: 'At most 64 terms', kind: 'fixed', params: { spec: { dnfLimit: 64 } }, summary: 'Beyond the limit the compact form is sent.' },
    with: { title: 'Compact form', kind: 'fixed', params: { spec: { normalForm: 'compact' } }, summary: 'Negations moved to the leaves, doubles removed, nothing multiplied out.' },
  },
};
