/**
 * A broker (messages and topics in `broker.params.ts`). Logs, cursors and delivery counts are durable: after a crash everything that was
 * under way is delivered again. A message stays until every subscriber of its topic has acknowledged it or given it up.
 */
import type { Call, Context, Engine, Json, Message, NodeId, Outcome } from '../kernel/contract.ts';
import { SHOWN, STATION_GAUGES, STATION_RULES, createStation, inspectStation } from '../primitives/station.ts';
import type { Station } from '../primitives/station.ts';
import type { BrokerNote, BrokerParams } from './broker.params.ts';
import { oneStep } from './oneStep.ts';
import { textField, valueOf } from './payload.ts';
import { laneOf, locate, memberFor, partitionFor, readSubscribers, wants } from './topics.ts';
import type { Delivery, Partition, Subscriber, Topics } from './topics.ts';

export interface BrokerState {
  station: Station;
  topics: Topics;
  subscribers: Subscriber[];
  /** Messages kept. */
  backlog: number;
  deadLetters: { readonly id: string; readonly to: NodeId; readonly entity: string }[];
  published: number;
  acknowledged: number;
  redeliveries: number;
  dead: number;
}
type Ctx = Context<BrokerParams, BrokerNote>;

const timerKey = (subscriber: number, id: string): string => `${subscriber}|${id}`;
const BACKLOG = STATION_GAUGES.length;
const SHOWN_DEAD = 50;
const FULL: Outcome = Object.freeze({ kind: 'overload', detail: 'backlog full' });

function publish(state: BrokerState, call: Call, ctx: Ctx): Outcome {
  const topic = textField(call.payload, 'topic') ?? (ctx.params.topic as string);
  if (state.backlog >= ctx.params.capacity) {
    ctx.note('full', { backlog: state.backlog });
    return FULL;
  }
  const partition = partitionFor(state.topics, topic, call.entity, ctx.params.partitions);
  const readers = state.subscribers.filter((subscriber) => wants(subscriber, topic));
  for (const reader of readers) laneOf(reader, partition); // a new reader starts here, with this message
  const offset = partition.end++;
  const id = `${topic}/${partition.index}/${offset}`;
  const value = valueOf(call.payload);
  state.published++;
  // All of it is durable before anybody hears of it: at any of the notes the node may die.
  if (readers.length > 0) {
    partition.entries.set(offset, { id, entity: call.entity, value });
    setBacklog(state, state.backlog + 1, ctx);
  }
  ctx.effect('published', { topic, id, entity: call.entity, value, call: call.id, root: call.rootId, idempotencyKey: call.idempotencyKey });
  ctx.note('published', { id });
  if (readers.length > 0) deliverAll(state, partition, ctx);
  return { kind: 'ok', value: { topic, partition: partition.index, offset } };
}

function setBacklog(state: BrokerState, backlog: number, ctx: Ctx): void {
  state.backlog = backlog;
  ctx.gauge(BACKLOG, backlog);
}

function deliverAll(state: BrokerState, partition: Partition, ctx: Ctx): void {
  state.subscribers.forEach((subscriber, s) => {
    if (wants(subscriber, partition.topic)) fill(subscriber, s, partition, ctx);
  });
}

/** Sends what may be in flight. */
function fill(subscriber: Subscriber, s: number, partition: Partition, ctx: Ctx): void {
  const lane = laneOf(subscriber, partition);
  while (lane.inFlight.size < ctx.params.inFlight && lane.next < partition.end) {
    const delivery = { offset: lane.next++, count: 0, sentMs: ctx.nowMs };
    lane.inFlight.set(delivery.offset, delivery);
    deliver(subscriber, s, partition, delivery, ctx);
  }
}

