/** A small world for the tests: credits at given times, a producer, a broker, two consumers, their database, and the mail. */
import type { Engine, Json, Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { createNames, createTrace, HOP } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { accountsStory, mailStory, producerStory } from './accounts.params.ts';
import { engines, laws } from './engine.ts';
import { inboxStory } from './params.ts';

export type Params = Readonly<Record<string, unknown>>;
type Schema = { readonly params: Readonly<Record<string, { readonly initial: unknown }>> };
export const defaultsOf = (story: Schema): Record<string, unknown> => Object.fromEntries(Object.entries(story.params).map(([name, { initial }]) => [name, initial]));

export interface Asked { readonly atMs: number; readonly entity?: string; readonly poison?: boolean }
export interface Setting {
  readonly asks?: readonly Asked[];
  readonly producer?: Params; readonly consumer?: Params; readonly db?: Params; readonly mail?: Params; readonly broker?: Params;
  /** Of single consumers. */
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
    const { entity = 'a', poison = false } = ctx.params.asks[Number(String(key).slice(4))]!;
    ctx.send('producer', { op: 'credit', entity, payload: { poison } });
  },
  onReply(state, _call, outcome) { state.answers.push(outcome.kind); },
  inspect: (state) => ({ views: { answers: state.answers } }),
  invariants: [],
};
/** The broker is a role: tests bring it along. */
export interface BrokerRole { readonly engine: Engine; readonly story: Schema }
export const rigWith = (broker: BrokerRole) => ({ planFor: (setting: Setting): Plan => planFor(setting, broker), runSetting: (setting: Setting): Ran => runSetting(setting, broker) });

function planFor(setting: Setting, broker: BrokerRole): Plan {
  const { asks = [{ atMs: 10 }, { atMs: 20 }, { atMs: 30, entity: 'b' }], faults = [], durationMs = 15_000, seed = 1 } = setting;
  const layer = (id: string, engine: Engine, story: Schema, params: Params) => ({ id, layers: [{ id, engine, params: { ...defaultsOf(story), ...params } }] });
  const consumers = ['consumer-1', 'consumer-2'];
  const links: [string, string, number][] = [['client', 'producer', 5], ['producer', 'broker', 5], ...consumers.flatMap((id): [string, string, number][] => [['broker', id, 5], [id, 'broker', 5], [id, 'accounts', 2], [id, 'mail', 10]]), ['accounts', 'mail', 10]];
  return {
    seed, durationMs, measure: { fromMs: 0, untilMs: durationMs }, faults, interventions: [], laws,
    nodes: [
      { id: 'client', layers: [{ id: 'client', engine: caller, params: { asks } }] },
      layer('producer', engines.producer, producerStory, setting.producer ?? {}),
      layer('broker', broker.engine, broker.story, { topic: 'credits', partitions: 2, inFlight: 10, subscribers: [{ topic: 'credits', to: consumers, group: 'credits' }], ackTimeoutMs: 700, maxDeliveries: 50, ...setting.broker }),
      ...consumers.map((id) => layer(id, engines.inbox, inboxStory, { visibilityMs: 700, workTime: { kind: 'constant', ms: 20 }, ...setting.consumer, ...setting.each?.[id] })),
      layer('accounts', engines.accounts, accountsStory, setting.db ?? {}),
      layer('mail', engines.mail, mailStory, setting.mail ?? {}),
    ],
    links: links.map(([from, to, ms]) => ({ from, to, latency: { kind: 'constant', ms } })),
  };
}
export interface NoteSeen { readonly atMs: number; readonly node: string; readonly name: string; readonly data: Json }
export interface Ran {
  readonly lawsBroken: readonly string[];
  readonly summary: Readonly<Record<string, number>>;
  readonly answers: readonly string[];
  notes(name?: string): readonly NoteSeen[];
  hops(): readonly { readonly atMs: number; readonly from: string; readonly to: string; readonly op: string; readonly kind: string }[];
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
    summary: world.summary(),
    answers: (inspections.client!.views!.answers ?? []) as unknown as string[],
    lawsBroken: world.ledger().filter(({ holds }) => !holds).map(({ name }) => name),
    notes: (name) => (trace === null ? [] : Array.from({ length: trace.notes.length }, (_, i) => ({
      atMs: trace.notes.atNs[i]! / 1e6, node: world.layerIds[trace.notes.layer[i]!]!, name: names.list[trace.notes.name[i]!]!, data: trace.notes.data[i] ?? null,
    })).filter((note) => name === undefined || note.name === name)),
    hops: () => (trace === null ? [] : Array.from({ length: trace.hops.length }, (_, i) => {
      const { from, to } = plan.links[trace.hops.link[i]!]!;
      return { atMs: trace.hops.sentNs[i]! / 1e6, from, to, op: names.list[trace.hops.op[i]!]!, kind: kinds[trace.hops.kind[i]!]! };
    })),
    meters: (layer) => inspections[layer]!.meters ?? {},
  };
}
