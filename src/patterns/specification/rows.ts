/** The table: answers queries with rows, reads as few as an index allows, and keeps its own constraint. Rows survive a crash. */
import { CANCELLED, OK, type Call, type Context, type Engine, type Json, type Outcome } from '../../kernel/contract.ts';
import { freezeDeep } from '../../kernel/clone.ts';
import { F, T, createMeter, evaluate } from '../../primitives/predicates/evaluate.ts';
import { explain } from '../../primitives/predicates/explain.ts';
import { accessOf, leafCount, textOf } from '../../primitives/predicates/query.ts';
import { rowAt, shareOf } from '../../primitives/predicates/table.ts';
import { TRUE, nodeCount, type Field, type Predicate, type Row } from '../../primitives/predicates/tree.ts';
import { come, createDesk, fill, withdraw, type Desk } from './desk.ts';
import { pageOf, type Page } from './page.ts';
import type { RowsNote, RowsParams } from './rows.params.ts';

/** What a query is answered with. `rows` are those simulated; the other figures are for the whole table. */
export interface Found {
  readonly version: number;
  readonly ids: readonly number[];
  readonly rows: readonly Row[];
  readonly count: number;
  readonly bytes: number;
  readonly rowsRead: number;
  readonly index: readonly string[];
  /** By node of the condition: rows that came to it, and that passed. */
  readonly in: readonly number[];
  readonly out: readonly number[];
}
interface Answer { readonly where: Predicate; readonly page: Page | null; readonly found: Found; readonly workMs: number }
export interface RowsState {
  readonly desk: Desk;
  readonly jobs: Map<number, Call>;
  readonly seed: number;
  version: number;
  rows: readonly Row[];
  /** The newest condition with its answer: the same question of the same rows has the same answer. */
  memo: Answer | null;
  queries: number;
  rowsRead: number;
  bytes: number;
  saved: number;
  refused: number;
}
type Ctx = Context<RowsParams, RowsNote>;

function makeRows(state: RowsState, ctx: Ctx): void {
  const { params } = ctx;
  const law = { seed: state.seed, fields: params.fields as unknown as readonly Field[], correlation: params.correlation, nullRatio: params.nullRatio };
  const count = Math.min(params.candidates, params.sampledRows);
  state.rows = freezeDeep(Array.from({ length: count }, (_, i) => rowAt(law, i)));
  state.version++;
  state.memo = null;
  ctx.effect('table', { ...law, count, version: state.version } as unknown as Json);
}

function answer(state: RowsState, payload: Json, ctx: Ctx): Answer {
  const { where = TRUE, page = null } = (payload ?? {}) as unknown as { readonly where?: Predicate; readonly page?: Page | null };
  const { memo } = state;
  // Plans are frozen, so the same condition is the same object, in a checkpoint too.
  if (memo !== null && memo.where === where && memo.page?.take === page?.take && memo.page?.orderBy === page?.orderBy) return memo;
  const { params } = ctx;
  const fields = params.fields as unknown as readonly Field[];
  const scale = params.candidates / Math.max(1, state.rows.length);
  const meter = createMeter(nodeCount(where));
  const matching = state.rows.flatMap((row, id) => (evaluate(where, row, { logic: 'threeValued', meter }) === T ? [{ id, row }] : []));
  const chosen = page === null ? matching : pageOf(matching, page);
  const access = accessOf(where, fields, (leaf) => shareOf(leaf, fields, params.nullRatio));
  const rowsRead = Math.round(params.candidates * access.share);
  const count = Math.round(chosen.length * scale), bytes = count * params.rowBytes;
  const us = access.by.length * params.probeUs + rowsRead * params.scanUsPerRow + leafCount(where) * params.planUsPerLeaf;
  const found: Found = {
    version: state.version, ids: chosen.map(({ id }) => id), rows: chosen.map(({ row }) => row), count, bytes, rowsRead,
    index: access.by.map(({ field }) => field), in: meter.in.map((n) => Math.round(n * scale)), out: meter.t.map((n) => Math.round(n * scale)),
  };
  return (state.memo = freezeDeep({ where, page, found, workMs: us / 1000 + bytes / (params.megabytesPerSecond * 1000) }));
}
function begin(state: RowsState, call: Call, ctx: Ctx): void {
  const ms = call.op === 'save' ? (ctx.params.probeUs + ctx.params.scanUsPerRow) / 1000 : answer(state, call.payload, ctx).workMs;
  ctx.after(ctx.work({ kind: 'constant', ms }, call), call.id, 'completion');
}
function finish(state: RowsState, call: Call, outcome: Outcome, ctx: Ctx): void {
  state.jobs.delete(call.id);
  state.desk.busy--;
  refill(state, ctx);
  ctx.reply(call, outcome);
}
function refill(state: RowsState, ctx: Ctx): void {
  for (const id of fill(state.desk, ctx.params)) begin(state, state.jobs.get(id)!, ctx);
  levels(state, ctx);
}
function levels({ desk }: RowsState, ctx: Ctx): void { ctx.gauge(0, desk.waiting.length); ctx.gauge(1, desk.busy); }

