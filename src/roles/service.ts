/**
 * A service: queue, slot, work of its own, calls to others one after the other, answer.
 *
 * What its caller hears when a call to another ended badly (`fail`): a permanent error stays one, as the request itself is at fault; all
 * else, refusals by a pattern included, is a transient error that names the call ("payments: timeout", "payments: refused by breaker"),
 * because for the caller this service has failed, however wisely. A stale answer counts as an answer and makes the whole answer stale.
 */
import { CANCELLED, OK } from '../kernel/contract.ts';
import type { Call, Context, Engine, Json, NodeId, Outcome } from '../kernel/contract.ts';
import { hashText } from '../kernel/random.ts';
import { NOT_WAITING } from '../primitives/permits.ts';
import {
  NO_CELL, STATION_GAUGES, STATION_RULES, adjust, arrive, complete, createStation, describe, expireInQueue, giveUp, inspectStation, stepAside,
} from '../primitives/station.ts';
import type { Job, Station } from '../primitives/station.ts';
import type { ServiceNote, ServiceParams } from './service.params.ts';

/** A call made for each matching request. */
export interface Downstream {
  readonly op: string;
  readonly to: readonly NodeId[];
  readonly as: string;
}
export interface ServiceJob extends Job {
  stage: 'waiting' | 'working' | 'calling';
  /** Calls still to be made are calls[next ..]. */
  readonly calls: readonly Downstream[];
  next: number;
  /** The call under way. */
  child: Call | null;
  value: Json | undefined;
  stale: boolean;
  /** Nodes without whose answer this one is given. */
  missing: readonly NodeId[];
}
export interface ServiceState {
  station: Station<ServiceJob>;
  calls: readonly Downstream[];
  /** The same by incoming operation. */
  byOp: Map<string, readonly Downstream[]>;
  degraded: number;
  failed: number;
}
type Ctx = Context<ServiceParams, ServiceNote>;

const NOTHING: readonly NodeId[] = Object.freeze([]);
const OWN_ERROR: Outcome = Object.freeze({ kind: 'transientError', detail: 'own error' });
const TOO_LATE: Outcome = Object.freeze({ kind: 'timeout', detail: 'deadline passed' });

/** Reads the `calls` parameter; throws with what is wrong and what would be right. */
export function readCalls(calls: Json): Downstream[] {
  const wrong = (what: string): never => {
    throw new TypeError(`service: calls must be [{ op, to, as? }], but ${what}`);
  };
  if (!Array.isArray(calls)) return wrong('it is not a list');
  return (calls as readonly Json[]).map((entry, i) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return wrong(`entry ${i} is not an object`);
    const { op, to, as } = entry as { readonly op?: Json; readonly to?: Json; readonly as?: Json };
    const nodes = Array.isArray(to) ? (to as readonly Json[]) : [to];
    if (typeof op !== 'string') return wrong(`op of entry ${i} is not a text`);
    if (nodes.length === 0 || !nodes.every((node) => typeof node === 'string')) return wrong(`to of entry ${i} is neither a node nor a list of nodes`);
    if (as !== undefined && typeof as !== 'string') return wrong(`as of entry ${i} is not a text`);
    return { op, to: nodes as string[], as: as ?? '' };
  });
}

function callsFor(state: ServiceState, op: string): readonly Downstream[] {
  let calls = state.byOp.get(op);
  if (calls === undefined) {
    calls = state.calls.filter((call) => call.op === '*' || call.op === op);
    state.byOp.set(op, calls);
  }
  return calls;
}

function begin(job: ServiceJob, ctx: Ctx): void {
  const { serviceTime, costScalesWork } = ctx.params;
  job.stage = 'working';
  const workMs = ctx.work(serviceTime, job.call);
  ctx.after(costScalesWork ? workMs * job.call.cost : workMs, job.call.id, 'completion');
}

const finish = (state: ServiceState, job: ServiceJob, outcome: Outcome, ctx: Ctx): void =>
  complete(state.station, job, outcome, ctx, (next) => begin(next, ctx));

/** The service's own work on a request is done. */
function worked(state: ServiceState, job: ServiceJob, ctx: Ctx): void {
  const { params } = ctx;
  if (params.failRatio > 0 && ctx.uniform('fail', job.call) < params.failRatio) {
    state.failed++;
    return finish(state, job, OWN_ERROR, ctx);
  }
  if (job.next < job.calls.length) {
    if (job.gone && params.cancelPropagation) return finish(state, job, CANCELLED, ctx);
    job.stage = 'calling';
    if (!params.holdWhileCalling) stepAside(state.station, job, ctx, (next) => begin(next, ctx));
  }
  goOn(state, job, ctx);
}

