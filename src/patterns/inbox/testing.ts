/** A small world for the tests: credits at given times, a producer, a broker, two consumers, their database, and the mail. */
import type { Engine, Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import type { EngineStory } from '../../kernel/story.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { answersOf, runOut, type Ran, type Running } from '../../kernel/harnessWorld.ts';
import { accountsStory, mailStory, producerStory } from './accounts.params.ts';
import { engines, laws } from './engine.ts';
import { inboxStory } from './params.ts';

export type Params = Readonly<Record<string, unknown>>;
type Schema = Pick<EngineStory, 'params'>;

export interface Asked { readonly atMs: number; readonly entity?: string; readonly poison?: boolean }
export interface Setting extends Running {
  readonly asks?: readonly Asked[];
  readonly producer?: Params; readonly consumer?: Params; readonly db?: Params; readonly mail?: Params; readonly broker?: Params;
  /** Of single consumers. */
  readonly each?: Readonly<Record<string, Params>>;
  readonly faults?: readonly Fault[];
  readonly durationMs?: number;
  readonly seed?: number;
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
export interface Answered extends Ran {
  readonly answers: readonly string[];
}
export const rigWith = (broker: BrokerRole) => ({
  planFor: (setting: Setting): Plan => planFor(setting, broker),
  runSetting(setting: Setting): Answered {
    const ran = runOut(planFor(setting, broker), setting);
    return { ...ran, answers: answersOf(ran) };
  },
});

function planFor(setting: Setting, broker: BrokerRole): Plan {
  const { asks = [{ atMs: 10 }, { atMs: 20 }, { atMs: 30, entity: 'b' }], faults = [], durationMs = 15_000, seed = 1 } = setting;
  const layer = (id: string, engine: Engine, story: Schema, params: Params) => ({ id, layers: [{ id, engine, params: { ...initialParams(story.params), ...params } }] });
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
