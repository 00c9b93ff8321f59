/** Everything about specifications that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'Business rules hide in ifs, finder methods, form checks and constraints, each a little different. A rule that is one tree can be named, combined, explained, measured and sent to the store.',
  engines: engineStories,
  scenarios,
  opensWith: 'sieve',
  lesson: [
    {
      when: 'start', title: 'A rule as a sieve', focus: 'app',
      text: 'Three parts, all of which must hold: B costs 10 µs a row and lets a tenth through, A costs 1 µs and lets nine in ten through, C costs 3 µs and lets half through.',
      invite: 'Open “The sieve” and press play: the width of a pipe is the share of rows that is left.',
    },
    {
      when: { note: 'evaluated', layer: 'spec' }, title: 'As it was written', focus: 'app',
      text: '{candidates} rows went in and {survivors} came out, for {costUs} µs a row: the dear part stands first, so that every row pays for it.',
    },
    {
      when: { note: 'reordered', layer: 'spec' }, title: 'A better order', focus: 'app',
      text: 'Now {order}: {afterUs} µs a row are expected instead of {beforeUs}. Least first is cost divided by the chance to stop a row.',
      shows: [{ metric: 'spec.costUs', above: 9.5 }],
      invite: 'Change a cost or a threshold in the tree and watch the order follow.',
    },
    {
      when: 'end', title: 'The same rows, less work', focus: 'app',
      text: 'About 8 µs a row, the least any order can do, and nearly every caller is answered in time. No row was decided differently.',
      shows: [{ metric: 'spec.costUsMean', above: 7.5, below: 8.8 }, { metric: 'ledger.wrong', below: 1 }],
      aside: 'The ledger evaluates the rule itself, row by row, and compares.',
    },
    {
      when: { note: 'scanned', layer: 'table' }, act: { scenario: 'push-down', variant: 'without' }, title: 'All rows on the wire', focus: 'data',
      text: 'A predicate that is a function can only be called. {rows} rows are read, and all of them are sent.',
    },
    {
      when: { note: 'indexUsed', layer: 'table' }, act: { scenario: 'push-down', variant: 'with' }, title: 'Filter where the rows are', focus: 'data',
      text: 'As a tree it becomes a query: {rows} rows are read by the index on {fields}, and {found} come back. Only the score, which is code, is left to check.',
    },
    {
      when: 'end', act: { scenario: 'missing-values', variant: 'two-valued' }, title: 'Not young is not old', focus: 'app',
      text: 'A fifth of the rows has no age. Code in which “not known” is false takes them under a “not”; SQL does not. The two return different rows.',
      shows: [{ metric: 'ledger.extra', above: 1000 }],
      invite: 'Switch to “Three values”: the same rows as in the database.',
    },
  ],
  instruments: [
    { kind: 'sieve', title: 'The sieve', layer: 'spec', view: 'sieve', help: 'The tree as pipes: parts of an “and” in a row, of an “or” side by side, “not” swaps its outlets. The width is the share of rows that is left. Below: the tree, to be changed.' },
    { kind: 'table', title: 'Where it is evaluated', layer: 'spec', view: 'execution', help: 'The query that was sent, what is left to check in memory, and what it cost the store and the wire.' },
    { kind: 'table', title: 'Leaves', layer: 'spec', view: 'leaves', help: 'What each leaf costs, how many rows its author thought it lets through, and how many it does, on the profiled rows.' },
    { kind: 'table', title: 'Why a row failed', layer: 'spec', view: 'explain', help: 'The leaves because of which one row, or the newest entity, was not satisfied. U is unknown: a value is missing.' },
    { kind: 'table', title: 'What null does', layer: 'spec', view: 'nulls', help: 'In how many rows of the newest selection two-valued and three-valued logic disagree.' },
    { kind: 'table', title: 'Forms', layer: 'spec', view: 'forms', help: 'As written; with negations at the leaves and doubles removed; and how many terms a disjunction of conjunctions would have.' },
    { kind: 'table', title: 'The newest query in the store', layer: 'table', view: 'last', help: 'What the store read for it, by which index, and what it sent.' },
  ],
  charts: [
    { title: 'Cost a row', unit: 'none', series: [{ name: 'spec.costUs', label: 'µs' }] },
    { title: 'Cores', unit: 'count', series: [{ name: 'spec.busy', label: 'busy' }, { name: 'spec.queue', label: 'waiting' }] },
    { title: 'Latency, p95', unit: 'ms', series: [{ name: 'callers.p95Ms', label: 'callers' }, { name: 'orders.p95Ms', label: 'orders' }] },
    { title: 'Sent for a query', unit: 'none', series: [{ name: 'table.megabytes', label: 'MB' }] },
    { title: 'Rows read for a query', unit: 'count', series: [{ name: 'table.rowsRead', label: 'rows' }] },
    { title: 'Goodput', unit: 'perSecond', series: [{ name: 'callers.goodputPerSecond', label: 'callers' }] },
  ],
  fidelity: {
    simulated: [
      'Every row in the sample is made, filtered, sent and evaluated leaf by leaf in three-valued logic; time on a core is the cost of the leaves that were really looked at.',
      'The split into a pushed part and a residual, the choice of an index, the disjunctive form with all its terms.',
      'Selectivity as measured on profiled rows, alone or together, and the orders that follow from it.',
    ],
    leftOut: [
      'A sample of the table (400 rows unless said otherwise) stands for all of it: counts, bytes and times are scaled up.',
      'All at once has the delay of the slowest leaf; the threads it takes are counted as work, but not taken from the cores.',
      'Rows do not change while a run goes on, unless the table’s settings do; no caches, no pages of memory, no joins.',
      'With leaves that hang together each level of the tree is ordered by itself.',
    ],
  },
  sources: [
    { title: 'E. Evans, M. Fowler, Specifications', detail: 'validation, selection, construction to order; subsumption; remainderUnsatisfiedBy' },
    { title: 'S. C. Kleene, Introduction to Metamathematics', detail: 'strong three-valued logic, as SQL has it' },
    { title: 'J. Hellerstein, M. Stonebraker, Predicate Migration, SIGMOD 1993', detail: 'rank: cost over selectivity' },
    { title: 'S. Babu et al., Adaptive Ordering of Pipelined Stream Filters, SIGMOD 2004', detail: 'correlated filters, profiles, a greedy order at most four times the best' },
    { title: 'Ardalis.Specification, Spring Data JPA, Querydsl, EF Core, PostgreSQL, Elasticsearch', detail: 'documentation and sources, for the presets and settings' },
  ],
  pitfalls: [
    { title: 'One part is code', text: 'A provider that takes all or nothing loads the whole table as soon as one part cannot be translated. Push what can be pushed.', scenario: 'push-down', variant: 'all-or-nothing', fixed: 'with' },
    { title: 'Code under an “or”', text: 'It forbids pushing the whole “or”. Give every branch a bound that columns can answer.', scenario: 'code-under-or', variant: 'given-up', fixed: 'bounds' },
    { title: 'Nulls in two logics', text: '¬(x < 50) takes rows without x in two-valued code and leaves them in SQL. Use one logic.', scenario: 'missing-values', variant: 'two-valued', fixed: 'with' },
    { title: 'Leaves that hang together', text: 'Selectivities that are right one by one give a wrong order. Measure them on the same rows.', scenario: 'hang-together', variant: 'marginal', fixed: 'joint' },
    { title: 'Disjunctive normal form', text: 'n clauses of (a or b) become 2^n terms. Keep the form compact, or set a limit.', scenario: 'dnf-explosion', variant: 'exploded', fixed: 'with' },
    { title: 'The rule in two places', text: 'Form and constraint drift apart. Make both from one tree.', scenario: 'drifted-rule', variant: 'drifted', fixed: 'with' },
    { title: 'Rules with pages', text: 'A limit inside a rule that is combined further cuts too early. Keep paging out of what is combined.', scenario: 'short-pages', variant: 'cut-first', fixed: 'with' },
    { title: 'All at once', text: 'Parallel leaves save time, not work: without a short circuit every leaf is paid for.', scenario: 'sieve', variant: 'parallel', fixed: 'with' },
    { title: 'Building by trial', text: 'What is rare is not found by drawing. Read the rule.', scenario: 'three-uses', variant: 'impatient', fixed: 'with' },
  ],
  settings,
});