/** Makes the next call, or answers when there is none left. */
function goOn(state: ServiceState, job: ServiceJob, ctx: Ctx): void {
  const { call, calls, next } = job;
  if (next >= calls.length) return finish(state, job, answer(state, job, ctx), ctx);
  const { params } = ctx;
  if (params.dropExpired !== 'never' && call.deadlineMs <= ctx.nowMs) return finish(state, job, TOO_LATE, ctx);
  const { to, as } = calls[next]!;
  job.child = ctx.send(nodeFor(to, call.entity), {
    op: as === '' ? call.op : as, entity: call.entity, payload: call.payload, parent: call, idempotencyKey: call.idempotencyKey,
    deadlineMs: params.callTimeoutMs > 0 ? Math.min(call.deadlineMs, ctx.nowMs + params.callTimeoutMs) : call.deadlineMs,
  });
  if (params.callTimeoutMs > 0) ctx.after(params.callTimeoutMs, call.id);
}

const nodeFor = (nodes: readonly NodeId[], entity: string): NodeId => nodes[nodes.length === 1 ? 0 : hashText(entity) % nodes.length]!;

function answer(state: ServiceState, job: ServiceJob, ctx: Ctx): Outcome {
  const { value, stale, missing } = job;
  if (missing.length > 0) {
    state.degraded++;
    ctx.note('degraded', { op: job.call.op, missing: missing.join(', ') });
    return { kind: 'ok', value: { degraded: missing, value: value ?? null } };
  }
  if (stale) return { kind: 'stale', value };
  return value === undefined ? OK : { kind: 'ok', value };
}

/** A call to another has ended. */
function called(state: ServiceState, job: ServiceJob, outcome: Outcome, ctx: Ctx): void {
  const node = job.child!.to;
  job.child = null;
  job.next++;
  if (outcome.kind === 'ok' || outcome.kind === 'stale') {
    if (outcome.value !== undefined) job.value = outcome.value;
    if (outcome.kind === 'stale') job.stale = true;
    return goOn(state, job, ctx);
  }
  if (ctx.params.onDownstreamFailure === 'degrade') {
    job.missing = [...job.missing, node];
    return goOn(state, job, ctx);
  }
  const detail = describe(node, outcome);
  state.failed++;
  ctx.note('callFailed', { op: job.call.op, why: detail });
  finish(state, job, { kind: outcome.kind === 'permanentError' ? 'permanentError' : 'transientError', detail }, ctx);
}

const fresh = (params: ServiceParams): ServiceState => ({
  station: createStation(params), calls: readCalls(params.calls), byOp: new Map(), degraded: 0, failed: 0,
});

export const service: Engine<ServiceParams, ServiceState, ServiceNote> = {
  gauges: STATION_GAUGES,
  init: fresh,
  onRequest(state, call, ctx) {
    // Written out, as is `jobOf`: spreading that one would cost more than all the rest of a call.
    const job: ServiceJob = {
      call, cell: NO_CELL, sinceMs: ctx.nowMs, gone: false, turn: NOT_WAITING, rank: 0,
      stage: 'waiting', calls: callsFor(state, call.op), next: 0, child: null, value: undefined, stale: false, missing: NOTHING,
    };
    if (arrive(state.station, job, ctx)) begin(job, ctx);
  },
  onReply(state, child, outcome, ctx) {
    const job = state.station.jobs.get(child.parentId);
    if (job === undefined) return;
    ctx.clear(job.call.id);
    called(state, job, outcome, ctx);
  },
  onTimer(state, key, ctx) {
    const job = state.station.jobs.get(key as number);
    if (job === undefined) return;
    if (job.stage === 'waiting') expireInQueue(state.station, job, ctx);
    else if (job.stage === 'working') worked(state, job, ctx);
    else {
      ctx.cancel(job.child!, { kind: 'timeout' });
      called(state, job, { kind: 'timeout' }, ctx);
    }
  },
  onCancel(state, call, ctx) {
    const job = state.station.jobs.get(call.id);
    const how = giveUp(state.station, call, ctx);
    if (how === 'withdrawn' || job === undefined || !ctx.params.cancelPropagation) return;
    // Work goes on unless it may be interrupted; waiting for another never needs to.
    if (job.stage === 'calling') ctx.cancel(job.child!);
    else if (how !== 'interrupt') return;
    ctx.clear(call.id);
    finish(state, job, CANCELLED, ctx);
  },
  onParams(state, before, ctx) {
    if (ctx.params.calls !== before.calls) {
      state.calls = readCalls(ctx.params.calls);
      state.byOp = new Map();
    }
    adjust(state.station, ctx, (job) => begin(job, ctx));
  },
  inspect(state, _params, nowMs) {
    const inspection = inspectStation(state.station, nowMs, ({ child }) => child?.to);
    return { ...inspection, meters: { ...inspection.meters, degraded: state.degraded, failed: state.failed } };
  },
  invariants: STATION_RULES,
};
