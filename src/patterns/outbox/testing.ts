/** A small world for the tests: orders at given times, a shop, its database, relays, a broker and a consumer with an inbox. */
import type { Engine, Json, Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { createNames, createTrace, HOP } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { consumerStory } from './consumer.params.ts';
import { databaseStory } from './database.params.ts';
import { engines, laws } from './engine.ts';
import { outboxStory } from './params.ts';
import { writerStory } from './writer.params.ts';

export type Params = Readonly<Record<string, unknown>>;
export const defaultsOf = (story: { readonly params: Readonly<Record<string, { readonly initial: unknown }>> }): Record<string, unknown> =>
  Object.fromEntries(Object.entries(story.params).map(([name, { initial }]) => [name, initial]));

export interface Asked { readonly atMs: number; readonly entity?: string }
export interface Setting {
  readonly asks?: readonly Asked[];
  readonly shop?: Params; readonly db?: Params; readonly relay?: Params; readonly consumer?: Params;
  readonly relays?: readonly string[];
  /** Of single relays. */
  readonly each?: Readonly<Record<string, Params>>;
  readonly faults?: readonly Fault[];
  readonly durationMs?: number;
  readonly seed?: number;
  readonly check?: 'event' | 'sample' | 'off';
  readonly trace?: boolean;
}
const caller: Engine<{ asks: readonly Asked[] }, { answers: string[] }> = {
  init: () => ({ answers: [] }),
  onStart(_state, ctx) { ctx.params.asks.forEach(({ atMs }, i) => { if (atMs >= ctx.nowMs) ctx.after(atMs - ctx.nowMs, `ask ${i}`); }); },
  onTimer(_state, key, ctx) {
    const number = Number(String(key).slice(4));
    ctx.send('shop', { op: 'placeOrder', entity: ctx.params.asks[number]!.entity ?? 'a', idempotencyKey: `o${number + 1}` });
  },
  onReply(state, _call, outcome) { state.answers.push(outcome.kind); },
  inspect: (state) => ({ views: { answers: state.answers } }),
  invariants: [],
};

type Schema = Parameters<typeof defaultsOf>[0];
/** The broker is a role: tests bring it along. */
export interface BrokerRole { readonly engine: Engine; readonly story: Schema }
export const rigWith = (broker: BrokerRole) => ({ planFor: (setting: Setting): Plan => planFor(setting, broker), runSetting: (setting: Setting): Ran => runSetting(setting, broker) });

function planFor(setting: Setting, broker: BrokerRole): Plan {
  const { asks = [{ atMs: 10 }, { atMs: 20 }, { atMs: 30, entity: 'b' }], faults = [], relays = ['relay'], durationMs = 15_000, seed = 1 } = setting;
  const layer = (id: string, engine: Engine, story: Schema, params: Params) => ({ id, layers: [{ id, engine, params: { ...defaultsOf(story), ...params } }] });
  const links: [string, string, number][] = [['client', 'shop', 5], ['shop', 'db', 2], ['shop', 'broker', 5], ...relays.flatMap((id): [string, string, number][] => [[id, 'db', 2], [id, 'broker', 5]]), ['broker', 'email', 5], ['email', 'broker', 5]];
  return {
    seed, durationMs, measure: { fromMs: 0, untilMs: durationMs }, faults, interventions: [], laws,
    nodes: [
      { id: 'client', layers: [{ id: 'client', engine: caller, params: { asks } }] },
      layer('shop', engines.writer, writerStory, setting.shop ?? {}), layer('db', engines.database, databaseStory, { txTime: { kind: 'constant', ms: 4 }, ...setting.db }),
      ...relays.map((id, i) => layer(id, engines.outbox, outboxStory, { pollIntervalMs: 250, leaseMs: 1000, publishTimeoutMs: 500, shard: i, ...setting.relay, ...setting.each?.[id] })),
      layer('broker', broker.engine, broker.story, { topic: 'orders', subscribers: [{ topic: 'orders', to: 'email' }], ackTimeoutMs: 700, maxDeliveries: 50 }),
      layer('email', engines.consumer, consumerStory, { consumerDedupe: 'inbox', workTime: { kind: 'constant', ms: 3 }, ...setting.consumer }),
    ],
    links: links.map(([from, to, ms]) => ({ from, to, latency: { kind: 'constant', ms } })),
  };
}
export interface NoteSeen { readonly atMs: number; readonly node: string; readonly name: string; readonly data: Json }
export interface Ran {
  readonly world: World;
  readonly lawsBroken: readonly string[];
  readonly summary: Readonly<Record<string, number>>;
  readonly answers: readonly string[];
  notes(name?: string): readonly NoteSeen[];
  hops(): readonly { readonly atMs: number; readonly from: string; readonly to: string; readonly op: string; readonly kind: 'request' | 'reply' | 'message' | 'cancel' }[];
  meters(layer: string): Readonly<Record<string, number | null>>;
}
function runSetting(setting: Setting, broker: BrokerRole): Ran {
  const plan = planFor(setting, broker);
  const names = createNames();
  const trace = setting.trace === false ? null : createTrace();
  const world = new World(plan, { check: setting.check ?? 'event', fingerprint: false, trace, names });
  world.runUntil(plan.durationMs);
  const inspections = world.inspect();
  const kinds = Object.fromEntries(Object.entries(HOP).map(([name, code]) => [code, name]));
  return {
    world, summary: world.summary(),
    answers: (inspections.client!.views!.answers ?? []) as unknown as string[],
    lawsBroken: world.ledger().filter(({ holds }) => !holds).map(({ name }) => name),
    notes: (name) => (trace === null ? [] : Array.from({ length: trace.notes.length }, (_, i) => ({
      atMs: trace.notes.atNs[i]! / 1e6, node: world.layerIds[trace.notes.layer[i]!]!, name: names.list[trace.notes.name[i]!]!, data: trace.notes.data[i] ?? null,
    })).filter((note) => name === undefined || note.name === name)),
    hops: () => (trace === null ? [] : Array.from({ length: trace.hops.length }, (_, i) => {
      const { from, to } = plan.links[trace.hops.link[i]!]!;
      return { atMs: trace.hops.sentNs[i]! / 1e6, from, to, op: names.list[trace.hops.op[i]!]!, kind: kinds[trace.hops.kind[i]!] as 'request' };
    })),
    meters: (layer) => inspections[layer]!.meters ?? {},
  };
}
