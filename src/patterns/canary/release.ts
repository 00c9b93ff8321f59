/**
 * A service whose release can be changed. `deploy` puts a fresh release in place, `settled` says that it has become the established one (what was
 * wrong with it has been mended since), `retire` switches it off.
 */
import type { Call, Context, Engine, Json, Outcome } from '../../kernel/contract.ts';
import { CANCELLED } from '../../kernel/contract.ts';
import { groupOf } from '../../primitives/stickySplit.ts';
import { adjust, arrive, complete, createStation, expireInQueue, giveUp, inspectStation, jobOf, STATION_GAUGES, STATION_RULES, type Job, type Station, type StationParams } from '../../primitives/station.ts';
import { REGIONS } from './regions.ts';
import type { ReleaseParams, releaseStory } from './release.params.ts';

interface State {
  readonly station: Station;
  release: number;
  fresh: boolean;
  on: boolean;
  /** Requests since it was deployed. */
  served: number;
  failed: number;
}
type Ctx = Context<ReleaseParams, keyof typeof releaseStory.notes>;
type StationCtx = Context<StationParams, 'queueFull' | 'expired' | 'withdrawn'>;

const terms = ({ concurrency, queueCapacity }: ReleaseParams): StationParams => ({ concurrency, queueCapacity, discipline: 'fifo', dropExpired: 'never', cancelPropagation: true, interruptible: false });
/** The station reads its own terms; everything else it asks of the context is the same. */
const forStation = (ctx: Ctx): StationCtx => Object.create(ctx, { params: { value: terms(ctx.params) } }) as StationCtx;
const OFF: Outcome = { kind: 'overload', detail: 'nothing runs here' };
const ERROR: Outcome = { kind: 'transientError', detail: 'own error' };
const fieldOf = (payload: Json, name: string): Json | undefined => (typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as Readonly<Record<string, Json>>)[name] : undefined);

function begin(state: State, job: Job, ctx: Ctx): void {
  const workMs = ctx.work(ctx.params.serviceTime, job.call);
  ctx.after(state.fresh ? workMs * ctx.params.newSlowFactor : workMs, job.call.id, 'completion');
}
function finish(state: State, job: Job, outcome: Outcome, ctx: Ctx): void {
  complete(state.station, job, outcome, forStation(ctx), (next) => begin(state, next, ctx));
}

function failRatio(state: State, call: Call, { failRatio: old, newFailRatio, newBadRegion, newLeakAfter, newLeakRatio }: ReleaseParams): number {
  if (!state.fresh) return old;
  if (newLeakAfter > 0 && state.served > newLeakAfter) return newLeakRatio;
  return newBadRegion >= 0 && groupOf(call.entity, REGIONS) !== newBadRegion ? old : newFailRatio;
}
function serve(state: State, { call }: Job, ctx: Ctx): Outcome {
  const { params } = ctx;
  state.served++;
  if (state.fresh && params.newLeakAfter > 0 && state.served === params.newLeakAfter + 1) ctx.note('leaking', { release: state.release, served: state.served });
  const mirrored = fieldOf(call.payload, 'mirrored') === true;
  const ok = ctx.uniform('fail', call) >= failRatio(state, call, params);
  const sold = ok && ctx.uniform('sold', call) < (state.fresh ? params.newSoldRatio : params.soldRatio);
  ctx.effect('answered', { user: call.entity, release: state.release, fresh: state.fresh, ok, mirrored, sold });
  if (!ok) { state.failed++; return ERROR; }
  const value = fieldOf(call.payload, 'value');
  // As in the sketch: the old release doubles a value, the new one takes it three times.
  return { kind: 'ok', value: { version: `v${state.release}`, canary: state.fresh, sold, ...(typeof value === 'number' && { result: value * (state.fresh ? 3 : 2) }) } };
}

export const release: Engine<ReleaseParams, State, keyof typeof releaseStory.notes> = {
  gauges: STATION_GAUGES,
  init: (params) => ({ station: createStation(terms(params)), release: 1, fresh: false, on: !params.startsEmpty, served: 0, failed: 0 }),
  onRestart: ({ release: number, fresh, on }, params) => ({ station: createStation(terms(params)), release: number, fresh, on, served: 0, failed: 0 }),
  onRequest(state, call, ctx) {
    if (!state.on) {
      ctx.note('turnedAway');
      ctx.effect('turnedAway', { user: call.entity, mirrored: fieldOf(call.payload, 'mirrored') === true });
      ctx.reply(call, OFF);
      return;
    }
    const job = jobOf(call, ctx.nowMs);
    if (arrive(state.station, job, forStation(ctx))) begin(state, job, ctx);
  },
  onTimer(state, key, ctx) {
    const job = state.station.jobs.get(key as number);
    if (job === undefined || expireInQueue(state.station, job, forStation(ctx))) return;
    finish(state, job, serve(state, job, ctx), ctx);
  },
  onCancel(state, call, ctx) {
    const job = state.station.jobs.get(call.id);
    if (job === undefined || giveUp(state.station, call, forStation(ctx)) !== 'interrupt') return;
    ctx.clear(call.id);
    finish(state, job, CANCELLED, ctx);
  },
  onMessage(state, { topic, payload }, ctx) {
    const number = fieldOf(payload, 'release') as number;
    if (topic === 'deploy') {
      Object.assign(state, { release: number, fresh: true, on: true, served: 0 });
      ctx.note('installed', { release: number });
    } else if (topic === 'settled') state.fresh = false;
    // A late word about an older rollout does not switch a newer release off.
    else if (topic === 'retire' && number > state.release) {
      state.on = false;
      ctx.note('switchedOff');
    }
  },
  onParams(state, _before, ctx) { adjust(state.station, forStation(ctx), (job) => begin(state, job, ctx)); },
  inspect(state, params, nowMs) {
    const inspection = inspectStation(state.station, nowMs);
    return {
      ...inspection, mode: state.on ? `release ${state.release}${state.fresh ? ' (fresh)' : ''}` : 'switched off', tone: state.on ? inspection.tone : 'calm',
      meters: { ...inspection.meters, release: state.release, served: state.served, failed: state.failed },
    };
  },
  invariants: STATION_RULES.map((rule) => ({ ...rule, holds: (state: State, params: ReleaseParams) => rule.holds(state, terms(params)) })),
};