function deliver(subscriber: Subscriber, s: number, partition: Partition, delivery: Delivery, ctx: Ctx): void {
  const { id, entity, value } = partition.entries.get(delivery.offset)!;
  const to = memberFor(subscriber, partition);
  delivery.count++;
  delivery.sentMs = ctx.nowMs;
  ctx.note('delivered', { id, to, delivery: delivery.count });
  ctx.after(ctx.params.ackTimeoutMs, timerKey(s, id));
  ctx.cast(to, { topic: partition.topic, entity, payload: { id, delivery: delivery.count, value } });
}

function again(state: BrokerState, s: number, id: string, why: string, ctx: Ctx): void {
  const place = locate(state.topics, id)!;
  const subscriber = state.subscribers[s]!;
  const delivery = laneOf(subscriber, place.partition).inFlight.get(place.offset);
  if (delivery === undefined) return;
  const to = memberFor(subscriber, place.partition);
  if (delivery.count >= ctx.params.maxDeliveries) {
    const { entity } = place.partition.entries.get(place.offset)!;
    state.dead++;
    state.deadLetters.push({ id, to, entity });
    if (state.deadLetters.length > SHOWN_DEAD) state.deadLetters.shift();
    ctx.note('deadLettered', { id, to, deliveries: delivery.count });
    ctx.effect('deadLettered', { id, to, entity });
    done(state, s, place.partition, delivery, id, ctx);
    return;
  }
  state.redeliveries++;
  ctx.note('redelivered', { id, to, why });
  deliver(subscriber, s, place.partition, delivery, ctx);
}

/** A subscriber is through with a message; the next ones go out, and what nobody needs any more goes. */
function done(state: BrokerState, s: number, partition: Partition, { offset }: Delivery, id: string, ctx: Ctx): void {
  const subscriber = state.subscribers[s]!;
  ctx.clear(timerKey(s, id));
  laneOf(subscriber, partition).inFlight.delete(offset);
  forget(state, partition, offset, ctx);
  fill(subscriber, s, partition, ctx);
}

function forget(state: BrokerState, partition: Partition, offset: number, ctx: Ctx): void {
  if (!partition.entries.has(offset)) return;
  for (const subscriber of state.subscribers) {
    if (!wants(subscriber, partition.topic)) continue;
    const lane = laneOf(subscriber, partition);
    if (lane.next <= offset || lane.inFlight.has(offset)) return;
  }
  partition.entries.delete(offset);
  setBacklog(state, state.backlog - 1, ctx);
}

function heard(state: BrokerState, message: Message, ctx: Ctx): void {
  const id = textField(message.payload, 'id');
  const place = id === undefined ? undefined : locate(state.topics, id);
  if (id === undefined || place === undefined) return;
  state.subscribers.forEach((subscriber, s) => {
    if (!wants(subscriber, place.partition.topic) || memberFor(subscriber, place.partition) !== message.from) return;
    const delivery = laneOf(subscriber, place.partition).inFlight.get(place.offset);
    if (delivery === undefined) return; // a second ack, or one for a dead letter
    if (message.topic === 'nack') return again(state, s, id, 'not accepted', ctx);
    state.acknowledged++;
    ctx.note('acknowledged', { id, to: message.from, deliveries: delivery.count });
    done(state, s, place.partition, delivery, id, ctx);
  });
}

/** Puts new subscribers in place; a group that stays keeps its places in the logs, whoever belongs to it now. */
function resubscribe(state: BrokerState, ctx: Ctx): void {
  const old = new Map(state.subscribers.map((subscriber) => [subscriber.group, subscriber]));
  for (const { s, id } of underWay(state)) ctx.clear(timerKey(s, id));
  state.subscribers = readSubscribers(ctx.params.subscribers).map((subscriber) => ({ ...subscriber, lanes: old.get(subscriber.group)?.lanes ?? subscriber.lanes }));
  for (const { s, id, delivery } of underWay(state)) ctx.after(Math.max(0, delivery.sentMs + ctx.params.ackTimeoutMs - ctx.nowMs), timerKey(s, id));
  for (const partition of allPartitions(state)) for (const offset of partition.entries.keys()) forget(state, partition, offset, ctx);
}

