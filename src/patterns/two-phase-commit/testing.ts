/** Small worlds for the tests: a coordinator, three participants, replicas, and callers that ask at given times. */
import type { Engine, Json, Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { World } from '../../kernel/world.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { bestEffort, bestEffortStory } from './bestEffort.ts';
import { engine, laws } from './engine.ts';
import { coordinatorStory } from './params.ts';
import { participant } from './participant.ts';
import { participantStory } from './participant.params.ts';
import { replica, replicaStory } from './replica.ts';

export const MEMBERS = ['bank-a', 'bank-b', 'ledger'] as const;
export const REPLICAS = ['replica-1', 'replica-2', 'replica-3'] as const;
const LATENCY_MS = 40;
export type Params = Readonly<Record<string, unknown>>;

export const defaultsOf = (story: { readonly params: Readonly<Record<string, { readonly initial: unknown }>> }): Record<string, unknown> =>
  Object.fromEntries(Object.entries(story.params).map(([name, { initial }]) => [name, initial]));

export interface Asked {
  readonly atMs: number;
  readonly op?: string;
  readonly entity?: string;
  readonly payload?: Json;
}
export interface Setting {
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
  readonly check?: 'event' | 'sample' | 'off';
  readonly trace?: boolean;
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
  const own = baseline ? defaultsOf(bestEffortStory) : defaultsOf(coordinatorStory);
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
      ...members.map((id) => ({ id, layers: [{ id, engine: participant, params: { ...defaultsOf(participantStory), ...common, ...each[id] } }] })),
      ...judges.map((id) => ({ id, layers: [{ id, engine: replica, params: defaultsOf(replicaStory) }] })),
    ],
    links: links.map(([from, to]) => ({ from, to, latency: { kind: 'constant', ms: latencyMs } })),
  };
}

export interface NoteSeen { readonly atMs: number; readonly node: string; readonly name: string; readonly data: Json }
export interface HopSeen { readonly atMs: number; readonly from: string; readonly to: string; readonly op: string; readonly kind: number }
export interface Ran {
  readonly world: World;
  readonly answers: readonly CallerState['answers'][number][];
  readonly lawsBroken: readonly string[];
  /** Names of notes, in order, or those of one kind with their data. */
  notes(name?: string): readonly NoteSeen[];
  hops(): readonly HopSeen[];
  meters(layer: string): Readonly<Record<string, number | null>>;
  /** Prepared and not finished, open, locked: 0 when all is quiet. */
  readonly unfinished: number;
  readonly error: number;
}
export function runSetting(setting: Setting): Ran {
  const plan = planFor(setting);
  const names = createNames();
  const trace = setting.trace === false ? null : createTrace();
  const world = new World(plan, { check: setting.check ?? 'event', fingerprint: false, trace, names });
  world.runUntil(plan.durationMs);
  const inspections = world.inspect();
  const ledger = world.ledger();
  const totals = (ledger[1]!.view as { totals: { error: number; underWay: number } }).totals;
  let unfinished = 0;
  for (const { meters = {} } of Object.values(inspections)) unfinished += (meters.prepared ?? 0) + (meters.locked ?? 0) + (meters.open ?? 0);
  return {
    world, unfinished, error: totals.error,
    answers: (inspections.client!.views!.answers ?? []) as unknown as CallerState['answers'],
    lawsBroken: ledger.filter(({ holds }) => !holds).map(({ name }) => name),
    notes: (name) => (trace === null ? [] : Array.from({ length: trace.notes.length }, (_, i) => ({
      atMs: trace.notes.atNs[i]! / 1e6, node: world.layerIds[trace.notes.layer[i]!]!, name: names.list[trace.notes.name[i]!]!, data: trace.notes.data[i] ?? null,
    })).filter((note) => name === undefined || note.name === name)),
    hops: () => (trace === null ? [] : Array.from({ length: trace.hops.length }, (_, i) => {
      const { from, to } = plan.links[trace.hops.link[i]!]!;
      return { atMs: trace.hops.sentNs[i]! / 1e6, from, to, op: names.list[trace.hops.op[i]!]!, kind: trace.hops.kind[i]! };
    })),
    meters: (layer) => inspections[layer]!.meters ?? {},
  };
}
