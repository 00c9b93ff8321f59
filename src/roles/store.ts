/**
 * A versioned key-value store (operations in `store.params.ts`). A write is applied, and seen by the oracle, at the one instant when its
 * work ends, whether or not its caller still waits. Records survive a crash; the queue and the calls under way do not.
 */
import type { Call, Context, Engine, Json, Outcome } from '../kernel/contract.ts';
import { SHOWN, STATION_RULES, createStation, inspectStation } from '../primitives/station.ts';
import type { Station } from '../primitives/station.ts';
import { NO_RECORD, writeRecord } from '../primitives/versionedStore.ts';
import type { VersionedRecord, VersionedRecords } from '../primitives/versionedStore.ts';
import { oneStep, refusal } from './oneStep.ts';
import { field, numberField, valueOf } from './payload.ts';
import type { StoreNote, StoreParams } from './store.params.ts';

export type StoreRecord = VersionedRecord;
export interface StoreState {
  station: Station;
  /** A deleted record stays, with value null, so that its versions go on. */
  records: VersionedRecords;
  reads: number;
  writes: number;
  conflicts: number;
}
type Ctx = Context<StoreParams, StoreNote>;

/** Made when it is first written: so many records need no room before. */
function numbered(key: string, count: number): StoreRecord {
  if (count === 0 || !/^e[1-9][0-9]*$/.test(key)) return NO_RECORD;
  const number = Number(key.slice(1));
  return number <= count ? { value: number, version: 1 } : NO_RECORD;
}
const recordOf = (state: StoreState, key: string, { initialCount }: StoreParams): StoreRecord => state.records.get(key) ?? numbered(key, initialCount);

function apply(state: StoreState, call: Call, ctx: Ctx): Outcome {
  const record = recordOf(state, call.entity, ctx.params);
  return call.op === 'get' ? read(state, call, record, ctx) : write(state, call, record, ctx);
}

function read(state: StoreState, { entity: key, payload }: Call, { value, version }: StoreRecord, ctx: Ctx): Outcome {
  state.reads++;
  const minVersion = numberField(payload, 'minVersion');
  if (minVersion === undefined || version >= minVersion) return { kind: 'ok', value: { value, version } };
  ctx.note('staleRead', { key, version, minVersion });
  return { kind: 'stale', value: { value, version } };
}

function write(state: StoreState, call: Call, before: StoreRecord, ctx: Ctx): Outcome {
  const { op, entity: key, payload } = call;
  if (op === 'compareAndSet' || op === 'delete') {
    const expected = numberField(payload, 'expectedVersion');
    if (expected === undefined && op === 'compareAndSet') return refusal('compareAndSet needs an expectedVersion');
    if (expected !== undefined && expected !== before.version) {
      state.conflicts++;
      ctx.note('conflict', { op, key, expected, version: before.version });
      return refusal('version conflict');
    }
  }
  if (before === NO_RECORD) {
    if (op === 'delete') return { kind: 'ok', value: { version: 0 } };
    if (state.records.size >= ctx.params.maxKeys) {
      ctx.note('full', { key, maxKeys: ctx.params.maxKeys });
      return refusal('no room for more keys');
    }
  }
  let value: Json = null;
  if (op === 'increment') {
    const old = before.value ?? 0;
    if (typeof old !== 'number') return refusal(`${key} is not a number`);
    value = old + (numberField(payload, 'by') ?? 1);
  } else if (op !== 'delete') {
    value = valueOf(payload);
  }
  const version = writeRecord(state.records, key, value, before);
  state.writes++;
  ctx.effect('applied', {
    op, key, value, before: before.value, version, call: call.id, root: call.rootId, attempt: call.attempt, idempotencyKey: call.idempotencyKey,
  });
  return { kind: 'ok', value: op === 'increment' ? { value, version } : { version } };
}

function initialRecords(initial: Json): VersionedRecords {
  if (typeof initial !== 'object' || initial === null || Array.isArray(initial)) throw new TypeError('store: initial must be an object of values by key');
  return new Map(Object.keys(initial).map((key) => [key, { value: field(initial, key)!, version: 1 }]));
}

const fresh = (params: StoreParams, records: Map<string, StoreRecord>): StoreState => ({
  station: createStation(params), records, reads: 0, writes: 0, conflicts: 0,
});

export const store: Engine<StoreParams, StoreState, StoreNote> = {
  ...oneStep<StoreParams, StoreState, StoreNote>({
    ops: ['get', 'put', 'compareAndSet', 'delete', 'increment'],
    workOf: ({ op }, { readTime, writeTime }) => (op === 'get' ? readTime : writeTime),
    apply,
  }),
  init: (params) => fresh(params, initialRecords(params.initial)),
  onRestart: (state, params) => fresh(params, state.records),
  inspect(state, _params, nowMs) {
    const inspection = inspectStation(state.station, nowMs);
    const records: Json[] = [];
    for (const [key, { value, version }] of state.records) {
      if (records.length >= SHOWN) break;
      records.push({ key, value, version });
    }
    const { reads, writes, conflicts } = state;
    return { ...inspection, meters: { ...inspection.meters, records: state.records.size, reads, writes, conflicts }, views: { ...inspection.views, records } };
  },
  invariants: STATION_RULES,
};
