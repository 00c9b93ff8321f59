/**
 * Keeps the counts for all gateways, one request after the other, as Redis does. `take` decides in one step, by its own clock (a script, or
 * redis-cell's CL.THROTTLE); `get` and `put` leave the deciding to whoever asks. A put of what was read before somebody else's put undoes that.
 */
import type { Call, Engine, Json, Ms, Outcome } from '../../kernel/contract.ts';
import type { Take } from './asking.ts';
import type { LimitStoreParams as StoreParams, LimitStoreNote as StoreNote } from './limitStore.params.ts';
import { asJson, createLimit, decide, fromJson, peek, type Limit, type Terms } from './limits.ts';

interface Row {
  limit: Limit;
  terms: Terms | null;
  /** Number of the last write: only to tell of what was lost. */
  version: number;
  writtenMs: Ms;
}
export interface StoreState {
  readonly rows: Map<string, Row>;
  /** Under way or waiting, in order; the first is worked on. */
  readonly line: Map<number, Call>;
  taken: number;
  refused: number;
  overwritten: number;
}
type Ctx = Parameters<NonNullable<Engine<StoreParams, StoreState, StoreNote>['onRequest']>>[2];

const begin = (call: Call, ctx: Ctx): void => ctx.after(ctx.work(ctx.params.workTime, call), call.id, 'completion');

function write(state: StoreState, key: string, limit: Limit, terms: Terms | null, ctx: Ctx): void {
  const old = state.rows.get(key);
  state.rows.delete(key);
  if (old === undefined && state.rows.size >= ctx.params.maxKeys) {
    const oldest = state.rows.keys().next().value!;
    state.rows.delete(oldest);
    ctx.note('dropped', { key: oldest });
  }
  state.rows.set(key, { limit, terms: terms ?? old?.terms ?? null, version: (old?.version ?? 0) + 1, writtenMs: ctx.nowMs });
}

function take(state: StoreState, key: string, { terms: json, cost, maxWaitMs, urgent }: Take, ctx: Ctx): Outcome {
  const terms = json as unknown as Terms;
  const row = state.rows.get(key);
  const limit = row?.limit.kind === terms.algorithm ? row.limit : createLimit(terms, ctx.nowMs);
  const decision = decide(limit, terms, { cost, nowMs: ctx.nowMs, maxWaitMs, urgent });
  if (decision.allowed) {
    write(state, key, limit, terms, ctx);
    state.taken++;
    ctx.note('took', { key, remaining: Math.round(decision.remaining * 100) / 100 });
  } else {
    state.refused++;
    ctx.note('refused', { key });
  }
  return { kind: 'ok', value: { ...decision, retryAfterMs: decision.retryAfterMs === Infinity ? -1 : decision.retryAfterMs } };
}

/** What is read, and given back when it is written: the version decides nothing here, it only shows what is lost. */
export type Copy = { readonly limit: Json; readonly version: number };

function put(state: StoreState, { entity: key, payload }: Call, ctx: Ctx): Outcome {
  const { limit: json = null, version = 0 } = (payload ?? {}) as Partial<Copy>;
  const kind = (json as { readonly kind?: Limit['kind'] } | null)?.kind;
  const limit = kind === undefined ? null : fromJson(json, kind);
  if (limit === null) return { kind: 'permanentError', detail: 'no state of a limit' };
  const row = state.rows.get(key);
  if (row !== undefined && version < row.version) {
    state.overwritten++;
    ctx.note('overwritten', { key, sinceMs: Math.round((ctx.nowMs - row.writtenMs) * 1000) / 1000 });
  }
  write(state, key, limit, null, ctx);
  return { kind: 'ok' };
}

function apply(state: StoreState, call: Call, ctx: Ctx): Outcome {
  if (call.op === 'take') return take(state, call.entity, call.payload as unknown as Take, ctx);
  if (call.op === 'put') return put(state, call, ctx);
  if (call.op !== 'get') return { kind: 'permanentError', detail: `unknown operation ${call.op}` };
  const row = state.rows.get(call.entity);
  // A copy: what has been sent does not change on the way.
  const copy: Copy = { limit: row === undefined ? null : asJson(fromJson(asJson(row.limit), row.limit.kind)!), version: row?.version ?? 0 };
  return { kind: 'ok', value: copy };
}

const fresh = (): StoreState => ({ rows: new Map(), line: new Map(), taken: 0, refused: 0, overwritten: 0 });

export const limitStore: Engine<StoreParams, StoreState, StoreNote> = {
  gauges: ['queue'],
  init: fresh,
  onRestart: ({ rows }, { durable }) => (durable ? { ...fresh(), rows } : fresh()),
  onRequest(state, call, ctx) {
    state.line.set(call.id, call);
    ctx.gauge(0, Math.max(0, state.line.size - 1));
    if (state.line.size === 1) begin(call, ctx);
  },
  onTimer(state, key, ctx) {
    const call = state.line.get(key as number)!;
    state.line.delete(call.id);
    ctx.gauge(0, Math.max(0, state.line.size - 1));
    ctx.reply(call, apply(state, call, ctx));
    const [next] = state.line.values();
    if (next !== undefined) begin(next, ctx);
  },
  // What was asked is done, whether or not anybody still waits.
  onCancel() {},
  inspect({ rows, line, taken, refused, overwritten }, _params, nowMs) {
    const shown: Json[] = [];
    for (const [key, { limit, terms }] of rows) {
      if (shown.length >= 40) break;
      const left = terms === null ? null : peek(limit, terms, nowMs);
      shown.push({ key, algorithm: limit.kind, left: left === null ? null : Math.round(left.remaining * 100) / 100, of: left === null ? null : left.limit });
    }
    return {
      tone: line.size > 0 ? 'active' : 'calm', queue: { length: Math.max(0, line.size - 1), capacity: 1000 },
      meters: { keys: rows.size, taken, refused, overwritten }, views: { counts: shown },
    };
  },
  invariants: [
    { name: 'no more keys than there is room for', why: 'The memory of the store would grow without end.', holds: ({ rows }, { maxKeys }) => rows.size <= maxKeys },
  ],
};
