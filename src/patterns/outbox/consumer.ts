/** A consumer, sans-IO: message, effect, acknowledgement. Between effect and acknowledgement it may die, and the message comes again. */
import type { Context, Engine, Message } from '../../kernel/contract.ts';
import { createDedupStore, isKnown, purge, recall, remember, type DedupStore } from '../../primitives/dedupStore.ts';
import type { ConsumerNote, ConsumerParams } from './consumer.params.ts';
import { fromJson, type OutboxEvent } from './rows.ts';

type Ctx = Context<ConsumerParams, ConsumerNote>;
export interface ConsumerState {
  /** Being handled, by number of arrival. */
  work: Map<number, Message>;
  arrivals: number;
  inbox: DedupStore;
  counts: { delivered: number; applied: number; skipped: number };
}
interface Delivery { readonly id?: string; readonly value?: Partial<OutboxEvent> }

function handle(state: ConsumerState, message: Message, ctx: Ctx): void {
  const { id, value } = fromJson<Delivery>(message.payload);
  const event = value!.event!;
  if (ctx.params.consumerDedupe === 'inbox') {
    purge(state.inbox, ctx.nowMs, ctx.params.dedupeWindowMs);
    if (isKnown(state.inbox, event)) {
      recall(state.inbox, event);
      state.counts.skipped++;
      ctx.note('repeatSkipped', { event });
      return ack(message, id!, event, ctx);
    }
    remember(state.inbox, event, true, ctx.nowMs); // with the effect, in one transaction
  }
  state.counts.applied++;
  ctx.effect('applied', { event, aggregate: message.entity });
  ctx.note('applied', { event });
  ack(message, id!, event, ctx);
}
function ack(message: Message, id: string, event: string, ctx: Ctx): void {
  ctx.cast(message.from, { topic: 'ack', entity: message.entity, payload: { id } });
  ctx.note('acked', { event });
}

export const consumer: Engine<ConsumerParams, ConsumerState, ConsumerNote> = {
  init: () => ({ work: new Map(), arrivals: 0, inbox: createDedupStore(), counts: { delivered: 0, applied: 0, skipped: 0 } }),
  onRestart: ({ arrivals, inbox, counts }) => ({ work: new Map(), arrivals, inbox, counts }),
  onMessage(state, message, ctx) {
    const { id, value } = fromJson<Delivery | null>(message.payload) ?? {};
    if (typeof id !== 'string' || typeof value?.event !== 'string') return ctx.pass(message);
    state.counts.delivered++;
    state.work.set(++state.arrivals, message);
    ctx.after(ctx.sample(ctx.params.workTime, 'work'), `work ${state.arrivals}`);
  },
  onTimer(state, key, ctx) {
    const number = Number(String(key).slice(5));
    const message = state.work.get(number);
    if (message === undefined) return;
    state.work.delete(number);
    handle(state, message, ctx);
  },
  inspect: ({ work, inbox, counts }, { consumerDedupe }) => ({
    mode: consumerDedupe === 'inbox' ? 'each message once' : 'every delivery', tone: work.size > 0 ? 'active' : 'calm',
    meters: { handling: work.size, ...counts, idsKept: inbox.entries.size },
  }),
  invariants: [{ name: 'delivered = applied + skipped + being handled or lost in a crash', why: 'A message was counted twice.', holds: ({ work, counts }) => counts.applied + counts.skipped + work.size <= counts.delivered }],
};
