/** Handlers of the roles whose calls are one piece of work each, done at a station and applied at the instant the work ends. */
import { CANCELLED } from '../kernel/contract.ts';
import type { Call, Context, Engine, Outcome } from '../kernel/contract.ts';
import type { Distribution } from '../kernel/distributions.ts';
import { STATION_GAUGES, adjust, arrive, complete, expireInQueue, giveUp, jobOf } from '../primitives/station.ts';
import type { Job, Station, StationNote, StationParams } from '../primitives/station.ts';

export const refusal = (detail: string): Outcome => ({ kind: 'permanentError', detail });

export interface OneStep<P, S, N extends string> {
  readonly ops: readonly string[];
  workOf(call: Call, params: P): Distribution;
  /** Does what the call asks for, now, and says how it ended. */
  apply(state: S, call: Call, ctx: Context<P, N>): Outcome;
}

export function oneStep<P extends StationParams, S extends { readonly station: Station }, N extends string>({ ops, workOf, apply }: OneStep<P, S, N | StationNote>) {
  type Ctx = Context<P, N | StationNote>;
  const begin = (job: Job, ctx: Ctx): void => ctx.after(ctx.work(workOf(job.call, ctx.params), job.call), job.call.id, 'completion');
  const finish = (state: S, job: Job, outcome: Outcome, ctx: Ctx): void => complete(state.station, job, outcome, ctx, (next) => begin(next, ctx));
  return {
    gauges: STATION_GAUGES,
    onRequest(state, call, ctx) {
      if (!ops.includes(call.op)) return ctx.reply(call, refusal(`unknown operation ${call.op}`));
      const job = jobOf(call, ctx.nowMs);
      if (arrive(state.station, job, ctx)) begin(job, ctx);
    },
    onTimer(state, key, ctx) {
      const job = state.station.jobs.get(key as number);
      if (job === undefined || expireInQueue(state.station, job, ctx)) return;
      finish(state, job, apply(state, job.call, ctx), ctx);
    },
    onCancel(state, call, ctx) {
      const job = state.station.jobs.get(call.id);
      if (job === undefined || giveUp(state.station, call, ctx) !== 'interrupt') return;
      ctx.clear(call.id);
      finish(state, job, CANCELLED, ctx);
    },
    onParams(state, _before, ctx) {
      adjust(state.station, ctx, (job) => begin(job, ctx));
    },
  } satisfies Partial<Engine<P, S, N | StationNote>>;
}
