/** What is known of the table: its rows, what reading them costs, its constraint. */
import type { Json } from '../../kernel/contract.ts';
import type { EngineStory, ParamFault, ParamsOf } from '../../kernel/story.ts';
import { checkFields, checkTree } from '../../primitives/predicates/checkTree.ts';
import { FIELDS } from './domain.ts';
import { fieldsOf } from './params.ts';

const ROWS = 'Rows', COST = 'What reading costs', SLOTS = 'Slots and queue';
const params = {
  fields: { kind: 'data', initial: FIELDS as unknown as Json, shape: '[{ name, type: number | text, lo?, hi?, values?, nullRatio?, index?, derived? }]', group: ROWS, label: 'Columns', help: 'As in the application; an index lets the store read only what lies in it.' },
  candidates: { kind: 'number', unit: 'count', min: 1, max: 10_000_000, initial: 100_000, integer: true, scale: 'log', group: ROWS, label: 'Rows', help: 'How many rows the table has. Times, bytes and counts are for so many.' },
  sampledRows: { kind: 'number', unit: 'count', min: 1, max: 20_000, initial: 400, integer: true, scale: 'log', group: ROWS, label: 'Rows simulated', help: 'So many rows are really made, sent and evaluated; each stands for its share of the table.' },
  rowBytes: { kind: 'number', unit: 'bytes', min: 1, max: 1_000_000, initial: 200, integer: true, scale: 'log', group: ROWS, label: 'Bytes a row', help: 'What a row takes on the wire.' },
  correlation: { kind: 'number', unit: 'none', min: -1, max: 1, initial: 0, step: 0.05, group: ROWS, label: 'Correlation', help: 'How much neighbouring fields go together (Gaussian copula); 1: they have the same rank, −1: opposite ranks.' },
  nullRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, group: ROWS, label: 'Missing values', help: 'Share of rows without a value, for fields without a ratio of their own.' },
  scanUsPerRow: { kind: 'number', unit: 'none', min: 0, max: 1000, initial: 1, group: COST, label: 'Scan, µs a row', help: 'Reading one row and testing it, in the store.' },
  probeUs: { kind: 'number', unit: 'none', min: 0, max: 1_000_000, initial: 50, scale: 'log', group: COST, label: 'Index probe, µs', help: 'Finding the place in one index; after it rows are read as in a scan.' },
  planUsPerLeaf: { kind: 'number', unit: 'none', min: 0, max: 10_000, initial: 20, scale: 'log', group: COST, label: 'Planning, µs a leaf', help: 'Parsing and planning the text of the query.' },
  megabytesPerSecond: { kind: 'number', unit: 'none', min: 0.1, max: 100_000, initial: 100, scale: 'log', group: COST, label: 'Wire, MB/s', help: 'How fast rows are sent.' },
  constraint: { kind: 'data', initial: null, shape: 'a tree, or null for none', group: ROWS, label: 'Check constraint', help: 'What the store demands of a row that is saved: T or unknown, as a CHECK does.' },
  concurrency: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 8, integer: true, scale: 'log', group: SLOTS, label: 'Connections', help: 'How many queries are worked on at the same time.' },
  queueCapacity: { kind: 'number', unit: 'count', min: 0, max: 100_000, initial: 200, integer: true, scale: 'log', group: SLOTS, label: 'Queue', help: 'How many may wait; one more is answered with overload.' },
} as const satisfies EngineStory['params'];
export type RowsParams = ParamsOf<typeof params>;

export const rowsStory = {
  title: 'Table',
  params,
  check: (p): readonly ParamFault[] => {
    const bad = checkFields(p['fields']);
    return bad.length > 0 || p['constraint'] === null ? bad : checkTree(p['constraint'], fieldsOf(p), 'constraint');
  },
  notes: {
    scanned: { text: 'read all {rows} rows for {found}', quiet: true, tone: 'warn' },
    indexUsed: { text: 'by the index on {fields}: {rows} rows read for {found}', quiet: true, tone: 'good' },
    saved: { text: 'saved', quiet: true, tone: 'good' },
    constraintBroken: { text: 'refused by the constraint: {why}', quiet: true, tone: 'bad' },
  },
  place: 'app',
} as const satisfies EngineStory;
export type RowsNote = keyof typeof rowsStory.notes;