function query(state: RowsState, call: Call, ctx: Ctx): Outcome {
  const { found } = answer(state, call.payload, ctx);
  state.queries++;
  state.rowsRead += found.rowsRead;
  state.bytes += found.bytes;
  ctx.gauge(2, found.rowsRead);
  ctx.gauge(3, found.bytes / 1e6);
  if (found.index.length > 0) ctx.note('indexUsed', { fields: found.index.join(', '), rows: found.rowsRead, found: found.count });
  else ctx.note('scanned', { rows: found.rowsRead, found: found.count });
  return { kind: 'ok', value: found as unknown as Json };
}
function save(state: RowsState, call: Call, ctx: Ctx): Outcome {
  const constraint = ctx.params.constraint as unknown as Predicate | null, row = (call.payload ?? {}) as Row;
  if (constraint !== null && evaluate(constraint, row) === F) {
    state.refused++;
    const why = explain(constraint, row).map(({ leaf }) => leaf.label ?? textOf(leaf)).join(', ');
    ctx.note('constraintBroken', { why });
    return { kind: 'permanentError', detail: `constraint: ${why}` };
  }
  state.saved++;
  ctx.note('saved');
  return OK;
}

export const rows: Engine<RowsParams, RowsState, RowsNote> = {
  gauges: ['queue', 'busy', 'rowsRead', 'megabytes'],
  init: () => ({ desk: createDesk(), jobs: new Map(), seed: -1, version: 0, rows: [], memo: null, queries: 0, rowsRead: 0, bytes: 0, saved: 0, refused: 0 }),
  onRestart: (state) => ({ ...state, desk: createDesk(), jobs: new Map() }),
  onStart(state, ctx) {
    if (state.seed >= 0) return;
    (state as { seed: number }).seed = Math.floor(ctx.uniform('table') * 4294967296);
    makeRows(state, ctx);
  },
  onRequest(state, call, ctx) {
    const how = come(state.desk, call.id, ctx.params);
    if (how === 'full') { ctx.reply(call, { kind: 'overload', detail: 'queue full' }); return; }
    state.jobs.set(call.id, call);
    levels(state, ctx);
    if (how === 'works') begin(state, call, ctx);
  },
  onTimer(state, key, ctx) {
    const call = state.jobs.get(key as number)!;
    finish(state, call, call.op === 'save' ? save(state, call, ctx) : query(state, call, ctx), ctx);
  },
  onCancel(state, call, ctx) {
    if (!state.jobs.has(call.id)) return;
    if (state.desk.waiting.includes(call.id)) {
      withdraw(state.desk, call.id);
      state.jobs.delete(call.id);
      levels(state, ctx);
      ctx.reply(call, CANCELLED);
    } else { ctx.clear(call.id); finish(state, call, CANCELLED, ctx); }
  },
  onParams(state, before, ctx) {
    const p = ctx.params;
    if (p.fields !== before.fields || p.candidates !== before.candidates || p.sampledRows !== before.sampledRows || p.correlation !== before.correlation || p.nullRatio !== before.nullRatio) makeRows(state, ctx);
    state.memo = null;
    refill(state, ctx);
  },
  inspect: ({ desk, rows: made, queries, rowsRead, bytes, saved, refused, memo }, { concurrency, queueCapacity, candidates }) => ({
    mode: memo === null ? 'idle' : memo.found.index.length > 0 ? `reads by the index on ${memo.found.index.join(', ')}` : 'reads every row',
    tone: desk.waiting.length > 0 ? 'warn' : desk.busy > 0 ? 'active' : 'calm',
    slots: { used: desk.busy, of: concurrency }, queue: { length: desk.waiting.length, capacity: queueCapacity },
    meters: { queries, rowsRead, megabytes: bytes / 1e6, saved, refused },
    views: {
      last: memo === null ? [] : { rows: candidates, simulated: made.length, 'rows read': memo.found.rowsRead, index: memo.found.index.join(', '), found: memo.found.count, megabytes: memo.found.bytes / 1e6, 'work ms': memo.workMs },
    },
  }),
  invariants: [
    { name: 'every call waits or works', why: 'A query was lost: it would never be answered.', holds: ({ desk, jobs }) => jobs.size === desk.busy + desk.waiting.length && desk.busy >= 0 },
    { name: 'a store returns no more rows than it has', why: 'Rows were made up.', holds: ({ memo, rows: made }) => memo === null || memo.found.rows.length <= made.length },
  ],
};