const allPartitions = (state: BrokerState): Partition[] => [...state.topics.values()].flat();

/** All deliveries that wait for an ack. */
function underWay(state: BrokerState): { s: number; id: string; delivery: Delivery }[] {
  return state.subscribers.flatMap((subscriber, s) => allPartitions(state).flatMap((partition) => {
    if (!wants(subscriber, partition.topic)) return [];
    return [...laneOf(subscriber, partition).inFlight.values()].map((delivery) => ({ s, delivery, id: partition.entries.get(delivery.offset)!.id }));
  }));
}

const steps = oneStep<BrokerParams, BrokerState, BrokerNote>({ ops: ['publish'], workOf: (_call, { publishTime }) => publishTime, apply: publish });

export const broker: Engine<BrokerParams, BrokerState, BrokerNote> = {
  ...steps,
  gauges: [...STATION_GAUGES, 'backlog'],
  init(params) {
    if (typeof params.topic !== 'string') throw new TypeError('broker: topic must be a text');
    return {
      station: createStation(params), topics: new Map(), subscribers: readSubscribers(params.subscribers), backlog: 0, deadLetters: [],
      published: 0, acknowledged: 0, redeliveries: 0, dead: 0,
    };
  },
  onRestart: (state, params) => ({ ...state, station: createStation(params) }),
  onStart(state, ctx) {
    resubscribe(state, ctx); // the parameters may have changed while the node was down
    ctx.gauge(BACKLOG, state.backlog);
    for (const { s, id } of underWay(state)) again(state, s, id, 'the broker restarted', ctx);
    // It may have died between storing a message and its first delivery.
    for (const partition of allPartitions(state)) deliverAll(state, partition, ctx);
  },
  onMessage(state, message, ctx) {
    if (message.topic === 'ack' || message.topic === 'nack') heard(state, message, ctx);
    else ctx.pass(message);
  },
  onTimer(state, key, ctx) {
    if (typeof key === 'number') return steps.onTimer(state, key, ctx);
    const bar = key.indexOf('|');
    again(state, Number(key.slice(0, bar)), key.slice(bar + 1), 'no ack in time', ctx);
  },
  onParams(state, before, ctx) {
    steps.onParams(state, before, ctx);
    // By what they say: an equal list from a checkpoint is another object.
    if (JSON.stringify(ctx.params.subscribers) !== JSON.stringify(before.subscribers)) resubscribe(state, ctx);
    for (const partition of allPartitions(state)) deliverAll(state, partition, ctx);
  },
  inspect(state, { capacity }, nowMs) {
    const inspection = inspectStation(state.station, nowMs);
    const { backlog, published, acknowledged, redeliveries, dead, subscribers } = state;
    const partitions = allPartitions(state).slice(0, SHOWN).map((partition): Json => ({
      topic: partition.topic, partition: partition.index, end: partition.end, kept: partition.entries.size,
      lanes: subscribers.filter((subscriber) => wants(subscriber, partition.topic)).map((subscriber) => {
        const { next, inFlight } = laneOf(subscriber, partition);
        return { to: memberFor(subscriber, partition), inFlight: inFlight.size, lag: partition.end - next + inFlight.size };
      }),
    }));
    return {
      ...inspection,
      meters: { ...inspection.meters, backlog, capacity, published, acknowledged, redeliveries, dead },
      views: { ...inspection.views, partitions, deadLetters: state.deadLetters },
    };
  },
  invariants: [
    ...STATION_RULES,
    {
      name: 'the backlog is what the partitions keep',
      why: 'A message was lost from a partition, or is kept after everybody acknowledged it.',
      holds: (state) => allPartitions(state).reduce((kept, { entries }) => kept + entries.size, 0) === state.backlog,
    },
  ],
};
