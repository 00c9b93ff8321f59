/** Small worlds for the tests: a coordinator, three participants, replicas, and callers that ask at given times. */
import type { Engine, Json, Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { answersOf, runOut, type Ran, type Running } from '../../kernel/harnessWorld.ts';
import { bestEffortStory } from './bestEffort.params.ts';
import { bestEffort } from './bestEffort.ts';
import { engine, laws } from './engine.ts';
import { coordinatorStory } from './params.ts';
import { participant } from './participant.ts';
import { participantStory } from './participant.params.ts';
import { replicaStory } from './replica.params.ts';
import { replica } from './replica.ts';

export const MEMBERS = ['bank-a', 'bank-b', 'ledger'] as const;
export const REPLICAS = ['replica-1', 'replica-2', 'replica-3'] as const;
const LATENCY_MS = 40;
export type Params = Readonly<Record<string, unknown>>;


export interface Asked {
  readonly atMs: number;
  readonly op?: string;
  readonly entity?: string;
  readonly payload?: Json;
}
export interface Setting extends Running {
  readonly coordinator?: Params;
  readonly participant?: Params;
  /** Of single participants. */
  readonly each?: Readonly<Record<string, Params>>;
  readonly asks?: readonly Asked[];
  readonly faults?: readonly Fault[];
  readonly members?: readonly string[];
  readonly replicas?: boolean;
  readonly baseline?: boolean;
  readonly durationMs?: number;
  readonly seed?: number;
  readonly latencyMs?: number;
}
interface CallerState { answers: { ask: number; kind: string; detail: string; value: Json }[] }
const caller: Engine<{ asks: readonly Asked[] }, CallerState & { ids: Map<number, number> }> = {
  init: () => ({ answers: [], ids: new Map() }),
  onStart(_state, ctx) { ctx.params.asks.forEach(({ atMs }, i) => { ctx.after(atMs, i); }); },
  onTimer(state, key, ctx) {
    const { op = 'transfer', entity = 'e1', payload = null } = ctx.params.asks[Number(key)]!;
    state.ids.set(ctx.send('coordinator', { op, entity, payload }).id, Number(key));
  },
  onReply(state, call, outcome) {
    state.answers.push({ ask: state.ids.get(call.id)!, kind: outcome.kind, detail: 'detail' in outcome ? outcome.detail ?? '' : '', value: 'value' in outcome ? outcome.value ?? null : null });
  },
  inspect: (state) => ({ views: { answers: state.answers as unknown as Json } }),
  invariants: [],
};

export function planFor(setting: Setting): Plan {
  const { coordinator = {}, participant: common = {}, each = {}, asks = [{ atMs: 0 }], faults = [], members = MEMBERS, replicas = false, baseline = false, durationMs = 20_000, seed = 1, latencyMs = LATENCY_MS } = setting;
  const judges = replicas ? REPLICAS : [];
  const own = baseline ? initialParams(bestEffortStory.params) : initialParams(coordinatorStory.params);
  const given = baseline ? {} : { participants: members, replicas: judges };
  const links: [string, string][] = [['client', 'coordinator']];
  for (const a of members) {
    links.push(['coordinator', a], [a, 'coordinator']);
    for (const b of members) if (a !== b) links.push([a, b]);
    for (const b of judges) links.push([a, b]);
  }
  for (const a of judges) {
    links.push(['coordinator', a]);
    for (const b of judges) if (a !== b) links.push([a, b]);
  }
  return {
    seed, durationMs, measure: { fromMs: 0, untilMs: durationMs }, faults, interventions: [], laws,
    nodes: [
      { id: 'client', layers: [{ id: 'client', engine: caller, params: { asks } }] },
      { id: 'coordinator', layers: [{ id: 'coordinator', engine: baseline ? bestEffort : engine, params: { ...own, ...given, ...coordinator } }] },
      ...members.map((id) => ({ id, layers: [{ id, engine: participant, params: { ...initialParams(participantStory.params), ...common, ...each[id] } }] })),
      ...judges.map((id) => ({ id, layers: [{ id, engine: replica, params: initialParams(replicaStory.params) }] })),
    ],
    links: links.map(([from, to]) => ({ from, to, latency: { kind: 'constant', ms: latencyMs } })),
  };
}

export interface Transacted extends Ran {
  readonly answers: readonly CallerState['answers'][number][];
  /** Prepared and not finished, open, locked: 0 when all is quiet. */
  readonly unfinished: number;
  readonly error: number;
}
export function runSetting(setting: Setting): Transacted {
  const ran = runOut(planFor(setting), setting);
  const { totals } = ran.world.ledger()[1]!.view as { totals: { error: number } };
  let unfinished = 0;
  for (const { meters = {} } of Object.values(ran.world.inspect())) unfinished += (meters.prepared ?? 0) + (meters.locked ?? 0) + (meters.open ?? 0);
  return { ...ran, unfinished, error: totals.error, answers: answersOf(ran) };
}
